//! Another build of the plugin, on its way into the running audio.

use std::sync::{Arc, Mutex, PoisonError, mpsc};

use super::keeper::Command;
use super::stage::{ProcessorError, ProcessorSource};
use crate::parameter_bridge::AtomicParameterBridge;

/// Lets another build of the plugin take over while the audio runs.
///
/// Cloning is cheap. Usable from any thread that can wait.
#[derive(Clone, Debug)]
pub struct ProcessorExchange {
    /// Held throughout a replacement: the keeper gets one at a time.
    commands: Arc<Mutex<mpsc::Sender<Command>>>,
}

/// What takes over.
pub(super) struct Replacement {
    pub processors: Box<dyn ProcessorSource>,
    pub bridge: Arc<AtomicParameterBridge>,
    pub answer: mpsc::Sender<Result<(), ReplaceError>>,
}

/// Why the plugin that played before still does.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplaceError {
    /// The other one makes no processor for this audio.
    #[error("{0}")]
    Refused(#[source] ProcessorError),
    /// Its processor has failed while it came in.
    #[error("{0}")]
    Failed(#[source] ProcessorError),
    /// The audio has ended.
    #[error("the audio has ended")]
    Stopped,
}

impl ProcessorExchange {
    pub(super) fn new(commands: mpsc::Sender<Command>) -> Self {
        Self { commands: Arc::new(Mutex::new(commands)) }
    }

    /// Makes a processor of `processors`, which takes its parameters from `bridge`, and changes to it: without a gap, a
    /// step or a change of loudness. Where no audio runs, it is what runs when it does.
    ///
    /// Returns when it sounds alone, and what was there before is dropped; that takes some 100 ms. One replacement
    /// follows the other.
    ///
    /// # Errors
    ///
    /// [`ReplaceError`]; what played before goes on.
    pub fn replace(
        &self,
        processors: Box<dyn ProcessorSource>,
        bridge: Arc<AtomicParameterBridge>,
    ) -> Result<(), ReplaceError> {
        let (answer, answered) = mpsc::channel();
        let replacement = Replacement { processors, bridge, answer };
        let commands = self.commands.lock().unwrap_or_else(PoisonError::into_inner);
        commands.send(Command::Replace(replacement)).map_err(|_| ReplaceError::Stopped)?;
        answered.recv().unwrap_or(Err(ReplaceError::Stopped))
    }
}

impl Replacement {
    /// Lets it begin with what the plugin that plays keeps beyond its parameters.
    pub fn inherit(&mut self, playing: &mut dyn ProcessorSource) {
        self.processors.begin_with(playing.save_state());
    }

    /// Tells whoever asked; they may have gone.
    pub fn answer(self, result: Result<(), ReplaceError>) {
        let Self { processors, answer, .. } = self;
        // Dropped first: who hears of the end may count on it.
        drop(processors);
        let _ = answer.send(result);
    }
}
