//! The programs of Wavecraft's own crates that the commands start: the development server, and what validates plugins.
//!
//! Such a crate is no dependency of the project, for it would be built with the project's commands, and cargo takes features
//! for packages of the workspace alone. It is built by its own manifest instead, into the project's target folder.

use std::path::PathBuf;

use anyhow::Result;

use crate::bundle::Profile;
use crate::process;
use crate::project::Project;
use crate::sources;

/// Builds a tool with one of its features, and returns where it is. Its package has the same name as its program; `purpose`
/// completes "could not …".
///
/// A tool that is built as the development library is shares what it stands on with it, so that a first start is short, and is
/// optimised as well; the release build is for measurements.
pub fn build_tool(
    project: &Project,
    package: &str,
    feature: &str,
    profile: Profile,
    purpose: &str,
) -> Result<PathBuf> {
    let manifest = sources::crate_folder(package)?.join("Cargo.toml");
    let mut command = process::cargo(&project.root);
    command.args(["build", "--package", package, "--features", feature]).args(profile.arguments());
    command.arg("--manifest-path").arg(manifest).arg("--target-dir").arg(&project.target_directory);
    process::run(&mut command, purpose)?;
    let file_name = format!("{package}{}", std::env::consts::EXE_SUFFIX);
    Ok(project.target_directory.join(profile.folder()).join(file_name))
}
