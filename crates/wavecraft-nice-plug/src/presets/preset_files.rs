//! Presets of a plugin as files: its own text, and what VST3 hosts keep. The ending says which.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use nice_plug::prelude::{Plugin, PluginState};
use wavecraft_ipc::{HostError, ParameterHost, PresetDescription, PresetInfo};
use wavecraft_session::{
    EXTENSION, FactoryBank, PluginIdentity, PresetFile, PresetFileError, PresetLibrary, ResolvedPreset,
};

use super::vst_preset::{VstPreset, VstPresetError, class_id_text};
use crate::parameters::{ParameterTable, TableHost};
use crate::state::{self, StateError};

/// The ending of VST3 hosts' files.
pub const VST_PRESET_EXTENSION: &str = "vstpreset";

/// The longest file that is read, in bytes.
const MAX_FILE_BYTES: u64 = 1 << 24;

/// What a program knows of a plugin's presets beside the plugin itself.
#[derive(Debug)]
pub struct PluginPresets {
    /// Those that it comes with, and the user's.
    pub library: PresetLibrary,
    /// Ids that parameters had in earlier versions, and those of now.
    pub renamed: &'static [(&'static str, &'static str)],
    /// The plugin's class id in VST3 hosts, if it is a VST3 plugin.
    pub vst3_class_id: Option<[u8; 16]>,
}

/// A preset that was read, and what it says in vain, in a sentence each.
#[derive(Clone, Debug)]
pub struct ReadPreset {
    /// The preset, with the ids of now.
    pub preset: PresetFile,
    /// The values that it gives.
    pub resolved: ResolvedPreset,
}

/// Why a preset was not read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PresetError {
    /// There is none of that name, and no such file.
    #[error("there is no preset and no file `{0}`")]
    NotFound(String),
    /// The bank has it, and it cannot be used.
    #[error(transparent)]
    Bank(#[from] HostError),
    /// The text is no preset, or has a value that a parameter does not have.
    #[error("{}: {source}", path.display())]
    Text {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: PresetFileError,
    },
    /// The bytes are no `.vstpreset`.
    #[error("{}: {source}", path.display())]
    VstPreset {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: VstPresetError,
    },
    /// It is a preset of another plugin.
    #[error("{}: it is a preset of the plugin with the class id {found}; {plugin} has {own}", path.display())]
    OtherPlugin {
        /// The file.
        path: PathBuf,
        /// The class id in the file.
        found: String,
        /// This plugin's name.
        plugin: String,
        /// This plugin's class id.
        own: String,
    },
    /// The plugin does not take the state in it.
    #[error("{}: {source}", path.display())]
    State {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: StateError,
    },
    /// Its ending is none of a preset.
    #[error("{}: a preset's file ends in .{EXTENSION} or .{VST_PRESET_EXTENSION}", .0.display())]
    Ending(PathBuf),
    /// The plugin is none for VST3.
    #[error("{0} is no VST3 plugin, and has no .vstpreset")]
    NoVst3(String),
    /// There is a file already.
    #[error("{}: there is a file already; --replace replaces it", .0.display())]
    Exists(PathBuf),
    /// The file cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Which form a file has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    VstPreset,
}

impl PluginPresets {
    /// Of a plugin that comes with none and is not told apart from others in VST3 hosts.
    pub fn of_user<P: Plugin>() -> Self {
        let plugin = PluginIdentity { vendor: P::VENDOR.to_owned(), name: P::NAME.to_owned() };
        Self { library: PresetLibrary::new(plugin, FactoryBank::Empty), renamed: &[], vst3_class_id: None }
    }

    /// Finds a preset: by its file, its id, or its name in any case.
    ///
    /// # Errors
    ///
    /// [`PresetError`] when there is none, or it is of no use to `P`.
    pub fn find<P: Plugin>(&self, name: &str) -> Result<ReadPreset, PresetError> {
        let path = Path::new(name);
        if path.is_file() {
            return self.read::<P>(path);
        }
        let presets = self.library.list();
        let is_meant = |preset: &&PresetInfo| preset.id == name || preset.name == name;
        let resembles = |preset: &&PresetInfo| preset.name.to_lowercase() == name.to_lowercase();
        let found = presets.iter().find(is_meant).or_else(|| presets.iter().find(resembles));
        match found {
            Some(preset) => {
                let (file, _) = self.library.load(&preset.id)?;
                self.resolve::<P>(file, Path::new(&preset.name))
            }
            None => Err(PresetError::NotFound(name.to_owned())),
        }
    }

    /// Reads a preset's file.
    ///
    /// # Errors
    ///
    /// [`PresetError`], which names the file and what is wrong with it.
    pub fn read<P: Plugin>(&self, path: &Path) -> Result<ReadPreset, PresetError> {
        match form_of(path).ok_or_else(|| PresetError::Ending(path.to_owned()))? {
            Form::Text => {
                let (_, preset) = self.library.read_file(path)?;
                self.resolve::<P>(preset, path)
            }
            Form::VstPreset => self.read_vst_preset::<P>(path),
        }
    }

