//! How the audio is doing, told to whoever wants to know.

use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use tokio::sync::watch;
use tracing::{info, warn};
use wavecraft_ipc::{AudioDiagnostic, AudioPhase, AudioStatus};

/// What the sound comes from and goes to, in words for people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AudioRoute {
    /// Which of the system's ways to the devices is used: "ALSA", "JACK", "`PulseAudio`"; `None` without devices.
    pub backend: Option<&'static str>,
    /// The input.
    pub input: Option<String>,
    /// The output.
    pub output: Option<String>,
    /// Whether a microphone may hear the loudspeakers, and howl.
    pub may_howl: bool,
}

/// Where the audio's state is written, and read by any number of others.
///
/// Cloning is cheap, and all clones are the same board. Usable from any thread but the audio thread.
#[derive(Clone, Debug)]
pub struct StatusBoard {
    status: Arc<watch::Sender<AudioStatus>>,
    route: Arc<watch::Sender<AudioRoute>>,
}

impl StatusBoard {
    /// A board in a phase.
    pub fn new(phase: AudioPhase) -> Self {
        Self {
            status: Arc::new(watch::Sender::new(AudioStatus::new(phase, now_ms()))),
            route: Arc::new(watch::Sender::new(AudioRoute::default())),
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

    /// Writes another route; the status that follows tells of it.
    pub(crate) fn set_route(&self, route: AudioRoute) {
        self.route.send_replace(route);
    }

    /// Writes another state, and logs it if it is another kind of state.
    pub(crate) fn set(&self, mut status: AudioStatus) {
        status.updated_at_ms = now_ms();
        let before = self.status();
        if (before.phase, &before.diagnostic) != (status.phase, &status.diagnostic) {
            log(&status);
        }
        self.status.send_replace(status);
    }

    /// Writes the counts, if they are others.
    pub(crate) fn set_counts(&self, underruns: u64, overruns: u64) {
        self.status.send_if_modified(|status| {
            let is_other = (status.underruns, status.overruns) != (underruns, overruns);
            if is_other {
                (status.underruns, status.overruns) = (underruns, overruns);
                status.updated_at_ms = now_ms();
            }
            is_other
        });
    }
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
