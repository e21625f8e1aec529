//! What is not read, and in what words.

use std::path::Path;

#[cfg(unix)]
use wavecraft_audio::SoundFileError;
use wavecraft_audio::SoundFileReader;

use crate::wave_file::{Folder, Stored, Wave};

#[test]
fn what_is_no_sound_is_named() {
    let folder = Folder::new();
    let message = |bytes: &[u8]| SoundFileReader::open(&folder.file(bytes)).err().unwrap().to_string();
    assert!(message(b"no sound").contains("is not a WAV file that can be read"));
    assert!(message(b"ID3 this is no WAV file at all").contains("is not a WAV file"));
    assert!(message(b"").ends_with("it is empty"));
    let missing = SoundFileReader::open(Path::new("no/such/file.flac")).err().unwrap();
    assert!(missing.to_string().starts_with("cannot read no/such/file.flac"), "{missing}");
}

/// What is said of a file that is refused, without its name.
#[track_caller]
fn refusal(bytes: &[u8]) -> String {
    let folder = Folder::new();
    let refused = SoundFileReader::open(&folder.file(bytes)).err().unwrap().to_string();
    refused.split_once("sound.wav ").unwrap().1.to_owned()
}

#[test]
fn what_is_not_read_is_called_by_its_name() {
    let with = |changes: &[(usize, &[u8])]| {
        let mut bytes = Wave::new(Stored::I16, 2, 100).bytes();
        for (offset, change) in changes {
            bytes[*offset..*offset + change.len()].copy_from_slice(change);
        }
        refusal(&bytes)
    };
    for (tag, name) in [(0x02_u16, "Microsoft ADPCM"), (0x11, "IMA ADPCM"), (0x31, "GSM 6.10"), (0x55, "MP3")]
    {
        let words = with(&[(20, &tag.to_le_bytes())]);
        assert!(
            words.starts_with(&format!("has samples compressed as {name}; supported are 8, 16, ")),
            "{words}"
        );
    }
    assert!(with(&[(20, &[0x34, 0x12])]).starts_with("has samples of kind 0x1234; supported are "));
    assert!(with(&[(32, &[16, 0]), (34, &[64, 0])]).starts_with("has 64-bit integers; supported are "));
    assert!(with(&[(20, &[3, 0])]).starts_with("has 16-bit floating point; supported are "));
    assert!(with(&[(22, &[64, 0]), (32, &[128, 0])]).starts_with("has 64 channels; supported are "));
    for rate_hz in [0_u32, 1, 999, 768_001, u32::MAX] {
        let words = with(&[(24, &rate_hz.to_le_bytes())]);
        assert_eq!(words, format!("has a sample rate of {rate_hz} Hz; supported are 1 to 768 kHz"));
    }
    for kind in [&b"wvpk"[..], b".snd", b"OggS", b"RIFX", b"caff", b"MThd"] {
        let words = refusal(&[kind, &[1; 600]].concat());
        assert!(words.starts_with("is not a WAV file that can be read: "), "{words}");
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_refused_without_waiting_for_it() {
    let folder = Folder::new();
    let pipe = folder.0.path().join("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for path in [pipe.as_path(), Path::new("/dev/zero")] {
        let error = SoundFileReader::open(path).err().unwrap();
        assert!(matches!(error, SoundFileError::NotAFile { .. }), "{error}");
    }
    let error = SoundFileReader::open(folder.0.path()).err().unwrap();
    assert!(matches!(error, SoundFileError::Folder { .. }), "{error}");
}
