//! Programs of Wavecraft's own crates, built for a project: the development server, and what validates plugins.
//!
//! Such a crate is no dependency of the project, for it would be built with the project's commands, and cargo takes features
//! for packages of the workspace alone. It is built by its own manifest instead, into the project's target folder.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::bundle::Profile;
use crate::process;
use crate::project::Project;
use crate::sources;

/// The cargo command that builds a crate's program, to which features may be added, and where the program will be.
pub fn build(project: &Project, crate_name: &str, profile: Profile) -> Result<(Command, PathBuf)> {
    let mut command = process::cargo(&project.root);
    let manifest = sources::crate_folder(crate_name)?.join("Cargo.toml");
    command.args(["build", "--package", crate_name, "--bin", crate_name]).args(profile.arguments());
    command.arg("--manifest-path").arg(manifest).arg("--target-dir").arg(&project.target_directory);
    let file_name = format!("{crate_name}{}", std::env::consts::EXE_SUFFIX);
    Ok((command, project.target_directory.join(profile.folder()).join(file_name)))
}
