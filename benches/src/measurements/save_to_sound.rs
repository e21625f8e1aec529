//! How long it takes from saving a source of the DSP until the first changed sample comes out of JACK, beside building the
//! same change by hand: under 0.7 s. And whether the sound goes on meanwhile: no sample is dropped.
//!
//! A tone is played through the real server without a pause, and recorded frame by frame on JACK's clock. Each turn
//! changes one constant, which doubles or halves a gain of -6 dB. The same tone runs through a bare client in the same
//! JACK. A watch notes when the machine ran nothing, and the bare client's recorder when JACK called late: what breaks
//! without such a stall before it is the server's own doing.

use std::ops::{Range, RangeInclusive};
use std::thread;
use std::time::Duration;

use wavecraft_tests::breaks;
use wavecraft_tests::jack_wire::{Cycle, JackWire, Recording};
use wavecraft_tests::quadrature::{self, Frame};
use wavecraft_tests::scheduling_monitor::SchedulingMonitor;
use wavecraft_tests::sound_servers::{Jack, RATE_HZ};
use wavecraft_tests::stalls::Stalls;
use wavecraft_tests::workspace_copy::WorkspaceCopy;

use super::build::{time, workspace_copy};
use super::sound;
use crate::order::Order;
use crate::row::{Quantity, Row};
use crate::timing::Timing;

const LONGEST_NS: f64 = 0.7e9;

/// The server and the builds by hand take turns: so often, and each with so many changes.
const ROUNDS: usize = 3;
const CHANGES: usize = 4;

const BLOCK_FRAMES: u32 = 256;
const BLOCK: Duration = Duration::from_nanos(1_000_000_000 * BLOCK_FRAMES as u64 / RATE_HZ as u64);

/// Between a change and the next one, so that the first is heard in full.
const PAUSE: Duration = Duration::from_millis(700);

/// More sound than a round has, in seconds.
const LONGEST_ROUND_S: usize = 120;

/// How far the level strays from what it is at each moment, in dB, until it counts as changed.
const CHANGE_DB: f64 = 0.05;

/// A change lasts. What is off for less may be a block that was lost.
const SURE_FRAMES: usize = 2 * BLOCK_FRAMES as usize;

/// The two states of the source, and what they make of an output gain of -6 dB.
const SOURCE: &str = "src/dsp/linear_smoother.rs";
const STATES: [(&str, f64); 2] = [("LOG2_10 / 20.0", -6.0), ("LOG2_10 / 10.0", -12.0)];

/// How long after a stall the sound may still break of it: the server keeps three blocks, and a client of JACK may
/// fall a block behind on either side of it.
const REACH: Duration = BLOCK.saturating_mul(6);

/// The time of each turn, and what became of the sound meanwhile.
#[derive(Default)]
struct Figures {
    to_sound: Vec<Duration>,
    building: Vec<Duration>,
    unchanged: Vec<Duration>,
    through_server: Losses,
    through_bare_client: Losses,
}

/// What was lost of a tone.
#[derive(Default)]
struct Losses {
    frames: usize,
    /// Of these, the ones of breaks without a stall before.
    unexplained_frames: usize,
    cycles: usize,
    /// Calls of JACK without a stall before.
    undisturbed_cycles: usize,
}

pub fn measure(order: &Order) -> Vec<Row> {
    let workspace = workspace_copy(order);
    let mut figures = Figures::default();
    for _ in 0..ROUNDS {
        // Who watches the machine takes some of it, so the time is measured without.
        hear(&workspace, false).add_times(&mut figures);
        hear(&workspace, true).add_losses(&mut figures);
        build(&workspace, &mut figures);
    }
    figures.rows()
}

impl Figures {
    fn rows(self) -> Vec<Row> {
        let [sound, building, unchanged] = [self.to_sound, self.building, self.unchanged].map(Timing::of);
        let share = |value: f64| 100.0 * value / sound.median.value;
        let compiling = share(building.median.value - unchanged.median.value);
        let frames = |count: usize| Quantity::new(count as f64, "frames");
        let server = &self.through_server;
        let undisturbed = 100.0 * server.undisturbed_cycles as f64 / server.cycles as f64;
        vec![
            Row::timed("save a DSP file to new sound", sound)
                .in_times_of("building the same by hand", building.median)
                .with_below(LONGEST_NS),
            Row::new("of which the compiler and linker", Quantity::new(compiling, "%")).beside_at(
                "cargo without a change",
                unchanged.median,
                Quantity::new(share(unchanged.median.value), "% of it"),
            ),
            Row::new("frames lost meanwhile, in all", frames(server.frames))
                .beside("through a bare JACK client", frames(self.through_bare_client.frames)),
            Row::new("of these, without a stall of the machine before", frames(server.unexplained_frames))
                .beside("of the time that is without", Quantity::new(undisturbed, "%"))
                .with_below(1.0),
        ]
    }
}

