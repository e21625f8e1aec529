//! The files of a new project. They stand in `templates`, with `@words@` where a project's own go.

use std::path::PathBuf;

use wavecraft_ipc::plugin_ids_module;

use super::answers::Answers;
use super::identity::Identity;
use super::origin::Origin;
use super::{Kind, Licence, lock_file};

/// A file to be written.
#[derive(Debug)]
pub struct File {
    /// Where, from the project's folder.
    pub path: PathBuf,
    /// What is in it.
    pub text: String,
}

/// A file of the templates and its place in a project.
macro_rules! templates {
    ($folder:literal: $($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../templates/", $folder, "/", $path)))),*]
    };
}

const SHARED: &[(&str, &str)] = templates!("shared":
    ".cargo/config.toml",
    ".github/workflows/ci.yml",
    ".gitignore",
    "README.md",
    "build.rs",
    "bundler.toml",
    "presets/default.toml",
    "rustfmt.toml",
    "src/main.rs",
    "tests/plugin.rs",
    "ui/.npmrc",
    "ui/index.html",
    "ui/package.json",
    "ui/public/icon.svg",
    "ui/style.css",
    "ui/tsconfig.json",
    "ui/vite.config.ts",
    "xtask/src/main.rs",
);

/// Manifests bear another name among the templates: cargo leaves folders with a manifest out of packages.
const MANIFESTS: &[(&str, &str)] = &[
    ("Cargo.toml", include_str!("../../templates/shared/Cargo.toml.in")),
    ("xtask/Cargo.toml", include_str!("../../templates/shared/xtask/Cargo.toml.in")),
];

const EFFECT: &[(&str, &str)] = templates!("effect": "src/lib.rs", "src/params.rs", "src/dsp.rs", "tests/parameter-ids.txt", "ui/app.tsx");

const INSTRUMENT: &[(&str, &str)] = templates!("instrument": "src/lib.rs", "src/params.rs", "src/dsp.rs", "tests/parameter-ids.txt", "ui/app.tsx");

/// The ids of the templates' parameters, in order; the bypass is every plugin's.
const EFFECT_IDS: [&str; 4] = ["bypass", "rate", "depth", "level"];
const INSTRUMENT_IDS: [&str; 4] = ["bypass", "attack", "release", "level"];

const MIT: &str = include_str!("../../templates/licences/MIT");
const APACHE: &str = include_str!("../../templates/licences/Apache-2.0");

/// All files of a project.
pub fn files(identity: &Identity, answers: &Answers, origin: &Origin) -> Vec<File> {
    let of_kind = match answers.kind {
        Kind::Effect => EFFECT,
        Kind::Instrument => INSTRUMENT,
    };
    let description = match answers.kind {
        Kind::Effect => "An effect",
        Kind::Instrument => "An instrument",
    };
    let description = format!("{description} by {}", answers.vendor);
    let (licence, licence_files) = answers.licence.files();
    let fill = |path: &str, text: &str| {
        let depth = path.matches('/').count();
        let mut text = text.to_owned();
        for (word, value) in [
            ("name", identity.name.as_str()),
            ("vendor", &answers.vendor),
            ("description", &description),
            ("package", &identity.package),
            ("crate", &identity.crate_name),
            ("type", &identity.type_name),
            ("clap_id", &identity.clap_id),
            ("vst3_id", &identity.vst3_id),
            ("licence", licence),
        ] {
            text = text.replace(&format!("@{word}@"), value);
        }
        for name in ["wavecraft-plugin", "wavecraft-build", "wavecraft-validate", "wavecraft-xtask"] {
            text = text.replace(&format!("@dependency:{name}@"), &origin.dependency(name, depth));
        }
        File { path: path.into(), text }
    };
    let templates = [SHARED, MANIFESTS, of_kind].concat();
    let mut files: Vec<File> = templates.iter().map(|(path, text)| fill(path, text)).collect();
    files.extend(licence_files.iter().map(|(path, text)| fill(path, text)));
    let ids = match answers.kind {
        Kind::Effect => EFFECT_IDS,
        Kind::Instrument => INSTRUMENT_IDS,
    };
    files.push(File { path: "ui/generated/parameters.ts".into(), text: plugin_ids_module(ids, [], []) });
    if let Some(text) = lock_file() {
        files.push(File { path: "Cargo.lock".into(), text });
    }
    files
}

impl Licence {
    /// What the manifest says, and the texts that lie beside it.
    fn files(self) -> (&'static str, &'static [(&'static str, &'static str)]) {
        match self {
            Self::Mit => ("license = \"MIT\"", &[("LICENSE", MIT)]),
            Self::Apache => ("license = \"Apache-2.0\"", &[("LICENSE", APACHE)]),
            Self::MitOrApache => {
                ("license = \"MIT OR Apache-2.0\"", &[("LICENSE-MIT", MIT), ("LICENSE-APACHE", APACHE)])
            }
            Self::None => ("# All rights reserved.", &[]),
        }
    }
}
