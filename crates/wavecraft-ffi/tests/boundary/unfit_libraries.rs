//! There is a library, but it was made for another machine, is not finished, or needs what is not there.

use std::fs;

use wavecraft_ffi::LoadError;

use crate::libraries::build;
use crate::not_a_library::{error, error_for};

#[test]
fn a_library_for_another_processor_says_for_which() {
    let built = build("half.c", &[]);
    let mut bytes = fs::read(&built.path).unwrap();
    let (machine, name) = if cfg!(target_arch = "aarch64") { (62, "x86-64") } else { (183, "64-bit Arm") };
    bytes[18] = machine;
    let error = error_for(&bytes);
    assert!(matches!(error, LoadError::OtherArchitecture { .. }), "{error:?}");
    let message = error.to_string();
    assert!(
        message.contains(&format!("is for Linux on {name}, but this program is for Linux on ")),
        "{message}"
    );
}

#[test]
fn a_library_for_another_system_says_for_which() {
    let message = |bytes: &[u8]| match error_for(bytes) {
        LoadError::OtherArchitecture { found, .. } => found,
        other => panic!("{other:?}"),
    };
    let words = |words: &[u32]| words.iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>();
    let dylib = words(&[0xFEED_FACF, 0x0100_000C, 0, 6, 0, 0, 0, 0]);
    assert_eq!(message(&dylib), "macOS on 64-bit Arm");
    assert_eq!(message(&windows_library()), "Windows on x86-64");
    let part = |processor: u32, offset: u32| [processor, 0, offset, 32, 0];
    let universal = [&[0xCAFE_BABE, 2][..], &part(0x0100_0007, 4_096), &part(0x0100_000C, 8_192)].concat();
    let universal: Vec<u8> = universal.iter().flat_map(|word| word.to_be_bytes()).collect();
    assert_eq!(message(&universal), "macOS on x86-64 and macOS on 64-bit Arm");
}

/// The headers of a Windows library without sections.
fn windows_library() -> Vec<u8> {
    let mut bytes = vec![0; 64];
    bytes[..2].copy_from_slice(b"MZ");
    bytes[60] = 64;
    bytes.extend(b"PE\0\0");
    let optional_header_size = 240;
    // Machine, sections, time (2), symbols (4), size of the optional header, characteristics: executable,
    // DLL.
    for word in [0x8664, 0, 0, 0, 0, 0, 0, 0, optional_header_size, 0x2022_u16] {
        bytes.extend(word.to_le_bytes());
    }
    let mut optional_header = vec![0; usize::from(optional_header_size)];
    optional_header[..2].copy_from_slice(&0x20B_u16.to_le_bytes());
    // Sixteen data directories, all empty.
    optional_header[108] = 16;
    bytes.extend(optional_header);
    bytes
}

#[test]
fn a_library_that_is_still_being_written_is_not_touched() {
    let built = build("half.c", &[]);
    let bytes = fs::read(&built.path).unwrap();
    let path = built.folder.path().join("growing.so");
    for length in (0..bytes.len()).step_by(61) {
        fs::write(&path, &bytes[..length]).unwrap();
        let error = error(&path);
        assert!(
            matches!(error, LoadError::Damaged { .. } | LoadError::NotALibrary { .. }),
            "{length} of {} bytes: {error:?}",
            bytes.len()
        );
    }
}

#[test]
fn a_library_that_needs_what_nobody_has_is_refused_now_rather_than_on_the_audio_thread() {
    let built = build("stranger.c", &["INCOMPLETE"]);
    let error = error(&built.path);
    assert!(matches!(error, LoadError::Refused { .. }), "{error:?}");
    assert!(error.to_string().contains("nobody_has_this_function"), "{error}");
}
