//! `cargo xtask package-crates`: the crates and the page's packages as registries would have them, in `target/package`.
//!
//! `npm pack` makes the page's packages, which `wavecraft-xtask` carries in its archive; `cargo package` makes the archives;
//! and the archives are unpacked side by side, so that a project can be made that stands on them:
//! `cargo xtask new PATH --from target/package/unpacked`. Nothing is published.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use toml::{Table, Value};

use wavecraft_xtask::files;
use wavecraft_xtask::process;
use wavecraft_xtask::project::Project;
use wavecraft_xtask::report;
use wavecraft_xtask::setup::{self, Need, page_packages};
use wavecraft_xtask::sources;

/// The folder that the archive of `wavecraft-xtask` takes the page's packages from.
const PAGE_PACKAGES: &str = "crates/wavecraft-xtask/npm";

/// What every archive holds, word for word as it is at the repository's root.
const LICENCES: [&str; 2] = ["LICENSE-APACHE", "LICENSE-MIT"];

/// A package of the workspace, as cargo describes it.
#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    /// The registries that it may go to: any if there is no list.
    publish: Option<Vec<String>>,
}

/// What was packaged.
pub struct Packaged {
    /// The folder of the archives.
    pub archives: PathBuf,
    /// The archives of the crates.
    pub crates: Vec<PathBuf>,
    /// The folder with the crates unpacked side by side.
    pub unpacked: PathBuf,
    /// The version that all crates have.
    pub version: String,
}

/// Packages everything, and says where it is.
pub fn run() -> Result<ExitCode> {
    let packaged = package(&Project::load()?)?;
    println!("{}", Project::shown(&packaged.unpacked));
    Ok(ExitCode::SUCCESS)
}

/// Packages everything as it is in the working tree.
pub fn package(project: &Project) -> Result<Packaged> {
    setup::ensure(project, &[Need::Page])?;
    let folder = project.target_directory.join("package");
    pack_page_packages(project, &folder)?;
    let packages = crates(project)?;
    package_crates(project, &packages)?;
    let unpacked = folder.join("unpacked");
    unpack_crates(project, &folder, &packages, &unpacked)?;
    let version = packages.first().context("there is nothing to package")?.version.clone();
    let differs = packages.iter().find(|package| package.version != version);
    ensure!(differs.is_none(), "the crates have several versions");
    let crates = packages.iter().map(|package| package.archive(&folder)).collect();
    Ok(Packaged { archives: folder, crates, unpacked, version })
}

/// Puts what `npm pack` holds of each of the page's packages where the archive of `wavecraft-xtask` takes it in.
fn pack_page_packages(project: &Project, folder: &Path) -> Result<()> {
    report::status("Packing", "the page's packages");
    let packed = project.root.join(PAGE_PACKAGES);
    files::remove(&packed)?;
    for name in sources::PAGE_PACKAGES {
        let archives = folder.join("npm").join(name);
        files::remove(&archives)?;
        create_folder(&archives)?;
        let mut pack = page_packages::npm(project);
        pack.current_dir(sources::page_package_folder(name)?);
        pack.args(["pack", "--pack-destination"]).arg(&archives);
        process::run_quietly(&mut pack, &format!("pack the page's package `{name}`"))?;
        let archive = fs::read_dir(&archives)?.next().context("npm has packed nothing")??.path();
        let package = packed.join(name);
        create_folder(&package)?;
        // npm puts everything into a folder `package`.
        extract(&archive, &package, &["--strip-components", "1"])?;
    }
    Ok(())
}

/// The crates that others may depend on: those of the workspace that do not say `publish = false`.
fn crates(project: &Project) -> Result<Vec<Package>> {
    #[derive(Deserialize)]
    struct Metadata {
        packages: Vec<Package>,
    }
    let mut metadata = process::cargo(&project.root);
    metadata.args(["metadata", "--no-deps", "--format-version", "1"]);
    let text = process::output_of(&mut metadata).context("cargo could not describe the workspace")?;
    let metadata: Metadata =
        serde_json::from_str(&text).context("could not understand how cargo describes the workspace")?;
    Ok(metadata.packages.into_iter().filter(|package| package.publish.is_none()).collect())
}

