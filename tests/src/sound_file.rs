//! Sound files that tests write.

use std::path::Path;

use hound::{SampleFormat, WavSpec, WavWriter};

use crate::sound_servers::{Frame, RATE_HZ};

/// Writes a stereo WAV file at 48 kHz.
pub fn write_stereo(path: &Path, frames: impl IntoIterator<Item = Frame>) {
    let spec = WavSpec {
        channels: 2,
        sample_rate: RATE_HZ,
        bits_per_sample: 32,
        sample_format: SampleFormat::Float,
    };
    let mut writer = WavWriter::create(path, spec).expect("the folder is ours");
    for sample in frames.into_iter().flatten() {
        writer.write_sample(sample).expect("the disk has room");
    }
    writer.finalize().expect("the disk has room");
}
