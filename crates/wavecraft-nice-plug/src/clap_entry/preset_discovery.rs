//! The plugin's presets in the host's own lists: the factory presets in the plugin, and the user's folder.
//!
//! A host asks without any instance, on its main thread. Nothing is made on the disk: a user's folder that is not there yet is
//! not told of.

use std::any::TypeId;
use std::collections::HashMap;
use std::ffi::{CStr, CString, c_char, c_void};
use std::marker::PhantomData;
use std::path::Path;
use std::ptr;
use std::sync::{Mutex, PoisonError};
use std::time::UNIX_EPOCH;

use clap_sys::factory::preset_discovery::{
    CLAP_PRESET_DISCOVERY_IS_FACTORY_CONTENT, CLAP_PRESET_DISCOVERY_IS_USER_CONTENT,
    CLAP_PRESET_DISCOVERY_LOCATION_FILE, CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN,
    clap_preset_discovery_factory, clap_preset_discovery_filetype, clap_preset_discovery_indexer,
    clap_preset_discovery_location, clap_preset_discovery_location_kind,
    clap_preset_discovery_metadata_receiver, clap_preset_discovery_provider,
    clap_preset_discovery_provider_descriptor,
};
use clap_sys::timestamp::CLAP_TIMESTAMP_UNKNOWN;
use clap_sys::universal_plugin_id::clap_universal_plugin_id;
use clap_sys::version::CLAP_VERSION;
use wavecraft_ipc::PresetBank;
use wavecraft_session::{EXTENSION, PresetFile, PresetLibrary};

use super::GuardedPlugin;
use super::preset_load::{c_text, text, text_pointer};
use crate::panics;

/// The presets of one plugin, as hosts list them.
pub(super) struct Discovery<P>(PhantomData<P>);

impl<P: GuardedPlugin> Discovery<P> {
    /// What the library's entry gives a host that lists presets.
    pub(super) const FACTORY: &clap_preset_discovery_factory = &clap_preset_discovery_factory {
        count: Some(Self::count),
        get_descriptor: Some(Self::get_descriptor),
        create: Some(Self::create),
    };

    unsafe extern "C" fn count(_factory: *const clap_preset_discovery_factory) -> u32 {
        u32::from(P::preset_library().is_some())
    }

    unsafe extern "C" fn get_descriptor(
        _factory: *const clap_preset_discovery_factory,
        index: u32,
    ) -> *const clap_preset_discovery_provider_descriptor {
        let is_known = index == 0 && P::preset_library().is_some();
        if is_known { ptr::from_ref(&descriptor::<P>().table) } else { ptr::null() }
    }

    unsafe extern "C" fn create(
        _factory: *const clap_preset_discovery_factory,
        indexer: *const clap_preset_discovery_indexer,
        id: *const c_char,
    ) -> *const clap_preset_discovery_provider {
        let descriptor = descriptor::<P>();
        // SAFETY: a host's id is null or a text that ends.
        let is_known = unsafe { text(id) } == Some(descriptor.id.as_c_str());
        match P::preset_library() {
            Some(library) if is_known && !indexer.is_null() => {
                let provider = Provider {
                    table: clap_preset_discovery_provider {
                        desc: &raw const descriptor.table,
                        provider_data: ptr::null_mut(),
                        init: Some(init),
                        destroy: Some(destroy),
                        get_metadata: Some(get_metadata),
                        get_extension: Some(get_extension),
                    },
                    indexer,
                    library,
                    plugin_id: c_text(P::CLAP_ID),
                };
                Box::into_raw(Box::new(provider)).cast_const().cast()
            }
            _ => ptr::null(),
        }
    }
}

/// What a host reads of the provider before it makes one.
struct Descriptor {
    table: clap_preset_discovery_provider_descriptor,
    id: CString,
    /// What the table points to.
    _texts: [CString; 2],
}

/// The description of a plugin's provider, made once and kept for as long as the library is loaded.
fn descriptor<P: GuardedPlugin>() -> &'static Descriptor {
    static DESCRIPTORS: Mutex<Option<HashMap<TypeId, &'static Descriptor>>> = Mutex::new(None);
    let mut descriptors = DESCRIPTORS.lock().unwrap_or_else(PoisonError::into_inner);
    descriptors.get_or_insert_default().entry(TypeId::of::<P>()).or_insert_with(|| {
        let id = c_text(&format!("{}.presets", P::CLAP_ID));
        let texts = [c_text(&format!("{} presets", P::NAME)), c_text(P::VENDOR)];
        let table = clap_preset_discovery_provider_descriptor {
            clap_version: CLAP_VERSION,
            id: id.as_ptr(),
            name: texts[0].as_ptr(),
            vendor: texts[1].as_ptr(),
        };
        Box::leak(Box::new(Descriptor { table, id, _texts: texts }))
    })
}

