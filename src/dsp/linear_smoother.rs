//! A control value that moves in a straight line, so that no change is a step.
//!
//! Realtime safety: plain arithmetic; a smoother on its target costs one comparison for each chunk.

use fearless_simd::dispatch;

use super::chunk::CHUNK_FRAMES;
use super::vector_instructions::level;

/// A value on its way to its target.
///
/// The line starts at the very frame at which the target is set and does not depend on how the host cuts its blocks.
#[derive(Clone, Copy, Debug)]
pub struct LinearSmoother {
    start: f32,
    target: f32,
    duration_frames: u32,
    elapsed_frames: u32,
}

impl LinearSmoother {
    /// A smoother on its target `value` that takes `duration_frames` to reach each new target.
    pub fn new(value: f32, duration_frames: u32) -> Self {
        Self { start: value, target: value, duration_frames, elapsed_frames: duration_frames }
    }

    /// Goes to `target` at once.
    pub fn reset(&mut self, target: f32) {
        *self = Self::new(target, self.duration_frames);
    }

    /// Starts for `target`, unless it is the target already.
    pub fn set_target(&mut self, target: f32) {
        // The very same value, not a near one: even the smallest move has to arrive.
        if target.to_bits() != self.target.to_bits() {
            self.start = self.value();
            self.target = target;
            self.elapsed_frames = 0;
        }
    }

    /// Whether the target is yet to be reached.
    pub fn is_smoothing(&self) -> bool {
        self.elapsed_frames < self.duration_frames
    }

    /// The value to reach, or that is reached.
    pub fn target(&self) -> f32 {
        self.target
    }

    /// The value now.
    pub fn value(&self) -> f32 {
        if self.is_smoothing() {
            let position = self.elapsed_frames as f32 / self.duration_frames as f32;
            self.start + (self.target - self.start) * position
        } else {
            self.target
        }
    }

    /// Moves on by as many frames as there are values, and fills in the value at each.
    pub fn fill_next(&mut self, values: &mut [f32]) {
        let (elapsed, duration) = (self.elapsed_frames as i32, self.duration_frames as i32);
        dispatch!(level(), _simd => for (after, value) in (1..).zip(values.iter_mut()) {
            let elapsed = (elapsed + after).min(duration);
            let position = elapsed as f32 / duration as f32;
            let between = self.start + (self.target - self.start) * position;
            *value = if elapsed < duration { between } else { self.target };
        });
        self.skip(values.len());
    }

    /// Moves on by several frames.
    pub fn skip(&mut self, frames: usize) {
        self.elapsed_frames = self.elapsed_frames.saturating_add(frames as u32).min(self.duration_frames);
    }
}

/// What a [`LinearSmoother`] means for the sound: the frames' values go through a function, which is evaluated only while
/// the value moves.
#[derive(Clone, Debug)]
pub struct MappedValues {
    values: [f32; CHUNK_FRAMES],
    /// The smoother's value that all of `values` belong to, if there is one.
    constant: Option<f32>,
}

impl Default for MappedValues {
    fn default() -> Self {
        Self { values: [0.0; CHUNK_FRAMES], constant: None }
    }
}

impl MappedValues {
    /// Moves `smoother` on by `frames` frames, at most [`CHUNK_FRAMES`], and returns its values after `map`, which maps a
    /// slice in place.
    pub fn advance(
        &mut self,
        smoother: &mut LinearSmoother,
        frames: usize,
        map: impl Fn(&mut [f32]),
    ) -> &[f32] {
        if smoother.is_smoothing() {
            let values = &mut self.values[..frames];
            smoother.fill_next(values);
            map(values);
            self.constant = None;
            &self.values[..frames]
        } else {
            self.repeat(smoother.target(), frames, map)
        }
    }

    /// The same for levels that were read off a smoother before.
    pub fn map(&mut self, levels: &[f32], are_moving: bool, map: impl Fn(&mut [f32])) -> &[f32] {
        if are_moving {
            let values = &mut self.values[..levels.len()];
            values.copy_from_slice(levels);
            map(values);
            self.constant = None;
            &self.values[..levels.len()]
        } else {
            self.repeat(levels.first().copied().unwrap_or_default(), levels.len(), map)
        }
    }

    fn repeat(&mut self, level: f32, frames: usize, map: impl Fn(&mut [f32])) -> &[f32] {
        if self.constant.map(f32::to_bits) != Some(level.to_bits()) {
            let mut value = [level];
            map(&mut value);
            self.values.fill(value[0]);
            self.constant = Some(level);
        }
        &self.values[..frames]
    }
}

/// A smoothed control of which each frame's value is used once.
#[derive(Clone, Debug)]
pub struct SmoothedControl {
    smoother: LinearSmoother,
    values: MappedValues,
}

impl SmoothedControl {
    /// A control at 0 that takes `duration_frames` to reach each new value.
    pub fn new(duration_frames: u32) -> Self {
        Self { smoother: LinearSmoother::new(0.0, duration_frames), values: MappedValues::default() }
    }

    /// Goes to `target` at once.
    pub fn reset(&mut self, target: f32) {
        self.smoother.reset(target);
    }

    /// Starts for `target`, unless it is the target already.
    pub fn set_target(&mut self, target: f32) {
        self.smoother.set_target(target);
    }

    /// Whether the target is yet to be reached.
    pub fn is_smoothing(&self) -> bool {
        self.smoother.is_smoothing()
    }

