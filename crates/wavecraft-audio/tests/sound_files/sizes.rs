//! Sizes that are not true, chunks in any order, and files that end anywhere.

use wavecraft_audio::{SoundFileError, SoundFileReader, SoundFileWarning};

use crate::other_kinds::changed;
use crate::wave_file::{ALL_STORED, Folder, Stored, Wave, chunk, is_read_whole, read, warning_of};

#[test]
fn sizes_that_were_never_written_count_for_what_is_there() {
    for riff_size in [Some(0), Some(u32::MAX), Some(36), None] {
        let wave = |size| Wave { riff_size, data_size: Some(size), ..Wave::new(Stored::I24, 2, 1_000) };
        // Programs that write into a pipe say that they do not know.
        is_read_whole(&wave(u32::MAX));
        let warning = warning_of(&wave(0));
        assert_eq!(
            warning,
            "was never finished: its header says 0 frames, but 1000 are there; all of them are read"
        );
    }
}

#[test]
fn sizes_beyond_the_file_count_for_what_is_there() {
    for size in [6_006, 7_000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FF00, u32::MAX - 1] {
        let promised = size / 6;
        let wave = Wave { data_size: Some(size), ..Wave::new(Stored::I24, 2, 1_000) };
        let expected = format!("ends early: its header promises {promised} frames, but only 1000 are there");
        assert_eq!(warning_of(&wave), expected);
    }
}

#[test]
fn a_size_that_the_files_own_contradicts_counts_for_what_is_there() {
    let wave = Wave { data_size: Some(600), ..Wave::new(Stored::I24, 2, 1_000) };
    assert_eq!(
        warning_of(&wave),
        "was never finished: its header says 100 frames, but 1000 are there; all of them are read"
    );
    // What belongs to the file and is a chunk is no sound.
    let wave = Wave::new(Stored::I24, 2, 1_000);
    is_read_whole(&Wave { after_data: chunk(*b"LIST", b"INFO"), ..wave });
}

#[test]
fn sound_that_a_file_does_not_count_as_its_own_is_left_out_and_counted() {
    let folder = Folder::new();
    let wave = Wave { data_size: Some(600), riff_size: Some(636), ..Wave::new(Stored::I24, 2, 1_000) };
    let (found, reader) = read(&folder.file(&wave.bytes()));
    assert_eq!(found, wave.samples[..200]);
    let warning = reader.warnings().unwrap().remove(0);
    assert!(matches!(warning, SoundFileWarning::GoesOn { found: 100, bytes: 5_400, .. }), "{warning}");
    assert!(reader.has_left_something_out());
}

#[test]
fn of_several_data_chunks_the_first_with_sound_is_read_and_the_others_are_counted() {
    let again = chunk(*b"data", &[7; 600]);
    let folder = Folder::new();
    let wave = Wave { after_data: again, ..Wave::new(Stored::I24, 2, 1_000) };
    let (found, reader) = read(&folder.file(&wave.bytes()));
    assert_eq!(found, wave.samples);
    let warning = reader.warnings().unwrap().remove(0);
    assert!(matches!(warning, SoundFileWarning::GoesOn { found: 1_000, bytes: 600, .. }), "{warning}");
    is_read_whole(&Wave { before_data: chunk(*b"data", b""), ..Wave::new(Stored::I24, 2, 1_000) });
}

#[test]
fn a_file_that_says_that_it_is_empty_is() {
    let list = chunk(*b"LIST", b"INFOISFT\x02\0\0\0x\0");
    let wave = Wave { after_data: list, ..Wave::new(Stored::I16, 2, 0) };
    assert_eq!(is_read_whole(&wave).chunks().len(), 1);
}

#[test]
fn files_with_sizes_of_64_bits_are_read() {
    for marker in [*b"RF64", *b"BW64"] {
        let wave = || Wave { marker, riff_size: Some(u32::MAX), ..Wave::new(Stored::I24, 2, 1_000) };
        is_read_whole(&Wave { data_size: Some(u32::MAX), ..wave() });
        is_read_whole(&wave());
        let after_data = chunk(*b"LIST", b"adtl");
        let reader = is_read_whole(&Wave { data_size: Some(u32::MAX), after_data, ..wave() });
        assert_eq!(reader.chunks().len(), 1);
    }
}

