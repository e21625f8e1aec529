//! The plugin's page in the window of a CLAP host, under an X server of the test's own.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use std::time::Instant;

use wavecraft_tests::bundles;
use wavecraft_tests::clap_host::ClapHost;
use wavecraft_tests::clap_state;
use wavecraft_tests::display::{Display, display};
use wavecraft_tests::editor_host::{EditorHost, Told};
use wavecraft_tests::pointer;
use wavecraft_tests::processes::{Process, helpers};
use wavecraft_tests::strip_page::{
    FEWEST_ACCENTS, OUTPUT_KNOB, SIZE_PX, accents, accents_of_drive_graph, accents_outside,
};
use x11rb::protocol::xproto::Window;

plugin_test_support::needs!(WindowTests);

/// The parameter that the output's gain knob turns, from -24 to 24 dB.
const OUTPUT: &str = "Output/Output";

/// So many pixels in the accent's colour the drive's graph has at least while a tone of -12 dBFS lights its curve: some 700.
/// One that a cut has taken 19 dB from has some 250, with handle and harmonics.
const FEWEST_LIT: usize = 450;

/// A host whose window shows the page.
struct Studio {
    display: Display,
    window: Window,
    host: EditorHost,
}

impl Studio {
    fn open() -> Self {
        let display = display();
        let window = display.host_window(960, 600);
        let mut host = EditorHost::start(&bundles::clap());
        assert_eq!(host.open(window, None), (960, 600));
        let mut studio = Self { display, window, host };
        studio.wait_for_page(960, 600);
        studio
    }

    /// Waits until the page has its parameters: only then are there arcs and curves in the accent's colour.
    fn wait_for_page(&mut self, width: u16, height: u16) {
        let Self { display, host, .. } = self;
        host.run_until("the page is there", |_| accents(display, (width, height)) > FEWEST_ACCENTS);
    }

    fn drag(&mut self, from: (i16, i16), to: (i16, i16)) {
        let Self { display, host, .. } = self;
        pointer::drag(display, from, to, 15, || host.idle_for(pointer::STEP));
    }
}

impl Drop for Studio {
    fn drop(&mut self) {
        self.host.close();
        self.display.destroy(self.window);
    }
}

#[test]
fn a_dragged_knob_is_one_gesture_to_the_host_and_is_heard() {
    let mut studio = Studio::open();
    studio.host.take_told();
    let before = studio.host.output_peak();
    let (x, y) = OUTPUT_KNOB;
    studio.drag((x, y), (x, y - 50));

    let mut told = Vec::new();
    studio.host.run_until("the gesture has ended", |host| {
        told.extend(host.take_told());
        told.last() == Some(&Told::End(OUTPUT.to_owned()))
    });
    assert_eq!(told.first(), Some(&Told::Begin(OUTPUT.to_owned())));
    let values: Vec<f64> = told
        .iter()
        .filter_map(|told| match told {
            Told::Value(name, value) if name == OUTPUT => Some(*value),
            _ => None,
        })
        .collect();
    assert_eq!(values.len(), told.len() - 2, "{told:?}");
    assert!(values.len() > 3 && values.is_sorted(), "{values:?}");
    let reached = studio.host.value(OUTPUT);
    assert!((0.6..0.7).contains(&reached), "50 of 300 pixels are a sixth of the travel, not to {reached}");
    let gain = 10.0_f64.powf((reached * 48.0 - 24.0) / 20.0);
    let is_heard = |peak: f64| (peak / before / gain - 1.0).abs() < 0.02;
    studio.host.run_until("it is heard", |host| is_heard(host.output_peak()));
}

#[test]
fn a_host_that_never_calls_back_learns_of_a_drag_all_the_same() {
    let mut studio = Studio::open();
    studio.host.take_told();
    studio.host.calls_back = false;
    let (x, y) = OUTPUT_KNOB;
    studio.drag((x, y), (x, y - 50));
    let end = Told::End(OUTPUT.to_owned());
    studio.host.run_until("the gesture has ended", |host| host.take_told().contains(&end));
    assert!((0.6..0.7).contains(&studio.host.value(OUTPUT)), "{}", studio.host.value(OUTPUT));
}

#[test]
fn automation_moves_the_knob_on_the_page() {
    let mut studio = Studio::open();
    let before = accents(&studio.display, SIZE_PX);
    studio.host.automate("Drive/Drive", 1.0);
    let Studio { display, host, .. } = &mut studio;
    // The arc of the knob grows from nothing to the whole travel.
    host.run_until("the knob has moved", |_| accents(display, SIZE_PX) > before + 300);
    assert!(host.take_told().is_empty(), "what the host sets is not told back to it");
}

#[test]
fn a_meter_of_the_plugins_own_moves_in_the_window() {
    let mut studio = Studio::open();
    studio.host.automate("Drive/Drive", 0.5);
    let Studio { display, host, .. } = &mut studio;
    // The tone of 764 Hz arrives at the drive at -12 dBFS, and lights a part of its curve.
    host.run_until("the curve is lit", |_| accents_of_drive_graph(display) > FEWEST_LIT);
    // A cut above it leaves the input as it is, and little arrives.
    host.automate("Filters/Low cut", 1.0);
    host.automate("Filters/Low cut slope", 3.0);
    host.run_until("the curve is darker", |_| accents_of_drive_graph(display) < FEWEST_LIT);
    host.automate("Filters/Low cut slope", 0.0);
    host.run_until("the curve is lit again", |_| accents_of_drive_graph(display) > FEWEST_LIT);
}

