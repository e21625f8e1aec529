//! The presets that a host lists, and those that it loads.

use std::ffi::{CStr, CString};
use std::path::{Path, PathBuf};

use clack_extensions::preset_discovery::indexer::IndexerImpl;
use clack_extensions::preset_discovery::metadata_receiver::MetadataReceiverImpl;
use clack_extensions::preset_discovery::prelude::*;
use clack_extensions::preset_discovery::{HostPresetLoadImpl, PluginPresetLoad};
use clack_host::prelude::*;

use super::{ClapHost, MainThread, host_info};

/// What the plugin says of its presets, asked as a host asks that fills its lists.
#[derive(Debug, Default)]
pub struct PresetListing {
    /// How the files of presets end.
    pub extensions: Vec<String>,
    /// The folders of presets.
    pub folders: Vec<PathBuf>,
    /// The presets, those in the plugin first.
    pub presets: Vec<ListedPreset>,
    /// What could not be read, in words.
    pub errors: Vec<String>,
    has_factory_presets: bool,
}

/// A preset in a host's list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListedPreset {
    /// What the user reads.
    pub name: String,
    /// Its file; none for a preset in the plugin.
    pub file: Option<PathBuf>,
    /// By what the plugin finds it in itself.
    pub load_key: Option<String>,
    /// The plugins that it is for, by their ids.
    pub plugins: Vec<String>,
    /// Who has made it.
    pub creators: Vec<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Its tags.
    pub features: Vec<String>,
    /// Whether it is said to be the factory's.
    pub is_factory: bool,
}

fn owned(text: &CStr) -> String {
    text.to_str().expect("the plugin's texts are UTF-8").to_owned()
}

/// A path as a host hands it over.
fn c_path(path: &Path) -> CString {
    CString::new(path.to_str().expect("tests' paths are UTF-8")).expect("no NUL")
}

impl IndexerImpl for PresetListing {
    fn declare_filetype(&mut self, file_type: FileType) -> Result<(), HostError> {
        self.extensions.extend(file_type.file_extension.map(owned));
        Ok(())
    }

    fn declare_location(&mut self, location: LocationInfo) -> Result<(), HostError> {
        match location.location {
            Location::Plugin => self.has_factory_presets = true,
            Location::File { path } => self.folders.push(owned(path).into()),
        }
        Ok(())
    }

    fn declare_soundpack(&mut self, _: Soundpack) -> Result<(), HostError> {
        Ok(())
    }
}

/// Hears of the presets of one place.
struct Receiver<'a> {
    listing: &'a mut PresetListing,
    file: Option<PathBuf>,
}

impl Receiver<'_> {
    fn last(&mut self) -> &mut ListedPreset {
        self.listing.presets.last_mut().expect("a preset is begun before it is described")
    }
}

impl MetadataReceiverImpl for Receiver<'_> {
    fn on_error(&mut self, _: i32, message: Option<&CStr>) {
        self.listing.errors.extend(message.map(owned));
    }

    fn begin_preset(&mut self, name: Option<&CStr>, load_key: Option<&CStr>) -> Result<(), HostError> {
        self.listing.presets.push(ListedPreset {
            name: name.map(owned).expect("a preset has a name"),
            file: self.file.clone(),
            load_key: load_key.map(owned),
            ..ListedPreset::default()
        });
        Ok(())
    }

    fn add_plugin_id(&mut self, id: UniversalPluginId) {
        assert_eq!(id.abi, c"clap");
        self.last().plugins.push(owned(id.id));
    }

    fn set_soundpack_id(&mut self, _: &CStr) {}

    fn set_flags(&mut self, flags: Flags) {
        self.last().is_factory = flags.contains(Flags::IS_FACTORY_CONTENT);
    }

    fn add_creator(&mut self, creator: &CStr) {
        self.last().creators.push(owned(creator));
    }

    fn set_description(&mut self, description: &CStr) {
        self.last().description = Some(owned(description));
    }

    fn set_timestamps(&mut self, _: Option<Timestamp>, _: Option<Timestamp>) {}

    fn add_feature(&mut self, feature: &CStr) {
        self.last().features.push(owned(feature));
    }

    fn add_extra_info(&mut self, _: &CStr, _: &CStr) {}
}

impl HostPresetLoadImpl for MainThread<'_> {
    fn on_error(&self, _: Location, _: Option<&CStr>, _: i32, message: Option<&CStr>) {
        self.0.preset_news().push(Err(message.map(owned).unwrap_or_default()));
    }

    fn loaded(&self, location: Location, load_key: Option<&CStr>) {
        let loaded = location.file_path().or(load_key).map(owned).unwrap_or_default();
        self.0.preset_news().push(Ok(loaded));
    }
}

impl ClapHost {
    /// Fills a list of presets, as a host does without any instance.
    pub fn listed_presets(&self) -> PresetListing {
        let factory: PresetDiscoveryFactory = self.entry.get_factory().expect("the library lists presets");
        let descriptor = factory.provider_descriptors().next().expect("somebody lists them");
        let id = descriptor.id().expect("the provider has an id");
        let mut provider = Provider::instantiate(PresetListing::default(), &self.entry, id, &host_info())
            .expect("the provider can be made");
        let mut listing = std::mem::take(provider.indexer_mut());
        if listing.has_factory_presets {
            provider.get_metadata(Location::Plugin, &mut Receiver { listing: &mut listing, file: None });
        }
        for folder in listing.folders.clone() {
            let entries = std::fs::read_dir(folder).expect("what is declared is there");
            let mut files: Vec<PathBuf> =
                entries.map(|entry| entry.expect("a folder can be read").path()).collect();
            files.retain(|path| {
                let ending = path.extension().and_then(|ending| ending.to_str());
                ending.is_some_and(|ending| listing.extensions.iter().any(|known| known == ending))
            });
            files.sort();
            for file in files {
                let path = c_path(&file);
                let mut receiver = Receiver { listing: &mut listing, file: Some(file) };
                provider.get_metadata(Location::File { path: &path }, &mut receiver);
            }
        }
        listing
    }

    /// Loads a preset of the list.
    ///
    /// # Errors
    ///
    /// What the plugin has told its host of the failure.
    pub fn load_preset(&mut self, preset: &ListedPreset) -> Result<(), String> {
        let path = preset.file.as_deref().map(c_path);
        let key = preset.load_key.as_deref().map(|key| CString::new(key).expect("no NUL"));
        let location = path.as_deref().map_or(Location::Plugin, |path| Location::File { path });
        let plugin = self.instance.plugin_handle();
        let load: PluginPresetLoad = plugin.get_extension().expect("the plugin loads presets");
        let is_loaded = load.load_from_location(&plugin, location, key.as_deref()).is_ok();
        let news =
            self.instance.access_shared_handler(|requests| std::mem::take(&mut *requests.preset_news()));
        let [news] = news.as_slice() else { panic!("one word on each preset: {news:?}") };
        assert_eq!(news.is_ok(), is_loaded);
        let place = preset.file.as_ref().map(|file| file.display().to_string());
        news.as_ref().map(|loaded| assert_eq!(Some(loaded), place.as_ref().or(preset.load_key.as_ref())))?;
        Ok(())
    }
}