#[test]
fn the_sizes_of_other_chunks_may_have_64_bits_too() {
    let levels = [&b"levl\xff\xff\xff\xff"[..], &[9; 12]].concat();
    let wave = || Wave { data_size: Some(u32::MAX), ..Wave::new(Stored::I24, 2, 1_000) };
    let with_table = |wave: &Wave| {
        let bytes = wave.bytes();
        let table = [&1_u32.to_le_bytes()[..], b"levl", &12_u64.to_le_bytes()].concat();
        let long_sizes = [&[0; 8][..], &6_000_u64.to_le_bytes(), &1_000_u64.to_le_bytes(), &table].concat();
        [b"RF64\xff\xff\xff\xffWAVE", &chunk(*b"ds64", &long_sizes)[..], &bytes[12..]].concat()
    };
    let folder = Folder::new();
    for wave in
        [Wave { before_data: levels.clone(), ..wave() }, Wave { after_data: levels.clone(), ..wave() }]
    {
        let (found, reader) = read(&folder.file(&with_table(&wave)));
        assert_eq!(found, wave.samples);
        assert_eq!(reader.warnings().unwrap(), []);
    }
}

#[test]
fn a_file_with_sizes_of_64_bits_that_lacks_or_does_not_know_them_counts_for_what_is_there() {
    let folder = Folder::new();
    let wave = Wave { data_size: Some(u32::MAX), ..Wave::new(Stored::I24, 2, 1_000) };
    let bytes = wave.bytes();
    for sizes in [Vec::new(), chunk(*b"ds64", &[0xFF; 28])] {
        let file = [b"RF64\xff\xff\xff\xffWAVE", &sizes[..], &bytes[12..]].concat();
        let (found, reader) = read(&folder.file(&file));
        assert_eq!((found == wave.samples, reader.warnings().unwrap()), (true, Vec::new()));
    }
}

/// A Wave64 file of these samples, of which the header counts so many bytes.
fn wave64(wave: &Wave, data_bytes: Option<u64>) -> Vec<u8> {
    let guid = |id: &[u8]| {
        let rest: &[u8] = if id == b"riff" {
            b"\x2E\x91\xCF\x11\xA5\xD6\x28\xDB\x04\xC1\0\0"
        } else {
            b"\xF3\xAC\xD3\x11\x8C\xD1\0\xC0\x4F\x8E\xDB\x8A"
        };
        [id, rest].concat()
    };
    let data: Vec<u8> = wave.samples.iter().flat_map(|sample| wave.stored.encode(*sample)).collect();
    let chunk = |id: &[u8], contents: &[u8], size: u64| {
        let mut bytes = [&guid(id)[..], &(size + 24).to_le_bytes(), contents].concat();
        bytes.resize(bytes.len().next_multiple_of(8), 0);
        bytes
    };
    let format = wave.format();
    let stated = data_bytes.unwrap_or(data.len() as u64);
    let body = [
        guid(b"wave"),
        chunk(b"junk", &[1; 3], 3),
        chunk(b"fmt ", &format, format.len() as u64),
        chunk(b"data", &data, stated),
    ];
    let body = body.concat();
    [&guid(b"riff")[..], &(24 + body.len() as u64).to_le_bytes(), &body].concat()
}

#[test]
fn wave64_is_read() {
    let folder = Folder::new();
    for stored in ALL_STORED {
        let wave = Wave { format_bytes: 18, ..Wave::new(stored, 2, 1_000) };
        let (found, reader) = read(&folder.file(&wave64(&wave, None)));
        assert_eq!((found == wave.samples, reader.warnings().unwrap()), (true, Vec::new()), "{stored:?}");
        let (found, reader) = read(&folder.file(&wave64(&wave, Some(0))));
        assert!(found[..wave.samples.len()] == wave.samples, "{stored:?}");
        assert!(matches!(reader.warnings().unwrap()[0], SoundFileWarning::Unfinished { promised: 0, .. }));
    }
}

#[test]
fn chunks_of_odd_sizes_are_passed_over_padded_or_not() {
    let short_list = b"LIST\x03\0\0\0abc";
    for before_data in [[&short_list[..], b"\0"].concat(), short_list.to_vec(), chunk(*b"junk", &[7; 4_097])]
    {
        is_read_whole(&Wave { before_data, ..Wave::new(Stored::I16, 1, 1_000) });
    }
    // An odd number of bytes of samples, and a chunk after them.
    let after_data = [&b"\0"[..], &chunk(*b"cue ", &[1; 28])].concat();
    let reader = is_read_whole(&Wave { after_data, ..Wave::new(Stored::U8, 1, 1_001) });
    assert_eq!(reader.chunks().len(), 1);
}

