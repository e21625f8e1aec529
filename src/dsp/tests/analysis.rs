//! Signals to feed, and what to read off the results.

use rustfft::FftPlanner;
use rustfft::num_complex::Complex;

/// A sine: `frames` frames at `frequency_hz` and a peak of `peak_db` dBFS.
pub fn sine(frequency_hz: f64, peak_db: f64, rate_hz: f32, frames: usize) -> Vec<f32> {
    let step = std::f64::consts::TAU * frequency_hz / f64::from(rate_hz);
    (0..frames).map(|frame| (from_db(peak_db) * (step * frame as f64).sin()) as f32).collect()
}

/// White noise with a uniform distribution over [-peak, peak], the same at each call.
pub fn noise(peak: f32, frames: usize) -> Vec<f32> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        // The upper 24 bits are as many as an f32 holds.
        (state >> 40) as f32 / (1 << 23) as f32 - 1.0
    };
    (0..frames).map(|_| peak * next()).collect()
}

/// Noise that falls by 3 dB per octave, like music does; Kellet's filter of three poles.
pub fn pink_noise(rms_db: f64, frames: usize) -> Vec<f32> {
    let mut poles = [0.0_f64; 3];
    let pink: Vec<f32> = noise(1.0, frames)
        .into_iter()
        .map(|white| {
            let white = f64::from(white);
            poles[0] = 0.997_65 * poles[0] + white * 0.099_046;
            poles[1] = 0.963 * poles[1] + white * 0.296_516_4;
            poles[2] = 0.57 * poles[2] + white * 1.052_691_3;
            (poles.iter().sum::<f64>() + white * 0.1848) as f32
        })
        .collect();
    let gain = from_db(rms_db - rms(&pink)) as f32;
    pink.into_iter().map(|sample| sample * gain).collect()
}

/// An impulse of 1 at the first frame.
pub fn impulse(frames: usize) -> Vec<f32> {
    let mut signal = vec![0.0; frames];
    signal[0] = 1.0;
    signal
}

/// A level in decibels as a ratio of amplitudes.
pub fn from_db(db: f64) -> f64 {
    10.0_f64.powf(db / 20.0)
}

/// A ratio of amplitudes in decibels.
pub fn to_db(amplitude: f64) -> f64 {
    20.0 * amplitude.max(1e-30).log10()
}

/// The root of the mean square, in dBFS.
pub fn rms(signal: &[f32]) -> f64 {
    let sum: f64 = signal.iter().map(|sample| f64::from(*sample) * f64::from(*sample)).sum();
    to_db((sum / signal.len() as f64).sqrt())
}

/// The largest magnitude, in dBFS.
pub fn peak(signal: &[f32]) -> f64 {
    to_db(signal.iter().fold(0.0_f64, |peak, sample| peak.max(f64::from(sample.abs()))))
}

/// The largest difference between two signals, in dBFS.
///
/// # Panics
///
/// If they are not equally long.
pub fn difference(a: &[f32], b: &[f32]) -> f64 {
    assert_eq!(a.len(), b.len());
    to_db(a.iter().zip(b).fold(0.0_f64, |worst, (a, b)| worst.max((f64::from(*a) - f64::from(*b)).abs())))
}

/// The spectrum of a whole signal: bin k is at k / length of the sample rate.
pub fn spectrum(signal: &[f32]) -> Vec<Complex<f64>> {
    let mut bins: Vec<Complex<f64>> =
        signal.iter().map(|sample| Complex::new(f64::from(*sample), 0.0)).collect();
    FftPlanner::new().plan_fft_forward(bins.len()).process(&mut bins);
    bins.truncate(signal.len() / 2 + 1);
    bins
}

/// The amplitudes of the sines that a periodic signal consists of. The signal must be a whole number of periods.
pub fn amplitudes(signal: &[f32]) -> Vec<f64> {
    let scale = 2.0 / signal.len() as f64;
    let mut amplitudes: Vec<f64> = spectrum(signal).iter().map(|bin| bin.norm() * scale).collect();
    // At zero frequency there is no second, negative one.
    amplitudes[0] *= 0.5;
    amplitudes
}

/// How much of the signal lies above a frequency, in dBFS RMS, seen through a Blackman-Harris window.
pub fn level_above(signal: &[f32], frequency_hz: f64, rate_hz: f32) -> f64 {
    let length = signal.len() as f64;
    let windowed: Vec<f32> = signal
        .iter()
        .enumerate()
        .map(|(frame, sample)| {
            let angle = std::f64::consts::TAU * frame as f64 / length;
            let window = 0.358_75 - 0.488_29 * angle.cos() + 0.141_28 * (2.0 * angle).cos()
                - 0.011_68 * (3.0 * angle).cos();
            (f64::from(*sample) * window) as f32
        })
        .collect();
    let first = (frequency_hz / f64::from(rate_hz) * length).ceil() as usize;
    let power: f64 = spectrum(&windowed)[first..].iter().map(|bin| 2.0 * bin.norm_sqr()).sum();
    // The window's mean square is 0.258.
    to_db((power / (length * length) / 0.258).sqrt())
}
