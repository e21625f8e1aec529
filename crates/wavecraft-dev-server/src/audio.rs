//! The sound: devices, files or test signals through the plugin, and back.
//!
//! One thread, the audio's keeper, opens everything, watches over it, and opens it again when a device was lost. The
//! plugin itself runs in a device's callback or, where no device is asked for, on a timer.

#![cfg_attr(not(feature = "audio"), allow(dead_code, reason = "what only devices use"))]

mod bodies;
mod counters;
mod crossfade;
#[cfg(feature = "audio")]
mod devices;
#[cfg(not(feature = "audio"))]
#[path = "audio/devices_absent.rs"]
mod devices;
mod exchange;
mod fade;
mod frame_ring;
mod interpolator;
mod joint;
mod keeper;
mod negotiation;
mod options;
mod problem;
mod replacement;
mod session;
mod signal;
mod stage;
mod status;
mod timer;
mod voice;
mod wav;

use std::io;
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tracing::warn;

use crate::meters::MeterTap;
use crate::parameter_bridge::AtomicParameterBridge;
#[cfg(feature = "audio")]
pub use devices::list_devices;
pub use options::{AudioBackend, AudioInput, AudioOptions, AudioOutput};
pub use replacement::{ProcessorExchange, ReplaceError};
pub use signal::{TestSignal, UnknownSignal};
pub use stage::{BlockProcessor, Preparation, ProcessorError, ProcessorSource};
pub use status::{AudioRoute, StatusBoard};

pub(crate) use keeper::try_out;
use keeper::{Command, Keeper};

/// How long the keeper has to end everything. A device that hangs must not keep the program alive.
const STOP_LIMIT: Duration = Duration::from_millis(700);

/// The audio, kept running as asked until it is stopped or dropped.
pub struct AudioServer {
    commands: mpsc::Sender<Command>,
    exchange: ProcessorExchange,
    keeper: Option<JoinHandle<()>>,
}

impl AudioServer {
    /// Starts to open the audio, and returns at once. What becomes of it is written on the board.
    ///
    /// Each time that the audio is opened, a processor is made; it takes its parameters from `bridge` before each block.
    ///
    /// # Errors
    ///
    /// When the system starts no thread.
    pub fn start(
        options: AudioOptions,
        processors: Box<dyn ProcessorSource>,
        bridge: Arc<AtomicParameterBridge>,
        meters: MeterTap,
        board: StatusBoard,
    ) -> io::Result<Self> {
        let (commands, told) = mpsc::channel();
        let keeper = Keeper {
            options,
            processors,
            bridge,
            meters,
            board,
            commands: told,
            devices: None,
            underruns: 0,
            overruns: 0,
        };
        let keeper = thread::Builder::new().name("audio keeper".to_owned()).spawn(move || keeper.run())?;
        let exchange = ProcessorExchange::new(commands.clone());
        Ok(Self { commands, exchange, keeper: Some(keeper) })
    }

    /// What lets another build of the plugin take over.
    pub fn exchange(&self) -> ProcessorExchange {
        self.exchange.clone()
    }

    /// Ends the streams, then the processor, then the recording.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        let Some(keeper) = self.keeper.take() else { return };
        // One that has ended already needs no word.
        let _ = self.commands.send(Command::Stop);
        let started = Instant::now();
        while !keeper.is_finished() {
            if started.elapsed() > STOP_LIMIT {
                warn!("an audio device does not end in time, and is left alone");
                return;
            }
            thread::sleep(Duration::from_millis(5));
        }
        if keeper.join().is_err() {
            warn!("the audio has ended with a panic");
        }
    }
}

impl Drop for AudioServer {
    fn drop(&mut self) {
        self.end();
    }
}
