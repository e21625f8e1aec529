//! Spectra and waveforms of what was read of a signal. For any thread but the audio thread.

use std::sync::Arc;

use realfft::num_complex::Complex32;
use realfft::{RealFftPlanner, RealToComplex};

/// The ends of a spectrum's axis, in Hz: as far as one hears.
pub const AXIS_HZ: (f32, f32) = (20.0, 20_000.0);

/// What is quieter is told as this, in dB.
pub const FLOOR_DB: f32 = -120.0;

/// How many frames a spectrum is made of: 12 Hz between two lines at 48 kHz, a twelfth of a second.
pub const SPECTRUM_FRAMES: usize = 4_096;

/// How many frames a waveform shows, and how many more it may look back for a beginning that stands still.
pub const WAVEFORM_FRAMES: usize = 2_048;

/// How fast a spectrum falls, in dB a second. The rise takes no time.
const FALL_DB_PER_S: f32 = 60.0;

/// Spectra on a logarithmic axis, which rise at once and fall slowly.
pub struct Spectrum {
    fft: Arc<dyn RealToComplex<f32>>,
    window: Box<[f32]>,
    input: Vec<f32>,
    scratch: Vec<Complex32>,
    output: Vec<Complex32>,
    /// The power of each line of both channels together, then of the louder.
    power: Vec<f32>,
    columns_db: Vec<f32>,
}

impl Spectrum {
    /// Spectra of so many columns, at least two: one at each end of the axis.
    pub fn new(columns: usize) -> Self {
        let fft = RealFftPlanner::new().plan_fft_forward(SPECTRUM_FRAMES);
        // Hann's window.
        let phase = |frame: usize| std::f32::consts::TAU * frame as f32 / SPECTRUM_FRAMES as f32;
        let window = (0..SPECTRUM_FRAMES).map(|frame| 0.5 - 0.5 * phase(frame).cos()).collect();
        Self {
            window,
            input: fft.make_input_vec(),
            scratch: fft.make_scratch_vec(),
            output: fft.make_output_vec(),
            power: vec![0.0; SPECTRUM_FRAMES / 2 + 1],
            columns_db: vec![FLOOR_DB; columns.max(2)],
            fft,
        }
    }

    /// The spectrum of [`SPECTRUM_FRAMES`] frames, `elapsed_s` seconds after the last one: for each column, from
    /// [`AXIS_HZ`]'s lower end to its upper, the strongest line of the louder channel, in dB. A sine of full scale has 0.
    /// Frames of any other number leave it as it was.
    pub fn analyse(&mut self, channels: [&[f32]; 2], sample_rate_hz: f32, elapsed_s: f32) -> &[f32] {
        if channels.iter().all(|channel| channel.len() == SPECTRUM_FRAMES) {
            self.power.fill(0.0);
            for channel in channels {
                self.add(channel);
            }
            let fallen_db = FALL_DB_PER_S * elapsed_s.max(0.0);
            for column in 0..self.columns_db.len() {
                let level_db = self.column_db(column, sample_rate_hz);
                let column_db = &mut self.columns_db[column];
                *column_db = level_db.max(*column_db - fallen_db).max(FLOOR_DB);
            }
        }
        &self.columns_db
    }

    fn add(&mut self, channel: &[f32]) {
        for ((input, sample), weight) in self.input.iter_mut().zip(channel).zip(&self.window) {
            *input = if sample.is_finite() { sample * weight } else { 0.0 };
        }
        let done = self.fft.process_with_scratch(&mut self.input, &mut self.output, &mut self.scratch);
        // The lengths are those that it made itself.
        debug_assert!(done.is_ok());
        // A sine of full scale: half of it in this line, times the window's mean of a half.
        let scale = 4.0 / SPECTRUM_FRAMES as f32;
        for (power, line) in self.power.iter_mut().zip(&self.output) {
            *power = power.max(line.norm_sqr() * scale * scale);
        }
    }

