//! What stands behind the protocol in development.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;
use wavecraft_ipc::{
    AudioStatus, HostError, InMemoryParameterHost, MeterFrame, NormalizedValue, ParameterHost, ParameterInfo,
    ParameterSetError, PluginInfo,
};

use crate::meters::{MeterTap, meter_update};
use crate::parameter_bridge::AtomicParameterBridge;

/// Converts parameters between values and texts as the plugin does.
///
/// It is called from the server's tasks, one at a time, and never from the audio thread.
pub trait ParameterText: Send {
    /// The text, with its unit, of the parameter at `index` at a normalized value; `None` if the plugin has none.
    fn format(&mut self, index: usize, value: NormalizedValue) -> Option<String>;

    /// The normalized value that `text` means for the parameter at `index`; `None` if it means none.
    fn parse(&mut self, index: usize, text: &str) -> Option<NormalizedValue>;
}

/// The pages' view of the plugin: parameters, meters and the audio's state.
///
/// A value that a page sets is written twice: into memory, where queries are answered from, and into the
/// [`AtomicParameterBridge`], from which the audio thread takes it at its next block. Both always end with the same.
///
/// Usable from any thread but the audio thread.
pub struct DevServerHost {
    memory: InMemoryParameterHost,
    bridge: Arc<AtomicParameterBridge>,
    /// An instance of the plugin that is there for its texts alone. The mutex is held for one conversion at a time.
    text: Option<Mutex<Box<dyn ParameterText>>>,
    /// The ids in the plugin's order.
    ids: Vec<String>,
    meters: MeterTap,
    audio_status: watch::Receiver<AudioStatus>,
}

impl DevServerHost {
    /// A host of these parameters, at the values that they bring. Without `text`, texts are made from units and ranges.
    ///
    /// # Errors
    ///
    /// [`ParameterSetError`] when an id is empty or used twice.
    pub fn new(
        info: PluginInfo,
        parameters: Vec<ParameterInfo>,
        text: Option<Box<dyn ParameterText>>,
        meters: MeterTap,
        audio_status: watch::Receiver<AudioStatus>,
    ) -> Result<Self, ParameterSetError> {
        let ids = parameters.iter().map(|parameter| parameter.id.clone()).collect();
        let memory = InMemoryParameterHost::new(info, parameters)?;
        // As the host has them: stepped parameters may have moved to the nearest step.
        let values = memory.all_parameters().into_iter().map(|parameter| parameter.value);
        let bridge = Arc::new(AtomicParameterBridge::new(values));
        Ok(Self { memory, bridge, text: text.map(Mutex::new), ids, meters, audio_status })
    }

    /// The values for the audio thread.
    pub fn bridge(&self) -> Arc<AtomicParameterBridge> {
        Arc::clone(&self.bridge)
    }

    /// What the plugin makes of it; `None` without a plugin to ask.
    fn ask<T>(&self, id: &str, question: impl FnOnce(&mut dyn ParameterText, usize) -> T) -> Option<T> {
        let text = self.text.as_ref()?;
        let index = self.ids.iter().position(|known| known == id)?;
        Some(question(&mut **text.lock().unwrap_or_else(PoisonError::into_inner), index))
    }
}

impl ParameterHost for DevServerHost {
    fn info(&self) -> PluginInfo {
        self.memory.info()
    }

    fn all_parameters(&self) -> Vec<ParameterInfo> {
        let mut parameters = self.memory.all_parameters();
        for parameter in &mut parameters {
            let value = parameter.value;
            if let Some(text) = self.ask(&parameter.id, |text, index| text.format(index, value)).flatten() {
                parameter.text = text;
            }
        }
        parameters
    }

    fn get_parameter(&self, id: &str) -> Result<NormalizedValue, HostError> {
        self.memory.get_parameter(id)
    }

    fn set_parameter(&self, id: &str, value: NormalizedValue) -> Result<NormalizedValue, HostError> {
        self.memory.set_parameter_and(id, value, |index, value| self.bridge.store(index, value))
    }

    fn begin_gesture(&self, id: &str) -> Result<(), HostError> {
        self.memory.begin_gesture(id)
    }

    fn end_gesture(&self, id: &str) -> Result<(), HostError> {
        self.memory.end_gesture(id)
    }

    fn format_parameter(&self, id: &str, value: NormalizedValue) -> Result<String, HostError> {
        match self.ask(id, |text, index| text.format(index, value)).flatten() {
            Some(text) => Ok(text),
            None => self.memory.format_parameter(id, value),
        }
    }

    fn parse_parameter(&self, id: &str, text: &str) -> Result<NormalizedValue, HostError> {
        match self.ask(id, |plugin, index| plugin.parse(index, text)) {
            Some(value) => value.ok_or_else(|| HostError::not_a_value(id, text)),
            None => self.memory.parse_parameter(id, text),
        }
    }

    fn meter_frame(&self) -> Option<MeterFrame> {
        self.meters.latest().map(|frame| meter_update(&frame).into())
    }

    fn audio_status(&self) -> Option<AudioStatus> {
        Some(self.audio_status.borrow().clone())
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "what was stored comes back exactly")]
mod tests {
    use wavecraft_ipc::{AudioPhase, HostKind, ParameterKind};

    use super::*;

    struct Percent;

    impl ParameterText for Percent {
        fn format(&mut self, _index: usize, value: NormalizedValue) -> Option<String> {
            Some(format!("{:.0} %", value.get() * 100.0))
        }

        fn parse(&mut self, _index: usize, text: &str) -> Option<NormalizedValue> {
            let percent: f32 = text.trim_end_matches([' ', '%']).parse().ok()?;
            NormalizedValue::new(percent / 100.0).ok()
        }
    }

    fn host(text: Option<Box<dyn ParameterText>>) -> DevServerHost {
        let info = PluginInfo::new("Test", "Test", "1.0.0", HostKind::DevServer);
        let mut switch = ParameterInfo::new("switch", "Switch", ParameterKind::Bool, NormalizedValue::ZERO);
        switch.steps = Some(1);
        let mix = ParameterInfo::new("mix", "Mix", ParameterKind::Float, NormalizedValue::clamped(0.5));
        let (_, status) = watch::channel(AudioStatus::new(AudioPhase::Disabled, 0));
        DevServerHost::new(info, vec![switch, mix], text, MeterTap::default(), status).unwrap()
    }

    #[test]
    fn a_value_reaches_queries_and_audio_alike() {
        let host = host(None);
        let bridge = host.bridge();
        host.set_parameter("mix", NormalizedValue::clamped(0.25)).unwrap();
        host.set_parameter("switch", NormalizedValue::clamped(0.7)).unwrap();
        assert!(host.set_parameter("gone", NormalizedValue::ONE).is_err());
        let mut values = [0.0; 2];
        bridge.load_into(&mut values);
        assert_eq!(values, [1.0, 0.25]);
        assert_eq!(host.get_parameter("switch").unwrap().get().to_bits(), 1.0_f32.to_bits());
    }

    #[test]
    fn texts_are_the_plugin_s_own() {
        let host = host(Some(Box::new(Percent)));
        assert_eq!(host.all_parameters()[1].text, "50 %");
        assert_eq!(host.format_parameter("mix", NormalizedValue::ONE).unwrap(), "100 %");
        assert_eq!(host.parse_parameter("mix", "25 %").unwrap(), NormalizedValue::clamped(0.25));
        assert!(matches!(host.parse_parameter("mix", "loud"), Err(HostError::NotAValue { .. })));
        assert!(matches!(host.parse_parameter("gone", "1"), Err(HostError::NoSuchParameter { .. })));
    }
}
