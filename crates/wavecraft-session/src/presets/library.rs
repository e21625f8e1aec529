//! All presets of a plugin: those that come with it, and the user's.

use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use wavecraft_ipc::{HostError, PresetBank, PresetDescription, PresetInfo, PresetText};

use super::EXTENSION;
use super::downloads_folder::downloads_folder;
use super::factory_bank::FactoryBank;
use super::favourites::Favourites;
use super::file_name;
use super::preset_file::PresetFile;
use super::user_bank::{BankError, Entry, UserBank, read_limited};
use super::user_folder::user_folder;
use super::watch::{BankSubscription, BankWatch};
use crate::shared_folder::unfinished_file;

/// What ids of factory presets begin with; the name of the file follows.
const FACTORY: &str = "factory/";

/// What ids of the user's presets begin with; the name of the file follows.
const USER: &str = "user/";

/// What ids of presets begin with that are in no bank; the file's path follows.
const FILE: &str = "file/";

/// Whose presets they are. Vendor and name are also the names of the folders in which they lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginIdentity {
    /// Who makes the plugin.
    pub vendor: String,
    /// The plugin's name.
    pub name: String,
}

/// The presets of one plugin.
///
/// From any thread but the audio thread. Nothing is read before it is asked for.
#[derive(Debug)]
pub struct PresetLibrary {
    plugin: PluginIdentity,
    factory: FactoryBank,
    /// Of a folder that the plugin's author changes.
    factory_watch: Option<BankWatch>,
    user_folder: Option<PathBuf>,
    user: OnceLock<Arc<UserBank>>,
    /// Where presets go as files; `None` for the user's folder for downloads.
    export_folder: Option<PathBuf>,
}

impl PresetLibrary {
    /// The presets of `plugin`, the user's in the system's folder for them.
    pub fn new(plugin: PluginIdentity, factory: FactoryBank) -> Self {
        let folder = user_folder(&plugin.vendor, &plugin.name);
        Self::in_folder(plugin, factory, folder)
    }

    /// The same with the user's presets in a folder of one's choice.
    pub fn with_user_folder(plugin: PluginIdentity, factory: FactoryBank, folder: PathBuf) -> Self {
        Self::in_folder(plugin, factory, Some(folder))
    }

    fn in_folder(plugin: PluginIdentity, factory: FactoryBank, user_folder: Option<PathBuf>) -> Self {
        let factory_watch = match &factory {
            FactoryBank::Folder(folder) => Some(BankWatch::new(folder.clone())),
            FactoryBank::Empty | FactoryBank::Embedded(_) => None,
        };
        Self { plugin, factory, factory_watch, user_folder, user: OnceLock::new(), export_folder: None }
    }

    /// The same, which writes presets as files into a folder of one's choice in place of the user's for downloads.
    #[must_use]
    pub fn with_export_folder(self, folder: PathBuf) -> Self {
        Self { export_folder: Some(folder), ..self }
    }

    /// Tells of changes, of the banks that can change.
    pub(crate) fn subscribe(&self, changed: impl Fn() + Send + Sync + 'static) -> Vec<BankSubscription> {
        let changed: Arc<dyn Fn() + Send + Sync> = Arc::new(changed);
        let factory = self.factory_watch.as_ref().map(|watch| watch.subscribe(Arc::clone(&changed)));
        let user = self.user().ok().map(|bank| bank.subscribe(move || changed()));
        factory.into_iter().chain(user).collect()
    }

    /// Whose presets they are.
    pub fn plugin(&self) -> &PluginIdentity {
        &self.plugin
    }

    /// The user's folder, which need not exist. `None` where the system knows no place for it.
    pub fn user_folder(&self) -> Option<&Path> {
        self.user_folder.as_deref()
    }

    /// All presets, factory presets first, each bank in the order of the names.
    pub fn list(&self) -> Vec<PresetInfo> {
        let (user, favourites) =
            self.user().map(|user| (user.entries(), user.favourites())).unwrap_or_default();
        let bank = |bank: PresetBank, mut entries: Vec<Entry>| {
            entries.sort_by_cached_key(|entry| (file_name::folded(entry.name()), entry.stem.clone()));
            let favourites = &favourites;
            entries.into_iter().map(move |entry| entry.info(bank, favourites))
        };
        if let Some(watch) = &self.factory_watch {
            watch.renew();
        }
        bank(PresetBank::Factory, self.factory.entries()).chain(bank(PresetBank::User, user)).collect()
    }