    fn column_db(&self, column: usize, sample_rate_hz: f32) -> f32 {
        let columns = self.columns_db.len() as f32;
        let line_hz = sample_rate_hz / SPECTRUM_FRAMES as f32;
        // Columns lie around their middles, the first and the last at the ends of the axis.
        let at =
            |position: f32| AXIS_HZ.0 * (AXIS_HZ.1 / AXIS_HZ.0).powf(position / (columns - 1.0)) / line_hz;
        let (from, to) = (at(column as f32 - 0.5), at(column as f32 + 0.5));
        let last = self.power.len() - 1;
        let (first_line, last_line) = (from.ceil() as usize, to.floor() as usize);
        let power = if first_line <= last_line {
            self.power[first_line.min(last + 1)..=last_line.min(last)]
                .iter()
                .fold(0.0_f32, |most, power| most.max(*power))
        } else {
            // Between two lines: on the straight line between them.
            let middle = at(column as f32);
            let below = middle.floor() as usize;
            if below >= last {
                0.0
            } else {
                let share = middle - below as f32;
                self.power[below] * (1.0 - share) + self.power[below + 1] * share
            }
        };
        10.0 * power.max(1e-30).log10()
    }
}

/// Writes a waveform to `columns`, the lowest and the highest sample of both channels for each column: of
/// [`WAVEFORM_FRAMES`] frames that begin where the sound rises through zero, so that a steady tone stands still. There must be
/// twice as many frames in each channel, of which that is looked for in the first half; of any other number nothing is written.
pub fn waveform(channels: [&[f32]; 2], columns: &mut [[f32; 2]]) {
    let [left, right] = channels;
    if left.len() != 2 * WAVEFORM_FRAMES || right.len() != left.len() || columns.is_empty() {
        return;
    }
    let mid = |frame: usize| left[frame] + right[frame];
    let rising = (1..WAVEFORM_FRAMES).rev().find(|frame| mid(frame - 1) < 0.0 && mid(*frame) >= 0.0);
    let start = rising.unwrap_or(WAVEFORM_FRAMES);
    let count = columns.len();
    for (column, place) in columns.iter_mut().enumerate() {
        let from = start + column * WAVEFORM_FRAMES / count;
        let to = (start + (column + 1) * WAVEFORM_FRAMES / count).max(from + 1);
        let samples = left[from..to].iter().chain(&right[from..to]).filter(|sample| sample.is_finite());
        let (lowest, highest) = samples.fold((f32::MAX, f32::MIN), |(lowest, highest), sample| {
            (lowest.min(*sample), highest.max(*sample))
        });
        *place = if lowest <= highest { [lowest, highest] } else { [0.0; 2] };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE_HZ: f32 = 48_000.0;

    fn sine(frequency_hz: f32, amplitude: f32, frames: usize) -> Vec<f32> {
        let step = std::f64::consts::TAU * f64::from(frequency_hz) / f64::from(RATE_HZ);
        (0..frames).map(|frame| amplitude * (step * frame as f64).sin() as f32).collect()
    }

    fn column_of(frequency_hz: f32, columns: usize) -> usize {
        ((frequency_hz / AXIS_HZ.0).ln() / (AXIS_HZ.1 / AXIS_HZ.0).ln() * (columns - 1) as f32).round()
            as usize
    }

    #[test]
    fn a_sine_stands_where_it_is_at_its_level_at_any_resolution() {
        for columns in [2, 64, 256, 1_024] {
            for frequency_hz in [61.7, 440.0, 1_000.0, 12_345.6] {
                let mut spectrum = Spectrum::new(columns);
                let sine = sine(frequency_hz, 0.5, SPECTRUM_FRAMES);
                let levels_db = spectrum.analyse([&sine, &sine], RATE_HZ, 0.0);
                assert_eq!(levels_db.len(), columns);
                let (loudest, level_db) = levels_db
                    .iter()
                    .enumerate()
                    .max_by(|a, b| a.1.total_cmp(b.1))
                    .map(|(column, level_db)| (column, *level_db))
                    .unwrap();
                // Hann's window shows a sine between two lines 1.4 dB too low.
                assert!((-7.5..-5.9).contains(&level_db), "{frequency_hz} Hz of {columns}: {level_db} dB");
                if columns > 2 {
                    let off = loudest.abs_diff(column_of(frequency_hz, columns));
                    let line_columns = columns as f32 * (12.0 / frequency_hz) / 6.9;
                    assert!(off as f32 <= 1.0 + line_columns, "{frequency_hz} Hz of {columns}: {off}");
                }
            }
        }
    }

    #[test]
    fn what_is_far_from_a_sine_is_quiet_and_silence_is_the_floor() {
        let mut spectrum = Spectrum::new(256);
        let sine = sine(1_000.0, 1.0, SPECTRUM_FRAMES);
        let levels_db = spectrum.analyse([&sine, &[0.0; SPECTRUM_FRAMES]], RATE_HZ, 0.0);
        assert!(levels_db[column_of(10_000.0, 256)] < -90.0);
        let silence = [0.0; SPECTRUM_FRAMES];
        let mut spectrum = Spectrum::new(16);
        assert!(
            spectrum
                .analyse([&silence, &silence], RATE_HZ, 0.0)
                .iter()
                .all(|db| (db - FLOOR_DB).abs() < 1e-6)
        );
        let broken = [f32::NAN; SPECTRUM_FRAMES];
        assert!(
            spectrum.analyse([&broken, &broken], RATE_HZ, 0.0).iter().all(|db| (db - FLOOR_DB).abs() < 1e-6)
        );
    }

    #[test]
    fn a_spectrum_rises_at_once_and_falls_with_time() {
        let mut spectrum = Spectrum::new(64);
        let (sine, silence) = (sine(1_000.0, 1.0, SPECTRUM_FRAMES), [0.0; SPECTRUM_FRAMES]);
        let column = column_of(1_000.0, 64);
        let loud = spectrum.analyse([&sine, &sine], RATE_HZ, 0.0)[column];
        let after = spectrum.analyse([&silence, &silence], RATE_HZ, 0.5)[column];
        assert!((loud - after - 30.0).abs() < 0.01, "{loud} {after}");
        let again = spectrum.analyse([&sine, &sine], RATE_HZ, 0.1)[column];
        assert!((again - loud).abs() < 1e-3);
    }

    #[test]
    fn above_half_the_sample_rate_there_is_nothing() {
        let mut spectrum = Spectrum::new(64);
        let noise: Vec<f32> =
            (0..SPECTRUM_FRAMES).map(|frame| ((frame * 7_919) % 200) as f32 / 100.0 - 1.0).collect();
        let levels_db = spectrum.analyse([&noise, &noise], 22_050.0, 0.0);
        assert!(levels_db[column_of(19_000.0, 64)] <= FLOOR_DB && levels_db[column_of(5_000.0, 64)] > -60.0);
    }

    #[test]
    fn a_waveform_has_the_extremes_of_each_column_and_stands_still() {
        let mut seen = Vec::new();
        for shift in [0, 17, 31] {
            let tone = sine(937.5, 0.5, 2 * WAVEFORM_FRAMES + 64);
            let frames = &tone[shift..shift + 2 * WAVEFORM_FRAMES];
            let mut columns = [[f32::NAN; 2]; 128];
            waveform([frames, frames], &mut columns);
            assert!(columns.iter().all(|[lowest, highest]| lowest <= highest && highest.abs() <= 0.5001));
            assert!(columns[0][0] >= -0.01, "it begins where the sound rises: {:?}", columns[0]);
            seen.push(columns);
        }
        let near = |a: &[f32; 2], b: &[f32; 2]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 0.07);
        assert!(seen.iter().all(|columns| columns.iter().zip(&seen[0]).all(|(a, b)| near(a, b))));
    }

    #[test]
    fn a_waveform_may_have_more_columns_than_frames_and_holds_no_nan() {
        let broken = [f32::NAN; 2 * WAVEFORM_FRAMES];
        let mut columns = vec![[f32::NAN; 2]; 3 * WAVEFORM_FRAMES];
        waveform([&broken, &broken], &mut columns);
        assert!(columns.iter().flatten().all(|sample| sample.abs() < 1e-9));
    }
}
