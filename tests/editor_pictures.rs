//! How the strip's page looks in the plugin's window: pictures of its states, at three sizes and at twice the scale.
//!
//! This webview knows no forced colours, and a page in a window is never disconnected, nor without a host's audio: those are seen in
//! a browser alone.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use std::time::{Duration, Instant};

use wavecraft_tests::bundles;
use wavecraft_tests::display::{Display, PATIENCE, display};
use wavecraft_tests::editor_host::EditorHost;
use wavecraft_tests::kept_pictures::{self, Picture};
use wavecraft_tests::strip_page::session_bar::PRESETS;
use wavecraft_tests::strip_page::{FEWEST_ACCENTS, SIZE_PX, accents};

plugin_test_support::needs!(WindowTests);

/// The sizes, and what is where at each.
const SIZES: [Size; 4] = [
    SMALLEST,
    Size {
        width: SIZE_PX.0,
        height: SIZE_PX.1,
        scale: 1,
        menu: (922, 28),
        presets: PRESETS,
        plot: (395, 250),
        fewest_accents: FEWEST_ACCENTS,
    },
    Size {
        width: 1_600,
        height: 1_000,
        scale: 1,
        menu: (1_537, 46),
        presets: (728, 46),
        plot: (658, 417),
        fewest_accents: 600,
    },
    Size { scale: 2, fewest_accents: 200, ..SMALLEST },
];

const SMALLEST: Size = Size {
    width: 640,
    height: 400,
    scale: 1,
    menu: (615, 17),
    presets: (297, 17),
    plot: (255, 170),
    fewest_accents: 50,
};

/// All in logical pixels.
struct Size {
    width: u16,
    height: u16,
    /// So many pixels of the screen are a logical one, each way.
    scale: u16,
    /// The header's menu.
    menu: (i16, i16),
    /// The preset's name, which opens the list.
    presets: (i16, i16),
    /// A place in the filters' plot.
    plot: (i16, i16),
    /// So many pixels of the screen are in the accent's colour at least when the page has its parameters.
    fewest_accents: usize,
}

impl Size {
    /// Width and height in the screen's pixels.
    const fn extent(&self) -> (u16, u16) {
        (self.width * self.scale, self.height * self.scale)
    }

    /// Where a place is on the screen.
    const fn on_screen(&self, (x, y): (i16, i16)) -> (i16, i16) {
        (x * self.scale as i16, y * self.scale as i16)
    }

    /// What pictures of a state are called.
    fn name_of(&self, state: &str) -> String {
        let scale = if self.scale == 1 { String::new() } else { format!("-at-{}x", self.scale) };
        format!("{state}-{}x{}{scale}", self.width, self.height)
    }
}

/// What a strip at work is set to: as much of it is on as can be. Values as CLAP has them: from 0 to 1, or the number of a
/// choice.
const AT_WORK: [(&str, f64); 9] = [
    ("Input/Input", 0.5625),
    ("Filters/Low cut", 0.247),
    ("Filters/Low cut slope", 2.0),
    ("Filters/High cut", 0.8),
    ("Filters/High cut slope", 1.0),
    ("Drive/Drive", 14.0 / 36.0),
    ("Drive/Character", 2.0),
    ("Output/Mix", 0.8),
    ("Output/Output", 0.46),
];

/// What the hand does first.
#[derive(Clone, Copy)]
enum Act {
    Nothing,
    PointAtPlot,
    OpenMenu,
    OpenPresets,
}

