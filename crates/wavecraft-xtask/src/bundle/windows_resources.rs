//! What Windows shows of a file and knows of a program: the version, among its properties, the icon, and that it takes paths of
//! over 260 characters. MinGW compiles these resources, and the linker takes them in.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use cargo_metadata::semver::Version;
use sha2::{Digest, Sha256};

use crate::process;
use crate::project::Project;
use crate::setup::platform_toolchain;

/// The plugin's picture, beside bundler.toml, where it has one.
const ICON: &str = "icon.ico";

/// What a program tells Windows of itself.
const PROGRAM_MANIFEST: &str = include_str!("windows-program.manifest");

/// What kind of file the resources are of, by Windows's numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum FileType {
    /// A program.
    Program = 1,
    /// A library.
    Library = 2,
}

/// The plugin's icon, if there is one.
pub fn icon(project: &Project) -> Option<PathBuf> {
    Some(project.root.join(ICON)).filter(|icon| icon.is_file())
}

/// Compiles the resources of a plugin. Returns what follows the arguments of `cargo rustc` to have them linked.
pub fn linking(project: &Project, kind: FileType) -> Result<[OsString; 3]> {
    let folder = platform_toolchain::target_folder(project).join("resources");
    fs::create_dir_all(&folder).with_context(|| format!("could not create {}", folder.display()))?;
    let mut text = script(&project.plugin.name, &project.plugin.version, kind);
    let mut digest = Sha256::new();
    if kind == FileType::Program {
        let manifest = folder.join("program.manifest");
        fs::write(&manifest, PROGRAM_MANIFEST)
            .with_context(|| format!("could not write {}", manifest.display()))?;
        digest.update(PROGRAM_MANIFEST);
        text += &line("24", &manifest);
        if let Some(icon) = icon(project) {
            let picture = fs::read(&icon).with_context(|| format!("could not read {}", icon.display()))?;
            digest.update(picture);
            text += &line("ICON", &icon);
        }
    }
    digest.update(&text);
    // Cargo links anew where its arguments differ: the file is named after what is in it.
    let name = format!("{}-{}-{}", project.plugin.package, kind as u8, short(&digest.finalize()));
    let (source, object) = (folder.join(format!("{name}.rc")), folder.join(format!("{name}.o")));
    fs::write(&source, text).with_context(|| format!("could not write {}", source.display()))?;
    let compiler = if cfg!(windows) { "windres" } else { "x86_64-w64-mingw32-windres" };
    let mut command = Command::new(compiler);
    command.arg("--codepage=65001").arg("--input").arg(&source).arg("--output").arg(&object);
    process::run_quietly(&mut command, "compile the resources for Windows")?;
    let mut argument = OsString::from("link-arg=");
    argument.push(object);
    Ok(["--".into(), "-C".into(), argument])
}

/// The digest's first bytes, which are enough to tell a project's resources from each other.
fn short(digest: &[u8]) -> String {
    let start = u64::from_be_bytes(digest[..8].try_into().expect("a digest has 32 bytes"));
    format!("{start:016x}")
}

/// The first resource of a kind, from a file. Manifests have no name as a kind, but a number, 24.
fn line(kind: &str, file: &Path) -> String {
    format!("1 {kind} \"{}\"\n", quoted(&file.display().to_string()))
}

/// A text between quotes in the resource compiler's language.
fn quoted(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\"\"")
}

/// The resource in the resource compiler's language. Its numbers are four of 16 bits.
fn script(name: &str, version: &Version, kind: FileType) -> String {
    let number = |part: u64| part.min(u64::from(u16::MAX));
    let numbers = format!("{},{},{},0", number(version.major), number(version.minor), number(version.patch));
    let name = quoted(name);
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

    #[test]
    fn files_are_named_by_paths_that_may_have_backslashes() {
        assert_eq!(
            line("ICON", Path::new(r"C:\Ada's plug-ins\icon.ico")),
            "1 ICON \"C:\\\\Ada's plug-ins\\\\icon.ico\"\n"
        );
    }
}