#[test]
fn automation_moves_the_knob_in_a_host_that_never_calls_back_as_well() {
    let mut studio = Studio::open();
    studio.host.calls_back = false;
    let before = accents(&studio.display, SIZE_PX);
    studio.host.automate("Drive/Drive", 1.0);
    let Studio { display, host, .. } = &mut studio;
    host.run_until("the knob has moved", |_| accents(display, SIZE_PX) > before + 300);
}

#[test]
fn a_loaded_project_reaches_the_page() {
    let mut studio = Studio::open();
    let saved = studio.host.save();
    let before = accents(&studio.display, SIZE_PX);
    studio.host.automate("Drive/Drive", 1.0);
    let Studio { display, host, .. } = &mut studio;
    host.run_until("the knob has moved", |_| accents(display, SIZE_PX) > before + 300);
    host.load(&saved);
    host.run_until("the knob is back", |_| accents(display, SIZE_PX) < before + 100);
}

#[test]
fn what_is_turned_while_the_host_stands_still_is_saved_and_a_project_loaded_then_counts_for_more() {
    /// The value that the saved project gives the knob.
    fn saved(project: &[u8]) -> f64 {
        let mut other = ClapHost::load(&bundles::clap());
        assert!(other.load_state(project));
        other.value("Output")
    }

    let mut studio = Studio::open();
    let untouched = studio.host.save();
    studio.host.stand_still(true);
    let (x, y) = OUTPUT_KNOB;
    studio.drag((x, y), (x, y - 50));
    // All of it: 50 of 300 pixels are a sixth of the travel.
    studio.host.run_until("it is saved", |host| (saved(&host.save()) - 2.0 / 3.0).abs() < 1e-3);
    assert!((studio.host.value(OUTPUT) - 0.5).abs() < 1e-6, "the plugin has it with the next block");

    studio.host.take_told();
    studio.host.load(&untouched);
    studio.host.stand_still(false);
    let before = studio.host.blocks();
    studio.host.run_until("it plays", |host| host.blocks() > before + 4);
    assert!((studio.host.value(OUTPUT) - 0.5).abs() < 1e-6, "{}", studio.host.value(OUTPUT));
    let gesture = [Told::Begin(OUTPUT.to_owned()), Told::End(OUTPUT.to_owned())];
    assert_eq!(studio.host.take_told(), gesture, "the user's hold is over, and its values are");
}

#[test]
fn both_sides_may_resize_the_window() {
    let mut studio = Studio::open();
    assert_eq!(studio.host.resize(1200, 750), (1200, 750));
    studio.wait_for_page(1200, 750);
    let (largest, smallest) = ((1200, 750), (640, 400));
    assert_eq!(studio.host.resize(100, 100), (640, 400), "the page has a smallest size");
    let Studio { display, host, .. } = &mut studio;
    let is_larger = |display: &Display| accents_outside(display, largest, smallest) > 0;
    host.run_until("the page is at its smallest", |_| !is_larger(display) && accents(display, smallest) > 0);
    assert_eq!(host.resize(960, 600), (960, 600));
    // Its corner is where it is dragged only then.
    host.run_until("the page is larger again", |_| is_larger(display));

    studio.drag((954, 594), (1054, 656));
    let mut asked = None;
    studio.host.run_until("the page has asked for a size", |host| {
        asked = host.take_resize_request().or(asked);
        asked.is_some()
    });
    let (width, height) = asked.unwrap();
    assert!(width > 960 && height > 600, "{width} x {height}");
}

#[test]
fn the_size_is_kept_with_the_project() {
    let mut studio = Studio::open();
    studio.host.resize(800, 500);
    let saved = studio.host.save();
    studio.host.resize(960, 600);
    studio.host.close();
    studio.host.load(&saved);
    assert_eq!(studio.host.open(studio.window, None), (800, 500));
}

#[test]
fn at_twice_the_scale_everything_is_twice_as_large() {
    let display = display();
    let window = display.host_window(1600, 1200);
    let mut host = EditorHost::start(&bundles::clap());
    let saved = clap_state::text(&host.save()).replace("960", "700").replace("600", "440");
    host.load(&clap_state::of_text(&saved));
    assert_eq!(host.open(window, Some(2.0)), (1400, 880));
    let mut studio = Studio { display, window, host };
    studio.wait_for_page(1400, 880);
}

#[test]
fn a_killed_helper_comes_back_with_the_right_values_and_the_sound_goes_on() {
    let mut studio = Studio::open();
    studio.host.automate("Drive/Drive", 1.0);
    let before = accents(&studio.display, SIZE_PX);
    let Studio { display, host, .. } = &mut studio;
    host.run_until("the knob has moved", |_| accents(display, SIZE_PX) > before + 300);
    let blocks = host.blocks();
    let killed = Instant::now();
    helpers().iter().for_each(Process::kill);
    host.run_until("the page is gone", |_| accents(display, SIZE_PX) == 0);
    host.run_until("the page is back", |_| accents(display, SIZE_PX) > before + 300);
    println!("back {:?} after the kill", killed.elapsed());
    host.run_until("the sound goes on", |host| host.blocks() > blocks + 20);
}

#[test]
fn closing_leaves_no_process_behind_once_the_plugin_is_gone() {
    let mut studio = Studio::open();
    assert!(!helpers().is_empty());
    studio.host.close();
    let Studio { display, window, host } = &mut studio;
    *host = EditorHost::start(&bundles::clap());
    host.run_until("the helper has ended", |_| helpers().is_empty());
    host.open(*window, None);
    host.run_until("the page is there", |_| accents(display, SIZE_PX) > FEWEST_ACCENTS);
}
