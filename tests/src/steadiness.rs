//! A tone through a server under JACK for some time: how late each frame of it comes back, and whether all do.
//!
//! Nothing joins or leaves JACK meanwhile: that alone makes JACK call its clients in another order, and may make a gap.

use std::time::{Duration, Instant};

use crate::dev_server::DevServer;
use crate::jack_wire::{Cycle, JackWire};
use crate::quadrature::{self, Frame};
use crate::sound_servers::{Jack, RATE_HZ};
use crate::stalls::Stalls;
use crate::witness::Witness;

/// What passes before anything is counted: the sound fades in, and the joint between the devices begins.
const START_FRAMES: usize = RATE_HZ as usize;

/// A frame is at its level if it is no farther off, in dB.
const SAME_LEVEL_DB: f64 = 0.1;

/// What was heard of a tone.
pub struct Heard {
    /// Frames from the first that was played, those of the start among them.
    frames: Vec<Frame>,
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
    let witness = Witness::start(jack, block_frames, most_s);
    let wire = JackWire::start(jack, most_s, quadrature::frame);
    wire.wait_for(START_FRAMES);
    let news = server.page().news_of_underruns(duration);
    let through_server = wire.finish();
    let (stalls, through_bare) = witness.finish();
    let times = through_server.cycles.first().zip(through_server.cycles.last());
    let is_meanwhile =
        |cycle: &&Cycle| times.is_some_and(|(first, last)| (first.began..=last.began).contains(&cycle.began));
    let calls = through_bare.cycles.iter().filter(is_meanwhile).count();
    let beside_frames = (calls * block_frames as usize).saturating_sub(START_FRAMES);
    Heard { frames: through_server.frames, beside_frames, news, stalls }
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

/// How late each frame of a recorded tone came that is at its level, in frames, without those of the start.
pub fn delays_frames(frames: &[Frame]) -> Vec<usize> {
    let heard = frames.iter().enumerate().skip(START_FRAMES);
    heard
        .filter(|(_, frame)| quadrature::level_db(**frame).abs() < SAME_LEVEL_DB)
        .map(|(number, frame)| number - quadrature::number_of(*frame, number))
        .collect()
}
