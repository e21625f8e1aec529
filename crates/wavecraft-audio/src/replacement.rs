//! Another source of processors, on its way into the running audio.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, Ordering};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::problem::AudioProblem;
use crate::processor::ProcessorSource;

/// How long a replacement may take. The audio has then most likely stopped in a device's driver.
const REPLACE_LIMIT: Duration = Duration::from_secs(10);

/// How often whoever waits for a replacement looks whether the audio ends.
const LOOK_INTERVAL: Duration = Duration::from_millis(20);

/// What the supervisor is told.
pub(crate) enum Command {
    /// End everything.
    Stop,
    /// Let another source of processors take over.
    Replace(Replacement),
}

/// Lets another source of processors take over while the audio runs.
///
/// Cloning is cheap. Usable from any thread that can wait.
#[derive(Clone, Debug)]
pub struct ProcessorReplacer {
    commands: mpsc::Sender<Command>,
    is_stopping: Arc<AtomicBool>,
}

/// What takes over.
pub(crate) struct Replacement {
    pub processors: Box<dyn ProcessorSource>,
    answer: mpsc::Sender<Result<(), ReplaceError>>,
    decision: Arc<Decision>,
}

/// Whether a replacement counts, on which both sides agree: whoever asked may give up while it is under way.
#[derive(Debug, Default)]
struct Decision(AtomicU8);

/// Why what played before still does.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReplaceError {
    /// The other source makes no processor for this audio.
    #[error("{0}")]
    Refused(#[source] AudioProblem),
    /// Its processor has failed while it came in.
    #[error("{0}")]
    Failed(#[source] AudioProblem),
    /// The audio has not answered in time.
    #[error("the audio does not answer; a device may hang")]
    TimedOut,
    /// The audio has ended.
    #[error("the audio has ended")]
    Stopped,
}

impl ProcessorReplacer {
    pub(crate) fn new(commands: mpsc::Sender<Command>, is_stopping: Arc<AtomicBool>) -> Self {
        Self { commands, is_stopping }
    }

    /// Makes a processor of `processors`, and changes to it: without a gap, a step or a change of loudness. Where no audio
    /// runs, it is what runs when it does.
    ///
    /// Returns when it sounds alone, and what was there before is dropped; that takes some 100 ms. One replacement
    /// follows the other. It ends early when the audio is stopped, and after 10 s in any case.
    ///
    /// # Errors
    ///
    /// [`ReplaceError`]; what played before goes on.
    pub fn replace(&self, processors: Box<dyn ProcessorSource>) -> Result<(), ReplaceError> {
        let (answer, answered) = mpsc::channel();
        let decision = Arc::new(Decision::default());
        let replacement = Replacement { processors, answer, decision: Arc::clone(&decision) };
        self.commands.send(Command::Replace(replacement)).map_err(|_| ReplaceError::Stopped)?;
        let asked = Instant::now();
        loop {
            let reason = match answered.recv_timeout(LOOK_INTERVAL) {
                Ok(result) => return result,
                Err(RecvTimeoutError::Disconnected) => return Err(ReplaceError::Stopped),
                Err(RecvTimeoutError::Timeout) if self.is_stopping.load(Ordering::Relaxed) => {
                    ReplaceError::Stopped
                }
                Err(RecvTimeoutError::Timeout) if asked.elapsed() > REPLACE_LIMIT => ReplaceError::TimedOut,
                Err(RecvTimeoutError::Timeout) => continue,
            };
            // If it was taken at this very moment, the answer is on its way.
            if decision.withdraw() {
                return Err(reason);
            }
        }
    }
}

impl Replacement {
    /// Lets it begin with what the processor that plays keeps beyond its parameters.
    pub fn inherit(&mut self, playing: &mut dyn ProcessorSource) {
        self.processors.set_initial_state(playing.save_state());
    }

    /// Whether nobody waits for it any more.
    pub fn is_withdrawn(&self) -> bool {
        self.decision.is_withdrawn()
    }

    /// Has it adopted for good, and tells whoever asked. Returns false if nobody waits for it any more.
    pub fn accept(self, adopt: impl FnOnce(Box<dyn ProcessorSource>)) -> bool {
        let Self { processors, answer, decision } = self;
        let is_wanted = decision.accept();
        if is_wanted {
            adopt(processors);
            // Whoever asked waits for this.
            let _ = answer.send(Ok(()));
        }
        is_wanted
    }

    /// Tells whoever asked why not; they may have gone.
    pub fn refuse(self, error: ReplaceError) {
        let Self { processors, answer, .. } = self;
        // Dropped first: who hears of the end may count on it.
        drop(processors);
        let _ = answer.send(Err(error));
    }
}

impl Decision {
    const OPEN: u8 = 0;
    const ACCEPTED: u8 = 1;
    const WITHDRAWN: u8 = 2;

    /// Whether it counts from now on.
    fn accept(&self) -> bool {
        self.decide(Self::ACCEPTED)
    }

    /// Whether it no longer counts.
    fn withdraw(&self) -> bool {
        self.decide(Self::WITHDRAWN)
    }

    fn is_withdrawn(&self) -> bool {
        self.0.load(Ordering::Acquire) == Self::WITHDRAWN
    }

    fn decide(&self, decision: u8) -> bool {
        self.0.compare_exchange(Self::OPEN, decision, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }
}
