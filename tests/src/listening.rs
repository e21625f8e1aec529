//! What a loudspeaker of `PulseAudio` plays, as a test waits for it.

use std::f64::consts::TAU;
use std::thread;
use std::time::{Duration, Instant};

use crate::dev_server::PATIENCE;
use crate::sound_servers::{Listening, RATE_HZ};

/// How much is recorded at most, in frames, before what was set is heard: all buffers on the way, and the plugin's
/// smoothing.
const PASSAGE_FRAMES: usize = RATE_HZ as usize;

/// Waits until something is heard, and has been for two seconds.
pub fn wait_until_heard(listening: &Listening) {
    let started = Instant::now();
    while !listening.left().iter().any(|sample| sample.abs() > 0.05) {
        assert!(started.elapsed() < PATIENCE, "nothing is heard");
        thread::sleep(Duration::from_millis(50));
    }
    next_second(listening);
}

/// The first second that is heard after what was set before has surely come through.
pub fn next_second(listening: &Listening) -> Vec<f32> {
    let start = listening.left().len() + PASSAGE_FRAMES;
    let end = start + RATE_HZ as usize;
    let started = Instant::now();
    loop {
        let heard = listening.left();
        if heard.len() >= end {
            return heard[start..end].to_vec();
        }
        assert!(started.elapsed() < PATIENCE, "the recording does not go on");
        thread::sleep(Duration::from_millis(50));
    }
}

/// The amplitude of one frequency.
pub fn amplitude(signal: &[f32], hz: f64) -> f64 {
    let (mut real, mut imaginary) = (0.0, 0.0);
    for (frame, sample) in signal.iter().enumerate() {
        let phase = frame as f64 * hz / f64::from(RATE_HZ) * TAU;
        // A Hann window, so that a loud neighbour does not drown a soft frequency.
        let window = 0.5 - 0.5 * (frame as f64 / signal.len() as f64 * TAU).cos();
        real += f64::from(*sample) * window * phase.cos();
        imaginary += f64::from(*sample) * window * phase.sin();
    }
    real.hypot(imaginary) * 4.0 / signal.len() as f64
}
