//! What stays behind when the strip's window opens and closes again and again, and many windows at once.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use std::fs;
use std::time::{Duration, Instant};

use wavecraft_tests::bundles;
use wavecraft_tests::display::{Colour, Display, display};
use wavecraft_tests::editor_host::EditorHost;
use wavecraft_tests::endurance;
use wavecraft_tests::processes::{Process, helpers};
use wavecraft_tests::strip_page::{ACCENT, SIZE_PX};

plugin_test_support::needs!(WindowTests);

/// How often the window is opened in each half of the test in full length, and in a short run.
const OPENINGS: usize = 250;
const FEW_OPENINGS: usize = 30;
/// How often what is held is looked at meanwhile.
const OPENINGS_PER_LOOK: usize = 10;
/// How much more may be held at least in the second half: scripts leave memory and drawing leaves descriptors that are
/// cleared now and then, so the least of all looks is what counts.
const LEEWAY: Holding = Holding {
    processes: 0,
    threads: 4,
    descriptors: 16,
    host_memory_kib: 2 * 1024,
    page_memory_kib: 24 * 1024,
};
/// How many windows are open at once, and how much of each is seen: its input section.
const WINDOWS: u16 = 10;
const WINDOW_WIDTH_PX: u16 = 150;
/// How long ten windows with meters that move are watched: in a short run, in full length, and, since ten minutes are too
/// long for each run of all tests, so many minutes as this variable says. Of each half, the beginning is for warming up.
const SHORT_WATCH: Duration = Duration::from_secs(20);
const WATCH: Duration = Duration::from_secs(40);
const WATCH_VARIABLE: &str = "WAVECRAFT_WATCH_MINUTES";
/// How often what is held is looked at meanwhile: in so many parts of each half.
const LOOKS_PER_HALF: u32 = 10;
/// How long ten windows may take to show something that must be seen. Nothing is measured by this.
const PATIENCE: Duration = Duration::from_mins(1);
/// How much more memory the pages may have in the second half of what is watched. A run of less than minutes is over while
/// caches still fill.
const MEMORY_LEEWAY_KIB: usize = 32 * 1024;
const SHORT_MEMORY_LEEWAY_KIB: usize = 192 * 1024;
/// Within the left bar of the input's meter, where a tone of -12 dBFS reaches and none of -40 dBFS: x and y.
const METER: (i16, i16) = (55, 260);
/// The knob of the input's gain: x, y, width and height.
const INPUT_KNOB: (i16, i16, u16, u16) = (40, 388, 56, 56);

/// What the host and all processes that show its pages take of the system.
#[derive(Clone, Copy, Debug)]
struct Holding {
    processes: usize,
    threads: usize,
    descriptors: usize,
    host_memory_kib: usize,
    page_memory_kib: usize,
}

impl Holding {
    fn now() -> Self {
        let host = std::process::id().cast_signed();
        let pages: Vec<i32> = helpers().iter().flat_map(Process::family).map(|process| process.id).collect();
        let entries = |folder: &str| -> usize {
            let folders = pages.iter().chain([&host]).map(|id| format!("/proc/{id}/{folder}"));
            folders.map(|folder| fs::read_dir(folder).map_or(0, Iterator::count)).sum()
        };
        Self {
            processes: pages.len(),
            threads: entries("task"),
            descriptors: entries("fd"),
            host_memory_kib: memory_kib(host),
            page_memory_kib: pages.iter().map(|&id| memory_kib(id)).sum(),
        }
    }

    fn fields(self) -> [usize; 5] {
        [self.processes, self.threads, self.descriptors, self.host_memory_kib, self.page_memory_kib]
    }
}

/// What a process has in memory, pages that it shares in equal parts.
fn memory_kib(id: i32) -> usize {
    let memory = fs::read_to_string(format!("/proc/{id}/smaps_rollup")).unwrap_or_default();
    let line = memory.lines().find_map(|line| line.strip_prefix("Pss:")).unwrap_or_default();
    line.split_whitespace().next().map_or(0, |number| number.parse().unwrap())
}

/// The least of what was held in these looks.
fn least(looks: &[Holding]) -> Holding {
    let fields = looks.iter().map(|look| look.fields());
    let [processes, threads, descriptors, host_memory_kib, page_memory_kib] =
        fields.reduce(|least, now| std::array::from_fn(|field| least[field].min(now[field]))).unwrap();
    Holding { processes, threads, descriptors, host_memory_kib, page_memory_kib }
}

/// Fails if more is held than before, beyond a leeway.
fn assert_no_more(before: Holding, after: Holding, leeway: Holding) {
    for ((before, after), leeway) in before.fields().into_iter().zip(after.fields()).zip(leeway.fields()) {
        assert!(after <= before + leeway, "{before}, then {after}");
    }
}

/// Where the window of this number begins, in pixels.
fn left_edge_px(index: usize) -> i16 {
    (WINDOW_WIDTH_PX * index as u16).cast_signed()
}

/// Whether the input's meter shows a loud tone in the window of this number.
fn is_lit(display: &Display, index: usize) -> bool {
    let [red, green, _]: Colour = display.colour_at(left_edge_px(index) + METER.0, METER.1);
    red > 100 && green > 90
}

/// Opens the window, waits until the knob of the mix is seen in it, and closes it.
fn open_and_close(display: &Display, host: &mut EditorHost) {
    let window = display.host_window(SIZE_PX.0, SIZE_PX.1);
    host.open(window, None);
    host.run_until("the page is there", |_| display.picture_at(806, 404, 56, 56).contains(&ACCENT));
    host.close();
    display.destroy(window);
}

