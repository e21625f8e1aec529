//! The path is wrong: there is nothing, or something else.

use std::fs;
use std::path::Path;

use wavecraft_ffi::{LoadError, PluginLibrary};

use crate::libraries::build_with;

/// The error for this path; its message names the file.
pub fn error(path: &Path) -> LoadError {
    let error = PluginLibrary::load(path).expect_err("no library to load");
    assert!(error.to_string().contains(&path.display().to_string()), "{error}");
    error
}

/// The error for a file of these bytes.
pub fn error_for(bytes: &[u8]) -> LoadError {
    let file = tempfile::NamedTempFile::new().expect("a file");
    fs::write(file.path(), bytes).expect("it is written");
    error(file.path())
}

#[test]
fn a_missing_file_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(error(&folder.path().join("missing.so")), LoadError::NotFound { .. }));
    assert!(matches!(error(Path::new("libc.so.6")), LoadError::NotFound { .. }), "not one of the system's");
}

#[test]
fn a_bundle_is_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    assert!(matches!(error(folder.path()), LoadError::IsAFolder { .. }));
}

#[test]
fn a_device_is_not_waited_for() {
    assert!(matches!(error(Path::new("/dev/null")), LoadError::NotALibrary { .. }));
}

#[test]
fn other_files_are_no_libraries() {
    for bytes in [&b""[..], b"fn main() {}", &[0; 4_096], b"\x7FEL"] {
        assert!(matches!(error_for(bytes), LoadError::NotALibrary { .. }), "{bytes:?}");
    }
    let error = error_for(b"!<arch>\n/               0           0     0     0       4         `\n");
    assert!(matches!(error, LoadError::NotALibrary { found: "a static library", .. }), "{error:?}");
}

#[test]
fn what_a_compiler_makes_besides_libraries_is_none() {
    let object = build_with("stranger.c", &[], &["-c"], "object.o");
    let error = error(&object.path);
    assert!(matches!(error, LoadError::NotALibrary { found: "an object file", .. }), "{error:?}");
    let program = std::env::current_exe().unwrap();
    let error = PluginLibrary::load(&program).expect_err("a program");
    assert!(matches!(error, LoadError::NotALibrary { .. } | LoadError::Refused { .. }), "{error:?}");
}
