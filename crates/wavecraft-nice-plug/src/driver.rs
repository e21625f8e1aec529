//! Any nice-plug plugin, driven without a host: for rendering, live development, benchmarks and tests.
//!
//! Guarantees of everything marked real-time safe: no allocation, no lock, no system call, no log, as far as the
//! plugin's own code keeps to that. All memory is allocated in [`HeadlessPlugin::new`] and
//! [`HeadlessPlugin::activate`]. Denormals are flushed while the plugin's code runs. A block that cannot be processed
//! is left as it came, and the reason is returned.
//!
//! The driver goes through nice-plug's life cycle as its wrappers for CLAP and VST3 do: smoothers are reset, then the
//! plugin is activated, then reset; it is deactivated before it is activated anew and when the driver is dropped. Loading
//! a state resets the smoothers and does nothing else of this: the plugin stays active, or not active, as it was.
//!
//! One thread at a time owns a [`HeadlessPlugin`]; it may be handed from one to another (it is `Send`). Other threads
//! can keep its [`ParameterTable`] to read values and convert texts.

mod block;
mod buffers;
mod channels;
mod clock;
mod context;
mod error;
mod layout;
mod midi;
mod tasks;

use std::sync::Arc;

use nice_plug::prelude::{AudioIOLayout, BufferConfig, Plugin, ProcessMode};

pub use block::{BlockInput, ParameterEvent, RawBlock};
pub use error::{ActivateError, ParameterError, ProcessError};
pub use layout::{PluginLayout, layouts};
pub use midi::MIDI_OUTPUT_EVENTS;
pub use wavecraft_ffi::{DEFAULT_TEMPO_BPM, MAX_CHANNELS, MidiError, MidiEvent, TransportInfo};

use buffers::BlockBuffers;
use clock::Clock;
use context::{HeadlessActivateContext, Reports};
use layout::layout_for;
use midi::MidiOutput;
use tasks::TaskRunner;

use crate::denormals::without_denormals;
use crate::parameters::ParameterTable;
use crate::state::{self, StateError};

/// A block may not be longer than this, in frames; it is what a 32-bit float still counts exactly.
const MAX_BLOCK_FRAMES: usize = 1 << 24;

/// What a plugin is activated for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Activation {
    /// The sample rate, in Hz.
    pub sample_rate_hz: f32,
    /// The largest block that the plugin will be given, in frames. Longer ones are split.
    pub max_block_frames: usize,
    /// Main channels, out and, if the plugin has a main input, in: 1 to [`MAX_CHANNELS`], as many as one of its layouts has.
    pub channels: usize,
    /// The channels of all side chains, as many as a layout with those main channels has. With 0 the plugin runs in a layout
    /// without, or, if it has none, with side chains that are silent.
    pub side_chain_channels: usize,
    /// Whether the plugin must keep up with real time.
    pub process_mode: ProcessMode,
}

impl Activation {
    /// In real time, without a side chain.
    pub const fn new(sample_rate_hz: f32, max_block_frames: usize, channels: usize) -> Self {
        let process_mode = ProcessMode::Realtime;
        Self { sample_rate_hz, max_block_frames, channels, side_chain_channels: 0, process_mode }
    }
}

/// A plugin instance with everything around it that a host would provide.
pub struct HeadlessPlugin<P: Plugin> {
    plugin: P,
    parameters: Arc<ParameterTable>,
    /// The value that each parameter was last set to. It saves converting values that have not changed.
    last_set: Vec<Option<f32>>,
    tasks: TaskRunner<P>,
    reports: Reports,
    clock: Clock,
    midi_output: MidiOutput,
    active: Option<Active>,
}

/// What exists only while the plugin is active.
struct Active {
    activation: Activation,
    layout: AudioIOLayout,
    buffers: BlockBuffers,
}

impl Active {
    fn buffer_config(&self) -> BufferConfig {
        BufferConfig {
            sample_rate: self.activation.sample_rate_hz,
            min_buffer_size: None,
            max_buffer_size: self.activation.max_block_frames as u32,
            process_mode: self.activation.process_mode,
        }
    }
}

impl<P: Plugin> HeadlessPlugin<P> {
    /// A fresh instance, with its parameters at their defaults, not active yet. Not for the audio thread.
    pub fn new() -> Self {
        let mut plugin = P::default();
        let tasks = TaskRunner::new(plugin.task_executor());
        let parameters = Arc::new(ParameterTable::new(plugin.params()));
        let last_set = vec![None; parameters.len()];
        Self {
            plugin,
            parameters,
            last_set,
            tasks,
            reports: Reports::default(),
            clock: Clock::default(),
            midi_output: MidiOutput::new::<P>(),
            active: None,
        }
    }

