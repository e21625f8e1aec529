//! The package for macOS: one component for each format, in an installer that lets the user choose among them. It takes
//! Apple's own tools, and so macOS.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::contents::Contents;
use super::linux::format_name;
use super::signing::{say_once, variable};
use crate::bundle::Kind;
use crate::files;
use crate::process;

/// Who signs the bundles: `Developer ID Application: …`.
const APPLICATION_IDENTITY: &str = "APPLE_SIGNING_IDENTITY";

/// Who signs the package: `Developer ID Installer: …`.
const INSTALLER_IDENTITY: &str = "APPLE_INSTALLER_IDENTITY";

/// The account that has Apple look at the package, its password for that, and its team.
const NOTARY_ACCOUNT: [&str; 3] = ["APPLE_ID", "APPLE_PASSWORD", "APPLE_TEAM_ID"];

/// Makes the package in a folder, and returns where it is.
pub fn package(contents: &Contents, architecture: &str, folder: &Path) -> Result<PathBuf> {
    let work = folder.join(".pkg");
    files::remove(&work)?;
    fs::create_dir_all(&work).with_context(|| format!("could not create {}", work.display()))?;
    for bundle in &contents.bundles {
        make_component(contents, bundle.kind, &bundle.path, &work)?;
    }
    let documents = work.join("resources");
    fs::create_dir_all(&documents).with_context(|| format!("could not create {}", documents.display()))?;
    for document in &contents.documents {
        let path = documents.join(&document.name);
        fs::write(&path, &document.text).with_context(|| format!("could not write {}", path.display()))?;
    }
    let distribution = work.join("distribution.xml");
    fs::write(&distribution, self::distribution(contents, architecture))
        .with_context(|| format!("could not write {}", distribution.display()))?;

    let output = folder.join(format!("{}.pkg", contents.stem("macos", architecture)));
    let mut build = Command::new("productbuild");
    build.arg("--distribution").arg(&distribution).arg("--package-path").arg(&work);
    build.arg("--resources").arg(&documents);
    if let Some(identity) = variable(INSTALLER_IDENTITY) {
        build.arg("--sign").arg(identity);
    } else {
        say_once(format_args!(
            "nothing: {INSTALLER_IDENTITY} names nobody, so macOS will warn of the package"
        ));
    }
    process::run_quietly(build.arg(&output), "make the package")?;
    notarize(&output)?;
    files::remove(&work)?;
    Ok(output)
}

/// Signs a copy of a bundle, if somebody is named who does, and makes a component of it.
fn make_component(contents: &Contents, kind: Kind, bundle: &Path, work: &Path) -> Result<()> {
    let root = work.join(format_name(kind));
    fs::create_dir_all(&root).with_context(|| format!("could not create {}", root.display()))?;
    let name = bundle.file_name().context("a bundle has a name")?;
    let copy = root.join(name);
    files::copy(bundle, &copy)?;
    if let Some(identity) = variable(APPLICATION_IDENTITY) {
        let mut sign = Command::new("codesign");
        sign.args(["--force", "--timestamp", "--options", "runtime", "--sign"]).arg(identity).arg(&copy);
        process::run_quietly(&mut sign, &format!("sign {}", copy.display()))?;
    } else {
        say_once(format_args!("for this machine alone: {APPLICATION_IDENTITY} names nobody"));
    }

    let list = work.join(format!("{}.plist", format_name(kind)));
    fs::write(&list, component_list(&name.to_string_lossy()))
        .with_context(|| format!("could not write {}", list.display()))?;
    let mut build = Command::new("pkgbuild");
    build.arg("--root").arg(&root).arg("--component-plist").arg(&list);
    build.arg("--identifier").arg(component_identifier(contents, kind));
    build.arg("--version").arg(contents.project.plugin.version.to_string());
    build.arg("--install-location").arg(install_location(kind));
    build.arg(work.join(component_file(kind)));
    process::run_quietly(&mut build, &format!("make the component {}", kind.name()))
}

fn component_identifier(contents: &Contents, kind: Kind) -> String {
    format!("{}.pkg.{}", contents.project.plugin.identifier, format_name(kind))
}

fn component_file(kind: Kind) -> String {
    format!("{}.pkg", format_name(kind))
}