    /// Whether the control has this value and does not move.
    pub fn is_constantly(&self, value: f32) -> bool {
        !self.smoother.is_smoothing() && self.smoother.target().to_bits() == value.to_bits()
    }

    /// Moves on by `frames` frames, at most [`CHUNK_FRAMES`], and returns the values after `map`, which must be the same
    /// function each time.
    pub fn next_values(&mut self, frames: usize, map: impl Fn(&mut [f32])) -> &[f32] {
        self.values.advance(&mut self.smoother, frames, map)
    }
}

/// An amplitude ratio from decibels; 0 dB is exactly 1.
pub fn gain_from_db(db: f32) -> f32 {
    let mut gain = [db];
    gains_from_db(&mut gain);
    gain[0]
}

/// Amplitude ratios from decibels in [-700, 700], in place; 0 dB is exactly 1. The relative error is below 5e-7 up to 60 dB: it
/// grows with the level, as that of a decibel in single precision does.
///
/// 10^(x/20) = 2^(x log2(10)/20): a whole power of two goes to the exponent, and the rest, in [-1/2, 1/2], through the power
/// series of 2^x, whose first term that is left out is below 5e-9.
pub fn gains_from_db(values: &mut [f32]) {
    dispatch!(level(), _simd => for value in values {
        let exponent = *value * (std::f32::consts::LOG2_10 / 20.0);
        let whole = whole_number(exponent);
        let power = f32::from_bits(((whole + 127) << 23) as u32);
        *value = power_of_two(exponent - whole as f32) * power;
    });
}

/// The whole number next to one below 2^22 in magnitude. A cast, which looks for what is no number, would keep loops from vectors.
#[inline(always)]
pub fn whole_number(value: f32) -> i32 {
    // Its sum with a small number has steps of one, and the number in its last bits.
    const LARGE: f32 = 1.5 * (1 << 23) as f32;
    (value + LARGE).to_bits().wrapping_sub(LARGE.to_bits()) as i32
}

/// 2^x for an x in [-1/2, 1/2].
#[inline(always)]
fn power_of_two(x: f32) -> f32 {
    // (ln 2)^n / n!, from n = 7 down to 0.
    const COEFFICIENTS: [f32; 8] = {
        let (mut coefficients, mut term, mut n) = ([0.0; 8], 1.0, 0);
        while n < 8 {
            coefficients[7 - n] = term as f32;
            n += 1;
            term *= std::f64::consts::LN_2 / n as f64;
        }
        coefficients
    };
    let mut sum = COEFFICIENTS[0];
    for coefficient in &COEFFICIENTS[1..] {
        sum = sum * x + coefficient;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next_value(smoother: &mut LinearSmoother) -> f32 {
        let mut value = [0.0];
        smoother.fill_next(&mut value);
        value[0]
    }

    #[test]
    fn arrives_exactly_and_in_time() {
        let mut smoother = LinearSmoother::new(0.25, 100);
        smoother.set_target(-3.7);
        for _ in 0..99 {
            smoother.skip(1);
            assert!(smoother.is_smoothing());
        }
        assert_eq!(next_value(&mut smoother).to_bits(), (-3.7_f32).to_bits());
        assert!(!smoother.is_smoothing());
    }

    #[test]
    fn never_steps_even_when_the_target_changes_on_the_way() {
        let mut smoother = LinearSmoother::new(0.0, 100);
        let mut previous = 0.0;
        for frame in 0..1_000 {
            if frame % 37 == 0 {
                smoother.set_target(if frame % 2 == 0 { 1.0 } else { -1.0 });
            }
            let value = next_value(&mut smoother);
            assert!((value - previous).abs() <= 0.0201, "a step of {} at {frame}", value - previous);
            previous = value;
        }
    }

    #[test]
    fn values_do_not_depend_on_the_chunks() {
        let values = |chunk: usize| {
            let (mut smoother, mut values) = (LinearSmoother::new(0.0, 90), MappedValues::default());
            smoother.set_target(-12.0);
            let mut next = || values.advance(&mut smoother, chunk, gains_from_db).to_vec();
            (0..192 / chunk).flat_map(|_| next()).collect::<Vec<_>>()
        };
        assert_eq!(values(64), values(1));
        assert_eq!(values(64), values(3));
    }

    #[test]
    fn values_that_are_filled_in_are_those_of_single_frames() {
        for duration_frames in [0, 1, 50, 64, 90] {
            let mut filling = LinearSmoother::new(0.25, duration_frames);
            filling.set_target(-3.7);
            let mut single = filling;
            for frames in [1, 17, 64, 3] {
                let mut values = [0.0; CHUNK_FRAMES];
                filling.fill_next(&mut values[..frames]);
                for value in &values[..frames] {
                    single.skip(1);
                    assert_eq!(value.to_bits(), single.value().to_bits(), "over {duration_frames}");
                }
            }
        }
    }

    #[test]
    fn zero_decibels_is_unity() {
        assert_eq!(gain_from_db(0.0).to_bits(), 1.0_f32.to_bits());
        assert!((gain_from_db(-6.0) - 0.501_187_2).abs() < 1e-6);
    }

    #[test]
    fn gains_are_those_of_their_decibels() {
        for step in -6_000..=6_000_i16 {
            let db = f32::from(step) / 100.0;
            let exact = 10.0_f64.powf(f64::from(db) / 20.0);
            assert!((f64::from(gain_from_db(db)) / exact - 1.0).abs() < 5e-7, "{db} dB");
        }
        assert!(gain_from_db(-700.0) > 0.0 && gain_from_db(700.0).is_finite());
    }
}
