//! How loud a sound is, as Recommendation ITU-R BS.1770-4 measures it: mean squares after a filter that hears as people do.
//!
//! Realtime safety: plain arithmetic on memory of a fixed size; nothing allocates, locks, waits or panics.
//!
//! ```
//! use wavecraft_metering::loudness::LoudnessMeter;
//!
//! let mut meter = LoudnessMeter::new(48_000.0);
//! let sine: Vec<f32> =
//!     (0..48_000).map(|frame| (std::f32::consts::TAU * 997.0 / 48_000.0 * frame as f32).sin()).collect();
//! meter.add(&[&sine]);
//! assert!((meter.momentary_lufs() - -3.01).abs() < 0.02);
//! ```

mod k_weighting;

use k_weighting::KWeighting;

/// How long a step is, in seconds: after each there is another momentary loudness.
pub const STEP_SECONDS: f64 = 0.1;

/// How many steps a momentary loudness is of: 400 ms.
pub const MOMENTARY_STEPS: usize = 4;

/// What is softer than this counts as silence in a loudness over a longer time, in LUFS.
pub const ABSOLUTE_GATE_LUFS: f64 = -70.0;

/// What is softer by more than this than all that is no silence counts as a pause, in LU.
const RELATIVE_GATE_LU: f64 = -10.0;

/// A mean square of one, in LUFS: a full-scale sine of 997 Hz in one channel is at -3.01 LUFS.
const OFFSET_LUFS: f64 = -0.691;

/// Loudness from the mean square of a K-weighted sound, summed over its channels; minus infinity for silence.
pub fn lufs_from_power(power: f64) -> f64 {
    OFFSET_LUFS + 10.0 * power.log10()
}

/// The mean square that has a loudness.
pub fn power_from_lufs(lufs: f64) -> f64 {
    10.0_f64.powf((lufs - OFFSET_LUFS) / 10.0)
}

/// The mean square of a longer time, from momentary ones a step apart: without silence and pauses, by the two gates of
/// BS.1770-4. `None` if all is silent. Goes through `powers` twice.
pub fn gated_power(powers: impl Iterator<Item = f64> + Clone) -> Option<f64> {
    let absolute = power_from_lufs(ABSOLUTE_GATE_LUFS);
    let all = mean(powers.clone().filter(|power| *power >= absolute))?;
    let gate = absolute.max(all * 10.0_f64.powf(RELATIVE_GATE_LU / 10.0));
    mean(powers.filter(|power| *power >= gate))
}

fn mean(powers: impl Iterator<Item = f64>) -> Option<f64> {
    let (count, sum) = powers.fold((0_u32, 0.0), |(count, sum), power| (count + 1, sum + power));
    (count > 0).then(|| sum / f64::from(count))
}

/// Measures the momentary loudness of up to two channels: of the last 400 ms, anew every 100 ms.
#[derive(Clone, Debug)]
pub struct LoudnessMeter {
    weighting: KWeighting,
    step_frames: usize,
    /// How many frames the step of now still takes.
    remaining_frames: usize,
    square_sum: f64,
    /// The mean squares of the last steps, the newest last.
    steps: [f64; MOMENTARY_STEPS],
}

impl LoudnessMeter {
    /// A meter with a silent past, for a sample rate in Hz.
    pub fn new(sample_rate_hz: f32) -> Self {
        let sample_rate_hz = f64::from(sample_rate_hz).max(1.0);
        let step_frames = ((STEP_SECONDS * sample_rate_hz).round() as usize).max(1);
        Self {
            weighting: KWeighting::new(sample_rate_hz),
            step_frames,
            remaining_frames: step_frames,
            square_sum: 0.0,
            steps: [0.0; MOMENTARY_STEPS],
        }
    }

    /// Forgets the past, and begins a step.
    pub fn reset(&mut self) {
        self.weighting.reset();
        self.remaining_frames = self.step_frames;
        self.square_sum = 0.0;
        self.steps = [0.0; MOMENTARY_STEPS];
    }

    /// How many frames a step has.
    pub fn step_frames(&self) -> usize {
        self.step_frames
    }

    /// How many frames are yet to come in the step of now: 1 or more.
    pub fn frames_until_step(&self) -> usize {
        self.remaining_frames
    }

    /// Adds a block: one channel or two, of equal lengths; further ones are left out. Returns how many steps have ended. A
    /// step with a sample that is not finite counts as silence.
    pub fn add(&mut self, channels: &[&[f32]]) -> usize {
        let (left, right) = match channels {
            [] => return 0,
            [mono] => (*mono, None),
            [left, right, ..] => (*left, Some(*right)),
        };
        let total = right.map_or(left.len(), |right| right.len().min(left.len()));
        let (mut start, mut ended) = (0, 0);
        while start < total {
            let end = total.min(start + self.remaining_frames);
            let right = right.map(|right| &right[start..end]);
            self.square_sum += self.weighting.square_sum(&left[start..end], right);
            self.remaining_frames -= end - start;
            if self.remaining_frames == 0 {
                self.end_step();
                ended += 1;
            }
            start = end;
        }
        ended
    }

    fn end_step(&mut self) {
        let power = std::mem::take(&mut self.square_sum) / self.step_frames as f64;
        self.remaining_frames = self.step_frames;
        self.steps.rotate_left(1);
        self.steps[MOMENTARY_STEPS - 1] = if power.is_finite() { power } else { 0.0 };
        self.weighting.settle();
    }

