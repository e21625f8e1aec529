//! One run of the audio: opened as asked, or as near to it as the devices allow.

mod side_chain;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tracing::warn;
use wavecraft_metering::{MeterReader, meters};

use side_chain::OpenedSideChain;

use crate::accompaniment::Accompaniment;
use crate::callbacks::{DuplexCallback, Feed, InputCallback, OutputCallback};
use crate::counters::Counters;
use crate::devices::{Devices, Endpoint, MidiDestinations, Stream, StreamSettings, StreamWish};
use crate::drift_resampler::{DriftResampler, DriftResamplerSpec};
use crate::frame_ring::{FrameReader, FrameWriter, frame_ring};
use crate::instance_exchange::InstanceExchange;
use crate::midi_file::Song;
use crate::midi_ring::MidiInputs;
use crate::options::{AudioInput, AudioOptions, AudioOutput, MidiInput};
use crate::played_midi::{MidiSender, PlayedMidi};
use crate::problem::{AudioProblem, AudioProblemKind, OpenFailure};
use crate::processor::ProcessorSource;
use crate::processor_instance::{InstanceSettings, ProcessorInstance};
use crate::processor_slot::ProcessorSlot;
use crate::recorder::Recorder;
use crate::side_chain::SideChainInput;
use crate::side_stream::SideStream;
use crate::signal::{SignalGenerator, Source};
use crate::song_player::SongPlayer;
use crate::sound_file::{self, SoundFileError, is_same_file};
use crate::status::{AudioRoute, EngineState, Recorded};
use crate::timer::Timer;

/// The rate where no device has one, in Hz.
const TIMER_RATE_HZ: u32 = 48_000;

/// The block where no device has one, in frames.
const TIMER_BLOCK_FRAMES: u32 = 512;

/// How long a device may be silent. `PulseAudio`'s dummy device, when it has idled, first plays two seconds of silence.
pub(crate) const SILENCE_LIMIT: Duration = Duration::from_secs(3);

/// How long JACK may be, whose largest block takes a quarter of that.
const DUPLEX_SILENCE_LIMIT: Duration = Duration::from_secs(1);

/// A recorder may be held up by the disk for this long, in seconds.
const RECORDER_CAPACITY_S: usize = 2;

/// Audio that runs. Dropping it ends the streams, then the processor in them, then the recording.
pub(crate) struct Session {
    /// The streams' callbacks own the processor.
    streams: Vec<Stream>,
    /// What the side chain hears of another device.
    side_stream: Option<SideStream>,
    timer: Option<Timer>,
    recorder: Option<Recorder>,
    /// What the processor plays, until somebody sends it.
    sender: Option<MidiSender>,
    /// The system's ports that hear it.
    destinations: Option<MidiDestinations>,
    /// What the audio threads count.
    pub counters: Arc<Counters>,
    /// The levels.
    pub meters: MeterReader,
    /// The way of other instances to the audio thread.
    pub instances: InstanceExchange,
    /// How it runs where nothing is missing.
    state: EngineState,
    /// What the devices do not do as they were asked.
    problem: Option<AudioProblem>,
    /// Where sound comes from and goes to.
    pub route: AudioRoute,
    /// Frames a second that are processed.
    pub sample_rate_hz: u32,
    /// Frames in a block, as far as it is known yet.
    pub block_frames: u32,
    /// The largest block that instances are made for, in frames.
    pub max_block_frames: usize,
    /// Whether an input device, or the timer, calls.
    pub has_input_clock: bool,
    /// Whether an output device calls.
    pub has_output_clock: bool,
    /// A device that has not called for this long is lost, whatever it says.
    pub silence_limit: Duration,
    /// Whether an output device was asked for and is not there.
    pub lacks_output: bool,
    /// Why the side chain is silent although something was asked for.
    side_chain_problem: Option<AudioProblem>,
}

/// What the others keep of a slot, while an audio thread owns it.
struct SlotHandles {
    meters: MeterReader,
    instances: InstanceExchange,
    max_block_frames: usize,
    side_chain: OpenedSideChain,
    sender: Option<MidiSender>,
}

