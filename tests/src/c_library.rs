//! Plugin libraries of another make, from the sources in C that the boundary's own tests have.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;
use wavecraft_ffi::vtable::{DevProcessorVTable, DevProcessorVTableV2, ProcessBlock};

/// Where the sources are.
const SOURCES: &str =
    concat!(env!("CARGO_MANIFEST_DIR"), "/../crates/wavecraft-ffi/tests/boundary/libraries");

/// A library that was just built. Its folder goes with it.
pub struct CLibrary {
    path: PathBuf,
    _folder: TempDir,
}

/// The only parameter of these libraries.
const PARAMETERS: &str =
    r#"[{"id": "gain", "name": "Gain", "type": "float", "value": 0.5, "default": 0.5, "text": "50 %"}]"#;

/// Those of the libraries of version 2.
const LIVE_PARAMETERS: &str = r#"[
    {"id": "gain", "name": "Gain", "type": "float", "value": 0.0, "default": 0.0, "text": ""},
    {"id": "offset", "name": "Offset", "type": "float", "value": 0.0, "default": 0.0, "text": ""}
]"#;

impl CLibrary {
    /// Parameters and version 1 of the processor table: it halves what it hears, and adds a hundredth.
    pub fn of_version_1() -> Self {
        Self::build(&["half.c", "parameters.c"], &[])
    }

    /// The same, and nothing that tells of parameters.
    pub fn of_version_1_without_parameters() -> Self {
        Self::build(&["half.c"], &[])
    }

    /// Parameters, and no processor table.
    pub fn without_processor() -> Self {
        Self::build(&["parameters.c"], &[])
    }

    /// Like version 1, but far too slow once in 300 blocks.
    pub fn that_stalls() -> Self {
        Self::build(&["half.c", "parameters.c"], &["-DSLOW_EVERY=300"])
    }

    /// Version 2, which says this of itself and has two parameters, `gain` and `offset`, both at 0 to begin with. What the
    /// options are for is in the source.
    pub fn of_version_2(description: &str, options: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("there is a temporary folder");
        let path = folder.path().join("description.json");
        fs::write(&path, description).expect("the folder is ours");
        let description = format!("-DDESCRIPTION=\"{}\"", path.display());
        let options = [&[&*description], options].concat();
        Self::build_in(folder, &["live.c", "parameters.c"], LIVE_PARAMETERS, &options)
    }

    fn build(sources: &[&str], options: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("there is a temporary folder");
        Self::build_in(folder, sources, PARAMETERS, options)
    }

    fn build_in(folder: TempDir, sources: &[&str], parameters_json: &str, options: &[&str]) -> Self {
        let parameters = folder.path().join("parameters.json");
        fs::write(&parameters, parameters_json).expect("the folder is ours");
        let path = folder.path().join("library.so");
        let output = Command::new("cc")
            .args(["-std=c11", "-O1", "-fPIC", "-shared"])
            .arg(format!("-DV1_SIZE={}", size_of::<DevProcessorVTable>()))
            .arg(format!("-DV2_SIZE={}", size_of::<DevProcessorVTableV2>()))
            .arg(format!("-DBLOCK_SIZE={}", size_of::<ProcessBlock>()))
            .arg(format!("-DJSON=\"{}\"", parameters.display()))
            .args(options)
            .arg("-o")
            .arg(&path)
            .args(sources.iter().map(|source| Path::new(SOURCES).join(source)))
            .output()
            .expect("there is a C compiler, `cc`");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Self { path, _folder: folder }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }
}
