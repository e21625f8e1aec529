//! From one version of the signal to another, when a switch is changed.
//!
//! Realtime safety: plain arithmetic.

use super::chunk::CHUNK_FRAMES;

/// How far the new version has replaced the old one.
///
/// Both versions carry the same programme, so their gains add up to one: with equal power the level would rise.
#[derive(Clone, Debug)]
pub struct EqualGainCrossfade {
    duration_frames: u32,
    /// Negative while the new version's filters still fill.
    elapsed_frames: i32,
    amounts: [f32; CHUNK_FRAMES],
    /// How many of `amounts` were asked for last.
    frames: usize,
}

impl EqualGainCrossfade {
    /// A crossfade that is over.
    pub fn new(duration_frames: u32) -> Self {
        Self {
            duration_frames,
            elapsed_frames: duration_frames as i32,
            amounts: [1.0; CHUNK_FRAMES],
            frames: 0,
        }
    }

    /// Begins with the old version alone, and keeps it for `filling_frames` while the new one's filters fill.
    pub fn start_after(&mut self, filling_frames: u32) {
        self.elapsed_frames = -(filling_frames as i32);
    }

    /// Ends with the new version at once.
    pub fn finish(&mut self) {
        self.elapsed_frames = self.duration_frames as i32;
    }

    /// How many frames the old version is still heard; `None` if it is not.
    pub fn remaining_frames(&self) -> Option<usize> {
        let frames = (self.duration_frames as i32 - self.elapsed_frames) as usize;
        (frames > 0).then_some(frames)
    }

    /// Whether the old version is still heard.
    pub fn is_running(&self) -> bool {
        self.remaining_frames().is_some()
    }

    /// How much of the new version each of the next `frames` frames has, in [0, 1]: a raised cosine.
    pub fn next_amounts(&mut self, frames: usize) -> &[f32] {
        for amount in &mut self.amounts[..frames] {
            self.elapsed_frames = (self.elapsed_frames + 1).min(self.duration_frames as i32);
            let position = self.elapsed_frames as f32 / self.duration_frames as f32;
            *amount = match position {
                ..=0.0 => 0.0,
                1.0.. => 1.0,
                _ => 0.5 - 0.5 * (std::f32::consts::PI * position).cos(),
            };
        }
        self.frames = frames;
        self.last_amounts()
    }

    /// What [`next_amounts`](Self::next_amounts) returned last.
    pub fn last_amounts(&self) -> &[f32] {
        &self.amounts[..self.frames]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_from_the_old_to_the_new_and_ends_exactly() {
        let mut crossfade = EqualGainCrossfade::new(100);
        assert!(!crossfade.is_running());
        crossfade.start_after(20);
        assert_eq!(crossfade.remaining_frames(), Some(120));
        let amounts: Vec<f32> =
            [64, 56].into_iter().flat_map(|n| crossfade.next_amounts(n).to_vec()).collect();
        assert_eq!(amounts[19].to_bits(), 0, "the filters still fill");
        assert!(amounts[20] < 0.001 && amounts.is_sorted());
        assert_eq!(amounts[119].to_bits(), 1.0_f32.to_bits());
        assert!(!crossfade.is_running());
    }
}