/// Makes the archives. That what they hold can be built shows in a project that stands on them; cargo would try it with
/// default features alone, and build everything for it.
fn package_crates(project: &Project, packages: &[Package]) -> Result<()> {
    report::status("Packaging", format_args!("{} crates", packages.len()));
    let mut command = process::cargo(&project.root);
    command.args(["package", "--no-verify", "--allow-dirty"]);
    command.arg("--target-dir").arg(&project.target_directory);
    for package in packages {
        command.args(["--package", &package.name]);
    }
    process::run_quietly(&mut command, "package the crates")
}

/// Unpacks the archives side by side, each in a folder of its name and version. In each manifest, what
/// is beside it is found by its path, since no registry has it.
///
/// Files that are as they were keep their times, so that cargo builds nothing anew for them. The times in archives are all
/// the same, and cargo would not notice what has changed.
fn unpack_crates(project: &Project, archives: &Path, packages: &[Package], unpacked: &Path) -> Result<()> {
    let fresh = archives.join("unpacking");
    files::remove(&fresh)?;
    create_folder(&fresh)?;
    for package in packages {
        let name = package.folder_name();
        extract(&package.archive(archives), &fresh, &[])?;
        let folder = fresh.join(&name);
        check_licences(project, &folder)?;
        let manifest = folder.join("Cargo.toml");
        let text = read(&manifest)?;
        let text = with_paths(&text, packages)
            .with_context(|| format!("could not understand {}", manifest.display()))?;
        fs::write(&manifest, text).with_context(|| format!("could not write {}", manifest.display()))?;
    }
    make_alike(&fresh, unpacked)?;
    files::remove(&fresh)
}

impl Package {
    fn folder_name(&self) -> String {
        format!("{}-{}", self.name, self.version)
    }

    fn archive(&self, archives: &Path) -> PathBuf {
        archives.join(format!("{}.crate", self.folder_name()))
    }
}

fn check_licences(project: &Project, folder: &Path) -> Result<()> {
    for licence in LICENCES {
        let packed = read(&folder.join(licence))?;
        ensure!(
            packed == read(&project.root.join(licence))?,
            "{licence} in {} is not the repository's: there, it must be a symbolic link to it",
            folder.display()
        );
    }
    Ok(())
}

/// A manifest whose dependencies on some packages say that these are beside its own.
fn with_paths(manifest: &str, packages: &[Package]) -> Result<String> {
    fn add_paths(table: &mut Table, packages: &[Package]) {
        for (key, value) in table {
            let Value::Table(table) = value else { continue };
            if !key.ends_with("dependencies") {
                // `[target.'cfg(...)']` has tables of dependencies as well.
                add_paths(table, packages);
                continue;
            }
            for package in packages {
                if let Some(Value::Table(dependency)) = table.get_mut(&package.name) {
                    let path = format!("../{}", package.folder_name());
                    dependency.insert("path".into(), Value::String(path));
                }
            }
        }
    }
    let mut table: Table = toml::from_str(manifest)?;
    add_paths(&mut table, packages);
    Ok(toml::to_string(&table)?)
}

/// Gives one folder what is in the other, and touches nothing that is the same already.
fn make_alike(from: &Path, to: &Path) -> Result<()> {
    if !to.is_dir() {
        files::remove(to)?;
        create_folder(to)?;
    }
    let wanted = names(from)?;
    for name in names(to)?.difference(&wanted) {
        files::remove(&to.join(name))?;
    }
    for name in wanted {
        let (from, to) = (from.join(&name), to.join(&name));
        if from.is_dir() {
            make_alike(&from, &to)?;
            continue;
        }
        let content = fs::read(&from).with_context(|| format!("could not read {}", from.display()))?;
        match fs::read(&to) {
            Ok(there) if there == content => continue,
            Err(error) if error.kind() != ErrorKind::NotFound => files::remove(&to)?,
            _ => {}
        }
        fs::write(&to, content).with_context(|| format!("could not write {}", to.display()))?;
    }
    Ok(())
}

