//! What others have made that is inside of the packages, with their licences, as most of these ask for.
//!
//! Crates are those that cargo builds the plugin and the standalone from, and the helper that shows the page on Linux.
//! The page's packages are those that its package.json depends on.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use cargo_metadata::{CargoOpt, DependencyKind, Metadata, MetadataCommand, Package, PackageId, TargetKind};
use serde_json::Value;

use super::contents::{self, Document};
use crate::files;
use crate::project::{EDITOR_FEATURE, Project, STANDALONE_FEATURE};

/// What the file is called.
pub const FILE_NAME: &str = "THIRD-PARTY-NOTICES.txt";

/// The crate that carries a program with dependencies of its own, the program's folder in it, and its manifest there.
const CARRIER: &str = "nice-plug-webview";
const CARRIED: &str = "helper";
const CARRIED_FILES: [(&str, &str); 2] = [("Cargo.toml.in", "Cargo.toml"), ("Cargo.lock.in", "Cargo.lock")];

/// The page's package that builds it and is not in it.
const PAGE_TOOL: &str = "@wavecraft/vite";

/// Something that others have made.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Component {
    name: String,
    version: String,
    /// What its manifest says of its licence.
    licence: String,
    /// Its licence files, one after the other.
    texts: Vec<String>,
}

/// The notices, for a target that the plugin is built for.
pub fn document(project: &Project, target: &str) -> Result<Document> {
    let mut components = crates(project, target)?;
    components.extend(page_packages(project)?);
    Ok(Document { name: FILE_NAME.into(), text: text(&project.plugin.name, &components).into_bytes() })
}

fn crates(project: &Project, target: &str) -> Result<BTreeSet<Component>> {
    let plugin = &project.plugin;
    let features = [EDITOR_FEATURE, STANDALONE_FEATURE].map(|name| plugin.feature(name));
    let metadata = metadata(&project.root, target, &features)?;
    let is_plugin = |package: &&Package| package.name.as_str() == plugin.package;
    let root = metadata
        .workspace_packages()
        .into_iter()
        .find(is_plugin)
        .context("the plugin is in the workspace")?;
    let mut components = linked(&metadata, &root.id)?;
    let carrier = metadata.packages.iter().find(|package| package.name.as_str() == CARRIER);
    if let (Some(carrier), true) = (carrier, target.contains("linux")) {
        let folder = carrier.manifest_path.parent().context("a manifest is in a folder")?.join(CARRIED);
        components.extend(carried(project, folder.as_std_path(), target)?);
    }
    Ok(components)
}

/// The crates of the helper, which is built by itself: cargo is shown its manifest in a folder of its own.
fn carried(project: &Project, sources: &Path, target: &str) -> Result<BTreeSet<Component>> {
    let folder = project.target_directory.join("package").join(".helper");
    files::remove(&folder)?;
    let copy = || {
        fs::create_dir_all(folder.join("src"))?;
        fs::write(folder.join("src").join("main.rs"), "fn main() {}\n")?;
        for (from, to) in CARRIED_FILES {
            fs::copy(sources.join(from), folder.join(to))?;
        }
        Ok::<(), std::io::Error>(())
    };
    copy().with_context(|| format!("could not copy the manifest in {}", sources.display()))?;
    let metadata = metadata(&folder, target, &[])?;
    let root = metadata.workspace_packages().first().map(|package| package.id.clone());
    let components = linked(&metadata, &root.context("the helper is a package")?)?;
    files::remove(&folder)?;
    Ok(components)
}

fn metadata(folder: &Path, target: &str, features: &[String]) -> Result<Metadata> {
    let mut command = MetadataCommand::new();
    command.current_dir(folder);
    if !features.is_empty() {
        command.features(CargoOpt::SomeFeatures(features.to_vec()));
    }
    command.other_options(["--locked", "--filter-platform", target].map(String::from).to_vec());
    command.exec().context("cargo could not say what the plugin is built from")
}

/// The crates from elsewhere that end up in what a package builds: no build scripts, no macros, no tests.
fn linked(metadata: &Metadata, root: &PackageId) -> Result<BTreeSet<Component>> {
    let packages: HashMap<&PackageId, &Package> =
        metadata.packages.iter().map(|package| (&package.id, package)).collect();
    let nodes = &metadata.resolve.as_ref().context("cargo has resolved the dependencies")?.nodes;
    let nodes: HashMap<&PackageId, _> = nodes.iter().map(|node| (&node.id, node)).collect();
    let mut seen = BTreeSet::from([root]);
    let mut waiting = vec![root];
    let mut components = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if id != root {
            components.insert(component(packages[id])?);
        }
        for dependency in &nodes[id].deps {
            let is_linked = dependency.dep_kinds.iter().any(|kind| kind.kind == DependencyKind::Normal);
            if is_linked && !is_macro(packages[&dependency.pkg]) && seen.insert(&dependency.pkg) {
                waiting.push(&dependency.pkg);
            }
        }
    }
    Ok(components)
}

