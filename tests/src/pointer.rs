//! The mouse, as a hand moves it.

use std::time::Duration;

use x11rb::connection::Connection;
use x11rb::protocol::xtest::ConnectionExt as _;

use crate::display::Display;

/// X11's codes of what a mouse does.
const PRESS: u8 = 4;
const RELEASE: u8 = 5;
const MOVE: u8 = 6;

/// The time that a hand takes for one step.
pub const STEP: Duration = Duration::from_millis(15);

/// Drags from one place of the screen to another, in so many steps; `rest` spends [`STEP`] after each.
pub fn drag(display: &Display, from: (i16, i16), to: (i16, i16), steps: i16, mut rest: impl FnMut()) {
    act(display, MOVE, 0, from);
    act(display, PRESS, 1, from);
    for step in 1..=steps {
        let at = |from: i16, to: i16| from + (to - from) * step / steps;
        act(display, MOVE, 0, (at(from.0, to.0), at(from.1, to.1)));
        rest();
    }
    act(display, RELEASE, 1, to);
}

fn act(display: &Display, kind: u8, button: u8, (x, y): (i16, i16)) {
    let connection = &display.connection;
    let asked = connection.xtest_fake_input(kind, button, 0, display.root, x, y, 0);
    asked.expect("the X server lets tests move the mouse");
    connection.flush().expect("the X server runs");
}
