//! The plugin's side of the protocol.

use std::sync::Arc;

use nice_plug::context::gui::GuiContext;
use wavecraft_ipc::{
    AudioStatus, ControllerControl, HostError, MeterFrame, NormalizedValue, NoteInput, ParameterHost,
    ParameterInfo, PluginInfo,
};
use wavecraft_session::Controllers;

use super::dirty_parameters::DirtyParameters;
use super::gestures::{GestureHost, Gestures};
use super::host_audio::HostAudio;
use super::notes::PageNotes;
use super::notification_outbox::LatestLevels;
use crate::export::parameter_infos;
use crate::parameters::{ParameterTable, PendingValues, TableHost};

/// Asks for another size of the window, in logical pixels; whether it will get it.
pub type Resizer = Box<dyn Fn(u32, u32) -> bool + Send + Sync>;

/// Has the host show its menu for the parameter of an index, at a place of the page in logical pixels.
pub type MenuOpener = Box<dyn Fn(usize, (f64, f64)) + Send + Sync>;

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
    pending: Arc<PendingValues>,
    gestures: Gestures,
    levels: LatestLevels,
    resizer: Resizer,
    notes: Option<Arc<PageNotes>>,
    menu_opener: Option<MenuOpener>,
    controllers: Option<Arc<Controllers>>,
    audio: Option<Arc<HostAudio>>,
}

impl PluginHost {
    /// A host of the parameters of `table`. What the page sets is known to `dirty` and kept in `pending`; `levels` are the
    /// newest.
    #[allow(clippy::too_many_arguments, reason = "each is a thing of its own, and there is one caller")]
    pub fn new(
        info: PluginInfo,
        table: Arc<ParameterTable>,
        context: GuiContext,
        to_host: ToHost,
        dirty: Arc<DirtyParameters>,
        pending: Arc<PendingValues>,
        levels: LatestLevels,
        resizer: Resizer,
    ) -> Self {
        let gestures = Gestures::new(table.len());
        Self {
            info,
            table,
            context,
            to_host,
            dirty,
            pending,
            gestures,
            levels,
            resizer,
            notes: None,
            menu_opener: None,
            controllers: None,
            audio: None,
        }
    }

    /// The page can teach MIDI controllers to move parameters.
    #[must_use]
    pub fn with_controllers(self, controllers: Arc<Controllers>) -> Self {
        Self { info: self.info.with_controllers(true), controllers: Some(controllers), ..self }
    }

    /// The page can ask for which sample rate and block the host has activated the plugin.
    #[must_use]
    pub fn with_audio(self, audio: Arc<HostAudio>) -> Self {
        Self { audio: Some(audio), ..self }
    }

    /// The page can play notes, which go to the audio thread by `notes`.
    #[must_use]
    pub fn with_notes(self, notes: Arc<PageNotes>) -> Self {
        Self { info: self.info.with_midi_input(true), notes: Some(notes), ..self }
    }

    /// The host has a menu of its own for each parameter.
    #[must_use]
    pub fn with_host_menu(self, opener: MenuOpener) -> Self {
        Self { info: self.info.with_host_menu(true), menu_opener: Some(opener), ..self }
    }

    fn index_of(&self, id: &str) -> Result<usize, HostError> {
        self.table.index_of(id).ok_or_else(|| HostError::no_such_parameter(id))
    }

    /// The value that a page has set and the plugin has not taken yet, or else the plugin's.
    fn shown(&self, index: usize, value: NormalizedValue) -> NormalizedValue {
        NormalizedValue::clamped(self.dirty.shown(index, value.get()))
    }

    /// Gives a parameter the value that a page has set and the plugin has not taken yet.
    fn show(&self, index: usize, parameter: &mut ParameterInfo) {
        let shown = self.shown(index, parameter.value);
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
        let parameters = self.current_parameters();
        for (index, parameter) in parameters.iter().enumerate() {
            self.dirty.set_known(index, parameter.value.get());
        }
        parameters
    }

    fn current_parameters(&self) -> Vec<ParameterInfo> {
        let mut parameters = parameter_infos(&self.table);
        for (index, parameter) in parameters.iter_mut().enumerate() {
            self.show(index, parameter);
        }
        parameters
    }

    fn get_parameter(&self, id: &str) -> Result<NormalizedValue, HostError> {
        let index = self.index_of(id)?;
        let value = self.table.value(index).ok_or_else(|| HostError::no_such_parameter(id))?;
        Ok(self.shown(index, NormalizedValue::clamped(value)))
    }

    fn set_parameter(&self, id: &str, value: NormalizedValue) -> Result<NormalizedValue, HostError> {
        let index = self.index_of(id)?;
        let taken = self.table.nearest(index, value.get()).map_or(value, NormalizedValue::clamped);
        // Before the host hears of it, since it may report it back at once.
        self.dirty.set_known(index, taken.get());
        if let Some(before) = self.table.value(index) {
            self.pending.set(index, taken.get(), before);
        }
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
        TableHost::new(&self.table).format_parameter(id, value)
    }

    fn parse_parameter(&self, id: &str, text: &str) -> Result<NormalizedValue, HostError> {
        TableHost::new(&self.table).parse_parameter(id, text)
    }

    fn meter_frame(&self) -> Option<MeterFrame> {
        self.levels.newest()
    }

    fn audio_status(&self) -> Option<AudioStatus> {
        self.audio.as_ref()?.status()
    }

    fn note_input(&self) -> Option<&dyn NoteInput> {
        self.notes.as_deref().map(|notes| notes as &dyn NoteInput)
    }

    fn controllers(&self) -> Option<&dyn ControllerControl> {
        self.controllers.as_deref().map(|controllers| controllers as &dyn ControllerControl)
    }

    fn request_resize(&self, width: u32, height: u32) -> bool {
        (self.resizer)(width, height)
    }

    fn open_host_menu(&self, id: &str, x: f64, y: f64) -> Result<bool, HostError> {
        let index = self.index_of(id)?;
        if let Some(open) = &self.menu_opener {
            open(index, (x, y));
        }
        Ok(self.menu_opener.is_some())
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
