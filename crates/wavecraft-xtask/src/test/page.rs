//! The tests of the page that need no browser: its formatter, linter and types, and its units.

use super::stage::Stage;
use super::tally::Tally;
use super::vitest;
use crate::process;
use crate::setup::{Need, page_packages};

/// Format, lint and types.
pub const CHECK: Stage = Stage {
    name: "page-check",
    description: "page: format, lint and types",
    needs: &[Need::Page],
    takes_filters: false,
    is_foundation: false,
    is_asked_for_alone: false,
    run: |run| {
        let mut npm = page_packages::npm(run.project);
        npm.args(["run", "--silent", "check"]);
        process::run_watched(&mut npm, "check the page").map(|()| Tally::of_check(true))
    },
};

/// Transports, stores, hooks, components.
pub const UNITS: Stage = Stage {
    name: "page-units",
    description: "page: unit tests",
    needs: &[Need::Page],
    takes_filters: false,
    is_foundation: false,
    is_asked_for_alone: false,
    run: |run| vitest::run(run, &["core", "react"], &[]),
};
