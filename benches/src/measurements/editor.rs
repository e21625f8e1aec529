//! The page in the host's window, beside an empty page that the same crate shows in a window of the same size: how long a
//! musician waits for it, and what it costs.

#[path = "../../../crates/nice-plug-webview/tests/window/host.rs"]
#[allow(dead_code, clippy::unwrap_used, reason = "it is a part of that crate's tests, which use more of it")]
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
use wavecraft_tests::processes::{Process, helpers};

use crate::row::{Quantity, Row};
use crate::timing::Timing;

const LONGEST_FIRST_OPENING_NS: f64 = 400e6;
const LONGEST_REOPENING_NS: f64 = 100e6;
const LONGEST_SECOND_INSTANCE_NS: f64 = 150e6;
const MOST_MEMORY_OF_MANY: f64 = 2.0;
const MOST_PROCESSOR_PERCENT: f64 = 12.0;
const MOST_STILL_PROCESSOR_PERCENT: f64 = 1.0;

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

/// How often the tone is another while meters move.
const MOVE_EVERY: Duration = Duration::from_millis(20);
/// The name of `WebKit`'s process that runs pages, as far as the kernel keeps it.
const WEB_PROCESS: &str = "WebKitWebProces";

type Area = (i16, i16, u16, u16);

pub fn measure() -> Vec<Row> {
    let display = display();
    let mut rows = openings(&display);
    rows.extend(phases(&display));
    rows.extend(costs(&display));
    rows
}

/// The times until something is seen.
fn openings(display: &Display) -> Vec<Row> {
    let mut turns: [Vec<Duration>; 6] = Default::default();
    for _ in 0..TURNS {
        let mut host = EditorHost::start(&bundles::clap());
        let (window, [picture, parameters]) = open_strip(display, &mut host);
        let mut second = EditorHost::start(&bundles::clap());
        let (second_window, [second_picture, _]) = open_strip(display, &mut second);
        close_strip(display, second, second_window);
        host.close();
        display.destroy(window);
        let (window, [_, again]) = open_strip(display, &mut host);
        close_strip(display, host, window);
        let empty = EmptyPage::showing(GREEN_PAGE, "");
        let [empty_first, empty_again] = [open_empty(display, &empty), open_empty(display, &empty)];
        let turn = [picture, parameters, second_picture, again, empty_first, empty_again];
        turns.iter_mut().zip(turn).for_each(|(times, time)| times.push(time));
    }
    let [picture, parameters, second_picture, again, empty_first, empty_again] = turns.map(Timing::of);
    let row = |what: &str, opening: Timing, empty: Timing| {
        Row::timed(what, opening).in_times_of("an empty page", empty.median)
    };
    vec![
        row("editor, first opening, until it is painted", picture, empty_first)
            .with_below(LONGEST_FIRST_OPENING_NS),
        row("editor, first opening, until it shows its values", parameters, empty_first),
        row("editor of a second instance, first opening, until it is painted", second_picture, empty_first)
            .with_below(LONGEST_SECOND_INSTANCE_NS),
        row("editor, reopening, until it shows its values", again, empty_again)
            .with_below(LONGEST_REOPENING_NS),
    ]
}

/// What a first opening goes through, each counted from its beginning. Looking at processes takes time, so these openings are
/// others than those that are measured until something is seen.
fn phases(display: &Display) -> Vec<Row> {
    let mut turns: [Vec<Duration>; 4] = Default::default();
    for _ in 0..TURNS {
        let mut host = EditorHost::start(&bundles::clap());
        let window = display.host_window(SIZE_PX.0, SIZE_PX.1);
        let started = Instant::now();
        host.open(window, None);
        let phases: [fn(&Display) -> bool; 4] = [
            |_| !helpers().is_empty(),
            |_| family().iter().any(|process| process.name().starts_with(WEB_PROCESS)),
            |display| display.shows_name(0),
            |display| display.shows_values(0),
        ];
        for (times, is_reached) in turns.iter_mut().zip(phases) {
            wait(|| {
                host.idle();
                is_reached(display)
            });
            times.push(started.elapsed());
        }
        close_strip(display, host, window);
    }
    let [helper, web_process, picture, values] = turns.map(Timing::of);
    vec![
        Row::timed("editor, first opening by phase: the helper runs", helper),
        Row::timed(
            "editor, first opening by phase: GTK is up, and WebKit's process for the page runs",
            web_process,
        ),
        Row::timed("editor, first opening by phase: WebKit is up, and the page is painted", picture),
        Row::timed("editor, first opening by phase: the page has its values", values),
    ]
}

