//! Spectra on a logarithmic axis, which rise at once and fall slowly.

use std::sync::Arc;

use realfft::num_complex::Complex32;
use realfft::{RealFftPlanner, RealToComplex};

/// The ends of a spectrum's axis, in Hz: as far as one hears.
pub const AXIS_HZ: (f32, f32) = (20.0, 20_000.0);

/// What is quieter is told as this, in dB.
pub const FLOOR_DB: f32 = -120.0;

/// How long a stretch of sound a spectrum is made of, about, in seconds: 12 Hz lie between two lines.
const WINDOW_S: f32 = 0.085;

/// Of how many frames a spectrum is made at the lowest and at the highest sample rates.
const FEWEST_FRAMES: f32 = 256.0;
const MOST_FRAMES: f32 = crate::signal::MOST_READ_FRAMES as f32;

/// How fast a spectrum falls, in dB a second. The rise takes no time.
const FALL_DB_PER_S: f32 = 60.0;

/// How many frames a spectrum is made of at a sample rate: a power of two.
pub(super) fn frames_at(sample_rate_hz: f32) -> usize {
    (sample_rate_hz * WINDOW_S).log2().round().exp2().clamp(FEWEST_FRAMES, MOST_FRAMES) as usize
}

/// Transforms a stretch of sound.
pub(super) struct Transform {
    fft: Arc<dyn RealToComplex<f32>>,
    window: Box<[f32]>,
    input: Vec<f32>,
    scratch: Vec<Complex32>,
    output: Vec<Complex32>,
    /// What was transformed, in dB: of several channels the loudest.
    lines_db: Vec<f32>,
}

impl Transform {
    /// For so many frames, at least four.
    pub fn new(frames: usize) -> Self {
        let fft = RealFftPlanner::new().plan_fft_forward(frames);
        // Hann's window.
        let phase = |frame: usize| std::f32::consts::TAU * frame as f32 / frames as f32;
        let window = (0..frames).map(|frame| 0.5 - 0.5 * phase(frame).cos()).collect();
        Self {
            window,
            input: fft.make_input_vec(),
            scratch: fft.make_scratch_vec(),
            output: fft.make_output_vec(),
            lines_db: vec![FLOOR_DB; frames / 2 + 1],
            fft,
        }
    }

    /// How many frames it takes.
    pub fn frames(&self) -> usize {
        self.window.len()
    }

    /// The level of each line in dB, from 0 Hz to half the sample rate: of several channels the loudest. A sine of full scale
    /// has 0 at the line that is nearest to it. Each channel has as many frames as the transform.
    pub fn lines_db(&mut self, channels: &[&[f32]]) -> &[f32] {
        self.lines_db.fill(0.0);
        for channel in channels {
            self.add_power(channel);
        }
        for line in &mut self.lines_db {
            *line = 10.0 * line.max(1e-30).log10();
        }
        raise_peaks(&mut self.lines_db);
        &self.lines_db
    }

    fn add_power(&mut self, channel: &[f32]) {
        for ((input, sample), weight) in self.input.iter_mut().zip(channel).zip(&self.window) {
            *input = if sample.is_finite() { sample * weight } else { 0.0 };
        }
        let done = self.fft.process_with_scratch(&mut self.input, &mut self.output, &mut self.scratch);
        // The lengths are those that it made itself.
        debug_assert!(done.is_ok());
        // A sine of full scale: half of it in this line, times the window's mean of a half.
        let scale = 4.0 / self.window.len() as f32;
        for (power, line) in self.lines_db.iter_mut().zip(&self.output) {
            *power = power.max(line.norm_sqr() * scale * scale);
        }
    }
}

