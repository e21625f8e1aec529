//! The strip's window and an empty page's, opened, reopened and kept open.

#[path = "../../../crates/nice-plug-webview/tests/window/host.rs"]
#[allow(dead_code, reason = "it is a part of that crate's tests, which use more of it")]
mod empty_page;

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use empty_page::Host as EmptyPage;
use nice_plug_core::editor::EditorHandle as _;
use nice_plug_core::editor::dpi::NativeSize;
use wavecraft_tests::bundles;
use wavecraft_tests::display::{Colour, Display, PATIENCE, display};
use wavecraft_tests::editor_host::EditorHost;
use wavecraft_tests::processes::helpers;

/// Each turn opens everything for the first time and again.
const TURNS: usize = 11;
/// The window, in pixels.
const SIZE_PX: (u16, u16) = (960, 600);
/// The empty page is of this colour.
const GREEN: Colour = [0, 200, 0];
const GREEN_PAGE: &str = "<style>html { background: rgb(0, 200, 0) }</style>";
/// Where the strip's name stands: x, y, width and height. It is part of the very first picture.
const NAME: Area = (24, 15, 150, 25);
/// The knob for the mix, whose arc is drawn as soon as its value is known.
const KNOB: Area = (806, 404, 56, 56);
/// How many editors are open at once where it is about many.
const MANY: usize = 10;
/// How long processor time is counted.
const WATCH: Duration = Duration::from_secs(4);

type Area = (i16, i16, u16, u16);

/// Prints every figure.
pub fn measure() {
    let display = display();
    openings(&display);
    costs(&display);
}

/// The times until something is seen.
fn openings(display: &Display) {
    let names = [
        "strip, first opening, picture",
        "strip, first opening, parameters",
        "strip, reopening",
        "empty page, first opening",
        "empty page, reopening",
    ];
    let mut times = names.map(|_| Vec::new());
    for _ in 0..TURNS {
        let mut host = EditorHost::start(&bundles::clap());
        let [picture, parameters] = open_strip(display, &mut host);
        let [_, again] = open_strip(display, &mut host);
        drop(host);
        let empty = EmptyPage::showing(GREEN_PAGE, "");
        let [empty_first, empty_again] = [open_empty(display, &empty), open_empty(display, &empty)];
        let turn = [picture, parameters, again, empty_first, empty_again];
        times.iter_mut().zip(turn).for_each(|(times, time)| times.push(time));
    }
    for (name, mut times) in names.into_iter().zip(times) {
        times.sort_unstable();
        let quantile = |numerator: usize| times[times.len() * numerator / 4].as_secs_f64() * 1e9;
        let spread = (quantile(3) - quantile(1)) / quantile(2);
        print(name, quantile(2), "ns", Some(spread));
    }
}

/// Opens the strip and closes it again; says how long it took until its name was seen, and until its values were.
fn open_strip(display: &Display, host: &mut EditorHost) -> [Duration; 2] {
    let window = display.host_window(SIZE_PX.0, SIZE_PX.1);
    let started = Instant::now();
    host.open(window, None);
    let times = [Display::shows_name, Display::shows_values].map(|is_seen| {
        wait(|| {
            host.idle();
            is_seen(display, 0)
        });
        started.elapsed()
    });
    host.close();
    display.destroy(window);
    times
}

fn open_empty(display: &Display, page: &EmptyPage) -> Duration {
    let window = display.host_window(SIZE_PX.0, SIZE_PX.1);
    let (width, height) = SIZE_PX;
    let started = Instant::now();
    let opened = page.open_in(window);
    opened.handle.set_size(NativeSize::new(width.into(), height.into()), &opened.window).unwrap();
    wait(|| display.colour_at(900, 550) == GREEN);
    let elapsed = started.elapsed();
    drop(opened);
    display.destroy(window);
    elapsed
}