    /// The mean square of the last 400 ms that have ended, K-weighted and summed over the channels.
    pub fn momentary_power(&self) -> f64 {
        self.steps.iter().sum::<f64>() / MOMENTARY_STEPS as f64
    }

    /// The same as a loudness in LUFS; minus infinity for silence.
    pub fn momentary_lufs(&self) -> f32 {
        lufs_from_power(self.momentary_power()) as f32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sine(frequency_hz: f64, peak_db: f64, rate_hz: f64, seconds: f64) -> Vec<f32> {
        let peak = 10.0_f64.powf(peak_db / 20.0);
        let step = std::f64::consts::TAU * frequency_hz / rate_hz;
        (0..(seconds * rate_hz) as usize).map(|frame| (peak * (step * frame as f64).sin()) as f32).collect()
    }

    fn momentary(channels: &[&[f32]], rate_hz: f32) -> f32 {
        let mut meter = LoudnessMeter::new(rate_hz);
        meter.add(channels);
        meter.momentary_lufs()
    }

    #[test]
    fn a_stereo_sine_is_as_loud_as_ebu_tech_3341_says_at_every_rate() {
        for rate_hz in [44_100.0, 48_000.0, 96_000.0, 192_000.0] {
            for level in [-23.0, -33.0] {
                let sine = sine(1_000.0, level, rate_hz, 2.0);
                let lufs = momentary(&[&sine, &sine], rate_hz as f32);
                assert!((f64::from(lufs) - level).abs() < 0.05, "{rate_hz} Hz, {level} dBFS: {lufs} LUFS");
            }
        }
    }

    #[test]
    fn one_channel_is_three_decibels_below_two() {
        let sine = sine(997.0, 0.0, 48_000.0, 1.0);
        let (mono, stereo) = (momentary(&[&sine], 48_000.0), momentary(&[&sine, &sine], 48_000.0));
        assert!((mono - -3.01).abs() < 0.01 && (stereo - mono - 3.01).abs() < 0.01, "{mono}, {stereo}");
    }

    #[test]
    fn the_last_400_ms_count() {
        let mut meter = LoudnessMeter::new(48_000.0);
        let (loud, soft) = (sine(1_000.0, -20.0, 48_000.0, 1.0), sine(1_000.0, -40.0, 48_000.0, 0.4));
        assert_eq!(meter.add(&[&loud]), 10);
        let before = meter.momentary_lufs();
        meter.add(&[&soft[..soft.len() / 2]]);
        let half = meter.momentary_lufs();
        assert!((before - half - 3.0).abs() < 0.1, "{before}, {half}");
        meter.add(&[&soft[soft.len() / 2..]]);
        assert!((before - meter.momentary_lufs() - 20.0).abs() < 0.1);
    }

    #[test]
    fn blocks_of_any_length_measure_alike() {
        let sine = sine(440.0, -6.0, 48_000.0, 1.0);
        let whole = momentary(&[&sine], 48_000.0);
        for frames in [1, 17, 64, 5_000] {
            let mut meter = LoudnessMeter::new(48_000.0);
            let ended: usize = sine.chunks(frames).map(|block| meter.add(&[block])).sum();
            assert_eq!(ended, 10);
            assert!((meter.momentary_lufs() - whole).abs() < 1e-4, "blocks of {frames}");
        }
    }

    #[test]
    fn what_is_not_finite_is_over_with_its_step() {
        let mut meter = LoudnessMeter::new(48_000.0);
        let mut signal = sine(1_000.0, -20.0, 48_000.0, 1.0);
        signal[100] = f32::NAN;
        meter.add(&[&signal]);
        assert!((meter.momentary_lufs() - -23.0).abs() < 0.1, "{}", meter.momentary_lufs());
    }

    #[test]
    fn silence_is_infinitely_soft() {
        let lufs = momentary(&[&vec![0.0; 48_000]], 48_000.0);
        assert!(lufs.is_infinite() && lufs.is_sign_negative(), "{lufs}");
    }

    #[test]
    fn every_rate_of_plugins_gives_a_loudness() {
        for rate_hz in [1_000.0_f32, 2_000.0, 8_000.0, 768_000.0] {
            let noise: Vec<f32> =
                (0..rate_hz as usize).map(|frame| if frame % 3 == 0 { 0.5 } else { -0.25 }).collect();
            let lufs = momentary(&[&noise], rate_hz);
            assert!((-20.0..0.0).contains(&lufs), "{rate_hz} Hz: {lufs} LUFS");
        }
    }

    #[test]
    fn silence_and_pauses_do_not_count_in_the_longer_time() {
        let power = power_from_lufs;
        let db = |powers: &[f64]| gated_power(powers.iter().copied()).map(lufs_from_power);
        assert_eq!(db(&[0.0, power(-80.0)]), None);
        assert!((db(&[power(-20.0), 0.0, power(-80.0)]).unwrap() - -20.0).abs() < 1e-9);
        // 15 LU below: a pause. 5 LU below: not.
        assert!((db(&[power(-20.0), power(-35.0)]).unwrap() - -20.0).abs() < 1e-9);
        let both = lufs_from_power(f64::midpoint(power(-20.0), power(-25.0)));
        assert!((db(&[power(-20.0), power(-25.0)]).unwrap() - both).abs() < 1e-9);
    }
}
