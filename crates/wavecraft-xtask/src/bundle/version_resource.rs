//! The version that Windows shows of a file, among its properties: a resource that MinGW compiles and the linker takes in.

use std::ffi::OsString;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result};
use cargo_metadata::semver::Version;

use crate::process;
use crate::project::Project;
use crate::setup::platform_toolchain;

/// What kind of file the version is of, by Windows's numbers.
#[derive(Clone, Copy)]
pub enum FileType {
    /// A program.
    Program = 1,
    /// A library.
    Library = 2,
}

/// Compiles the resource of a plugin. Returns what follows the arguments of `cargo rustc` to have it linked.
pub fn linking(project: &Project, kind: FileType) -> Result<[OsString; 3]> {
    let folder = platform_toolchain::target_folder(project).join("version");
    fs::create_dir_all(&folder).with_context(|| format!("could not create {}", folder.display()))?;
    let name = format!("{}-{}", project.plugin.package, kind as u8);
    let (source, object) = (folder.join(format!("{name}.rc")), folder.join(format!("{name}.o")));
    let text = script(&project.plugin.name, &project.plugin.version, kind);
    fs::write(&source, text).with_context(|| format!("could not write {}", source.display()))?;
    let compiler = if cfg!(windows) { "windres" } else { "x86_64-w64-mingw32-windres" };
    let mut command = Command::new(compiler);
    command.arg("--codepage=65001").arg("--input").arg(&source).arg("--output").arg(&object);
    process::run_quietly(&mut command, "compile the version resource")?;
    let mut argument = OsString::from("link-arg=");
    argument.push(object);
    Ok(["--".into(), "-C".into(), argument])
}

/// The resource in the resource compiler's language. Its numbers are four of 16 bits.
fn script(name: &str, version: &Version, kind: FileType) -> String {
    let number = |part: u64| part.min(u64::from(u16::MAX));
    let numbers = format!("{},{},{},0", number(version.major), number(version.minor), number(version.patch));
    let name = name.replace('\\', "\\\\").replace('"', "\"\"");
    let kind = kind as u8;
    format!(
        "1 VERSIONINFO\nFILEVERSION {numbers}\nPRODUCTVERSION {numbers}\nFILEOS 0x40004\nFILETYPE {kind}\nBEGIN\n\
         BLOCK \"StringFileInfo\"\nBEGIN\nBLOCK \"040904B0\"\nBEGIN\n\
         VALUE \"FileDescription\", \"{name}\"\nVALUE \"FileVersion\", \"{version}\"\n\
         VALUE \"ProductName\", \"{name}\"\nVALUE \"ProductVersion\", \"{version}\"\n\
         END\nEND\nBLOCK \"VarFileInfo\"\nBEGIN\nVALUE \"Translation\", 0x409, 1200\nEND\nEND\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_there_as_numbers_and_as_text() {
        let text = script("My \"Gain\"", &Version::parse("1.20.3-beta.1").unwrap(), FileType::Library);
        assert!(text.contains("FILEVERSION 1,20,3,0\n") && text.contains("FILETYPE 2\n"), "{text}");
        assert!(text.contains("VALUE \"FileVersion\", \"1.20.3-beta.1\"\n"), "{text}");
        assert!(text.contains("VALUE \"ProductName\", \"My \"\"Gain\"\"\"\n"), "{text}");
    }

    #[test]
    fn a_number_that_does_not_fit_is_the_largest_that_does() {
        let text = script("Gain", &Version::new(70_000, 0, 1), FileType::Program);
        assert!(text.contains("FILEVERSION 65535,0,1,0\n") && text.contains("FILETYPE 1\n"), "{text}");
    }
}