/// Lifts each line that is higher than its neighbours to where a sine truly is that lies between it and the higher of them.
///
/// Hann's window shows a sine `d` lines beside a line by sin(πd) / (πd (1 - d²)), and so in the ratio of (1 + d) to (2 - d) at
/// the next line and this one.
fn raise_peaks(lines_db: &mut [f32]) {
    let mut below = f32::INFINITY;
    for line in 0..lines_db.len().saturating_sub(1) {
        let (peak, above) = (lines_db[line], lines_db[line + 1]);
        if peak >= below && peak > above {
            let ratio = 10.0_f32.powf((below.max(above) - peak) / 20.0);
            let beside = ((2.0 * ratio - 1.0) / (ratio + 1.0)).clamp(0.0, 0.5);
            let angle = std::f32::consts::PI * beside;
            if angle > 0.01 {
                lines_db[line] += 20.0 * (angle * (1.0 - beside * beside) / angle.sin()).log10();
            }
        }
        below = peak;
    }
}

/// A spectrum's columns at one resolution.
#[derive(Debug)]
pub(super) struct Columns {
    columns_db: Box<[f32]>,
}

impl Columns {
    /// So many columns, at least two: one at each end of the axis.
    pub fn new(count: usize) -> Self {
        Self { columns_db: vec![FLOOR_DB; count.max(2)].into() }
    }

    /// The level of each column, from [`AXIS_HZ`]'s lower end to its upper, in dB.
    pub fn values_db(&self) -> &[f32] {
        &self.columns_db
    }

    /// Whether nothing is left of all that was heard.
    pub fn are_at_floor(&self) -> bool {
        self.columns_db.iter().all(|column_db| *column_db <= FLOOR_DB)
    }

    /// Goes on by `elapsed_s` seconds without sound.
    pub fn fall(&mut self, elapsed_s: f32) {
        let fallen_db = FALL_DB_PER_S * elapsed_s.max(0.0);
        for column_db in &mut self.columns_db {
            *column_db = (*column_db - fallen_db).max(FLOOR_DB);
        }
    }

    /// Goes on by `elapsed_s` seconds, to lines that lie so far apart: each column has the strongest of its lines.
    pub fn take(&mut self, lines_db: &[f32], line_hz: f32, elapsed_s: f32) {
        self.fall(elapsed_s);
        let last = self.columns_db.len() - 1;
        // Columns lie around their middles, the first and the last at the ends of the axis.
        let line_at =
            |position: f32| AXIS_HZ.0 * (AXIS_HZ.1 / AXIS_HZ.0).powf(position / last as f32) / line_hz;
        for (column, column_db) in self.columns_db.iter_mut().enumerate() {
            let column = column as f32;
            let level_db = strongest(lines_db, [column - 0.5, column, column + 0.5].map(line_at));
            *column_db = column_db.max(level_db);
        }
    }
}

