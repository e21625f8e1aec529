//! Where Wavecraft itself comes from: its other crates, and its packages for pages, beside this crate.
//!
//! This crate stands in a checkout of the repository, which may be cargo's own of a git dependency; or it was unpacked from a
//! `.crate` file with others beside it; or cargo has it from a registry. Whatever a project takes besides its dependencies
//! comes from the same place, so that everything is of one version.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// This crate's folder, as it was when this program was built.
const HERE: &str = env!("CARGO_MANIFEST_DIR");

/// The packages for pages, by the names of their folders.
pub const PAGE_PACKAGES: [&str; 3] = ["core", "components", "vite"];

/// The root of the repository, if this crate stands in a checkout of it.
pub fn checkout() -> Option<PathBuf> {
    let root = Path::new(HERE).join("../..");
    root.join("ui/packages").is_dir().then(|| root.canonicalize().ok()).flatten()
}

/// What cargo leaves in the folder of a crate that it has taken from a registry or from a copy of one.
const REGISTRY_MARKS: [&str; 2] = [".cargo-ok", ".cargo-checksum.json"];

/// Where another of Wavecraft's crates is, seen from this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CrateSource {
    /// In a workspace with a lock file and profiles: its folder there.
    Checkout(PathBuf),
    /// Unpacked beside this one: its folder.
    Beside(PathBuf),
    /// In the registry that cargo has this one from, in this version. Beside this crate are only those that somebody has
    /// depended on.
    Registry(&'static str),
}

impl CrateSource {
    /// Finds one of them.
    pub fn of(name: &str) -> Result<Self> {
        if is_from_registry(Path::new(HERE)) {
            return Ok(Self::Registry(env!("CARGO_PKG_VERSION")));
        }
        let folder = crate_folder(name)?;
        Ok(if checkout().is_some() { Self::Checkout(folder) } else { Self::Beside(folder) })
    }
}

fn is_from_registry(folder: &Path) -> bool {
    REGISTRY_MARKS.iter().any(|mark| folder.join(mark).is_file())
}

/// The folder of another of Wavecraft's crates.
fn crate_folder(name: &str) -> Result<PathBuf> {
    let beside = Path::new(HERE).parent().context("the crate is in a folder")?;
    let candidates = [beside.join(name), beside.join(format!("{name}-{}", env!("CARGO_PKG_VERSION")))];
    candidates
        .into_iter()
        .find(|folder| folder.join("Cargo.toml").is_file())
        .with_context(|| format!("there is no crate {name} in {}, beside wavecraft-xtask", beside.display()))
}

/// The folder of one of [`PAGE_PACKAGES`]: its sources in a checkout, where what was last packaged may lie as well; what
/// `npm pack` holds in a packaged crate.
pub fn page_package_folder(name: &str) -> Result<PathBuf> {
    let candidates =
        [Path::new(HERE).join("../../ui/packages").join(name), Path::new(HERE).join("npm").join(name)];
    candidates.into_iter().find(|folder| folder.join("package.json").is_file()).with_context(|| {
        format!("the page's package `{name}` is neither in a checkout around {HERE} nor in its folder npm")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_found_from_a_checkout() {
        assert!(checkout().is_some_and(|root| root.join("bundler.toml").is_file()));
        let server = CrateSource::of("wavecraft-dev-server").unwrap();
        assert!(matches!(server, CrateSource::Checkout(folder) if folder.ends_with("wavecraft-dev-server")));
        for name in PAGE_PACKAGES {
            assert!(page_package_folder(name).is_ok(), "{name}");
        }
    }

    #[test]
    fn what_is_not_there_is_named() {
        let error = CrateSource::of("wavecraft-tea").unwrap_err();
        assert!(error.to_string().contains("no crate wavecraft-tea"), "{error}");
    }

    #[test]
    fn a_crate_of_a_registry_is_known_by_what_cargo_leaves_there() {
        let folder = tempfile::tempdir().unwrap();
        assert!(!is_from_registry(folder.path()));
        for mark in REGISTRY_MARKS {
            let marked = folder.path().join(mark);
            std::fs::write(&marked, "").unwrap();
            assert!(is_from_registry(folder.path()), "{mark}");
            std::fs::remove_file(marked).unwrap();
        }
    }
}