    /// The plugin's parameters. The table may be kept and read by any thread.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe; so is cloning the `Arc`, but not dropping the last one.
    pub fn parameters(&self) -> &Arc<ParameterTable> {
        &self.parameters
    }

    /// Makes the plugin ready to process blocks as described, from the song's beginning. An active plugin is deactivated
    /// first. Not for the audio thread.
    ///
    /// # Errors
    ///
    /// Any [`ActivateError`]; the plugin is not active then.
    pub fn activate(&mut self, activation: Activation) -> Result<(), ActivateError> {
        let layout = layout_for::<P>(activation.channels, activation.side_chain_channels)?;
        if !(activation.sample_rate_hz.is_finite() && activation.sample_rate_hz > 0.0) {
            return Err(ActivateError::InvalidSampleRate(activation.sample_rate_hz));
        }
        if !(1..=MAX_BLOCK_FRAMES).contains(&activation.max_block_frames) {
            return Err(ActivateError::InvalidBlockSize(activation.max_block_frames));
        }
        self.deactivate();
        // Offline there is time to run tasks at once, and then they take effect at the same sample every time.
        match activation.process_mode {
            ProcessMode::Offline => self.tasks.stop_worker(),
            ProcessMode::Realtime | ProcessMode::Buffered => self.tasks.start_worker(),
        }
        let buffers = BlockBuffers::new(&layout, activation.max_block_frames);
        let active = Active { activation, layout, buffers };
        self.clock.start(activation.sample_rate_hz);
        if self.activate_plugin(&active) {
            self.active = Some(active);
            Ok(())
        } else {
            let Activation { sample_rate_hz, max_block_frames, channels, .. } = activation;
            Err(ActivateError::Refused { plugin: P::NAME, sample_rate_hz, channels, max_block_frames })
        }
    }

    /// Ends processing; [`activate`](Self::activate) starts it again. Does nothing to a plugin that is not active. Not
    /// for the audio thread.
    pub fn deactivate(&mut self) {
        if self.active.take().is_some() {
            self.plugin.deactivate();
        }
    }

