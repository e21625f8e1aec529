//! The audio thread's side.
//!
//! Realtime safety: never allocates, blocks or fails; a full ring loses the newest frame and counts it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use fearless_simd::Level;

use crate::level::{Accumulator, ChannelLevel};
use crate::meter::MeterSet;
use crate::{FRAMES_PER_SECOND, LevelFrame};

/// More channels than these are processed, but not measured.
const MEASURED_CHANNELS: usize = 2;

/// Blocks of more channels than these are processed in one piece, and not measured.
const MAX_CHANNELS: usize = 32;

/// Measures, accumulates and sends.
#[derive(Debug)]
pub struct MeterWriter {
    levels: rtrb::Producer<LevelFrame>,
    /// The values of the plugin's own meters, as many for each level frame as `frame` has room for.
    values: rtrb::Producer<f32>,
    own: MeterSet,
    frame: Box<[f32]>,
    dropped: Arc<AtomicU64>,
    sample_rate_hz: f64,
    /// How many audio frames a meter frame covers.
    interval_frames: u32,
    accumulated_frames: u32,
    input: [Accumulator; MEASURED_CHANNELS],
    output: [Accumulator; MEASURED_CHANNELS],
    /// Audio frames since the last change of sample rate, and the time before it.
    elapsed_frames: u64,
    earlier_us: u64,
}

impl MeterWriter {
    pub(crate) fn new(
        sample_rate_hz: f32,
        levels: rtrb::Producer<LevelFrame>,
        values: rtrb::Producer<f32>,
        own: MeterSet,
        dropped: Arc<AtomicU64>,
    ) -> Self {
        // Looks at the processor here, and not on the audio thread.
        let _ = Level::new();
        let frame = vec![0.0; own.kinds().len()].into();
        let mut writer = Self {
            levels,
            values,
            own,
            frame,
            dropped,
            sample_rate_hz: 1.0,
            interval_frames: 1,
            accumulated_frames: 0,
            input: Default::default(),
            output: Default::default(),
            elapsed_frames: 0,
            earlier_us: 0,
        };
        writer.set_sample_rate(sample_rate_hz);
        writer
    }

    /// Goes on at another sample rate, in Hz. What has accumulated is forgotten.
    ///
    /// # Realtime safety
    ///
    /// Safe, though a host only changes the rate while nothing plays.
    pub fn set_sample_rate(&mut self, sample_rate_hz: f32) {
        self.earlier_us = self.timestamp_us();
        self.elapsed_frames = 0;
        self.sample_rate_hz = f64::from(sample_rate_hz).max(1.0);
        self.interval_frames = ((self.sample_rate_hz / FRAMES_PER_SECOND).round() as u32).max(1);
        self.accumulated_frames = 0;
        self.input = Default::default();
        self.output = Default::default();
    }

    /// Runs `process` on a block in place, in pieces that end where a meter frame does, and measures before and after.
    ///
    /// The channels are of equal lengths. Of more than two the first two are measured; more than 32 pass through `process`
    /// unmeasured, all in one piece.
    ///
    /// # Realtime safety
    ///
    /// Adds a pass over the samples before and one after, and nothing else.
    pub fn process_metered(
        &mut self,
        channels: &mut [&mut [f32]],
        mut process: impl FnMut(&mut [&mut [f32]]),
    ) {
        match channels {
            [mono] => self.process_pieces([mono], &mut process),
            [left, right] => self.process_pieces([left, right], &mut process),
            many if (1..=MAX_CHANNELS).contains(&many.len()) => {
                self.process_many_in_pieces(many, &mut process);
            }
            other => process(other),
        }
    }

    fn process_many_in_pieces(
        &mut self,
        channels: &mut [&mut [f32]],
        process: &mut impl FnMut(&mut [&mut [f32]]),
    ) {
        let count = channels.len();
        let total = channels.iter().map(|channel| channel.len()).min().unwrap_or(0);
        let mut start = 0;
        while start < total {
            let length = ((self.interval_frames - self.accumulated_frames) as usize).min(total - start);
            let mut room: [&mut [f32]; MAX_CHANNELS] = Default::default();
            for (slice, channel) in room.iter_mut().zip(&mut *channels) {
                *slice = &mut channel[start..start + length];
            }
            self.process_piece(&mut room[..count], process);
            start += length;
        }
    }

    fn process_pieces<const CHANNELS: usize>(
        &mut self,
        mut channels: [&mut [f32]; CHANNELS],
        process: &mut impl FnMut(&mut [&mut [f32]]),
    ) {
        let total = channels.iter().map(|channel| channel.len()).min().unwrap_or(0);
        let mut start = 0;
        while start < total {
            let length = ((self.interval_frames - self.accumulated_frames) as usize).min(total - start);
            let mut piece = channels.each_mut().map(|channel| &mut channel[start..start + length]);
            self.process_piece(&mut piece, process);
            start += length;
        }
    }

    fn process_piece(&mut self, piece: &mut [&mut [f32]], process: &mut impl FnMut(&mut [&mut [f32]])) {
        for (accumulator, samples) in self.input.iter_mut().zip(&*piece) {
            accumulator.add(samples);
        }
        process(piece);
        for (accumulator, samples) in self.output.iter_mut().zip(&*piece) {
            accumulator.add(samples);
        }
        self.finish_piece(piece.first().map_or(0, |channel| channel.len()) as u32, piece.len());
    }

    /// Counts the piece and sends a frame where it is due.
    fn finish_piece(&mut self, frames: u32, channels: usize) {
        self.accumulated_frames += frames;
        self.elapsed_frames += u64::from(frames);
        if self.accumulated_frames < self.interval_frames {
            return;
        }
        let covered = std::mem::take(&mut self.accumulated_frames);
        let levels = |accumulators: &mut [Accumulator; MEASURED_CHANNELS]| -> [ChannelLevel; 2] {
            let [left, right] = accumulators.each_mut().map(|accumulator| accumulator.take(covered));
            [left, if channels > 1 { right } else { left }]
        };
        let (input, output) = (levels(&mut self.input), levels(&mut self.output));
        let levels = LevelFrame { timestamp_us: self.timestamp_us(), input, output };
        self.own.take_into(&mut self.frame);
        // A ring that nobody empties is soon full, and stays so.
        self.own.set_read(!self.levels.is_full());
        // Both or neither. The values first, so that whoever sees the levels finds them.
        let has_room = !self.levels.is_full() && self.values.push_entire_slice(&self.frame).is_ok();
        if !has_room || self.levels.push(levels).is_err() {
            self.dropped.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn timestamp_us(&self) -> u64 {
        self.earlier_us + (self.elapsed_frames as f64 * 1e6 / self.sample_rate_hz) as u64
    }
}