/// What is in memory and what is computed while pages are open and the meters move.
fn costs(display: &Display) {
    let mut opened: Vec<(EditorHost, u32)> = Vec::new();
    for count in [1, MANY] {
        for index in opened.len()..count {
            // Side by side as far as the screen reaches; of each, the input's section is seen.
            let x = 150 * index as i16;
            let window = display.host_window_at(x, 0, 150, SIZE_PX.1);
            let mut host = EditorHost::start(&bundles::clap());
            host.open(window, None);
            wait(|| {
                host.idle();
                display.shows_name(x)
            });
            opened.push((host, window));
        }
        // Until what was needed for starting alone has been given back.
        thread::sleep(WATCH);
        print(&format!("strip, memory of {count}"), memory_bytes(), "B", None);
        if count == 1 {
            let before = processor_time();
            thread::sleep(WATCH);
            let share = processor_time().saturating_sub(before).as_secs_f64() / WATCH.as_secs_f64();
            print("strip, processor", share * 100.0, "%", None);
        }
    }
    for (mut host, window) in opened.drain(..) {
        host.close();
        display.destroy(window);
    }
    let window = display.host_window(SIZE_PX.0, SIZE_PX.1);
    let page = EmptyPage::showing(GREEN_PAGE, "");
    let _opened = page.open_in(window);
    wait(|| display.colour_at(200, 150) == GREEN);
    thread::sleep(WATCH);
    print("empty page, memory", memory_bytes(), "B", None);
}

/// What is seen of the strip in a window that begins at a column of the screen.
trait Strip {
    fn shows_name(&self, x: i16) -> bool;
    fn shows_values(&self, x: i16) -> bool;
}

impl Strip for Display {
    fn shows_name(&self, x: i16) -> bool {
        count(self, NAME, x, |[red, green, blue]| red.min(green).min(blue) > 180) > 20
    }

    fn shows_values(&self, x: i16) -> bool {
        count(self, KNOB, x, |[red, _, blue]| red > 100 && red - blue.min(red) > 60) > 20
    }
}

fn count(display: &Display, (x, y, width, height): Area, from_x: i16, is_meant: fn(Colour) -> bool) -> usize {
    let picture = display.picture_at(from_x + x, y, width, height);
    picture.into_iter().filter(|&colour| is_meant(colour)).count()
}

fn wait(mut is_so: impl FnMut() -> bool) {
    let started = Instant::now();
    while !is_so() {
        assert!(started.elapsed() < PATIENCE, "nothing is seen");
        thread::sleep(Duration::from_millis(1));
    }
}

/// What all processes that show pages have in memory, shared pages in equal parts.
fn memory_bytes() -> f64 {
    let of_process = |id: i32| {
        let memory = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).unwrap_or_default();
        let line = memory.lines().find(|line| line.starts_with("Pss:"))?.to_owned();
        line.split_whitespace().nth(1)?.parse::<f64>().ok()
    };
    let family = helpers().into_iter().flat_map(|helper| helper.family());
    family.filter_map(|process| of_process(process.id)).sum::<f64>() * 1024.0
}

/// What all processes that show pages have computed so far.
fn processor_time() -> Duration {
    let of_process = |id: i32| {
        let threads = fs::read_dir(format!("/proc/{id}/task")).into_iter().flatten().flatten();
        let times = threads.filter_map(|thread| {
            // Nanoseconds on a processor, nanoseconds of waiting for one, and how often.
            fs::read_to_string(thread.path().join("schedstat")).ok()?.split(' ').next()?.parse::<u64>().ok()
        });
        times.sum::<u64>()
    };
    let family = helpers().into_iter().flat_map(|helper| helper.family());
    Duration::from_nanos(family.map(|process| of_process(process.id)).sum())
}

/// Prints a figure as `cargo xtask bench` reads it.
#[allow(clippy::print_stdout, reason = "it is the program's result")]
fn print(name: &str, value: f64, unit: &str, spread: Option<f64>) {
    println!("{}", serde_json::json!({ "name": name, "value": value, "unit": unit, "spread": spread }));
}
