//! Presets that the host loads, whether or not the window is open, and its word of what is to be saved.
//!
//! A preset goes through the session, as a page's does: one step to undo, and a gesture for each parameter that differs. The
//! plugin has the values at once, so that the host may ask for them; its smoothers glide there. What the host is told of them
//! waits for its next block or flush.

use std::cell::OnceCell;
use std::ffi::{CStr, CString, c_char};
use std::path::Path;
use std::ptr;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use clap_sys::ext::context_menu::clap_host_context_menu;
use clap_sys::ext::preset_load::clap_host_preset_load;
use clap_sys::factory::preset_discovery::{
    CLAP_PRESET_DISCOVERY_LOCATION_FILE, CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN,
    clap_preset_discovery_location_kind,
};
use clap_sys::id::clap_id;
use nice_plug::context::gui::{GuiContext, GuiContextInner};
use nice_plug::params::internals::ParamPtr;
use nice_plug::prelude::{PluginApi, PluginState};
use nice_plug::wrapper::clap::{Wrapper, clap_host};
use wavecraft_ipc::{HostKind, PluginInfo, SessionControl};
use wavecraft_session::{SessionEvent, SessionHost, Subscription};

use super::GuardedPlugin;
use super::context_menu::ContextMenu;
use crate::instance_session::InstanceSession;
use crate::page::{LatestLevels, PluginHost};
use crate::panics;
use crate::parameters::ParameterTable;

/// What a host is told of a parameter, in the order in which it happens.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum ToldParameter {
    /// The user takes hold.
    Begin(clap_id),
    /// A value, in CLAP's unit.
    Value(clap_id, f64),
    /// The user lets go.
    End(clap_id),
}

/// What the host can do with the session of an instance. The main thread's.
pub(super) struct HostSession {
    instance: Arc<InstanceSession>,
    host: SessionHost<PluginHost>,
    told: Arc<Mutex<Vec<ToldParameter>>>,
    /// The rate at which smoothers glide, as bits; zero while the plugin is not active.
    sample_rate_bits: Arc<AtomicU32>,
    unsaved: Arc<UnsavedNotice>,
    _subscription: Subscription,
    /// What the host calls the parameters, in the order of the table.
    parameter_ids: Vec<Option<clap_id>>,
    menu: OnceCell<ContextMenu>,
}

/// Why a preset was not loaded: the system's error if it is one, and a sentence.
pub(super) struct LoadError {
    os_error: i32,
    message: String,
}

/// A preset's place, as the host names it. The pointers are the host's own.
#[derive(Clone, Copy)]
pub(super) struct PresetPlace {
    pub kind: clap_preset_discovery_location_kind,
    pub location: *const c_char,
    pub load_key: *const c_char,
}

impl HostSession {
    /// Of the instance that the wrapper has.
    pub(super) fn new<P: GuardedPlugin>(
        wrapper: &Arc<Wrapper<P>>,
        instance: Arc<InstanceSession>,
        unsaved: Arc<UnsavedNotice>,
    ) -> Self {
        let parameter_ids = parameter_ids(wrapper, instance.table());
        let wrapper = Arc::downgrade(wrapper);
        let (told, sample_rate_bits) = (Arc::default(), Arc::default());
        let context = GuiContext::new(Arc::new(HostLoad {
            wrapper,
            told: Arc::clone(&told),
            sample_rate_bits: Arc::clone(&sample_rate_bits),
        }));
        let parameters = PluginHost::new(
            PluginInfo::new(P::NAME, P::VENDOR, P::VERSION, HostKind::Plugin),
            Arc::clone(instance.table()),
            context,
            Arc::new(|task| task()),
            Arc::clone(instance.dirty()),
            Arc::clone(instance.pending()),
            LatestLevels::default(),
            Box::new(|_, _| false),
        );
        let host = SessionHost::new(Arc::new(parameters), Arc::clone(instance.session()));
        let notice = Arc::clone(&unsaved);
        let subscription = instance.session().subscribe(move |event| {
            if event == SessionEvent::SavedSessionChanged {
                notice.give();
            }
        });
        Self {
            instance,
            host,
            told,
            sample_rate_bits,
            unsaved,
            _subscription: subscription,
            parameter_ids,
            menu: OnceCell::new(),
        }
    }

