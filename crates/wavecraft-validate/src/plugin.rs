//! One instance of a plugin, held as a host holds it.

mod activation;
mod buffers;
mod error;
mod handlers;
mod parameters;

use std::io::Cursor;

use clack_extensions::audio_ports::{AudioPortInfoBuffer, PluginAudioPorts};
use clack_extensions::latency::PluginLatency;
use clack_extensions::note_ports::{NoteDialect, NotePortInfoBuffer, PluginNotePorts};
use clack_extensions::state::PluginState;
use clack_host::prelude::*;

use crate::Subject;
use crate::settings::Setting;
pub use activation::{Active, Blocks, MAX_FRAMES, Note, Take};
pub use error::HostError;
use handlers::{Handlers, MainThread, Requests};
pub use parameters::Parameter;

/// An instance. Whoever makes it is its main thread.
pub struct Plugin {
    instance: PluginInstance<Handlers>,
    layout: Layout,
}

/// The plugin's audio and note ports.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    /// The channels of each input port.
    pub inputs: Vec<u32>,
    /// The channels of each output port.
    pub outputs: Vec<u32>,
    /// Whether the first input and the first output may share their memory.
    pub is_in_place: bool,
    /// How notes reach it, if it takes any.
    pub notes: Option<NoteDialect>,
}

impl Layout {
    /// The channels of the first input port.
    pub fn input_channels(&self) -> usize {
        self.inputs.first().copied().unwrap_or(0) as usize
    }

    /// The channels of the first output port.
    pub fn output_channels(&self) -> usize {
        self.outputs.first().copied().unwrap_or(0) as usize
    }
}

impl Plugin {
    /// Makes an instance.
    pub fn new(subject: &Subject) -> Result<Self, HostError> {
        let host = HostInfo::new("Wavecraft validate", "Wavecraft", "", env!("CARGO_PKG_VERSION"))
            .expect("there is no NUL in it");
        let id = std::ffi::CString::new(subject.id()).expect("it was a C string");
        let instance = PluginInstance::new(|()| Requests::new(), |_| MainThread, &subject.entry, &id, &host);
        let mut instance = instance
            .map_err(|error| HostError::Create { id: subject.id().to_owned(), reason: error.to_string() })?;
        let layout = layout_of(&mut instance);
        Ok(Self { instance, layout })
    }

    /// Makes an instance, and lets a setting take effect in it.
    pub fn set_up(subject: &Subject, setting: &Setting, rate_hz: f64) -> Result<Self, HostError> {
        let mut plugin = Self::new(subject)?;
        plugin.set(&setting.values);
        plugin.settle(rate_hz)?;
        Ok(plugin)
    }

    /// Its ports.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The state, as it would stand in a project's file.
    pub fn save(&mut self) -> Result<Vec<u8>, HostError> {
        let plugin = self.instance.plugin_handle();
        let state: PluginState = plugin.get_extension().ok_or(HostError::Missing("state"))?;
        let mut bytes = Vec::new();
        state.save(&plugin, &mut bytes).map_err(|_| HostError::Save)?;
        Ok(bytes)
    }

    /// Loads a state. Returns whether the plugin says that it has.
    pub fn load(&mut self, bytes: &[u8]) -> Result<bool, HostError> {
        let plugin = self.instance.plugin_handle();
        let state: PluginState = plugin.get_extension().ok_or(HostError::Missing("state"))?;
        let is_loaded = state.load(&plugin, &mut Cursor::new(bytes)).is_ok();
        self.answer_callback();
        Ok(is_loaded)
    }

    /// The latency that it reports now, in frames.
    fn latency_frames(&mut self) -> u32 {
        let plugin = self.instance.plugin_handle();
        plugin.get_extension::<PluginLatency>().map_or(0, |latency| latency.get(&plugin))
    }

    /// Does what the plugin has asked to be done on the main thread.
    pub fn answer_callback(&mut self) {
        if self.instance.access_shared_handler(Requests::take_callback) {
            self.instance.call_on_main_thread_callback();
        }
    }

    /// The instance itself, for what only one check needs.
    #[cfg(target_os = "linux")]
    pub fn handle(&mut self) -> PluginMainThreadHandle<'_> {
        self.instance.plugin_handle()
    }
}

fn layout_of(instance: &mut PluginInstance<Handlers>) -> Layout {
    let plugin = instance.plugin_handle();
    let mut layout = Layout::default();
    if let Some(ports) = plugin.get_extension::<PluginAudioPorts>() {
        let mut buffer = AudioPortInfoBuffer::new();
        let mut pairs = Vec::new();
        for (is_input, list) in [(true, &mut layout.inputs), (false, &mut layout.outputs)] {
            for index in 0..ports.count(&plugin, is_input) {
                let Some(port) = ports.get(&plugin, index, is_input, &mut buffer) else { continue };
                if index == 0 {
                    pairs.push((port.id, port.in_place_pair));
                }
                list.push(port.channel_count);
            }
        }
        if let [(input, to), (output, from)] = pairs[..] {
            layout.is_in_place =
                to == Some(output) && from == Some(input) && layout.inputs.first() == layout.outputs.first();
        }
    }
    if let Some(ports) = plugin.get_extension::<PluginNotePorts>() {
        let mut buffer = NotePortInfoBuffer::new();
        if let Some(port) =
            ports.get(&plugin, 0, true, &mut buffer).filter(|_| ports.count(&plugin, true) > 0)
        {
            let takes_clap = port.supported_dialects.supports(NoteDialect::Clap);
            layout.notes = Some(if takes_clap { NoteDialect::Clap } else { NoteDialect::Midi });
        }
    }
    layout
}
