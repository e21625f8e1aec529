//! MIDI controllers that move parameters while there is no window.

use std::time::Instant;

use nice_plug::prelude::Plugin;
use wavecraft_ipc::{HostError, NormalizedValue, ParameterHost, ParameterInfo, PluginInfo};
use wavecraft_nice_plug::controllers::ProgramControllers;
use wavecraft_nice_plug::parameters::TableHost;

use crate::live_plugin::LivePlugin;

/// Lets controllers move parameters that were moved themselves since the last call.
pub(crate) fn turn<P: Plugin>(controllers: &ProgramControllers, plugin: &LivePlugin<P>) {
    let moved = controllers.take_moved();
    controllers.learned().turn(&LiveHost(plugin), Instant::now(), moved, |_, _| ());
}

/// The parameters of the plugin that plays.
struct LiveHost<'a, P: Plugin>(&'a LivePlugin<P>);

impl<P: Plugin> ParameterHost for LiveHost<'_, P> {
    fn info(&self) -> PluginInfo {
        TableHost::new(&self.0.parameters()).info()
    }

    fn all_parameters(&self) -> Vec<ParameterInfo> {
        TableHost::new(&self.0.parameters()).all_parameters()
    }

    fn get_parameter(&self, id: &str) -> Result<NormalizedValue, HostError> {
        TableHost::new(&self.0.parameters()).get_parameter(id)
    }

    fn set_parameter(&self, id: &str, value: NormalizedValue) -> Result<NormalizedValue, HostError> {
        let table = self.0.parameters();
        let index = table.index_of(id).ok_or_else(|| HostError::no_such_parameter(id))?;
        let taken = table.nearest(index, value.get()).map_or(value, NormalizedValue::clamped);
        self.0.set_parameter(index, taken.get());
        Ok(taken)
    }

    fn format_parameter(&self, id: &str, value: NormalizedValue) -> Result<String, HostError> {
        TableHost::new(&self.0.parameters()).format_parameter(id, value)
    }

    fn parse_parameter(&self, id: &str, text: &str) -> Result<NormalizedValue, HostError> {
        TableHost::new(&self.0.parameters()).parse_parameter(id, text)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use wavecraft_audio::{PlayedMidi, Preparation, ProcessorSource, TransportInfo};
    use wavecraft_ipc::ControllerControl;
    use wavecraft_session::{Controller, Controllers};
    use wavecraft_test_plugins::DelayedGain;

    use super::*;

    #[test]
    fn a_learned_controller_moves_the_plugin_that_plays() {
        let mut plugin = LivePlugin::<DelayedGain<false>>::new(&[]);
        let id = plugin.parameters().iter().next().unwrap().id.clone();
        let learned = Controllers::open(None);
        let wheel = Controller { channel: 0, number: 1 };
        let moved = Mutex::new(vec![(wheel, 127)]);
        let controllers =
            ProgramControllers::new(learned.clone(), move || std::mem::take(&mut moved.lock().unwrap()));
        learned.learn(&id).unwrap();
        let preparation = Preparation {
            sample_rate_hz: 48_000.0,
            max_block_frames: 64,
            channels: 2,
            side_chain_channels: 0,
        };
        let mut processor = plugin.create(preparation).unwrap();
        let before = plugin.parameters().value(0).unwrap();
        turn(&controllers, &plugin);
        let input =
            wavecraft_audio::BlockInput { side_chain: &[], midi: &[], transport: TransportInfo::default() };
        processor.process(&mut [&mut [0.0; 64], &mut [0.0; 64]], &input, &mut PlayedMidi::for_block());
        let after = plugin.parameters().value(0).unwrap();
        assert!(before < 1.0 && (after - 1.0).abs() < 1e-6, "from {before} to {after}");
    }
}
