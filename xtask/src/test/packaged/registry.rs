//! A registry that has the packaged crates: a copy of what the lock file names, which cargo calls a directory source, with
//! the packaged crates beside it. Cargo takes all of a project's crates from there in place of crates.io, by their versions.

use std::collections::HashMap;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

use wavecraft_xtask::files;
use wavecraft_xtask::process;
use wavecraft_xtask::project::Project;

use crate::package_crates::{self, Packaged};

/// What cargo looks for in each crate of a directory source.
const CHECKSUMS: &str = ".cargo-checksum.json";

/// Makes it anew, and returns its folder.
pub fn make(project: &Project, packaged: &Packaged) -> Result<PathBuf> {
    let folder = packaged.archives.join("registry");
    files::remove(&folder)?;
    package_crates::create_folder(&folder)?;
    link_locked_crates(project, &folder)?;
    for archive in &packaged.crates {
        unpack(archive, &folder)?;
    }
    Ok(folder)
}

/// What a project's configuration of cargo says to take all crates from a folder.
pub fn configuration(folder: &Path) -> String {
    format!(
        "[source.crates-io]\nreplace-with = \"packaged\"\n\n[source.packaged]\ndirectory = {:?}\n",
        folder.to_string_lossy()
    )
}

/// Whatever the lock file names of the registry, as cargo has unpacked it.
fn link_locked_crates(project: &Project, folder: &Path) -> Result<()> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    #[derive(Deserialize)]
    struct Package {
        name: String,
        version: String,
        manifest_path: PathBuf,
    }
    let checksums = checksums(project)?;
    let mut command = process::cargo(&project.root);
    command.args(["metadata", "--locked", "--all-features", "--format-version", "1"]);
    let text =
        process::output_of(&mut command).context("cargo could not describe what the lock file names")?;
    let metadata: Metadata =
        serde_json::from_str(&text).context("could not understand how cargo describes the lock file")?;
    for package in metadata.packages {
        let name = format!("{}-{}", package.name, package.version);
        let Some(checksum) = checksums.get(&name) else { continue };
        let here = folder.join(&name);
        package_crates::create_folder(&here)?;
        let unpacked = package.manifest_path.parent().context("a manifest is in a folder")?;
        for entry in
            fs::read_dir(unpacked).with_context(|| format!("could not look into {}", unpacked.display()))?
        {
            let entry = entry?.path();
            link(&entry, &here.join(entry.file_name().context("an entry has a name")?))?;
        }
        write_checksum(&here, Some(checksum))?;
    }
    Ok(())
}

/// The checksums in the lock file, by names and versions.
fn checksums(project: &Project) -> Result<HashMap<String, String>> {
    #[derive(Deserialize)]
    struct Lock {
        package: Vec<Locked>,
    }
    #[derive(Deserialize)]
    struct Locked {
        name: String,
        version: String,
        checksum: Option<String>,
    }
    let text = package_crates::read(&project.root.join("Cargo.lock"))?;
    let lock: Lock = toml::from_str(&text).context("could not understand Cargo.lock")?;
    let named = lock
        .package
        .into_iter()
        .map(|package| (format!("{}-{}", package.name, package.version), package.checksum));
    Ok(named.filter_map(|(name, checksum)| Some((name, checksum?))).collect())
}

/// Unpacks an archive into a folder that is named after what is in it as well: of a registry's crates cargo expects that they
/// never change, and builds none anew that is where it was.
fn unpack(archive: &Path, folder: &Path) -> Result<()> {
    let content = fs::read(archive).with_context(|| format!("could not read {}", archive.display()))?;
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    let name = archive.file_stem().context("an archive has a name")?.to_string_lossy();
    let here = folder.join(format!("{name}-{:016x}", hasher.finish()));
    package_crates::create_folder(&here)?;
    package_crates::extract(archive, &here, &["--strip-components", "1"])?;
    write_checksum(&here, None)
}

/// Without the checksums of files, cargo trusts them.
fn write_checksum(folder: &Path, package: Option<&String>) -> Result<()> {
    let text = serde_json::json!({"files": {}, "package": package}).to_string();
    let file = folder.join(CHECKSUMS);
    fs::write(&file, text).with_context(|| format!("could not write {}", file.display()))
}

#[cfg(unix)]
fn link(from: &Path, to: &Path) -> Result<()> {
    std::os::unix::fs::symlink(from, to).with_context(|| format!("could not link {}", from.display()))
}

#[cfg(not(unix))]
fn link(from: &Path, to: &Path) -> Result<()> {
    files::copy(from, to)
}