    /// What the plugin is active for, if it is.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub fn activation(&self) -> Option<&Activation> {
        self.active.as_ref().map(|active| &active.activation)
    }

    /// Clears the plugin's memory of what it has heard, and goes back to the song's beginning. Parameters keep their values and
    /// their smoothers stand at their values. Does nothing to a plugin that is not active.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub fn reset(&mut self) {
        let Some(Activation { sample_rate_hz, .. }) = self.activation().copied() else { return };
        self.clock.rewind();
        self.settle_smoothers(sample_rate_hz);
        without_denormals(|| self.plugin.reset());
    }

    /// Sets the tempo from now on, in beats per minute; until then it is [`DEFAULT_TEMPO_BPM`]. The song's position stays. A
    /// tempo that comes with a block takes its place. False, and nothing changes, if it is no finite number above 0.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub fn set_tempo(&mut self, tempo_bpm: f64) -> bool {
        let transport = TransportInfo { tempo_bpm, ..self.clock.now() };
        let is_valid = transport.is_valid();
        if is_valid {
            self.clock.say(transport);
        }
        is_valid
    }

    /// Where the song is, and how fast it goes: what the plugin is told at the next block's first frame.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub fn transport(&self) -> TransportInfo {
        self.clock.now()
    }

    /// Sets one parameter to a normalized value; its smoother ramps there from the next block on.
    ///
    /// # Errors
    ///
    /// [`ParameterError::UnknownIndex`] or [`ParameterError::InvalidValue`]; nothing has changed then.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub fn set_parameter(&mut self, index: usize, normalized: f32) -> Result<(), ParameterError> {
        self.check_value(index, normalized)?;
        self.set_checked(index, normalized);
        Ok(())
    }

    /// Sets the parameter of this id, like [`set_parameter`](Self::set_parameter).
    ///
    /// # Errors
    ///
    /// [`ParameterError::UnknownId`] or [`ParameterError::InvalidValue`]; nothing has changed then.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe; it looks the id up, so an index kept from before is quicker.
    pub fn set_parameter_by_id(&mut self, id: &str, normalized: f32) -> Result<(), ParameterError> {
        let index = self.parameters.index_of(id).ok_or(ParameterError::UnknownId)?;
        self.set_parameter(index, normalized)
    }

    /// Sets all parameters, to one normalized value each in the order of the [`ParameterTable`]. Those that were set to
    /// the same value before cost next to nothing.
    ///
    /// # Errors
    ///
    /// [`ParameterError::WrongCount`] or [`ParameterError::InvalidValue`]; nothing has changed then.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe; meant to be called before each block.
    pub fn set_parameters(&mut self, normalized: &[f32]) -> Result<(), ParameterError> {
        if normalized.len() != self.parameters.len() {
            return Err(ParameterError::WrongCount {
                expected: self.parameters.len(),
                found: normalized.len(),
            });
        }
        for (index, &value) in normalized.iter().enumerate() {
            self.check_value(index, value)?;
        }
        for (index, &value) in normalized.iter().enumerate() {
            self.set_checked(index, value);
        }
        Ok(())
    }

    /// The latency that the plugin last reported, in samples.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub fn latency_samples(&self) -> u32 {
        self.reports.latency_samples.get()
    }

    /// Whether the plugin has asked, while it processed, to be activated anew. Asking resets the answer.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub fn take_restart_request(&self) -> bool {
        self.reports.restart_requested.take()
    }

    /// How many background tasks were lost because too many waited.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub fn dropped_tasks(&self) -> u64 {
        self.tasks.dropped()
    }

    /// How many background tasks have panicked on a thread of their own. Each is logged, and the next ones run.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub fn panicked_tasks(&self) -> u64 {
        self.tasks.panicked()
    }

    /// The state, as nice-plug's wrappers save it. Not for the audio thread.
    pub fn save_state(&self) -> Vec<u8> {
        state::save::<P>(&self.parameters)
    }

    /// Loads a state whole, or changes nothing. An active plugin stays active, and starts its next block from its new
    /// parameters: their smoothers do not ramp there. Not for the audio thread.
    ///
    /// # Errors
    ///
    /// Any [`StateError`]; nothing has changed then.
    pub fn load_state(&mut self, bytes: &[u8]) -> Result<(), StateError> {
        state::load::<P>(&self.parameters, bytes)?;
        self.last_set.fill(None);
        if let Some(activation) = self.activation().copied() {
            self.settle_smoothers(activation.sample_rate_hz);
        }
        Ok(())
    }

    /// The plugin's editor, if it has one. Its background tasks run on threads of their own. Not for the audio thread.
    #[cfg(feature = "editor")]
    pub fn editor(&mut self) -> Option<P::Editor> {
        let executor = self.tasks.executor_for_editor();
        self.plugin.editor(executor)
    }

    /// The plugin itself, for what only it knows; for tests and benchmarks.
    pub fn plugin_mut(&mut self) -> &mut P {
        &mut self.plugin
    }

    /// Activates and resets the plugin, its smoothers settled. False if it refuses.
    fn activate_plugin(&mut self, active: &Active) -> bool {
        self.settle_smoothers(active.activation.sample_rate_hz);
        let mut context = HeadlessActivateContext { reports: &self.reports, tasks: &self.tasks };
        if !self.plugin.activate(&active.layout, &active.buffer_config(), &mut context) {
            return false;
        }
        without_denormals(|| self.plugin.reset());
        true
    }

    fn settle_smoothers(&self, sample_rate_hz: f32) {
        for parameter in self.parameters.owned() {
            parameter.settle_smoother(sample_rate_hz);
        }
    }

    fn check_value(&self, index: usize, value: f32) -> Result<(), ParameterError> {
        if index >= self.parameters.len() {
            Err(ParameterError::UnknownIndex(index))
        } else if (0.0..=1.0).contains(&value) {
            Ok(())
        } else {
            Err(ParameterError::InvalidValue { index, value })
        }
    }

    fn set_checked(&mut self, index: usize, normalized: f32) {
        if self.last_set[index] != Some(normalized) {
            self.last_set[index] = Some(normalized);
            // Smoothers of a plugin that is not active are settled when it is; any rate will do until then.
            let sample_rate_hz = self.activation().map_or(48_000.0, |activation| activation.sample_rate_hz);
            self.parameters.owned()[index].set_normalized(normalized, sample_rate_hz);
        }
    }
}

impl<P: Plugin> Default for HeadlessPlugin<P> {
    fn default() -> Self {
        Self::new()
    }
}

impl<P: Plugin> Drop for HeadlessPlugin<P> {
    fn drop(&mut self) {
        self.deactivate();
    }
}
