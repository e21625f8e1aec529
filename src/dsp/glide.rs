//! A control value that moves in a straight line, so that no change is a step.
//!
//! Realtime safety: plain arithmetic; a glide at rest costs one comparison for each chunk.

use super::chunk::CHUNK_FRAMES;

/// A value on its way to its target.
///
/// The line starts at the very frame at which the target is set and does not depend on how the host cuts its blocks.
#[derive(Clone, Copy, Debug)]
pub struct Glide {
    start: f32,
    target: f32,
    duration_frames: u32,
    elapsed_frames: u32,
}

impl Glide {
    /// A glide at rest on `value` that takes `duration_frames` to reach each new target.
    pub fn new(value: f32, duration_frames: u32) -> Self {
        Self { start: value, target: value, duration_frames, elapsed_frames: duration_frames }
    }

    /// Goes to `target` at once.
    pub fn jump(&mut self, target: f32) {
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
    pub fn is_moving(&self) -> bool {
        self.elapsed_frames < self.duration_frames
    }

    /// Where the glide goes, or rests.
    pub fn target(&self) -> f32 {
        self.target
    }

    /// Where the glide is now.
    pub fn value(&self) -> f32 {
        if self.is_moving() {
            let position = self.elapsed_frames as f32 / self.duration_frames as f32;
            self.start + (self.target - self.start) * position
        } else {
            self.target
        }
    }

    /// Moves on by one frame and returns where that leads.
    pub fn advance(&mut self) -> f32 {
        self.elapsed_frames = (self.elapsed_frames + 1).min(self.duration_frames);
        self.value()
    }

    /// Moves on by several frames.
    pub fn skip(&mut self, frames: usize) {
        self.elapsed_frames = self.elapsed_frames.saturating_add(frames as u32).min(self.duration_frames);
    }
}

/// What a [`Glide`] means for the sound: each frame's value goes through a function, which is evaluated only while the
/// glide moves.
#[derive(Clone, Debug)]
pub struct MappedValues {
    values: [f32; CHUNK_FRAMES],
    /// The glide's value that all of `values` belong to.
    resting_on: Option<f32>,
}

impl Default for MappedValues {
    fn default() -> Self {
        Self { values: [0.0; CHUNK_FRAMES], resting_on: None }
    }
}

impl MappedValues {
    /// Moves `glide` on by `frames` frames, at most [`CHUNK_FRAMES`], and returns its values seen through `map`.
    pub fn advance(&mut self, glide: &mut Glide, frames: usize, map: impl Fn(f32) -> f32) -> &[f32] {
        if glide.is_moving() {
            for value in &mut self.values[..frames] {
                *value = map(glide.advance());
            }
            self.resting_on = None;
            &self.values[..frames]
        } else {
            self.rest(glide.target(), frames, map)
        }
    }

    /// The same for levels that were read off a glide before.
    pub fn map(&mut self, levels: &[f32], are_moving: bool, map: impl Fn(f32) -> f32) -> &[f32] {
        if are_moving {
            for (value, level) in self.values.iter_mut().zip(levels) {
                *value = map(*level);
            }
            self.resting_on = None;
            &self.values[..levels.len()]
        } else {
            self.rest(levels.first().copied().unwrap_or_default(), levels.len(), map)
        }
    }

    fn rest(&mut self, level: f32, frames: usize, map: impl Fn(f32) -> f32) -> &[f32] {
        if self.resting_on.map(f32::to_bits) != Some(level.to_bits()) {
            self.values.fill(map(level));
            self.resting_on = Some(level);
        }
        &self.values[..frames]
    }
}

/// An amplitude ratio from decibels; 0 dB is exactly 1.
pub fn gain_from_db(db: f32) -> f32 {
    // 10^(x/20) = 2^(x * log2(10)/20)
    (db * (std::f32::consts::LOG2_10 / 20.0)).exp2()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrives_exactly_and_in_time() {
        let mut glide = Glide::new(0.25, 100);
        glide.set_target(-3.7);
        for _ in 0..99 {
            glide.advance();
            assert!(glide.is_moving());
        }
        assert_eq!(glide.advance().to_bits(), (-3.7_f32).to_bits());
        assert!(!glide.is_moving());
    }

    #[test]
    fn never_steps_even_when_the_target_changes_on_the_way() {
        let mut glide = Glide::new(0.0, 100);
        let mut previous = 0.0;
        for frame in 0..1_000 {
            if frame % 37 == 0 {
                glide.set_target(if frame % 2 == 0 { 1.0 } else { -1.0 });
            }
            let value = glide.advance();
            assert!((value - previous).abs() <= 0.0201, "a step of {} at {frame}", value - previous);
            previous = value;
        }
    }

    #[test]
    fn values_do_not_depend_on_the_chunks() {
        let values = |chunk: usize| {
            let (mut glide, mut values) = (Glide::new(0.0, 90), MappedValues::default());
            glide.set_target(-12.0);
            let mut next = || values.advance(&mut glide, chunk, gain_from_db).to_vec();
            (0..192 / chunk).flat_map(|_| next()).collect::<Vec<_>>()
        };
        assert_eq!(values(64), values(1));
        assert_eq!(values(64), values(3));
    }

    #[test]
    fn zero_decibels_is_unity() {
        assert_eq!(gain_from_db(0.0).to_bits(), 1.0_f32.to_bits());
        assert!((gain_from_db(-6.0) - 0.501_187_2).abs() < 1e-6);
    }
}
