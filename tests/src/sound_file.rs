//! Sound files that tests write.

use std::path::Path;

use hound::{SampleFormat, WavSpec, WavWriter};

use crate::sound_servers::RATE_HZ;

/// Writes a stereo WAV file at 48 kHz.
pub fn write_stereo(path: &Path, frames: impl IntoIterator<Item = [f32; 2]>) {
    write(path, frames);
}

/// Writes a WAV file of as many channels as a frame has, at 48 kHz.
pub fn write<const CHANNELS: usize>(path: &Path, frames: impl IntoIterator<Item = [f32; CHANNELS]>) {
    let spec = WavSpec {
        channels: CHANNELS as u16,
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
