//! The tests of every package but the one for hosts: units, the packages' own boundaries, and examples in documentation.

use anyhow::Result;

use super::cargo_test;
use super::stage::{Run, Stage};
use super::tally::Tally;
use crate::page;
use crate::process;
use crate::project::HOST_TESTS_PACKAGE;
use crate::setup::Need;

/// With all features: windows are opened, and the plugin carries its page.
pub const ALL_FEATURES: Stage = Stage {
    name: "units",
    description: "unit and documentation tests",
    needs: &[Need::Standalone, Need::Editor, Need::Page, Need::WindowTests],
    takes_filters: true,
    is_foundation: false,
    run: |run| {
        page::ensure_built(run.project)?;
        test(run, true)
    },
};

/// What takes no system package.
pub const WITHOUT_PACKAGES: Stage = Stage {
    name: "fast",
    description: "unit and documentation tests without system packages",
    needs: &[],
    takes_filters: true,
    is_foundation: false,
    run: |run| test(run, false),
};

fn test(run: &Run, all_features: bool) -> Result<Tally> {
    let mut command = process::cargo(&run.project.root);
    command.args(["test", "--workspace"]);
    if run.project.has_host_tests {
        command.args(["--exclude", HOST_TESTS_PACKAGE]);
    }
    if all_features {
        command.arg("--all-features");
    }
    cargo_test::run(command, run)
}
