//! From one sound to another without a gap, a step or a change of loudness.
//!
//! Both run on the same input. At first the new one is heard by nobody, until its latency and its filters are full; then
//! the old one goes as it comes.
//!
//! # The gains
//!
//! With θ from 0 to 90 degrees, cos θ and sin θ keep the power of two sounds that have nothing in common. Sounds that are
//! alike add up as amplitudes: they would swell by 3 dB half-way. So both gains are multiplied by
//!
//! ```text
//! g = √( (cos²θ·A + sin²θ·B) / (cos²θ·A + sin²θ·B + 2·cos θ·sin θ·C) )
//! ```
//!
//! where A and B are the sums of the squares of the old and the new sound, and C the sum of their products, all measured
//! while both run. The numerator is the power that is wanted, the denominator the power that the plain gains make. With
//! A = B it is 1/√(1 + ρ·sin 2θ) for the correlation ρ, the rule of Fink, Holters and Zölzer, "Signal-matched
//! power-complementary cross-fading and dry-wet mixing" (at the conference on digital audio effects of 2016): constant power for ρ = 0, constant amplitude for
//! ρ = 1. Sounds of opposite sign cannot be faded at constant power, since they cancel; g is at most √2.
//!
//! Guarantees: arithmetic alone.

use std::f64::consts::FRAC_PI_2;

/// How long the old and the new sound are mixed.
const FADE_MS: f64 = 20.0;

/// How long the new sound runs beforehand, beside its latency.
const WARM_UP_MS: f64 = 30.0;

/// A latency beyond this is not waited for.
const LONGEST_LATENCY_MS: f64 = 500.0;

/// The largest square of the correction.
const LARGEST_SQUARED_CORRECTION: f64 = 2.0;

/// Which of the two remains.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Remaining {
    /// The one that sounded before.
    Old,
    /// The one that came.
    New,
}

/// A change from one sound to another under way.
#[derive(Clone, Debug)]
pub(crate) struct Crossfade {
    /// Frames in which the new sound is not yet itself.
    latency_frames: usize,
    /// Frames after those in which it is not yet heard.
    warm_up_frames: usize,
    /// How far the fade is, in frames, from 0 to `total_frames`.
    position: usize,
    total_frames: usize,
    is_turned_back: bool,
    old_power: f64,
    new_power: f64,
    product: f64,
}

impl Crossfade {
    /// A change that begins now, to a sound of this latency.
    pub fn new(sample_rate_hz: f32, latency_frames: usize) -> Self {
        let frames = |duration_ms: f64| (duration_ms / 1_000.0 * f64::from(sample_rate_hz)).ceil() as usize;
        Self {
            latency_frames: latency_frames.min(frames(LONGEST_LATENCY_MS)),
            warm_up_frames: frames(WARM_UP_MS),
            position: 0,
            total_frames: frames(FADE_MS).max(1),
            is_turned_back: false,
            old_power: 0.0,
            new_power: 0.0,
            product: 0.0,
        }
    }

    /// Goes back to the old sound from here.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn turn_back(&mut self) {
        self.is_turned_back = true;
    }

    /// Which sound remains, once the change is over.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn remaining(&self) -> Option<Remaining> {
        if self.is_turned_back {
            (self.position == 0).then_some(Remaining::Old)
        } else {
            (self.position == self.total_frames).then_some(Remaining::New)
        }
    }

    /// Mixes a block: `block` has the new sound and gets the mix. Both have as many channels, of equal lengths.
    ///
    /// # Realtime safety
    ///
    /// Safe. After the end of the change it leaves what remains.
    pub fn mix(&mut self, old: &[&mut [f32]], block: &mut [&mut [f32]]) {
        let frames = block.first().map_or(0, |channel| channel.len());
        for frame in 0..frames {
            self.measure(old, block, frame);
            let (old_gain, new_gain) = self.gains();
            for (old, new) in old.iter().zip(block.iter_mut()) {
                new[frame] = old_gain * audible(old[frame]) + new_gain * audible(new[frame]);
            }
            self.advance();
        }
    }

    fn measure(&mut self, old: &[&mut [f32]], new: &[&mut [f32]], frame: usize) {
        if self.latency_frames > 0 {
            return;
        }
        for (old, new) in old.iter().zip(new) {
            let (old, new) = (f64::from(audible(old[frame])), f64::from(audible(new[frame])));
            self.old_power += old * old;
            self.new_power += new * new;
            self.product += old * new;
        }
    }

    /// What the old and the new sound are multiplied by.
    fn gains(&self) -> (f32, f32) {
        // The ends are exact: a sound that stands alone is left as it is.
        if self.position == 0 {
            return (1.0, 0.0);
        }
        if self.position == self.total_frames {
            return (0.0, 1.0);
        }
        let (sin, cos) = (FRAC_PI_2 * self.position as f64 / self.total_frames as f64).sin_cos();
        let wanted = cos * cos * self.old_power + sin * sin * self.new_power;
        let plain = wanted + 2.0 * cos * sin * self.product;
        let correction = if wanted <= 0.0 {
            1.0
        } else if plain * LARGEST_SQUARED_CORRECTION <= wanted {
            LARGEST_SQUARED_CORRECTION.sqrt()
        } else {
            (wanted / plain).sqrt()
        };
        ((cos * correction) as f32, (sin * correction) as f32)
    }

    fn advance(&mut self) {
        if self.is_turned_back {
            self.position = self.position.saturating_sub(1);
        } else if self.latency_frames > 0 {
            self.latency_frames -= 1;
        } else if self.warm_up_frames > 0 {
            self.warm_up_frames -= 1;
        } else if self.position < self.total_frames {
            self.position += 1;
        }
    }
}

/// What is not a number is silence: it would outlive its end in a sum, and its gain in a product.
pub(crate) fn audible(sample: f32) -> f32 {
    if sample.is_finite() { sample } else { 0.0 }
}

#[cfg(test)]
mod tests;
