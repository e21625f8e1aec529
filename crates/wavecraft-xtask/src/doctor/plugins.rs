//! The plugins that hosts find on this machine, and which of them bear one and the same id: of those, a host shows one.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::bundle::Kind;
use crate::bundle::install;
use crate::process;
use crate::project::Project;
use crate::system::System;
use crate::validate;

/// How deep below a plugin folder hosts look.
const DEPTH: usize = 4;

/// A line of `wavecraft-validate --identify`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
struct Found {
    file: PathBuf,
    #[serde(default)]
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    version: String,
    /// Why it cannot be loaded.
    error: Option<String>,
}

/// What is installed, a line for each, and what is there twice.
pub fn section(project: &Project) -> String {
    let files = files();
    if files.is_empty() {
        return "  none\n".to_owned();
    }
    match identify(project, &files) {
        Ok(found) => described(&found),
        Err(error) => format!("  {} files, which could not be looked at: {error:#}\n", files.len()),
    }
}

/// All CLAP and VST3 files in the folders in which hosts look.
fn files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    for (kind, extension) in [(Kind::Clap, "clap"), (Kind::Vst3, "vst3")] {
        for folder in folders(kind) {
            collect(&folder, extension, DEPTH, &mut files);
        }
    }
    files.sort();
    files.dedup();
    files
}

/// The user's own folder and the system's.
fn folders(kind: Kind) -> Vec<PathBuf> {
    let system = System::current();
    let user = install::plugin_folder(system, kind, |name| std::env::var_os(name)).ok().flatten();
    let (in_lib, elsewhere) = if kind == Kind::Clap { ("clap", "CLAP") } else { ("vst3", "VST3") };
    let common = match system {
        System::Debian | System::OtherLinux => {
            vec![Path::new("/usr/lib").join(in_lib), Path::new("/usr/local/lib").join(in_lib)]
        }
        System::MacOs => vec![Path::new("/Library/Audio/Plug-Ins").join(elsewhere)],
        System::Windows => {
            let common = std::env::var_os("COMMONPROGRAMFILES").map(PathBuf::from);
            common.map(|folder| folder.join(elsewhere)).into_iter().collect()
        }
    };
    user.into_iter().chain(common).collect()
}

fn collect(folder: &Path, extension: &str, depth: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.filter_map(Result::ok).map(|entry| entry.path()) {
        // A bundle may be a folder; nothing in it is another plugin.
        if path.extension().is_some_and(|known| known == extension) {
            files.push(path);
        } else if depth > 1 && path.is_dir() {
            collect(&path, extension, depth - 1, files);
        }
    }
}

/// Asks the program of the checks what is in the files. It loads each in a process of its own.
fn identify(project: &Project, files: &[PathBuf]) -> Result<Vec<Found>> {
    let program = validate::program(project)?;
    let mut command = Command::new(program);
    let said =
        process::output_of(command.arg("--identify").args(files)).context("they could not be identified")?;
    said.lines()
        .map(|line| serde_json::from_str(line).context("what the checks say is not understood"))
        .collect()
}

fn described(found: &[Found]) -> String {
    let mut text = String::new();
    let mut by_id: BTreeMap<(bool, &str), Vec<&Found>> = BTreeMap::new();
    for plugin in found {
        let file = plugin.file.display();
        if let Some(error) = &plugin.error {
            let _ = writeln!(text, "  {file}\n      {}", error.trim().replace('\n', "\n      "));
            continue;
        }
        let name = format!("{} {}", plugin.name, plugin.version);
        let _ = writeln!(text, "  {:<28}{file}", name.trim());
        let is_vst3 = plugin.file.extension().is_some_and(|extension| extension == "vst3");
        by_id.entry((is_vst3, &plugin.id)).or_default().push(plugin);
    }
    for ((is_vst3, id), plugins) in by_id.into_iter().filter(|(_, plugins)| plugins.len() > 1) {
        let format = if is_vst3 { "VST3" } else { "CLAP" };
        let names: Vec<&str> = plugins.iter().map(|plugin| plugin.name.as_str()).collect();
        let is_one = names.iter().all(|name| *name == names[0]);
        let what = if is_one {
            format!("{} is installed twice", names[0])
        } else {
            names.join(" and ") + " have one id"
        };
        let _ = writeln!(text, "\n  {what} ({format} {id}). A host shows only one of:");
        for plugin in plugins {
            let _ = writeln!(text, "      {}", plugin.file.display());
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(file: &str, id: &str, name: &str) -> Found {
        let (id, name) = (id.to_owned(), name.to_owned());
        Found { file: file.into(), id, name, version: "1.0".to_owned(), error: None }
    }

    #[test]
    fn plugins_with_one_id_are_named_with_their_files() {
        let plugins = [
            found("/home/.clap/Gain.clap", "a.b.gain", "Gain"),
            found("/usr/lib/clap/Gain.clap", "a.b.gain", "Gain"),
            found("/usr/lib/clap/Other.clap", "a.b.other", "Other"),
        ];
        let text = described(&plugins);
        let expected = "\n  Gain is installed twice (CLAP a.b.gain). A host shows only one of:\n      \
                        /home/.clap/Gain.clap\n      /usr/lib/clap/Gain.clap\n";
        assert!(text.ends_with(expected), "{text}");
        assert!(!text.contains("a.b.other"), "{text}");
    }

    #[test]
    fn different_plugins_with_one_id_are_told_from_one_that_is_there_twice() {
        let text =
            described(&[found("/a/Gain.clap", "a.b.c", "Gain"), found("/a/Mute.clap", "a.b.c", "Mute")]);
        assert!(text.contains("Gain and Mute have one id (CLAP a.b.c)"), "{text}");
    }

    #[test]
    fn clap_and_vst3_of_one_plugin_are_no_duplicates() {
        let text = described(&[found("/a/Gain.clap", "same", "Gain"), found("/a/Gain.vst3", "same", "Gain")]);
        assert!(!text.contains("only one of"), "{text}");
    }

    #[test]
    fn files_are_found_below_a_folder_and_not_inside_of_bundles() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("Maker/Gain.vst3/Contents/Gain.vst3")).unwrap();
        fs::write(folder.path().join("Other.clap"), "").unwrap();
        let mut files = Vec::new();
        collect(folder.path(), "vst3", DEPTH, &mut files);
        assert_eq!(files, [folder.path().join("Maker/Gain.vst3")]);
    }
}
