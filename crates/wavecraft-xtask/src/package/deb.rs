//! The package for Debian, Ubuntu and their kin: a `.deb`, which is an `ar` of two archives.

use std::fmt::Write;
use std::fs;
use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context, Result};
use md5::{Digest, Md5};

use super::archive::{self, Mode, Tree};
use super::contents::Contents;
use super::linked_libraries::Linked;
use crate::bundle::Kind;
use crate::project::Plugin;

/// What the package's format is called, in the first member.
const FORMAT: &[u8] = b"2.0\n";

/// The packages that the standalone uses if they are there; it looks for JACK when it starts.
const USED_IF_THERE: &str = "libjack-jackd2-0 | libjack-0.125";

/// The `.deb`, and what it is called.
pub fn package(contents: &Contents, architecture: &str) -> Result<(String, Vec<u8>)> {
    let stem = contents.stem("linux", architecture);
    let (data, linked) = data(contents)?;
    let mut control = Tree::default();
    control.add(
        "control",
        Mode::Data,
        self::control(contents, debian_architecture(architecture), &data, &linked)?,
    );
    control.add("md5sums", Mode::Data, md5_sums(&data));
    let deb = deb(contents.time_s, &control, &data)?;
    Ok((format!("{stem}.deb"), deb))
}

/// What Debian calls the package: it takes no capital letters and no underscores.
fn package_name(plugin: &Plugin) -> String {
    plugin.package.to_lowercase().replace('_', "-")
}

fn debian_architecture(architecture: &str) -> &str {
    match architecture {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "i386",
        other => other,
    }
}

/// What is installed, and what it links.
fn data(contents: &Contents) -> Result<(Tree, Linked)> {
    let plugin = &contents.project.plugin;
    let package = package_name(plugin);
    let mut tree = Tree::default();
    let mut linked = Linked::default();
    for bundle in &contents.bundles {
        let file_name = bundle.path.file_name().context("a bundle has a name")?.to_string_lossy();
        let (path, mode) = match bundle.kind {
            Kind::Clap => (format!("usr/lib/clap/{file_name}"), Mode::Data),
            Kind::Vst3 => (format!("usr/lib/vst3/{file_name}"), Mode::Data),
            Kind::Standalone => (format!("usr/bin/{package}"), Mode::Program),
        };
        let mut of_bundle = Tree::default();
        of_bundle.add_from_disk(&path, mode, &bundle.path)?;
        for (path, content) in of_bundle.files() {
            linked.add(content).with_context(|| format!("could not tell what {path} links"))?;
        }
        tree.extend(of_bundle);
    }
    let documentation = format!("usr/share/doc/{package}");
    tree.add(format!("{documentation}/copyright"), Mode::Data, copyright(contents));
    tree.add(
        format!("{documentation}/changelog.gz"),
        Mode::Data,
        archive::gzip(changelog(contents).as_bytes())?,
    );
    for document in contents.documents.iter().filter(|document| is_notice(&document.name)) {
        let text = archive::gzip(&document.text)?;
        tree.add(format!("{documentation}/{}.gz", document.name), Mode::Data, text);
    }
    if contents.bundle(Kind::Standalone).is_some() {
        let page = archive::gzip(manual_page(contents, &package).as_bytes())?;
        tree.add(format!("usr/share/man/man1/{package}.1.gz"), Mode::Data, page);
        tree.add(
            format!("usr/share/applications/{package}.desktop"),
            Mode::Data,
            menu_entry(contents, &package),
        );
        let icon = plugin.page_folder.join("public").join("icon.svg");
        if icon.is_file() {
            let icon = fs::read(&icon).with_context(|| format!("could not read {}", icon.display()))?;
            tree.add(format!("usr/share/icons/hicolor/scalable/apps/{package}.svg"), Mode::Data, icon);
        }
    }
    Ok((tree, linked))
}

fn is_notice(name: &str) -> bool {
    name == super::notices::FILE_NAME
}

fn control(contents: &Contents, architecture: &str, data: &Tree, linked: &Linked) -> Result<String> {
    let plugin = &contents.project.plugin;
    let bytes: usize = data.files().map(|(_, content)| content.len()).sum();
    let mut text = format!(
        "Package: {}\nVersion: {}\nArchitecture: {architecture}\nMaintainer: {}\nInstalled-Size: {}\n",
        package_name(plugin),
        plugin.version,
        plugin.authors.first().map_or(plugin.name.as_str(), String::as_str),
        bytes.div_ceil(1024),
    );
    let _ = writeln!(text, "Depends: {}", linked.debian_packages()?.join(", "));
    if contents.bundle(Kind::Standalone).is_some() {
        let _ = writeln!(text, "Suggests: {USED_IF_THERE}");
    }
    text.push_str("Section: sound\nPriority: optional\n");
    if let Some(homepage) = &plugin.homepage {
        let _ = writeln!(text, "Homepage: {homepage}");
    }
    let kinds: Vec<&str> = contents.bundles.iter().map(|bundle| bundle.kind.name()).collect();
    let _ = writeln!(
        text,
        "Description: {}\n {}, an audio plugin: {}.\n It is found by every host that looks in the system's folders.",
        synopsis(contents.description()),
        plugin.name,
        kinds.join(", "),
    );
    Ok(text)
}

