//! The largest of the last samples.

use std::collections::VecDeque;

/// A maximum over a window that moves on, at a few comparisons a frame: D. Lemire, "Streaming Maximum-Minimum Filter Using No
/// More than Three Comparisons per Element", Nordic Journal of Computing 13 (4), 2006.
#[derive(Default)]
pub struct PeakHold {
    window_frames: u64,
    now: u64,
    /// What may still become the largest, each at its frame: every one is larger than all that came after it.
    candidates: VecDeque<(u64, f32)>,
}

impl PeakHold {
    pub fn new(window_frames: usize) -> Self {
        let candidates = VecDeque::with_capacity(window_frames + 1);
        Self { window_frames: window_frames as u64, now: 0, candidates }
    }

    pub fn reset(&mut self) {
        self.candidates.clear();
    }

    /// The largest of the window that ends with this magnitude.
    pub fn next(&mut self, magnitude: f32) -> f32 {
        while self.candidates.pop_back_if(|(_, smaller)| *smaller <= magnitude).is_some() {}
        self.candidates.push_back((self.now, magnitude));
        self.now += 1;
        let window = self.window_frames;
        self.candidates.pop_front_if(|(frame, _)| *frame + window < self.now);
        self.candidates.front().map_or(magnitude, |(_, largest)| *largest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_largest_of_the_window() {
        let mut seed = 1_u32;
        let mut random = || {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (seed >> 16) as f32
        };
        let samples: Vec<f32> = (0..2_000).map(|_| random()).collect();
        let mut hold = PeakHold::new(7);
        for (index, sample) in samples.iter().enumerate() {
            let window = &samples[index.saturating_sub(6)..=index];
            let largest = window.iter().fold(0.0_f32, |largest, sample| largest.max(*sample));
            assert_eq!(hold.next(*sample), largest, "{index}");
        }
    }
}
