//! How a rendering ends after its input has.

use std::ops::Range;

/// What counts as silence: less than this, -100 dBFS.
const SILENCE: f32 = 1e-5;

/// How long the plugin must be silent to have ended, in seconds.
const SILENT_SECONDS: f64 = 1.0;

/// The longest wait for silence, in seconds.
const MAX_SECONDS: f64 = 60.0;

/// How long a rendering goes on after the input's end.
pub(super) enum Tail {
    /// For so many frames.
    Frames(u64),
    /// Until nothing is heard any more.
    UntilSilent(SilenceWatch),
}

/// Listens for silence. All of it is in frames.
pub(super) struct SilenceWatch {
    /// How long it has been silent.
    silent: u64,
    /// How long it must be to have ended.
    needed: u64,
    /// How long to wait for that.
    longest: u64,
}

impl Tail {
    pub(super) fn until_silent(sample_rate_hz: u32) -> Self {
        let frames = |seconds: f64| (seconds * f64::from(sample_rate_hz)).round() as u64;
        let (needed, longest) = (frames(SILENT_SECONDS), frames(MAX_SECONDS));
        Self::UntilSilent(SilenceWatch { silent: 0, needed, longest })
    }

    /// How many frames are surely written after the input's end.
    pub(super) fn least_frames(&self) -> u64 {
        match self {
            Self::Frames(frames) => *frames,
            Self::UntilSilent(_) => 0,
        }
    }

    /// How many frames the rendering has, of which `input_frames` are the input's and `written` are written.
    pub(super) fn total_frames(&self, input_frames: u64, written: u64) -> u64 {
        match self {
            Self::Frames(frames) => input_frames.saturating_add(*frames),
            Self::UntilSilent(watch) if watch.silent >= watch.needed => written.max(input_frames),
            Self::UntilSilent(watch) => input_frames.saturating_add(watch.longest),
        }
    }

    /// Listens to what is written.
    pub(super) fn listen(&mut self, block: &[Vec<f32>], range: Range<usize>) {
        let Self::UntilSilent(watch) = self else { return };
        // Where a plugin puts out what is no number, it is not silent.
        let is_loud = |frame: &usize| {
            block.iter().any(|channel| channel[*frame].is_nan() || channel[*frame].abs() >= SILENCE)
        };
        match range.clone().rev().find(is_loud) {
            Some(last_loud) => watch.silent = (range.end - last_loud - 1) as u64,
            None => watch.silent += range.len() as u64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_of_silence_after_the_input_is_the_end() {
        let mut tail = Tail::until_silent(100);
        tail.listen(&[vec![1e-6; 150]], 0..150);
        assert_eq!(tail.total_frames(500, 150), 500, "the song goes on");
        tail.listen(&[vec![1.0; 10]], 0..10);
        assert_eq!(tail.total_frames(500, 510), 6_500, "a minute at most");
        tail.listen(&[vec![0.5; 60], vec![0.0; 60]], 0..60);
        for _ in 0..2 {
            let block = [[vec![0.01], vec![0.0; 59]].concat()];
            tail.listen(&block, 1..60);
        }
        assert_eq!(tail.total_frames(500, 690), 690);
        let mut endless = Tail::until_silent(100);
        endless.listen(&[vec![f32::NAN; 150]], 0..150);
        assert_eq!(endless.total_frames(100, 150), 6_100);
        assert_eq!(Tail::Frames(7).total_frames(500, 0), 507);
    }
}
