//! A page that nobody can see rests.

use nice_plug_core::editor::EditorHandle as _;

use crate::display::display;
use crate::host::{Host, Seen};
use crate::opening::GREEN;

const TELLS: &str = "document.addEventListener('visibilitychange', () => \
     __NICE_PLUG__.postMessage(document.hidden ? 'it rests' : 'it is seen'));";

#[test]
fn a_window_that_another_covers_rests_until_it_is_seen_again() {
    let display = display();
    let host = Host::showing(GREEN, TELLS);
    let _opened = host.open_in(display.host_window(400, 300));
    host.wait_for(&Seen::DocumentStarted);
    display.wait_for_colour(200, 150, [0, 200, 0]);

    let cover = display.host_window(500, 400);
    host.wait_for_message("it rests");
    display.destroy(cover);

    host.wait_for_message("it is seen");
    display.wait_for_colour(200, 150, [0, 200, 0]);
}

#[test]
fn a_window_that_its_host_hides_rests_until_it_is_shown() {
    let display = display();
    let host = Host::showing(GREEN, TELLS);
    let opened = host.open_in(display.host_window(400, 300));
    host.wait_for(&Seen::DocumentStarted);
    display.wait_for_colour(200, 150, [0, 200, 0]);

    opened.handle.hide(&opened.window).unwrap();
    host.wait_for_message("it rests");
    opened.handle.show(&opened.window).unwrap();

    host.wait_for_message("it is seen");
    display.wait_for_colour(200, 150, [0, 200, 0]);
}
