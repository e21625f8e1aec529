//! How the audio is doing, told to whoever runs it.

use std::path::PathBuf;
use std::time::Duration;

use wavecraft_metering::MeterReader;

use crate::problem::AudioProblem;

/// How far the audio has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum EngineState {
    /// Devices are being opened.
    #[default]
    Opening,
    /// Input, processor, output.
    FullDuplex,
    /// Input and processor: levels, but nothing to hear.
    InputOnly,
    /// It runs, but not as asked: see the problem.
    Degraded,
    /// It does not run: see the problem.
    Failed,
}

/// What the sound comes from and goes to, in words for people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AudioRoute {
    /// Which of the system's ways to the devices is used: "ALSA", "JACK", "`PulseAudio`"; `None` without devices.
    pub backend: Option<&'static str>,
    /// The input.
    pub input: Option<String>,
    /// The output.
    pub output: Option<String>,
    /// The side chain, if one was asked for.
    pub side_chain: Option<String>,
    /// Where the notes go that the processor plays, if it plays any.
    pub played_notes: Option<String>,
    /// Whether a microphone may hear the loudspeakers, and howl.
    pub may_feed_back: bool,
}

/// The audio's state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EngineStatus {
    /// How far it has come.
    pub state: EngineState,
    /// What is not as asked.
    pub problem: Option<AudioProblem>,
    /// Where sound comes from and goes to.
    pub route: AudioRoute,
    /// Who plays notes, in words for people: a MIDI file, or the ports that are heard; `None` if the processor takes none.
    pub notes: Option<String>,
    /// Frames a second, while it runs.
    pub sample_rate_hz: Option<u32>,
    /// Frames in a block, while it runs and as far as it is known yet.
    pub block_frames: Option<u32>,
    /// How often the output ran dry since the start.
    pub underruns: u64,
    /// How often there was no room for input since the start.
    pub overruns: u64,
    /// How many MIDI messages found no room since the start; all notes ended each time.
    pub lost_midi_events: u64,
}

/// A sound file that was the output, and is complete.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// Where it is.
    pub path: PathBuf,
    /// How long it lasts.
    pub duration: Duration,
}

/// Who is told of the audio. Called on the supervisor's thread, which waits meanwhile; never on the audio thread.
pub trait EngineListener: Send {
    /// The state is another.
    fn status_changed(&mut self, status: &EngineStatus);

    /// A device has gone, or no longer calls; the audio is opened again now.
    fn device_lost(&mut self) {}

    /// Levels come from this reader from now on; `None` when the audio stops.
    fn meters_changed(&mut self, _reader: Option<MeterReader>) {}

    /// The output was a sound file, which is complete now. One that cannot be completed is logged as an error instead.
    fn recorded(&mut self, _recorded: &Recorded) {}
}