#[test]
fn bytes_after_the_end_are_no_sound_and_counted_unless_they_are_zeros() {
    let wave = Wave::new(Stored::I16, 2, 1_000);
    let folder = Folder::new();
    for (end, counted) in [(b"something else altogether".to_vec(), Some(25)), (vec![0; 512], None)] {
        let (found, reader) = read(&folder.file(&[wave.bytes(), end].concat()));
        assert_eq!(found, wave.samples);
        let warnings = reader.warnings().unwrap();
        let bytes = warnings.first().map(|warning| match warning {
            SoundFileWarning::GoesOn { bytes, .. } => *bytes,
            other => panic!("{other}"),
        });
        assert_eq!((bytes, reader.has_left_something_out()), (counted, counted.is_some()));
    }
}

#[test]
fn a_file_that_is_cut_off_gives_the_frames_that_are_there_and_says_so() {
    let folder = Folder::new();
    for stored in ALL_STORED {
        let wave = Wave::new(stored, 2, 2_500);
        let frame_bytes = 2 * stored.bytes();
        let mut bytes = wave.bytes();
        // A frame that is not whole is none.
        bytes.truncate(44 + 2_000 * frame_bytes - 1);
        let (found, reader) = read(&folder.file(&bytes));
        assert_eq!(found, wave.samples[..2 * 1_999], "{stored:?}");
        let warnings = reader.warnings().unwrap();
        let [SoundFileWarning::EndsEarly { promised: 2_500, found: 1_999, .. }] = warnings[..] else {
            panic!("{warnings:?}");
        };
        // Nothing is lost with it that was there.
        assert!(!reader.has_left_something_out());
    }
}

#[test]
fn a_file_cut_anywhere_in_its_header_is_refused() {
    let folder = Folder::new();
    let before_data = chunk(*b"bext", &[0; 602]);
    let bytes = Wave { before_data, format_bytes: 40, ..Wave::new(Stored::I16, 2, 10) }.bytes();
    for length in 0..bytes.len() - 40 {
        let refused = SoundFileReader::open(&folder.file(&bytes[..length]));
        assert!(matches!(refused.err(), Some(SoundFileError::Malformed { .. })), "{length}");
    }
}

/// Opens and reads a file with each of its first bytes changed.
fn read_with_damage(bytes: &[u8], positions: usize) {
    let folder = Folder::new();
    for position in 0..positions {
        for value in [0, 1, 0x7F, 0xFF] {
            let mut damaged = bytes.to_vec();
            damaged[position] = value;
            if let Ok(mut reader) = SoundFileReader::open(&folder.file(&damaged)) {
                let mut block = vec![vec![0.0; 64]; 2];
                (0..10).for_each(|_| drop(reader.read(&mut block)));
                drop(reader.warnings());
            }
        }
    }
}

#[test]
fn damaged_files_never_panic() {
    let before_data = [chunk(*b"bext", &[1; 60]), chunk(*b"LIST", b"INFOISFT\x02\0\0\0x\0")].concat();
    let wave = Wave { before_data, ..Wave::new(Stored::I16, 2, 20) };
    read_with_damage(&wave.bytes(), wave.bytes().len());
    let small = Wave::new(Stored::I16, 2, 20);
    read_with_damage(&wave64(&small, None), 150);
    let long = Wave { marker: *b"RF64", data_size: Some(u32::MAX), ..small };
    read_with_damage(&long.bytes(), 90);
    read_with_damage(&changed("tone.aiff", |_| {}), 70);
    read_with_damage(&changed("tone_float.aifc", |_| {}), 90);
}

#[test]
fn a_file_that_promises_sound_and_has_none_is_refused() {
    let folder = Folder::new();
    let bytes = Wave::new(Stored::I16, 2, 1_000).bytes();
    let (found, reader) = read(&folder.file(&bytes[..44]));
    assert!(found.is_empty());
    let error = reader.warnings().unwrap_err();
    assert!(error.to_string().ends_with("its header promises 1000 frames, and none is there"), "{error}");
}
