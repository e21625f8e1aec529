//! The step of bundling that nice-plug-xtask does, in a process of its own: it works relative to the current folder,
//! and reports to the terminal in its own way.

use std::fs;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::bundle::{Platform, Profile};
use crate::process;
use crate::project::Project;

/// The command line of this step.
#[derive(clap::Args)]
pub struct Arguments {
    /// Where cargo built, and where the folder of the bundles comes
    target_directory: PathBuf,

    /// The plugin's package
    package: String,

    /// Join what was built for both processors of macOS
    #[arg(long)]
    universal: bool,

    /// The arguments that cargo built with
    #[arg(last = true)]
    built_with: Vec<String>,
}

/// Bundles what was built, in the workspace's root, which must be the current folder.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    nice_plug_xtask::bundle(
        &arguments.target_directory,
        &arguments.package,
        &arguments.built_with,
        arguments.universal,
    )?;
    Ok(ExitCode::SUCCESS)
}

/// Has another process of this program do the step.
pub fn in_own_process(project: &Project, profile: Profile, platform: Platform) -> Result<()> {
    name_standalone_for_bundler(project, profile, platform)?;
    let this_program = std::env::current_exe().context("could not find this program's own file")?;
    let mut command = Command::new(this_program);
    command
        .arg("assemble")
        .arg(platform.target_folder(project))
        .arg(&project.plugin.package)
        .arg("--")
        .args(platform.arguments(profile));
    command.current_dir(&project.root);
    process::run_quietly(&mut command, "bundle the plugin")
}

/// nice-plug-xtask looks for the standalone under the package's name with underscores, where cargo leaves dashes.
fn name_standalone_for_bundler(project: &Project, profile: Profile, platform: Platform) -> Result<()> {
    let package = &project.plugin.package;
    let looked_for = package.replace('-', "_");
    if !project.plugin.has_standalone || looked_for == *package {
        return Ok(());
    }
    let folder = platform.build_folder(project, profile);
    let [built, copy] =
        [package, &looked_for].map(|name| folder.join(format!("{name}{}", platform.program_suffix())));
    fs::copy(&built, &copy).with_context(|| format!("could not copy {}", built.display()))?;
    Ok(())
}
