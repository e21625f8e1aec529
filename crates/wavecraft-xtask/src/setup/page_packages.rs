//! The page's packages, in `node_modules` of its folder: from the npm registry exactly as package-lock.json has them, and
//! Wavecraft's own, which come from where its crates do, so that page and plugin are of one version.
//!
//! A page whose package.json names those as `file:.wavecraft/...` gets copies of them in that folder.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

use anyhow::{Context, Result};

use crate::files;
use crate::process;
use crate::project::Project;
use crate::sources;

/// The folder of the copies, below the page's.
const COPIES: &str = ".wavecraft";

/// What lies in a package's folder and is not part of the package.
const NOT_PACKAGED: [&str; 4] = ["node_modules", "tests", "gallery", "dist"];

/// npm in the page's folder. On Windows it is a script, which only the shell starts.
pub fn npm(project: &Project) -> Command {
    let mut command = if cfg!(windows) {
        let mut shell = Command::new("cmd");
        shell.args(["/C", "npm"]);
        shell
    } else {
        Command::new("npm")
    };
    command.current_dir(&project.plugin.page_folder);
    command
}

/// Whether the packages are those that the lock file asks for now, and Wavecraft's those of the crates.
pub fn are_ready(project: &Project) -> bool {
    let folder = &project.plugin.page_folder;
    is_installed(folder) && (!takes_copies(folder) || copies_are_current(folder))
}

fn is_installed(folder: &Path) -> bool {
    let asked = fs::read(lock_file(folder));
    let installed = fs::read(installed_lock_file(folder));
    matches!((asked, installed), (Ok(asked), Ok(installed)) if asked == installed)
}

/// Installs them anew. A page that has no lock file yet gets one.
pub fn install(project: &Project) -> Result<()> {
    let folder = &project.plugin.page_folder;
    if takes_copies(folder) {
        copy_packages(folder).context("could not copy the page's packages of Wavecraft")?;
    }
    let mut install = npm(project);
    let how = if lock_file(folder).is_file() { "ci" } else { "install" };
    install.args([how, "--no-audit", "--no-fund", "--prefer-offline"]);
    process::run_quietly(&mut install, "install the page's packages")?;
    // Comes last: only a finished folder bears it.
    fs::copy(lock_file(folder), installed_lock_file(folder))
        .with_context(|| format!("could not mark {} as finished", folder.join("node_modules").display()))?;
    Ok(())
}

/// Whether the page is to have copies of Wavecraft's packages.
fn takes_copies(folder: &Path) -> bool {
    let named = format!("\"file:{COPIES}/");
    fs::read_to_string(folder.join("package.json")).is_ok_and(|manifest| manifest.contains(&named))
}

fn copies_are_current(folder: &Path) -> bool {
    let copied = fs::read_to_string(digest_file(folder));
    matches!((copied, digest()), (Ok(copied), Ok(digest)) if copied == digest)
}

/// Copies the packages and notes what they were.
fn copy_packages(folder: &Path) -> Result<()> {
    let copies = folder.join(COPIES);
    files::remove(&copies)?;
    for name in sources::PAGE_PACKAGES {
        let package = sources::page_package_folder(name)?;
        for file in package_files(&package)? {
            let copy = copies.join(name).join(&file);
            let copied = fs::create_dir_all(copy.parent().expect("a file is in a folder"))
                .and_then(|()| fs::copy(package.join(&file), &copy));
            copied.with_context(|| format!("could not write {}", copy.display()))?;
        }
    }
    // Nobody is to commit them.
    fs::write(copies.join(".gitignore"), "*\n").context("could not write .gitignore")?;
    fs::write(digest_file(folder), digest()?).context("could not note which packages were copied")?;
    Ok(())
}

/// A number that tells whether the packages are still the same.
fn digest() -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for name in sources::PAGE_PACKAGES {
        let package = sources::page_package_folder(name)?;
        for file in package_files(&package)? {
            (name, &file).hash(&mut hasher);
            fs::read(package.join(&file))?.hash(&mut hasher);
        }
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// The files of a package, from its folder, in order.
fn package_files(package: &Path) -> io::Result<Vec<PathBuf>> {
    // A package that was packed has no sources beside what it was built to: it is copied whole.
    let is_packed = !package.join("tests").is_dir() && package.join("dist").is_dir();
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(package.join(&folder))? {
            let entry = entry?;
            let is_left_out = NOT_PACKAGED.iter().any(|name| entry.file_name() == *name);
            if folder.as_os_str().is_empty() && is_left_out && !(is_packed && entry.file_name() == "dist") {
                continue;
            }
            let path = folder.join(entry.file_name());
            if entry.file_type()?.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    Ok(files)
}

fn digest_file(folder: &Path) -> PathBuf {
    folder.join(COPIES).join(".digest")
}

fn lock_file(folder: &Path) -> PathBuf {
    folder.join("package-lock.json")
}

/// A copy of the lock file as it was when the packages were installed.
fn installed_lock_file(folder: &Path) -> PathBuf {
    folder.join("node_modules").join(".installed-package-lock.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_ready_until_the_lock_file_changes() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("node_modules")).unwrap();
        fs::write(lock_file(root.path()), "one").unwrap();
        assert!(!is_installed(root.path()));
        fs::copy(lock_file(root.path()), installed_lock_file(root.path())).unwrap();
        assert!(is_installed(root.path()));
        fs::write(lock_file(root.path()), "two").unwrap();
        assert!(!is_installed(root.path()));
    }

    #[test]
    fn a_page_that_asks_for_copies_gets_the_packages_and_what_is_changed_is_copied_anew() {
        let page = tempfile::tempdir().unwrap();
        let manifest = r#"{ "dependencies": { "@wavecraft/core": "file:.wavecraft/core" } }"#;
        assert!(!takes_copies(page.path()));
        fs::write(page.path().join("package.json"), manifest).unwrap();
        assert!(takes_copies(page.path()) && !copies_are_current(page.path()));
        copy_packages(page.path()).unwrap();
        assert!(copies_are_current(page.path()));
        let copied = page.path().join(COPIES).join("core");
        assert!(copied.join("package.json").is_file() && copied.join("src/index.ts").is_file());
        assert!(!copied.join("tests").exists() && !copied.join("node_modules").exists());
        fs::write(digest_file(page.path()), "of another version").unwrap();
        assert!(!copies_are_current(page.path()));
    }
}