    /// Connects the page to the menu that the host has for each parameter.
    ///
    /// # Safety
    ///
    /// The host lives as long as this session, and the table is its own. The main thread.
    pub(super) unsafe fn connect_menu(&self, host: *const clap_host, table: clap_host_context_menu) {
        let (menu, ids) = (self.instance.host_menu(), self.parameter_ids.clone());
        // SAFETY: the caller answers for the host; the session is dropped on the main thread.
        let menu = unsafe { ContextMenu::connect(menu, host, table, ids) };
        if let Some(menu) = menu {
            self.menu.get_or_init(|| menu);
        }
    }

    /// The plugin is active at this rate, or is not.
    pub(super) fn set_sample_rate(&self, sample_rate_hz: Option<f32>) {
        self.sample_rate_bits.store(sample_rate_hz.unwrap_or(0.0).to_bits(), Ordering::Release);
    }

    /// Nothing of what a page has set is on its way to the plugin any more.
    pub(super) fn set_nothing_pending(&self) {
        self.instance.pending().clear();
    }

    /// Loads a preset. What the host is to be told of parameters can be taken afterwards.
    ///
    /// # Safety
    ///
    /// The place's pointers are null or texts that end.
    pub(super) unsafe fn load(&self, place: PresetPlace) -> Result<(), LoadError> {
        // SAFETY: the caller answers for it.
        let [location, load_key] = unsafe { [text(place.location), text(place.load_key)] };
        let loaded = panics::catch(|| match (place.kind, location, load_key) {
            (CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN, _, Some(load_key)) => {
                let id = load_key.to_str().map_err(|_| LoadError::new("a preset's key is UTF-8"))?;
                self.host.load_preset(id).map_err(|error| LoadError::new(error.to_string()))
            }
            (CLAP_PRESET_DISCOVERY_LOCATION_PLUGIN, _, None) => {
                Err(LoadError::new("a factory preset has a key"))
            }
            (CLAP_PRESET_DISCOVERY_LOCATION_FILE, Some(location), _) => {
                let path = location.to_str().map_err(|_| LoadError::new("a preset's path is UTF-8"))?;
                self.load_file(Path::new(path))
            }
            (CLAP_PRESET_DISCOVERY_LOCATION_FILE, None, _) => Err(LoadError::new("a file has a path")),
            (kind, ..) => Err(LoadError::new(format!("there are no presets of the kind {kind}"))),
        });
        self.set_nothing_pending();
        match loaded {
            Ok(Ok(ignored)) => {
                for ignored in ignored {
                    tracing::warn!("The preset is loaded, but {ignored}");
                }
                Ok(())
            }
            Ok(Err(error)) => Err(error),
            Err(panic) => Err(LoadError::new(panic)),
        }
    }

    fn load_file(&self, path: &Path) -> Result<Vec<String>, LoadError> {
        // What the system says of the file is the host's to know by number.
        let os_error = std::fs::File::open(path).err().and_then(|error| error.raw_os_error());
        let loaded = self.host.load_preset_file(path);
        loaded.map_err(|error| LoadError { os_error: os_error.unwrap_or(0), message: error.to_string() })
    }

    /// What the host is to be told of parameters since the last time.
    pub(super) fn take_told(&self) -> Vec<ToldParameter> {
        std::mem::take(&mut lock(&self.told))
    }

    /// Whether the host has yet to hear that the project is to be saved again. Who gets a yes tells it.
    pub(super) fn take_unsaved(&self) -> bool {
        self.unsaved.is_given.swap(false, Ordering::AcqRel)
    }
}

/// What the host calls the parameters, in the order of the table.
fn parameter_ids<P: GuardedPlugin>(wrapper: &Wrapper<P>, table: &ParameterTable) -> Vec<Option<clap_id>> {
    let mut ids = vec![None; table.len()];
    for (pointer, id) in &wrapper.param_ptr_to_hash {
        if let Some(index) = table.index_of_pointer(*pointer) {
            ids[index] = Some(*id);
        }
    }
    ids
}

impl Drop for HostSession {
    fn drop(&mut self) {
        self.unsaved.end();
    }
}

impl LoadError {
    fn new(message: impl Into<String>) -> Self {
        Self { os_error: 0, message: message.into() }
    }

    /// Tells the host.
    ///
    /// # Safety
    ///
    /// The host and its table are valid. The main thread.
    pub(super) unsafe fn tell(
        &self,
        host: *const clap_host,
        table: &clap_host_preset_load,
        place: PresetPlace,
    ) {
        let PresetPlace { kind, location, load_key } = place;
        let message = c_text(&self.message);
        if let Some(on_error) = table.on_error {
            // SAFETY: the caller answers for the host; what it is given are its own pointers, and a text that ends.
            unsafe { on_error(host, kind, location, load_key, self.os_error, message.as_ptr()) }
        }
    }
}

