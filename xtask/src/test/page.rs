//! The tests of the page: its formatter, linter and types, its units, and the built page in a browser against the
//! development server.

use std::process::Command;

use anyhow::{Context, Result};

use crate::dev;
use crate::page;
use crate::project::Project;
use crate::setup::page_packages;

/// Format, lint and types.
pub fn check(project: &Project) -> Result<bool> {
    run_script(&mut page_packages::npm(&project.root), "check")
}

/// Transports, stores, hooks, components.
pub fn unit_tests(project: &Project) -> Result<bool> {
    run_script(&mut page_packages::npm(&project.root), "test")
}

/// The built page in Chromium, on real sound. The tests find the server and the plugin by two variables:
/// `WAVECRAFT_DEV_SERVER`, the program, and `WAVECRAFT_LIBRARY`, the plugin's library.
pub fn browser_tests(project: &Project) -> Result<bool> {
    page::ensure_built(project)?;
    let mut command = page_packages::npm(&project.root);
    command.env("WAVECRAFT_DEV_SERVER", dev::build_server(project)?);
    command.env("WAVECRAFT_LIBRARY", dev::build_library(project, false)?);
    run_script(&mut command, "test:browser")
}

fn run_script(npm: &mut Command, script: &str) -> Result<bool> {
    npm.args(["run", "--silent", script]);
    Ok(npm.status().context("npm did not start")?.success())
}
