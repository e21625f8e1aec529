//! The plugin, through its library.

use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::{info, warn};
use wavecraft_audio::{
    AudioProblem, AudioProblemKind, BlockInput, BlockProcessor, PlayedMidi, Preparation, ProcessorSource,
};
use wavecraft_ffi::description::{AudioLayout, MidiSupport};
use wavecraft_ffi::{
    FfiProcessor, PanicWatch, ParamLoadError, PluginDescription, PluginLibrary, PluginParamLoader,
    StateReader,
};
use wavecraft_ipc::{NormalizedValue, ParameterInfo};

use crate::host::ParameterText;
use crate::meters::OwnMeters;
use crate::parameter_bridge::AtomicParameterBridge;
use crate::reload::LibraryCopy;
use crate::signals::OwnSignals;

/// What the user can do about a library that does not do all that it could.
const REBUILD_HINT: &str = "build the plugin with this version of Wavecraft's crates";

/// What a plugin's library gives the server.
///
/// Whatever is missing is reported as the state of the audio, and never ends the server: the next build may bring it.
pub struct LoadedPlugin {
    /// The plugin's parameters; none if the library cannot tell.
    pub parameters: Vec<ParameterInfo>,
    /// What else it says of itself; nothing if it is of version 1, or cannot tell.
    pub description: PluginDescription,
    /// The plugin's own meters.
    pub meters: OwnMeters,
    /// The points of its sound that can be seen.
    pub signals: OwnSignals,
    /// What makes its processors, or says why there are none.
    pub processors: PluginProcessors,
    /// What converts its texts, if it can.
    pub text: Option<Box<dyn ParameterText>>,
    /// What its processors have refused of the state that they were to begin with.
    pub(crate) state_refusal: StateRefusal,
}

/// Why a state was refused, from where it happens to whoever tells the user. Clones are of the same.
#[derive(Clone, Debug, Default)]
pub(crate) struct StateRefusal(Arc<Mutex<Option<String>>>);

impl StateRefusal {
    fn set(&self, reason: Option<String>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = reason;
    }

