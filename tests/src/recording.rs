//! A real recording: the voice that names loudspeakers in Debian's alsa-utils.

use std::path::PathBuf;

use plugin_test_support::needs::{Need, RECORDING, assert_declared};

/// Where the recording is.
pub fn path() -> PathBuf {
    assert_declared(Need::TestSound);
    PathBuf::from(RECORDING)
}

/// The recording's samples, mono at 48 kHz.
pub fn samples() -> Vec<f32> {
    let mut reader = hound::WavReader::open(path()).expect("the recording is a WAV file");
    let spec = reader.spec();
    assert_eq!((spec.channels, spec.sample_rate, spec.bits_per_sample), (1, 48_000, 16));
    reader.samples::<i16>().map(|sample| f32::from(sample.expect("the file is whole")) / 32_768.0).collect()
}

/// The root of the mean square, in dBFS.
pub fn rms_db(samples: &[f32]) -> f64 {
    let sum: f64 = samples.iter().map(|sample| f64::from(*sample) * f64::from(*sample)).sum();
    10.0 * (sum / samples.len() as f64).log10()
}

/// The largest difference between two signals of equal length.
pub fn largest_difference(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).fold(0.0, |largest, (a, b)| largest.max((a - b).abs()))
}
