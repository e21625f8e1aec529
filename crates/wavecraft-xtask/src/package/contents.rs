//! What goes into a package, whatever its form: names, bundles, licences, and the one time that all files bear.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::bundle::{Bundle, Kind};
use crate::process;
use crate::project::Project;

/// The variable by which builds are told which time their files bear, in seconds since 1970.
const TIME_VARIABLE: &str = "SOURCE_DATE_EPOCH";

/// The beginning of 1980, for sources that no git knows. Earlier times do not fit into every archive.
const WITHOUT_GIT_S: u64 = 315_532_800;

/// What is to be packed.
pub struct Contents<'a> {
    /// Whose plugin it is.
    pub project: &'a Project,
    /// The plugin, and the standalone.
    pub bundles: Vec<Bundle>,
    /// The licences and the notices, which lie beside the bundles.
    pub documents: Vec<Document>,
    /// The time that every file in a package bears, in seconds since 1970.
    pub time_s: u64,
}

/// A text that lies beside the bundles.
pub struct Document {
    /// What its file is called.
    pub name: String,
    /// What is in it.
    pub text: Vec<u8>,
}

impl Contents<'_> {
    /// The bundle of a kind, if there is one.
    pub fn bundle(&self, kind: Kind) -> Option<&Path> {
        self.bundles.iter().find(|bundle| bundle.kind == kind).map(|bundle| bundle.path.as_path())
    }

    /// What the plugin's packages begin with: `my-tremolo-1.2.0-linux-x86_64`.
    pub fn stem(&self, system: &str, architecture: &str) -> String {
        format!("{}-{system}-{architecture}", self.stem_of_version())
    }

    /// What all packages of this version begin with, whatever they are for.
    pub fn stem_of_version(&self) -> String {
        format!("{}-{}", self.project.plugin.package, self.project.plugin.version)
    }

    /// Who makes the plugin, without an address.
    pub fn publisher(&self) -> &str {
        let author = self.project.plugin.authors.first().map_or("", String::as_str);
        let name = author.split('<').next().unwrap_or_default().trim();
        if name.is_empty() { &self.project.plugin.name } else { name }
    }

    /// What the plugin is, in one line.
    pub fn description(&self) -> &str {
        self.project.plugin.description.as_deref().unwrap_or(&self.project.plugin.name)
    }
}

/// The time that all files in packages bear: what the environment says, or that of the last commit, so that the same source
/// gives the same packages.
pub fn time_s(project: &Project) -> Result<u64> {
    if let Ok(given) = std::env::var(TIME_VARIABLE) {
        return given.parse().with_context(|| format!("{TIME_VARIABLE} is no number of seconds: {given}"));
    }
    let mut git: Command = process::git(project);
    let committed = process::output_of(git.args(["log", "-1", "--format=%ct"]));
    Ok(committed.and_then(|seconds| seconds.parse().ok()).unwrap_or(WITHOUT_GIT_S))
}

/// The files in a folder that say under which terms something may be used, in order.
pub fn licence_files(folder: &Path) -> Result<Vec<PathBuf>> {
    const BEGINNINGS: [&str; 6] = ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE", "UNLICENSE"];
    let context = || format!("could not look into {}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).with_context(context)? {
        let entry = entry.with_context(context)?;
        let name = entry.file_name().to_string_lossy().to_uppercase();
        if BEGINNINGS.iter().any(|beginning| name.starts_with(beginning)) && entry.path().is_file() {
            files.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}

/// The project's own licences.
pub fn licences(root: &Path) -> Result<Vec<Document>> {
    let document = |path: PathBuf| {
        let name = path.file_name().context("a file has a name")?.to_string_lossy().into_owned();
        let text = fs::read(&path).with_context(|| format!("could not read {}", path.display()))?;
        Ok(Document { name, text })
    };
    licence_files(root)?.into_iter().map(document).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn licences_are_found_by_name() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["LICENSE-MIT", "LICENSE-APACHE", "README.md", "copying.txt"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        fs::create_dir(folder.path().join("licenses")).unwrap();
        let found = licences(folder.path()).unwrap();
        let names: Vec<&str> = found.iter().map(|document| document.name.as_str()).collect();
        assert_eq!(names, ["LICENSE-APACHE", "LICENSE-MIT", "copying.txt"]);
        assert_eq!(found[1].text, b"LICENSE-MIT");
    }

    #[test]
    fn a_package_is_named_after_plugin_version_and_machine_and_its_publisher_has_no_address() {
        let mut project = Project::load().unwrap();
        project.plugin.package = "my-tremolo".into();
        project.plugin.version = "1.2.0".parse().unwrap();
        project.plugin.authors = vec!["Ada Acme <ada@acme.example>".into()];
        let contents = Contents { project: &project, bundles: vec![], documents: vec![], time_s: 0 };
        assert_eq!(contents.stem("linux", "x86_64"), "my-tremolo-1.2.0-linux-x86_64");
        assert_eq!(contents.publisher(), "Ada Acme");
    }
}
