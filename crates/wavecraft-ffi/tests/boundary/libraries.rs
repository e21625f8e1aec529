//! Builds the C libraries that stand for those of other makes, each in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use wavecraft_ffi::vtable::{DevProcessorVTable, DevProcessorVTableV2, ProcessBlock};

/// A library that was just built, and its folder, which goes with it.
pub struct Built {
    pub path: PathBuf,
    pub folder: TempDir,
}

/// Builds `tests/boundary/libraries/{source}` with these definitions.
pub fn build(source: &str, definitions: &[&str]) -> Built {
    build_with(source, definitions, &["-shared"], "library.so")
}

/// Builds like [`build`], but calls the compiler with other options, and the result by another name.
pub fn build_with(source: &str, definitions: &[&str], options: &[&str], name: &str) -> Built {
    let folder = tempfile::tempdir().expect("a folder for the library");
    let path = folder.path().join(name);
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/boundary/libraries").join(source);
    let output = Command::new("cc")
        .args(["-std=c11", "-Wall", "-Wno-unused", "-Werror", "-O1", "-fPIC"])
        .args(options)
        .arg(format!("-DV1_SIZE={}", size_of::<DevProcessorVTable>()))
        .arg(format!("-DV2_SIZE={}", size_of::<DevProcessorVTableV2>()))
        .arg(format!("-DBLOCK_SIZE={}", size_of::<ProcessBlock>()))
        .args(definitions.iter().map(|definition| format!("-D{definition}")))
        .arg("-o")
        .arg(&path)
        .arg(source)
        .output()
        .expect("these tests need a C compiler: `cc`");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Built { path, folder }
}

/// A definition of a C string: that of a path.
pub fn path_definition(name: &str, path: &Path) -> String {
    format!("{name}=\"{}\"", path.display())
}
