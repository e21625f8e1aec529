//! What kind of file it is, before any of it runs.
//!
//! The system's own words for a file that it does not load are poor, and it maps a library that is cut short
//! without complaint: the process is then killed when it touches what is not there. A build that is just
//! being written looks like that.

use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;

use object::macho::{FatArch32, FatArch64};
use object::read::macho::{FatArch, MachOFatFile};
use object::{
    Architecture, BinaryFormat, FileKind, Object, ObjectKind, ObjectSegment, ReadCache, ReadCacheOps, ReadRef,
};

use crate::error::LoadError;

/// Checks that the file at `path` is whole, and a dynamic library for this program's system and processor.
pub(crate) fn check(path: &Path) -> Result<(), LoadError> {
    let unreadable = |source: std::io::Error| match source.kind() {
        ErrorKind::NotFound => LoadError::NotFound { path: path.to_owned() },
        _ => LoadError::Unreadable { path: path.to_owned(), source },
    };
    let metadata = path.metadata().map_err(unreadable)?;
    if metadata.is_dir() {
        return Err(LoadError::IsAFolder { path: path.to_owned() });
    }
    if !metadata.is_file() {
        return Err(LoadError::NotALibrary { path: path.to_owned(), found: "a device or a pipe" });
    }
    let file = ReadCache::new(File::open(path).map_err(unreadable)?);
    check_image(&file).map_err(|problem| match problem {
        Problem::NotALibrary(found) => LoadError::NotALibrary { path: path.to_owned(), found },
        Problem::Damaged => LoadError::Damaged { path: path.to_owned() },
        Problem::OtherTarget(found) => LoadError::OtherArchitecture {
            path: path.to_owned(),
            found,
            expected: target_name(native_format(), native_architecture()),
        },
    })
}

/// What is wrong with a file.
#[derive(Debug, PartialEq)]
enum Problem {
    NotALibrary(&'static str),
    Damaged,
    OtherTarget(String),
}

fn check_image<R: ReadCacheOps>(file: &ReadCache<R>) -> Result<(), Problem> {
    match FileKind::parse(file) {
        Ok(
            FileKind::Elf32
            | FileKind::Elf64
            | FileKind::MachO32
            | FileKind::MachO64
            | FileKind::Pe32
            | FileKind::Pe64,
        ) => check_object(file),
        Ok(FileKind::MachOFat32) => check_universal::<FatArch32, R>(file),
        Ok(FileKind::MachOFat64) => check_universal::<FatArch64, R>(file),
        Ok(FileKind::Archive) => Err(Problem::NotALibrary("a static library")),
        Ok(FileKind::Coff | FileKind::CoffBig | FileKind::CoffImport) => {
            Err(Problem::NotALibrary("an object file"))
        }
        _ => Err(Problem::NotALibrary("something else altogether")),
    }
}

/// Checks a library for several processors: the one for this program's.
fn check_universal<A: FatArch, R: ReadCacheOps>(file: &ReadCache<R>) -> Result<(), Problem> {
    let universal = MachOFatFile::<A>::parse(file).map_err(|_| Problem::Damaged)?;
    let architectures = universal.arches();
    let native = architectures.iter().find(|part| {
        native_format() == BinaryFormat::MachO && Some(part.architecture()) == native_architecture()
    });
    if let Some(part) = native {
        let (offset, size) = part.file_range();
        return check_object(file.range(offset, size));
    }
    let names: Vec<String> = architectures
        .iter()
        .map(|part| target_name(BinaryFormat::MachO, Some(part.architecture())))
        .collect();
    Err(Problem::OtherTarget(names.join(" and ")))
}

fn check_object<'data>(file: impl ReadRef<'data>) -> Result<(), Problem> {
    let object = object::File::parse(file).map_err(|_| Problem::Damaged)?;
    match object.kind() {
        ObjectKind::Executable => return Err(Problem::NotALibrary("a program")),
        ObjectKind::Relocatable => return Err(Problem::NotALibrary("an object file")),
        ObjectKind::Core => return Err(Problem::NotALibrary("a memory dump")),
        _ => {}
    }
    let (format, architecture) = (object.format(), object.architecture());
    let is_native = native_architecture().is_none_or(|native| native == architecture);
    if format != native_format() || !is_native {
        return Err(Problem::OtherTarget(target_name(format, Some(architecture))));
    }
    let length = file.len().map_err(|()| Problem::Damaged)?;
    let is_there = |(offset, size): (u64, u64)| offset.checked_add(size).is_some_and(|end| end <= length);
    if object.segments().all(|segment| is_there(segment.file_range())) {
        Ok(())
    } else {
        Err(Problem::Damaged)
    }
}

fn native_format() -> BinaryFormat {
    if cfg!(target_os = "windows") {
        BinaryFormat::Pe
    } else if cfg!(target_vendor = "apple") {
        BinaryFormat::MachO
    } else {
        BinaryFormat::Elf
    }
}

/// What this program was built for; `None` for processors that are not told apart here, where the system
/// decides.
fn native_architecture() -> Option<Architecture> {
    match std::env::consts::ARCH {
        "x86_64" if cfg!(target_pointer_width = "32") => Some(Architecture::X86_64_X32),
        "x86_64" => Some(Architecture::X86_64),
        "x86" => Some(Architecture::I386),
        "aarch64" => Some(Architecture::Aarch64),
        "arm" => Some(Architecture::Arm),
        "riscv64" => Some(Architecture::Riscv64),
        _ => None,
    }
}

fn target_name(format: BinaryFormat, architecture: Option<Architecture>) -> String {
    let system = match format {
        BinaryFormat::MachO => "macOS",
        BinaryFormat::Pe => "Windows",
        _ => "Linux",
    };
    match architecture {
        Some(Architecture::X86_64) => format!("{system} on x86-64"),
        Some(Architecture::I386) => format!("{system} on 32-bit x86"),
        Some(Architecture::Aarch64) => format!("{system} on 64-bit Arm"),
        Some(Architecture::Arm) => format!("{system} on 32-bit Arm"),
        Some(other) if other != Architecture::Unknown => format!("{system} on {other:?}"),
        _ => format!("{system} on an unknown processor"),
    }
}
