//! A plugin as nice-plug sees it.
//!
//! Realtime safety: `activate` allocates; `process` and `reset` neither allocate, lock nor wait, as long as the author's do
//! not.
//!
//! Hosts hand over values with the first block, as events at its first frame, and nice-plug has smoothers glide to them from
//! wherever they stood before. So a reset waits for the next block: there the smoothers stand at the values of the first
//! frame, and the author's `reset` finds them so.

use std::marker::PhantomData;
use std::sync::Arc;

use nice_plug::prelude::*;
use wavecraft_metering::{MeterReader, MeterWriter, SignalSet, meters_with_own};
#[cfg(feature = "session")]
use wavecraft_nice_plug::clap_entry::SessionSlot;
use wavecraft_nice_plug::clap_entry::{GuardedPlugin, LatencyReport, LatencySlot};
use wavecraft_nice_plug::declare::Toggle;
use wavecraft_nice_plug::denormals::without_denormals;
#[cfg(feature = "session")]
use wavecraft_nice_plug::instance_session::InstanceSession;
use wavecraft_nice_plug::measured::Measured;
use wavecraft_nice_plug::page::{HostAudio, HostAudioFormat, PageNoteEvents, PageNotes, page_notes};
use wavecraft_nice_plug::parameters::{LiveParameters, ParameterTable, PendingValues};
use wavecraft_nice_plug::state::{self, StateRules};

use crate::bypass::Bypass;
use crate::events::{EventHost, PieceEvents};
use crate::layout::audio_io_layouts;
use crate::parameters::{self, InstanceParameters};
use crate::piece::Piece;
use crate::{Activation, Exported, Kind, Measurements};

/// The sample rate until the host tells the real one, in Hz.
const INITIAL_SAMPLE_RATE_HZ: f32 = 48_000.0;

/// The longest block that a host may announce, in frames: what a 32-bit float still counts exactly.
const MAX_BLOCK_FRAMES: u32 = 1 << 24;

/// An instance of an [`AudioPlugin`](crate::AudioPlugin), as a nice-plug [`Plugin`]: with bypass, meters, latency, the rules
/// for states, and the page in the host's window.
pub struct Hosted<P: Exported> {
    plugin: P,
    parameters: Arc<InstanceParameters<P::Parameters>>,
    live: LiveParameters,
    sample_rate_hz: f32,
    /// Whether the next block is the first after an activation or a reset.
    starts_anew: bool,
    bypass: Bypass,
    meter_writer: MeterWriter,
    meter_reader: MeterReader,
    page_notes: Arc<PageNotes>,
    page_note_events: PageNoteEvents,
    audio: Arc<HostAudio>,
    signals: SignalSet,
    latency: Arc<LatencyReport>,
    /// What its page and its host share.
    #[cfg(feature = "session")]
    instance: Arc<InstanceSession>,
}

impl<P: Exported> Hosted<P> {
    /// The levels before and after the plugin and its own meters, for any thread but the audio thread.
    pub fn meters(&self) -> MeterReader {
        self.meter_reader.clone()
    }

    /// The values that the page has set and the host has not handed on, for any thread.
    pub fn pending_values(&self) -> Arc<PendingValues> {
        Arc::clone(&self.parameters.pending)
    }

    /// Where notes go that the page plays, for any thread but the audio thread; `None` for a plugin that takes no notes.
    pub fn page_notes(&self) -> Option<Arc<PageNotes>> {
        (Self::MIDI_INPUT != MidiConfig::None).then(|| Arc::clone(&self.page_notes))
    }

    /// The plugin itself, for what only it knows; for tests.
    pub fn plugin(&self) -> &P {
        &self.plugin
    }

    fn new_parameters() -> InstanceParameters<P::Parameters> {
        InstanceParameters::new(
            P::Parameters::default(),
            #[cfg(feature = "editor")]
            P::INFO.window.size_px,
            #[cfg(feature = "session")]
            crate::session::of_plugin::<P>(),
        )
    }

