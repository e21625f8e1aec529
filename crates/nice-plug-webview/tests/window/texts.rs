//! Texts for the page.

use crate::display::display;
use crate::host::{Host, Seen};
use crate::opening::GREEN;

#[test]
fn texts_arrive_whole_and_in_order_however_many_there_are() {
    const COUNTS: &str = "let next = 0; __NICE_PLUG__.setReceiveCallback((text) => { \
         if (text === `${next}\\0\\u{1f39b}`) next += 1; \
         if (next === 3000) __NICE_PLUG__.postMessage('all'); });";
    let display = display();
    let host = Host::showing(GREEN, COUNTS);
    let _opened = host.open_in(display.host_window(400, 300));
    host.wait_for_handler();

    // Some before there is a document, and more while it takes them.
    for number in 0..3000 {
        host.send(&format!("{number}\0\u{1f39b}"));
        if number == 1000 {
            host.wait_for(&Seen::DocumentStarted);
        }
    }

    host.wait_for_message("all");
}

#[test]
fn a_document_that_follows_another_gets_texts_as_well() {
    const RELOADS: &str = "__NICE_PLUG__.setReceiveCallback((text) => \
         text === 'reload' ? location.reload() : __NICE_PLUG__.postMessage(`page got ${text}`));";
    let display = display();
    let host = Host::showing(GREEN, RELOADS);
    let _opened = host.open_in(display.host_window(400, 300));
    for round in ["first", "second", "third"] {
        host.wait_for(&Seen::DocumentStarted);
        host.send(round);
        host.wait_for_message(&format!("page got {round}"));
        host.send("reload");
    }
}
