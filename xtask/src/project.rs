//! What cargo knows of the workspace.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use cargo_metadata::{Metadata, MetadataCommand, Package, TargetKind, semver::Version};

/// The package that makes the plugin and the standalone.
pub const PLUGIN_PACKAGE: &str = "wavecraft";

/// The feature of that package which brings the standalone and its audio back ends.
pub const STANDALONE_FEATURE: &str = "standalone";

/// The feature of that package which brings the page in the host's window.
pub const EDITOR_FEATURE: &str = "editor";

/// The package of the tests that need a host, a browser, a sound server or Python.
pub const HOST_TESTS_PACKAGE: &str = "wavecraft-tests";

/// The workspace that the commands work on.
pub struct Project {
    /// The folder of the workspace's Cargo.toml.
    pub root: PathBuf,
    /// Where cargo builds.
    pub target_directory: PathBuf,
    /// The plugin's version.
    pub version: Version,
    /// The oldest Rust that builds the plugin, if the manifest tells.
    pub rust_version: Option<Version>,
    /// Whether the plugin's package has the standalone program.
    pub has_standalone: bool,
    /// Whether the package of the tests in hosts exists.
    pub has_host_tests: bool,
}

impl Project {
    /// Asks cargo.
    pub fn load() -> Result<Self> {
        let mut command = MetadataCommand::new();
        command.no_deps();
        // Under `cargo run` this is the folder of this package, wherever the user stands.
        if let Some(package) = std::env::var_os("CARGO_MANIFEST_DIR") {
            command.current_dir(package);
        }
        let metadata = command.exec().context("cargo could not describe the workspace")?;

        let plugin = package(&metadata, PLUGIN_PACKAGE).with_context(|| {
            format!("the workspace at {} has no package `{PLUGIN_PACKAGE}`", metadata.workspace_root)
        })?;
        let has_standalone = plugin
            .targets
            .iter()
            .any(|target| target.kind.contains(&TargetKind::Bin) && target.name == PLUGIN_PACKAGE);
        if has_standalone && !plugin.features.contains_key(STANDALONE_FEATURE) {
            bail!(
                "package `{PLUGIN_PACKAGE}` has a program but no feature `{STANDALONE_FEATURE}` to build it with"
            );
        }

        Ok(Self {
            version: plugin.version.clone(),
            rust_version: plugin.rust_version.clone(),
            has_standalone,
            has_host_tests: package(&metadata, HOST_TESTS_PACKAGE).is_some(),
            root: metadata.workspace_root.into(),
            target_directory: metadata.target_directory.into(),
        })
    }

    /// A path as shown to the user: relative to where they stand, if it lies below.
    pub fn shown(path: &Path) -> String {
        let relative =
            std::env::current_dir().ok().and_then(|here| path.strip_prefix(here).ok().map(PathBuf::from));
        relative.unwrap_or_else(|| path.to_owned()).display().to_string()
    }
}

fn package<'metadata>(metadata: &'metadata Metadata, name: &str) -> Option<&'metadata Package> {
    metadata.workspace_packages().into_iter().find(|package| package.name.as_str() == name)
}