/// What is needed to open the audio.
pub(crate) struct Opener<'a> {
    pub options: &'a AudioOptions,
    pub devices: &'a Devices,
    pub processors: &'a mut dyn ProcessorSource,
    pub midi: &'a MidiInputs,
}

impl Session {
    /// How it runs, and what is not as asked, with processors that have this limitation.
    pub fn state(&self, limitation: Option<AudioProblem>) -> (EngineState, Option<AudioProblem>) {
        if self.lacks_output {
            return (EngineState::InputOnly, self.problem.clone());
        }
        let problem = limitation.or_else(|| self.problem.clone()).or_else(|| self.side_chain_problem.clone());
        let is_degraded = problem.is_some() && self.state == EngineState::FullDuplex;
        (if is_degraded { EngineState::Degraded } else { self.state }, problem)
    }
}

impl Session {
    /// Notices when the side chain's device has gone. It is silent from then on. Returns whether it has gone just now.
    pub fn side_chain_is_lost(&mut self) -> bool {
        let Some(lost) = self.side_stream.take_if(SideStream::is_lost) else { return false };
        self.side_chain_problem = Some(lost.problem());
        true
    }

    /// Connects the MIDI ports that have come, where the streams have ports of their own for them, and returns what is heard,
    /// for people. `None` where they have none.
    pub fn follow_midi_ports(&mut self) -> Option<String> {
        self.streams.iter_mut().find_map(Stream::follow_midi_ports)
    }

    /// Lets the ports hear what the processor plays that have come, if it plays anything: the streams' own port where they have
    /// one, otherwise the system's. The route says where it goes.
    pub fn follow_midi_destinations(&mut self, options: &AudioOptions) {
        if self.sender.is_none() && self.destinations.is_none() {
            return;
        }
        let own = self.streams.iter_mut().find_map(Stream::follow_midi_destinations);
        if own.is_none()
            && let Some(wanted) = options.midi_output.wanted()
            && let Some(sender) = self.sender.take()
        {
            let started = MidiDestinations::start(wanted.to_owned(), options.client_name.clone(), sender);
            self.destinations =
                started.inspect_err(|error| warn!("no MIDI port hears what is played: {error}")).ok();
        }
        let destinations = self.destinations.as_ref().map(MidiDestinations::description);
        let nowhere = || "nowhere; --midi-output names a port".to_owned();
        self.route.played_notes = Some(own.or(destinations).unwrap_or_else(nowhere));
    }

    /// Whether the side chain is silent although something was asked for.
    pub fn lacks_side_chain(&self) -> bool {
        self.side_chain_problem.is_some()
    }

    /// Ends it, and returns what it has recorded. Sound ends first, then what made it, then what wrote it down.
    pub fn end(mut self) -> Option<Recorded> {
        self.streams.clear();
        self.timer = None;
        self.side_stream = None;
        self.destinations = None;
        self.recorder.take().and_then(Recorder::finish)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // In the same order.
        self.streams.clear();
        self.timer = None;
        self.side_stream = None;
        self.destinations = None;
        self.recorder = None;
    }
}