/// One listing of the presets.
#[repr(C)]
struct Provider {
    /// In front, so that a pointer to it is one to the provider.
    table: clap_preset_discovery_provider,
    indexer: *const clap_preset_discovery_indexer,
    library: PresetLibrary,
    plugin_id: CString,
}

impl Provider {
    /// # Safety
    ///
    /// The pointer is null, or what `create` has returned and is not destroyed yet.
    unsafe fn of<'a>(provider: *const clap_preset_discovery_provider) -> Option<&'a Self> {
        // SAFETY: the table stands at the provider's beginning; the caller answers for the rest.
        unsafe { provider.cast::<Self>().as_ref() }
    }

    /// Tells the host where there are presets, and how their files end. Returns whether it takes all of it.
    fn declare(&self) -> bool {
        // SAFETY: the indexer outlives its providers.
        let indexer = unsafe { &*self.indexer };
        let (Some(declare_filetype), Some(declare_location)) =
            (indexer.declare_filetype, indexer.declare_location)
        else {
            return false;
        };
        let name = &self.library.plugin().name;
        let texts = [
            format!("{name} preset"),
            format!("A preset of {name}, as text"),
            EXTENSION.to_owned(),
            name.clone(),
            format!("{name}: user presets"),
        ];
        let [kind, description, extension, factory_name, user_name] =
            texts.each_ref().map(|text| c_text(text));
        let filetype = clap_preset_discovery_filetype {
            name: kind.as_ptr(),
            description: description.as_ptr(),
            file_extension: extension.as_ptr(),
        };
        let declare = |location: &clap_preset_discovery_location| {
            // SAFETY: the host's own function, and a table of texts that live until it returns.
            unsafe { declare_location(self.indexer, location) }
        };
        // SAFETY: as above.
        let mut is_taken = unsafe { declare_filetype(self.indexer, &raw const filetype) };
        if self.library.list().iter().any(|preset| preset.bank == PresetBank::Factory) {
            is_taken &= declare(&clap_preset_discovery_location {
                flags: CLAP_PRESET_DISCOVERY_IS_FACTORY_CONTENT,
                name: factory_name.as_ptr(),
                kind: CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN,
                location: ptr::null(),
            });
        }
        let folder = self.library.user_folder().filter(|folder| folder.is_dir());
        if let Some(folder) = folder.and_then(Path::to_str) {
            let folder = c_text(folder);
            is_taken &= declare(&clap_preset_discovery_location {
                flags: CLAP_PRESET_DISCOVERY_IS_USER_CONTENT,
                name: user_name.as_ptr(),
                kind: CLAP_PRESET_DISCOVERY_LOCATION_FILE,
                location: folder.as_ptr(),
            });
        }
        is_taken
    }

    /// Tells of all factory presets. Returns whether all could be told of.
    fn tell_factory(&self, receiver: &Receiver) -> bool {
        let presets = self.library.list().into_iter().filter(|preset| preset.bank == PresetBank::Factory);
        let mut is_whole = true;
        for listed in presets {
            match self.library.load(&listed.id) {
                Ok((preset, _)) => {
                    let key = c_text(&listed.id);
                    if !self.tell(receiver, &preset, Some(&key), None) {
                        // The host has had enough, which is no fault.
                        return is_whole;
                    }
                }
                Err(error) => {
                    receiver.error(0, &error.to_string());
                    is_whole = false;
                }
            }
        }
        is_whole
    }

    /// Tells of the preset in a file.
    fn tell_file(&self, receiver: &Receiver, path: &Path) -> bool {
        let changed = match std::fs::metadata(path) {
            Ok(metadata) => metadata.modified().ok(),
            Err(error) => {
                receiver.error(error.raw_os_error().unwrap_or(0), &error.to_string());
                return false;
            }
        };
        let changed = changed.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        match self.library.read_file(path) {
            Ok((_, preset)) => {
                self.tell(receiver, &preset, None, changed.map(|since| since.as_secs()));
                true
            }
            Err(error) => {
                receiver.error(0, &error.to_string());
                false
            }
        }
    }

    /// Tells of one preset. Returns whether the host wants to hear of more.
    fn tell(
        &self,
        receiver: &Receiver,
        preset: &PresetFile,
        key: Option<&CString>,
        changed_seconds: Option<u64>,
    ) -> bool {
        let about = &preset.about;
        let wants_more = receiver.begin(&c_text(&about.name), key);
        if wants_more {
            receiver.plugin(&self.plugin_id);
            let bank = if key.is_some() {
                CLAP_PRESET_DISCOVERY_IS_FACTORY_CONTENT
            } else {
                CLAP_PRESET_DISCOVERY_IS_USER_CONTENT
            };
            receiver.describe(bank, about.author.as_deref(), about.description.as_deref(), &about.tags);
            if let Some(seconds) = changed_seconds {
                receiver.changed(seconds);
            }
        }
        wants_more
    }
}

