//! MIDI controllers that move parameters, where the plugin runs in a program of its own. In a DAW that is the DAW's business.
//!
//! The program has one plugin, whose windows find its controllers here.

use std::sync::{Arc, OnceLock};

use wavecraft_session::{Controller, Controllers};

/// The controllers of the program's plugin, and where those that were moved are asked for. Clones are of the same. Not for the
/// audio thread.
#[derive(Clone)]
pub struct ProgramControllers {
    learned: Arc<Controllers>,
    moved: Arc<dyn Fn() -> Vec<(Controller, u8)> + Send + Sync>,
}

static PROVIDED: OnceLock<ProgramControllers> = OnceLock::new();

impl ProgramControllers {
    /// Those that `learned` knows; `moved` returns the controllers that were moved since it was last asked, each with its value
    /// from 0 to 127.
    pub fn new(
        learned: Arc<Controllers>,
        moved: impl Fn() -> Vec<(Controller, u8)> + Send + Sync + 'static,
    ) -> Self {
        Self { learned, moved: Arc::new(moved) }
    }

    /// From now on, windows that are opened let these controllers move parameters, and let their pages teach them. To be called
    /// once in a program, which is no host of others' plugins.
    pub fn provide(&self) {
        // Of a second plugin no window would know which is its own.
        let _ = PROVIDED.set(self.clone());
    }

    /// Those of this program, if it has provided any.
    pub fn provided() -> Option<Self> {
        PROVIDED.get().cloned()
    }

    /// What is learned.
    pub fn learned(&self) -> &Arc<Controllers> {
        &self.learned
    }

    /// The controllers that were moved since the last call, for one who asks.
    pub fn take_moved(&self) -> Vec<(Controller, u8)> {
        (self.moved)()
    }
}