fn install_location(kind: Kind) -> &'static str {
    match kind {
        Kind::Clap => "/Library/Audio/Plug-Ins/CLAP",
        Kind::Vst3 => "/Library/Audio/Plug-Ins/VST3",
        Kind::Standalone => "/Applications",
    }
}

/// What `pkgbuild` is told of the bundle: it goes where it belongs, even if a copy lies elsewhere.
fn component_list(bundle: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <plist version=\"1.0\">\n<array>\n  <dict>\n    <key>RootRelativeBundlePath</key>\n    <string>{}</string>\n    \
         <key>BundleIsRelocatable</key>\n    <false/>\n    <key>BundleIsVersionChecked</key>\n    <false/>\n    \
         <key>BundleHasStrictIdentifier</key>\n    <true/>\n    <key>BundleOverwriteAction</key>\n    \
         <string>upgrade</string>\n  </dict>\n</array>\n</plist>\n",
        escaped(bundle)
    )
}

/// What the installer shows: formats to choose, and whether for this user or for all.
fn distribution(contents: &Contents, architecture: &str) -> String {
    let plugin = &contents.project.plugin;
    let processors = match architecture {
        "universal" => "arm64,x86_64",
        "aarch64" => "arm64",
        other => other,
    };
    let mut outline = String::new();
    let mut choices = String::new();
    for bundle in &contents.bundles {
        let (id, kind) = (format_name(bundle.kind), bundle.kind);
        let identifier = escaped(&component_identifier(contents, kind));
        let _ = writeln!(outline, "    <line choice=\"{id}\"/>");
        let _ = writeln!(
            choices,
            "  <choice id=\"{id}\" title=\"{}\">\n    <pkg-ref id=\"{identifier}\"/>\n  </choice>\n  \
             <pkg-ref id=\"{identifier}\" version=\"{}\">{}</pkg-ref>",
            kind.name(),
            plugin.version,
            component_file(kind),
        );
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<installer-gui-script minSpecVersion=\"2\">\n  <title>{} {}</title>\n  \
         <options customize=\"allow\" require-scripts=\"false\" hostArchitectures=\"{processors}\"/>\n  \
         <domains enable_anywhere=\"false\" enable_currentUserHome=\"true\" enable_localSystem=\"true\"/>\n  \
         <choices-outline>\n{outline}  </choices-outline>\n{choices}</installer-gui-script>\n",
        escaped(&plugin.name),
        plugin.version,
    )
}

fn notarize(package: &Path) -> Result<()> {
    let [Some(account), Some(password), Some(team)] = NOTARY_ACCOUNT.map(variable) else {
        return Ok(());
    };
    let mut submit = Command::new("xcrun");
    submit.args(["notarytool", "submit", "--wait"]).arg(package);
    submit.arg("--apple-id").arg(account).arg("--password").arg(password).arg("--team-id").arg(team);
    process::run_quietly(&mut submit, "have Apple look at the package")?;
    let mut staple = Command::new("xcrun");
    process::run_quietly(
        staple.args(["stapler", "staple"]).arg(package),
        "put Apple's answer into the package",
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::Bundle;
    use crate::project::Project;

    #[test]
    fn the_list_of_components_is_a_property_list() {
        let list = plist::Value::from_reader_xml(component_list("A & B.vst3").as_bytes()).unwrap();
        let component = list.as_array().unwrap()[0].as_dictionary().unwrap();
        assert_eq!(component["RootRelativeBundlePath"].as_string(), Some("A & B.vst3"));
        assert_eq!(component["BundleIsRelocatable"].as_boolean(), Some(false));
    }

    #[test]
    fn the_installer_offers_each_format_once_and_for_this_user_too() {
        let mut project = Project::load().unwrap();
        project.plugin.name = "Ada & Co".into();
        let bundle = |kind| Bundle { kind, path: "x".into() };
        let contents = Contents {
            project: &project,
            bundles: [Kind::Clap, Kind::Vst3].map(bundle).into(),
            documents: vec![],
            time_s: 0,
        };
        let text = distribution(&contents, "universal");
        for words in [
            "<title>Ada &amp; Co ",
            "hostArchitectures=\"arm64,x86_64\"",
            "enable_currentUserHome=\"true\"",
            "<line choice=\"clap\"/>",
            ">vst3.pkg</pkg-ref>",
        ] {
            assert_eq!(text.matches(words).count(), 1, "{words}: {text}");
        }
        assert!(!text.contains("standalone"), "{text}");
    }
}
