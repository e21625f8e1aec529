//! Parameters without a plugin.

mod text;

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::audio_status::AudioStatus;
use crate::error::HostError;
use crate::host::ParameterHost;
use crate::meter::MeterFrame;
use crate::parameter::ParameterInfo;
use crate::plugin::PluginInfo;
use crate::value::NormalizedValue;

/// Holds parameters in memory, for the development server's answers and for tests.
///
/// Stepped parameters take the nearest value that they can have. As no plugin is here to ask, a value's text is made
/// from its unit and range, taken as linear; a host that has a plugin at hand answers
/// [`format_parameter`](ParameterHost::format_parameter) and [`parse_parameter`](ParameterHost::parse_parameter)
/// itself. The window is not its own: it accepts no size.
///
/// Usable from any thread but the audio thread.
pub struct InMemoryParameterHost {
    info: PluginInfo,
    /// A plain mutex: each call holds it for a look-up and a copy at most, and none waits inside.
    state: Mutex<State>,
}

struct State {
    parameters: ParameterSet,
    meter_frame: Option<MeterFrame>,
    audio_status: Option<AudioStatus>,
}

impl InMemoryParameterHost {
    /// A host with these parameters, at the values that they bring.
    ///
    /// # Errors
    ///
    /// [`ParameterSetError`] when an id is empty or used twice.
    pub fn new(info: PluginInfo, parameters: Vec<ParameterInfo>) -> Result<Self, ParameterSetError> {
        let parameters = ParameterSet::new(parameters)?;
        Ok(Self { info, state: Mutex::new(State { parameters, meter_frame: None, audio_status: None }) })
    }

    /// Sets a parameter like [`set_parameter`](ParameterHost::set_parameter), and calls `then` with its position in
    /// the order of [`all_parameters`](ParameterHost::all_parameters) and its new value.
    ///
    /// No other call comes in between. Whoever keeps a copy of the values, as for the audio thread, writes it there:
    /// then both always end with the same value, whichever threads set it. `then` must not call this host.
    ///
    /// # Errors
    ///
    /// [`HostError::NoSuchParameter`]; `then` is not called.
    pub fn set_parameter_and(
        &self,
        id: &str,
        value: NormalizedValue,
        then: impl FnOnce(usize, NormalizedValue),
    ) -> Result<NormalizedValue, HostError> {
        let mut state = self.state();
        let position = state.parameters.position(id)?;
        let value = state.parameters.entries[position].set(value);
        then(position, value);
        Ok(value)
    }

    /// Takes other parameters, as after a reload, and calls `then` with all values in the new order. A parameter that
    /// was there before keeps its value, whatever else about it has changed; a new one has the value that it brings.
    ///
    /// No other call comes in between. `then` must not call this host. Tell the pages with
    /// [`ParametersChanged`](crate::notifications::ParametersChanged).
    ///
    /// # Errors
    ///
    /// [`ParameterSetError`] when an id is empty or used twice. The old parameters stay, and `then` is not called.
    pub fn replace_parameters_and(
        &self,
        parameters: Vec<ParameterInfo>,
        then: impl FnOnce(&[NormalizedValue]),
    ) -> Result<(), ParameterSetError> {
        let mut parameters = ParameterSet::new(parameters)?;
        let mut state = self.state();
        for entry in &mut parameters.entries {
            if let Ok(position) = state.parameters.position(&entry.info.id) {
                entry.set(state.parameters.entries[position].value);
            }
        }
        state.parameters = parameters;
        let values: Vec<_> = state.parameters.entries.iter().map(|entry| entry.value).collect();
        then(&values);
        Ok(())
    }

    /// Gives the pages these levels when they ask next; `None` when nothing is measured any more.
    pub fn set_meter_frame(&self, frame: Option<MeterFrame>) {
        self.state().meter_frame = frame;
    }

    /// Gives the pages this status when they ask next.
    pub fn set_audio_status(&self, status: Option<AudioStatus>) {
        self.state().audio_status = status;
    }

