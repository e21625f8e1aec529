//! Plugin projects as `cargo xtask new` makes them, outside of this repository, with their own commands. The tests are told
//! by variables: `WAVECRAFT_XTASK`, this program, `WAVECRAFT_PROJECTS`, the folder of the projects, `WAVECRAFT_PROJECTS_BUILD`,
//! the folder that they build in, and where bundles and Python are, as those in hosts.

use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::PathBuf;

use anyhow::{Context, Result};

use wavecraft_xtask::bundle::{self, Profile};
use wavecraft_xtask::project::Project;
use wavecraft_xtask::setup::{Need, python};
use wavecraft_xtask::test::cargo_test;
use wavecraft_xtask::test::stage::{Run, Stage};
use wavecraft_xtask::test::tally::Tally;
use wavecraft_xtask::{files, process};

use crate::HOST_TESTS_PACKAGE;

/// What the tests need, wherever the projects take Wavecraft from.
pub const NEEDS: &[Need] = &[
    Need::Standalone,
    Need::Editor,
    Need::Page,
    Need::HostTests,
    Need::TestSound,
    Need::WindowTests,
    Need::BrowserTests,
];

/// What a plugin's author does, from the first command on.
pub const STAGE: Stage = Stage {
    name: "projects",
    description: "plugin projects outside of this repository",
    needs: NEEDS,
    takes_filters: true,
    is_foundation: false,
    is_asked_for_alone: true,
    run: test,
};

/// What is done with a new project, done with the examples, and how these sound and look. It takes half as long again.
pub const EXAMPLES: Stage = Stage {
    name: "examples",
    description: "the examples, as projects outside of this repository",
    run: test_examples,
    ..STAGE
};

/// The modules of the tests that must hold wherever a project takes Wavecraft from.
pub const OF_ANY_ORIGIN: [&str; 4] = ["checks::", "sound::", "page::", "development::"];

/// The modules of the tests of projects that stand on this checkout.
const MODULES: [&str; 2] = ["together::", "commands::"];

/// The module of the tests of the examples.
const EXAMPLES_MODULE: &str = "examples::";

fn test(run: &Run) -> Result<Tally> {
    test_modules(run, &[&OF_ANY_ORIGIN[..], &MODULES].concat())
}

fn test_examples(run: &Run) -> Result<Tally> {
    test_modules(run, &[EXAMPLES_MODULE])
}

fn test_modules(run: &Run, modules: &[&str]) -> Result<Tally> {
    // One more plugin in a host that has those of the projects.
    if !bundle::folder(run.project).is_dir() {
        bundle::make(run.project, Profile::Debug)?;
    }
    let projects = Projects::prepare(run.project, "projects")?;
    let tally = projects.test(run, modules, &[])?;
    projects.remove_after(tally)
}

/// A place for projects, which one run of the tests has to itself.
pub struct Projects {
    /// The folder that the projects are made in.
    pub folder: PathBuf,
    /// This repository's own: most of what projects are built from was built for it before.
    build: PathBuf,
    /// Held as long as this is.
    _lock: File,
}

impl Projects {
    /// Waits for other tests of this kind to finish, and removes the projects that they have left.
    pub fn prepare(project: &Project, kind: &str) -> Result<Self> {
        let shared = project.target_directory.join(kind);
        fs::create_dir_all(&shared).with_context(|| format!("could not create {}", shared.display()))?;
        let lock =
            File::create(shared.join("lock")).context("could not create a lock in the target folder")?;
        lock.lock().context("could not wait for other tests of projects to finish")?;
        let folder = folder(project, kind);
        files::remove(&folder)?;
        Ok(Self { folder, build: project.target_directory.clone(), _lock: lock })
    }

    /// Runs the tests of some modules, or those that were asked for, with further variables.
    pub fn test(&self, run: &Run, modules: &[&str], variables: &[(&str, PathBuf)]) -> Result<Tally> {
        let mut command = process::cargo(&run.project.root);
        command.args([
            "test",
            "--package",
            HOST_TESTS_PACKAGE,
            "--features",
            "projects",
            "--test",
            "projects",
        ]);
        let this_program = std::env::current_exe().context("this program does not know where it is")?;
        command.env("WAVECRAFT_XTASK", this_program);
        command.env("WAVECRAFT_PROJECTS", &self.folder);
        command.env("WAVECRAFT_PROJECTS_BUILD", &self.build);
        command.env("WAVECRAFT_BUNDLE_DIR", bundle::folder(run.project));
        command.env("WAVECRAFT_PYTHON", python::interpreter(&run.project.root));
        command.envs(variables.iter().map(|(name, value)| (name, value)));
        let filters = run.filters_or(modules);
        cargo_test::run(command, &run.with_filters(&filters))
    }

    /// Removes the projects. Those of tests that failed can be looked at.
    pub fn remove_after(&self, tally: Tally) -> Result<Tally> {
        if tally.has_passed() {
            files::remove(&self.folder)?;
        }
        Ok(tally)
    }
}

/// Always the same for a checkout, so that what is built is found again and does not pile up.
fn folder(project: &Project, kind: &str) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    project.root.hash(&mut hasher);
    std::env::temp_dir().join(format!("wavecraft-{kind}-{:016x}", hasher.finish()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_modules_of_the_tests_are_there() {
        let project = Project::load().unwrap();
        for module in OF_ANY_ORIGIN.iter().chain(&MODULES).chain([&EXAMPLES_MODULE]) {
            let file = format!("tests/projects/{}.rs", module.trim_end_matches("::"));
            assert!(project.root.join(&file).is_file(), "{file}");
        }
    }
}
