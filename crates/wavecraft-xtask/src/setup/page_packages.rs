//! The page's packages from the npm registry, in `ui/node_modules`, exactly as ui/package-lock.json has them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;
use crate::project::Project;

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

/// Whether the packages are those that the lock file asks for now.
pub fn are_ready(folder: &Path) -> bool {
    let asked = fs::read(lock_file(folder));
    let installed = fs::read(installed_lock_file(folder));
    matches!((asked, installed), (Ok(asked), Ok(installed)) if asked == installed)
}

/// Installs them anew.
pub fn install(project: &Project) -> Result<()> {
    let mut install = npm(project);
    install.args(["ci", "--no-audit", "--no-fund"]);
    process::run_quietly(&mut install, "install the page's packages")?;
    // Comes last: only a finished folder bears it.
    let folder = &project.plugin.page_folder;
    fs::copy(lock_file(folder), installed_lock_file(folder))
        .context("could not mark ui/node_modules as finished")?;
    Ok(())
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
        assert!(!are_ready(root.path()));
        fs::copy(lock_file(root.path()), installed_lock_file(root.path())).unwrap();
        assert!(are_ready(root.path()));
        fs::write(lock_file(root.path()), "two").unwrap();
        assert!(!are_ready(root.path()));
    }
}
