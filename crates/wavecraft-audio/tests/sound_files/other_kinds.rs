//! Files that other programs have made, whole and damaged.

use std::fs;
use std::path::Path;

use wavecraft_audio::{SampleFormat, SoundFileReader};

use crate::wave_file::{Folder, read};

/// The tone of the files that other programs have made: 1 kHz at 16 kHz, at a half and a quarter of full scale.
fn tone(frame: usize, channel: usize) -> f32 {
    let level = [0.5, 0.25][channel];
    level * (frame as f64 * 1_000.0 / 16_000.0 * std::f64::consts::TAU).sin() as f32
}

/// Reads a file that another program has made. Returns its reader and the largest difference to the tone, past the first
/// tenth of a second and short of the last.
fn made_elsewhere(name: &str) -> (SoundFileReader, usize, f32) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sound_files").join(name);
    let (samples, reader) = read(&path);
    assert_eq!((reader.channels(), reader.sample_rate_hz()), (2, 16_000), "{name}");
    let frames = samples.len() / 2;
    let difference = (1_600..2_400)
        .flat_map(|frame| [0, 1].map(|channel| (samples[2 * frame + channel] - tone(frame, channel)).abs()))
        .fold(0.0, f32::max);
    (reader, frames, difference)
}

#[test]
fn kinds_without_loss_are_read_to_the_sample() {
    for (name, format, tolerance) in [
        ("tone.flac", SampleFormat::I16, 1.0 / 32_768.0),
        ("tone.m4a", SampleFormat::I16, 1.0 / 32_768.0),
        ("tone.aiff", SampleFormat::I24, 1.0 / 8_388_608.0),
        ("tone_float.aifc", SampleFormat::F32, 1e-6),
    ] {
        let (reader, frames, difference) = made_elsewhere(name);
        assert_eq!((frames, reader.frames()), (4_000, Some(4_000)), "{name}");
        assert_eq!(reader.sample_format(), Some(format), "{name}");
        assert!(difference <= 1.01 * tolerance, "{name}: {difference}");
        assert_eq!(reader.warnings().unwrap(), [], "{name}");
    }
}

#[test]
fn kinds_with_loss_are_read_in_time() {
    for name in ["tone.mp3", "tone.ogg"] {
        let (reader, frames, difference) = made_elsewhere(name);
        assert_eq!(frames, 4_000, "{name}");
        assert_eq!(reader.sample_format(), Some(SampleFormat::F32), "{name}");
        assert!(difference < 0.05, "{name}: {difference}");
        assert_eq!(reader.warnings().unwrap(), [], "{name}");
    }
}

/// A file that another program has made, changed.
pub fn changed(name: &str, change: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sound_files").join(name);
    let mut bytes = fs::read(path).unwrap();
    change(&mut bytes);
    bytes
}

fn position_of(id: [u8; 4], bytes: &[u8]) -> usize {
    bytes.windows(4).position(|window| window == id).unwrap()
}

#[test]
fn aiff_sizes_that_were_never_written_count_for_what_is_there() {
    let folder = Folder::new();
    for name in ["tone.aiff", "tone_float.aifc"] {
        let (expected, _) = read(&folder.file(&changed(name, |_| {})));
        for size in [[0; 4], [0xFF; 4]] {
            let bytes = changed(name, |bytes| {
                let (common, sound) = (position_of(*b"COMM", bytes), position_of(*b"SSND", bytes));
                for offset in [4, common + 10, sound + 4] {
                    bytes[offset..offset + 4].copy_from_slice(&size);
                }
            });
            let (found, reader) = read(&folder.file(&bytes));
            assert!(found == expected, "{name}");
            let warnings = reader.warnings().unwrap();
            assert_eq!(warnings.len(), 1, "{name}: {warnings:?}");
        }
    }
}

#[test]
fn an_aiff_file_without_sound_is_empty_unless_sound_follows() {
    let folder = Folder::new();
    let (expected, _) = read(&folder.file(&changed("tone.aiff", |_| {})));
    let empty = |bytes: &mut Vec<u8>| {
        let (common, sound) = (position_of(*b"COMM", bytes), position_of(*b"SSND", bytes));
        bytes[common + 10..common + 14].fill(0);
        bytes[sound + 4..sound + 8].copy_from_slice(&8_u32.to_be_bytes());
        sound + 16
    };
    let (found, _) = read(&folder.file(&changed("tone.aiff", |bytes| {
        empty(bytes);
    })));
    assert!(found == expected);
    let bytes = changed("tone.aiff", |bytes| {
        let end = empty(bytes);
        bytes.truncate(end);
        bytes.extend(b"NAME\0\0\0\x04tone");
    });
    let (found, reader) = read(&folder.file(&bytes));
    assert!(found.is_empty());
    assert_eq!(reader.warnings().unwrap(), []);
}

#[test]
fn a_file_whose_end_is_missing_gives_what_is_there() {
    let folder = Folder::new();
    for name in ["tone.aiff", "tone_in_blocks.flac", "tone.mp3"] {
        let (whole, _) = read(&folder.file(&changed(name, |_| {})));
        let bytes = changed(name, |bytes| bytes.truncate(bytes.len() - 1_000));
        let (found, reader) = read(&folder.file(&bytes));
        assert!((whole.len() / 4..whole.len()).contains(&found.len()), "{name}: {}", found.len());
        assert!(found == whole[..found.len()], "{name}");
        // The length of an MP3 file is not known before.
        let is_told = name != "tone.mp3";
        assert_eq!(reader.warnings().unwrap().len(), usize::from(is_told), "{name}");
    }
}

#[test]
fn words_after_the_end_of_a_file_cost_no_sound() {
    let folder = Folder::new();
    let tag = [&b"TAG"[..], &[b'x'; 125]].concat();
    for name in ["tone.aiff", "tone.flac", "tone.mp3", "tone.ogg", "tone.m4a"] {
        let (whole, _) = read(&folder.file(&changed(name, |_| {})));
        let (found, reader) = read(&folder.file(&changed(name, |bytes| bytes.extend(&tag))));
        assert!(found == whole, "{name}");
        assert_eq!(reader.warnings().unwrap(), [], "{name}");
    }
}
