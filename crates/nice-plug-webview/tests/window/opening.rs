//! Opening, closing, and what is seen meanwhile.

use std::sync::atomic::Ordering;

use crate::display::{display, wait_until};
use crate::host::{Host, Seen};

pub const GREEN: &str = "<style>html { background: rgb(0, 200, 0) }</style>";
pub const ECHO: &str =
    "__NICE_PLUG__.setReceiveCallback((text) => __NICE_PLUG__.postMessage(`page got ${text}`));";

#[test]
fn a_page_is_shown_in_the_hosts_window_and_talks_both_ways() {
    let display = display();
    let parent = display.host_window(400, 300);
    let host = Host::showing(GREEN, ECHO);

    let opened = host.open_in(parent);
    host.wait_for(&Seen::DocumentStarted);
    host.send("a text with \"quotes\", a \u{2028} separator and a \u{1f39b}");

    host.wait_for_message("page got a text with \"quotes\", a \u{2028} separator and a \u{1f39b}");
    display.wait_for_colour(200, 150, [0, 200, 0]);
    drop(opened);
}

#[test]
fn a_host_may_open_the_editor_before_it_has_a_window() {
    let display = display();
    let parent = display.host_window(400, 300);
    let host = Host::showing(GREEN, ECHO);

    let _opened = host.open_then_attach(parent);

    display.wait_for_colour(200, 150, [0, 200, 0]);
}

#[test]
fn the_background_is_there_as_soon_as_opening_returns() {
    let display = display();
    let parent = display.host_window(400, 300);
    let host = Host::showing("", "");

    let _opened = host.open_in(parent);

    assert!(display.picture(400, 300).iter().all(|&colour| colour == [0, 0, 255]));
}

#[test]
fn nothing_but_the_background_and_the_page_is_ever_seen() {
    let display = display();
    let parent = display.host_window(400, 300);
    let host = Host::showing(GREEN, ECHO);

    let _opened = host.open_in(parent);

    wait_until(
        || {
            let colours = [(5, 5), (200, 150), (395, 295)].map(|(x, y)| display.colour_at(x, y));
            let foreign = colours.iter().find(|colour| ![[0, 0, 255], [0, 200, 0]].contains(colour));
            assert_eq!(foreign, None, "a flash");
            colours == [[0, 200, 0]; 3]
        },
        || "the page".to_owned(),
    );
}

#[test]
fn a_page_lives_on_while_the_window_is_closed() {
    let display = display();
    let host = Host::showing(
        GREEN,
        "let count = 0; __NICE_PLUG__.setReceiveCallback(() => __NICE_PLUG__.postMessage(String(++count)));",
    );
    let first_parent = display.host_window(400, 300);
    let opened = host.open_in(first_parent);
    assert_eq!(host.next(), Seen::Opened { is_fresh_page: true });
    host.wait_for(&Seen::DocumentStarted);
    host.send("");
    host.wait_for_message("1");
    drop(opened);
    assert_eq!(host.next(), Seen::Closed);
    display.destroy(first_parent);

    let second_parent = display.host_window(400, 300);
    let _opened = host.open_then_attach(second_parent);

    assert_eq!(host.next(), Seen::Opened { is_fresh_page: false });
    host.send("");
    host.wait_for_message("2");
    display.wait_for_colour(200, 150, [0, 200, 0]);
}

#[test]
fn the_handler_is_gone_when_closing_returns() {
    let display = display();
    let parent = display.host_window(400, 300);
    let host = Host::showing(GREEN, ECHO);
    let opened = host.open_in(parent);
    host.wait_for(&Seen::DocumentStarted);

    drop(opened);

    assert_eq!(host.seen.try_iter().last(), Some(Seen::Closed));
}

#[test]
fn ticks_come_only_while_the_window_is_open() {
    let display = display();
    let parent = display.host_window(400, 300);
    let host = Host::showing(GREEN, ECHO);
    let ticks = || host.ticks.load(Ordering::SeqCst);
    let opened = host.open_in(parent);
    wait_until(|| ticks() > 3, || "some ticks".to_owned());

    drop(opened);
    let ticks_when_closed = ticks();
    let _reopened = host.open_in(parent);

    // Whatever was still to come has come before the page is seen again.
    assert_eq!(ticks_when_closed, ticks_when_closed.min(ticks()));
    wait_until(|| ticks() > ticks_when_closed + 3, || "more ticks".to_owned());
}

#[test]
fn a_host_that_destroys_its_window_first_gets_the_page_again_later() {
    let display = display();
    let host = Host::showing(GREEN, ECHO);
    let parent = display.host_window(400, 300);
    let opened = host.open_in(parent);
    display.wait_for_colour(200, 150, [0, 200, 0]);

    display.destroy(parent);
    drop(opened);
    let parent = display.host_window(400, 300);
    let _opened = host.open_in(parent);

    display.wait_for_colour(200, 150, [0, 200, 0]);
}

#[test]
fn ten_editors_show_their_pages_at_once() {
    let display = display();
    let hosts: Vec<_> = (0..10).map(|_| Host::showing(GREEN, ECHO)).collect();
    let opened: Vec<_> = hosts
        .iter()
        .enumerate()
        .map(|(index, host)| {
            let parent = display.host_window_at(100 * index as i16, 0, 100, 300);
            host.open_in(parent)
        })
        .collect();

    for index in 0..10 {
        display.wait_for_colour(100 * index + 50, 150, [0, 200, 0]);
    }
    drop(opened);
}

#[test]
fn without_a_host_the_editor_has_a_window_of_its_own() {
    let display = display();
    let host = Host::with(GREEN, ECHO, |editor| editor.with_title("A plugin"));
    let opened = host.spawn(None, false, None);
    display.wait_for_colour(200, 150, [0, 200, 0]);
    let window = display.window_with_title("A plugin");

    display.ask_to_close(window);

    // Returns only because the window is asked to close.
    <nice_plug_webview::WebviewHandle as nice_plug_core::editor::EditorHandle>::run_until_closed(
        opened.window,
    )
    .unwrap();
    host.wait_for(&Seen::Closed);
}
