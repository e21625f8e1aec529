//! MIDI controllers that move parameters: how they learn it, and how they do it.
//!
//! A controller moves one parameter, and a parameter is moved by one controller. What a controller does is what a page would
//! do: a gesture, from its first movement until it has rested for a while, with the values in between. So it is undone as one
//! step.
//!
//! Learned are all controllers but those that are no controls: 120 to 127 are modes. What was learned is kept for the plugin,
//! in a file beside the folder of the user's presets, for all programs in which it runs; each reads it when it starts.

mod file;
mod map;
mod movements;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Instant;

use tracing::{debug, warn};
use wavecraft_ipc::{ControllerControl, ControllersState, HostError, NormalizedValue, ParameterHost};

use crate::presets::{PluginIdentity, user_folder};
use file::ControllerFile;
use map::ControllerMap;
use movements::Movements;

/// A controller of a MIDI channel, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Controller {
    /// The channel, from 0 to 15.
    pub channel: u8,
    /// The controller's number, from 0 to 127.
    pub number: u8,
}

/// The controllers of one plugin. From any thread but the audio thread.
pub struct Controllers {
    /// Held to read or change, never while something else is called.
    memory: Mutex<Memory>,
    /// `None` where the system knows no place for it.
    file: Option<ControllerFile>,
    changed: OnceLock<Box<dyn Fn() + Send + Sync>>,
    version: AtomicU64,
}

#[derive(Default)]
struct Memory {
    map: ControllerMap,
    movements: Movements,
}

impl Controllers {
    /// Those of a plugin, as they were learned before.
    pub fn of_plugin(plugin: &PluginIdentity) -> Arc<Self> {
        let presets = user_folder(&plugin.vendor, &plugin.name);
        Self::open(presets.and_then(|presets| presets.parent().map(PathBuf::from)))
    }

    /// The same with what was learned kept in a folder of one's choice, or not kept.
    pub fn open(folder: Option<PathBuf>) -> Arc<Self> {
        let file = folder.map(ControllerFile::in_folder);
        let learned = file.as_ref().map(ControllerFile::read).transpose().unwrap_or_else(|error| {
            warn!("the controllers that were learned are not known: {error}");
            None
        });
        let map = ControllerMap::new(learned.unwrap_or_default());
        let memory = Mutex::new(Memory { map, movements: Movements::default() });
        Arc::new(Self { memory, file, changed: OnceLock::new(), version: AtomicU64::new(0) })
    }

    /// Calls `changed` after each change of what pages see, on the thread that makes it. To be called once.
    pub fn on_change(&self, changed: impl Fn() + Send + Sync + 'static) {
        // Of a second one nobody would hear.
        let _ = self.changed.set(Box::new(changed));
    }

    /// Another number after each change of what pages see.
    pub fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    /// Lets controllers that were moved move parameters of `host`, each to its value from 0 to 127, and ends the gestures of
    /// those that have rested. `moved` is told of each parameter and its value then. To be called again and again, by one
    /// thread.
    pub fn turn(
        &self,
        host: &dyn ParameterHost,
        now: Instant,
        news: impl IntoIterator<Item = (Controller, u8)>,
        mut moved: impl FnMut(&str, NormalizedValue),
    ) {
        for (controller, value) in news {
            let (has_learned, id) = {
                let map = &mut self.memory().map;
                (map.take(controller), map.parameter_of(controller).map(str::to_owned))
            };
            if has_learned {
                if let Some(id) = &id {
                    self.keep(|learned| learned.assign(controller, id));
                }
                self.tell();
            }
            let Some(id) = id else { continue };
            let begins = self.memory().movements.goes_on(&id, now);
            let value = NormalizedValue::clamped(f32::from(value) / 127.0);
            if begins && let Err(error) = host.begin_gesture(&id) {
                // Another build may have it again.
                debug!("a controller moves nothing: {error}");
                self.memory().movements.forget(&id);
                continue;
            }
            match host.set_parameter(&id, value) {
                Ok(taken) => moved(&id, taken),
                Err(error) => debug!("a controller moves nothing: {error}"),
            }
        }
        let rested = self.memory().movements.take_rested(now);
        for id in rested {
            // A reload may have taken the parameter away.
            let _ = host.end_gesture(&id);
        }
    }

    /// Changes what is kept. What cannot be written down holds until the program ends.
    fn keep(&self, change: impl Fn(&mut ControllerMap)) {
        let Some(file) = &self.file else { return };
        if let Err(error) = file.change(change) {
            warn!("the controller is forgotten when the program ends: {error}");
        }
    }

    fn tell(&self) {
        self.version.fetch_add(1, Ordering::Release);
        if let Some(changed) = self.changed.get() {
            changed();
        }
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ControllerControl for Controllers {
    fn learn(&self, id: &str) -> Result<(), HostError> {
        self.memory().map.learn(id);
        self.tell();
        Ok(())
    }

    fn stop_learning(&self) {
        let has_stopped = self.memory().map.stop_learning();
        if has_stopped {
            self.tell();
        }
    }

    fn forget(&self, id: &str) -> Result<(), HostError> {
        let written = match &self.file {
            Some(file) => file.change(|learned| _ = learned.forget(id)),
            None => Ok(()),
        };
        written.map_err(|error| HostError::failed(error.to_string()))?;
        let has_forgotten = self.memory().map.forget(id);
        if has_forgotten {
            self.tell();
        }
        Ok(())
    }

    fn controllers(&self) -> ControllersState {
        self.memory().map.state()
    }
}