/// What a window is seen in.
struct State {
    name: &'static str,
    /// What it is set to, beside the defaults.
    values: Vec<(&'static str, f64)>,
    /// The peak of the tone that plays.
    tone_peak: f64,
    act: Act,
}

fn states() -> [State; 7] {
    let state = |name, values: &[_], tone_peak, act| State { name, values: values.to_vec(), tone_peak, act };
    let bypassed = [&AT_WORK[..], &[("/Bypass", 1.0)]].concat();
    [
        state("default", &[], 0.0, Act::Nothing),
        state("at-work", &AT_WORK, 0.25, Act::Nothing),
        state("bypassed", &bypassed, 0.25, Act::Nothing),
        state("clipped", &[("Input/Input", 1.0)], 0.25, Act::Nothing),
        state("hover", &AT_WORK, 0.0, Act::PointAtPlot),
        state("menu", &[], 0.0, Act::OpenMenu),
        state("presets", &[], 0.0, Act::OpenPresets),
    ]
}

/// How often a window is looked at.
const LOOK: Duration = Duration::from_millis(10);
/// For so long a window that looks the same stands still, and how long that is waited for.
const STILL: Duration = Duration::from_secs(2);
const PATIENCE_FOR_STILL: Duration = Duration::from_secs(10);
/// For so long the pointer rests on what it has pressed: until the page shows what that opens.
const REST: Duration = Duration::from_millis(400);

fn picture(display: &Display, size: &Size) -> Picture {
    let (width, height) = size.extent();
    Picture { width, pixels: display.picture(width, height) }
}

/// Waits until the window looks like the picture that is kept under this name, or keeps what it shows when it stands still.
fn expect_kept(display: &Display, host: &mut EditorHost, size: &Size, name: &str) -> Result<(), String> {
    let path = kept_pictures::kept(name);
    let begun = Instant::now();
    if kept_pictures::are_renewed() {
        let (mut last, mut since) = (picture(display, size), Instant::now());
        while since.elapsed() < STILL && begun.elapsed() < PATIENCE_FOR_STILL {
            host.idle_for(LOOK);
            let now = picture(display, size);
            if !now.looks_like(&last) {
                (last, since) = (now, Instant::now());
            }
        }
        last.write(&path);
        return Ok(());
    }
    let kept = Picture::read(&path);
    loop {
        let now = picture(display, size);
        if now.looks_like(&kept) {
            return Ok(());
        }
        if begun.elapsed() > PATIENCE {
            let found = kept_pictures::write_found(&format!("window-{name}"), &now);
            let pixels = now.difference_from(&kept);
            return Err(format!("{name}: {pixels} pixels look different; see {}", found.display()));
        }
        host.idle_for(LOOK);
    }
}

/// Clicks, and moves on by a pixel, as hands do: the webview looks for a tooltip when the pointer moves.
fn open_by_hand(display: &Display, host: &mut EditorHost, (x, y): (i16, i16)) {
    display.click(x, y);
    host.idle_for(REST);
    display.point_at(x + 1, y);
}

/// Opens the strip's window in a state at each size, and looks at it.
fn look_at(display: &Display, state: &State) -> Vec<String> {
    let look = |size: &Size| {
        let extent = size.extent();
        let window = display.host_window(extent.0, extent.1);
        display.point_at(0, 0);
        let mut host = EditorHost::start(&bundles::clap());
        host.play_tone(state.tone_peak);
        host.open(window, (size.scale != 1).then(|| size.scale.into()));
        let wanted = (u32::from(extent.0), u32::from(extent.1));
        assert_eq!(host.resize(wanted.0, wanted.1), wanted);
        host.run_until("the page is there", |_| accents(display, extent) > size.fewest_accents);
        for (name, value) in &state.values {
            host.automate(name, *value);
        }
        match state.act {
            Act::Nothing => {}
            Act::PointAtPlot => {
                let (x, y) = size.on_screen(size.plot);
                display.point_at(x, y);
            }
            Act::OpenMenu => open_by_hand(display, &mut host, size.on_screen(size.menu)),
            Act::OpenPresets => open_by_hand(display, &mut host, size.on_screen(size.presets)),
        }
        let name = size.name_of(state.name);
        let failure = expect_kept(display, &mut host, size, &name).err();
        host.close();
        display.destroy(window);
        failure
    };
    SIZES.iter().filter_map(look).collect()
}

#[test]
fn the_window_looks_as_it_should_in_each_state_at_each_size() {
    let display = display();
    let failures: Vec<String> = states().iter().flat_map(|state| look_at(&display, state)).collect();
    let advice = "if it is as it should be, WAVECRAFT_RENEW_PICTURES=1 keeps it";
    assert!(failures.is_empty(), "{failures:#?}\n{advice}");
}

#[test]
fn a_window_that_lacks_a_label_does_not_look_as_it_should() {
    let whole = Picture::read(&kept_pictures::kept("default-640x400"));
    // Places of what is written small: "12" at a slope, "Mix", "dB" of a value, an axis' "0".
    for (left, top, width, height) in
        [(113, 352, 14, 12), (537, 300, 20, 12), (46, 318, 14, 12), (484, 238, 8, 12)]
    {
        let mut lacking = whole.clone();
        let background = whole.pixels[top * usize::from(whole.width) + left];
        for row in lacking.pixels.chunks_mut(usize::from(whole.width)).skip(top).take(height) {
            row[left..left + width].fill(background);
        }
        assert!(!lacking.looks_like(&whole), "what is at {left}, {top} may be missing");
    }
}
