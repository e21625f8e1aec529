//! A plugin on a sound file, offline: the same processing as in a host, as fast as the machine goes.
//!
//! The file is streamed in constant memory, delayed back by the plugin's latency so that output and input line up, and
//! written beside its destination first: until it is complete, there is nothing under its own name.

mod accompaniment;
mod input;
mod midi_file;
mod side_chain;
mod tail;

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use nice_plug::prelude::{Plugin, ProcessMode};
use tempfile::NamedTempFile;

use wavecraft_audio::{SampleFormat, SoundFileError, SoundFileReader, SoundFileWriter, WriterSettings};
use wavecraft_nice_plug::driver::{
    self, ActivateError, Activation, HeadlessPlugin, ParameterError, ProcessError,
};

use crate::settings::{self, Assignment, SettingError};
use crate::signals;

pub use accompaniment::AccompanimentFiles;
pub use midi_file::MidiFileError;
pub use side_chain::SideChainError;

use accompaniment::Accompaniment;
use input::RenderInput;
use tail::Tail;

/// The most channels that are rendered.
const MAX_CHANNELS: usize = 2;

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
    /// Parameters to set before the first sample.
    pub assignments: Vec<Assignment>,
    /// How long to go on after the input's end, in seconds. Without it, a sound file's rendering ends with it, and a song's
    /// once it has been silent for a second, a minute after its end at the latest.
    pub tail_seconds: Option<f64>,
    /// The block size to process in, in frames.
    pub block_frames: usize,
    /// The sample format to write, if not the input's.
    pub format: Option<SampleFormat>,
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
    /// How long the rendering took.
    pub elapsed: Duration,
}

impl RenderReport {
    /// The length of the file, in seconds.
    pub fn seconds(&self) -> f64 {
        self.frames as f64 / f64::from(self.sample_rate_hz)
    }
}

/// Why nothing was rendered. No file was written, and one that existed is as it was.
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
    Setting(#[from] SettingError),
    /// The plugin does not run on this file.
    #[error(transparent)]
    Activate(#[from] ActivateError),
    /// The plugin failed on the way.
    #[error(transparent)]
    Process(#[from] ProcessError),
    /// The output's name belongs to something that is no ordinary file.
    #[error("{0} is not an ordinary file, and is left alone")]
    NotAFile(PathBuf),
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
    let mut input = open_input::<P>(job)?;
    let format = check_supported(&input, job)?;
    let mut plugin = HeadlessPlugin::<P>::new();
    settings::apply(&mut plugin, &job.assignments)?;
    let (channels, sample_rate_hz) = (input.channels(), input.sample_rate_hz());
    let accompaniment =
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
    let promised_frames = input.promised_frames().map(|frames| frames.saturating_add(tail.least_frames()));
    let destination = Destination::beside(&job.output)?;
    let settings = WriterSettings { format, channels, sample_rate_hz };
    let mut output = SoundFileWriter::create(destination.file()?, &job.output, settings, input.chunks())?;
    output.check_room_for(promised_frames.unwrap_or(tail.least_frames()))?;
    let progress = Progress::new(promised_frames);
    let frames =
        stream(&mut plugin, &mut input, accompaniment, &mut output, tail, job.block_frames, progress)?;
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
        elapsed: started.elapsed(),
    })
}

/// What is to be rendered: the job's file, or else silence in the layout that the plugin likes best.
fn open_input<P: Plugin>(job: &RenderJob) -> Result<RenderInput, RenderError> {
    let layouts = driver::layouts::<P>();
    let instrument = layouts.iter().find(|layout| !layout.has_main_input);
    match (&job.input, instrument) {
        (Some(input), Some(_))
            if job.accompaniment.midi.is_some() && layouts.iter().all(|layout| !layout.has_main_input) =>
        {
            Err(RenderError::ReadsNoSound { plugin: P::NAME, input: input.clone() })
        }
        (Some(input), _) => Ok(RenderInput::File(SoundFileReader::open(input)?)),
        (None, Some(layout)) => Ok(RenderInput::Silence {
            channels: layout.channels,
            sample_rate_hz: job.sample_rate_hz,
            frames: 0,
        }),
        (None, None) => Err(RenderError::NoInput(P::NAME)),
    }
}

/// The format to write, if the input is one to render.
fn check_supported(input: &RenderInput, job: &RenderJob) -> Result<SampleFormat, SoundFileError> {
    let unsupported = |found: String, supported| {
        let path = job.input.as_ref().unwrap_or(&job.output).clone();
        Err(SoundFileError::Unsupported { path, found, supported })
    };
    if input.channels() > MAX_CHANNELS {
        return unsupported(format!("{} channels", input.channels()), "mono and stereo");
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
    mut accompaniment: Accompaniment,
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
        if read < block_frames && !has_ended {
            input.check_complete()?;
            has_ended = true;
        }
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

/// A file in the making, which takes its name when it is complete and vanishes when it never is.
struct Destination {
    temporary: NamedTempFile,
    path: PathBuf,
}

impl Destination {
    fn beside(path: &Path) -> Result<Self, RenderError> {
        let unwritable = |source| RenderError::Output { path: path.to_owned(), source };
        // Through a symbolic link, the file that it points to is replaced, not the link.
        let resolved = match fs::metadata(path) {
            Ok(metadata) if metadata.is_file() => path.canonicalize().map_err(unwritable)?,
            Ok(_) => return Err(RenderError::NotAFile(path.to_owned())),
            Err(_) => path.to_owned(),
        };
        let folder = match resolved.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        if !folder.is_dir() {
            return Err(RenderError::NoFolder(path.to_owned()));
        }
        let mut builder = tempfile::Builder::new();
        builder.prefix(".render-").suffix(".wav");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            // Temporary files are private; this one is to become what the user's umask says.
            builder.permissions(fs::Permissions::from_mode(0o666));
        }
        let temporary = builder.tempfile_in(folder).map_err(unwritable)?;
        Ok(Self { temporary, path: resolved })
    }

    fn file(&self) -> Result<File, RenderError> {
        self.temporary.reopen().map_err(|source| RenderError::Output { path: self.path.clone(), source })
    }

    fn complete(self) -> Result<(), RenderError> {
        let path = self.path;
        match self.temporary.persist(&path) {
            Ok(_) => Ok(()),
            Err(error) => Err(RenderError::Output { path, source: error.error }),
        }
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