/// Opens the strip; says how long it took until its name was seen, and until its values were.
fn open_strip(display: &Display, host: &mut EditorHost) -> (u32, [Duration; 2]) {
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
    (window, times)
}

fn close_strip(display: &Display, mut host: EditorHost, window: u32) {
    host.close();
    display.destroy(window);
}

fn open_empty(display: &Display, page: &EmptyPage) -> Duration {
    let window = display.host_window(SIZE_PX.0, SIZE_PX.1);
    let (width, height) = SIZE_PX;
    let started = Instant::now();
    let opened = page.open_in(window);
    let size = NativeSize::new(width.into(), height.into());
    opened.handle.set_size(size, &opened.window).expect("the window takes any size");
    wait(|| display.colour_at(900, 550) == GREEN);
    let elapsed = started.elapsed();
    drop(opened);
    display.destroy(window);
    elapsed
}

/// What is in memory and what is computed while pages are open and the meters move, or do not.
fn costs(display: &Display) -> [Row; 5] {
    let mut opened = vec![open_strip_at(display, 0)];
    let one = memory_after_start();
    let mut turn = 0.0_f64;
    let moving = processor_percent(|| {
        // Up and down by 24 dB twice a second, so that no meter stands still.
        turn += std::f64::consts::TAU * 2.0 * MOVE_EVERY.as_secs_f64();
        opened[0].0.play_tone(10.0_f64.powf((-18.0 + 12.0 * turn.sin()) / 20.0));
    });
    opened[0].0.play_tone(0.0);
    // Until the meters have fallen.
    thread::sleep(WATCH);
    let still = processor_percent(|| {});
    // Side by side as far as the screen reaches; of each, the input's section is seen.
    opened.extend((1..MANY).map(|index| open_strip_at(display, 150 * index as i16)));
    let many = memory_after_start();
    for (host, window) in opened {
        close_strip(display, host, window);
    }
    let window = display.host_window(SIZE_PX.0, SIZE_PX.1);
    let page = EmptyPage::showing(GREEN_PAGE, "");
    let _opened = page.open_in(window);
    wait(|| display.colour_at(200, 150) == GREEN);
    let empty = memory_after_start();
    [
        Row::new("memory of one editor", one).in_times_of("one empty page", empty),
        Row::new("memory of ten editors", many)
            .in_times_of("one editor", one)
            .with_ratio_below(MOST_MEMORY_OF_MANY),
        Row::new("memory of ten editors", many).in_times_of("one empty page", empty),
        Row::new("one processor core, used by an editor whose meters move", moving)
            .with_below(MOST_PROCESSOR_PERCENT),
        Row::new("one processor core, used by an editor in which nothing moves", still)
            .with_below(MOST_STILL_PROCESSOR_PERCENT),
    ]
}

fn open_strip_at(display: &Display, x: i16) -> (EditorHost, u32) {
    let window = display.host_window_at(x, 0, 150, SIZE_PX.1);
    let mut host = EditorHost::start(&bundles::clap());
    host.open(window, None);
    wait(|| {
        host.idle();
        display.shows_name(x)
    });
    (host, window)
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

/// What all processes that show pages have in memory, shared pages in equal parts, once what was needed for starting alone
/// has been given back.
fn memory_after_start() -> Quantity {
    thread::sleep(WATCH);
    let of_process = |id: i32| {
        let memory = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).unwrap_or_default();
        let line = memory.lines().find(|line| line.starts_with("Pss:"))?.to_owned();
        line.split_whitespace().nth(1)?.parse::<f64>().ok()
    };
    Quantity::new(family().iter().filter_map(|process| of_process(process.id)).sum::<f64>() * 1024.0, "B")
}

/// How much of one core all processes that show pages use while `play` is called again and again.
fn processor_percent(mut play: impl FnMut()) -> Quantity {
    let (before, started) = (processor_time(), Instant::now());
    while started.elapsed() < WATCH {
        play();
        thread::sleep(MOVE_EVERY);
    }
    let share = processor_time().saturating_sub(before).as_secs_f64() / started.elapsed().as_secs_f64();
    Quantity::new(100.0 * share, "%")
}

/// All processes that show pages.
fn family() -> Vec<Process> {
    helpers().iter().flat_map(Process::family).collect()
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
    Duration::from_nanos(family().iter().map(|process| of_process(process.id)).sum())
}