    /// The state, also after a panic in a caller's `then`: nothing is ever half written when one is called.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What `read` makes of a parameter.
    fn read<T>(&self, id: &str, read: impl FnOnce(&Entry) -> T) -> Result<T, HostError> {
        let state = self.state();
        let position = state.parameters.position(id)?;
        Ok(read(&state.parameters.entries[position]))
    }
}

impl ParameterHost for InMemoryParameterHost {
    fn info(&self) -> PluginInfo {
        self.info.clone()
    }

    fn all_parameters(&self) -> Vec<ParameterInfo> {
        self.state().parameters.entries.iter().map(Entry::current).collect()
    }

    fn get_parameter(&self, id: &str) -> Result<NormalizedValue, HostError> {
        self.read(id, |entry| entry.value)
    }

    fn set_parameter(&self, id: &str, value: NormalizedValue) -> Result<NormalizedValue, HostError> {
        self.set_parameter_and(id, value, |_, _| {})
    }

    fn format_parameter(&self, id: &str, value: NormalizedValue) -> Result<String, HostError> {
        self.read(id, |entry| text::format(&entry.info, entry.allowed(value)))
    }

    fn parse_parameter(&self, id: &str, text: &str) -> Result<NormalizedValue, HostError> {
        self.read(id, |entry| match text::parse(&entry.info, text) {
            Some(value) => Ok(entry.allowed(value)),
            None => Err(match text::nearest_end(&entry.info, text) {
                Some(nearest) => HostError::beyond_range(id, text, nearest),
                None => HostError::not_a_value(id, text),
            }),
        })?
    }

    fn meter_frame(&self) -> Option<MeterFrame> {
        self.state().meter_frame
    }

    fn audio_status(&self) -> Option<AudioStatus> {
        self.state().audio_status.clone()
    }
}

/// Parameters whose ids are all different.
struct ParameterSet {
    entries: Vec<Entry>,
    positions: HashMap<String, usize>,
}

impl ParameterSet {
    fn new(parameters: Vec<ParameterInfo>) -> Result<Self, ParameterSetError> {
        let mut positions = HashMap::with_capacity(parameters.len());
        for (position, parameter) in parameters.iter().enumerate() {
            if parameter.id.is_empty() {
                return Err(ParameterSetError::EmptyId { name: parameter.name.clone() });
            }
            if positions.insert(parameter.id.clone(), position).is_some() {
                return Err(ParameterSetError::DuplicateId { id: parameter.id.clone() });
            }
        }
        Ok(Self { entries: parameters.into_iter().map(Entry::new).collect(), positions })
    }

    fn position(&self, id: &str) -> Result<usize, HostError> {
        self.positions.get(id).copied().ok_or_else(|| HostError::no_such_parameter(id))
    }
}

/// A parameter and its value.
struct Entry {
    /// As it came, with the text of the value that it came with.
    info: ParameterInfo,
    value: NormalizedValue,
}

impl Entry {
    fn new(info: ParameterInfo) -> Self {
        let value = info.value.snapped(info.steps.unwrap_or(0));
        Self { info, value }
    }

    /// The nearest value that the parameter can have.
    fn allowed(&self, value: NormalizedValue) -> NormalizedValue {
        value.snapped(self.info.steps.unwrap_or(0))
    }

    fn set(&mut self, value: NormalizedValue) -> NormalizedValue {
        self.value = self.allowed(value);
        self.value
    }

    /// The parameter as it is now. The text that came with it comes from the plugin, so it is kept while it holds.
    fn current(&self) -> ParameterInfo {
        let mut info = self.info.clone();
        if info.value != self.value || info.text.is_empty() {
            info.text = text::format(&info, self.value);
            info.value = self.value;
        }
        info
    }
}

/// Why parameters cannot be taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParameterSetError {
    /// A parameter has no id. Give it one that never changes.
    #[error("the parameter named `{name}` has an empty id; give it one that never changes")]
    EmptyId {
        /// The parameter's name.
        name: String,
    },
    /// Two parameters share an id.
    #[error("two parameters have the id `{id}`; give each its own")]
    DuplicateId {
        /// The id.
        id: String,
    },
}
