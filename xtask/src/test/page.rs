//! The tests of the page: its formatter, linter and types, its units, and the built page in a browser against the
//! development server.

use super::stage::{Run, Stage};
use super::tally::Tally;
use super::vitest;
use crate::bundle::Profile;
use crate::dev;
use crate::page;
use crate::process;
use crate::setup::{Need, page_packages};

/// Format, lint and types.
pub const CHECK: Stage = Stage {
    name: "page-check",
    description: "page: format, lint and types",
    needs: &[Need::Page],
    takes_filters: false,
    is_foundation: false,
    run: |run| {
        let mut npm = page_packages::npm(&run.project.root);
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
    run: |run| vitest::run(run, &["core", "react"], &[]),
};

/// The built page in Chromium, on real sound. The tests find the server and the plugin by two variables:
/// `WAVECRAFT_DEV_SERVER`, the program, and `WAVECRAFT_LIBRARY`, the plugin's library.
pub const BROWSER: Stage = Stage {
    name: "browser",
    description: "page: tests in a browser",
    needs: &[Need::Page, Need::Standalone, Need::BrowserTests, Need::TestSound],
    takes_filters: false,
    is_foundation: false,
    run: |run: &Run| {
        page::ensure_built(run.project)?;
        let server = dev::build_server(run.project, Profile::Debug)?;
        let library = dev::build_library(run.project, false)?;
        vitest::run(run, &["browser"], &[("WAVECRAFT_DEV_SERVER", server), ("WAVECRAFT_LIBRARY", library)])
    },
};