/// One line, as Debian has it: no article in front and no full stop behind.
fn synopsis(description: &str) -> String {
    let line = description.lines().next().unwrap_or_default().trim_end_matches('.');
    let article = ["A ", "An ", "The "].into_iter().find_map(|article| line.strip_prefix(article));
    article.unwrap_or(line).chars().take(80).collect()
}

fn copyright(contents: &Contents) -> String {
    let plugin = &contents.project.plugin;
    let licence = plugin.licence.as_deref().unwrap_or("all rights reserved");
    let mut text = format!("{}\n\nCopyright: {}\nLicence: {licence}\n", plugin.name, contents.publisher());
    for document in contents.documents.iter().filter(|document| !is_notice(&document.name)) {
        let body = String::from_utf8_lossy(&document.text);
        if body.contains("Apache License") {
            text.push_str("\nThe Apache License 2.0 is in /usr/share/common-licenses/Apache-2.0.\n");
        } else {
            let _ = write!(text, "\n{body}");
        }
    }
    let _ = write!(
        text,
        "\nWhat others have made and the plugin contains is in {}.gz.\n",
        super::notices::FILE_NAME
    );
    text
}

fn changelog(contents: &Contents) -> String {
    let plugin = &contents.project.plugin;
    let time = UNIX_EPOCH + Duration::from_secs(contents.time_s);
    // The time zone is named by its number here.
    let date = httpdate::fmt_http_date(time).replace("GMT", "+0000");
    format!(
        "{} ({}) unstable; urgency=medium\n\n  * Version {}.\n\n -- {}  {date}\n",
        package_name(plugin),
        plugin.version,
        plugin.version,
        plugin.authors.first().map_or(plugin.name.as_str(), String::as_str),
    )
}

fn manual_page(contents: &Contents, package: &str) -> String {
    let plugin = &contents.project.plugin;
    format!(
        ".TH {} 1 \"\" \"{} {}\"\n.SH NAME\n{package} \\- {}\n.SH SYNOPSIS\n.B {package}\n[\\fIOPTIONS\\fR]\n.br\n.B {package} render\n\
         \\fIINPUT OUTPUT\\fR [\\fIOPTIONS\\fR]\n.SH DESCRIPTION\nPlays {} live, in a window, or processes a sound file.\n\
         .B {package} \\-\\-help\nlists the options.\n",
        package.to_uppercase(),
        plugin.name,
        plugin.version,
        synopsis(contents.description()),
        plugin.name,
    )
}

fn menu_entry(contents: &Contents, package: &str) -> String {
    format!(
        "[Desktop Entry]\nType=Application\nName={}\nComment={}\nExec={package}\nIcon={package}\nTerminal=false\n\
         Categories=AudioVideo;Audio;\nKeywords=audio;plugin;\n",
        contents.project.plugin.name,
        synopsis(contents.description()),
    )
}

/// The sums by which `dpkg --verify` knows what was changed.
fn md5_sums(data: &Tree) -> String {
    data.files().fold(String::new(), |mut text, (path, content)| {
        let _ = writeln!(text, "{:x}  {path}", Md5::digest(content));
        text
    })
}

fn deb(time_s: u64, control: &Tree, data: &Tree) -> Result<Vec<u8>> {
    let mut deb = ar::Builder::new(Vec::new());
    let members = [
        ("debian-binary", FORMAT.to_vec()),
        ("control.tar.gz", control.tar_gz("./", time_s)?),
        ("data.tar.gz", data.tar_gz("./", time_s)?),
    ];
    for (name, content) in members {
        let mut header = ar::Header::new(name.into(), content.len() as u64);
        header.set_mode(0o100_644);
        header.set_mtime(time_s);
        deb.append(&header, content.as_slice())?;
    }
    Ok(deb.into_inner()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_synopsis_has_no_article_and_no_full_stop() {
        assert_eq!(synopsis("A channel colour strip."), "channel colour strip");
        assert_eq!(synopsis("An effect by Acme"), "effect by Acme");
        assert_eq!(synopsis("Analyser"), "Analyser");
    }

    #[test]
    fn a_deb_has_its_three_members_in_order_and_is_the_same_each_time() {
        let mut tree = Tree::default();
        tree.add("usr/lib/clap/Gain.clap", Mode::Data, "library");
        let made = deb(77, &tree, &tree).unwrap();
        assert_eq!(made, deb(77, &tree, &tree).unwrap());
        let mut archive = ar::Archive::new(made.as_slice());
        let mut names = Vec::new();
        while let Some(member) = archive.next_entry() {
            let member = member.unwrap();
            assert_eq!((member.header().mtime(), member.header().uid()), (77, 0));
            names.push(String::from_utf8_lossy(member.header().identifier()).into_owned());
        }
        assert_eq!(names, ["debian-binary", "control.tar.gz", "data.tar.gz"]);
        assert_eq!(md5_sums(&tree), "d521f765a49c72507257a2620612ee96  usr/lib/clap/Gain.clap\n");
    }

    #[test]
    fn names_are_as_debian_takes_them() {
        assert_eq!(debian_architecture("x86_64"), "amd64");
        assert_eq!(debian_architecture("aarch64"), "arm64");
        let mut plugin = crate::project::Project::load().unwrap().plugin;
        plugin.package = "My_Gain".into();
        assert_eq!(package_name(&plugin), "my-gain");
    }
}
