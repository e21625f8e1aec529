//! The look-ahead: sound waits while the detector hears it already.

use super::fade::{Fade, blend};

/// How long it waits. A change fades from one place of the delay lines to the other.
#[derive(Default)]
pub struct LookAhead {
    frames: usize,
    previous_frames: usize,
    fade: Fade,
    /// How much of what is heard comes from the new place.
    share: f32,
}

/// The sound that waits.
#[derive(Clone)]
pub struct DelayLine {
    samples: Vec<f32>,
    newest: usize,
}

impl LookAhead {
    pub fn new(sample_rate_hz: f32) -> Self {
        Self { fade: Fade::new(sample_rate_hz), share: 1.0, ..Self::default() }
    }

    pub fn reset(&mut self, frames: usize) {
        (self.frames, self.previous_frames, self.share) = (frames, frames, 1.0);
        self.fade.reset();
    }

    pub fn frames(&self) -> usize {
        self.frames
    }

    /// Fades to another length, unless a fade is under way: then this is to be said again.
    pub fn set(&mut self, frames: usize) {
        if self.share >= 1.0 && frames != self.frames {
            (self.previous_frames, self.frames) = (self.frames, frames);
            self.fade.reset();
            self.share = self.fade.next(false);
        }
    }

    /// Goes on by a frame.
    pub fn advance(&mut self) {
        self.share = self.fade.next(true);
    }
}

impl DelayLine {
    pub fn new(longest_frames: usize) -> Self {
        Self { samples: vec![0.0; longest_frames + 1], newest: 0 }
    }

    pub fn reset(&mut self) {
        self.samples.fill(0.0);
    }

    pub fn write(&mut self, sample: f32) {
        self.newest = (self.newest + 1) % self.samples.len();
        self.samples[self.newest] = sample;
    }

    pub fn read(&self, look_ahead: &LookAhead) -> f32 {
        let ago =
            |frames: usize| self.samples[(self.newest + self.samples.len() - frames) % self.samples.len()];
        blend(ago(look_ahead.previous_frames), ago(look_ahead.frames), look_ahead.share)
    }
}
