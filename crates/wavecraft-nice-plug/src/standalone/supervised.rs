//! The plugin as the standalone runs it: the plugin itself, watched.
//!
//! Guarantees: what is added to each block is a few atomic operations; nothing is allocated, nothing blocks.
//!
//! nice-plug's standalone does not notice when the sound has ended: it goes on waiting for a window to close or for
//! Ctrl-C. So each block leaves a sign of life here, and a thread of the program looks for them. The other way round, a
//! block is where the program can end the sound in an orderly way: the plugin reports an error when it has been asked
//! to stop.
//!
//! There is one standalone in a process, so what is watched is kept in statics; nice-plug creates the plugin by
//! [`Default`] and leaves no other way in.

use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use nice_plug::context::process::SendEventError;
use nice_plug::midi::PluginNoteEvent;
use nice_plug::prelude::{
    ActivateContext, AsyncExecutor, AudioIOLayout, AuxiliaryBuffers, Buffer, BufferConfig, MidiConfig,
    Params, Plugin, PluginApi, PluginState, ProcessContext, ProcessStatus, TaskExecutor, Transport,
};

use super::window::ProgramWindow;
use super::{logging, resume, signals};
use crate::parameters::ParameterTable;

/// How often the watch looks for signs of life.
const LOOK_INTERVAL: Duration = Duration::from_millis(250);

/// How many looks without a first block mean that the sound does not start: 10 s.
const LOOKS_TO_START: u32 = 40;

/// How many looks without another block mean that the sound has ended: 3 s.
const LOOKS_TO_STALL: u32 = 12;

/// How many looks without another block mean the same after the device has reported an error: half a second.
const LOOKS_AFTER_ERROR: u32 = 2;

const NEVER_STARTED: &str = "the audio device does not start";

const STALLED: &str = "the audio device has stopped";

/// Blocks so far.
static BLOCKS: AtomicU64 = AtomicU64::new(0);

/// Whether the plugin itself has reported an error.
static PLUGIN_FAILED: AtomicBool = AtomicBool::new(false);

/// Whether there is to be no window.
static HEADLESS: AtomicBool = AtomicBool::new(false);

/// The parameters that the plugin starts with, as indices and normalized values.
static START_VALUES: OnceLock<Vec<(usize, f32)>> = OnceLock::new();

/// Decides, before the plugin is created, what its parameters are set to, as indices and normalized values.
pub(super) fn start_with(values: Vec<(usize, f32)>) {
    // There is one plugin in the program; were there another, it would start like the first.
    let _ = START_VALUES.set(values);
}

/// Decides, before the plugin is created, whether its editor opens.
pub(super) fn set_headless(headless: bool) {
    HEADLESS.store(headless, Ordering::Relaxed);
}

/// Whether the program runs without a window, because it was asked to.
pub fn is_headless() -> bool {
    HEADLESS.load(Ordering::Relaxed)
}

/// Whether the plugin has ended the sound by reporting an error.
pub(super) fn plugin_failed() -> bool {
    PLUGIN_FAILED.load(Ordering::Relaxed)
}

/// Starts a thread that starts the program again, or ends it, when no more blocks come.
pub(super) fn watch() {
    let watch = || {
        let (mut seen, mut looks) = (0, 0);
        while !signals::stop_requested() && !plugin_failed() {
            thread::sleep(LOOK_INTERVAL);
            let blocks = BLOCKS.load(Ordering::Relaxed);
            looks = if blocks == seen { looks + 1 } else { 0 };
            seen = blocks;
            let patience = match blocks {
                _ if logging::device_error().is_some() => LOOKS_AFTER_ERROR,
                0 => LOOKS_TO_START,
                _ => LOOKS_TO_STALL,
            };
            if looks >= patience && !signals::stop_requested() {
                let what = if blocks == 0 { NEVER_STARTED } else { STALLED };
                let reason = logging::device_error().map_or_else(String::new, |error| format!(" ({error})"));
                resume::resume_after(&format!("{what}{reason}"));
            }
        }
    };
    if let Err(error) = thread::Builder::new().name("audio-watch".to_owned()).spawn(watch) {
        tracing::warn!("if the audio device stops, nobody will notice: {error}");
    }
}

/// `P`, watched.
pub(super) struct Supervised<P>(P);

impl<P: Plugin> Default for Supervised<P> {
    fn default() -> Self {
        Self(P::default())
    }
}

