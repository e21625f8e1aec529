//! The presets that come with a plugin.

use std::fs;
use std::path::PathBuf;

use super::EXTENSION;
use super::preset_file::PresetFile;
use super::user_bank::{Entry, read_limited};

/// Where the presets of a plugin are that its author has made.
#[derive(Clone, Debug, Default)]
pub enum FactoryBank {
    /// There are none.
    #[default]
    Empty,
    /// In the plugin itself: the name of each file without its ending, and what is in it.
    Embedded(&'static [(&'static str, &'static str)]),
    /// In a folder, for the plugin's author, who changes them and hears them.
    Folder(PathBuf),
}

impl FactoryBank {
    /// All presets, with the reason why one is none.
    pub(super) fn entries(&self) -> Vec<Entry> {
        let parsed = |stem: &str, text: Result<String, String>| {
            let preset = text.and_then(|text| PresetFile::parse(&text).map_err(|error| error.to_string()));
            Entry { stem: stem.to_owned(), preset }
        };
        match self {
            Self::Empty => Vec::new(),
            Self::Embedded(files) => {
                files.iter().map(|(stem, text)| parsed(stem, Ok((*text).to_owned()))).collect()
            }
            Self::Folder(folder) => {
                let files = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
                files
                    .filter(|path| path.extension().is_some_and(|ending| ending == EXTENSION))
                    .filter_map(|path| {
                        let stem = path.file_stem()?.to_str()?;
                        Some(parsed(stem, read_limited(&path).map_err(|error| error.to_string())))
                    })
                    .collect()
            }
        }
    }
}
