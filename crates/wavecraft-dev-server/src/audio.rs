//! The sound: devices, files or test signals through the plugin, and back.
//!
//! One thread, the audio's keeper, opens everything, watches over it, and opens it again when a device was lost. The
//! plugin itself runs in a device's callback or, where no device is asked for, on a timer.

#![cfg_attr(not(feature = "audio"), allow(dead_code, reason = "what only devices use"))]

mod bodies;
mod counters;
#[cfg(feature = "audio")]
mod devices;
#[cfg(not(feature = "audio"))]
#[path = "audio/devices_absent.rs"]
mod devices;
mod fade;
mod frame_ring;
mod interpolator;
mod joint;
mod negotiation;
mod options;
mod problem;
mod session;
mod signal;
mod stage;
mod status;
mod timer;
mod wav;

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use tracing::{debug, warn};
use wavecraft_ipc::{AudioPhase, AudioStatus};

use crate::meters::MeterTap;
use crate::parameter_bridge::AtomicParameterBridge;
#[cfg(feature = "audio")]
pub use devices::list_devices;
pub use options::{AudioBackend, AudioInput, AudioOptions, AudioOutput};
pub use signal::{TestSignal, UnknownSignal};
pub use stage::{BlockProcessor, Preparation, ProcessorError, ProcessorSource};
pub use status::{AudioRoute, StatusBoard};

use counters::StreamCounters;
use devices::Devices;
use problem::Problem;
use session::{Opener, Session};

/// How often the keeper looks at what runs.
const WATCH_INTERVAL: Duration = Duration::from_millis(100);

/// How often the keeper tries again to open what could not be opened.
const RETRY_INTERVAL: Duration = Duration::from_secs(1);

/// A device that has not called for this long is lost, whatever it says.
const SILENCE_LIMIT: Duration = Duration::from_secs(2);

/// How long the keeper has to end everything. A device that hangs must not keep the program alive.
const STOP_LIMIT: Duration = Duration::from_millis(700);

/// The audio, kept running as asked until it is stopped or dropped.
pub struct AudioServer {
    stop: Option<mpsc::Sender<()>>,
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
        let (stop, stopped) = mpsc::channel();
        let keeper =
            Keeper { options, processors, bridge, meters, board, stopped, underruns: 0, overruns: 0 };
        let keeper = thread::Builder::new().name("audio keeper".to_owned()).spawn(move || keeper.run())?;
        Ok(Self { stop: Some(stop), keeper: Some(keeper) })
    }

    /// Ends the streams, then the processor, then the recording.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        drop(self.stop.take());
        let Some(keeper) = self.keeper.take() else { return };
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

/// Opens, watches, and opens again.
struct Keeper {
    options: AudioOptions,
    processors: Box<dyn ProcessorSource>,
    bridge: Arc<AtomicParameterBridge>,
    meters: MeterTap,
    board: StatusBoard,
    stopped: mpsc::Receiver<()>,
    /// Counted by sessions that have ended.
    underruns: u64,
    overruns: u64,
}

/// Why the keeper no longer watches a session.
enum End {
    /// The server stops.
    Stopped,
    /// A device is gone.
    Lost,
    /// The output device that was missing is there.
    OutputFound,
}

impl Keeper {
    fn run(mut self) {
        self.board.set(AudioStatus::new(AudioPhase::Initializing, 0));
        loop {
            match self.open() {
                Ok(session) => {
                    let end = self.keep(&session);
                    self.meters.connect(None);
                    self.underruns += session.counters.underruns();
                    self.overruns += session.counters.overruns();
                    drop(session);
                    match end {
                        End::Stopped => return,
                        End::Lost => debug!("an audio device is gone; the audio is opened again"),
                        End::OutputFound => debug!("the output device is there"),
                    }
                }
                Err(problem) => {
                    let retry = problem.may_pass;
                    self.report_failure(problem);
                    if self.is_stopped_within(if retry { RETRY_INTERVAL } else { Duration::MAX }) {
                        return;
                    }
                }
            }
        }
    }