#[test]
fn openings_leave_nothing_behind() {
    let openings = endurance::short_or_full(FEW_OPENINGS, OPENINGS);
    let display = display();
    let mut host = EditorHost::start(&bundles::clap());
    let mut least_of_half = || {
        let looks = (0..openings / OPENINGS_PER_LOOK).map(|_| {
            (0..OPENINGS_PER_LOOK).for_each(|_| open_and_close(&display, &mut host));
            Holding::now()
        });
        least(&looks.collect::<Vec<_>>())
    };

    let (first, second) = (least_of_half(), least_of_half());

    println!("{first:?}, then {second:?}");
    assert!(first.processes >= 2, "the page is shown by processes of its own");
    assert_no_more(first, second, LEEWAY);
}

#[test]
fn ten_windows_at_once_show_their_levels_also_after_reopening() {
    let display = display();
    let mut hosts: Vec<_> = (0..WINDOWS).map(|_| EditorHost::start(&bundles::clap())).collect();
    for _ in 0..2 {
        let windows: Vec<_> = (0..hosts.len())
            .map(|index| display.host_window_at(left_edge_px(index), 0, WINDOW_WIDTH_PX, SIZE_PX.1))
            .collect();
        for (host, window) in hosts.iter_mut().zip(&windows) {
            host.open(*window, None);
        }
        for peak in [0.25, 0.01, 0.25] {
            for host in &hosts {
                host.play_tone(peak);
            }
            for (index, host) in hosts.iter_mut().enumerate() {
                host.run_until("the meter shows it", |_| is_lit(&display, index) == (peak > 0.1));
            }
        }
        hosts.iter_mut().for_each(EditorHost::close);
        for window in windows {
            display.destroy(window);
        }
    }
}

#[test]
fn ten_windows_whose_meters_move_stay_as_they_are_and_come_back_when_the_helper_dies() {
    let display = display();
    let mut editors: Vec<_> = (0..usize::from(WINDOWS))
        .map(|index| {
            let mut host = EditorHost::start(&bundles::clap());
            let window = display.host_window_at(left_edge_px(index), 0, WINDOW_WIDTH_PX, SIZE_PX.1);
            host.open(window, None);
            // Each has an input gain of its own, which its page is to show whatever happens.
            host.automate("Input/Input", 0.1 + 0.08 * index as f64);
            host
        })
        .collect();
    let knob = |index: usize| {
        let (x, y, width, height) = INPUT_KNOB;
        display.picture_at(left_edge_px(index) + x, y, width, height)
    };
    let move_meters = |editors: &mut Vec<EditorHost>, until: Instant| {
        let mut phase: f64 = 0.0;
        while Instant::now() < until {
            phase += 0.15;
            for (index, host) in editors.iter_mut().enumerate() {
                host.play_tone(0.02 + 0.4 * (phase + index as f64).sin().abs());
                host.idle();
            }
            std::thread::sleep(Duration::from_millis(25));
        }
    };
    let settle = |editors: &mut Vec<EditorHost>, what: &str| {
        for peak in [0.4, 0.001] {
            for host in editors.iter() {
                host.play_tone(peak);
            }
            for (index, host) in editors.iter_mut().enumerate() {
                let asked = Instant::now();
                while is_lit(&display, index) != (peak > 0.1) {
                    assert!(asked.elapsed() < PATIENCE, "waited in vain until {what}, in window {index}");
                    host.idle();
                    std::thread::sleep(Duration::from_millis(5));
                }
            }
        }
        let values: Vec<f64> = editors.iter_mut().map(|host| host.value("Input/Input")).collect();
        (values, (0..usize::from(WINDOWS)).map(knob).collect::<Vec<_>>())
    };

    settle(&mut editors, "the windows are open");
    let minutes = std::env::var(WATCH_VARIABLE).ok().map(|minutes| minutes.parse().unwrap());
    let half = minutes.map_or_else(|| endurance::short_or_full(SHORT_WATCH, WATCH), Duration::from_mins) / 2;
    let watch = |editors: &mut Vec<EditorHost>| {
        // Caches fill, and what was needed for starting is given back.
        move_meters(editors, Instant::now() + half / 5);
        let looks: Vec<Holding> = (0..LOOKS_PER_HALF)
            .map(|_| {
                move_meters(editors, Instant::now() + half / LOOKS_PER_HALF);
                Holding::now()
            })
            .collect();
        let (first, last) = looks.split_at(looks.len() / 2);
        let (first, last) = (least(first), least(last));
        println!("{first:?}, then {last:?}");
        (first, last)
    };

    let alive = watch(&mut editors);
    let before = settle(&mut editors, "the meters show it");
    assert!(before.1.windows(2).all(|knobs| knobs[0] != knobs[1]), "each shows a value of its own");
    let killed = Instant::now();
    helpers()[0].kill();
    let after = settle(&mut editors, "the window is back");
    println!("all are back and have shown two levels after {:.1?}", killed.elapsed());
    assert_eq!(after.0, before.0);
    assert!(after.1 == before.1, "each page shows its own value again");
    assert_eq!(helpers().len(), 1);
    let revived = watch(&mut editors);

    for (first, last) in [alive, revived] {
        let page_memory_kib = if minutes.is_some() { MEMORY_LEEWAY_KIB } else { SHORT_MEMORY_LEEWAY_KIB };
        assert_no_more(first, last, Holding { page_memory_kib, ..LEEWAY });
    }
}
