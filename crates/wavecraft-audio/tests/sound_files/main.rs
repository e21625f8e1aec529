//! Sound files of every kind: what is read of them, and what is written.

#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]
#![allow(clippy::float_cmp, reason = "samples are exact in every format that they are stored in")]

mod other_kinds;
mod refusals;
mod sizes;
mod wave_file;

use std::fs;

use wavecraft_audio::{
    RiffChunk, SampleFormat, SoundFileError, SoundFileReader, SoundFileWriter, WriterSettings,
};

use wave_file::{ALL_STORED, Folder, RATE_HZ, Stored, Wave, chunk, is_read_whole, read, samples};

#[test]
fn every_way_to_store_samples_is_read() {
    for stored in ALL_STORED {
        for channels in [1, 2, 3] {
            for format_bytes in [16, 18, 40] {
                let reader = is_read_whole(&Wave { format_bytes, ..Wave::new(stored, channels, 2_501) });
                let expected = match stored {
                    Stored::U8 => None,
                    Stored::I16 => Some(SampleFormat::I16),
                    Stored::I20In24 | Stored::I24 => Some(SampleFormat::I24),
                    Stored::I32 => Some(SampleFormat::I32),
                    Stored::F32 | Stored::F64 => Some(SampleFormat::F32),
                };
                assert_eq!(reader.sample_format(), expected, "{stored:?}");
            }
        }
    }
}

#[test]
fn format_chunks_of_odd_lengths_are_read() {
    for format_bytes in [17, 20, 50, 52] {
        is_read_whole(&Wave { format_bytes, ..Wave::new(Stored::I16, 2, 500) });
    }
}

#[test]
fn samples_may_come_before_their_format() {
    let wave = Wave::new(Stored::I16, 2, 1_000);
    let bytes = wave.bytes();
    let (format, data) = (&bytes[12..36], &bytes[36..]);
    let folder = Folder::new();
    let turned = [&bytes[..12], data, format].concat();
    assert_eq!(read(&folder.file(&turned)).0, wave.samples);
}

#[test]
fn companded_samples_are_read() {
    // The largest number of each law, with its sign, and the one next to silence.
    for (tag, codes, expected) in
        [(6_u16, [0xAA, 0x2A, 0xD5], [32_256, -32_256, 8]), (7, [0x80, 0x00, 0xFF], [32_124, -32_124, 0])]
    {
        for format_bytes in [16, 18, 20] {
            let mut bytes = Wave { format_bytes, ..Wave::new(Stored::U8, 1, 3) }.bytes();
            bytes[20..22].copy_from_slice(&tag.to_le_bytes());
            let data = bytes.len() - 3;
            bytes[data..].copy_from_slice(&codes);
            let (found, _) = read(&Folder::new().file(&bytes));
            assert_eq!(found, expected.map(|sample: i16| f32::from(sample) / 32_768.0), "{tag}");
        }
    }
}

#[test]
fn some_of_the_channels_can_be_chosen() {
    let folder = Folder::new();
    let wave = Wave::new(Stored::I16, 6, 100);
    let path = folder.file(&wave.bytes());
    for channels in [&[1, 2][..], &[6], &[3, 3], &[5, 2]] {
        let mut reader = SoundFileReader::open(&path).unwrap();
        reader.select_channels(channels).unwrap();
        let mut block = vec![vec![0.0; 100]; reader.channels()];
        assert_eq!((reader.read(&mut block).unwrap(), block.len()), (100, channels.len()));
        for (samples, channel) in block.iter().zip(channels) {
            assert!(samples.iter().eq(wave.samples.iter().skip(channel - 1).step_by(6)), "{channel}");
        }
        assert!(reader.has_left_something_out());
    }
    let mut reader = SoundFileReader::open(&path).unwrap();
    for channel in [0, 7] {
        let words = reader.select_channels(&[1, channel]).unwrap_err().to_string();
        assert!(words.ends_with(&format!("has no channel {channel}; its channels are 1 to 6")), "{words}");
    }
}

#[test]
fn what_a_file_says_about_its_sound_goes_into_the_next() {
    let folder = Folder::new();
    let described = |length: usize| (0..length).map(|byte| byte as u8).collect::<Vec<u8>>();
    let carried: Vec<RiffChunk> = [
        (b"bext", 602),
        (b"iXML", 100),
        (b"id3 ", 30),
        (b"cue ", 28),
        (b"LIST", 3),
        (b"smpl", 60),
        (b"inst", 7),
        (b"acid", 24),
    ]
    .map(|(id, length)| RiffChunk { id: *id, data: described(length) })
    .into();
    let left_out = [chunk(*b"junk", &[0; 100]), chunk(*b"PEAK", &[0; 16]), chunk(*b"LIST", b"wavl")].concat();
    let chunks = |carried: &[RiffChunk]| -> Vec<u8> {
        carried.iter().flat_map(|carried| chunk(carried.id, &carried.data)).collect()
    };
    let before_data = [chunks(&carried[..3]), left_out].concat();
    let after_data = chunks(&carried[3..]);
    let source = is_read_whole(&Wave { before_data, after_data, ..Wave::new(Stored::I24, 1, 101) });
    // How loud it was is no longer true.
    let mut carried = carried;
    assert_eq!(carried[0].data[346..348], [90, 91], "a version with loudness");
    carried[0].data[412..422].copy_from_slice(&[0xFF, 0x7F, 0xFF, 0x7F, 0xFF, 0x7F, 0xFF, 0x7F, 0xFF, 0x7F]);
    assert_eq!(source.chunks(), carried);

    let path = folder.0.path().join("written.wav");
    let settings = WriterSettings { format: SampleFormat::I24, channels: 1, sample_rate_hz: RATE_HZ };
    let file = fs::File::create(&path).unwrap();
    let mut writer = SoundFileWriter::create(file, &path, settings, source.chunks()).unwrap();
    writer.write_interleaved(&samples(101)).unwrap();
    writer.finish().unwrap();
    let (written, reader) = read(&path);
    assert_eq!(written, samples(101));
    assert_eq!(reader.chunks(), carried);
    // By another reader's eyes, too.
    let mut other = hound::WavReader::open(&path).unwrap();
    assert_eq!(other.samples::<i32>().map(Result::unwrap).count(), 101);
}

#[test]
fn a_file_that_would_be_too_long_is_not_begun() {
    let folder = Folder::new();
    let path = folder.0.path().join("written.wav");
    let settings = WriterSettings { format: SampleFormat::F32, channels: 2, sample_rate_hz: RATE_HZ };
    let writer = SoundFileWriter::create(fs::File::create(&path).unwrap(), &path, settings, &[]).unwrap();
    assert!(writer.check_room_for(1 << 28).is_ok());
    assert!(matches!(writer.check_room_for(1 << 29), Err(SoundFileError::TooLarge { .. })));
}
