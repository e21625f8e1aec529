//! The package for any Linux: an archive with the bundles and a script that puts them where hosts look.

use anyhow::{Context, Result};

use super::archive::{Mode, Tree};
use super::contents::Contents;
use crate::bundle::Kind;

/// The script, with `@words@` where the plugin's own go.
const SCRIPT: &str = include_str!("install.sh");

/// What the script calls the formats.
pub fn format_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Clap => "clap",
        Kind::Vst3 => "vst3",
        Kind::Standalone => "standalone",
    }
}

/// The archive, and what it is called.
pub fn package(contents: &Contents, architecture: &str) -> Result<(String, Vec<u8>)> {
    let stem = contents.stem("linux", architecture);
    let mut tree = Tree::default();
    for bundle in &contents.bundles {
        let (name, mode) = match bundle.kind {
            Kind::Standalone => (contents.project.plugin.package.clone(), Mode::Program),
            Kind::Clap | Kind::Vst3 => {
                let name = bundle.path.file_name().context("a bundle has a name")?;
                (name.to_string_lossy().into_owned(), Mode::Data)
            }
        };
        tree.add_from_disk(&name, mode, &bundle.path)?;
    }
    for document in &contents.documents {
        tree.add(document.name.as_str(), Mode::Data, document.text.as_slice());
    }
    tree.add("install.sh", Mode::Program, script(contents));
    tree.add("INSTALL.txt", Mode::Data, instructions(contents));
    Ok((format!("{stem}.tar.gz"), tree.tar_gz(&format!("{stem}/"), contents.time_s)?))
}

fn script(contents: &Contents) -> String {
    let plugin = &contents.project.plugin;
    let formats: Vec<&str> = contents.bundles.iter().map(|bundle| format_name(bundle.kind)).collect();
    SCRIPT
        .replace("@name@", &quoted(&plugin.name))
        .replace("@version@", &quoted(&plugin.version.to_string()))
        .replace("@program@", &quoted(&plugin.package))
        .replace("@formats@", &quoted(&formats.join(" ")))
}

/// A word for the shell, whatever is in it.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

fn instructions(contents: &Contents) -> String {
    let name = &contents.project.plugin.name;
    format!(
        "{name} {}\n\n\
         ./install.sh                 for you alone: ~/.clap, ~/.vst3 and ~/.local/bin\n\
         sudo ./install.sh --system   for all users: /usr/lib/clap, /usr/lib/vst3 and /usr/bin\n\
         ./install.sh --help          formats to choose, and how it goes away again\n\n\
         Then let your DAW look for plugins again. The window needs WebKitGTK (libwebkit2gtk-4.1); the sound does not.\n\
         You may also put the files there by hand.\n",
        contents.project.plugin.version
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_an_apostrophe_is_one_word_for_the_shell() {
        assert_eq!(quoted("Ada's Gain"), r"'Ada'\''s Gain'");
    }
}