    fn open(&mut self) -> Result<Session, Problem> {
        self.processors.check().map_err(Problem::processor)?;
        let devices = Devices::open(&self.options)?;
        let Self { options, processors, bridge, .. } = self;
        Opener { options, devices: &devices, processors: processors.as_mut(), bridge }.open()
    }

    /// Tells of a session, and watches over it.
    fn keep(&mut self, session: &Session) -> End {
        self.meters.connect(Some(session.meters.clone()));
        self.board.set_route(session.route.clone());
        let mut status = AudioStatus {
            phase: session.phase,
            diagnostic: session.diagnostic.clone(),
            sample_rate: Some(session.sample_rate_hz as f32),
            buffer_size: Some(session.block_frames),
            underruns: self.underruns,
            overruns: self.overruns,
            updated_at_ms: 0,
        };
        self.board.set(status.clone());

        let (input, output) = (session.counters.input(), session.counters.output());
        let mut input_watch = session.has_input_clock.then(StreamWatch::new);
        let mut output_watch = session.has_output_clock.then(StreamWatch::new);
        let mut looked_for_output = Instant::now();
        loop {
            if self.is_stopped_within(WATCH_INTERVAL) {
                return End::Stopped;
            }
            let lost = [(&mut input_watch, input), (&mut output_watch, output)]
                .into_iter()
                .any(|(watch, counters)| watch.as_mut().is_some_and(|watch| watch.is_lost(counters)));
            if lost {
                return End::Lost;
            }
            if session.lacks_output && looked_for_output.elapsed() >= RETRY_INTERVAL {
                looked_for_output = Instant::now();
                if self.is_output_there() {
                    return End::OutputFound;
                }
            }
            let totals =
                (self.underruns + session.counters.underruns(), self.overruns + session.counters.overruns());
            self.board.set_counts(totals.0, totals.1);
            (status.underruns, status.overruns) = totals;

            // What the device really does shows only now.
            let clock = if session.has_input_clock { input } else { output };
            let block_frames = clock.block_frames();
            if block_frames > 0 && status.buffer_size.is_some_and(|told| told < block_frames) {
                status.buffer_size = Some(block_frames);
                self.board.set(status.clone());
            }
            if status.phase != AudioPhase::Degraded
                && let Some(failure) = self.processors.failure()
            {
                status.phase = AudioPhase::Degraded;
                status.diagnostic = Some(Problem::processor(failure).diagnostic);
                self.board.set(status.clone());
            }
        }
    }

    fn is_output_there(&mut self) -> bool {
        let Ok(devices) = Devices::open(&self.options) else { return false };
        let Self { options, processors, bridge, .. } = self;
        let opener = Opener { options, devices: &devices, processors: processors.as_mut(), bridge };
        opener.output_endpoint().is_ok()
    }

    fn report_failure(&self, problem: Problem) {
        let before = self.board.status();
        if before.phase == AudioPhase::Failed && before.diagnostic.as_ref() == Some(&problem.diagnostic) {
            return;
        }
        self.board.set_route(AudioRoute::default());
        let mut status = AudioStatus::new(AudioPhase::Failed, 0);
        status.diagnostic = Some(problem.diagnostic);
        (status.underruns, status.overruns) = (self.underruns, self.overruns);
        self.board.set(status);
    }

    fn is_stopped_within(&self, duration: Duration) -> bool {
        if duration == Duration::MAX {
            // Nothing is ever sent: the end of the channel is the word.
            let _ = self.stopped.recv();
            return true;
        }
        !matches!(self.stopped.recv_timeout(duration), Err(RecvTimeoutError::Timeout))
    }
}

/// Notices when a device no longer calls.
struct StreamWatch {
    callbacks: u64,
    changed: Instant,
}

impl StreamWatch {
    fn new() -> Self {
        Self { callbacks: 0, changed: Instant::now() }
    }

    fn is_lost(&mut self, counters: &StreamCounters) -> bool {
        let callbacks = counters.callbacks();
        if callbacks != self.callbacks {
            (self.callbacks, self.changed) = (callbacks, Instant::now());
        }
        counters.is_lost() || self.changed.elapsed() > SILENCE_LIMIT
    }
}