    /// The preset of an id, and the bank that it is in.
    ///
    /// # Errors
    ///
    /// [`HostError::NoSuchPreset`], or [`HostError::PresetRefused`] when its file is none.
    pub fn load(&self, id: &str) -> Result<(PresetFile, PresetBank), HostError> {
        let no_such = || HostError::no_such_preset(id);
        let (entry, bank) = match Self::place(id).ok_or_else(no_such)? {
            (PresetBank::Factory, stem) => (self.factory_entry(stem), PresetBank::Factory),
            (PresetBank::User, stem) => (self.user()?.entry(stem), PresetBank::User),
        };
        let Entry { stem, preset } = entry.ok_or_else(no_such)?;
        let refused = |reason| HostError::preset_refused(format!("the preset `{stem}` is broken: {reason}"));
        Ok((preset.map_err(refused)?, bank))
    }

    /// The preset in a file, and its id: that of the bank if the file is in the user's folder, otherwise one under which no
    /// bank has a preset.
    ///
    /// # Errors
    ///
    /// [`HostError::PresetRefused`] when the file cannot be read, is no preset, or is one of another plugin.
    pub fn read_file(&self, path: &Path) -> Result<(String, PresetFile), HostError> {
        let refused =
            |reason: &dyn Display| HostError::preset_refused(format!("{}: {reason}", path.display()));
        let text = read_limited(path).map_err(|error| refused(&error))?;
        let preset = PresetFile::parse(&text).map_err(|error| refused(&error))?;
        self.check_plugin(&preset).map_err(|reason| refused(&reason))?;
        Ok((self.id_of_file(path), preset))
    }

    fn id_of_file(&self, path: &Path) -> String {
        let canonical = |path: &Path| path.canonicalize().ok();
        let user = self.user_folder.as_deref().and_then(canonical);
        let is_in_bank = user.is_some() && path.parent().and_then(canonical) == user;
        match path.file_stem() {
            Some(stem) if is_in_bank => format!("{USER}{}", stem.to_string_lossy()),
            _ => format!("{FILE}{}", path.display()),
        }
    }

    /// Why a preset is not this plugin's, if it is not.
    fn check_plugin(&self, preset: &PresetFile) -> Result<(), String> {
        match &preset.plugin {
            Some(other) if *other != self.plugin.name => {
                Err(format!("it is a preset of {other}, not of {}", self.plugin.name))
            }
            _ => Ok(()),
        }
    }

    /// Adds a preset to the user's, and returns its id.
    pub(crate) fn save(&self, preset: &PresetFile, replace: bool) -> Result<String, HostError> {
        let saved = self.user()?.save(preset, replace);
        saved.map(|stem| format!("{USER}{stem}")).map_err(host_error)
    }

    pub(crate) fn rename(&self, id: &str, name: &str) -> Result<String, HostError> {
        let stem = self.user_stem(id, "renamed")?;
        let user = self.user()?;
        let new_id = format!("{USER}{}", user.rename(stem, name).map_err(host_error)?);
        if new_id != id {
            // The preset has its new name, whatever becomes of this.
            let _ = user.change_favourites(|favourites| {
                if favourites.remove(id) {
                    favourites.insert(new_id.clone());
                }
            });
        }
        Ok(new_id)
    }

    pub(crate) fn delete(&self, id: &str) -> Result<(), HostError> {
        let stem = self.user_stem(id, "deleted")?;
        let user = self.user()?;
        user.delete(stem).map_err(host_error)?;
        // Nobody sees that it is still a favourite.
        let _ = user.change_favourites(|favourites| {
            favourites.remove(id);
        });
        Ok(())
    }

    /// Makes a preset a favourite, or none any more.
    pub(crate) fn set_favourite(&self, id: &str, is_favourite: bool) -> Result<(), HostError> {
        let user = self.user()?;
        if is_favourite && !self.list().iter().any(|preset| preset.id == id) {
            return Err(HostError::no_such_preset(id));
        }
        let change = |favourites: &mut Favourites| {
            if is_favourite {
                favourites.insert(id.to_owned());
            } else {
                favourites.remove(id);
            }
        };
        user.change_favourites(change).map_err(host_error)
    }

    /// Adds a preset's text to the user's presets, and returns its id.
    pub(crate) fn import(&self, text: &str, replace: bool) -> Result<String, HostError> {
        let preset = PresetFile::parse(text).map_err(|error| HostError::preset_refused(error.to_string()))?;
        self.check_plugin(&preset).map_err(HostError::preset_refused)?;
        self.save(&preset, replace)
    }

