//! The tests of a project's packages: units, the packages' own boundaries, and examples in documentation.

use anyhow::Result;

use super::cargo_test;
use super::stage::{Run, Stage};
use super::tally::Tally;
use crate::page;
use crate::process;
use crate::setup::Need;

/// With all features: windows are opened, and the plugin carries its page.
pub const ALL_FEATURES: Stage = Stage {
    name: "units",
    description: "unit and documentation tests",
    needs: &[Need::Standalone, Need::Editor, Need::Page, Need::WindowTests],
    takes_filters: true,
    is_foundation: false,
    is_asked_for_alone: false,
    run: |run| with_all_features(run, &[]),
};

/// With the features that are on by default: what a project's own code needs.
pub const ALL: Stage = Stage { needs: &[], run: |run| without_packages(run, &[]), ..ALL_FEATURES };

/// What takes no system package.
pub const FAST: Stage = Stage {
    name: "fast",
    description: "unit and documentation tests without system packages",
    needs: &[],
    takes_filters: true,
    is_foundation: false,
    is_asked_for_alone: true,
    run: |run| without_packages(run, &[]),
};

/// All packages but some, with all features.
pub fn with_all_features(run: &Run, left_out: &[&str]) -> Result<Tally> {
    page::ensure_built(run.project)?;
    test(run, left_out, &["--all-features"])
}

/// All packages but some, with their default features.
pub fn without_packages(run: &Run, left_out: &[&str]) -> Result<Tally> {
    test(run, left_out, &[])
}

fn test(run: &Run, left_out: &[&str], options: &[&str]) -> Result<Tally> {
    let mut command = process::cargo(&run.project.root);
    command.args(["test", "--workspace"]).args(options);
    for package in left_out {
        command.args(["--exclude", package]);
    }
    cargo_test::run(command, run)
}