    /// Begins at the values that stand now, with nothing heard so far.
    fn start_anew(&mut self) {
        self.live.settle_smoothers(self.sample_rate_hz);
        self.plugin.reset(&self.parameters.own);
        self.bypass.reset(self.parameters.bypass.as_ref().is_some_and(Toggle::value));
    }

    /// Tells the host of another latency.
    fn report_latency(&self, context: &impl ProcessContext<Self>) {
        let latency_samples = self.plugin.latency_samples();
        if !self.latency.announce(latency_samples) {
            return;
        }
        match context.plugin_api() {
            // CLAP hosts accept a new latency from `activate` alone.
            PluginApi::Clap => context.request_restart(),
            PluginApi::Vst3 | PluginApi::Standalone => context.set_latency_samples(latency_samples),
        }
    }
}

/// What is done for an instance beside its processing.
pub enum InstanceTask {
    /// Gives away its latency report.
    ShareLatency(LatencySlot),
    /// Gives away its session.
    #[cfg(feature = "session")]
    ShareSession(SessionSlot),
}

impl<P: Exported> Default for Hosted<P> {
    fn default() -> Self {
        let parameters = Arc::new(Self::new_parameters());
        let (meter_writer, meter_reader) = meters_with_own(INITIAL_SAMPLE_RATE_HZ, parameters.own.meters());
        let (page_notes, page_note_events) = page_notes();
        let signals = SignalSet::new(parameters.own.signals());
        Self {
            plugin: P::default(),
            live: LiveParameters::new(parameters.clone()),
            #[cfg(feature = "session")]
            instance: Arc::new(
                InstanceSession::new(
                    parameters.clone(),
                    Arc::clone(&parameters.session),
                    Arc::clone(&parameters.pending),
                )
                .with_descriptions(parameters.descriptions()),
            ),
            parameters,
            sample_rate_hz: INITIAL_SAMPLE_RATE_HZ,
            starts_anew: true,
            bypass: Bypass::default(),
            meter_writer,
            meter_reader,
            page_notes: Arc::new(page_notes),
            page_note_events,
            audio: Arc::default(),
            signals,
            latency: Arc::default(),
        }
    }
}