/// Whom the host has hear of presets. Functions that it does not have are left out.
struct Receiver(*const clap_preset_discovery_metadata_receiver);

// Each function of the table is the host's own, and is called with the table and with texts that live until it returns.
impl Receiver {
    fn table(&self) -> &clap_preset_discovery_metadata_receiver {
        // SAFETY: the host's receiver lives until `get_metadata` returns.
        unsafe { &*self.0 }
    }

    fn error(&self, os_error: i32, message: &str) {
        if let Some(on_error) = self.table().on_error {
            let message = c_text(message);
            // SAFETY: see above.
            unsafe { on_error(self.0, os_error, message.as_ptr()) }
        }
    }

    fn begin(&self, name: &CStr, key: Option<&CString>) -> bool {
        let begin_preset = self.table().begin_preset;
        // SAFETY: see above.
        begin_preset.is_some_and(|begin| unsafe { begin(self.0, name.as_ptr(), text_pointer(key)) })
    }

    fn plugin(&self, id: &CStr) {
        if let Some(add_plugin_id) = self.table().add_plugin_id {
            let id = clap_universal_plugin_id { abi: c"clap".as_ptr(), id: id.as_ptr() };
            // SAFETY: see above.
            unsafe { add_plugin_id(self.0, &raw const id) }
        }
    }

    fn describe(&self, flags: u32, author: Option<&str>, description: Option<&str>, tags: &[String]) {
        let clap_preset_discovery_metadata_receiver {
            set_flags,
            add_creator,
            set_description,
            add_feature,
            ..
        } = self.table();
        let call = |function: Option<unsafe extern "C" fn(*const _, *const c_char)>, text: &str| {
            if let Some(function) = function {
                let text = c_text(text);
                // SAFETY: see above.
                unsafe { function(self.0, text.as_ptr()) }
            }
        };
        if let Some(set_flags) = set_flags {
            // SAFETY: see above.
            unsafe { set_flags(self.0, flags) }
        }
        author.into_iter().for_each(|author| call(*add_creator, author));
        description.into_iter().for_each(|description| call(*set_description, description));
        tags.iter().for_each(|tag| call(*add_feature, tag));
    }

    fn changed(&self, seconds: u64) {
        if let Some(set_timestamps) = self.table().set_timestamps {
            // SAFETY: see above.
            unsafe { set_timestamps(self.0, CLAP_TIMESTAMP_UNKNOWN, seconds) }
        }
    }
}

unsafe extern "C" fn init(provider: *const clap_preset_discovery_provider) -> bool {
    // SAFETY: the host calls with its provider.
    let provider = unsafe { Provider::of(provider) };
    provider.is_some_and(|provider| panics::catch(|| provider.declare()).unwrap_or(false))
}

unsafe extern "C" fn destroy(provider: *const clap_preset_discovery_provider) {
    if !provider.is_null() {
        // SAFETY: the host gives back what `create` has made, and does not use it again.
        drop(unsafe { Box::from_raw(provider.cast_mut().cast::<Provider>()) });
    }
}

unsafe extern "C" fn get_metadata(
    provider: *const clap_preset_discovery_provider,
    kind: clap_preset_discovery_location_kind,
    location: *const c_char,
    receiver: *const clap_preset_discovery_metadata_receiver,
) -> bool {
    // SAFETY: the host calls with its provider; the location is null or a text that ends.
    let (provider, location) = unsafe { (Provider::of(provider), text(location)) };
    let Some(provider) = provider.filter(|_| !receiver.is_null()) else { return false };
    let receiver = Receiver(receiver);
    let told = panics::catch(|| match (kind, location.map(CStr::to_str)) {
        (CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN, _) => provider.tell_factory(&receiver),
        (CLAP_PRESET_DISCOVERY_LOCATION_FILE, Some(Ok(path))) => {
            provider.tell_file(&receiver, Path::new(path))
        }
        (CLAP_PRESET_DISCOVERY_LOCATION_FILE, _) => {
            receiver.error(0, "a file has a path, in UTF-8");
            false
        }
        (kind, _) => {
            receiver.error(0, &format!("there are no presets of the kind {kind}"));
            false
        }
    });
    told.unwrap_or_else(|panic| {
        receiver.error(0, &panic);
        false
    })
}

unsafe extern "C" fn get_extension(
    _provider: *const clap_preset_discovery_provider,
    _id: *const c_char,
) -> *const c_void {
    ptr::null()
}
