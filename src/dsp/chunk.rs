//! The unit in which the chain works: up to [`CHUNK_FRAMES`] frames of one or two channels, in place.
//!
//! Realtime safety: plain arrays, nothing allocates.

use wavecraft_metering::loudness::LoudnessMeter;

/// The most channels that the chain processes.
pub const MAX_CHANNELS: usize = 2;

/// The longest chunk, in frames. Short enough that all of the chain's scratch stays in the first-level cache.
pub const CHUNK_FRAMES: usize = 64;

/// One frame in double precision; a mono chunk has silence to the right.
pub type Frame = [f64; MAX_CHANNELS];

/// Some frames of planar audio.
#[derive(Clone, Debug)]
pub struct Chunk {
    samples: [[f32; CHUNK_FRAMES]; MAX_CHANNELS],
    channels: usize,
    frames: usize,
}

impl Chunk {
    /// A silent chunk.
    ///
    /// # Panics
    ///
    /// If there are more than [`MAX_CHANNELS`] channels or [`CHUNK_FRAMES`] frames.
    pub fn silent(channels: usize, frames: usize) -> Self {
        assert!(channels <= MAX_CHANNELS && frames <= CHUNK_FRAMES);
        Self { samples: [[0.0; CHUNK_FRAMES]; MAX_CHANNELS], channels, frames }
    }

    /// Sets the size for the next use; what the samples hold is whatever was there before.
    ///
    /// # Panics
    ///
    /// As [`Chunk::silent`].
    pub fn resize(&mut self, channels: usize, frames: usize) {
        assert!(channels <= MAX_CHANNELS && frames <= CHUNK_FRAMES);
        self.channels = channels;
        self.frames = frames;
    }

    /// How many channels there are.
    pub fn channels(&self) -> usize {
        self.channels
    }

    /// How many frames there are.
    pub fn frames(&self) -> usize {
        self.frames
    }

    /// One channel's samples.
    pub fn channel(&self, channel: usize) -> &[f32] {
        &self.samples[channel][..self.frames]
    }

    /// One channel's samples, to write.
    pub fn channel_mut(&mut self, channel: usize) -> &mut [f32] {
        &mut self.samples[channel][..self.frames]
    }

    /// All channels in turn, to write.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut [f32]> {
        let frames = self.frames;
        self.samples[..self.channels].iter_mut().map(move |samples| &mut samples[..frames])
    }

    /// Left and right, to read and write; a mono chunk gets silence to the right.
    pub fn sides_mut(&mut self) -> [&mut [f32]; MAX_CHANNELS] {
        if self.channels == 1 {
            self.samples[1][..self.frames].fill(0.0);
        }
        let frames = self.frames;
        self.samples.each_mut().map(|samples| &mut samples[..frames])
    }

    /// Multiplies every frame by its own gain, the same in all channels.
    pub fn apply_gains(&mut self, gains: &[f32]) {
        for channel in self.iter_mut() {
            for (sample, gain) in channel.iter_mut().zip(gains) {
                *sample *= gain;
            }
        }
    }

    /// Goes from this chunk to `other` by `amounts`, a value in [0, 1] for each frame: 0 keeps, 1 replaces, both exactly.
    pub fn blend(&mut self, other: &Self, amounts: &[f32]) {
        for (index, channel) in self.iter_mut().enumerate() {
            for ((sample, other), amount) in channel.iter_mut().zip(other.channel(index)).zip(amounts) {
                *sample = *sample * (1.0 - amount) + other * amount;
            }
        }
    }

    /// Takes `other` away by `amounts`, a value in [0, 1] for each frame.
    pub fn subtract(&mut self, other: &Self, amounts: &[f32]) {
        for (index, channel) in self.iter_mut().enumerate() {
            for ((sample, other), amount) in channel.iter_mut().zip(other.channel(index)).zip(amounts) {
                *sample -= other * amount;
            }
        }
    }

    /// Adds the chunk to a measurement of loudness. Returns how many of its steps have ended.
    pub fn measure(&self, meter: &mut LoudnessMeter) -> usize {
        match self.channels {
            1 => meter.add(&[self.channel(0)]),
            _ => meter.add(&[self.channel(0), self.channel(1)]),
        }
    }

    /// Copies everything from `other`.
    pub fn copy_from(&mut self, other: &Self) {
        self.resize(other.channels, other.frames);
        for (index, channel) in self.iter_mut().enumerate() {
            channel.copy_from_slice(other.channel(index));
        }
    }
}

/// Samples smaller than this, -600 dBFS, are silence: they would only cost the time that denormal numbers cost.
pub const SMALLEST_SAMPLE: f32 = 1e-30;