/// The strongest line between two places, or between two lines what lies on the straight way from one to the other.
fn strongest(lines_db: &[f32], [from, middle, to]: [f32; 3]) -> f32 {
    let (first, last) = (from.ceil() as usize, to.floor() as usize);
    if first <= last {
        let lines = lines_db.get(first..=last.min(lines_db.len() - 1)).unwrap_or_default();
        return lines.iter().copied().fold(FLOOR_DB, f32::max);
    }
    let below = middle.floor() as usize;
    let share = middle - below as f32;
    match lines_db.get(below..below + 2) {
        Some([below, above]) => below + (above - below) * share,
        _ => FLOOR_DB,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE_HZ: f32 = 48_000.0;
    const FRAMES: usize = 4_096;

    fn sine(frequency_hz: f32, amplitude: f32, frames: usize) -> Vec<f32> {
        let step = std::f64::consts::TAU * f64::from(frequency_hz) / f64::from(RATE_HZ);
        (0..frames).map(|frame| amplitude * (step * frame as f64).sin() as f32).collect()
    }

    fn column_of(frequency_hz: f32, columns: usize) -> usize {
        ((frequency_hz / AXIS_HZ.0).ln() / (AXIS_HZ.1 / AXIS_HZ.0).ln() * (columns - 1) as f32).round()
            as usize
    }

    /// Columns right after a stretch of sound.
    fn columns(count: usize, channels: &[&[f32]], rate_hz: f32) -> Columns {
        let mut columns = Columns::new(count);
        columns.take(Transform::new(FRAMES).lines_db(channels), rate_hz / FRAMES as f32, 0.0);
        columns
    }

    #[test]
    fn a_sine_stands_where_it_is_at_its_level_at_any_resolution() {
        // From one line to the next, so that it lies at all places between two.
        let frequencies_hz = (0..20_u8).map(|step| 1_000.0 + f32::from(step) * 0.6);
        for frequency_hz in frequencies_hz.chain([61.7, 440.0, 12_345.6, 19_000.0]) {
            let sine = sine(frequency_hz, 0.5, FRAMES);
            for count in [16, 64, 256, 1_024, 2_048] {
                let columns = columns(count, &[&sine], RATE_HZ);
                let levels_db = columns.values_db();
                assert_eq!(levels_db.len(), count);
                let loudest = (0..count).max_by(|a, b| levels_db[*a].total_cmp(&levels_db[*b])).unwrap();
                let level_db = levels_db[loudest];
                assert!((level_db + 6.02).abs() < 0.05, "{frequency_hz} Hz of {count}: {level_db} dB");
                let off = loudest.abs_diff(column_of(frequency_hz, count)) as f32;
                let columns_a_line = (12.0 / frequency_hz).ln_1p() / (1_000.0_f32).ln() * count as f32;
                assert!(off <= 1.0 + columns_a_line / 2.0, "{frequency_hz} Hz of {count}: {off} columns off");
            }
        }
    }

    #[test]
    fn what_is_far_from_a_sine_is_quiet_and_silence_is_the_floor() {
        let sine = sine(1_000.0, 1.0, FRAMES);
        let levels = columns(256, &[&sine, &[0.0; FRAMES]], RATE_HZ);
        assert!(levels.values_db()[column_of(10_000.0, 256)] < -90.0);
        assert!(columns(16, &[&[0.0; FRAMES]], RATE_HZ).are_at_floor());
        assert!(columns(16, &[&[f32::NAN; FRAMES]], RATE_HZ).are_at_floor());
    }

    #[test]
    fn a_spectrum_rises_at_once_and_falls_with_time() {
        let mut transform = Transform::new(FRAMES);
        let (sine, silence) = (sine(1_000.0, 1.0, FRAMES), [0.0; FRAMES]);
        let (column, line_hz) = (column_of(1_000.0, 64), RATE_HZ / FRAMES as f32);
        let mut columns = Columns::new(64);
        columns.take(transform.lines_db(&[&sine]), line_hz, 0.0);
        let loud = columns.values_db()[column];
        columns.take(transform.lines_db(&[&silence]), line_hz, 0.5);
        let after = columns.values_db()[column];
        assert!((loud - after - 30.0).abs() < 0.01, "{loud} {after}");
        columns.take(transform.lines_db(&[&sine]), line_hz, 0.1);
        assert!((columns.values_db()[column] - loud).abs() < 1e-3);
        columns.fall(10.0);
        assert!(columns.are_at_floor());
    }

    #[test]
    fn above_half_the_sample_rate_there_is_nothing() {
        let noise: Vec<f32> = (0..FRAMES).map(|frame| ((frame * 7_919) % 200) as f32 / 100.0 - 1.0).collect();
        for rate_hz in [1_000.0, 8_000.0, 22_050.0] {
            let columns = columns(64, &[&noise], rate_hz);
            let levels_db = columns.values_db();
            assert!(levels_db[column_of(rate_hz * 0.6, 64)] <= FLOOR_DB, "at {rate_hz} Hz");
            assert!(levels_db[column_of(rate_hz * 0.2, 64)] > -60.0, "at {rate_hz} Hz");
        }
    }

    #[test]
    fn the_window_lasts_as_long_at_every_usual_sample_rate() {
        let frames = [8_000.0, 44_100.0, 48_000.0, 96_000.0, 192_000.0, 1_000.0, 768_000.0].map(frames_at);
        assert_eq!(frames, [512, 4_096, 4_096, 8_192, 8_192, 256, 8_192]);
    }
}
