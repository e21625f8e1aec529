//! The step of bundling that nice-plug-xtask does, in a process of its own: it works relative to the current folder,
//! and reports to the terminal in its own way.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::bundle::Profile;
use crate::process;
use crate::project::{PLUGIN_PACKAGE, Project};

/// The command line of this step.
#[derive(clap::Args)]
pub struct Arguments {
    /// Where cargo built, and where the folder of the bundles comes
    target_directory: PathBuf,

    /// The arguments that cargo built with
    #[arg(last = true)]
    cargo_arguments: Vec<String>,
}

/// What bundler.toml says of a package.
#[derive(Debug, Deserialize, PartialEq, Eq)]
pub struct BundleNames {
    /// What the bundles are called.
    pub name: String,
    /// What their identifiers on macOS begin with.
    pub identifier: String,
}

/// Bundles what was built, in the workspace's root, which must be the current folder.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let universal = false;
    nice_plug_xtask::bundle(
        &arguments.target_directory,
        PLUGIN_PACKAGE,
        &arguments.cargo_arguments,
        universal,
    )?;
    Ok(ExitCode::SUCCESS)
}

/// Has another process of this program do the step.
pub fn in_own_process(project: &Project, profile: Profile) -> Result<()> {
    let this_program = std::env::current_exe().context("could not find this program's own file")?;
    let mut command = Command::new(this_program);
    command.arg("assemble").arg(&project.target_directory).arg("--").args(profile.arguments());
    command.current_dir(&project.root);
    process::run_quietly(&mut command, "bundle the plugin")
}

impl BundleNames {
    /// Reads bundler.toml.
    pub fn load(root: &Path) -> Result<Self> {
        let text = fs::read_to_string(root.join("bundler.toml")).context("could not read bundler.toml")?;
        Self::parse(&text)
    }

    fn parse(text: &str) -> Result<Self> {
        let mut packages: HashMap<String, Self> =
            toml::from_str(text).context("could not understand bundler.toml")?;
        packages.remove(PLUGIN_PACKAGE).with_context(|| format!("bundler.toml has no [{PLUGIN_PACKAGE}]"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_project_names_its_bundles() {
        let names = BundleNames::parse(include_str!("../../../bundler.toml")).unwrap();
        assert_eq!(names.name, "Wavecraft");
    }

    #[test]
    fn names_for_another_package_are_of_no_use() {
        let error =
            BundleNames::parse("[other]\nname = \"Other\"\nidentifier = \"dev.other\"\n").unwrap_err();
        assert_eq!(error.to_string(), "bundler.toml has no [wavecraft]");
    }
}
