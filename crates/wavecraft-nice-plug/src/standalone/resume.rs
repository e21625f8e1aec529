//! Going on after the audio device has failed.
//!
//! nice-plug gives a stream up at its first serious error, and cannot open another. Sound servers behind ALSA report such
//! errors now and then when they have fallen behind, and would go on. So the program starts itself anew, in the same process and on the same
//! command line, with the plugin's state; a device that does not play for a while in between is given up.

use std::ffi::OsString;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use nice_plug::prelude::Plugin;
use serde::{Deserialize, Serialize};

use super::signals;
use crate::parameters::ParameterTable;
use crate::state;

/// The environment variable that carries what is to be resumed.
const VARIABLE: &str = "WAVECRAFT_STANDALONE_RESUME";

/// How long the device must have played for its next failure to count as the first.
const PLAYED_WELL: Duration = Duration::from_secs(10);

/// How many failures in a row are too many.
const MAX_FAILURES: u32 = 8;

/// How long to leave a device that has just failed alone, for each failure in a row.
const PAUSE: Duration = Duration::from_millis(200);

/// The exit code of a program whose audio device has failed for good.
const EXIT_DEVICE_FAILED: i32 = 1;

/// What is passed on to the program's next start.
#[derive(Debug, Default, Deserialize, Serialize)]
struct Resumption {
    /// Failures in a row so far.
    failures: u32,
    /// The plugin's state, as JSON.
    state: String,
}

/// The plugin that plays.
struct Playing {
    since: Instant,
    /// Saves its state.
    save: Box<dyn Fn() -> Vec<u8> + Send + Sync>,
}

/// Whether this backend can be resumed.
static POSSIBLE: AtomicBool = AtomicBool::new(true);

static PLAYING: OnceLock<Playing> = OnceLock::new();

/// What the run before this one has passed on, if this is a resumed one.
fn passed_on() -> Option<Resumption> {
    serde_json::from_str(&std::env::var(VARIABLE).ok()?).ok()
}

/// Whether this run goes on after a failure.
pub(super) fn is_resumed() -> bool {
    passed_on().is_some()
}

/// Has the first failure end the program. A JACK server takes a program that starts itself anew for the same client,
/// which it has already.
pub(super) fn forbid() {
    POSSIBLE.store(false, Ordering::Relaxed);
}

/// Prepares the plugin whose parameters these are to be resumed one day, and in a resumed run gives it its state back.
pub(super) fn enlist<P: Plugin>(parameters: ParameterTable) {
    if let Some(resumption) = passed_on()
        && let Err(error) = state::load::<P>(&parameters, resumption.state.as_bytes())
    {
        tracing::warn!("the parameters could not be restored: {error}");
    }
    let save = Box::new(move || state::save::<P>(&parameters));
    // There is one plugin in the program; were there another, the first would be resumed.
    let _ = PLAYING.set(Playing { since: Instant::now(), save });
}

/// Starts the program anew after `failure` of its audio device, or ends it if that has been tried enough.
pub(super) fn resume_after(failure: &str) -> ! {
    let before = passed_on().unwrap_or_default();
    let playing = PLAYING.get();
    let played_well = playing.is_some_and(|playing| playing.since.elapsed() > PLAYED_WELL);
    let failures = if played_well { 1 } else { before.failures + 1 };
    if POSSIBLE.load(Ordering::Relaxed) && failures <= MAX_FAILURES {
        tracing::warn!("{failure}; trying again");
        thread::sleep(PAUSE * failures);
        let state = match playing {
            Some(playing) => String::from_utf8_lossy(&(playing.save)()).into_owned(),
            None => before.state,
        };
        let resumption = serde_json::to_string(&Resumption { failures, state });
        let resumption = resumption.expect("a number and a text are JSON");
        if signals::stop_requested() {
            signals::exit_now(0);
        }
        let error = replace_program(resumption.into());
        tracing::error!("the program could not start itself again: {error}");
    } else {
        tracing::error!("{failure}");
    }
    signals::exit_now(EXIT_DEVICE_FAILED)
}

/// Becomes a fresh run of the same program. Returns only if that fails.
#[cfg(unix)]
fn replace_program(resumption: OsString) -> std::io::Error {
    use std::os::unix::process::CommandExt;

    match std::env::current_exe() {
        Ok(program) => std::process::Command::new(program)
            .args(std::env::args_os().skip(1))
            .env(VARIABLE, resumption)
            .exec(),
        Err(error) => error,
    }
}

/// Without a way to replace a program by itself, its user starts it again.
#[cfg(not(unix))]
fn replace_program(_resumption: OsString) -> std::io::Error {
    std::io::ErrorKind::Unsupported.into()
}
