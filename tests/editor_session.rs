//! Undo, slots and presets in the plugin's window: to the host each is a gesture for every parameter that changes.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use wavecraft_tests::bundles;
use wavecraft_tests::display::{Display, display};
use wavecraft_tests::editor_host::{EditorHost, Told};
use wavecraft_tests::pointer;
use wavecraft_tests::strip_page::session_bar::{NEXT, PREVIOUS, REDO, SLOT_A, SLOT_B, UNDO};
use wavecraft_tests::strip_page::{
    FEWEST_ACCENTS, LAST_IN_MENU_OF_OUTPUT, MENU_GROUND, OUTPUT_KNOB, SIZE_PX, accents,
};

plugin_test_support::needs!(WindowTests);

const PARAMETERS: [&str; 10] = [
    "/Bypass",
    "Input/Input",
    "Filters/Low cut",
    "Filters/Low cut slope",
    "Filters/High cut",
    "Filters/High cut slope",
    "Drive/Drive",
    "Drive/Character",
    "Output/Mix",
    "Output/Output",
];

/// The values of all parameters, to the bit.
type Values = BTreeMap<&'static str, u64>;

struct Studio {
    display: Display,
    host: EditorHost,
}

impl Studio {
    fn open() -> Self {
        let display = display();
        let window = display.host_window(960, 600);
        let mut host = EditorHost::start(&bundles::clap());
        assert_eq!(host.open(window, None), (960, 600));
        host.run_until("the page is there", |_| accents(&display, SIZE_PX) > FEWEST_ACCENTS);
        Self { display, host }
    }

    fn values(&mut self) -> Values {
        PARAMETERS.iter().map(|name| (*name, self.host.value(name).to_bits())).collect()
    }

    /// Clicks, and waits until the host has been told of gestures after which the values are `expected`.
    fn click_for(&mut self, what: &str, at: (i16, i16), expected: impl Fn(&Values) -> bool) {
        self.host.take_told();
        let before = self.values();
        self.display.click(at.0, at.1);
        let mut told = Vec::new();
        let Self { host, .. } = self;
        host.run_until(what, |host| {
            told.extend(host.take_told());
            let values = PARAMETERS.iter().map(|name| (*name, host.value(name).to_bits())).collect();
            let open = |told: &[Told]| told.iter().filter(|told| matches!(told, Told::Begin(_))).count();
            let ended = told.iter().filter(|told| matches!(told, Told::End(_))).count();
            expected(&values) && open(&told) == ended && ended > 0
        });
        let after = self.values();
        let changed: Vec<_> = PARAMETERS.iter().filter(|name| before[*name] != after[*name]).collect();
        assert_eq!(told.len(), 3 * changed.len(), "{what}: {told:?}");
        for gesture in told.chunks(3) {
            let [Told::Begin(begun), Told::Value(name, value), Told::End(ended)] = gesture else {
                panic!("{what}: {gesture:?}");
            };
            assert!(begun == name && name == ended, "{what}: {gesture:?}");
            assert!((f64::from_bits(after[name.as_str()]) - value).abs() < 1e-6, "{what}: {gesture:?}");
        }
    }

    /// Drags the knob, which is pressed so far right of its middle.
    fn drag_output(&mut self, right_px: i16, up_px: i16) {
        let Self { display, host } = self;
        host.take_told();
        let (x, y) = (OUTPUT_KNOB.0 + right_px, OUTPUT_KNOB.1);
        pointer::drag(display, (x, y), (x, y - up_px), 15, || {
            let started = Instant::now();
            while started.elapsed() < pointer::STEP {
                host.idle();
                std::thread::sleep(Duration::from_millis(2));
            }
        });
        let end = Told::End("Output/Output".to_owned());
        host.run_until("the gesture has ended", |host| host.take_told().contains(&end));
    }
}

impl Drop for Studio {
    fn drop(&mut self) {
        self.host.close();
    }
}

#[test]
fn a_musician_turns_undoes_compares_and_goes_through_presets() {
    let mut studio = Studio::open();
    let untouched = studio.values();
    let mut states = vec![untouched.clone()];
    // Two presses at one place would be a double click.
    for (right_px, up_px) in [(-12, 30), (0, -20), (12, 45)] {
        studio.drag_output(right_px, up_px);
        states.push(studio.values());
    }
    for state in states.iter().rev().skip(1) {
        studio.click_for("it is undone", UNDO, |values| values == state);
    }
    for state in states.iter().skip(1) {
        studio.click_for("it is done again", REDO, |values| values == state);
    }
    let turned = states[3].clone();

    studio.display.click(SLOT_B.0, SLOT_B.1);
    let mut presets = vec![turned.clone()];
    for _ in 0..4 {
        let known = presets.clone();
        studio.click_for("another preset is there", NEXT, |values| !known.contains(values));
        presets.push(studio.values());
    }
    studio.click_for("the one before is back", PREVIOUS, |values| *values == presets[3]);
    for _ in 0..3 {
        studio.click_for("A is heard", SLOT_A, |values| *values == turned);
        studio.click_for("B is heard", SLOT_B, |values| *values == presets[3]);
    }
    studio.click_for("the way back is undone", UNDO, |values| *values == presets[4]);
    for state in presets.iter().rev().skip(1) {
        studio.click_for("a preset is undone", UNDO, |values| values == state);
    }
}

#[test]
fn the_host_shows_its_menu_for_the_control_under_the_pointer() {
    let mut studio = Studio::open();
    let Studio { display, host } = &mut studio;
    let (x, y) = OUTPUT_KNOB;
    let (right, bottom) = LAST_IN_MENU_OF_OUTPUT;
    display.right_click(x, y);
    host.run_until("the control's menu is there", |_| display.colour_at(right, bottom) == MENU_GROUND);
    display.click(right, bottom);
    let mut menus = Vec::new();
    host.run_until("the host's menu is there", |host| {
        menus.extend(host.take_menus());
        !menus.is_empty()
    });
    let (name, place) = &menus[0];
    assert_eq!((name.as_str(), *place), ("Output/Output", (i32::from(x), i32::from(y))));
}
