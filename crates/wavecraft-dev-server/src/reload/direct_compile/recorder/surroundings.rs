//! The files around a package that cargo looks for, whether they are there or not: manifests, locked versions, its
//! configuration, and what chooses the compiler.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use super::NotRecorded;
use crate::reload::build::BuildCommand;
use crate::reload::direct_compile::inputs::InputPaths;

/// What cargo looks for in a folder and all around it, to find the workspace.
const OF_WORKSPACES: [&str; 2] = ["Cargo.toml", "Cargo.lock"];

/// What cargo and rustup look for in a folder and all around it.
const SETTINGS: [&str; 4] = [".cargo/config.toml", ".cargo/config", "rust-toolchain.toml", "rust-toolchain"];

/// What is a build script by its name alone.
const SCRIPT: &str = "build.rs";

/// The compiler's program; `None` if it is rustup, which chooses one by more than is looked at here.
pub(super) fn compiler(program: &str) -> Option<PathBuf> {
    let path = Path::new(program);
    let found = if path.is_absolute() {
        path.to_owned()
    } else if path.components().count() == 1 {
        env::split_paths(&env::var_os("PATH")?).map(|folder| folder.join(path)).find(|file| file.is_file())?
    } else {
        return None;
    };
    let real = found.canonicalize().ok()?;
    let is_rustup = real.file_stem().is_some_and(|stem| stem.to_string_lossy().starts_with("rustup"));
    // Where links between files are copies or hard links, a proxy has no other name.
    let lies_beside_rustup = real.with_file_name("rustup").is_file();
    (real.is_file() && !is_rustup && !lies_beside_rustup).then_some(found)
}

/// Adds what describes a package on this computer and its workspace.
pub(super) fn add_manifests(manifest: &Path, paths: &mut InputPaths) {
    let folder = manifest.parent().unwrap_or(manifest);
    paths.files.insert(manifest.to_owned());
    paths.files.insert(folder.join(SCRIPT));
    for folder in folder.ancestors() {
        paths.files.extend(OF_WORKSPACES.map(|name| folder.join(name)));
    }
}

/// Adds what describes the plugin's package and its workspace, and what tells cargo how to build it.
pub(super) fn add_settings(
    manifest: &Path,
    command: &BuildCommand,
    paths: &mut InputPaths,
) -> Result<(), NotRecorded> {
    add_manifests(manifest, paths);
    let own_folder = env::current_dir().unwrap_or_default();
    for folder in manifest.ancestors().skip(1).chain(own_folder.ancestors()) {
        paths.files.extend(SETTINGS.map(|name| folder.join(name)));
    }
    if let Some(home) = home_of("CARGO_HOME", ".cargo") {
        paths.files.extend(["config.toml", "config"].map(|name| home.join(name)));
    }
    if let Some(home) = home_of("RUSTUP_HOME", ".rustup") {
        paths.files.insert(home.join("settings.toml"));
    }
    // Some arguments name files, such as further configuration.
    let named = command.arguments.iter().map(|argument| own_folder.join(argument));
    paths.files.extend(named.filter(|path| path.is_file()));
    let is_configuration = |path: &&PathBuf| {
        path.file_stem().is_some_and(|stem| stem == "config") || named_by(command, path, &own_folder)
    };
    for file in paths.files.iter().filter(is_configuration) {
        if fs::read_to_string(file).is_ok_and(|text| text.contains("include")) {
            return Err(NotRecorded::Includes(file.clone()));
        }
    }
    Ok(())
}

fn named_by(command: &BuildCommand, path: &Path, own_folder: &Path) -> bool {
    let mut values = command.arguments.windows(2).filter(|pair| pair[0] == "--config").map(|pair| &pair[1]);
    values.any(|value| own_folder.join(value) == path)
}

fn home_of(variable: &str, name: &str) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from).or_else(|| env::home_dir().map(|home| home.join(name)))
}
