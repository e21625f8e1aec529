//! The plugin as it plays: one instance, which goes from one opening of the audio to the next, and its parameters' way from
//! the window to the audio thread.
//!
//! Guarantees of what the audio thread runs: everything was allocated before; parameter changes come through a ring that
//! was allocated once. Nothing is allocated, freed, locked or logged, as far as the plugin keeps to that.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use nice_plug::prelude::{MidiConfig, Plugin, ProcessMode};
use rtrb::{Consumer, Producer, RingBuffer};
use wavecraft_audio::{
    AudioProblem, AudioProblemKind, BlockInput, BlockProcessor, PlayedMidi, Preparation, ProcessorSource,
};
use wavecraft_nice_plug::driver::{self, Activation, HeadlessPlugin, ProcessError};
use wavecraft_nice_plug::parameters::ParameterTable;
use wavecraft_nice_plug::state;
#[cfg(feature = "editor")]
use wavecraft_nice_plug::state::StateError;

/// How many parameter changes may wait for the audio thread.
const CHANGES: usize = 2_048;

/// A parameter's index and its normalized value.
type Change = (usize, f32);

/// An instance of the plugin with what the audio thread needs beside it.
struct Instance<P: Plugin> {
    plugin: HeadlessPlugin<P>,
    changes: Consumer<Change>,
    /// Where the plugin's own error goes, if it reports one.
    errors: Producer<&'static str>,
}

/// The plugin, shared by the audio and the window. Clones are of the same.
pub(crate) struct LivePlugin<P: Plugin>(Arc<Shared<P>>);

struct Shared<P: Plugin> {
    /// The instance while no audio thread has it. Locked for as long as it takes to move it, or to set a parameter of it.
    idle: Mutex<Option<Instance<P>>>,
    control: Mutex<ControlSide>,
    /// The first error that the plugin has reported.
    failure: OnceLock<String>,
}

/// The ends of an instance's rings that are not the audio thread's, and its parameters.
struct ControlSide {
    table: Arc<ParameterTable>,
    changes: Producer<Change>,
    errors: Consumer<&'static str>,
}

impl<P: Plugin> Clone for LivePlugin<P> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<P: Plugin> LivePlugin<P> {
    /// A plugin that starts with these parameters.
    pub fn new(values: &[Change]) -> Self {
        let mut plugin = HeadlessPlugin::new();
        for &(index, normalized) in values {
            plugin.set_parameter(index, normalized).expect("the values were checked");
        }
        let (instance, control) = Instance::new(plugin);
        Self(Arc::new(Shared {
            idle: Mutex::new(Some(instance)),
            control: Mutex::new(control),
            failure: OnceLock::new(),
        }))
    }

    /// The parameters of the instance that plays.
    pub fn parameters(&self) -> Arc<ParameterTable> {
        Arc::clone(&self.control().table)
    }

    /// What `question` makes of the instance; `None` while an audio thread has it.
    #[cfg(feature = "editor")]
    pub fn with_idle<T>(&self, question: impl FnOnce(&mut HeadlessPlugin<P>) -> T) -> Option<T> {
        self.idle().as_mut().map(|instance| question(&mut instance.plugin))
    }

    /// Sets a parameter, from the next block on. Not for the audio thread. Of more changes than the ring holds the last are
    /// lost.
    pub fn set_parameter(&self, index: usize, normalized: f32) {
        // One that is idle takes what waits when it is started, so the order stays.
        let is_lost = self.control().changes.push((index, normalized)).is_err();
        if is_lost {
            tracing::debug!("too many parameter changes wait for the audio");
        }
        if let Some(instance) = self.idle().as_mut() {
            instance.take_changes();
        }
    }

    /// Loads a state whole, or changes nothing. Smoothers ramp to it while it plays.
    #[cfg(feature = "editor")]
    pub fn load_state(&self, bytes: &[u8]) -> Result<(), StateError> {
        let loaded = self.with_idle(|plugin| plugin.load_state(bytes));
        loaded.unwrap_or_else(|| state::load::<P>(&self.parameters(), bytes))
    }

    /// The error that the plugin has reported, if it has.
    pub fn failure(&self) -> Option<&str> {
        self.0.failure.get().map(String::as_str)
    }

    fn idle(&self) -> MutexGuard<'_, Option<Instance<P>>> {
        self.0.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn control(&self) -> MutexGuard<'_, ControlSide> {
        self.0.control.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The idle instance; where an audio thread has not come back with it, another one with its state.
    fn take_instance(&self) -> Instance<P> {
        if let Some(instance) = self.idle().take() {
            return instance;
        }
        let mut control = self.control();
        let state = state::save::<P>(&control.table);
        let mut plugin = HeadlessPlugin::new();
        if let Err(error) = plugin.load_state(&state) {
            tracing::warn!("the parameters could not be restored: {error}");
        }
        let (instance, other_side) = Instance::new(plugin);
        *control = other_side;
        instance
    }
}

impl<P: Plugin> Instance<P> {
    fn new(plugin: HeadlessPlugin<P>) -> (Self, ControlSide) {
        let (change, changes) = RingBuffer::new(CHANGES);
        let (errors, error) = RingBuffer::new(1);
        let table = Arc::clone(plugin.parameters());
        (Self { plugin, changes, errors }, ControlSide { table, changes: change, errors: error })
    }