/// Word that what a project keeps has changed, from any thread to the main thread.
pub(super) struct UnsavedNotice {
    is_given: AtomicBool,
    /// `None` once the instance is about to be destroyed.
    host: Mutex<Option<HostPointer>>,
}

/// A host, for what may be called on any thread.
struct HostPointer(*const clap_host);

// SAFETY: `request_callback`, the only thing that is called through it, may be called on any thread.
unsafe impl Send for HostPointer {}

impl UnsavedNotice {
    /// # Safety
    ///
    /// The host is valid until [`end`](Self::end) is called.
    pub(super) unsafe fn new(host: *const clap_host) -> Self {
        Self { is_given: AtomicBool::new(false), host: Mutex::new(Some(HostPointer(host))) }
    }

    fn give(&self) {
        self.is_given.store(true, Ordering::Release);
        if let Some(HostPointer(host)) = *lock(&self.host) {
            // SAFETY: the host is valid as long as its pointer is there, and the lock is held.
            unsafe {
                if let Some(request_callback) = (*host).request_callback {
                    request_callback(host);
                }
            }
        }
    }

    /// The host is asked for nothing any more once this returns.
    fn end(&self) {
        lock(&self.host).take();
    }
}

/// nice-plug's way to a host, for presets that the host loads itself.
struct HostLoad<P: GuardedPlugin> {
    wrapper: Weak<Wrapper<P>>,
    told: Arc<Mutex<Vec<ToldParameter>>>,
    sample_rate_bits: Arc<AtomicU32>,
}

impl<P: GuardedPlugin> HostLoad<P> {
    fn tell(&self, parameter: ParamPtr, told: impl FnOnce(clap_id) -> ToldParameter) {
        let id =
            self.wrapper.upgrade().and_then(|wrapper| wrapper.param_ptr_to_hash.get(&parameter).copied());
        lock(&self.told).extend(id.map(told));
    }
}

impl<P: GuardedPlugin> GuiContextInner for HostLoad<P> {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Clap
    }

    unsafe fn raw_begin_set_parameter(&self, parameter: ParamPtr) {
        self.tell(parameter, ToldParameter::Begin);
    }

    unsafe fn raw_set_parameter_normalized(&self, parameter: ParamPtr, normalized: f32) {
        // SAFETY: the parameter is one of the instance's table, which keeps them alive. They are atomics, as they are where
        // nice-plug sets them on the main thread.
        let steps = unsafe {
            let sample_rate_hz = f32::from_bits(self.sample_rate_bits.load(Ordering::Acquire));
            if parameter._internal_set_normalized_value(normalized) && sample_rate_hz > 0.0 {
                parameter._internal_update_smoother(sample_rate_hz, false);
            }
            parameter.step_count().unwrap_or(1)
        };
        self.tell(parameter, |id| ToldParameter::Value(id, f64::from(normalized) * steps as f64));
    }

    unsafe fn raw_end_set_parameter(&self, parameter: ParamPtr) {
        self.tell(parameter, ToldParameter::End);
    }

    fn get_state(&self) -> PluginState {
        let empty = || PluginState {
            version: P::VERSION.to_owned(),
            params: std::collections::BTreeMap::default(),
            fields: std::collections::BTreeMap::default(),
        };
        self.wrapper.upgrade().map_or_else(empty, |wrapper| wrapper.get_state_object())
    }

    fn set_state(&self, state: PluginState) {
        if let Some(wrapper) = self.wrapper.upgrade() {
            wrapper.set_state_object_from_gui(state);
        }
    }

    fn request_restart(&self) {
        if let Some(wrapper) = self.wrapper.upgrade() {
            wrapper.request_restart();
        }
    }
}

/// A host's text.
///
/// # Safety
///
/// The pointer is null or a text that ends, for as long as it is used.
pub(super) unsafe fn text<'a>(text: *const c_char) -> Option<&'a CStr> {
    // SAFETY: the caller answers for it.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) })
}

/// A text for the host. A NUL would end it early, so there is none.
pub(super) fn c_text(text: &str) -> CString {
    CString::new(text.replace('\0', " ")).unwrap_or_default()
}

/// A pointer to a text that may be missing.
pub(super) fn text_pointer(text: Option<&CString>) -> *const c_char {
    text.map_or(ptr::null(), |text| text.as_ptr())
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
