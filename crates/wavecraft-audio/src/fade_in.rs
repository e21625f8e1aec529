//! Bringing sound up.
//!
//! Guarantees: arithmetic alone.

/// A straight ramp from silence to full level.
#[derive(Clone, Debug)]
pub(crate) struct FadeIn {
    total_frames: usize,
    done_frames: usize,
}

impl FadeIn {
    /// A fade of this length that has not begun.
    pub fn new(duration_ms: f32, rate_hz: u32) -> Self {
        let total_frames = (duration_ms / 1_000.0 * rate_hz as f32).ceil().max(1.0) as usize;
        Self { total_frames, done_frames: 0 }
    }

    /// Begins again at silence.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn restart(&mut self) {
        self.done_frames = 0;
    }

    /// Applies the next part of the fade to both channels, which are of equal lengths.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn apply(&mut self, left: &mut [f32], right: &mut [f32]) {
        for (left, right) in left.iter_mut().zip(right) {
            if self.done_frames >= self.total_frames {
                return;
            }
            let gain = self.done_frames as f32 / self.total_frames as f32;
            *left *= gain;
            *right *= gain;
            self.done_frames += 1;
        }
    }
}
