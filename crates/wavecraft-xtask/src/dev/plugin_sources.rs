//! What a plugin is built from, to be watched: the sources of its package and of all packages on this computer that it depends
//! on, wherever they lie. What else a library was built from, such as files that are included, cargo notes when it has built
//! it, and the server reads there.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package, Target, TargetKind};

use crate::project::Project;
use crate::report;

/// Folders, with all below them, and files that the plugin is built from.
pub(super) fn of(project: &Project) -> Result<BTreeSet<PathBuf>> {
    let root = project.root.join("Cargo.toml");
    let mut known = KnownPackages::default();
    known.add_workspace(&root).context("cargo could not describe the workspace")?;
    let mut sources = BTreeSet::from([project.root.join("Cargo.lock")]);
    let mut found = BTreeSet::new();
    let mut waiting = vec![project.plugin.folder.join("Cargo.toml")];
    while let Some(manifest) = waiting.pop() {
        if !found.insert(manifest.clone()) {
            continue;
        }
        let Some((package, workspace)) = known.package(&manifest) else { continue };
        sources.extend(sources_of(package, &manifest));
        sources.insert(workspace.clone());
        let built_from =
            package.dependencies.iter().filter(|dependency| dependency.kind != DependencyKind::Development);
        let folders = built_from.filter_map(|dependency| dependency.path.as_ref());
        waiting.extend(folders.map(|folder| folder.join("Cargo.toml").into_std_path_buf()));
    }
    Ok(sources)
}

/// A package's manifest, and where the sources of its library and build script begin.
fn sources_of(package: &Package, manifest: &Path) -> Vec<PathBuf> {
    let folder = manifest.parent().unwrap_or(manifest);
    let is_built = |target: &&Target| {
        target.kind.iter().any(|kind| {
            !matches!(kind, TargetKind::Bin | TargetKind::Test | TargetKind::Example | TargetKind::Bench)
        })
    };
    let mut sources = vec![manifest.to_owned()];
    for target in package.targets.iter().filter(is_built) {
        let root = target.src_path.as_std_path();
        let is_script = target.kind.contains(&TargetKind::CustomBuild);
        match root.parent() {
            // Beside it are other things than sources.
            Some(around) if !is_script && !folder.starts_with(around) => sources.push(around.to_owned()),
            _ => sources.push(root.to_owned()),
        }
    }
    // A build script may come.
    if package.targets.iter().all(|target| !target.kind.contains(&TargetKind::CustomBuild)) {
        sources.push(folder.join("build.rs"));
    }
    sources
}

/// The packages of the workspaces that were asked for, by their manifests, with the workspace's manifest.
#[derive(Default)]
struct KnownPackages(HashMap<PathBuf, (Package, PathBuf)>);

impl KnownPackages {
    /// The package of a manifest; `None`, and a word to the user, if cargo does not know it.
    fn package(&mut self, manifest: &Path) -> Option<&(Package, PathBuf)> {
        if !self.0.contains_key(manifest)
            && let Err(error) = self.add_workspace(manifest)
        {
            report::warning(format_args!(
                "what is saved around {} is not noticed: {error}",
                manifest.display()
            ));
        }
        self.0.get(manifest)
    }

    /// Asks for the packages of a workspace, without what they depend on: that would be downloaded for all systems.
    fn add_workspace(&mut self, manifest: &Path) -> cargo_metadata::Result<()> {
        let Metadata { packages, workspace_root, .. } =
            MetadataCommand::new().no_deps().manifest_path(manifest).exec()?;
        let workspace = workspace_root.join("Cargo.toml").into_std_path_buf();
        for package in packages {
            let manifest = package.manifest_path.clone().into_std_path_buf();
            self.0.insert(manifest, (package, workspace.clone()));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_the_plugin_is_built_from_is_watched_and_nothing_else() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
        let sources = of(&Project::around(Some(root.clone())).unwrap()).unwrap();
        for name in [
            "Cargo.toml",
            "Cargo.lock",
            "src",
            "build.rs",
            "crates/wavecraft-nice-plug/src",
            "crates/wavecraft-nice-plug/Cargo.toml",
            "crates/wavecraft-ffi/src",
        ] {
            assert!(sources.contains(&root.join(name)), "{name} is missing in {sources:?}");
        }
        for name in ["", "ui", "target", "xtask/src", "crates/wavecraft-dev-server/src", "tests/src"] {
            assert!(!sources.contains(&root.join(name)), "{name} is in {sources:?}");
        }
    }

    fn package(folder: &Path, name: &str, sources: &str, rest: &str) {
        fs::create_dir_all(folder.join(sources).parent().unwrap()).unwrap();
        fs::write(folder.join(sources), "").unwrap();
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[lib]\npath = \"{sources}\"\n{rest}"
        );
        fs::write(folder.join("Cargo.toml"), manifest).unwrap();
    }

    #[test]
    fn packages_outside_of_the_workspace_and_sources_of_other_names_are_watched() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let path = |name: &str| root.join(name);
        let depends = "[workspace]\n[dependencies]\nfilters = { path = \"../shared/filters\" }\n\
                       [build-dependencies]\ntables = { path = \"../tables\" }\n\
                       [dev-dependencies]\nkit = { path = \"../kit\" }\n";
        package(&path("plugin"), "tiny", "sound/plugin.rs", depends);
        fs::write(path("plugin/bundler.toml"), "[tiny]\nname = \"Tiny\"\nidentifier = \"t.t\"\n").unwrap();
        let gains =
            "[dependencies]\nrenamed = { package = \"gains\", path = \"../gains\", optional = true }\n";
        package(&path("shared/filters"), "filters", "src/lib.rs", gains);
        package(&path("shared/gains"), "gains", "lib.rs", "");
        package(&path("tables"), "tables", "src/lib.rs", "[workspace]\n");
        package(&path("kit"), "kit", "src/lib.rs", "[workspace]\n");
        let members = "[workspace]\nresolver = \"3\"\nmembers = [\"filters\", \"gains\"]\n";
        fs::write(path("shared/Cargo.toml"), members).unwrap();

        let sources = of(&Project::around(Some(path("plugin"))).unwrap()).unwrap();
        let expected = [
            "plugin/Cargo.lock",
            "plugin/Cargo.toml",
            "plugin/build.rs",
            "plugin/sound",
            "shared/Cargo.toml",
            "shared/filters/Cargo.toml",
            "shared/filters/build.rs",
            "shared/filters/src",
            "shared/gains/Cargo.toml",
            "shared/gains/build.rs",
            "shared/gains/lib.rs",
            "tables/Cargo.toml",
            "tables/build.rs",
            "tables/src",
        ];
        assert_eq!(sources, expected.map(path).into());
    }
}
