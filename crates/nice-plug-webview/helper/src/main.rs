//! The process that shows a plugin's page on Linux, so that the host's process never loads GTK or WebKit.
//!
//! `nice-plug-webview` carries this program inside the plugin's library, starts it when an editor opens, and talks to it
//! over the socket that is its standard input. It shows one page in one window, which it never places itself: the library
//! moves the window into the host's and out again. It ends, together with all processes that WebKit has started, when the
//! socket closes or the host dies.

mod connection;
mod keyboard;
mod lifetime;
#[path = "../../src/limits.rs"]
mod limits;
#[path = "../../src/linux/messages.rs"]
mod messages;
#[path = "../../src/origin.rs"]
mod origin;
#[path = "../../src/script_message.rs"]
mod script_message;
mod view;
mod webview;
#[path = "../../src/linux/wire.rs"]
#[allow(dead_code, reason = "each side uses its half")]
mod wire;

use std::cell::RefCell;
use std::process::ExitCode;

use crate::connection::Connection;
use crate::messages::{FromHelper, ToHelper};
use crate::view::View;
use crate::wire::ViewNumber;

thread_local! {
    /// The view and its number. It belongs to GTK's thread.
    static VIEW: RefCell<Option<(ViewNumber, View)>> = const { RefCell::new(None) };
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
    connection.listen(receive);
    gtk::main();
    ExitCode::SUCCESS
}

/// Acts on a message, on GTK's thread.
fn receive(connection: &Connection, number: ViewNumber, message: ToHelper) {
    let sender = connection.sender(number);
    let warn = |text: &str| sender.send(&FromHelper::Warning(text.to_owned()));
    VIEW.with_borrow_mut(|slot| {
        if slot.as_ref().is_some_and(|(open, _)| *open != number) {
            return warn("asked for a second view");
        }
        match (message, slot.as_ref().map(|(_, view)| view)) {
            (ToHelper::Load(page), None) => match View::open(page, &sender) {
                Ok(view) => {
                    sender.send(&FromHelper::Window { id: view.window_id() });
                    *slot = Some((number, view));
                }
                Err(message) => warn(message),
            },
            (ToHelper::Load(_), Some(_)) => warn("asked to load a second page"),
            (_, None) => warn("asked to act before there was a page"),
            (ToHelper::Show(geometry), Some(view)) => view.show(geometry),
            (ToHelper::Hide, Some(view)) => view.hide(),
            (ToHelper::Resize(geometry), Some(view)) => view.resize(geometry),
            (ToHelper::Text(text), Some(view)) => view.webview().deliver(text),
            (ToHelper::HostKey(key), Some(view)) => keyboard::press(view.webview().widget(), key),
            (ToHelper::ReleaseFocus, Some(view)) => view.webview().release_focus(),
        }
    });
}
