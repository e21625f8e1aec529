//! `cargo xtask package`: one archive to hand to musicians, with the bundles, the licences and a word on where they go.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::bundle::{self, Kind, Profile};
use crate::files;
use crate::process;
use crate::project::Project;
use crate::report;
use crate::setup;
use crate::system::System;

/// The command line of `cargo xtask package`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Where the archive goes (default: target/package)
    #[arg(long, value_name = "FOLDER")]
    to: Option<PathBuf>,
}

/// Bundles the plugin, packs it, and says where the archive is.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let project = Project::load()?;
    setup::ensure(&project, bundle::NEEDS)?;
    let bundles = bundle::make(&project, Profile::Release)?;
    let folder = arguments.to.clone().unwrap_or_else(|| project.target_directory.join("package"));
    let folder = std::path::absolute(folder).context("could not tell where the archive is to be")?;
    let system = System::current();
    let name = archive_name(&project.plugin.name, &project.plugin.version.to_string(), system);
    report::status("Packing", &name);
    let contents = folder.join(&name);
    files::remove(&contents)?;
    fs::create_dir_all(&contents).with_context(|| format!("could not create {}", contents.display()))?;
    for bundle in &bundles {
        let file_name = bundle.path.file_name().context("a bundle has a name")?;
        files::copy(&bundle.path, &contents.join(file_name))?;
    }
    for licence in licences(&project.root)? {
        files::copy(&licence, &contents.join(licence.file_name().context("a file has a name")?))?;
    }
    let kinds: Vec<Kind> = bundles.iter().map(|bundle| bundle.kind).collect();
    fs::write(contents.join("INSTALL.txt"), instructions(&project.plugin.name, &kinds, system))
        .context("could not write INSTALL.txt")?;
    let archive = pack(&folder, &name, system)?;
    files::remove(&contents)?;
    println!("{:>9}  {}", report::size(fs::metadata(&archive)?.len()), Project::shown(&archive));
    Ok(ExitCode::SUCCESS)
}

/// What the archive is called, and the folder in it: `My Tremolo 0.1.0 (Linux, x86_64)`.
fn archive_name(plugin: &str, version: &str, system: System) -> String {
    let system = match system {
        System::Debian | System::OtherLinux => "Linux",
        System::MacOs => "macOS",
        System::Windows => "Windows",
    };
    format!("{plugin} {version} ({system}, {})", std::env::consts::ARCH)
}

/// The files at the project's root that say under which terms it may be used.
fn licences(root: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(root).with_context(|| format!("could not look into {}", root.display()))?;
    let mut licences = Vec::new();
    for entry in entries {
        let entry = entry.with_context(|| format!("could not look into {}", root.display()))?;
        let name = entry.file_name().to_string_lossy().to_uppercase();
        if (name.starts_with("LICENSE") || name.starts_with("LICENCE")) && entry.path().is_file() {
            licences.push(entry.path());
        }
    }
    licences.sort();
    Ok(licences)
}

fn instructions(plugin: &str, kinds: &[Kind], system: System) -> String {
    let (clap, vst3) = match system {
        System::Debian | System::OtherLinux => ("~/.clap", "~/.vst3"),
        System::MacOs => ("~/Library/Audio/Plug-Ins/CLAP", "~/Library/Audio/Plug-Ins/VST3"),
        System::Windows => (r"%LOCALAPPDATA%\Programs\Common\CLAP", r"%LOCALAPPDATA%\Programs\Common\VST3"),
    };
    let lines = kinds.iter().map(|kind| match kind {
        Kind::Clap => format!("CLAP: put {plugin}.clap into {clap}\n"),
        Kind::Vst3 => format!("VST3: put {plugin}.vst3 into {vst3}\n"),
        Kind::Standalone => format!("Without a DAW: start {plugin}\n"),
    });
    let lines: String = lines.collect();
    format!("{plugin}\n\n{lines}\nThen let your DAW look for plugins again.\n")
}

/// Packs a folder by the system's tar: macOS's and Windows's make zip files as well, which is what is usual there.
fn pack(folder: &Path, name: &str, system: System) -> Result<PathBuf> {
    let (extension, option) = if system.is_linux() { ("tar.gz", "-czf") } else { ("zip", "-acf") };
    let archive = folder.join(format!("{name}.{extension}"));
    let mut tar = Command::new("tar");
    tar.current_dir(folder).arg(option).arg(&archive).arg(name);
    process::run_quietly(&mut tar, "pack the archive")?;
    Ok(archive)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_is_named_after_plugin_version_and_machine() {
        let name = archive_name("My Tremolo", "1.2.0", System::Debian);
        assert_eq!(name, format!("My Tremolo 1.2.0 (Linux, {})", std::env::consts::ARCH));
    }

    #[test]
    fn musicians_are_told_where_each_bundle_goes() {
        let text = instructions("Gain", &[Kind::Clap, Kind::Standalone], System::Windows);
        assert!(text.contains(r"Gain.clap into %LOCALAPPDATA%\Programs\Common\CLAP"), "{text}");
        assert!(text.contains("start Gain") && !text.contains("VST3"), "{text}");
    }

    #[test]
    fn folders_are_packed_whole_and_under_one_name() {
        let folder = tempfile::tempdir().unwrap();
        let source = folder.path().join("source");
        fs::create_dir_all(source.join("Gain.vst3/Contents")).unwrap();
        fs::write(source.join("Gain.vst3/Contents/Gain.so"), "library").unwrap();
        files::copy(&source, &folder.path().join("Gain 1.0.0")).unwrap();
        let archive = pack(folder.path(), "Gain 1.0.0", System::current()).unwrap();
        let listing = process::output_of(Command::new("tar").arg("-tf").arg(&archive)).unwrap();
        assert!(listing.contains("Gain 1.0.0/Gain.vst3/Contents/Gain.so"), "{listing}");
    }

    #[test]
    fn licences_are_found_by_name() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["LICENSE-MIT", "LICENSE-APACHE", "README.md"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        assert_eq!(licences(folder.path()).unwrap().len(), 2);
    }
}
