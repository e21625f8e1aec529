//! The tests of the page that need no browser: its formatter, linter and types, its units, and whether the plugin's parameters
//! are those that it names.

use super::stage::Stage;
use super::tally::Tally;
use super::vitest;
use crate::bundle::Profile;
use crate::codegen;
use crate::dev;
use crate::process;
use crate::setup::{Need, page_packages};

/// The ids of the parameters in the page's sources.
pub const GENERATED: Stage = Stage {
    name: "generated",
    description: "page: the plugin's parameters",
    needs: &[],
    takes_filters: false,
    is_foundation: false,
    is_asked_for_alone: false,
    run: |run| {
        let library = dev::build_library(run.project, Profile::Development)?;
        let file = codegen::plugin_ids(run.project, &library)?;
        codegen::write_or_check(&[file], true).map(|_| Tally::of_check(true))
    },
};

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
