//! Oversampling by 2, 4 or 8 around a function of the signal, one channel.
//!
//! The first doubling has the hard work: between 23 and 25 kHz, at a sample rate of 48 kHz, its decimating filter goes
//! from untouched to -89 dB, because the harmonics right above the Nyquist frequency are strong and fold back among
//! the highest audible ones. The interpolating one may be half as steep: what it leaves are images of the topmost
//! octave's end. Each further doubling has more room and needs only a few coefficients. Together they are of linear
//! phase, and late by a whole number of frames.
//!
//! Realtime safety: everything is allocated when the oversampler is built.

use super::half_band::{Downsampler, Upsampler, half_band_coefficients, latency_there_and_back};
use crate::dsp::chunk::CHUNK_FRAMES;

/// How many times the sample rate the drive stage works at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Oversampling {
    /// At the sample rate itself.
    Off,
    /// At twice the sample rate.
    X2,
    /// At four times the sample rate.
    #[default]
    X4,
    /// At eight times the sample rate.
    X8,
}

/// How many times the sample rate the drive stage works at while a host renders offline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OfflineOversampling {
    /// As often as while somebody listens.
    #[default]
    AsLive,
    /// At twice the sample rate.
    X2,
    /// At four times the sample rate.
    X4,
    /// At eight times the sample rate.
    X8,
}

impl OfflineOversampling {
    /// The factor, unless it is that of [`Oversampling`].
    pub const fn factor(self) -> Option<Oversampling> {
        match self {
            Self::AsLive => None,
            Self::X2 => Some(Oversampling::X2),
            Self::X4 => Some(Oversampling::X4),
            Self::X8 => Some(Oversampling::X8),
        }
    }

    /// The setting with this factor, or as late as it: without oversampling nothing is.
    pub const fn of(factor: Oversampling) -> Self {
        match factor {
            Oversampling::Off => Self::AsLive,
            Oversampling::X2 => Self::X2,
            Oversampling::X4 => Self::X4,
            Oversampling::X8 => Self::X8,
        }
    }
}

const MAX_STAGES: usize = 3;
const MAX_SAMPLES: usize = CHUNK_FRAMES << MAX_STAGES;

/// Pairs of coefficients and Kaiser's beta, upwards and downwards, for each doubling. The pairs of a stage add up to
/// an odd number plus one at its own rate, such that each stage's latency is a whole number of frames.
const STAGES: [[(usize, f64); 2]; MAX_STAGES] =
    [[(36, 9.0), (72, 9.5)], [(6, 8.0), (7, 9.5)], [(4, 8.0), (5, 9.5)]];

impl Oversampling {
    /// Every setting, from the least to the most.
    pub const ALL: [Self; 4] = [Self::Off, Self::X2, Self::X4, Self::X8];

    /// The largest of all latencies, in frames.
    pub const MAX_LATENCY_FRAMES: usize = Self::X8.latency_frames();

    /// How many doublings it takes.
    pub const fn stages(self) -> usize {
        match self {
            Self::Off => 0,
            Self::X2 => 1,
            Self::X4 => 2,
            Self::X8 => 3,
        }
    }

    /// How late the signal comes out of an oversampler with this setting, in frames.
    pub const fn latency_frames(self) -> usize {
        // A loop that constants may run.
        let (mut frames, mut stage) = (0, 0);
        while stage < self.stages() {
            let [(up_pairs, _), (down_pairs, _)] = STAGES[stage];
            frames += latency_there_and_back(up_pairs, down_pairs) >> stage;
            stage += 1;
        }
        frames
    }
}

/// One channel's filters, for any setting.
#[derive(Clone, Debug)]
pub struct Oversampler {
    stages: Vec<(Upsampler, Downsampler)>,
    /// What each stage makes of the one before lands in the other of two buffers.
    buffers: [Vec<f32>; 2],
    scratch: Vec<f32>,
}

impl Oversampler {
    /// Silent filters.
    pub fn new() -> Self {
        let stages = STAGES.iter().enumerate().map(|(stage, [up, down])| {
            let longest = CHUNK_FRAMES << stage;
            (
                Upsampler::new(&half_band_coefficients(up.0, up.1), longest),
                Downsampler::new(&half_band_coefficients(down.0, down.1), longest),
            )
        });
        Self {
            stages: stages.collect(),
            buffers: std::array::from_fn(|_| vec![0.0; MAX_SAMPLES]),
            scratch: vec![0.0; MAX_SAMPLES / 2],
        }
    }

    /// Forgets the past signal.
    pub fn reset(&mut self) {
        for (up, down) in &mut self.stages {
            up.reset();
            down.reset();
        }
    }

    /// Applies `shape` to up to [`CHUNK_FRAMES`] samples at the higher rate, in place.
    pub fn process(
        &mut self,
        oversampling: Oversampling,
        samples: &mut [f32],
        shape: impl FnOnce(&mut [f32]),
    ) {
        let stages = &mut self.stages[..oversampling.stages()];
        if stages.is_empty() {
            return shape(samples);
        }
        let [first, second] = &mut self.buffers;
        let (mut lower, mut higher) = (first, second);
        let mut length = samples.len();
        lower[..length].copy_from_slice(samples);
        for (up, _) in stages.iter_mut() {
            up.process(&lower[..length], &mut self.scratch[..length], &mut higher[..2 * length]);
            std::mem::swap(&mut lower, &mut higher);
            length *= 2;
        }
        shape(&mut lower[..length]);
        for (_, down) in stages.iter_mut().rev() {
            length /= 2;
            down.process(&lower[..2 * length], &mut higher[..length]);
            std::mem::swap(&mut lower, &mut higher);
        }
        samples.copy_from_slice(&lower[..length]);
    }
}

impl Default for Oversampler {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_is_late_by_whole_frames() {
        for (stage, [(up, _), (down, _)]) in STAGES.iter().enumerate() {
            assert_eq!(latency_there_and_back(*up, *down) % (1 << stage), 0, "stage {stage}");
        }
    }

    #[test]
    fn without_a_function_it_is_a_delay_by_the_stated_latency() {
        for oversampling in Oversampling::ALL {
            let latency = oversampling.latency_frames();
            let mut oversampler = Oversampler::new();
            let signal: Vec<f32> = (0..768_u16).map(|n| (f32::from(n) * 0.5).sin()).collect();
            let mut result = signal.clone();
            for chunk in result.chunks_mut(CHUNK_FRAMES) {
                oversampler.process(oversampling, chunk, |_| {});
            }
            for n in 3 * latency..signal.len() {
                assert!((result[n] - signal[n - latency]).abs() < 1e-4, "{oversampling:?} at {n}");
            }
        }
    }
}
