//! Where the recording of a tone breaks: frames that are at no level of the tone's, and frames that do not follow on the
//! one before.

use std::ops::{Range, RangeInclusive};

use crate::quadrature::{self, Frame};

/// What sounds for fewer frames than this, between two breaks, belongs to both.
const MERGED_FRAMES: usize = 1_024;

/// A frame of the tone follows on another also where a drift resampler between two clocks moves a little faster or slower.
const STEP: RangeInclusive<usize> = 0..=2;

/// The breaks of a recording of the tone, each from its first frame to the one after its last. The levels between which
/// the tone may move are in dB, against how it was made.
pub fn of(frames: &[Frame], levels_db: &RangeInclusive<f64>) -> Vec<Range<usize>> {
    let mut breaks: Vec<Range<usize>> = Vec::new();
    let mut before = None;
    for (place, &frame) in frames.iter().enumerate() {
        let follows = before.is_none_or(|before| STEP.contains(&quadrature::frames_between(before, frame)));
        before = Some(frame);
        if follows && levels_db.contains(&quadrature::level_db(frame)) {
            continue;
        }
        match breaks.last_mut() {
            Some(last) if place - last.end < MERGED_FRAMES => last.end = place + 1,
            _ => breaks.push(place..place + 1),
        }
    }
    breaks
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEVELS_DB: RangeInclusive<f64> = -12.1..=-5.9;

    /// The tone at -6 dB, some frames late.
    fn sounding(frames: Range<usize>) -> Vec<Frame> {
        let gain = 10.0_f32.powf(-6.0 / 20.0);
        frames.map(|number| quadrature::frame(number).map(|sample| gain * sample)).collect()
    }

    /// The first frame of each break, and the one after its last.
    fn breaks(frames: &[Frame]) -> Vec<(usize, usize)> {
        of(frames, &LEVELS_DB).into_iter().map(|range| (range.start, range.end)).collect()
    }

    #[test]
    fn a_tone_that_goes_on_has_no_break_whatever_its_level_does() {
        let mut frames = sounding(300..20_300);
        for (place, frame) in frames.iter_mut().enumerate().skip(10_000) {
            let gain = 0.5_f32.powf(((place - 10_000) as f32 / 960.0).min(1.0));
            *frame = frame.map(|sample| gain * sample);
        }
        assert_eq!(breaks(&frames), []);
    }

    #[test]
    fn silence_is_a_break_of_its_length() {
        let mut frames = sounding(0..20_000);
        frames[5_000..5_256].fill([0.0; 2]);
        // The frame after it does not follow on silence.
        assert_eq!(breaks(&frames), [(5_000, 5_257)]);
    }

    #[test]
    fn a_block_that_comes_again_is_a_break_at_both_its_ends() {
        let mut frames = sounding(0..20_000);
        frames.copy_within(4_744..5_000, 5_000);
        assert_eq!(breaks(&frames), [(5_000, 5_257)]);
    }

    #[test]
    fn frames_that_are_left_out_are_a_break() {
        let frames = [sounding(0..5_000), sounding(5_256..20_000)].concat();
        assert_eq!(breaks(&frames), [(5_000, 5_001)]);
    }

    #[test]
    fn channels_of_different_blocks_are_a_break() {
        let mut frames = sounding(0..20_000);
        for place in 5_000..5_256 {
            frames[place][0] = frames[place - 256][0];
        }
        assert_eq!(breaks(&frames).len(), 1);
    }

    #[test]
    fn breaks_that_are_far_apart_are_told_apart() {
        let mut frames = sounding(0..20_000);
        for place in [5_000, 9_000, 9_100] {
            frames[place] = [0.0; 2];
        }
        assert_eq!(breaks(&frames), [(5_000, 5_002), (9_000, 9_102)]);
    }
}