fn names(folder: &Path) -> Result<BTreeSet<std::ffi::OsString>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("could not look into {}", folder.display()))?;
    Ok(entries.map(|entry| entry.map(|entry| entry.file_name())).collect::<Result<_, _>>()?)
}

/// Unpacks an archive into a folder. Every system has a `tar` that reads compressed ones.
pub fn extract(archive: &Path, folder: &Path, options: &[&str]) -> Result<()> {
    let mut tar = Command::new("tar");
    tar.arg("-xzf").arg(archive).arg("-C").arg(folder).args(options);
    process::run_quietly(&mut tar, &format!("unpack {}", archive.display()))
}

/// Makes a folder and those that it lies in.
pub fn create_folder(path: &Path) -> Result<()> {
    fs::create_dir_all(path).with_context(|| format!("could not create {}", path.display()))
}

/// The text of a file.
pub fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("could not read {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dependencies_on_what_is_beside_a_crate_are_found_by_path_and_others_are_left_alone() {
        let package = |name: &str| Package { name: name.into(), version: "0.1.0".into(), publish: None };
        let manifest = "[dependencies.one]\nversion = \"=0.1.0\"\noptional = true\n\
                        [dependencies.serde]\nversion = \"1.0\"\n\
                        [target.\"cfg(unix)\".dependencies.two]\nversion = \"=0.1.0\"\n";
        let manifest: Table =
            toml::from_str(&with_paths(manifest, &[package("one"), package("two")]).unwrap()).unwrap();
        assert_eq!(manifest["dependencies"]["one"]["path"].as_str(), Some("../one-0.1.0"));
        assert_eq!(manifest["dependencies"]["one"]["optional"].as_bool(), Some(true));
        assert_eq!(
            manifest["target"]["cfg(unix)"]["dependencies"]["two"]["path"].as_str(),
            Some("../two-0.1.0")
        );
        assert!(manifest["dependencies"]["serde"].get("path").is_none());
    }

    #[test]
    fn what_projects_stand_on_is_packaged_and_what_is_this_repositorys_own_is_not() {
        let project = Project::load().unwrap();
        let packages: Vec<String> =
            crates(&project).unwrap().into_iter().map(|package| package.name).collect();
        for name in ["wavecraft-plugin", "wavecraft-build", "wavecraft-validate", "wavecraft-xtask"] {
            assert!(packages.iter().any(|package| package == name), "{name} in {packages:?}");
        }
        for name in ["wavecraft", "xtask", "wavecraft-tests", "wavecraft-test-plugins", "plugin-test-support"]
        {
            assert!(packages.iter().all(|package| package != name), "{name} in {packages:?}");
        }
    }

    #[test]
    fn every_packaged_crate_has_the_repositorys_licences() {
        let project = Project::load().unwrap();
        for package in crates(&project).unwrap() {
            check_licences(&project, &project.root.join("crates").join(&package.name)).unwrap();
        }
    }

    #[test]
    fn folders_are_made_alike_and_what_is_the_same_keeps_its_time() {
        let root = std::env::temp_dir().join(format!("wavecraft-make-alike-{}", std::process::id()));
        let (from, to) = (root.join("from"), root.join("to"));
        for (file, text) in [
            ("from/same", "a"),
            ("from/in/changed", "new"),
            ("to/same", "a"),
            ("to/in/changed", "old"),
            ("to/gone", ""),
        ] {
            let path = root.join(file);
            create_folder(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let time = |name: &str| fs::metadata(to.join(name)).unwrap().modified().unwrap();
        let long_ago = std::time::SystemTime::UNIX_EPOCH;
        fs::File::options().append(true).open(to.join("same")).unwrap().set_modified(long_ago).unwrap();
        make_alike(&from, &to).unwrap();
        assert_eq!(read(&to.join("in/changed")).unwrap(), "new");
        assert!(!to.join("gone").exists());
        assert_eq!(time("same"), long_ago);
        files::remove(&root).unwrap();
    }
}
