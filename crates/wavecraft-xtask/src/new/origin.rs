//! Where a project takes Wavecraft from.

use std::path::{Component, Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::sources::CrateSource;

/// A place that has all of Wavecraft's crates, in one version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A checkout of the repository, or a folder of unpacked `.crate` files: as the project's manifest names it.
    Folder {
        /// The folder that the crates are in.
        crates: PathBuf,
        /// What follows a crate's name in its folder's.
        suffix: String,
    },
    /// A git repository.
    Git {
        /// Its address.
        url: String,
        /// The revision; the newest of the main branch if there is none.
        rev: Option<String>,
    },
    /// The registry of crates.
    Version(String),
}

impl Origin {
    /// Reads what `--from` and `--rev` say. Without them it is what this program is built from.
    pub fn choose(from: Option<&str>, rev: Option<&str>, project: &Path) -> Result<Self> {
        let Some(from) = from else {
            return match CrateSource::of("wavecraft-plugin")? {
                CrateSource::Checkout(folder) | CrateSource::Beside(folder) => {
                    Self::folder(folder.parent().context("crates are in a folder")?, project)
                }
                CrateSource::Registry(version) => Ok(Self::Version(version.to_owned())),
            };
        };
        if from.contains("://") || from.starts_with("git@") {
            return Ok(Self::Git { url: from.to_owned(), rev: rev.map(str::to_owned) });
        }
        if rev.is_some() {
            bail!("--rev goes with a git URL in --from, and {from:?} is none");
        }
        if from.starts_with(|first: char| first.is_ascii_digit()) && !Path::new(from).exists() {
            return Ok(Self::Version(from.to_owned()));
        }
        let folder = Path::new(from);
        let crates =
            [folder.join("crates"), folder.to_owned()].into_iter().find(|crates| suffix_in(crates).is_some());
        match crates {
            Some(crates) => Self::folder(&crates, project),
            None => bail!(
                "--from {from}: there is no crate wavecraft-plugin in it; name a checkout of Wavecraft, a git URL \
                 (https://...) or a version"
            ),
        }
    }

    fn folder(crates: &Path, project: &Path) -> Result<Self> {
        let crates = crates.canonicalize().with_context(|| format!("could not find {}", crates.display()))?;
        let suffix = suffix_in(&crates)
            .with_context(|| format!("there is no crate wavecraft-plugin in {}", crates.display()))?;
        Ok(Self::Folder { crates: relative_if_near(&crates, project), suffix })
    }

    /// What stands in a manifest for one of the crates, in a package whose folder is `depth` below the project's.
    pub fn dependency(&self, crate_name: &str, depth: usize) -> String {
        match self {
            Self::Folder { crates, suffix } => {
                let mut path = PathBuf::new();
                if crates.is_relative() {
                    path.extend(std::iter::repeat_n(Component::ParentDir, depth));
                }
                let path = path.join(crates).join(format!("{crate_name}{suffix}"));
                // Cargo takes slashes on every system.
                format!("{{ path = {:?} }}", path.to_string_lossy().replace('\\', "/"))
            }
            Self::Git { url, rev: None } => format!("{{ git = {url:?} }}"),
            Self::Git { url, rev: Some(rev) } => format!("{{ git = {url:?}, rev = {rev:?} }}"),
            Self::Version(version) => format!("{version:?}"),
        }
    }
}

/// What follows the crates' names in a folder: nothing in a checkout, a version where they were unpacked.
fn suffix_in(crates: &Path) -> Option<String> {
    let suffixes = [String::new(), format!("-{}", env!("CARGO_PKG_VERSION"))];
    suffixes
        .into_iter()
        .find(|suffix| crates.join(format!("wavecraft-plugin{suffix}")).join("Cargo.toml").is_file())
}

/// A path from the project's folder if both lie in one that is not the root or the user's home of homes; else the whole path.
fn relative_if_near(path: &Path, project: &Path) -> PathBuf {
    let project = resolved(project);
    let common = path.components().zip(project.components()).take_while(|(one, other)| one == other).count();
    // The root counts for one.
    if common < 3 {
        return path.to_owned();
    }
    let up = project.components().skip(common).map(|_| Component::ParentDir);
    up.chain(path.components().skip(common)).collect()
}

/// The project's folder without symbolic links, as far as it is there.
fn resolved(path: &Path) -> PathBuf {
    match (path.canonicalize(), path.parent(), path.file_name()) {
        (Ok(resolved), ..) => resolved,
        (Err(_), Some(parent), Some(name)) => resolved(parent).join(name),
        _ => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_nearby_is_named_from_the_project_and_from_packages_below_it() {
        let crates =
            relative_if_near(Path::new("/home/anna/wavecraft/crates"), Path::new("/home/anna/plugins/gain"));
        let origin = Origin::Folder { crates, suffix: String::new() };
        assert_eq!(
            origin.dependency("wavecraft-plugin", 0),
            r#"{ path = "../../wavecraft/crates/wavecraft-plugin" }"#
        );
        assert_eq!(
            origin.dependency("wavecraft-xtask", 1),
            r#"{ path = "../../../wavecraft/crates/wavecraft-xtask" }"#
        );
    }

    #[test]
    fn a_folder_far_away_is_named_whole() {
        let crates = relative_if_near(Path::new("/opt/wavecraft/crates"), Path::new("/home/anna/gain"));
        let origin = Origin::Folder { crates, suffix: "-0.1.0".into() };
        assert_eq!(
            origin.dependency("wavecraft-xtask", 1),
            r#"{ path = "/opt/wavecraft/crates/wavecraft-xtask-0.1.0" }"#
        );
    }

    #[test]
    fn urls_versions_and_folders_are_told_apart() {
        let choose = |from, rev| Origin::choose(Some(from), rev, Path::new("/home/anna/gain"));
        let git = choose("https://example.com/wavecraft", Some("abc")).unwrap();
        assert_eq!(
            git.dependency("wavecraft-plugin", 0),
            r#"{ git = "https://example.com/wavecraft", rev = "abc" }"#
        );
        assert_eq!(choose("0.2", None).unwrap().dependency("wavecraft-plugin", 0), r#""0.2""#);
        assert!(choose("/no/such/folder", None).unwrap_err().to_string().contains("--from /no/such/folder"));
        assert!(choose("0.2", Some("abc")).unwrap_err().to_string().contains("--rev goes with a git URL"));
    }

    #[test]
    fn this_checkout_is_what_is_taken_without_a_word() {
        let origin = Origin::choose(None, None, Path::new("/home/anna/gain")).unwrap();
        assert!(origin.dependency("wavecraft-plugin", 0).ends_with("/crates/wavecraft-plugin\" }"));
    }
}