    /// Writes a preset's file, whole or not at all. Whatever is there is replaced if `replace` says so.
    ///
    /// # Errors
    ///
    /// [`PresetError`]; what was there is still there then.
    pub fn write<P: Plugin>(&self, read: &ReadPreset, path: &Path, replace: bool) -> Result<(), PresetError> {
        let bytes = match form_of(path).ok_or_else(|| PresetError::Ending(path.to_owned()))? {
            Form::Text => read.preset.text().into_bytes(),
            Form::VstPreset => self.vst_preset::<P>(read)?,
        };
        let failed = |source| PresetError::Io { path: path.to_owned(), source };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // As any file that a user makes: what others may do with it is the user's to say.
            builder.permissions(std::fs::Permissions::from_mode(0o666));
        }
        let mut file = builder.prefix(".preset-").tempfile_in(folder).map_err(failed)?;
        file.write_all(&bytes).map_err(failed)?;
        file.as_file().sync_all().map_err(failed)?;
        if replace {
            file.persist(path).map(drop).map_err(|error| failed(error.error))
        } else {
            file.persist_noclobber(path).map(drop).map_err(|error| match error.error.kind() {
                io::ErrorKind::AlreadyExists => PresetError::Exists(path.to_owned()),
                _ => failed(error.error),
            })
        }
    }

    fn resolve<P: Plugin>(&self, preset: PresetFile, path: &Path) -> Result<ReadPreset, PresetError> {
        let preset = preset.with_renamed(self.renamed);
        let table = ParameterTable::of_plugin::<P>();
        let host = TableHost::new(&table);
        let resolved = preset.resolve(&host, &host.all_parameters());
        let resolved = resolved.map_err(|source| PresetError::Text { path: path.to_owned(), source })?;
        Ok(ReadPreset { preset, resolved })
    }

    fn read_vst_preset<P: Plugin>(&self, path: &Path) -> Result<ReadPreset, PresetError> {
        let own = self.vst3_class_id.ok_or_else(|| PresetError::NoVst3(P::NAME.to_owned()))?;
        let failed = |source| PresetError::Io { path: path.to_owned(), source };
        let mut bytes = Vec::new();
        let file = File::open(path).map_err(failed)?;
        file.take(MAX_FILE_BYTES).read_to_end(&mut bytes).map_err(failed)?;
        let file = VstPreset::read(&bytes)
            .map_err(|source| PresetError::VstPreset { path: path.to_owned(), source })?;
        if file.class_id != own {
            return Err(PresetError::OtherPlugin {
                path: path.to_owned(),
                found: class_id_text(&file.class_id),
                plugin: P::NAME.to_owned(),
                own: class_id_text(&own),
            });
        }
        let table = ParameterTable::of_plugin::<P>();
        state::load::<P>(&table, &file.component)
            .map_err(|source| PresetError::State { path: path.to_owned(), source })?;
        let host = TableHost::new(&table);
        let parameters = host.all_parameters();
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let about = PresetDescription { name, ..PresetDescription::default() };
        let malformed = |source| PresetError::Text { path: path.to_owned(), source };
        let mut preset = PresetFile::of_parameters(&about, &host, &parameters).map_err(malformed)?;
        preset.plugin = Some(P::NAME.to_owned());
        preset.version = Some(P::VERSION.to_owned());
        let mut resolved = preset.resolve(&host, &parameters).map_err(malformed)?;
        resolved.ignored = unknown_parameters(&file.component, &table, self.renamed);
        Ok(ReadPreset { preset, resolved })
    }

    /// The preset as VST3 hosts keep it. It mentions the parameters that presets set, and nothing else of the state.
    fn vst_preset<P: Plugin>(&self, read: &ReadPreset) -> Result<Vec<u8>, PresetError> {
        let class_id = self.vst3_class_id.ok_or_else(|| PresetError::NoVst3(P::NAME.to_owned()))?;
        let table = ParameterTable::of_plugin::<P>();
        let values = read.resolved.values.iter();
        let values = values.filter_map(|(id, value)| {
            let value = table.state_value(table.index_of(id)?, value.get())?;
            Some((id.clone(), value))
        });
        let state = PluginState {
            version: P::VERSION.to_owned(),
            params: values.collect(),
            fields: BTreeMap::default(),
        };
        let component = serde_json::to_vec(&state)
            .expect("a state holds only maps of text to numbers, switches and text");
        Ok(VstPreset { class_id, component }.write(P::NAME, &read.preset.about.name))
    }
}

fn form_of(path: &Path) -> Option<Form> {
    let ending = path.extension()?;
    if ending.eq_ignore_ascii_case(EXTENSION) {
        Some(Form::Text)
    } else if ending.eq_ignore_ascii_case(VST_PRESET_EXTENSION) {
        Some(Form::VstPreset)
    } else {
        None
    }
}

/// What a state says of parameters that the plugin does not have.
fn unknown_parameters(state: &[u8], table: &ParameterTable, renamed: &[(&str, &str)]) -> Vec<String> {
    let saved: Option<PluginState> = serde_json::from_slice(state).ok();
    let ids = saved.map(|saved| saved.params).unwrap_or_default().into_keys();
    let is_known = |id: &String| table.index_of(id).is_some() || renamed.iter().any(|(old, _)| old == id);
    ids.filter(|id| !is_known(id)).map(|id| format!("no parameter has the id `{id}`")).collect()
}
