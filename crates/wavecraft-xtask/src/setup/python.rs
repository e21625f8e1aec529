//! The tests' Python: an environment in the project's own folder, with the packages of tests/requirements.txt.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::process;

/// Exits with success in a Python that is new enough and can create environments; Debian's may lack `ensurepip`.
const CAN_CREATE_ENVIRONMENTS: &str = "import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))";

/// The interpreter of the tests' environment.
pub fn interpreter(root: &Path) -> PathBuf {
    let within = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
    folder(root).join(within)
}

/// Whether the environment has what the requirements ask for now.
pub fn is_ready(root: &Path) -> bool {
    let asked = fs::read(requirements(root));
    let installed = fs::read(installed_requirements(root));
    // The interpreter is a link, which breaks when the Python that it leads to is removed.
    interpreter(root).is_file()
        && matches!((asked, installed), (Ok(asked), Ok(installed)) if asked == installed)
}

/// A Python of this machine that can create the environment. The one on the PATH comes first, but may be a bare one.
pub fn find_interpreter() -> Option<PathBuf> {
    let candidates = if cfg!(windows) { ["py", "python"] } else { ["python3", "/usr/bin/python3"] };
    let works = |candidate: &&str| {
        process::output_of(Command::new(candidate).args(["-c", CAN_CREATE_ENVIRONMENTS])).is_some()
    };
    candidates.into_iter().find(works).map(PathBuf::from)
}

/// Creates the environment anew and fills it.
pub fn create(root: &Path) -> Result<()> {
    let base = find_interpreter().context("found no Python 3.10 or later with venv and pip")?;
    let mut create = Command::new(base);
    create.args(["-m", "venv", "--clear"]).arg(folder(root));
    process::run_quietly(&mut create, "create the Python environment .venv")?;

    let requirements = requirements(root);
    let mut fill = Command::new(interpreter(root));
    fill.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]);
    // A package without a ready-made build would need compilers and libraries that nothing here installs.
    fill.args(["--only-binary", ":all:", "--requirement"]).arg(&requirements);
    process::run_quietly(&mut fill, "install the packages of tests/requirements.txt")?;

    // Comes last: only a finished environment bears it.
    fs::copy(&requirements, installed_requirements(root)).context("could not mark .venv as finished")?;
    Ok(())
}

fn folder(root: &Path) -> PathBuf {
    root.join(".venv")
}

fn requirements(root: &Path) -> PathBuf {
    root.join("tests").join("requirements.txt")
}

/// A copy of the requirements as they were when the environment was filled.
fn installed_requirements(root: &Path) -> PathBuf {
    folder(root).join("installed-requirements.txt")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project_with_requirements(text: &str) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("tests")).unwrap();
        fs::write(requirements(root.path()), text).unwrap();
        root
    }

    fn pretend_to_create(root: &Path) {
        let interpreter = interpreter(root);
        fs::create_dir_all(interpreter.parent().unwrap()).unwrap();
        fs::write(interpreter, "").unwrap();
        fs::copy(requirements(root), installed_requirements(root)).unwrap();
    }

    #[test]
    fn an_environment_is_ready_once_it_is_finished() {
        let root = project_with_requirements("numpy==2.3.5\n");
        assert!(!is_ready(root.path()));
        pretend_to_create(root.path());
        assert!(is_ready(root.path()));
    }

    #[test]
    fn changed_requirements_ask_for_a_new_environment() {
        let root = project_with_requirements("numpy==2.3.5\n");
        pretend_to_create(root.path());
        fs::write(requirements(root.path()), "numpy==2.3.6\n").unwrap();
        assert!(!is_ready(root.path()));
    }

    #[test]
    fn an_environment_without_its_python_is_not_ready() {
        let root = project_with_requirements("");
        pretend_to_create(root.path());
        fs::remove_file(interpreter(root.path())).unwrap();
        assert!(!is_ready(root.path()));
    }
}
