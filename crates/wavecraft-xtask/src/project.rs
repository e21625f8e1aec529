//! What cargo and bundler.toml know of the project.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use cargo_metadata::semver::Version;
use cargo_metadata::{Metadata, MetadataCommand, Package, TargetKind};
use serde::Deserialize;

use crate::sources;

/// The feature which brings the standalone and its audio back ends.
pub const STANDALONE_FEATURE: &str = "standalone";

/// The feature which brings the page in the host's window.
pub const EDITOR_FEATURE: &str = "editor";

/// The crate that has those features, unless the plugin's package has them itself.
const PLUGIN_CRATE: &str = "wavecraft-plugin";

/// The folder of the page where the manifest names no other.
const PAGE_FOLDER: &str = "ui";

/// The file with the ids of the parameters, below the page's folder, where the manifest names no other.
const PARAMETER_IDS: &str = "generated/parameters.ts";

/// The workspace that the commands work on.
#[derive(Clone, Debug)]
pub struct Project {
    /// The folder of the workspace's Cargo.toml.
    pub root: PathBuf,
    /// Where cargo builds.
    pub target_directory: PathBuf,
    /// The plugin that is built in it.
    pub plugin: Plugin,
}

/// The package that makes the plugin and the standalone.
#[derive(Clone, Debug)]
pub struct Plugin {
    /// The package's name.
    pub package: String,
    /// What the bundles are called.
    pub name: String,
    /// What the bundles' identifiers on macOS begin with.
    pub identifier: String,
    /// Its version.
    pub version: Version,
    /// What it is, in one line, if the manifest tells.
    pub description: Option<String>,
    /// Who makes it, as the manifest has it: names, with addresses behind them or without.
    pub authors: Vec<String>,
    /// Under which licences it may be used, as an SPDX expression, if the manifest tells.
    pub licence: Option<String>,
    /// Where there is more about it, if the manifest tells.
    pub homepage: Option<String>,
    /// The oldest Rust that builds it, if the manifest tells.
    pub rust_version: Option<Version>,
    /// Whether it has the standalone program.
    pub has_standalone: bool,
    /// The features of its own.
    features: BTreeSet<String>,
    /// The folder of the package's manifest.
    pub folder: PathBuf,
    /// The folder of the page's package.json.
    pub page_folder: PathBuf,
    /// The file of the page's sources with the ids of the parameters.
    pub parameter_ids_file: PathBuf,
}

/// What bundler.toml says of a package.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
struct BundleNames {
    name: String,
    identifier: String,
}

impl Project {
    /// Asks cargo, and reads bundler.toml.
    pub fn load() -> Result<Self> {
        // Under `cargo run` this is the folder of the xtask's package, wherever the user stands.
        Self::around(std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from))
    }

    /// The project that a folder is part of, or else the current one.
    pub(crate) fn around(folder: Option<PathBuf>) -> Result<Self> {
        let mut command = MetadataCommand::new();
        command.no_deps();
        if let Some(folder) = folder {
            command.current_dir(folder);
        }
        let metadata = command.exec().context("cargo could not describe the workspace")?;
        let file = metadata.workspace_root.join("bundler.toml");
        let names = fs::read_to_string(&file).with_context(|| format!("could not read {file}"))?;
        Ok(Self {
            plugin: Plugin::find(&metadata, &names)?,
            root: metadata.workspace_root.into(),
            target_directory: metadata.target_directory.into(),
        })
    }

    /// Whether this is Wavecraft's own repository, and no project of a plugin's author.
    pub fn is_wavecraft(&self) -> bool {
        sources::checkout()
            .is_some_and(|checkout| self.root.canonicalize().is_ok_and(|root| root == checkout))
    }

    /// A path as shown to the user: relative to where they stand, if it lies below.
    pub fn shown(path: &Path) -> String {
        let relative =
            std::env::current_dir().ok().and_then(|here| path.strip_prefix(here).ok().map(PathBuf::from));
        relative.unwrap_or_else(|| path.to_owned()).display().to_string()
    }
}

