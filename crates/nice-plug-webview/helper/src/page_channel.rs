//! The way of texts to the page, without a script that is compiled for each: the page asks for texts, and the answer to its
//! question is all that wait. It asks again as soon as it has dealt with them.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gtk::glib::translate::{IntoGlib, ToGlibPtr};
use gtk::glib::{self, Bytes, ControlFlow, Priority, Value};
use gtk::prelude::*;
use javascriptcore::{Context, Value as JavaScriptValue};
use webkit2gtk::{UserContentManager, ffi};

/// What `texts.js` asks by.
const HANDLER: &str = "texts";

/// The texts for one page.
#[derive(Clone, Default)]
pub struct PageChannel {
    state: Rc<State>,
}

#[derive(Default)]
struct State {
    waiting: RefCell<Vec<String>>,
    /// What the page has asked, unless it was answered.
    question: RefCell<Option<Question>>,
    is_answer_due: Cell<bool>,
}

impl PageChannel {
    /// Answers the pages that `content` belongs to. Call once.
    pub fn listen(&self, content: &UserContentManager) {
        let channel = self.clone();
        let signal = format!("script-message-with-reply-received::{HANDLER}");
        content.connect_local(&signal, false, move |arguments| {
            let asked = Question::from_signal(arguments);
            if let Some(question) = asked {
                channel.state.question.replace(Some(question));
                channel.answer();
            }
            // Answered here, and now or later.
            Some(true.to_value())
        });
        register(content);
    }

    /// Another document has begun. What was said to the one before is not for it.
    pub fn restart(&self) {
        self.state.question.take();
        self.state.waiting.take();
    }

    /// Hands a text to the page as soon as it asks, together with those that arrive with it.
    pub fn deliver(&self, text: String) {
        self.state.waiting.borrow_mut().push(text);
        if self.state.question.borrow().is_none() || self.state.is_answer_due.replace(true) {
            return;
        }
        let channel = self.clone();
        // Behind the messages of the library that are here already.
        glib::idle_add_local_full(Priority::DEFAULT, move || {
            channel.state.is_answer_due.set(false);
            channel.answer();
            ControlFlow::Break
        });
    }

    fn answer(&self) {
        if self.state.waiting.borrow().is_empty() {
            return;
        }
        if let Some(question) = self.state.question.take() {
            question.answer(self.state.waiting.take());
        }
    }
}

/// A question of a page, which is to be answered once. Dropped without an answer, it is refused.
struct Question {
    reply: *mut ffi::WebKitScriptMessageReply,
    context: Context,
}

impl Question {
    /// What the signal brings: the manager, what was asked in JavaScript, and the reply.
    #[allow(unsafe_code)]
    fn from_signal(arguments: &[Value]) -> Option<Self> {
        let asked = arguments.get(1)?.get::<JavaScriptValue>().ok()?;
        let reply = arguments.get(2)?;
        // SAFETY: the signal's third argument is a reply, boxed, which gets a reference of ours.
        let reply = unsafe {
            let reply = glib::gobject_ffi::g_value_get_boxed(reply.to_glib_none().0);
            if reply.is_null() {
                return None;
            }
            ffi::webkit_script_message_reply_ref(reply.cast())
        };
        Some(Self { reply, context: asked.property("context") })
    }

    #[allow(unsafe_code)]
    fn answer(self, texts: Vec<String>) {
        let text = |text: String| {
            let bytes = Bytes::from_owned(text.into_bytes());
            JavaScriptValue::new_string_from_bytes(&self.context, Some(&bytes))
        };
        let texts: Vec<JavaScriptValue> = texts.into_iter().map(text).collect();
        let texts = JavaScriptValue::new_array_from_garray(&self.context, &texts);
        // SAFETY: both are alive, and the reply was not answered before, since that consumes it.
        unsafe { ffi::webkit_script_message_reply_return_value(self.reply, texts.to_glib_none().0) };
    }
}

impl Drop for Question {
    #[allow(unsafe_code)]
    fn drop(&mut self) {
        // SAFETY: the reference is ours.
        unsafe { ffi::webkit_script_message_reply_unref(self.reply) };
    }
}

/// Lets scripts ask. The binding cannot name the world of the page's own scripts, which has no name.
#[allow(unsafe_code)]
fn register(content: &UserContentManager) {
    // SAFETY: the manager is alive, and the name ends with a zero.
    let is_new = unsafe {
        ffi::webkit_user_content_manager_register_script_message_handler_with_reply(
            content.to_glib_none().0,
            HANDLER.to_glib_none().0,
            std::ptr::null(),
        )
    };
    debug_assert_eq!(is_new, true.into_glib(), "a manager is listened to once");
}
