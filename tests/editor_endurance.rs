//! What stays behind when the strip's window opens and closes again and again, and many windows at once.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use std::fs;

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
/// Within the left bar of the input's meter, where a tone of -12 dBFS reaches and none of -40 dBFS: x and y.
const METER: (i16, i16) = (55, 260);

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
            Holding::now().fields()
        });
        let least = looks.reduce(|least, now| std::array::from_fn(|field| least[field].min(now[field])));
        least.unwrap()
    };

    let (first, second) = (least_of_half(), least_of_half());

    println!("processes, threads, descriptors, KiB of the host, KiB of the page: {first:?}, then {second:?}");
    assert!(first[0] >= 2, "the page is shown by processes of its own");
    for ((first, second), leeway) in first.into_iter().zip(second).zip(LEEWAY.fields()) {
        assert!(second <= first + leeway, "{first}, then {second}");
    }
}

#[test]
fn ten_windows_at_once_show_their_levels_also_after_reopening() {
    let display = display();
    let mut hosts: Vec<_> = (0..WINDOWS).map(|_| EditorHost::start(&bundles::clap())).collect();
    for _ in 0..2 {
        let place = |index: usize| (WINDOW_WIDTH_PX * index as u16).cast_signed();
        let windows: Vec<_> = (0..hosts.len())
            .map(|index| display.host_window_at(place(index), 0, WINDOW_WIDTH_PX, SIZE_PX.1))
            .collect();
        for (host, window) in hosts.iter_mut().zip(&windows) {
            host.open(*window, None);
        }
        let is_lit = |index: usize| {
            let [red, green, _]: Colour = display.colour_at(place(index) + METER.0, METER.1);
            red > 100 && green > 90
        };
        for peak in [0.25, 0.01, 0.25] {
            for host in &hosts {
                host.play_tone(peak);
            }
            for (index, host) in hosts.iter_mut().enumerate() {
                host.run_until("the meter shows it", |_| is_lit(index) == (peak > 0.1));
            }
        }
        hosts.iter_mut().for_each(EditorHost::close);
        for window in windows {
            display.destroy(window);
        }
    }
}
