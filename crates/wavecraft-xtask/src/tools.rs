//! The programs of Wavecraft's own crates that the commands start: the development server, and what validates plugins.
//!
//! Such a crate is no dependency of the project, for it would be built with the project's commands, and cargo takes features
//! for packages of the workspace alone. In a checkout it is built by its own manifest. A packaged crate has neither profiles nor
//! a place of its own to be built from: it becomes the dependency of a manifest below the project's target folder, which
//! takes it from where the project has its commands.
//!
//! Either way it is built into the project's target folder.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::bundle::Profile;
use crate::files;
use crate::process;
use crate::project::Project;
use crate::sources::CrateSource;

/// The folder below `target` with the manifests of packaged tools.
const MANIFESTS: &str = "wavecraft-tools";

/// The profiles of a new project, so that a tool shares with its plugin what both stand on.
const PROFILES: &str = r#"
[profile.dev]
opt-level = 2
lto = "off"

[profile.dev.package."*"]
debug = false

[profile.release]
lto = "thin"
codegen-units = 1
strip = "symbols"
"#;

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
    let mut command = process::cargo(&project.root);
    command.args(["build", "--package", package]).args(profile.arguments());
    let manifest = match CrateSource::of(package)? {
        CrateSource::Checkout(folder) => {
            command.args(["--features", feature]);
            folder.join("Cargo.toml")
        }
        packaged => write_manifest(project, package, feature, &packaged)?,
    };
    command.arg("--manifest-path").arg(manifest).arg("--target-dir").arg(&project.target_directory);
    process::run(&mut command, purpose)?;
    let file_name = format!("{package}{}", std::env::consts::EXE_SUFFIX);
    Ok(project.target_directory.join(profile.folder()).join(file_name))
}

/// Writes the manifest that a packaged tool is built by, if it is not there yet, and has cargo fetch what it names.
fn write_manifest(project: &Project, package: &str, feature: &str, source: &CrateSource) -> Result<PathBuf> {
    let folder = project.target_directory.join(MANIFESTS).join(package);
    let manifest = folder.join("Cargo.toml");
    let text = manifest_text(package, feature, source);
    if fs::read_to_string(&manifest).is_ok_and(|written| written == text) {
        return Ok(manifest);
    }
    write_all(&folder, project, &text).with_context(|| format!("could not write {}", manifest.display()))?;
    let mut fetch = process::cargo(&project.root);
    fetch.arg("fetch").arg("--manifest-path").arg(&manifest);
    if let Err(error) = process::run_quietly(&mut fetch, &format!("fetch the crate {package}")) {
        // The next time it is tried again.
        files::remove(&manifest)?;
        return Err(match source {
            CrateSource::Registry(version) => error.context(format!(
                "this project's commands are those of wavecraft-xtask {version} from a registry, and the crate {package} \
                 {version} could not be had from there. If the registry does not have it, publish it there, or let all \
                 Wavecraft lines of Cargo.toml and xtask/Cargo.toml name a checkout (path = \"...\") or a git revision"
            )),
            _ => error,
        });
    }
    Ok(manifest)
}

/// Cargo takes no manifest without a target, and none that seems to belong to the workspace around it.
fn manifest_text(package: &str, feature: &str, source: &CrateSource) -> String {
    let place = match source {
        // Cargo takes slashes on every system.
        CrateSource::Checkout(folder) | CrateSource::Beside(folder) => {
            format!("path = {:?}", folder.to_string_lossy().replace('\\', "/"))
        }
        CrateSource::Registry(version) => format!("version = \"={version}\""),
    };
    format!(
        "# Written by cargo xtask, which builds {package} by it.\n\
         [workspace]\n\n\
         [package]\nname = \"tool\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [lib]\npath = \"lib.rs\"\n\n\
         [dependencies]\n{package} = {{ {place}, features = [{feature:?}] }}\n{PROFILES}"
    )
}

/// Begins with the project's lock file: what the plugin is built from in one version shall not be built in another as well.
fn write_all(folder: &Path, project: &Project, manifest: &str) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("lib.rs"), "")?;
    let lock = project.root.join("Cargo.lock");
    if lock.is_file() {
        fs::copy(lock, folder.join("Cargo.lock"))?;
    }
    fs::write(folder.join("Cargo.toml"), manifest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packaged_tool_comes_from_where_the_commands_are_and_is_built_as_a_new_projects_plugin() {
        let server = |source| manifest_text("wavecraft-dev-server", "audio", &source);
        let text = server(CrateSource::Registry("0.1.0"));
        let manifest: toml::Table = toml::from_str(&text).unwrap();
        let dependency = &manifest["dependencies"]["wavecraft-dev-server"];
        assert_eq!(dependency["version"].as_str(), Some("=0.1.0"));
        assert_eq!(dependency["features"][0].as_str(), Some("audio"));
        let text = server(CrateSource::Beside("/crates/wavecraft-dev-server-0.1.0".into()));
        assert!(text.contains(r#"path = "/crates/wavecraft-dev-server-0.1.0""#), "{text}");

        let of_projects = include_str!("../templates/shared/Cargo.toml.in");
        for profile in PROFILES.split("\n\n").map(str::trim) {
            assert!(of_projects.contains(profile), "new projects do not have {profile}");
        }
    }
}