    /// The reason, once.
    pub fn take(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl LoadedPlugin {
    /// Loads the library at `path`. Not for the audio thread.
    pub fn load(path: &Path) -> Self {
        Self::open(path, None).unwrap_or_else(LoadFailure::into_plugin)
    }

    /// Loads a library's copy, which is kept for as long as anything of it is in use. Not for the audio thread.
    pub(crate) fn load_copy(copy: LibraryCopy) -> Result<Self, LoadFailure> {
        let path = copy.path().to_owned();
        Self::open(&path, Some(Arc::new(copy)))
    }

    fn open(path: &Path, copy: Option<Arc<LibraryCopy>>) -> Result<Self, LoadFailure> {
        let library = PluginLibrary::load(path).map_err(|error| {
            warn!("the plugin's library was not loaded: {error}");
            LoadFailure(error.to_string())
        })?;
        info!(library = %path.display(), "the plugin's library is loaded: {}", library.capability());
        let can_process = library.capability().can_process();
        let (parameters, lacks_parameters) = match PluginParamLoader::load(&library) {
            Ok(parameters) => (parameters, None),
            // It was never said that there are any: what is there plays.
            Err(error @ ParamLoadError::Missing { .. }) if can_process => {
                (Vec::new(), Some(error.to_string()))
            }
            Err(error) => {
                warn!("the plugin's parameters were not read: {error}");
                return Err(LoadFailure(error.to_string()));
            }
        };
        let description = PluginDescription::load(&library).unwrap_or_else(|error| {
            warn!("the plugin plays without its meters and signals: {error}");
            None
        });
        let description = description.unwrap_or_default();
        let meters = OwnMeters::new(description.meters.clone());
        let signals = OwnSignals::new(description.signals.clone());
        let text = library.capability().is_live().then(|| FfiProcessor::create(&library).ok()).flatten();
        let state_refusal = StateRefusal::default();
        Ok(Self {
            parameters,
            meters: meters.clone(),
            signals: signals.clone(),
            state_refusal: state_refusal.clone(),
            text: text.map(|processor| Box::new(PluginText { processor, _copy: copy.clone() }) as _),
            processors: PluginProcessors(Ok(Plugin {
                library,
                layouts: description.audio_layouts.clone(),
                takes_notes: description.midi_input != MidiSupport::None,
                plays_notes: description.midi_output != MidiSupport::None,
                meters,
                signals,
                watch: None,
                lacks_parameters,
                inherited: Vec::new(),
                state: None,
                state_refusal,
                copy,
            })),
            description,
        })
    }

    /// Whether it takes notes.
    pub fn takes_notes(&self) -> bool {
        self.description.midi_input != MidiSupport::None
    }

    /// Whether it hears nothing, in whichever channels it runs.
    pub fn is_instrument(&self) -> bool {
        let layouts = &self.description.audio_layouts;
        !layouts.is_empty() && layouts.iter().all(|layout| layout.main_input_channels == 0)
    }

    /// A plugin that is not there, for this reason.
    pub fn unavailable(message: impl Into<String>) -> Self {
        let hint = Some("correct the plugin, and build it again");
        let problem = AudioProblem::new(AudioProblemKind::ProcessorUnavailable, message, hint);
        Self {
            parameters: Vec::new(),
            description: PluginDescription::default(),
            meters: OwnMeters::default(),
            signals: OwnSignals::default(),
            processors: PluginProcessors(Err(problem)),
            text: None,
            state_refusal: StateRefusal::default(),
        }
    }
}

/// Why a library is no plugin, in the words that the user sees.
#[derive(Debug)]
pub(crate) struct LoadFailure(String);

impl LoadFailure {
    /// A plugin that is not there, for this reason.
    pub fn into_plugin(self) -> LoadedPlugin {
        LoadedPlugin::unavailable(self.0)
    }
}

impl fmt::Display for LoadFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What makes a plugin's processors, once it is known where their parameters come from.
pub struct PluginProcessors(Result<Plugin, AudioProblem>);

impl PluginProcessors {
    /// Lets each processor take its parameters from `bridge` before each block.
    pub fn reading(self, bridge: Arc<AtomicParameterBridge>) -> Box<dyn ProcessorSource> {
        match self.0 {
            Ok(plugin) => Box::new(BridgedPlugin { plugin, bridge }),
            Err(problem) => Box::new(Unavailable(problem)),
        }
    }
}

/// Makes processors from a library.
///
/// Whoever holds something of the library holds its file as well, and lets go of it last.
struct Plugin {
    library: Arc<PluginLibrary>,
    /// In which channels it can run.
    layouts: Vec<AudioLayout>,
    takes_notes: bool,
    plays_notes: bool,
    /// Read those of the newest processor.
    meters: OwnMeters,
    /// Read those of the newest processor, too.
    signals: OwnSignals,
    /// Tells of panics in the newest processor.
    watch: Option<PanicWatch>,
    /// Why there are no parameters, if the library does not tell of any.
    lacks_parameters: Option<String>,
    /// What the first processor begins with, beside the parameters.
    inherited: Vec<u8>,
    /// Reads what the newest processor keeps beyond the parameters, wherever that is.
    state: Option<StateReader>,
    state_refusal: StateRefusal,
    copy: Option<Arc<LibraryCopy>>,
}

impl Plugin {
    /// A processor that is ready to run, at these values of its parameters.
    fn create(&mut self, preparation: Preparation, parameters: &[f32]) -> Result<FfiProcessor, AudioProblem> {
        let Preparation { sample_rate_hz, max_block_frames, channels, side_chain_channels } = preparation;
        let state = self.save_state();
        let created = FfiProcessor::create(&self.library).and_then(|mut processor| {
            if !state.is_empty() {
                // Parameters follow by themselves, so a state that is refused is no reason to play nothing.
                self.state_refusal.set(processor.load_state(&state).err().map(|error| error.to_string()));
            }
            // Set first, so that nothing ramps there once it runs; what is refused is reported when it runs.
            let _ = processor.set_parameters(parameters);
            processor
                .prepare_with_side_chain(sample_rate_hz, max_block_frames, channels, side_chain_channels)
                .map(|()| processor)
        });
        let mut processor = created.map_err(|error| {
            AudioProblem::new(
                AudioProblemKind::ProcessorNotCreated,
                format!("the plugin makes no processor: {error}"),
                Some("look at what its activation does, and at its log"),
            )
        })?;
        self.watch = Some(processor.panic_watch());
        self.state = processor.state_reader();
        self.meters.connect(processor.meter_reader());
        self.signals.connect(processor.signal_reader());
        Ok(processor)
    }

    fn save_state(&mut self) -> Vec<u8> {
        match self.state.as_mut().map(StateReader::read) {
            Some(Ok(state)) => state,
            Some(Err(error)) => {
                warn!("the plugin's state beyond its parameters was not read: {error}");
                Vec::new()
            }
            None => self.inherited.clone(),
        }
    }

    fn vtable_missing(&self) -> AudioProblem {
        let message = self.library.capability().to_string();
        AudioProblem::new(AudioProblemKind::ProcessorIncompatible, message, Some(REBUILD_HINT))
    }
}

/// Makes processors whose parameters come from a bridge.
struct BridgedPlugin {
    plugin: Plugin,
    bridge: Arc<AtomicParameterBridge>,
}

impl ProcessorSource for BridgedPlugin {
    fn check(&self) -> Result<(), AudioProblem> {
        let Plugin { library, .. } = &self.plugin;
        if library.capability().can_process() { Ok(()) } else { Err(self.plugin.vtable_missing()) }
    }

    fn create(&mut self, preparation: Preparation) -> Result<Box<dyn BlockProcessor>, AudioProblem> {
        self.check()?;
        let bridge = Arc::clone(&self.bridge);
        let mut values: Box<[f32]> = vec![0.0; bridge.len()].into();
        bridge.load_into(&mut values);
        let processor = self.plugin.create(preparation, &values)?;
        Ok(Box::new(PluginProcessor { processor, bridge, values, _copy: self.plugin.copy.clone() }))
    }

    fn side_chain_channels(&self, channels: usize) -> usize {
        let fits = |layout: &&AudioLayout| layout.main_output_channels as usize == channels;
        let of_layout = |layout: &AudioLayout| layout.auxiliary_input_channels.iter().sum::<u32>() as usize;
        self.plugin.layouts.iter().filter(fits).map(of_layout).find(|channels| *channels > 0).unwrap_or(0)
    }

    fn takes_notes(&self) -> bool {
        self.plugin.takes_notes
    }

    fn plays_notes(&self) -> bool {
        self.plugin.plays_notes
    }

    fn save_state(&mut self) -> Vec<u8> {
        self.plugin.save_state()
    }

    fn set_initial_state(&mut self, state: Vec<u8>) {
        self.plugin.inherited = state;
    }

    fn limitation(&self) -> Option<AudioProblem> {
        let Plugin { library, lacks_parameters, .. } = &self.plugin;
        match lacks_parameters {
            Some(reason) => Some(AudioProblem::new(
                AudioProblemKind::ProcessorUnavailable,
                format!("it plays without parameters: {reason}"),
                Some(REBUILD_HINT),
            )),
            None => (!library.capability().is_live()).then(|| self.plugin.vtable_missing()),
        }
    }

    fn failure(&self) -> Option<AudioProblem> {
        let message = self.plugin.watch.as_ref()?.message()?;
        Some(AudioProblem::new(
            AudioProblemKind::Other,
            format!("the plugin has panicked, and its input passes through: {message}"),
            Some("correct the panic; the server goes on until then"),
        ))
    }
}

/// An instance that sounds.
///
/// Guarantees of its processing: all memory was allocated before. Nothing is locked or waited for.
struct PluginProcessor {
    processor: FfiProcessor,
    bridge: Arc<AtomicParameterBridge>,
    values: Box<[f32]>,
    _copy: Option<Arc<LibraryCopy>>,
}

impl BlockProcessor for PluginProcessor {
    fn process(&mut self, channels: &mut [&mut [f32]], input: &BlockInput<'_>, played: &mut PlayedMidi) {
        self.bridge.load_into(&mut self.values);
        // What is refused leaves the values as they were; a panic is reported by the watch.
        let _ = self.processor.set_parameters(&self.values);
        // The blocks have the form that was prepared; a panic leaves them as they came, and is reported by the watch.
        let BlockInput { side_chain, midi, transport } = input;
        let input = wavecraft_ffi::BlockInput { side_chain, midi, transport: Some(transport) };
        let _ = self.processor.process_block(channels, &input, |event| played.push(event));
    }

    fn latency_frames(&self) -> usize {
        self.processor.latency_samples() as usize
    }

    fn has_failed(&self) -> bool {
        self.processor.has_panicked()
    }
}

/// An instance that never sounds.
struct PluginText {
    processor: FfiProcessor,
    _copy: Option<Arc<LibraryCopy>>,
}

impl ParameterText for PluginText {
    fn format(&mut self, index: usize, value: NormalizedValue) -> Option<String> {
        self.processor.format_parameter(index, value.get())
    }

    fn parse(&mut self, index: usize, text: &str) -> Option<NormalizedValue> {
        self.processor.parse_parameter(index, text).map(NormalizedValue::clamped)
    }
}

/// Says why there are no processors.
struct Unavailable(AudioProblem);

impl ProcessorSource for Unavailable {
    fn check(&self) -> Result<(), AudioProblem> {
        Err(self.0.clone())
    }

    fn create(&mut self, _preparation: Preparation) -> Result<Box<dyn BlockProcessor>, AudioProblem> {
        Err(self.0.clone())
    }
}
