//! The process that shows a plugin's page on Linux, so that the host's process never loads GTK or WebKit.
//!
//! `nice-plug-webview` carries this program inside the plugin's library, starts it when an editor opens, and talks to it
//! over the socket that is its standard input. It shows a page for each editor that the library has open in the host, each in
//! a window of its own, which it never places itself: the library moves the window into the host's and out again. The pages
//! share WebKit's processes. It ends, together with all processes that WebKit has started, when the socket closes or the host
//! dies.

mod connection;
mod keyboard;
mod lifetime;
#[path = "../../src/limits.rs"]
mod limits;
#[path = "../../src/linux/messages.rs"]
mod messages;
#[path = "../../src/origin.rs"]
mod origin;
mod page_channel;
mod responsiveness;
#[path = "../../src/script_message.rs"]
mod script_message;
mod served_pages;
mod view;
mod webview;
#[path = "../../src/linux/wire.rs"]
#[allow(dead_code, reason = "each side uses its half")]
mod wire;
mod x11_errors;

use std::cell::RefCell;
use std::collections::HashMap;
use std::process::ExitCode;

use webkit2gtk::WebView;

use crate::connection::Connection;
use crate::messages::{FromHelper, ToHelper};
use crate::view::View;
use crate::webview::PageWebview;
use crate::wire::ViewNumber;

thread_local! {
    /// The open views. They belong to GTK's thread.
    static VIEWS: RefCell<HashMap<ViewNumber, View>> = RefCell::default();
}

/// Exit codes that the library tells apart in its log.
const NO_DISPLAY: u8 = 3;
const NO_LIBRARY: u8 = 4;

fn main() -> ExitCode {
    lifetime::end_with_parent();
    let Ok(connection) = Connection::open() else {
        eprintln!("this program is started by a plugin, with a socket as its standard input");
        return ExitCode::from(NO_LIBRARY);
    };
    // Everything here is about X11 windows, also where a Wayland session runs.
    gtk::gdk::set_allowed_backends("x11");
    if gtk::init().is_err() {
        eprintln!("GTK cannot open the X11 display");
        return ExitCode::from(NO_DISPLAY);
    }
    x11_errors::survive();
    let sender = connection.sender(ViewNumber::NONE);
    responsiveness::watch(pages_to_ask, move || sender.send(&FromHelper::NotResponding));
    connection.listen(receive);
    gtk::main();
    ExitCode::SUCCESS
}

/// Of the pages that are seen, one in each web process.
fn pages_to_ask() -> Vec<WebView> {
    VIEWS.with_borrow(|views| {
        let mut asked: Vec<&PageWebview> = Vec::new();
        for view in views.values().filter(|view| view.is_shown() && view.webview().has_document()) {
            if !asked.iter().any(|other| other.shares_process_with(view.webview())) {
                asked.push(view.webview());
            }
        }
        asked.into_iter().map(|webview| webview.widget().clone()).collect()
    })
}

/// Acts on a message, on GTK's thread.
fn receive(connection: &Connection, number: ViewNumber, message: ToHelper) {
    let sender = connection.sender(number);
    let warn = |text: &str| sender.send(&FromHelper::Warning(text.to_owned()));
    VIEWS.with_borrow_mut(|views| {
        if let ToHelper::Load(page) = message {
            if views.contains_key(&number) {
                return warn("asked to load a second page");
            }
            return match View::open(page, &sender, views.values()) {
                Ok(view) => {
                    sender.send(&FromHelper::Window { id: view.window_id() });
                    views.insert(number, view);
                }
                Err(message) => warn(message),
            };
        }
        let Some(view) = views.get(&number) else { return warn("asked to act before there was a page") };
        match message {
            ToHelper::Load(_) => unreachable!("a page that is loaded has been dealt with"),
            ToHelper::Show(geometry) => view.show(geometry),
            ToHelper::Hide => view.hide(),
            ToHelper::Resize(geometry) => view.resize(geometry),
            ToHelper::Text(text) => view.webview().deliver(text),
            ToHelper::HostKey(key) => keyboard::press(view.webview().widget(), key),
            ToHelper::ReleaseFocus => view.webview().release_focus(),
            ToHelper::Close => drop(views.remove(&number)),
        }
    });
}