fn is_macro(package: &Package) -> bool {
    package.targets.iter().any(|target| target.kind.contains(&TargetKind::ProcMacro))
}

fn component(package: &Package) -> Result<Component> {
    let folder = package.manifest_path.parent().context("a manifest is in a folder")?;
    Ok(Component {
        name: package.name.to_string(),
        version: package.version.to_string(),
        licence: package.license.clone().unwrap_or_default(),
        texts: texts(folder.as_std_path())?,
    })
}

fn texts(folder: &Path) -> Result<Vec<String>> {
    let read = |path: PathBuf| {
        let text = fs::read(&path).with_context(|| format!("could not read {}", path.display()))?;
        // Of texts that differ in the ends of their lines alone, one is enough.
        let text = String::from_utf8_lossy(&text).replace("\r\n", "\n");
        Ok(text.trim_matches('\n').trim_end().to_owned())
    };
    contents::licence_files(folder)?.into_iter().map(read).collect()
}

/// The packages that the page is built from.
fn page_packages(project: &Project) -> Result<BTreeSet<Component>> {
    let folder = &project.plugin.page_folder;
    let mut waiting = dependencies(&manifest(folder)?);
    let mut seen = BTreeSet::new();
    let mut components = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        if name == PAGE_TOOL || !seen.insert(name.clone()) {
            continue;
        }
        let folder = folder.join("node_modules").join(&name);
        let manifest = manifest(&folder)?;
        waiting.extend(dependencies(&manifest));
        let string = |key: &str| manifest[key].as_str().unwrap_or_default().to_owned();
        components.insert(Component {
            name,
            version: string("version"),
            licence: string("license"),
            texts: texts(&folder)?,
        });
    }
    Ok(components)
}

fn manifest(folder: &Path) -> Result<Value> {
    let path = folder.join("package.json");
    let text = fs::read_to_string(&path)
        .with_context(|| format!("could not read {}; `cargo xtask setup page` brings it", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("could not understand {}", path.display()))
}

fn dependencies(manifest: &Value) -> Vec<String> {
    manifest["dependencies"].as_object().into_iter().flatten().map(|(name, _)| name.clone()).collect()
}

/// Each text stands once, below the names of all that come under it.
fn text(plugin: &str, components: &BTreeSet<Component>) -> String {
    let mut text = format!("{plugin} contains what others have made, under these terms.\n");
    let mut by_texts: BTreeMap<&[String], Vec<&Component>> = BTreeMap::new();
    for component in components {
        by_texts.entry(&component.texts).or_default().push(component);
    }
    let mut groups: Vec<_> = by_texts.into_iter().collect();
    groups.sort_by(|(_, one), (_, other)| one.cmp(other));
    for (texts, components) in groups {
        let _ = write!(text, "\n{}\n", "=".repeat(80));
        for component in components {
            let Component { name, version, licence, .. } = component;
            let _ = writeln!(text, "{name} {version}{}{licence}", if licence.is_empty() { "" } else { ": " });
        }
        for licence in texts {
            let _ = write!(text, "{}\n{licence}\n", "-".repeat(80));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn component(name: &str, texts: &[&str]) -> Component {
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        Component { name: name.into(), version: "1.0.0".into(), licence: "MIT".into(), texts }
    }

    #[test]
    fn a_text_that_several_have_stands_once() {
        let components =
            BTreeSet::from([component("a", &["same"]), component("b", &["own"]), component("c", &["same"])]);
        let text = text("Gain", &components);
        assert_eq!(text.matches("same").count(), 1);
        assert!(text.contains("a 1.0.0: MIT\nc 1.0.0: MIT\n"), "{text}");
        assert!(text.find("a 1.0.0") < text.find("b 1.0.0"), "{text}");
    }

    #[test]
    fn what_the_plugin_links_is_there_and_what_only_builds_it_is_not() {
        let project = Project::load().unwrap();
        let components = crates(&project, "x86_64-unknown-linux-gnu").unwrap();
        let find = |name: &str| components.iter().find(|component| component.name == name);
        for name in ["nice-plug", "cpal", "serde", "webkit2gtk"] {
            let found = find(name).unwrap_or_else(|| panic!("{name} is missing"));
            assert!(!found.licence.is_empty(), "{name} has no licence");
        }
        for name in ["wavecraft", "serde_derive", "wavecraft-build", "proptest", "webview2-com"] {
            assert!(find(name).is_none(), "{name} is in no bundle");
        }
    }
}