impl<P: Exported> Plugin for Hosted<P> {
    const NAME: &'static str = P::INFO.name;
    const VENDOR: &'static str = P::INFO.vendor;
    const URL: &'static str = P::INFO.url;
    const EMAIL: &'static str = "";
    const VERSION: &'static str = P::INFO.version;

    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] =
        (const { &audio_io_layouts(P::INFO.layouts) }).split_at(P::INFO.layouts.len()).0;
    const MIDI_INPUT: MidiConfig = P::INFO.midi_input;
    const MIDI_OUTPUT: MidiConfig = P::INFO.midi_output;
    const SAMPLE_ACCURATE_AUTOMATION: bool = true;

    #[cfg(feature = "editor")]
    type Editor = wavecraft_nice_plug::editor::WebviewEditor;
    #[cfg(not(feature = "editor"))]
    type Editor = ();
    type SysExMessage = ();
    type BackgroundTask = InstanceTask;

    fn task_executor(&mut self) -> TaskExecutor<Self> {
        let latency = Arc::clone(&self.latency);
        #[cfg(feature = "session")]
        let instance = Arc::clone(&self.instance);
        Box::new(move |task| match task {
            InstanceTask::ShareLatency(slot) => {
                slot.get_or_init(|| Arc::clone(&latency));
            }
            #[cfg(feature = "session")]
            InstanceTask::ShareSession(slot) => {
                slot.get_or_init(|| Arc::clone(&instance));
            }
        })
    }

    fn params(&self) -> Arc<dyn Params> {
        self.parameters.clone()
    }

    #[cfg(feature = "editor")]
    fn editor(&mut self, _executor: AsyncExecutor<Self>) -> Option<Self::Editor> {
        use nice_plug::editor::SizeConstraints;
        use nice_plug::editor::dpi::LogicalSize;
        use wavecraft_nice_plug::editor::{Page, PageSource, editor};

        let window = P::INFO.window;
        let size = |(width, height): (u32, u32)| Some(LogicalSize::new(width as f32, height as f32));
        let resize_hint = ResizeHint {
            size_constraints: SizeConstraints::Logical {
                min_size: size(window.smallest_px),
                max_size: size(window.largest_px),
            },
            ..ResizeHint::RESIZABLE
        };
        let page = Page {
            source: PageSource::Assets(P::page_files()),
            state: Arc::clone(&self.parameters.editor),
            resize_hint,
            background: window.background,
            meters: Some(self.meters()),
            signals: self.signals.clone(),
            instance: Some(Arc::clone(&self.instance)),
            notes: self.page_notes(),
            audio: Some(Arc::clone(&self.audio)),
        };
        Some(editor(self, page))
    }

    fn filter_state(saved: &mut PluginState) {
        let table = &ParameterTable::new(Arc::new(Self::new_parameters()));
        let oldest_readable = P::INFO.oldest_readable_version;
        let rules = StateRules { oldest_readable, current: Self::VERSION, parameters: table };
        if state::guard_migrated(saved, &rules, P::RENAMED_PARAMETERS, P::migrate) {
            parameters::merge_pending(saved, table);
        }
    }

    fn activate(
        &mut self,
        layout: &AudioIOLayout,
        buffer_config: &BufferConfig,
        context: &mut impl ActivateContext<Self>,
    ) -> bool {
        if buffer_config.max_buffer_size > MAX_BLOCK_FRAMES {
            return false;
        }
        if !Activation::SAMPLE_RATES_HZ.contains(&buffer_config.sample_rate) {
            // The host is told no more than that the plugin does not start; this is in its log, or on the terminal.
            nice_error!(
                "{} runs at sample rates from 1 to 768 kHz, not at {} Hz",
                Self::NAME,
                buffer_config.sample_rate
            );
            return false;
        }
        let channels = layout.main_output_channels.map_or(0, |channels| channels.get() as usize);
        let activation = Activation {
            sample_rate_hz: buffer_config.sample_rate,
            max_block_frames: buffer_config.max_buffer_size as usize,
            channels,
            side_chain_channels: layout.aux_input_ports.first().map_or(0, |channels| channels.get() as usize),
            is_offline: buffer_config.process_mode == ProcessMode::Offline,
        };
        self.sample_rate_hz = activation.sample_rate_hz;
        self.starts_anew = true;
        self.page_note_events.reset();
        self.live.take(&self.parameters.pending);
        self.plugin.activate(&activation, &self.parameters.own);
        let latency_samples = self.plugin.latency_samples();
        self.latency.set_activated(latency_samples);
        if context.plugin_api() != PluginApi::Clap || !self.latency.is_shared() {
            context.set_latency_samples(latency_samples);
        }
        if self.parameters.bypass.is_some() {
            self.bypass = Bypass::new(
                channels,
                activation.sample_rate_hz,
                activation.max_block_frames,
                latency_samples as usize,
            );
        }
        self.meter_writer.set_sample_rate(buffer_config.sample_rate);
        self.signals.set_sample_rate(buffer_config.sample_rate);
        self.audio.set(HostAudioFormat {
            sample_rate_hz: buffer_config.sample_rate,
            max_block_frames: buffer_config.max_buffer_size,
        });
        true
    }

    fn reset(&mut self) {
        self.starts_anew = true;
        self.page_note_events.reset();
        // Before the host's own values for the next block, which count for more.
        self.live.take(&self.parameters.pending);
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        auxiliary: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        // nice-plug has the results of the plugin's computations flushed, and not what the host hands over.
        without_denormals(|| self.process_block(buffer, auxiliary, context))
    }
}

