//! Bundles for both processors of macOS: everything is built for each, and joined by `lipo`.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::bundle::{self, Bundle, Platform, Profile};
use crate::page;
use crate::process;
use crate::project::{EDITOR_FEATURE, Project, STANDALONE_FEATURE};
use crate::report;
use crate::system::System;

/// The processors, by the compiler's names for such a Mac.
pub const TARGETS: [&str; 2] = ["aarch64-apple-darwin", "x86_64-apple-darwin"];

/// Builds everything and bundles it. [`bundle::NEEDS`] must have been set up.
pub fn make(project: &Project, profile: Profile) -> Result<Vec<Bundle>> {
    if System::current() != System::MacOs {
        bail!("bundles for both processors of macOS can be made on macOS alone");
    }
    page::ensure_built(project)?;
    add_targets()?;
    for target in TARGETS {
        build(project, profile, target)?;
    }
    report::status("Bundling", format_args!("{} for both processors", project.plugin.name));
    let this_program = std::env::current_exe().context("could not find this program's own file")?;
    let mut assemble = Command::new(this_program);
    assemble.arg("assemble").arg(&project.target_directory).arg(&project.plugin.package);
    assemble.args(["--universal", "--"]).args(profile.arguments()).current_dir(&project.root);
    bundle::finish(project, Platform::Own, |_| process::run_quietly(&mut assemble, "bundle the plugin"))
}

/// rustup's toolchain has one of them at first.
fn add_targets() -> Result<()> {
    if process::find_program("rustup").is_none() {
        return Ok(());
    }
    process::run_quietly(
        Command::new("rustup").args(["target", "add"]).args(TARGETS),
        "add the other processor",
    )
}

fn build(project: &Project, profile: Profile, target: &str) -> Result<()> {
    let plugin = &project.plugin;
    if plugin.has_standalone {
        let mut command = process::cargo(&project.root);
        command.args(["build", "--package", &plugin.package, "--bin", &plugin.package, "--target", target]);
        for feature in [STANDALONE_FEATURE, EDITOR_FEATURE] {
            command.args(["--features", &plugin.feature(feature)]);
        }
        command.args(profile.arguments());
        bundle::build_paths::hide(&mut command, project, profile);
        process::run(&mut command, "build the standalone")?;
        // Under this name nice-plug-xtask looks for it.
        let folder = project.target_directory.join(target).join(profile.folder());
        let looked_for = plugin.package.replace('-', "_");
        if looked_for != plugin.package {
            fs::copy(folder.join(&plugin.package), folder.join(looked_for))
                .context("could not copy the standalone")?;
        }
    }
    let mut command = process::cargo(&project.root);
    command.args([
        "rustc",
        "--package",
        &plugin.package,
        "--lib",
        "--crate-type",
        "cdylib",
        "--target",
        target,
    ]);
    command.args(["--features", &plugin.feature(EDITOR_FEATURE)]).args(profile.arguments());
    bundle::build_paths::hide(&mut command, project, profile);
    process::run(&mut command, "build the plugin")
}
