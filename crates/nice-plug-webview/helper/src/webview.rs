//! The webview that shows a page: the page's files, its policies, and the texts that go in and out.

use std::cell::Cell;
use std::rc::Rc;

use gtk::gdk::EventType;
use gtk::gio::Cancellable;
use gtk::glib::{self, Cast, Propagation};
use gtk::prelude::WidgetExt;
use webkit2gtk::{
    ContextMenu, ContextMenuAction, ContextMenuExt, ContextMenuItemExt, DownloadExt, FileChooserRequestExt,
    HardwareAccelerationPolicy, HitTestResultExt, NavigationPolicyDecision, NavigationPolicyDecisionExt,
    PermissionRequestExt, PolicyDecisionExt, PolicyDecisionType, ResponsePolicyDecision,
    ResponsePolicyDecisionExt, Settings, SettingsExt, URIRequestExt, UserContentInjectedFrames,
    UserContentManager, UserContentManagerExt, UserScript, UserScriptInjectionTime, WebContext,
    WebContextExt, WebView, WebViewExt,
};

use crate::connection::ViewSender;
use crate::lifetime;
use crate::messages::{FromHelper, PageDescription};
use crate::origin::origin;
use crate::page_channel::PageChannel;
use crate::script_message::ScriptMessage;
use crate::served_pages::{self, ServedPage};

/// What the scripts call to reach us.
const MESSAGE_HANDLER: &str = "plugin";

/// The webview that shows a page.
pub struct PageWebview {
    widget: WebView,
    content: UserContentManager,
    page: Rc<ServedPage>,
    scripts: Vec<String>,
    texts: PageChannel,
    has_document: Rc<Cell<bool>>,
}

impl Drop for PageWebview {
    fn drop(&mut self) {
        served_pages::forget(&self.widget);
    }
}

impl PageWebview {
    /// Creates the webview and starts loading: in the web process of one of `others` that shows the same page, if one does.
    /// Different pages cannot share it, since it remembers files by their addresses.
    pub fn load<'a>(
        description: PageDescription,
        sender: &ViewSender,
        others: impl Iterator<Item = &'a PageWebview>,
    ) -> Self {
        let PageDescription { start_url, scheme, files, content_security_policy, scripts, .. } = description;
        let page = ServedPage::new(start_url.clone(), files, content_security_policy);
        let related = others.into_iter().find(|other| *other.page == page);
        let page = related.map_or_else(|| Rc::new(page), |related| Rc::clone(&related.page));
        let content = UserContentManager::new();
        add_scripts(&content, &scripts);
        let builder = WebView::builder().user_content_manager(&content);
        let widget = match related {
            Some(related) => builder.related_view(&related.widget).build(),
            None => builder.web_context(&new_context()).build(),
        };
        let web_context = widget.context().expect("a web view has a context");
        served_pages::serve(&web_context, &scheme, &widget, &page);
        widget.set_settings(&settings(description.devtools));
        let [red, green, blue] = description.background.map(|level| f64::from(level) / 255.0);
        widget.set_background_color(&gtk::gdk::RGBA::new(red, green, blue, 1.0));
        restrict_navigation(&widget, &start_url);
        refuse_requests(&widget, description.devtools);
        refuse_pinching(&widget);

        let webview =
            Self { widget, content, page, scripts, texts: PageChannel::default(), has_document: Rc::default() };
        webview.listen(sender);
        end_with_web_process(&webview.widget);
        webview.widget.load_uri(&start_url);
        webview
    }

    /// What is put into a window.
    pub fn widget(&self) -> &WebView {
        &self.widget
    }

    /// Whether both pages run in one web process.
    pub fn shares_process_with(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.page, &other.page)
    }

    /// Whether a document has begun.
    pub fn has_document(&self) -> bool {
        self.has_document.get()
    }

    /// Hands a text to the page, as soon as it has its bridge.
    pub fn deliver(&self, text: String) {
        self.texts.deliver(text);
    }

    /// Shows the page with so many pixels for each of its own.
    pub fn set_zoom(&self, zoom: f64) {
        self.widget.set_zoom_level(zoom);
        // WebKit leaves zoom out of the ratio by which pages choose the resolution of what they draw.
        let script = format!(
            "Object.defineProperty(globalThis, 'devicePixelRatio', {{ configurable: true, get: () => {zoom} }})"
        );
        self.content.remove_all_scripts();
        add_scripts(&self.content, [&script].into_iter().chain(&self.scripts));
        run_script(&self.widget, &format!("{script}; globalThis.dispatchEvent(new Event('resize'))"));
    }

    /// Lets no text field of the page have the focus.
    pub fn release_focus(&self) {
        run_script(&self.widget, "globalThis.__nice_plug_webview_release_focus__?.()");
    }

    fn listen(&self, sender: &ViewSender) {
        self.texts.listen(&self.content);
        let sender = sender.clone();
        let (texts, has_document) = (self.texts.clone(), Rc::clone(&self.has_document));
        self.content.connect_script_message_received(Some(MESSAGE_HANDLER), move |_, message| {
            let Some(message) = message.js_value().map(|value| value.to_string()) else { return };
            match ScriptMessage::parse(&message) {
                Some(ScriptMessage::DocumentStarted) => {
                    if has_document.replace(true) {
                        texts.restart();
                    }
                    sender.send(&FromHelper::DocumentStarted);
                }
                Some(ScriptMessage::TextFocus(has_focus)) => sender.send(&FromHelper::TextFocus(has_focus)),
                Some(ScriptMessage::Text(text)) => sender.send(&FromHelper::Text(text.to_owned())),
                None => {}
            }
        });
        self.content.register_script_message_handler(MESSAGE_HANDLER);
    }
}

