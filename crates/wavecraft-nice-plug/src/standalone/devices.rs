//! Which device the standalone plays on, decided and tried before nice-plug takes over.
//!
//! nice-plug would take a JACK server's rate to be 48 kHz, stop with a stack trace at an unusual sample format, and play
//! to nobody when there is no device. Here each of these is either settled or reported.

use super::jack_server::JackServer;
use super::system_audio;

/// The device name that stands for the one that the system would choose.
pub(super) const DEFAULT_DEVICE: &str = "default";

/// The rate without any device, in Hz.
const SILENT_RATE_HZ: u32 = 48_000;

/// The block size without any device, in frames.
const SILENT_PERIOD_FRAMES: u32 = 512;

/// Where the sound goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum BackendChoice {
    /// JACK if a server is running, otherwise the system's own audio.
    #[default]
    Auto,
    /// The running JACK server.
    Jack,
    /// The system's own audio; on Linux that is ALSA, with a sound server behind it if there is one.
    System,
    /// Nowhere: the plugin runs without sound.
    None,
}

/// What the command line asks for.
#[derive(Clone, Debug)]
pub(super) struct AudioRequest {
    pub(super) backend: BackendChoice,
    pub(super) input_device: Option<String>,
    pub(super) output_device: Option<String>,
    pub(super) sample_rate_hz: Option<u32>,
    pub(super) period_frames: Option<u32>,
    /// The plugin's channels, in and out.
    pub(super) channels: usize,
}

/// What will be played on, and the arguments that make nice-plug do it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct AudioPlan {
    pub(super) backend: String,
    pub(super) output: String,
    pub(super) input: Option<String>,
    pub(super) sample_rate_hz: u32,
    /// How many frames the device asks for at a time, as a rule.
    pub(super) period_frames: u32,
    /// The largest block that the plugin may get, in frames.
    pub(super) max_block_frames: u32,
    /// Whether the program can start itself anew on the same device.
    pub(super) survives_restart: bool,
    pub(super) arguments: Vec<String>,
}

/// Why there is nothing to play on.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(super) enum DeviceError {
    #[error("no JACK server is running; start one, or use --backend system")]
    NoJackServer,
    #[error(
        "a client named \"{0}\" is connected to the JACK server already; end it, or use --backend system"
    )]
    JackNameTaken(String),
    #[error(
        "the JACK server decides: {option} is {actual}, not {asked}; leave the option out, or use --backend system"
    )]
    JackDecides { option: &'static str, asked: u32, actual: u32 },
    #[error("JACK connects the outputs itself; leave --output-device out, or use --backend system")]
    JackOutputs,
    #[error("this system's audio is not available: {0}")]
    NoSystemAudio(String),
    #[error("there is no {direction} device; connect one, or use --backend none to run without sound")]
    NoDevice { direction: &'static str },
    #[error("there is no {direction} device \"{name}\"; --list-devices shows what there is")]
    UnknownDevice { direction: &'static str, name: String },
    #[error(
        "the {direction} device \"{name}\" shares its name with another; make that one the system's default instead"
    )]
    AmbiguousDevice { direction: &'static str, name: String },
    #[error(
        "the {direction} device \"{name}\" cannot be opened: {reason}; --list-devices shows others, and --backend none runs without sound"
    )]
    Unusable { direction: &'static str, name: String, reason: String },
}

/// Decides what to play on.
pub(super) fn plan(plugin: &str, request: &AudioRequest) -> Result<AudioPlan, DeviceError> {
    match request.backend {
        BackendChoice::None => Ok(silent(request)),
        BackendChoice::System => system_audio::plan(request),
        BackendChoice::Jack => JackServer::find(plugin)?.ok_or(DeviceError::NoJackServer)?.plan(request),
        // Devices that are named by the system's names are the system's.
        BackendChoice::Auto if request.output_device.is_some() => system_audio::plan(request),
        BackendChoice::Auto => match JackServer::find(plugin)? {
            Some(server) if request.input_device.as_ref().is_none_or(|name| server.has_sources(name)) => {
                server.plan(request)
            }
            _ => system_audio::plan(request),
        },
    }
}

/// A list of all devices, for people.
pub(super) fn list(plugin: &str) -> Result<String, DeviceError> {
    let text = system_audio::list()?;
    if let Ok(Some(server)) = JackServer::find(plugin) {
        let ports = server.capture_ports.join("\n  ");
        let JackServer { sample_rate_hz, period_frames, .. } = server;
        return Ok(format!(
            "{text}JACK inputs ({sample_rate_hz} Hz, {period_frames} frames a block):\n{ports}"
        ));
    }
    Ok(text)
}

fn silent(request: &AudioRequest) -> AudioPlan {
    let period_frames = request.period_frames.unwrap_or(SILENT_PERIOD_FRAMES);
    AudioPlan {
        backend: "none: the plugin runs, but nobody hears it".to_owned(),
        output: "none".to_owned(),
        input: Some("none".to_owned()),
        sample_rate_hz: request.sample_rate_hz.unwrap_or(SILENT_RATE_HZ),
        period_frames,
        max_block_frames: period_frames,
        survives_restart: true,
        arguments: vec!["--backend=dummy".to_owned()],
    }
}
