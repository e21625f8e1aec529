//! A tone whose level and age can be read off each single frame: its channels are a quarter of a turn apart, and a turn
//! takes longer than any sound is on its way.

use std::f64::consts::TAU;
use std::path::Path;

use hound::WavReader;

use crate::sound_file;
pub use crate::sound_servers::Frame;

/// A turn: a tenth of a second at 48 kHz.
const PERIOD_FRAMES: usize = 4_800;

const AMPLITUDE: f64 = 0.25;

/// The frame of this number.
pub fn frame(number: usize) -> Frame {
    let turns = (number % PERIOD_FRAMES) as f64 / PERIOD_FRAMES as f64;
    let (sine, cosine) = (turns * TAU).sin_cos();
    [(AMPLITUDE * cosine) as f32, (AMPLITUDE * sine) as f32]
}

/// Writes a turn of the tone as a WAV file, which sounds without a break when it is played over and over.
pub fn write_turn(path: &Path) {
    sound_file::write_stereo(path, (0..PERIOD_FRAMES).map(frame));
}

/// The frames of a WAV file.
pub fn read(path: &Path) -> Vec<Frame> {
    let mut reader = WavReader::open(path).expect("the recording is whole");
    let samples: Vec<f32> = reader.samples().map(|sample| sample.expect("it is whole")).collect();
    samples.chunks_exact(2).map(|frame| [frame[0], frame[1]]).collect()
}

/// How loud a frame of the tone is, against how it was made, in dB.
pub fn level_db([left, right]: Frame) -> f64 {
    20.0 * (f64::from(left).hypot(f64::from(right)) / AMPLITUDE).max(1e-9).log10()
}

/// Which frame of the tone this is, given that it was made when the frame `heard_at` was, or less than a turn before.
pub fn number_of(frame: Frame, heard_at: usize) -> usize {
    let age = (heard_at % PERIOD_FRAMES + PERIOD_FRAMES - place_in_turn(frame)) % PERIOD_FRAMES;
    heard_at.saturating_sub(age)
}

/// By how many frames of the tone one frame is later than another: 1 for the next. Whole turns are not seen.
pub fn frames_between(earlier: Frame, later: Frame) -> usize {
    (place_in_turn(later) + PERIOD_FRAMES - place_in_turn(earlier)) % PERIOD_FRAMES
}

fn place_in_turn([left, right]: Frame) -> usize {
    let turns = f64::from(right).atan2(f64::from(left)) / TAU;
    (turns * PERIOD_FRAMES as f64).round().rem_euclid(PERIOD_FRAMES as f64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_frame_tells_its_level_and_its_number_at_any_gain() {
        for gain in [0.01_f32, 1.0, 4.0] {
            for number in (0..3 * PERIOD_FRAMES).step_by(7) {
                let heard = frame(number).map(|sample| gain * sample);
                assert!((level_db(heard) - 20.0 * f64::from(gain).log10()).abs() < 1e-4);
                for delay in [0, 1, 500, PERIOD_FRAMES - 1] {
                    assert_eq!(number_of(heard, number + delay), number, "{delay} frames later");
                    assert_eq!(frames_between(heard, frame(number + delay)), delay);
                }
            }
        }
    }
}
