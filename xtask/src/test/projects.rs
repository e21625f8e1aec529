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

/// What a plugin's author does, from the first command on. It builds much that nothing else here does.
pub const STAGE: Stage = Stage {
    name: "projects",
    description: "plugin projects outside of this repository",
    needs: &[Need::Standalone, Need::Editor, Need::Page, Need::HostTests, Need::WindowTests],
    takes_filters: true,
    is_foundation: false,
    is_asked_for_alone: true,
    run: test,
};

fn test(run: &Run) -> Result<Tally> {
    // One more plugin in a host that has those of the projects.
    let bundles = bundle::folder(run.project);
    if !bundles.is_dir() {
        bundle::make(run.project, Profile::Debug)?;
    }
    let shared = run.project.target_directory.join("projects");
    fs::create_dir_all(&shared).with_context(|| format!("could not create {}", shared.display()))?;
    let lock = File::create(shared.join("lock")).context("could not create a lock in the target folder")?;
    lock.lock().context("could not wait for other tests of projects to finish")?;
    let projects = folder(run.project);
    files::remove(&projects)?;

    let mut command = process::cargo(&run.project.root);
    command.args(["test", "--package", HOST_TESTS_PACKAGE, "--features", "projects", "--test", "projects"]);
    command
        .env("WAVECRAFT_XTASK", std::env::current_exe().context("this program does not know where it is")?);
    command.env("WAVECRAFT_PROJECTS", &projects);
    command.env("WAVECRAFT_PROJECTS_BUILD", shared.join("build"));
    command.env("WAVECRAFT_BUNDLE_DIR", bundles);
    command.env("WAVECRAFT_PYTHON", python::interpreter(&run.project.root));
    let tally = cargo_test::run(command, run)?;
    // Those of tests that failed can be looked at.
    if tally.has_passed() {
        files::remove(&projects)?;
    }
    Ok(tally)
}

/// Always the same for a checkout, so that what is built is found again and does not pile up.
fn folder(project: &Project) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    project.root.hash(&mut hasher);
    std::env::temp_dir().join(format!("wavecraft-projects-{:016x}", hasher.finish()))
}