impl<P: Plugin> Plugin for Supervised<P> {
    const NAME: &'static str = P::NAME;
    const VENDOR: &'static str = P::VENDOR;
    const URL: &'static str = P::URL;
    const EMAIL: &'static str = P::EMAIL;
    const VERSION: &'static str = P::VERSION;
    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = P::AUDIO_IO_LAYOUTS;
    const MIDI_INPUT: MidiConfig = P::MIDI_INPUT;
    const MIDI_OUTPUT: MidiConfig = P::MIDI_OUTPUT;
    const SAMPLE_ACCURATE_AUTOMATION: bool = P::SAMPLE_ACCURATE_AUTOMATION;
    const HARD_REALTIME_ONLY: bool = P::HARD_REALTIME_ONLY;
    const INPUT_EVENT_CAPACITY: usize = P::INPUT_EVENT_CAPACITY;

    type Editor = ProgramWindow<P::Editor>;
    type SysExMessage = P::SysExMessage;
    type BackgroundTask = P::BackgroundTask;

    fn task_executor(&mut self) -> TaskExecutor<Self> {
        self.0.task_executor()
    }

    fn params(&self) -> Arc<dyn Params> {
        let params = self.0.params();
        let table = ParameterTable::new(Arc::clone(&params));
        for &(index, normalized) in START_VALUES.get().into_iter().flatten() {
            // The smoothers are settled before the plugin is activated, so any rate will do until then.
            table.owned()[index].set_normalized(normalized, 48_000.0);
        }
        resume::enlist::<P>(table);
        params
    }

    fn editor(&mut self, executor: AsyncExecutor<Self>) -> Option<Self::Editor> {
        if is_headless() {
            return None;
        }
        let for_gui = executor.clone();
        let executor = AsyncExecutor::new(
            Arc::new(move |task| executor.execute_background(task)),
            Arc::new(move |task| for_gui.execute_gui(task)),
        );
        self.0.editor(executor).map(ProgramWindow)
    }

    fn filter_state(state: &mut PluginState) {
        P::filter_state(state);
    }

    fn activate(
        &mut self,
        layout: &AudioIOLayout,
        buffer_config: &BufferConfig,
        context: &mut impl ActivateContext<Self>,
    ) -> bool {
        self.0.activate(layout, buffer_config, &mut Forwarded::new(context))
    }

    fn reset(&mut self) {
        self.0.reset();
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        auxiliary: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        BLOCKS.fetch_add(1, Ordering::Relaxed);
        if signals::stop_requested() {
            return ProcessStatus::Error("asked to stop");
        }
        let status = self.0.process(buffer, auxiliary, &mut Forwarded::new(context));
        if let ProcessStatus::Error(message) = status {
            PLUGIN_FAILED.store(true, Ordering::Relaxed);
            tracing::error!("the plugin has stopped with an error: {message}");
        }
        status
    }

    fn stop_processing(&mut self) {
        self.0.stop_processing();
    }

    fn deactivate(&mut self) {
        self.0.deactivate();
    }

    fn setup_logger() -> Option<bool> {
        // The program logs already, and its panic hook must stay.
        Some(false)
    }
}

/// A context for [`Supervised<P>`] that serves `P`.
///
/// The latency is not handed on: nothing here could compensate for it, and nice-plug would warn.
struct Forwarded<'a, P, C> {
    context: &'a mut C,
    _plugin: PhantomData<fn() -> P>,
}

impl<'a, P, C> Forwarded<'a, P, C> {
    fn new(context: &'a mut C) -> Self {
        Self { context, _plugin: PhantomData }
    }
}

impl<P: Plugin, C: ActivateContext<Supervised<P>>> ActivateContext<P> for Forwarded<'_, P, C> {
    fn plugin_api(&self) -> PluginApi {
        self.context.plugin_api()
    }

    fn execute(&self, task: P::BackgroundTask) {
        self.context.execute(task);
    }

    fn set_latency_samples(&self, _samples: u32) {}

    fn set_current_voice_capacity(&self, capacity: u32) {
        self.context.set_current_voice_capacity(capacity);
    }
}

impl<P: Plugin, C: ProcessContext<Supervised<P>>> ProcessContext<P> for Forwarded<'_, P, C> {
    fn plugin_api(&self) -> PluginApi {
        self.context.plugin_api()
    }

    fn execute_background(&self, task: P::BackgroundTask) {
        self.context.execute_background(task);
    }

    fn execute_gui(&self, task: P::BackgroundTask) {
        self.context.execute_gui(task);
    }

    fn transport(&self) -> &Transport {
        self.context.transport()
    }

    fn next_event(&mut self) -> Option<PluginNoteEvent<P>> {
        self.context.next_event()
    }

    fn try_send_event(
        &mut self,
        event: PluginNoteEvent<P>,
    ) -> Result<(), (PluginNoteEvent<P>, SendEventError)> {
        self.context.try_send_event(event)
    }

    fn set_latency_samples(&self, _samples: u32) {}

    fn request_restart(&self) {
        self.context.request_restart();
    }

    fn set_current_voice_capacity(&self, capacity: u32) {
        self.context.set_current_voice_capacity(capacity);
    }
}
