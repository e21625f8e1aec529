//! The audio, kept running as asked.

use std::io;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tracing::warn;

use crate::midi_ring::MidiInputs;
use crate::options::AudioOptions;
use crate::processor::ProcessorSource;
use crate::replacement::{Command, ProcessorReplacer};
use crate::status::EngineListener;
use crate::supervisor::AudioSupervisor;

/// How long the supervisor has to end everything. A device that hangs must not keep the program alive.
const STOP_LIMIT: Duration = Duration::from_millis(700);

/// The audio, kept running as asked until it is stopped or dropped.
pub struct AudioEngine {
    commands: mpsc::Sender<Command>,
    is_stopping: Arc<AtomicBool>,
    midi: MidiInputs,
    supervisor: Option<JoinHandle<()>>,
}

impl AudioEngine {
    /// Starts to open the audio, and returns at once. What becomes of it is told to `listener`.
    ///
    /// Each time that the audio is opened, a processor is made.
    ///
    /// # Errors
    ///
    /// When the system starts no thread.
    pub fn start(
        options: AudioOptions,
        processors: Box<dyn ProcessorSource>,
        listener: Box<dyn EngineListener>,
    ) -> io::Result<Self> {
        let (commands, told) = mpsc::channel();
        let midi = MidiInputs::default();
        let supervisor = AudioSupervisor::new(options, processors, listener, told, midi.clone());
        let supervisor =
            thread::Builder::new().name("audio supervisor".to_owned()).spawn(move || supervisor.run())?;
        Ok(Self { commands, is_stopping: Arc::default(), midi, supervisor: Some(supervisor) })
    }

    /// The notes' way into the audio, for pages and the like. Ports and files are opened by the engine itself.
    pub fn midi_inputs(&self) -> MidiInputs {
        self.midi.clone()
    }

    /// What lets another source of processors take over.
    pub fn replacer(&self) -> ProcessorReplacer {
        ProcessorReplacer::new(self.commands.clone(), Arc::clone(&self.is_stopping))
    }

    /// Ends the streams, then the processor, then the recording. Whoever waits for a replacement is told at once. Takes
    /// less than a second: a device that hangs is left alone.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        let Some(supervisor) = self.supervisor.take() else { return };
        self.is_stopping.store(true, Ordering::Relaxed);
        // One that has ended already needs no word.
        let _ = self.commands.send(Command::Stop);
        let started = Instant::now();
        while !supervisor.is_finished() {
            if started.elapsed() > STOP_LIMIT {
                warn!("an audio device does not end in time, and is left alone");
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
        if supervisor.join().is_err() {
            warn!("the audio has ended with a panic");
        }
    }
}

impl Drop for AudioEngine {
    fn drop(&mut self) {
        self.end();
    }
}
