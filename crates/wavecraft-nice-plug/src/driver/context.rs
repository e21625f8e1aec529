//! What the driver answers when the plugin turns to its host.
//!
//! Guarantees: nothing that the audio thread may call here allocates or blocks, except that in offline processing tasks
//! run at once, on the calling thread.

use std::cell::Cell;

use nice_plug::context::process::SendEventError;
use nice_plug::midi::PluginNoteEvent;
use nice_plug::prelude::{ActivateContext, Plugin, PluginApi, ProcessContext, Transport};

use super::midi::{MidiInput, MidiOutput};
use super::tasks::TaskRunner;

/// What the plugin has told its host.
#[derive(Debug, Default)]
pub(super) struct Reports {
    /// The latency, in samples.
    pub(super) latency_samples: Cell<u32>,
    /// Whether the plugin has asked to be activated again.
    pub(super) restart_requested: Cell<bool>,
}

/// The host, as a plugin sees it while it is activated.
pub(super) struct HeadlessActivateContext<'a, P: Plugin> {
    pub(super) reports: &'a Reports,
    pub(super) tasks: &'a TaskRunner<P>,
}

impl<P: Plugin> ActivateContext<P> for HeadlessActivateContext<'_, P> {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Standalone
    }

    fn execute(&self, task: P::BackgroundTask) {
        self.tasks.run_now(task);
    }

    fn set_latency_samples(&self, samples: u32) {
        self.reports.latency_samples.set(samples);
    }

    fn set_current_voice_capacity(&self, _capacity: u32) {}
}

/// The host, as a plugin sees it while it processes a block.
pub(super) struct HeadlessProcessContext<'a, 'midi, P: Plugin> {
    pub(super) reports: &'a Reports,
    pub(super) tasks: &'a TaskRunner<P>,
    pub(super) transport: Transport,
    pub(super) midi: &'a mut MidiInput<'midi>,
    pub(super) midi_output: &'a mut MidiOutput,
}

impl<P: Plugin> ProcessContext<P> for HeadlessProcessContext<'_, '_, P> {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Standalone
    }

    fn execute_background(&self, task: P::BackgroundTask) {
        self.tasks.schedule(task);
    }

    fn execute_gui(&self, task: P::BackgroundTask) {
        self.tasks.schedule(task);
    }

    fn transport(&self) -> &Transport {
        &self.transport
    }

    fn next_event(&mut self) -> Option<PluginNoteEvent<P>> {
        self.midi.next::<P>()
    }

    fn try_send_event(
        &mut self,
        event: PluginNoteEvent<P>,
    ) -> Result<(), (PluginNoteEvent<P>, SendEventError)> {
        self.midi_output.send::<P>(event)
    }

    fn set_latency_samples(&self, samples: u32) {
        self.reports.latency_samples.set(samples);
    }

    fn request_restart(&self) {
        self.reports.restart_requested.set(true);
    }

    fn set_current_voice_capacity(&self, _capacity: u32) {}
}
