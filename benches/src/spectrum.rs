//! What is read off a measured signal.

use rustfft::FftPlanner;
use rustfft::num_complex::Complex;

/// A ratio of amplitudes in decibels.
pub fn to_db(amplitude: f64) -> f64 {
    20.0 * amplitude.max(1e-30).log10()
}

/// The root of the mean square, in dBFS.
pub fn rms_db(signal: &[f32]) -> f64 {
    let sum: f64 = signal.iter().map(|sample| f64::from(*sample) * f64::from(*sample)).sum();
    to_db((sum / signal.len() as f64).sqrt())
}

/// The spectrum of a whole signal, up to half the sample rate: bin k is at k / length of the sample rate.
pub fn spectrum(signal: &[f32]) -> Vec<Complex<f64>> {
    let mut bins: Vec<Complex<f64>> =
        signal.iter().map(|sample| Complex::new(f64::from(*sample), 0.0)).collect();
    FftPlanner::new().plan_fft_forward(bins.len()).process(&mut bins);
    bins.truncate(signal.len() / 2 + 1);
    bins
}
