//! A project's built page in a host's window.

use std::thread;

use wavecraft_tests::display::{Colour, Display, display};
use wavecraft_tests::editor_host::{EditorHost, Told};
use wavecraft_tests::plugin_project::turn;
use wavecraft_tests::pointer;
use wavecraft_tests::strip_page::{ACCENT, KNOB_TRAVEL_PX};
use x11rb::protocol::xproto::Window;

/// The parameters with knobs, from left to right.
pub const EFFECT: [&str; 3] = ["/Rate", "/Depth", "/Level"];
pub const INSTRUMENT: [&str; 3] = ["Envelope/Attack", "Envelope/Release", "Output/Level"];

/// There are more columns than this between two knobs of a page, and fewer within one.
const KNOB_GAP_PX: i16 = 24;

/// A plugin's page in a host's window, at a place of the screen.
pub struct Studio<'a> {
    pub display: &'a Display,
    window: Window,
    pub host: EditorHost,
    at: (i16, i16),
    size: (u16, u16),
}

impl<'a> Studio<'a> {
    /// Opens the window.
    pub fn open(display: &'a Display, mut host: EditorHost, at: (i16, i16)) -> Self {
        let window = display.host_window_at(at.0, at.1, 960, 600);
        // Where an earlier test has left it, the window would have the keyboard, which an instrument's page shows.
        display.point_at(at.0 + 959, at.1 + 599);
        let (width, height) = host.open(window, None);
        Self { display, window, host, at, size: (width as u16, height as u16) }
    }

    /// Waits until the page shows as many knobs as it has, and returns where they are, from left to right.
    pub fn wait_for_knobs(&mut self, count: usize) -> Vec<(i16, i16)> {
        let mut knobs = Vec::new();
        let Self { display, host, at, size, .. } = self;
        host.run_until("the page shows its knobs", |_| {
            knobs = knobs_within(display, *at, *size);
            knobs.len() == count
        });
        knobs
    }

    /// Waits until the page shows so much in a colour.
    pub fn wait_for_colour(&mut self, colour: Colour, pixels: usize) {
        let Self { display, host, at, size, .. } = self;
        host.run_until("the page shows its colour", |_| {
            let picture = display.picture_at(at.0, at.1, size.0, size.1);
            picture.iter().filter(|pixel| **pixel == colour).count() >= pixels
        });
    }

    /// Drags from one place upwards, as a hand does, and returns what the host was told.
    pub fn drag_up(&mut self, (x, y): (i16, i16), pixels: i16) -> Vec<Told> {
        let Self { display, host, .. } = self;
        host.take_told();
        pointer::drag(display, (x, y), (x, y - pixels), 15, || {
            host.idle();
            thread::sleep(pointer::STEP);
        });
        let mut told = Vec::new();
        host.run_until("the gesture has ended", |host| {
            told.extend(host.take_told());
            matches!(told.last(), Some(Told::End(_)))
        });
        told
    }
}

impl Drop for Studio<'_> {
    fn drop(&mut self) {
        self.host.close();
        self.display.destroy(self.window);
    }
}

/// The middles of the page's knobs: each has something in the accent's colour, with columns of other colours between.
fn knobs_within(display: &Display, at: (i16, i16), (width, height): (u16, u16)) -> Vec<(i16, i16)> {
    let picture = display.picture_at(at.0, at.1, width, height);
    let accents = picture.iter().enumerate().filter(|(_, pixel)| **pixel == ACCENT);
    let places = accents.map(|(index, _)| (index % usize::from(width), index / usize::from(width)));
    let mut places: Vec<(i16, i16)> = places.map(|(x, y)| (x as i16, y as i16)).collect();
    places.sort_unstable();
    let knobs = places.chunk_by(|one, next| next.0 - one.0 < KNOB_GAP_PX);
    let middle = |places: &[(i16, i16)]| {
        let heights = places.iter().map(|(_, y)| *y);
        let (top, bottom) = (heights.clone().min().unwrap_or(0), heights.max().unwrap_or(0));
        let (left, right) = (places[0].0, places[places.len() - 1].0);
        (at.0 + i16::midpoint(left, right), at.1 + i16::midpoint(top, bottom))
    };
    knobs.map(middle).collect()
}

/// Turns knobs up: those at the beginning of their travel have no arc by which they are found.
pub fn turn_up(host: &EditorHost, parameters: &[&str; 3]) {
    for parameter in parameters {
        host.automate(parameter, 0.75);
    }
}

/// Drags the last of three knobs, that of the level, and sees and hears what comes of it.
fn assert_a_dragged_level_is_heard(host: EditorHost, parameters: &[&str; 3], range_db: f64) {
    let level = parameters[2];
    let display = display();
    let mut studio = Studio::open(&display, host, (0, 0));
    turn_up(&studio.host, parameters);
    let knobs = studio.wait_for_knobs(3);
    // Without a depth, the effect's sound is steady.
    studio.host.automate(parameters[1], 0.0);
    let blocks = studio.host.blocks();
    studio.host.run_until("it sounds steadily", |host| host.blocks() > blocks + 50);
    let (peak, value) = (studio.host.output_peak(), studio.host.value(level));
    assert!(peak > 0.01, "nothing sounds");
    let told = studio.drag_up(knobs[2], 30);
    assert_eq!(told.first(), Some(&Told::Begin(level.to_owned())), "{told:?}");
    assert_eq!(told.last(), Some(&Told::End(level.to_owned())), "{told:?}");
    let moved = studio.host.value(level) - value;
    assert!((moved - 30.0 / KNOB_TRAVEL_PX).abs() < 0.02, "the knob has moved by {moved}");
    let gain = 10.0_f64.powf(moved * range_db / 20.0);
    studio.host.run_until("it is heard", |host| (host.output_peak() / peak / gain - 1.0).abs() < 0.02);
}

#[test]
fn a_knob_of_the_effects_built_page_is_dragged_and_heard() {
    let turn = turn();
    let host = EditorHost::start(&turn.effect().clap());
    assert_a_dragged_level_is_heard(host, &EFFECT, 48.0);
}

#[test]
fn a_knob_of_the_instruments_built_page_is_dragged_and_heard() {
    let turn = turn();
    let host = EditorHost::start_instrument(&turn.instrument().clap());
    assert_a_dragged_level_is_heard(host, &INSTRUMENT, 36.0);
}
