//! The plugin's side of the protocol.

use std::sync::Arc;

use nice_plug::context::gui::GuiContext;
use wavecraft_ipc::{HostError, MeterFrame, NormalizedValue, ParameterHost, ParameterInfo, PluginInfo};

use super::dirty_parameters::DirtyParameters;
use super::gestures::{GestureHost, Gestures};
use super::notification_outbox::LatestLevels;
use crate::export::{parameter_info, parameter_infos};
use crate::parameters::ParameterTable;

/// Asks for another size of the window, in logical pixels; whether it will get it.
pub type Resizer = Box<dyn Fn(u32, u32) -> bool + Send + Sync>;

/// Something that tells the host of a gesture or a value.
pub type Task = Box<dyn FnOnce() + Send>;

/// Runs tasks, in order, on a thread on which the host takes them: VST3 hosts do so on their main thread alone.
pub type ToHost = Arc<dyn Fn(Task) + Send + Sync>;

/// A plugin's parameters, as the page of its open editor sees them: values go to the host as its user's doing, within
/// gestures, and to the DSP.
///
/// One is made for each opening of the editor, with the [`GuiContext`] of that opening. Called from the editor's
/// thread, never from the audio thread; what it has to tell the host goes through [`ToHost`].
pub struct PluginHost {
    info: PluginInfo,
    table: Arc<ParameterTable>,
    context: GuiContext,
    to_host: ToHost,
    dirty: Arc<DirtyParameters>,
    gestures: Gestures,
    levels: LatestLevels,
    resizer: Resizer,
}

impl PluginHost {
    /// A host of the parameters of `table`. What the page sets is known to `dirty`; `levels` are the newest.
    pub fn new(
        info: PluginInfo,
        table: Arc<ParameterTable>,
        context: GuiContext,
        to_host: ToHost,
        dirty: Arc<DirtyParameters>,
        levels: LatestLevels,
        resizer: Resizer,
    ) -> Self {
        let gestures = Gestures::new(table.len());
        Self { info, table, context, to_host, dirty, gestures, levels, resizer }
    }

    fn index_of(&self, id: &str) -> Result<usize, HostError> {
        self.table.index_of(id).ok_or_else(|| HostError::no_such_parameter(id))
    }

    /// Gives a parameter the value that a page has set and the plugin has not taken yet.
    fn show(&self, index: usize, parameter: &mut ParameterInfo) {
        let shown = NormalizedValue::clamped(self.dirty.shown(index, parameter.value.get()));
        if shown != parameter.value {
            parameter.value = shown;
            if let Some(text) = self.table.format(index, shown.get()) {
                parameter.text = text;
            }
        }
    }

    /// Tells the host something, where it takes it.
    fn tell_host(&self, tell: impl FnOnce(&ParameterTable, &GuiContext) + Send + 'static) {
        let (table, context) = (Arc::clone(&self.table), self.context.clone());
        (self.to_host)(Box::new(move || tell(&table, &context)));
    }
}

impl ParameterHost for PluginHost {
    fn info(&self) -> PluginInfo {
        self.info.clone()
    }

    fn all_parameters(&self) -> Vec<ParameterInfo> {
        let mut parameters = parameter_infos(&self.table);
        for (index, parameter) in parameters.iter_mut().enumerate() {
            self.show(index, parameter);
            self.dirty.set_known(index, parameter.value.get());
        }
        parameters
    }

    fn get_parameter(&self, id: &str) -> Result<NormalizedValue, HostError> {
        let index = self.index_of(id)?;
        let mut info = parameter_info(&self.table, index).ok_or_else(|| HostError::no_such_parameter(id))?;
        self.show(index, &mut info);
        Ok(info.value)
    }

    fn set_parameter(&self, id: &str, value: NormalizedValue) -> Result<NormalizedValue, HostError> {
        let index = self.index_of(id)?;
        let taken = self.table.nearest(index, value.get()).map_or(value, NormalizedValue::clamped);
        // Before the host hears of it, since it may report it back at once.
        self.dirty.set_known(index, taken.get());
        self.gestures.change(index, self, || {
            self.tell_host(move |table, context| table.set_through(index, context, taken.get()));
        });
        Ok(taken)
    }

    fn begin_gesture(&self, id: &str) -> Result<(), HostError> {
        self.gestures.begin(self.index_of(id)?, self);
        Ok(())
    }

    fn end_gesture(&self, id: &str) -> Result<(), HostError> {
        self.gestures.end(self.index_of(id)?, self);
        Ok(())
    }

    fn format_parameter(&self, id: &str, value: NormalizedValue) -> Result<String, HostError> {
        let text = self.table.format(self.index_of(id)?, value.get());
        text.ok_or_else(|| HostError::failed("the parameter has no text"))
    }

    fn parse_parameter(&self, id: &str, text: &str) -> Result<NormalizedValue, HostError> {
        let value = self.table.parse(self.index_of(id)?, text).map(NormalizedValue::clamped);
        value.ok_or_else(|| HostError::not_a_value(id, text))
    }

    fn meter_frame(&self) -> Option<MeterFrame> {
        self.levels.newest()
    }

    fn request_resize(&self, width: u32, height: u32) -> bool {
        (self.resizer)(width, height)
    }
}

impl GestureHost for PluginHost {
    fn begin(&self, index: usize) {
        self.tell_host(move |table, context| table.begin_through(index, context));
    }

    fn end(&self, index: usize) {
        self.tell_host(move |table, context| table.end_through(index, context));
    }
}
