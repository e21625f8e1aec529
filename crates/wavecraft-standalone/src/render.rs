//! A plugin on a sound file, offline: the same processing as in a host, as fast as the machine goes.
//!
//! The file is streamed in constant memory, and delayed back by the plugin's latency so that output and input line up: what
//! a file says about places in its sound stays true.

mod accompaniment;
mod input;
mod side_chain;
mod tail;

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use nice_plug::prelude::{Plugin, ProcessMode};
use wavecraft_audio::{
    SampleFormat, SoundFileError, SoundFileReader, SoundFileWarning, SoundFileWriter, WriterSettings,
};
use wavecraft_ipc::assignment::{Assignment, AssignmentError};
use wavecraft_nice_plug::driver::{
    self, ActivateError, Activation, HeadlessPlugin, ParameterError, ProcessError,
};
use wavecraft_session::Values;

use crate::destination::Destination;
use crate::settings;
use crate::signals;

pub use accompaniment::AccompanimentFiles;
pub use side_chain::SideChainError;
pub use wavecraft_audio::MidiFileError;

use accompaniment::Accompaniment;
use input::RenderInput;
use tail::Tail;

/// The most channels that are rendered, unless the plugin has a layout with more.
pub(crate) const MAX_CHANNELS: usize = 2;

/// What may be rendered of files with more.
const CHANNELS: &str = "mono and stereo; choose one channel or two with --channels, as in --channels 1,2";

/// What stands for standard input and output elsewhere.
const STANDARD_STREAM: &str = "-";

/// How long a rendering lasts before its progress is shown.
const PROGRESS_AFTER: Duration = Duration::from_secs(1);

/// What to render, and how.
#[derive(Clone, Debug)]
pub struct RenderJob {
    /// The file to read; none for an instrument, which plays a MIDI file.
    pub input: Option<PathBuf>,
    /// What the plugin gets besides.
    pub accompaniment: AccompanimentFiles,
    /// The sample rate, in Hz, where no file to read says it.
    pub sample_rate_hz: u32,
    /// The file to write. It may be the one to read.
    pub output: PathBuf,
    /// What a preset sets before the first sample.
    pub preset_values: Values,
    /// Parameters to set before the first sample, after the preset.
    pub assignments: Vec<Assignment>,
    /// How long to go on after the input's end, in seconds. Without it, a sound file's rendering ends with it, and a song's
    /// once it has been silent for a second, a minute after its end at the latest.
    pub tail_seconds: Option<f64>,
    /// The block size to process in, in frames.
    pub block_frames: usize,
    /// The sample format to write, if not the input's.
    pub format: Option<SampleFormat>,
    /// The channels to render, counted from 1, if not all.
    pub channels: Option<Vec<usize>>,
}

/// What a rendering came to.
#[derive(Clone, Debug, PartialEq)]
pub struct RenderReport {
    /// The file that was written.
    pub output: PathBuf,
    /// Its frames.
    pub frames: u64,
    /// Its channels.
    pub channels: usize,
    /// Its sample rate, in Hz.
    pub sample_rate_hz: u32,
    /// Its sample format.
    pub format: SampleFormat,
    /// Samples that were beyond full scale and were clipped.
    pub clipped_samples: u64,
    /// Where what the input says and what is in it disagree.
    pub warnings: Vec<SoundFileWarning>,
    /// How long the rendering took.
    pub elapsed: Duration,
}

impl RenderReport {
    /// The length of the file, in seconds.
    pub fn seconds(&self) -> f64 {
        self.frames as f64 / f64::from(self.sample_rate_hz)
    }
}