impl<P: Exported> Hosted<P> {
    fn process_block(
        &mut self,
        buffer: &mut Buffer,
        auxiliary: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        self.live.forget_taken(&self.parameters.pending);
        if std::mem::take(&mut self.starts_anew) {
            self.start_anew();
        }
        if P::INFO.kind == Kind::Instrument {
            // Hosts leave there whatever was there before.
            buffer.as_slice().iter_mut().for_each(|channel| channel.fill(0.0));
        }
        let total = buffer.samples();
        let mut piece =
            Piece::new(auxiliary.inputs.first().map(Buffer::as_slice_immutable), context.transport());
        let Self { plugin, parameters, bypass, meter_writer, page_note_events, .. } = self;
        page_note_events.begin_block();
        let mut events =
            PieceEvents::new(ContextEvents { context, page: page_note_events, plugin: PhantomData });
        let is_bypassed = parameters.bypass.as_ref().map(Toggle::value);
        meter_writer.process_metered(buffer.as_slice(), |channels| {
            let frames = channels.first().map_or(0, |channel| channel.len());
            piece.begin(frames);
            events.begin_piece(frames, piece.end() == total);
            if is_bypassed.is_some() {
                bypass.keep_input(channels);
            }
            piece.with(channels, &mut events, |block| plugin.process(block, &parameters.own));
            if let Some(is_bypassed) = is_bypassed {
                bypass.mix(channels, is_bypassed, plugin.latency_samples() as usize);
            }
        });
        self.report_latency(context);
        match (P::INFO.kind, self.plugin.tail_samples()) {
            (Kind::Instrument, _) | (_, u32::MAX) => ProcessStatus::KeepAlive,
            (_, 0) => ProcessStatus::Normal,
            (_, tail) => ProcessStatus::Tail(tail),
        }
    }
}

impl<P: Exported> Measured for Hosted<P> {
    fn meter_reader(&self) -> MeterReader {
        self.meters()
    }

    fn signals(&self) -> SignalSet {
        self.signals.clone()
    }

    fn descriptions(&self) -> Vec<(&'static str, &'static str)> {
        self.parameters.descriptions()
    }
}

/// The events of nice-plug's context, after those of the page.
struct ContextEvents<'a, P, C> {
    context: &'a mut C,
    page: &'a mut PageNoteEvents,
    plugin: PhantomData<fn() -> P>,
}

impl<P: Exported, C: ProcessContext<Hosted<P>>> EventHost for ContextEvents<'_, P, C> {
    fn next_event(&mut self) -> Option<NoteEvent<()>> {
        self.page.next_event().or_else(|| self.context.next_event())
    }

    fn send_event(&mut self, event: NoteEvent<()>) -> Result<(), NoteEvent<()>> {
        self.context.try_send_event(event).map_err(|(event, _)| event)
    }
}

impl<P: Exported> ClapPlugin for Hosted<P> {
    const CLAP_ID: &'static str = P::INFO.clap_id;
    const CLAP_DESCRIPTION: Option<&'static str> = Some(P::INFO.description);
    const CLAP_MANUAL_URL: Option<&'static str> = None;
    const CLAP_SUPPORT_URL: Option<&'static str> = None;
    const CLAP_FEATURES: &'static [ClapFeature] = P::INFO.clap_features;
}

impl<P: Exported> GuardedPlugin for Hosted<P> {
    fn share_latency(slot: LatencySlot) -> InstanceTask {
        InstanceTask::ShareLatency(slot)
    }

    #[cfg(feature = "session")]
    fn share_session(slot: SessionSlot) -> Option<InstanceTask> {
        Some(InstanceTask::ShareSession(slot))
    }

    #[cfg(feature = "session")]
    fn preset_library() -> Option<wavecraft_session::PresetLibrary> {
        Some(crate::session::presets_of::<P>())
    }
}

impl<P: Exported> Vst3Plugin for Hosted<P> {
    const VST3_CLASS_ID: [u8; 16] = P::INFO.vst3_id;
    const VST3_SUBCATEGORIES: &'static [Vst3SubCategory] = P::INFO.vst3_categories;
}