    /// A preset as a file.
    pub(crate) fn export(&self, id: &str) -> Result<PresetText, HostError> {
        let no_such = || HostError::no_such_preset(id);
        let (stem, text) = match Self::place(id).ok_or_else(no_such)? {
            (PresetBank::Factory, stem) => {
                let preset = self.factory_entry(stem).and_then(|entry| entry.preset.ok());
                (stem, preset.ok_or_else(no_such)?.text())
            }
            (PresetBank::User, stem) => (stem, self.user()?.text(stem).map_err(host_error)?),
        };
        Ok(PresetText { file_name: format!("{stem}.{EXTENSION}"), text })
    }

    /// Writes a preset as a file, and returns where it is.
    pub(crate) fn write(&self, id: &str) -> Result<PathBuf, HostError> {
        let PresetText { file_name, text } = self.export(id)?;
        let folder = self.export_folder.clone().or_else(downloads_folder).ok_or_else(|| {
            HostError::failed("this system has no folder for what a user downloads: set HOME")
        })?;
        let failed = |error: io::Error| HostError::failed(format!("{}: {error}", folder.display()));
        let mut file = unfinished_file(&folder, &text).map_err(failed)?;
        let stem = file_name.strip_suffix(&format!(".{EXTENSION}")).unwrap_or(&file_name);
        loop {
            let place = |stem: &str| folder.join(format!("{stem}.{EXTENSION}"));
            let path = place(&file_name::unique_stem(stem, |stem| place(stem).symlink_metadata().is_ok()));
            match file.persist_noclobber(&path) {
                Ok(_) => return Ok(path),
                // Somebody has been faster.
                Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => file = error.file,
                Err(error) => return Err(failed(error.error)),
            }
        }
    }

    fn factory_entry(&self, stem: &str) -> Option<Entry> {
        self.factory.entries().into_iter().find(|entry| entry.stem == stem)
    }

    fn place(id: &str) -> Option<(PresetBank, &str)> {
        let factory = id.strip_prefix(FACTORY).map(|stem| (PresetBank::Factory, stem));
        factory.or_else(|| id.strip_prefix(USER).map(|stem| (PresetBank::User, stem)))
    }

    fn user_stem<'a>(&self, id: &'a str, change: &str) -> Result<&'a str, HostError> {
        match Self::place(id) {
            Some((PresetBank::User, stem)) => Ok(stem),
            Some((PresetBank::Factory, stem)) if self.factory_entry(stem).is_some() => {
                let reason = format!("a factory preset cannot be {change}; save it under a name of your own");
                Err(HostError::preset_refused(reason))
            }
            _ => Err(HostError::no_such_preset(id)),
        }
    }

    fn user(&self) -> Result<&Arc<UserBank>, HostError> {
        let folder = self.user_folder.as_ref().ok_or_else(|| {
            HostError::failed("this system has no folder for a user's presets: set HOME or XDG_DATA_HOME")
        })?;
        Ok(self.user.get_or_init(|| UserBank::open(folder)))
    }
}

impl Entry {
    fn name(&self) -> &str {
        self.preset.as_ref().map_or(&self.stem, |preset| &preset.about.name)
    }

    fn info(self, bank: PresetBank, favourites: &Favourites) -> PresetInfo {
        let prefix = match bank {
            PresetBank::Factory => FACTORY,
            PresetBank::User => USER,
        };
        let id = format!("{prefix}{}", self.stem);
        let (about, problem) = match self.preset {
            Ok(preset) => (preset.about, None),
            Err(reason) => {
                (PresetDescription { name: self.stem, ..PresetDescription::default() }, Some(reason))
            }
        };
        let PresetDescription { name, author, tags, description } = about;
        let (tags, favourite) = ((!tags.is_empty()).then_some(tags), favourites.contains(&id));
        PresetInfo { id, name, bank, author, tags, description, favourite, problem }
    }
}

fn host_error(error: BankError) -> HostError {
    match error {
        BankError::Exists(name) => HostError::PresetExists { name },
        BankError::Missing(stem) => HostError::no_such_preset(format!("{USER}{stem}")),
        BankError::Refused(error) => HostError::preset_refused(error.to_string()),
        error @ (BankError::Busy(_) | BankError::Io { .. }) => HostError::failed(error.to_string()),
    }
}