/// Why nothing was rendered. No file was written, and one that existed is as it was, but for
/// [`HalfWritten`](Self::HalfWritten).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RenderError {
    /// The input cannot be read or the output cannot be written.
    #[error(transparent)]
    File(#[from] SoundFileError),
    /// The MIDI file cannot be played.
    #[error(transparent)]
    Midi(#[from] MidiFileError),
    /// The side chain cannot be heard.
    #[error(transparent)]
    SideChain(#[from] SideChainError),
    /// There is nothing to render.
    #[error("{0} changes sound that comes in; give a sound file to read, then the file to write")]
    NoInput(&'static str),
    /// There is a file to read, and an instrument that plays a song and reads none.
    #[error("{plugin} plays the song and reads no sound; leave out {}", .input.display())]
    ReadsNoSound {
        /// The plugin's name.
        plugin: &'static str,
        /// The file.
        input: PathBuf,
    },
    /// There is a MIDI file, and a plugin that takes none.
    #[error("{0} takes no notes or controllers; leave out --midi")]
    TakesNoMidi(&'static str),
    /// The tempo is no number of beats that can be.
    #[error("{0} beats a minute are no tempo")]
    InvalidTempo(f64),
    /// A parameter was not set.
    #[error(transparent)]
    Setting(#[from] AssignmentError),
    /// The plugin does not run on this file.
    #[error(transparent)]
    Activate(#[from] ActivateError),
    /// The plugin failed on the way.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// `-` was named.
    #[error("a rendering goes from file to file, not through `-`; for a file of that name, say ./-")]
    StandardStream,
    /// The output's name is that of another kind of file.
    #[error("{0} would be a WAV file; let its name end in .wav")]
    NotWav(PathBuf),
    /// The output's name belongs to something that is no ordinary file.
    #[error("{0} is a pipe or a device, and is left alone; render into a file")]
    NotAFile(PathBuf),
    /// The output's name belongs to a folder.
    #[error("{0} is a folder; name the file in it")]
    Folder(PathBuf),
    /// The output is marked as read-only.
    #[error("{0} is read-only, and is left alone; make it writable, or render into another file")]
    ReadOnly(PathBuf),
    /// The output is the input, of which not everything was read.
    #[error("{0} has more in it than is rendered, and would lose it; render into another file")]
    WouldLose(PathBuf),
    /// The folder that the output is to be in does not exist.
    #[error("cannot write {0}: there is no such folder")]
    NoFolder(PathBuf),
    /// The output file could not be created, completed or moved into place.
    #[error("cannot write {path}: {source}")]
    Output {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The output has several names, and was being written over when that failed.
    #[error("{path} is written in part: {source}; the whole rendering is in {kept}")]
    HalfWritten {
        /// The file.
        path: PathBuf,
        /// The file with the whole rendering.
        kept: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Ctrl-C, or another request to stop.
    #[error("stopped; nothing was written")]
    Interrupted,
}

impl From<ParameterError> for RenderError {
    fn from(error: ParameterError) -> Self {
        Self::Process(error.into())
    }
}

/// Renders a file through a fresh instance of `P`. Shows its progress on standard error if that is a terminal and it
/// takes long.
///
/// # Errors
///
/// Any [`RenderError`]; nothing has been written then.
pub fn render<P: Plugin>(job: &RenderJob) -> Result<RenderReport, RenderError> {
    let started = Instant::now();
    if job.input.iter().chain([&job.output]).any(|path| path == Path::new(STANDARD_STREAM)) {
        return Err(RenderError::StandardStream);
    }
    let mut input = open_input::<P>(job)?;
    let format = check_supported::<P>(&input, job)?;
    let mut plugin = HeadlessPlugin::<P>::new();
    settings::apply_values(&mut plugin, &job.preset_values);
    settings::apply(&mut plugin, &job.assignments)?;
    let (channels, sample_rate_hz) = (input.channels(), input.sample_rate_hz());
    let mut accompaniment =
        Accompaniment::open::<P>(&job.accompaniment, channels, sample_rate_hz, job.block_frames)?;
    if let (RenderInput::Silence { frames, .. }, Some(song_frames)) =
        (&mut input, accompaniment.song_frames())
    {
        *frames = song_frames;
    }
    plugin.activate(Activation {
        sample_rate_hz: sample_rate_hz as f32,
        max_block_frames: job.block_frames,
        channels,
        side_chain_channels: accompaniment.side_chain_channels(),
        process_mode: ProcessMode::Offline,
    })?;
    if let Some(tempo_bpm) = job.accompaniment.tempo_bpm
        && !plugin.set_tempo(tempo_bpm)
    {
        return Err(RenderError::InvalidTempo(tempo_bpm));
    }

    let tail = match (job.tail_seconds, &input) {
        (None, RenderInput::Silence { .. }) => Tail::until_silent(sample_rate_hz),
        (seconds, _) => Tail::Frames((seconds.unwrap_or(0.0) * f64::from(sample_rate_hz)).round() as u64),
    };
    let expected_frames = input.frames().map(|frames| frames.saturating_add(tail.least_frames()));
    let destination = Destination::beside(&job.output)?;
    check_nothing_lost(&destination, &input, job)?;
    let settings = WriterSettings { format, channels, sample_rate_hz };
    let mut output = SoundFileWriter::create(destination.file()?, &job.output, settings, input.chunks())?;
    output.check_room_for(expected_frames.unwrap_or(tail.least_frames()))?;
    let progress = Progress::new(expected_frames);
    let frames =
        stream(&mut plugin, &mut input, &mut accompaniment, &mut output, tail, job.block_frames, progress)?;
    let warnings = [input.warnings()?, accompaniment.warnings()?].concat();
    check_nothing_lost(&destination, &input, job)?;
    let clipped_samples = output.finish()?;
    // Where a file that is open cannot be replaced, the input may be the one that is about to be.
    drop(input);
    destination.complete()?;

    Ok(RenderReport {
        output: job.output.clone(),
        frames,
        channels,
        sample_rate_hz,
        format,
        clipped_samples,
        warnings,
        elapsed: started.elapsed(),
    })
}

/// Refuses to replace a file with less than all that is in it.
fn check_nothing_lost(
    destination: &Destination,
    input: &RenderInput,
    job: &RenderJob,
) -> Result<(), RenderError> {
    let is_input = job.input.as_ref().is_some_and(|input| destination.is_at(input));
    let AccompanimentFiles { midi, side_chain, .. } = &job.accompaniment;
    let is_accompaniment = midi.iter().chain(side_chain).any(|path| destination.is_at(path));
    if is_accompaniment || is_input && input.has_left_something_out() {
        return Err(RenderError::WouldLose(job.output.clone()));
    }
    Ok(())
}

/// What is to be rendered: the job's file, or else silence in the layout that the plugin likes best.
fn open_input<P: Plugin>(job: &RenderJob) -> Result<RenderInput, RenderError> {
    let layouts = driver::layouts::<P>();
    let instrument = layouts.iter().find(|layout| !layout.has_main_input);
    let reads_sound = layouts.iter().any(|layout| layout.has_main_input);
    match (&job.input, instrument) {
        (Some(input), Some(_)) if job.accompaniment.midi.is_some() && !reads_sound => {
            Err(RenderError::ReadsNoSound { plugin: P::NAME, input: input.clone() })
        }
        (Some(input), _) => {
            let mut reader = SoundFileReader::open(input)?;
            if let Some(channels) = &job.channels {
                reader.select_channels(channels)?;
            }
            Ok(RenderInput::File(reader))
        }
        (None, Some(layout)) => Ok(RenderInput::Silence {
            channels: layout.channels,
            sample_rate_hz: job.sample_rate_hz,
            frames: 0,
        }),
        (None, None) => Err(RenderError::NoInput(P::NAME)),
    }
}

/// The format to write, if the input is one to render.
fn check_supported<P: Plugin>(input: &RenderInput, job: &RenderJob) -> Result<SampleFormat, SoundFileError> {
    let unsupported = |found: String, supported| {
        let path = job.input.as_ref().unwrap_or(&job.output).clone();
        Err(SoundFileError::Unsupported { path, found, supported })
    };
    let channels = input.channels();
    if channels > MAX_CHANNELS && driver::layouts::<P>().iter().all(|layout| layout.channels != channels) {
        return unsupported(format!("{} channels", input.channels()), CHANNELS);
    }
    match job.format.or(input.sample_format()) {
        Some(format) => Ok(format),
        None => unsupported(
            "8-bit samples".to_owned(),
            "16, 24 or 32-bit integers and 32-bit float; choose one of these to write with --format",
        ),
    }
}

/// Runs the input through the plugin, then silence for the tail. What is written lines up with the input. Returns how many
/// frames that are.
fn stream<P: Plugin>(
    plugin: &mut HeadlessPlugin<P>,
    input: &mut RenderInput,
    accompaniment: &mut Accompaniment,
    output: &mut SoundFileWriter,
    mut tail: Tail,
    block_frames: usize,
    mut progress: Progress,
) -> Result<u64, RenderError> {
    let mut block = vec![vec![0.0; block_frames]; input.channels()];
    let (mut processed, mut written, mut input_frames) = (0_u64, 0_u64, 0_u64);
    let mut has_ended = false;
    loop {
        if signals::stop_requested() {
            return Err(RenderError::Interrupted);
        }
        let read = if has_ended { 0 } else { input.read(&mut block)? };
        input_frames += read as u64;
        has_ended |= read < block_frames;
        let total_frames = has_ended.then(|| tail.total_frames(input_frames, written));
        if total_frames.is_some_and(|total| written >= total) {
            return Ok(written);
        }
        for channel in &mut block {
            channel[read..].fill(0.0);
        }
        accompaniment.process(plugin, &mut block)?;
        // What comes out before the latency has passed is older than the input. Asked anew until something is written,
        // because a plugin may report it with its first blocks.
        let early =
            if written == 0 { u64::from(plugin.latency_samples()).saturating_sub(processed) } else { 0 };
        let start = early.min(block_frames as u64) as usize;
        let rest = total_frames.map_or(u64::MAX, |total| total - written);
        let end = (start as u64).saturating_add(rest).min(block_frames as u64) as usize;
        output.write(&block, start..end)?;
        tail.listen(&block, start..end);
        written += (end - start) as u64;
        processed += block_frames as u64;
        progress.reach(written);
    }
}

/// A progress bar that appears only if it is worth it.
struct Progress {
    /// What is to be reached, if it is known.
    frames: Option<u64>,
    started: Instant,
    bar: Option<ProgressBar>,
}

impl Progress {
    fn new(frames: Option<u64>) -> Self {
        Self { frames, started: Instant::now(), bar: None }
    }

    fn reach(&mut self, written: u64) {
        if self.bar.is_none() && self.started.elapsed() > PROGRESS_AFTER {
            // On anything but a terminal, this target shows nothing.
            let bar = ProgressBar::with_draw_target(self.frames, ProgressDrawTarget::stderr());
            let style = ProgressStyle::with_template("{wide_bar} {percent:>3} %  {eta} left");
            self.bar = Some(bar.with_style(style.expect("a valid template")));
        }
        if let Some(bar) = &self.bar {
            bar.set_position(written);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
