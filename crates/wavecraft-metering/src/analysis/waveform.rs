//! Waveforms that stand still while the sound repeats itself.

use crate::signal::MOST_READ_FRAMES;

/// How long a time a waveform shows, in milliseconds.
pub const DURATION_MS: f32 = 20.0;

/// How many frames are shown at a sample rate. As many more are looked at for a beginning.
pub(super) fn frames_at(sample_rate_hz: f32) -> usize {
    ((sample_rate_hz * DURATION_MS / 1_000.0) as usize).clamp(2, MOST_READ_FRAMES / 2)
}

/// Where to begin: where the sound of both channels rises through zero, so that a steady tone stands still; as late as so many
/// frames allow. It is looked for in the first half, and is the middle if it is not found.
pub(super) fn beginning(left: &[f32], right: &[f32]) -> usize {
    let mid = |frame: usize| left[frame] + right[frame];
    let middle = left.len().min(right.len()) / 2;
    (1..middle).rev().find(|&frame| mid(frame - 1) < 0.0 && mid(frame) >= 0.0).unwrap_or(middle)
}

/// Writes a stretch of sound to `columns`: the lowest and the highest sample of all channels in turn.
pub(super) fn extremes(channels: &[&[f32]], columns: &mut [f32]) {
    let frames = channels.first().map_or(0, |channel| channel.len());
    let count = columns.len() / 2;
    for (column, place) in columns.chunks_exact_mut(2).enumerate() {
        let from = (column * frames / count).min(frames.saturating_sub(1));
        let to = ((column + 1) * frames / count).max(from + 1).min(frames);
        let samples = channels.iter().filter_map(|channel| channel.get(from..to)).flatten();
        let (lowest, highest) = samples
            .filter(|sample| sample.is_finite())
            .fold((f32::INFINITY, f32::NEG_INFINITY), |(lowest, highest), sample| {
                (lowest.min(*sample), highest.max(*sample))
            });
        place.copy_from_slice(&if lowest <= highest { [lowest, highest] } else { [0.0; 2] });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAMES: usize = 960;

    fn tone(frames: usize) -> Vec<f32> {
        let step = std::f64::consts::TAU * 937.5 / 48_000.0;
        (0..frames).map(|frame| 0.5 * (step * frame as f64).sin() as f32).collect()
    }

    /// What is shown of twice as many frames.
    fn shown(left: &[f32], right: &[f32], columns: &mut [f32]) {
        let start = beginning(left, right);
        extremes(&[&left[start..start + FRAMES], &right[start..start + FRAMES]], columns);
    }

    #[test]
    fn it_lasts_as_long_at_every_usual_sample_rate() {
        assert_eq!(
            [44_100.0, 48_000.0, 192_000.0, 768_000.0, 0.0].map(frames_at),
            [882, 960, 3_840, 4_096, 2]
        );
    }

    #[test]
    fn a_waveform_has_the_extremes_of_each_column_and_stands_still() {
        let mut seen = Vec::new();
        for shift in [0, 17, 31] {
            let tone = tone(2 * FRAMES + 64);
            let frames = &tone[shift..shift + 2 * FRAMES];
            let mut columns = [f32::NAN; 256];
            shown(frames, frames, &mut columns);
            assert!(columns.chunks(2).all(|pair| pair[0] <= pair[1] && pair[1].abs() <= 0.5001));
            assert!(columns[0] >= -0.01, "it begins where the sound rises: {:?}", columns[0]);
            let highest = columns.iter().copied().fold(0.0, f32::max);
            assert!((highest - 0.5).abs() < 0.001, "{highest}");
            seen.push(columns);
        }
        assert!(seen.iter().all(|columns| columns.iter().zip(&seen[0]).all(|(a, b)| (a - b).abs() < 0.07)));
    }

    #[test]
    fn a_waveform_may_have_more_columns_than_frames_and_holds_no_nan() {
        let broken = [f32::NAN; 2 * FRAMES];
        let mut columns = vec![f32::NAN; 6 * FRAMES];
        shown(&broken, &broken, &mut columns);
        assert!(columns.iter().all(|sample| sample.abs() < 1e-9));
    }
}