/// What was heard while changes were saved.
struct Heard {
    through_server: Recording,
    /// When each change was saved, by JACK's clock, and the level until then, in dB.
    saved: Vec<(u32, f64)>,
    /// From the first frame that counts to the last, by JACK's clock.
    times: Range<u32>,
    /// What a monitor has seen, if there was one.
    monitored: Option<(Stalls, Recording)>,
}

/// Changes the source under the server that plays it.
fn hear(workspace: &WorkspaceCopy, is_monitored: bool) -> Heard {
    let jack = Jack::start(BLOCK_FRAMES);
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let server = workspace.serve(folder.path(), jack.environment(), &["--backend", "jack"]);
    let mut page = server.page();
    page.wait_for_phase("runningFullDuplex");
    page.set("output_gain", "-6 dB");
    let monitor = is_monitored.then(|| SchedulingMonitor::start(&jack, BLOCK_FRAMES, LONGEST_ROUND_S));
    let wire = JackWire::start(&jack, LONGEST_ROUND_S, quadrature::frame);
    // Until the tone has come through, and nothing glides any more.
    wire.wait_for(RATE_HZ as usize);
    let first = wire.frame_time();
    let mut saved = Vec::new();
    for change in 0..CHANGES {
        let ((from, level_db), (to, _)) = (STATES[change % 2], STATES[(change + 1) % 2]);
        thread::sleep(PAUSE);
        saved.push((wire.frame_time(), level_db));
        workspace.edit(SOURCE, from, to);
        page.wait_for_reload();
    }
    thread::sleep(PAUSE);
    let times = first..wire.frame_time();
    Heard { through_server: wire.finish(), saved, times, monitored: monitor.map(SchedulingMonitor::finish) }
}

impl Heard {
    /// Adds how long each change took to be heard.
    fn add_times(&self, figures: &mut Figures) {
        for &(time, level_before_db) in &self.saved {
            let strays = |frame: &Frame| (quadrature::level_db(*frame) - level_before_db).abs() > CHANGE_DB;
            let start = self.through_server.frame_at(time);
            let mut runs = self.through_server.frames[start..].windows(SURE_FRAMES);
            let changed = runs.position(|run| run.iter().all(strays)).expect("it was heard");
            let frames = self.through_server.time_of(start + changed).wrapping_sub(time);
            figures.to_sound.push(sound::duration(frames as usize));
        }
    }

    /// Adds what was lost meanwhile.
    fn add_losses(&self, figures: &mut Figures) {
        let (stalls, through_bare) = self.monitored.as_ref().expect("it was monitored");
        let levels_db = STATES[1].1 - CHANGE_DB..=STATES[0].1 + CHANGE_DB;
        figures.through_server.add(&self.through_server, &self.times, &levels_db, stalls);
        figures.through_bare_client.add(through_bare, &self.times, &(-CHANGE_DB..=CHANGE_DB), stalls);
    }
}

impl Losses {
    /// Adds what was lost between two times of JACK's clock.
    fn add(
        &mut self,
        recording: &Recording,
        times: &Range<u32>,
        levels_db: &RangeInclusive<f64>,
        stalls: &Stalls,
    ) {
        let is_disturbed = |cycle: &Cycle| {
            let earliest = cycle.began.checked_sub(REACH).unwrap_or(cycle.began);
            stalls.is_any_during(earliest, cycle.began + BLOCK)
        };
        let (start, end) = (recording.frame_at(times.start), recording.frame_at(times.end));
        let cycles = &recording.cycles[recording.cycle_of(start)..recording.cycle_of(end)];
        self.cycles += cycles.len();
        self.undisturbed_cycles += cycles.iter().filter(|cycle| !is_disturbed(cycle)).count();
        for lost in breaks::of(&recording.frames[start..end], levels_db) {
            self.frames += lost.len();
            if !is_disturbed(&recording.cycles[recording.cycle_of(start + lost.start)]) {
                self.unexplained_frames += lost.len();
            }
        }
    }
}

/// Makes the same changes with nothing else running, and builds each by hand.
fn build(workspace: &WorkspaceCopy, figures: &mut Figures) {
    for change in 0..CHANGES {
        workspace.edit(SOURCE, STATES[change % 2].0, STATES[(change + 1) % 2].0);
        figures.building.push(time(|| workspace.build()));
        figures.unchanged.push(time(|| workspace.build()));
    }
}