impl Opener<'_> {
    /// Opens the audio. An output that is not there leaves the input alone; without input there is no audio.
    pub fn open(&mut self) -> Result<Session, OpenFailure> {
        let wants_device = matches!(self.options.output, AudioOutput::DefaultDevice | AudioOutput::Device(_));
        if !wants_device {
            return self.open_with(None);
        }
        let output = self.output_endpoint();
        let failure = match output {
            Ok(output) => match self.open_with(Some(&output)) {
                Err(failure) if failure.concerns_output => failure,
                opened => return opened,
            },
            Err(failure) => failure,
        };
        let mut session = self.open_with(None)?;
        session.problem = Some(failure.problem);
        session.lacks_output = true;
        Ok(session)
    }

    /// Whether the output device that was asked for is there, and plays. What it plays is a moment of silence.
    pub fn output_starts(&self) -> bool {
        let started = self.output_endpoint().and_then(|output| {
            let played = output.negotiate(self.wish())?;
            play(&output, &played, Feed::Silence, &Arc::default())
        });
        started.is_ok()
    }

    /// The output device that was asked for.
    fn output_endpoint(&self) -> Result<Endpoint, OpenFailure> {
        match &self.options.output {
            AudioOutput::Device(name) => self.devices.output(Some(name)),
            _ => self.devices.output(None),
        }
    }

    fn open_with(&mut self, output: Option<&Endpoint>) -> Result<Session, OpenFailure> {
        match &self.options.input {
            AudioInput::DefaultDevice => {
                let input = self.devices.input(None)?;
                if let Some(output) = output.filter(|output| input.is_monitor_of(output)) {
                    return Err(OpenFailure::input_hears_output(&output.name()));
                }
                self.open_device_input(&input, output)
            }
            AudioInput::Device(name) => {
                let input = self.devices.input(Some(name))?;
                self.open_device_input(&input, output)
            }
            AudioInput::None => match (output, self.devices.unconnected_input()) {
                (Some(output), Some(input)) => self.open_device_input(&input, Some(output)),
                _ => self.open_source(output),
            },
            AudioInput::File(_) | AudioInput::Signal(_) => self.open_source(output),
        }
    }

    /// A device is heard: its callback runs the processor.
    fn open_device_input(
        &mut self,
        input: &Endpoint,
        output: Option<&Endpoint>,
    ) -> Result<Session, OpenFailure> {
        if let Some(output) = output.filter(|output| input.is_duplex_with(output)) {
            return self.open_duplex(input, output);
        }
        let side_chain = self.options.side_chain.input_channels();
        let least_channels = side_chain.map_or(0, |[first, second]| first.max(second) + 1);
        let heard = input.negotiate(StreamWish { least_channels, ..self.wish() })?;
        let played = output
            .map(|output| output.negotiate(StreamWish { rate_hz: Some(heard.rate_hz), ..self.wish() }))
            .transpose()?;
        let counters = Arc::new(Counters::default());
        let block_frames = heard.block_frames as usize;
        let (slot, handles) = self.slot(heard.rate_hz, block_frames, Some(&heard))?;
        let mut streams = Vec::new();
        let mut recorder = None;
        let writer = match (output, &played) {
            (Some(output), Some(played)) => {
                let spec = DriftResamplerSpec {
                    input_rate_hz: heard.rate_hz,
                    output_rate_hz: played.rate_hz,
                    input_block_frames: block_frames,
                    output_block_frames: played.block_frames as usize,
                };
                let (writer, reader) =
                    frame_ring(spec.capacity_frames(), block_frames, Arc::clone(&counters));
                let feed = Feed::Input(Box::new(DriftResampler::new(reader, &spec, Arc::clone(&counters))));
                streams.push(play(output, played, feed, &counters)?);
                Some(writer)
            }
            _ => self.recorder(heard.rate_hz, block_frames, &counters)?.map(|(writer, started)| {
                recorder = Some(started);
                writer
            }),
        };
        let callback =
            InputCallback::new(slot, writer, usize::from(heard.channels), side_chain, Arc::clone(&counters));
        streams.push(input.start_input(&heard, callback, &counters)?);
        let has_output_clock = played.is_some();
        let mut session = self.session(&heard, handles, counters);
        session.route.backend = Some(input.backend_name());
        session.route.input = Some(heard.description(&input.name()));
        session.route.may_feed_back = has_output_clock && !input.is_patchable();
        if let (Some(output), Some(played)) = (output, &played) {
            session.route.output = Some(played.description(&output.name()));
        }
        (session.has_input_clock, session.has_output_clock) = (true, has_output_clock);
        (session.streams, session.recorder) = (streams, recorder);
        Ok(session)
    }

    /// A device that hears and plays in one callback, which runs the processor: nothing joins the two.
    fn open_duplex(&mut self, input: &Endpoint, output: &Endpoint) -> Result<Session, OpenFailure> {
        let agreed = input.negotiate(self.wish())?;
        let counters = Arc::new(Counters::default());
        let (slot, handles) = self.slot(agreed.rate_hz, agreed.block_frames as usize, Some(&agreed))?;
        let side_chain = self.options.side_chain.input_channels();
        let callback = DuplexCallback::new(slot, agreed.rate_hz, side_chain, Arc::clone(&counters));
        let stream = input.start_duplex(output, callback, &counters)?;
        let mut session = self.session(&agreed, handles, counters);
        session.route.backend = Some(input.backend_name());
        session.route.input = Some(agreed.description(&input.name()));
        session.route.output = Some(agreed.description(&output.name()));
        (session.has_input_clock, session.has_output_clock) = (true, true);
        session.silence_limit = DUPLEX_SILENCE_LIMIT;
        session.streams = vec![stream];
        Ok(session)
    }

    /// A file or a signal is played into the processor: the output device is the clock, or a timer.
    fn open_source(&mut self, output: Option<&Endpoint>) -> Result<Session, OpenFailure> {
        let (asked_rate_hz, asked_block) = (self.options.sample_rate_hz, self.options.block_frames);
        let played = match output {
            Some(output) => output.negotiate(self.wish())?,
            None => StreamSettings::without_device(
                asked_rate_hz.unwrap_or(TIMER_RATE_HZ),
                asked_block.unwrap_or(TIMER_BLOCK_FRAMES),
            ),
        };
        let (source, description) = self.source(played.rate_hz)?;
        let counters = Arc::new(Counters::default());
        let block_frames = played.block_frames as usize;
        let (slot, handles) = self.slot(played.rate_hz, block_frames, None)?;
        let mut session = self.session(&played, handles, Arc::clone(&counters));
        session.route.input = Some(description);
        if let Some(output) = output {
            let feed = Feed::Source(source, Box::new(slot));
            session.streams.push(play(output, &played, feed, &counters)?);
            session.route.backend = Some(output.backend_name());
            session.route.output = Some(played.description(&output.name()));
            session.has_output_clock = true;
        } else {
            let (writer, recorder) = self.recorder(played.rate_hz, block_frames, &counters)?.unzip();
            let timer = Timer::start(source, slot, writer, played.rate_hz, counters)
                .map_err(|error| OpenFailure::other(format!("the audio timer did not start: {error}")))?;
            (session.timer, session.recorder) = (Some(timer), recorder);
            session.has_input_clock = true;
        }
        Ok(session)
    }

    /// What the input is, and its name.
    fn source(&self, rate_hz: u32) -> Result<(Source, String), OpenFailure> {
        match &self.options.input {
            AudioInput::File(path) => {
                let recording =
                    sound_file::read_recording(path, rate_hz).map_err(|error| OpenFailure::file(&error))?;
                Ok((Source::Loop(Arc::new(recording), 0), format!("{}, again and again", shown(path))))
            }
            AudioInput::Signal(signal) => {
                let generator = SignalGenerator::new(*signal, rate_hz);
                Ok((Source::Signal(generator), format!("test signal: {signal}")))
            }
            AudioInput::None => Ok((Source::Silence, "none".to_owned())),
            AudioInput::DefaultDevice | AudioInput::Device(_) => {
                Err(OpenFailure::other("a device is no signal"))
            }
        }
    }

    /// What devices are asked for.
    fn wish(&self) -> StreamWish {
        StreamWish {
            rate_hz: self.options.sample_rate_hz,
            block_frames: self.options.block_frames,
            least_channels: 0,
        }
    }

    /// The processor in its slot, ready to run, with all that comes with its blocks. `heard` is the input device, if its
    /// callback runs the processor.
    fn slot(
        &mut self,
        rate_hz: u32,
        max_block_frames: usize,
        heard: Option<&StreamSettings>,
    ) -> Result<(ProcessorSlot, SlotHandles), OpenFailure> {
        let song = match &self.options.midi {
            MidiInput::File(path) => Some(Song::read(path, rate_hz, self.options.tempo_bpm)),
            _ => None,
        };
        let song = song.transpose().map_err(|error| OpenFailure::song(&error))?;
        let instance = ProcessorInstance::create(
            self.processors,
            InstanceSettings {
                max_channels: self.options.max_channels,
                has_side_chain: self.options.side_chain != SideChainInput::None,
                sample_rate_hz: rate_hz as f32,
                max_block_frames,
            },
        );
        let instance = instance.map_err(OpenFailure::processor)?;
        let (feed, side_chain) = self.side_chain(rate_hz, max_block_frames, heard, &instance);
        let accompaniment = Accompaniment::new(
            f64::from(rate_hz),
            self.options.tempo_bpm,
            song.map(SongPlayer::new),
            feed,
            self.midi.begin_run(),
        );
        let hears_ports = self.processors.takes_notes() || self.options.hears_controllers;
        let accompaniment = match &self.options.midi {
            MidiInput::AllPorts if hears_ports => accompaniment.with_device_midi(None),
            MidiInput::Port(name) if hears_ports => accompaniment.with_device_midi(Some(name.clone())),
            _ => accompaniment,
        };
        let (played, sender) = if self.processors.plays_notes() {
            let (played, sender) = PlayedMidi::for_sender(self.options.midi_output.wanted());
            (played, Some(sender))
        } else {
            (PlayedMidi::for_nobody(), None)
        };
        let (writer, meters) = meters(rate_hz as f32);
        let (slot, instances) =
            ProcessorSlot::new(instance, rate_hz as f32, max_block_frames, writer, accompaniment, played);
        Ok((slot, SlotHandles { meters, instances, max_block_frames, side_chain, sender }))
    }

    /// A recording, if the output is a file.
    fn recorder(
        &self,
        rate_hz: u32,
        block_frames: usize,
        counters: &Arc<Counters>,
    ) -> Result<Option<(FrameWriter, Recorder)>, OpenFailure> {
        let AudioOutput::File(path) = &self.options.output else { return Ok(None) };
        if let AudioInput::File(input) = &self.options.input
            && is_same_file(input, path)
        {
            return Err(OpenFailure::file(&SoundFileError::IsInput { path: path.clone() }));
        }
        let capacity_frames = rate_hz as usize * RECORDER_CAPACITY_S;
        let (writer, reader): (_, FrameReader) =
            frame_ring(capacity_frames, block_frames, Arc::clone(counters));
        let recorder = Recorder::start(path, rate_hz, reader).map_err(|error| OpenFailure::file(&error))?;
        Ok(Some((writer, recorder)))
    }

    /// A session that runs as asked, as far as can be said without its streams.
    fn session(&self, settings: &StreamSettings, handles: SlotHandles, counters: Arc<Counters>) -> Session {
        let (state, output) = match &self.options.output {
            AudioOutput::None => (EngineState::InputOnly, None),
            AudioOutput::File(path) => (EngineState::FullDuplex, Some(shown(path))),
            AudioOutput::DefaultDevice | AudioOutput::Device(_) => (EngineState::FullDuplex, None),
        };
        let OpenedSideChain { description: side_chain, stream: side_stream, problem: side_chain_problem } =
            handles.side_chain;
        Session {
            streams: Vec::new(),
            side_stream,
            timer: None,
            recorder: None,
            sender: handles.sender,
            destinations: None,
            counters,
            meters: handles.meters,
            instances: handles.instances,
            state,
            problem: self.unmet_wish(settings),
            route: AudioRoute { backend: None, input: None, output, side_chain, ..AudioRoute::default() },
            sample_rate_hz: settings.rate_hz,
            block_frames: settings.block_frames,
            max_block_frames: handles.max_block_frames,
            has_input_clock: false,
            has_output_clock: false,
            silence_limit: SILENCE_LIMIT,
            lacks_output: false,
            side_chain_problem,
        }
    }

    /// What the device does not do as it was asked.
    fn unmet_wish(&self, settings: &StreamSettings) -> Option<AudioProblem> {
        let asked_hz = self.options.sample_rate_hz.filter(|&asked| asked != settings.rate_hz)?;
        Some(AudioProblem::new(
            AudioProblemKind::Other,
            format!("the device runs at {} Hz and not at {asked_hz} Hz", settings.rate_hz),
            Some("leave --sample-rate out, or set the rate of the device or its sound server"),
        ))
    }
}

fn play(
    output: &Endpoint,
    played: &StreamSettings,
    feed: Feed,
    counters: &Arc<Counters>,
) -> Result<Stream, OpenFailure> {
    let callback =
        OutputCallback::new(feed, usize::from(played.channels), played.rate_hz, Arc::clone(counters));
    output.start_output(played, callback, counters)
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
