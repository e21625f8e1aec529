//! The plugin's signals, on their way from whichever processor plays now to the pages.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use wavecraft_ffi::FfiSignalReader;
use wavecraft_ipc::SignalInfo;
use wavecraft_metering::analysis::{SignalRead, SignalSource};
use wavecraft_metering::{SignalDescription, SignalPosition};

/// The signals of one build of the plugin: what they are, and what reads those of the processor that plays.
///
/// Cloning is cheap, and all clones are of the same signals. Usable from any thread but the audio thread.
#[derive(Clone, Debug, Default)]
pub struct OwnSignals {
    infos: Arc<[SignalInfo]>,
    /// A plain mutex: held to copy some frames.
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    reader: Option<FfiSignalReader>,
    /// Which are listened to, in whatever processor.
    listening: Vec<bool>,
}

impl OwnSignals {
    /// These signals, which nobody reads yet.
    pub fn new(infos: Vec<SignalInfo>) -> Self {
        let state = State { reader: None, listening: vec![false; infos.len()] };
        Self { infos: infos.into(), state: Arc::new(Mutex::new(state)) }
    }

    /// What they are.
    pub fn descriptions(&self) -> Vec<SignalDescription> {
        self.infos.iter().map(SignalDescription::from).collect()
    }

    /// Reads those of another processor from now on. What was listened to still is.
    pub fn connect(&self, reader: Option<FfiSignalReader>) {
        let State { reader: held, listening } = &mut *self.state();
        *held = reader;
        if let Some(reader) = held {
            for (index, is_listening) in listening.iter().enumerate() {
                reader.set_listening(index, *is_listening);
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SignalSource for OwnSignals {
    fn set_listening(&mut self, index: usize, is_listening: bool) {
        let State { reader, listening } = &mut *self.state();
        if let Some(place) = listening.get_mut(index) {
            *place = is_listening;
        }
        if let Some(reader) = reader {
            reader.set_listening(index, is_listening);
        }
    }

    fn read(&mut self, index: usize, left: &mut [f32], right: &mut [f32]) -> Option<SignalRead> {
        let (position, has_frames) = self.state().reader.as_mut()?.read(index, left, right)?;
        let position =
            SignalPosition { end_frame: position.end_frame, sample_rate_hz: position.sample_rate_hz };
        Some(SignalRead { position, has_frames })
    }
}
