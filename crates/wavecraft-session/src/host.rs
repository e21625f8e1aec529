//! A host of parameters whose pages' doings can be undone.

mod control;

use std::sync::Arc;

use tracing::warn;
use wavecraft_ipc::{
    AudioStatus, ControllerControl, HostError, MeterFrame, NormalizedValue, NoteInput, ParameterHost,
    ParameterInfo, PluginInfo, SessionControl,
};

use crate::history::{Step, ValueChange};
use crate::session::{Session, SessionEvent};

/// Stands around a [`ParameterHost`]: notes what pages do to its parameters, and answers what concerns the session.
///
/// Everything else goes through as it is. One for all pages that share a host.
pub struct SessionHost<H> {
    inner: Arc<H>,
    session: Arc<Session>,
}

impl<H: ParameterHost> SessionHost<H> {
    /// Notes in `session` what is done to the parameters of `inner`.
    pub fn new(inner: Arc<H>, session: Arc<Session>) -> Self {
        Self { inner, session }
    }

    /// What is remembered.
    pub fn remembered(&self) -> &Arc<Session> {
        &self.session
    }

    /// Ends the step that is being made, if there is one. Whoever calls it acts. Returns whether there was one.
    fn commit(&self) -> bool {
        let changes = self.session.memory().recorder.take();
        if changes.is_empty() {
            return false;
        }
        // The plugin is asked for texts while the memory is free.
        let step = Step { label: self.label(&changes), changes, preset: None };
        self.session.memory().slots.current_mut().history.push(step)
    }

    /// What the user reads of a gesture.
    fn label(&self, changes: &[ValueChange]) -> String {
        let parameters = self.inner.current_parameters();
        let name = |change: &ValueChange| {
            let parameter = parameters.iter().find(|parameter| parameter.id == change.id);
            parameter.map_or_else(|| change.id.clone(), |parameter| parameter.name.clone())
        };
        match changes {
            [change] => {
                let text = self.inner.format_parameter(&change.id, change.after).unwrap_or_default();
                format!("{} {text}", name(change)).trim_end().to_owned()
            }
            [one, other] => format!("{}, {}", name(one), name(other)),
            many => format!("{} parameters", many.len()),
        }
    }

    /// Sets those of the parameters that have another value, each in a gesture of its own. Whoever calls it acts. Returns
    /// what has changed; parameters that are no longer there are left out.
    fn recall<'a>(&self, values: impl IntoIterator<Item = (&'a str, NormalizedValue)>) -> Vec<ValueChange> {
        let mut changes = Vec::new();
        for (id, value) in values {
            match self.recall_one(id, value) {
                Ok(Some(change)) => changes.push(change),
                Ok(None) | Err(HostError::NoSuchParameter { .. }) => {}
                Err(error) => warn!(id, "a parameter was not recalled: {error}"),
            }
        }
        let mut memory = self.session.memory();
        for change in &changes {
            memory.recorder.recalled(&change.id, change.after);
        }
        changes
    }

    fn recall_one(&self, id: &str, value: NormalizedValue) -> Result<Option<ValueChange>, HostError> {
        let before = self.inner.get_parameter(id)?;
        if before == value {
            return Ok(None);
        }
        self.inner.begin_gesture(id)?;
        let set = self.inner.set_parameter(id, value);
        self.inner.end_gesture(id)?;
        Ok(Some(ValueChange { id: id.to_owned(), before, after: set? }))
    }

    /// Tells pages of a step that the user has made.
    fn tell_step(&self) {
        self.session.tell(SessionEvent::HistoryChanged);
        self.tell_modified();
    }

    fn tell_modified(&self) {
        self.session.tell_modified(self.current_preset().modified);
    }
}

impl<H: ParameterHost> ParameterHost for SessionHost<H> {
    fn info(&self) -> PluginInfo {
        self.inner.info()
    }

    fn all_parameters(&self) -> Vec<ParameterInfo> {
        self.inner.all_parameters()
    }

    fn current_parameters(&self) -> Vec<ParameterInfo> {
        self.inner.current_parameters()
    }

    fn get_parameter(&self, id: &str) -> Result<NormalizedValue, HostError> {
        self.inner.get_parameter(id)
    }

    fn set_parameter(&self, id: &str, value: NormalizedValue) -> Result<NormalizedValue, HostError> {
        let acting = self.session.act();
        let is_known = self.session.memory().recorder.knows(id);
        let before = if is_known { None } else { Some(self.inner.get_parameter(id)?) };
        let taken = self.inner.set_parameter(id, value)?;
        let is_open = {
            let recorder = &mut self.session.memory().recorder;
            if let Some(before) = before {
                recorder.note(id, before);
            }
            recorder.set(id, taken);
            recorder.is_open()
        };
        let is_step = !is_open && self.commit();
        drop(acting);
        if is_step {
            self.tell_step();
        }
        Ok(taken)
    }

    fn begin_gesture(&self, id: &str) -> Result<(), HostError> {
        let _acting = self.session.act();
        let value = self.inner.get_parameter(id)?;
        self.inner.begin_gesture(id)?;
        self.session.memory().recorder.begin(id, value);
        Ok(())
    }

    fn end_gesture(&self, id: &str) -> Result<(), HostError> {
        let acting = self.session.act();
        let ended = self.inner.end_gesture(id);
        let is_over = self.session.memory().recorder.end(id);
        let is_step = is_over && self.commit();
        drop(acting);
        if is_step {
            self.tell_step();
        }
        ended
    }

    fn format_parameter(&self, id: &str, value: NormalizedValue) -> Result<String, HostError> {
        self.inner.format_parameter(id, value)
    }

    fn parse_parameter(&self, id: &str, text: &str) -> Result<NormalizedValue, HostError> {
        self.inner.parse_parameter(id, text)
    }

    fn meter_frame(&self) -> Option<MeterFrame> {
        self.inner.meter_frame()
    }

    fn audio_status(&self) -> Option<AudioStatus> {
        self.inner.audio_status()
    }

    fn session(&self) -> Option<&dyn SessionControl> {
        Some(self)
    }

    fn note_input(&self) -> Option<&dyn NoteInput> {
        self.inner.note_input()
    }

    fn controllers(&self) -> Option<&dyn ControllerControl> {
        self.inner.controllers()
    }

    fn request_resize(&self, width: u32, height: u32) -> bool {
        self.inner.request_resize(width, height)
    }

    fn open_host_menu(&self, id: &str, x: f64, y: f64) -> Result<bool, HostError> {
        self.inner.open_host_menu(id, x, y)
    }
}
