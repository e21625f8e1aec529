//! A knob that is turned while a tone is heard: which block of the sound is the first to follow.
//!
//! Each frame that comes back tells its level, so that the first one of a change is known, and which frame of the tone it
//! is, so that its block is known. How long the sound is on its way does not matter.

use std::thread;
use std::time::{Duration, Instant};

use crate::breaks;
use crate::dev_server::DevServer;
use crate::jack_wire::{JackWire, Recording};
use crate::quadrature::{self, Frame};
use crate::sound_servers::{Jack, RATE_HZ};

/// The knob goes to and fro between these, in dB.
const LEVELS_DB: [f64; 2] = [0.0, -12.0];

/// A level that differs by more is another one. The knob's ramp covers several times as much from one frame to the next.
const SAME_DB: f64 = 0.002;

/// So many frames of the knob's ramp tell it from a gap.
const SURE_FRAMES: usize = 64;

/// From one turn to the next: longer than the sound's way and the knob's ramp together.
const INTERVAL: Duration = Duration::from_millis(60);

/// One turn of the knob.
#[derive(Clone, Copy, Debug)]
pub struct Turn {
    /// From sending the message to the begin of the block that follows it first. That block is processed then, or later.
    pub until_heard: Duration,
    /// From sending the message to the begin of the next block, whoever may follow.
    pub until_next_block: Duration,
    /// How many blocks began after the answer had come, until one followed: 1 is the next, and 0 one that was sooner.
    pub blocks_after_answer: usize,
}

struct Command {
    from_db: f64,
    to_db: f64,
    sent: Instant,
    answered: Instant,
}

/// Turns the knob so many times on a server that runs under JACK, and tells of the turns that no gap in the sound made
/// unreadable.
pub fn turns(jack: &Jack, server: &DevServer, count: usize) -> Vec<Turn> {
    let mut page = server.page();
    page.set("oversampling", "Off");
    let values = LEVELS_DB.map(|db| page.parse("output_gain", &format!("{db} dB")));
    page.set_normalized("output_gain", values[0]);
    let most_s = 3 + (INTERVAL.as_secs_f64() * 1.5 * (count + 1) as f64) as usize;
    let wire = JackWire::start(jack, most_s, quadrature::frame);
    wire.wait_for(RATE_HZ as usize);
    let mut commands = Vec::with_capacity(count);
    for number in 0..count {
        let (from, to) = (number % 2, (number + 1) % 2);
        let sent = Instant::now();
        page.set_normalized("output_gain", values[to]);
        let answered = Instant::now();
        commands.push(Command { from_db: LEVELS_DB[from], to_db: LEVELS_DB[to], sent, answered });
        // At another place in the block each time.
        thread::sleep(INTERVAL + Duration::from_micros(number as u64 * 618 % 2_667));
    }
    let recording = wire.finish();
    let end = |number: usize| {
        commands.get(number + 1).map_or(recording.cycles.len(), |next| recording.cycle_after(next.sent))
    };
    let turns = commands.iter().enumerate();
    turns.filter_map(|(number, command)| turn(&recording, command, end(number))).collect()
}

/// What came of a command, given the cycle that the recording of it ends at; `None` if there are gaps.
fn turn(recording: &Recording, command: &Command, end: usize) -> Option<Turn> {
    let next = recording.cycle_after(command.sent);
    let start = recording.cycles.get(next)?.first_frame;
    let end = recording.cycles.get(end).map_or(recording.frames.len(), |cycle| cycle.first_frame);
    let is_at =
        |wanted_db: f64| move |frame: &Frame| (quadrature::level_db(*frame) - wanted_db).abs() < SAME_DB;
    let frames = &recording.frames[start..end];
    let heard_at = start + frames.iter().position(|frame| !is_at(command.from_db)(frame))?;
    let (low, high) = (command.from_db.min(command.to_db), command.from_db.max(command.to_db));
    // A block that was left out may be the one that would have followed.
    let until_sure = &recording.frames[start.saturating_sub(1)..(heard_at + SURE_FRAMES).min(end)];
    let has_gaps = !breaks::of(until_sure, &(low - SAME_DB..=high + SAME_DB)).is_empty();
    if has_gaps || !frames.last().is_some_and(is_at(command.to_db)) {
        return None;
    }
    let heard = recording.cycle_of(quadrature::number_of(recording.frames[heard_at], heard_at));
    Some(Turn {
        until_heard: recording.cycles[heard].began.saturating_duration_since(command.sent),
        until_next_block: recording.cycles[next].began - command.sent,
        blocks_after_answer: (heard + 1).saturating_sub(recording.cycle_after(command.answered)),
    })
}
