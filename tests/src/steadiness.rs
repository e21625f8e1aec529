//! A tone through a server under JACK for some time: how late each frame of it comes back, and whether all do.
//!
//! Nothing joins or leaves JACK meanwhile: that alone makes JACK call its clients in another order, and may make a gap.

use std::ops::{Range, RangeInclusive};
use std::time::{Duration, Instant};

use crate::breaks;
use crate::dev_server::DevServer;
use crate::jack_wire::{Cycle, JackWire, Recording};
use crate::quadrature::{self, Frame};
use crate::scheduling_monitor::SchedulingMonitor;
use crate::sound_servers::{Jack, RATE_HZ};
use crate::stalls::Stalls;

/// What passes before anything is counted: the sound fades in, and the drift resampler between the devices begins.
const START_FRAMES: usize = RATE_HZ as usize;

/// So many blocks before a break, or after, somebody may have been late: who was shows only when JACK calls the next time.
const LATE_BLOCKS: usize = 2;

/// A frame is at its level if it is no farther off, in dB.
const SAME_LEVEL_DB: f64 = 0.1;

/// What was heard of a tone.
pub struct Heard {
    /// Frames from the first that was played, those of the start among them.
    frames: Vec<Frame>,
    /// When the sound broke after the start, with the blocks around it: somebody was late then.
    pub breaks: Vec<RangeInclusive<Instant>>,
    /// How many were heard meanwhile through a bare client in the same JACK, without those of the start.
    pub beside_frames: usize,
    /// When news of more underruns came, and of how many more.
    pub news: Vec<(Instant, u64)>,
    /// How the machine was.
    pub stalls: Stalls,
}

/// Listens to a server that runs under JACK in blocks of so many frames.
pub fn listen(jack: &Jack, server: &DevServer, block_frames: u32, duration: Duration) -> Heard {
    let most_s = duration.as_secs() as usize + 30;
    let monitor = SchedulingMonitor::start(jack, block_frames, most_s);
    let wire = JackWire::start(jack, most_s, quadrature::frame);
    wire.wait_for(START_FRAMES);
    let news = server.page().news_of_underruns(duration);
    // What follows is the end of the wire.
    let end = Instant::now();
    let through_server = wire.finish();
    let (stalls, through_bare) = monitor.finish();
    let times = through_server.cycles.first().zip(through_server.cycles.last());
    let is_meanwhile =
        |cycle: &&Cycle| times.is_some_and(|(first, last)| (first.began..=last.began).contains(&cycle.began));
    let calls = through_bare.cycles.iter().filter(is_meanwhile).count();
    let beside_frames = (calls * block_frames as usize).saturating_sub(START_FRAMES);
    let breaks = breaks_before(&through_server, end);
    Heard { frames: through_server.frames, breaks, beside_frames, news, stalls }
}

impl Heard {
    /// How many frames were heard after the start.
    pub fn count(&self) -> usize {
        self.frames.len().saturating_sub(START_FRAMES)
    }

    /// How late each frame came that was heard at its level, in frames. Others belong to a gap.
    pub fn delays_frames(&self) -> Vec<usize> {
        delays_frames(&self.frames)
    }
}

/// The breaks in what was recorded between the start and `end`.
fn breaks_before(recording: &Recording, end: Instant) -> Vec<RangeInclusive<Instant>> {
    let cycles = &recording.cycles;
    let end_frame = cycles.get(recording.cycle_after(end) - 1).map_or(0, |cycle| cycle.first_frame);
    let breaks = breaks::of(&recording.frames[..end_frame], &(-SAME_LEVEL_DB..=SAME_LEVEL_DB));
    let breaks = breaks.into_iter().filter(|frames| frames.start >= START_FRAMES);
    let time = |frames: Range<usize>| {
        let first = recording.cycle_of(frames.start).saturating_sub(LATE_BLOCKS);
        let last = (recording.cycle_of(frames.end - 1) + LATE_BLOCKS).min(cycles.len() - 1);
        cycles[first].began..=cycles[last].began
    };
    breaks.map(time).collect()
}

/// How late each frame of a recorded tone came that is at its level, in frames, without those of the start.
pub fn delays_frames(frames: &[Frame]) -> Vec<usize> {
    let heard = frames.iter().enumerate().skip(START_FRAMES);
    heard
        .filter(|(_, frame)| quadrature::level_db(**frame).abs() < SAME_LEVEL_DB)
        .map(|(number, frame)| number - quadrature::number_of(*frame, number))
        .collect()
}