fn run_script(widget: &WebView, script: &str) {
    widget.evaluate_javascript(script, None, None, None::<&Cancellable>, |_| {});
}

fn add_scripts<'a>(content: &UserContentManager, scripts: impl IntoIterator<Item = &'a String>) {
    for script in scripts {
        let top_frame = UserContentInjectedFrames::TopFrame;
        content.add_script(&UserScript::new(script, top_frame, UserScriptInjectionTime::Start, &[], &[]));
    }
}

fn settings(devtools: bool) -> Settings {
    let settings = Settings::new();
    settings.set_enable_developer_extras(devtools);
    settings.set_enable_page_cache(false);
    settings.set_enable_back_forward_navigation_gestures(false);
    settings.set_javascript_can_open_windows_automatically(false);
    settings.set_enable_smooth_scrolling(true);
    settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
    settings
}

/// Refuses every navigation to another origin, and every response that would be a download.
fn restrict_navigation(widget: &WebView, start_url: &str) {
    let allowed_origin = origin(start_url).to_owned();
    widget.connect_decide_policy(move |_, decision, kind| {
        let is_allowed = match kind {
            PolicyDecisionType::NavigationAction => decision
                .downcast_ref::<NavigationPolicyDecision>()
                .and_then(NavigationPolicyDecisionExt::navigation_action)
                .and_then(|action| action.request())
                .and_then(|request| request.uri())
                .is_some_and(|uri| origin(&uri) == allowed_origin),
            PolicyDecisionType::Response => decision
                .downcast_ref::<ResponsePolicyDecision>()
                .is_some_and(ResponsePolicyDecisionExt::is_mime_type_supported),
            _ => false,
        };
        if is_allowed {
            decision.use_();
        } else {
            decision.ignore();
        }
        true
    });
}

/// Refuses new windows, permissions, and dialogues for files and printing.
fn refuse_requests(widget: &WebView, devtools: bool) {
    widget.connect_create(|_, _| None);
    widget.connect_permission_request(|_, request| {
        request.deny();
        true
    });
    widget.connect_run_file_chooser(|_, request| {
        request.cancel();
        true
    });
    widget.connect_print(|_, _| true);
    widget.connect_enter_fullscreen(|_| true);
    // The menu offers to reload, to go back and to inspect: a developer's tools. Of it, what is done to a text stays.
    widget.connect_context_menu(move |_, menu, _, place| {
        let is_text = place.context_is_editable() || place.context_is_selection();
        if !devtools && is_text {
            keep_editing(menu);
        }
        !devtools && !is_text
    });
}

/// Takes away all of a menu but what edits a text.
fn keep_editing(menu: &ContextMenu) {
    use ContextMenuAction as Action;
    let kept = [Action::Cut, Action::Copy, Action::Paste, Action::Delete, Action::SelectAll];
    for item in menu.items().iter().filter(|item| !kept.contains(&item.stock_action())) {
        menu.remove(item);
    }
}

/// Takes the gesture that zooms from touchpads. Of touch screens the page is asked first, and its guard refuses.
fn refuse_pinching(widget: &WebView) {
    widget.connect_event(|_, event| match event.event_type() {
        EventType::TouchpadPinch => Propagation::Stop,
        _ => Propagation::Proceed,
    });
}

/// Of all pages that are open at one time. Nothing of it is kept, and it downloads nothing.
fn new_context() -> WebContext {
    let context = WebContext::new_ephemeral();
    context.connect_download_started(|_, download| download.cancel());
    context
}

/// A webview without its process shows nothing and never will: the library starts anew.
fn end_with_web_process(widget: &WebView) {
    widget.connect_web_process_terminated(|_, reason| {
        eprintln!("the web process ended: {reason:?}");
        glib::idle_add_local_once(|| lifetime::end_group());
    });
}
