//! What is seen of a page that fails.

use crate::display::{Display, display, wait_until};
use crate::host::Host;
use crate::opening::GREEN;

/// The message's ground.
const MESSAGE: [u8; 3] = [19, 18, 16];

/// A policy that allows no style in the page's text.
const STRICT_POLICY: &str = "default-src 'self'";

fn wait_for_message(display: &Display) {
    display.wait_for_colour(395, 295, MESSAGE);
    // The words in it are light.
    let has_words = |picture: Vec<[u8; 3]>| picture.iter().any(|colour| colour[0] > 200);
    wait_until(|| has_words(display.picture(400, 300)), || "words".to_owned());
}

#[test]
fn what_a_page_throws_is_shown_instead_of_an_empty_window() {
    let display = display();
    for script in [
        "throw new Error('no gain')",
        "Promise.reject(new Error('no gain'))",
        "document.body.remove(); throw 'no gain'",
        "this is no script",
    ] {
        let parent = display.host_window(400, 300);
        let host = Host::with("", script, |editor| editor.with_content_security_policy(STRICT_POLICY));
        let _opened = host.open_in(parent);

        wait_for_message(&display);
    }
}

#[test]
fn a_script_that_is_missing_is_named_instead_of_an_empty_window() {
    let display = display();
    let parent = display.host_window(400, 300);
    let host =
        Host::showing("<script type=\"module\" src=\"missing.js\"></script><div id=\"root\"></div>", "");

    let _opened = host.open_in(parent);

    wait_for_message(&display);
}

#[test]
fn a_page_that_shows_something_is_never_covered() {
    let display = display();
    for content in [
        "<p>words</p>",
        "<canvas></canvas>",
        "<div style=\"width: 10px; height: 10px; background: white\"></div>",
    ] {
        let parent = display.host_window(400, 300);
        let script = "setTimeout(() => __NICE_PLUG__.postMessage('later'), 1000); throw new Error('no gain')";
        let host = Host::showing(&format!("{GREEN}{content}"), script);
        let _opened = host.open_in(parent);

        host.wait_for_message("later");

        display.wait_for_colour(395, 295, [0, 200, 0]);
    }
}

#[test]
fn a_page_that_shows_something_later_takes_the_message_away() {
    let display = display();
    let parent = display.host_window(400, 300);
    let script =
        "__NICE_PLUG__.setReceiveCallback(() => document.body.append('words')); throw new Error('no gain')";
    let host = Host::showing(GREEN, script);
    let _opened = host.open_in(parent);
    wait_for_message(&display);

    host.send("show");

    display.wait_for_colour(395, 295, [0, 200, 0]);
}
