//! The bundles, and the tests of the package `wavecraft-tests`: they load the bundles into hosts and play sound through
//! servers. They find what they need by variables: `WAVECRAFT_BUNDLE_DIR`, the folder of the bundles, `WAVECRAFT_PYTHON`,
//! the Python that has tests/requirements.txt installed, `WAVECRAFT_DEV_SERVER`, the development server, and
//! `WAVECRAFT_VALIDATE`, the program of the checks.

use anyhow::{Result, bail};

use wavecraft_xtask::bundle::{self, Profile};
use wavecraft_xtask::project::Project;
use wavecraft_xtask::setup::{Need, python};
use wavecraft_xtask::test::cargo_test;
use wavecraft_xtask::test::stage::{Run, Stage};
use wavecraft_xtask::test::tally::Tally;
use wavecraft_xtask::{dev, process, validate};

use crate::HOST_TESTS_PACKAGE;

/// The bundles as musicians get them.
pub const BUNDLES: Stage = Stage {
    name: "bundles",
    description: "bundles",
    needs: &[Need::Standalone, Need::Editor, Need::Page],
    takes_filters: true,
    is_foundation: true,
    is_asked_for_alone: false,
    run: |run| {
        // Whether they can be made is no question of what the tests need of the machine.
        if !run.tries_needs || !bundle::folder(run.project).is_dir() {
            bundle::make(run.project, Profile::Release)?;
        }
        Ok(Tally::of_check(true))
    },
};

/// The tests in hosts and with sound.
pub const HOSTS: Stage = Stage {
    name: "hosts",
    description: "host and sound tests",
    needs: &[Need::Standalone, Need::HostTests, Need::TestSound, Need::WindowTests, Need::Editor],
    takes_filters: true,
    is_foundation: false,
    is_asked_for_alone: false,
    run: test,
};

fn test(run: &Run) -> Result<Tally> {
    let bundles = bundle::folder(run.project);
    if !bundles.is_dir() {
        bail!("there are no bundles in {}: the stage `bundles` makes them", Project::shown(&bundles));
    }
    // Built first of all: nothing else may be busy while sound is played in real time.
    let mut programs = process::cargo(&run.project.root);
    programs.args(["test", "--package", HOST_TESTS_PACKAGE, "--no-run"]);
    process::run(&mut programs, "build the host tests")?;
    let server = dev::build_server(run.project, Profile::Development)?;
    let validate = validate::program(run.project)?;

    let mut command = process::cargo(&run.project.root);
    command.args(["test", "--package", HOST_TESTS_PACKAGE]);
    command.env("WAVECRAFT_BUNDLE_DIR", bundles);
    command.env("WAVECRAFT_PYTHON", python::interpreter(&run.project.root));
    command.env("WAVECRAFT_DEV_SERVER", server);
    command.env("WAVECRAFT_VALIDATE", validate);
    cargo_test::run(command, run)
}
