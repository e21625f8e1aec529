//! The audio's levels and state, from its engine to the pages and the terminal.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::watch;
use tracing::{info, warn};
use wavecraft_audio::{
    AudioProblem, AudioProblemKind, AudioRoute, EngineListener, EngineState, EngineStatus, Recorded,
};
use wavecraft_ipc::{AudioDiagnostic, AudioDiagnosticCode, AudioPhase, AudioStatus};
use wavecraft_metering::MeterReader;

use crate::meters::MeterTap;

/// Where the audio's state is written, in the protocol's words, and read by any number of others.
///
/// Cloning is cheap, and all clones are the same channel. Usable from any thread but the audio thread.
#[derive(Clone, Debug)]
pub struct AudioStatusChannel {
    status: Arc<watch::Sender<AudioStatus>>,
    route: Arc<watch::Sender<AudioRoute>>,
    notes: Arc<watch::Sender<Option<String>>>,
    recorded: Arc<watch::Sender<Option<Recorded>>>,
}

impl AudioStatusChannel {
    /// A channel that begins with a phase.
    pub fn new(phase: AudioPhase) -> Self {
        Self {
            status: Arc::new(watch::Sender::new(AudioStatus::new(phase, now_ms()))),
            route: Arc::new(watch::Sender::new(AudioRoute::default())),
            notes: Arc::default(),
            recorded: Arc::default(),
        }
    }

    /// What tells of each change.
    pub fn subscribe(&self) -> watch::Receiver<AudioStatus> {
        self.status.subscribe()
    }

    /// The state now.
    pub fn status(&self) -> AudioStatus {
        self.status.borrow().clone()
    }

    /// Where the sound comes from and goes to now.
    pub fn route(&self) -> AudioRoute {
        self.route.borrow().clone()
    }

    /// Who plays notes now, in words for people; `None` if the plugin takes none.
    pub fn notes(&self) -> Option<String> {
        self.notes.borrow().clone()
    }

    /// The sound file that was the output and is complete, if there is one.
    pub fn recorded(&self) -> Option<Recorded> {
        self.recorded.borrow().clone()
    }

    /// What an [`AudioEngine`](wavecraft_audio::AudioEngine) tells this channel and `meters` through.
    pub fn listener(&self, meters: MeterTap) -> Box<dyn EngineListener> {
        Box::new(Listener { channel: self.clone(), meters })
    }

    /// Writes another state, and logs it if it is another kind of state.
    fn set(&self, engine: &EngineStatus) {
        // Whoever hears of the status may look at the route.
        self.route.send_replace(engine.route.clone());
        self.notes.send_replace(engine.notes.clone());
        let status = protocol_status(engine);
        let before = self.status();
        if (before.phase, &before.diagnostic) != (status.phase, &status.diagnostic) {
            log(&status);
        }
        self.status.send_replace(status);
    }
}

struct Listener {
    channel: AudioStatusChannel,
    meters: MeterTap,
}

impl EngineListener for Listener {
    fn status_changed(&mut self, status: &EngineStatus) {
        self.channel.set(status);
    }

    fn meters_changed(&mut self, reader: Option<MeterReader>) {
        self.meters.connect(reader);
    }

    fn recorded(&mut self, recorded: &Recorded) {
        self.channel.recorded.send_replace(Some(recorded.clone()));
    }
}

fn protocol_status(engine: &EngineStatus) -> AudioStatus {
    AudioStatus {
        phase: match engine.state {
            EngineState::Opening => AudioPhase::Initializing,
            EngineState::FullDuplex => AudioPhase::RunningFullDuplex,
            EngineState::InputOnly => AudioPhase::RunningInputOnly,
            EngineState::Degraded => AudioPhase::Degraded,
            EngineState::Failed => AudioPhase::Failed,
        },
        diagnostic: engine.problem.as_ref().map(diagnostic),
        sample_rate: engine.sample_rate_hz.map(|rate_hz| rate_hz as f32),
        buffer_size: engine.block_frames,
        underruns: engine.underruns,
        overruns: engine.overruns,
        updated_at_ms: now_ms(),
    }
}

fn diagnostic(problem: &AudioProblem) -> AudioDiagnostic {
    let code = match problem.kind {
        AudioProblemKind::ProcessorUnavailable => AudioDiagnosticCode::LoaderUnavailable,
        AudioProblemKind::ProcessorIncompatible => AudioDiagnosticCode::VtableMissing,
        AudioProblemKind::ProcessorNotCreated => AudioDiagnosticCode::ProcessorCreateFailed,
        AudioProblemKind::NoInputDevice => AudioDiagnosticCode::NoInputDevice,
        AudioProblemKind::InputPermissionDenied => AudioDiagnosticCode::InputPermissionDenied,
        AudioProblemKind::NoOutputDevice => AudioDiagnosticCode::NoOutputDevice,
        AudioProblemKind::StreamNotStarted => AudioDiagnosticCode::StreamStartFailed,
        _ => AudioDiagnosticCode::Unknown,
    };
    AudioDiagnostic { code, message: problem.message.clone(), hint: problem.hint.clone() }
}

fn log(status: &AudioStatus) {
    let phase = status.phase;
    match (&status.diagnostic, phase) {
        (Some(AudioDiagnostic { code, message, .. }), _) => warn!(?phase, ?code, "{message}"),
        (None, AudioPhase::Disabled) => info!("no audio was asked for"),
        (None, AudioPhase::Initializing) => info!("the audio is being opened"),
        (None, _) => {
            let (rate_hz, block_frames) = (status.sample_rate, status.buffer_size);
            info!(?phase, rate_hz, block_frames, "the audio runs");
        }
    }
}

/// Milliseconds since 1970.
fn now_ms() -> u64 {
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX)
}
