//! The names of the Objective-C classes in a library for macOS, made its own.
//!
//! A process has one list of classes for all that is loaded into it. The crate wry declares its classes under names that are
//! the same in every library with that version of it, and what is loaded second gets the classes of what was loaded first:
//! another library's code, with another library's state, which may be unloaded at any time. So each library gets names of
//! its own. They are as long as before, and are written over those in the finished file.

use anyhow::{Context, Result, ensure};
use object::read::macho::{FatArch, MachOFatFile32};
use object::{Object, ObjectSection};

/// What the names begin with. The rest is a class's own.
const BEGINNING: &[u8] = b"wry::wkwebview::class::";

/// How many bytes of it stay.
const KEPT: usize = "wry::".len();

/// Gives the classes in a library names that no other library has. `owner` says whose they are: it is different for each
/// library that a host may load. Returns how many places were written to.
pub fn make_unique(file: &mut [u8], owner: &str) -> Result<usize> {
    let unique = unique(owner);
    let mut places = Vec::new();
    for range in sections(file)? {
        let text = &file[range.clone()];
        places.extend(memchr::memmem::find_iter(text, BEGINNING).map(|place| range.start + place));
    }
    for place in &places {
        file[*place..][..BEGINNING.len()].copy_from_slice(&unique);
    }
    Ok(places.len())
}

/// As many bytes as the beginning has: `wry::` and a number that follows from the owner.
fn unique(owner: &str) -> [u8; BEGINNING.len()] {
    use sha2::{Digest, Sha256};

    let digits = format!("{:x}", Sha256::digest(owner));
    let mut unique = [b':'; BEGINNING.len()];
    unique[..KEPT].copy_from_slice(&BEGINNING[..KEPT]);
    let own = BEGINNING.len() - "::".len() - KEPT;
    unique[KEPT..][..own].copy_from_slice(&digits.as_bytes()[..own]);
    unique
}

/// Where in the file the sections are, of each processor's part of it. The list of symbols is in none of them, and stays.
fn sections(file: &[u8]) -> Result<Vec<std::ops::Range<usize>>> {
    let mut ranges = Vec::new();
    let mut add = |part: &[u8], offset: usize| -> Result<()> {
        let part = object::File::parse(part).context("it is no library for macOS")?;
        for section in part.sections() {
            if let Some((start, length)) = section.file_range() {
                let start = offset + usize::try_from(start)?;
                let end = start + usize::try_from(length)?;
                ensure!(end <= file.len(), "a section ends behind the file");
                ranges.push(start..end);
            }
        }
        Ok(())
    };
    match MachOFatFile32::parse(file) {
        Ok(universal) => {
            for part in universal.arches() {
                add(part.data(file)?, usize::try_from(part.file_range().0)?)?;
            }
        }
        Err(_) => add(file, 0)?,
    }
    Ok(ranges)
}

#[cfg(test)]
mod tests {
    use object::write::{Object as Written, StandardSegment};
    use object::{Architecture, BinaryFormat, Endianness, SectionKind};

    use super::*;

    const CLASS: &[u8] = b"wry::wkwebview::class::wry_web_view::WryWebView0.57.1\0";

    /// A library with the name of a class in it, and one beside all sections, as a list of symbols has it.
    fn library(architecture: Architecture) -> Vec<u8> {
        let mut object = Written::new(BinaryFormat::MachO, architecture, Endianness::Little);
        let segment = object.segment_name(StandardSegment::Data).to_vec();
        let section = object.add_section(segment, b"__const".to_vec(), SectionKind::ReadOnlyData);
        object.append_section_data(section, CLASS, 1);
        let mut file = object.write().unwrap();
        file.extend(CLASS);
        file
    }

    fn count(file: &[u8], text: &[u8]) -> usize {
        memchr::memmem::find_iter(file, text).count()
    }

    #[test]
    fn two_libraries_get_different_names_of_the_same_length() {
        let before = library(Architecture::Aarch64);
        let named = |owner| {
            let mut file = before.clone();
            assert_eq!(make_unique(&mut file, owner).unwrap(), 1);
            file
        };
        let (clap, vst3) = (named("com.acme.gain.clap"), named("com.acme.gain.vst3"));
        assert_eq!(clap, named("com.acme.gain.clap"));
        assert_ne!(clap, vst3);
        for file in [&clap, &vst3] {
            assert_eq!(file.len(), before.len());
            // The one in the list of symbols is left.
            assert_eq!(count(file, BEGINNING), 1);
            assert_eq!(count(file, b"::wry_web_view::WryWebView0.57.1\0"), 2);
        }
    }

    #[test]
    fn both_parts_of_a_universal_library_get_the_same_names() {
        let parts = [library(Architecture::X86_64), library(Architecture::Aarch64)];
        let mut file = 0xcafe_babe_u32.to_be_bytes().to_vec();
        file.extend(2_u32.to_be_bytes());
        let mut start = 4096;
        for (part, processor) in parts.iter().zip([0x0100_0007_u32, 0x0100_000c]) {
            for value in [processor, 0, start, part.len() as u32, 12] {
                file.extend(value.to_be_bytes());
            }
            start += 8192;
        }
        for (index, part) in parts.iter().enumerate() {
            file.resize(4096 + 8192 * index, 0);
            file.extend(part);
        }
        assert_eq!(make_unique(&mut file, "com.acme.gain.clap").unwrap(), 2);
        assert_eq!(count(&file, &unique("com.acme.gain.clap")), 2);
    }

    #[test]
    fn what_is_no_library_is_refused() {
        assert!(make_unique(&mut b"a text".to_vec(), "x").is_err());
    }
}
