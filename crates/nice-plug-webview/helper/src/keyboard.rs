//! Keys that the page does not want, and keys that the host had first.

use std::cell::RefCell;
use std::collections::HashSet;
use std::rc::Rc;

use gtk::gdk;
use gtk::glib::{
    Propagation,
    translate::{FromGlibPtrFull, IntoGlib, ToGlibPtr},
};
use gtk::prelude::*;
use webkit2gtk::WebView;

use crate::connection::ViewSender;
use crate::messages::{FromHelper, HostKey, UnusedKey};

/// Sends the library each key that the page leaves alone: that it neither types, nor acts on, nor prevents.
pub fn return_unused_keys(webview: &WebView, sender: &ViewSender) {
    let returned = Rc::new(RefCell::new(HashSet::new()));

    // WebKit asks the page first and then puts the event before the widget again. It gets here only if nobody took it.
    let (press_sender, press_returned) = (sender.clone(), Rc::clone(&returned));
    webview.connect_local("key-press-event", true, move |arguments| {
        let event = arguments[1].get::<gdk::Event>().ok()?.downcast::<gdk::EventKey>().ok()?;
        press_returned.borrow_mut().insert(event.hardware_keycode());
        press_sender.send(&FromHelper::UnusedKey(unused_key(&event, true)));
        Some(true.to_value())
    });
    // A release belongs to whoever had the press.
    let sender = sender.clone();
    webview.connect_key_release_event(move |_, event| {
        if returned.borrow_mut().remove(&event.hardware_keycode()) {
            sender.send(&FromHelper::UnusedKey(unused_key(event, false)));
        }
        Propagation::Proceed
    });
}

fn unused_key(event: &gdk::EventKey, is_down: bool) -> UnusedKey {
    UnusedKey {
        code: event.hardware_keycode() as u8,
        state: event.state().bits() as u16,
        time_ms: event.time(),
        is_down,
    }
}

/// Gives the page a key as if the keyboard had sent it.
#[allow(unsafe_code)]
pub fn press(widget: &WebView, key: HostKey) {
    let (Some(window), Some(display)) = (widget.window(), gdk::Display::default()) else { return };
    let Some(keymap) = gdk::Keymap::for_display(&display) else { return };
    let code = keymap.entries_for_keyval(key.keysym).first().map_or(0, gdk::KeymapKey::keycode);
    let kind = if key.is_down { gdk::EventType::KeyPress } else { gdk::EventType::KeyRelease };
    // SAFETY: the event is of the kind whose fields are written, and it owns the reference to its window that it gets.
    let mut event = unsafe {
        let event = gdk::ffi::gdk_event_new(kind.into_glib());
        let fields = &mut *event.cast::<gdk::ffi::GdkEventKey>();
        fields.window = window.to_glib_full();
        fields.send_event = 1;
        fields.time = gdk::ffi::GDK_CURRENT_TIME as u32;
        fields.state = key.modifiers;
        fields.keyval = key.keysym;
        fields.hardware_keycode = code as u16;
        gdk::Event::from_glib_full(event)
    };
    if let Some(keyboard) = display.default_seat().and_then(|seat| seat.keyboard()) {
        event.set_device(Some(&keyboard));
    }
    gtk::main_do_event(&mut event);
}