    /// Sets what waits to be set.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    fn take_changes(&mut self) {
        while let Ok((index, normalized)) = self.changes.pop() {
            // What is no value of a parameter is none of the window's.
            let _ = self.plugin.set_parameter(index, normalized);
        }
    }
}

impl<P: Plugin> ProcessorSource for LivePlugin<P> {
    fn create(&mut self, preparation: Preparation) -> Result<Box<dyn BlockProcessor>, AudioProblem> {
        let mut instance = self.take_instance();
        instance.take_changes();
        let activated = instance.plugin.activate(Activation {
            sample_rate_hz: preparation.sample_rate_hz,
            max_block_frames: preparation.max_block_frames,
            channels: preparation.channels,
            side_chain_channels: preparation.side_chain_channels,
            process_mode: ProcessMode::Realtime,
        });
        match activated {
            Ok(()) => {
                let (instance, has_failed) = (Some(instance), false);
                Ok(Box::new(LiveProcessor { instance, plugin: self.clone(), has_failed }))
            }
            Err(error) => {
                *self.idle() = Some(instance);
                Err(AudioProblem::new(AudioProblemKind::ProcessorNotCreated, error.to_string(), None))
            }
        }
    }

    fn side_chain_channels(&self, channels: usize) -> usize {
        let layouts = driver::layouts::<P>().into_iter().filter(|layout| layout.channels == channels);
        layouts.map(|layout| layout.side_chain_channels).find(|channels| *channels > 0).unwrap_or(0)
    }

    fn takes_notes(&self) -> bool {
        P::MIDI_INPUT != MidiConfig::None
    }

    fn plays_notes(&self) -> bool {
        P::MIDI_OUTPUT != MidiConfig::None
    }

    fn failure(&self) -> Option<AudioProblem> {
        if let Ok(message) = self.control().errors.pop() {
            let _ = self.0.failure.set(format!("the plugin has stopped with an error: {message}"));
        }
        self.failure().map(AudioProblem::other)
    }
}

/// The instance on the audio thread. Dropped elsewhere, it is idle again.
struct LiveProcessor<P: Plugin> {
    /// There until it is dropped.
    instance: Option<Instance<P>>,
    plugin: LivePlugin<P>,
    has_failed: bool,
}

impl<P: Plugin> BlockProcessor for LiveProcessor<P> {
    fn process(&mut self, channels: &mut [&mut [f32]], input: &BlockInput<'_>, played: &mut PlayedMidi) {
        let Some(instance) = &mut self.instance else { return };
        instance.take_changes();
        let BlockInput { side_chain, midi, transport } = input;
        let input = driver::BlockInput {
            side_chain,
            midi,
            transport: Some(transport),
            ..driver::BlockInput::default()
        };
        match instance.plugin.process_block(channels, &input) {
            Ok(_) => instance.plugin.midi_output().iter().for_each(|event| played.push(*event)),
            Err(ProcessError::Plugin(message)) if !self.has_failed => {
                self.has_failed = true;
                // Only the first error counts.
                let _ = instance.errors.push(message);
            }
            Err(_) => {}
        }
    }

    fn latency_frames(&self) -> usize {
        self.instance.as_ref().map_or(0, |instance| instance.plugin.latency_samples() as usize)
    }

    fn has_failed(&self) -> bool {
        self.has_failed
    }
}

impl<P: Plugin> Drop for LiveProcessor<P> {
    fn drop(&mut self) {
        let Some(mut instance) = self.instance.take() else { return };
        // Another one may have taken the place of one that was late.
        if !Arc::ptr_eq(instance.plugin.parameters(), &self.plugin.control().table) {
            return;
        }
        instance.plugin.deactivate();
        *self.plugin.idle() = Some(instance);
    }
}

#[cfg(test)]
mod tests {
    use wavecraft_audio::{MidiEvent, TransportInfo};
    use wavecraft_test_plugins::DelayedGain;
    use wavecraft_test_plugins::listener::Listener;

    use super::*;

    #[test]
    fn what_a_plugin_plays_is_played_to_others_at_its_frame() {
        assert!(!LivePlugin::<DelayedGain<false>>::new(&[]).plays_notes());
        let mut plugin = LivePlugin::<Listener<1>>::new(&[]);
        assert!(plugin.plays_notes());
        let preparation = Preparation {
            sample_rate_hz: 48_000.0,
            max_block_frames: 64,
            channels: 1,
            side_chain_channels: 0,
        };
        let mut processor = plugin.create(preparation).unwrap();
        let mut played = PlayedMidi::for_block();
        let midi = [MidiEvent::note_on(7, 2, 60, 100), MidiEvent::note_off(40, 2, 60, 0)];
        let input = BlockInput { side_chain: &[], midi: &midi, transport: TransportInfo::default() };
        processor.process(&mut [&mut [0.0; 64]], &input, &mut played);
        let octave_above = [MidiEvent::note_on(7, 2, 72, 100), MidiEvent::note_off(40, 2, 72, 0)];
        assert_eq!(played.events(), octave_above);
    }
}