impl Plugin {
    /// The package of the workspace that bundler.toml names.
    fn find(metadata: &Metadata, bundler: &str) -> Result<Self> {
        let named: BTreeMap<String, BundleNames> =
            toml::from_str(bundler).context("could not understand bundler.toml")?;
        let packages = metadata.workspace_packages();
        let is_there = |name: &String| packages.iter().any(|package| package.name.as_str() == name);
        let mut found = named.iter().filter(|(name, _)| is_there(name));
        let (package, names) = match (found.next(), found.next()) {
            (Some(only), None) => only,
            (Some((one, _)), Some((other, _))) => {
                bail!("bundler.toml names two packages, `{one}` and `{other}`; a project has one plugin")
            }
            (None, _) => {
                let known: Vec<&str> = packages.iter().map(|package| package.name.as_str()).collect();
                bail!(
                    "bundler.toml has no section for a package of this workspace, which are {}",
                    known.join(", ")
                )
            }
        };
        let package = packages.iter().find(|known| known.name.as_str() == package);
        Self::new(package.expect("it is there"), names)
    }

    /// How cargo is told to build the package with one of the features named here.
    pub fn feature(&self, name: &str) -> String {
        if self.features.contains(name) { name.to_owned() } else { format!("{PLUGIN_CRATE}/{name}") }
    }

    fn new(package: &Package, names: &BundleNames) -> Result<Self> {
        let is_standalone = |target: &cargo_metadata::Target| {
            target.kind.contains(&TargetKind::Bin) && target.name == package.name.as_str()
        };
        let has_standalone = package.targets.iter().any(is_standalone);
        let features: BTreeSet<String> = package.features.keys().cloned().collect();
        let stands_on_crate = package.dependencies.iter().any(|dependency| dependency.name == PLUGIN_CRATE);
        if has_standalone && !stands_on_crate && !features.contains(STANDALONE_FEATURE) {
            bail!(
                "package `{}` has a program but neither the dependency `{PLUGIN_CRATE}` nor a feature \
                 `{STANDALONE_FEATURE}` to build it with",
                package.name
            );
        }
        let folder = package.manifest_path.parent().context("a manifest is in a folder")?;
        let metadata = &package.metadata["wavecraft"];
        let page = metadata["page"].as_str().unwrap_or(PAGE_FOLDER);
        let parameter_ids = metadata["parameter-ids"]
            .as_str()
            .map_or_else(|| folder.join(page).join(PARAMETER_IDS), |path| folder.join(path));
        Ok(Self {
            package: package.name.to_string(),
            name: names.name.clone(),
            identifier: names.identifier.clone(),
            version: package.version.clone(),
            description: package.description.clone(),
            authors: package.authors.clone(),
            licence: package.license.clone(),
            homepage: package.homepage.clone(),
            rust_version: package.rust_version.clone(),
            has_standalone,
            features,
            folder: folder.into(),
            page_folder: folder.join(page).into(),
            parameter_ids_file: parameter_ids.into(),
        })
    }

    /// The folder of the presets that the plugin comes with, which need not be there.
    pub fn presets_folder(&self) -> PathBuf {
        self.folder.join("presets")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// This repository, as cargo describes it.
    fn metadata() -> Metadata {
        MetadataCommand::new().no_deps().current_dir(env!("CARGO_MANIFEST_DIR")).exec().unwrap()
    }

    #[test]
    fn the_plugin_is_the_package_that_bundler_toml_names() {
        let plugin = Plugin::find(&metadata(), "[wavecraft]\nname = \"W\"\nidentifier = \"w.w\"\n").unwrap();
        assert_eq!((plugin.package.as_str(), plugin.name.as_str()), ("wavecraft", "W"));
        assert!(plugin.has_standalone && plugin.page_folder.ends_with("ui"));
        assert_eq!(plugin.feature(EDITOR_FEATURE), "wavecraft-plugin/editor");
    }

    #[test]
    fn a_package_that_is_not_there_is_no_plugin() {
        let error = Plugin::find(&metadata(), "[other]\nname = \"O\"\nidentifier = \"o.o\"\n").unwrap_err();
        assert!(error.to_string().starts_with("bundler.toml has no section for a package"), "{error}");
    }

    #[test]
    fn two_plugins_in_a_project_are_refused() {
        let names = |package| format!("[{package}]\nname = \"N\"\nidentifier = \"n.n\"\n");
        let both = names("wavecraft") + &names("wavecraft-ipc");
        let error = Plugin::find(&metadata(), &both).unwrap_err();
        assert!(error.to_string().contains("two packages, `wavecraft` and `wavecraft-ipc`"), "{error}");
    }
}
