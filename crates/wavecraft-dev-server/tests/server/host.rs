//! A host that records which gestures are open.

use std::sync::Mutex;

use wavecraft_ipc::{
    HostError, InMemoryParameterHost, NormalizedValue, ParameterHost, ParameterInfo, PluginInfo,
};
use wavecraft_metering::analysis::SignalAnalyser;

pub struct TestHost {
    parameters: InMemoryParameterHost,
    open_gestures: Mutex<Vec<String>>,
    signals: SignalAnalyser,
}

impl TestHost {
    pub fn new(info: PluginInfo, parameters: Vec<ParameterInfo>) -> Self {
        let parameters = InMemoryParameterHost::new(info, parameters).unwrap();
        Self { parameters, open_gestures: Mutex::default(), signals: SignalAnalyser::new() }
    }

    pub fn with_signals(self, signals: SignalAnalyser) -> Self {
        Self { signals, ..self }
    }

    /// The parameters that a page holds, in the order in which it took them.
    pub fn open_gestures(&self) -> Vec<String> {
        self.open_gestures.lock().unwrap().clone()
    }
}

impl ParameterHost for TestHost {
    fn info(&self) -> PluginInfo {
        self.parameters.info().with_signals(self.signals.infos())
    }

    fn all_parameters(&self) -> Vec<ParameterInfo> {
        self.parameters.all_parameters()
    }

    fn get_parameter(&self, id: &str) -> Result<NormalizedValue, HostError> {
        self.parameters.get_parameter(id)
    }

    fn set_parameter(&self, id: &str, value: NormalizedValue) -> Result<NormalizedValue, HostError> {
        self.parameters.set_parameter(id, value)
    }

    fn begin_gesture(&self, id: &str) -> Result<(), HostError> {
        self.parameters.begin_gesture(id)?;
        self.open_gestures.lock().unwrap().push(id.to_owned());
        Ok(())
    }

    fn end_gesture(&self, id: &str) -> Result<(), HostError> {
        self.parameters.end_gesture(id)?;
        self.open_gestures.lock().unwrap().retain(|open| open != id);
        Ok(())
    }

    fn format_parameter(&self, id: &str, value: NormalizedValue) -> Result<String, HostError> {
        self.parameters.format_parameter(id, value)
    }

    fn parse_parameter(&self, id: &str, text: &str) -> Result<NormalizedValue, HostError> {
        self.parameters.parse_parameter(id, text)
    }
}
