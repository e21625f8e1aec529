//! The presets that a plugin comes with, and whether they fit it.

use std::sync::Arc;

use nice_plug::prelude::Params;
use wavecraft_ipc::{HostError, HostKind, NormalizedValue, ParameterHost, ParameterInfo, PluginInfo};
use wavecraft_session::PresetFile;

use crate::export::parameter_infos;
use crate::parameters::ParameterTable;

/// The files in the folder `presets` of the plugin that calls it, as its build script has found them by
/// `wavecraft_build::plugin()`: the name of each without its ending, and what is in it.
#[macro_export]
macro_rules! preset_files {
    () => {{
        const FILES: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/presets.rs"));
        FILES
    }};
}

/// What is wrong with the presets that a plugin comes with, in a sentence for each fault: text that is no preset, names of
/// parameters that there are not, values that they do not have, a name that two presets share. For a plugin's tests.
pub fn faults_of_factory_presets(params: Arc<dyn Params>, files: &[(&str, &str)]) -> Vec<String> {
    let host = TableHost(ParameterTable::new(params));
    let parameters = host.all_parameters();
    let mut faults = Vec::new();
    let mut names = Vec::new();
    for (stem, text) in files {
        let mut fault = |what: &str| faults.push(format!("presets/{stem}.toml: {what}"));
        let preset = match PresetFile::parse(text) {
            Ok(preset) => preset,
            Err(error) => {
                fault(&error.to_string());
                continue;
            }
        };
        match preset.resolve(&host, &parameters) {
            Ok(resolved) => resolved.ignored.iter().for_each(|ignored| fault(ignored)),
            Err(error) => fault(&error.to_string()),
        }
        if names.contains(&preset.about.name) {
            fault(&format!("another preset has the name {}", preset.about.name));
        }
        names.push(preset.about.name);
    }
    faults
}

/// Answers questions about values that nobody has. Nothing can be set.
struct TableHost(ParameterTable);

impl TableHost {
    fn index_of(&self, id: &str) -> Result<usize, HostError> {
        self.0.index_of(id).ok_or_else(|| HostError::no_such_parameter(id))
    }
}

impl ParameterHost for TableHost {
    fn info(&self) -> PluginInfo {
        PluginInfo::new("", "", "", HostKind::Plugin)
    }

    fn all_parameters(&self) -> Vec<ParameterInfo> {
        parameter_infos(&self.0)
    }

    fn get_parameter(&self, id: &str) -> Result<NormalizedValue, HostError> {
        let value = self.0.value(self.index_of(id)?).map(NormalizedValue::clamped);
        value.ok_or_else(|| HostError::no_such_parameter(id))
    }

    fn set_parameter(&self, _: &str, _: NormalizedValue) -> Result<NormalizedValue, HostError> {
        Err(HostError::failed("these parameters are for questions alone"))
    }

    fn format_parameter(&self, id: &str, value: NormalizedValue) -> Result<String, HostError> {
        let text = self.0.format(self.index_of(id)?, value.get());
        text.ok_or_else(|| HostError::failed("the parameter has no text"))
    }

    fn parse_parameter(&self, id: &str, text: &str) -> Result<NormalizedValue, HostError> {
        let value = self.0.parse(self.index_of(id)?, text).map(NormalizedValue::clamped);
        value.ok_or_else(|| HostError::not_a_value(id, text))
    }
}

#[cfg(test)]
mod tests {
    use wavecraft_test_plugins::DelayedGainParams;

    use super::*;

    fn faults(files: &[(&str, &str)]) -> Vec<String> {
        faults_of_factory_presets(Arc::new(DelayedGainParams::default()), files)
    }

    #[test]
    fn presets_that_fit_have_no_faults() {
        let text =
            "name = 'Loud'\n[values]\ngain = '12 dB'\nmute = false\npolarity = 'inverted'\ndelay = 64\n";
        assert_eq!(faults(&[("loud", text), ("default", "name = 'Default'")]), Vec::<String>::new());
    }

    #[test]
    fn every_fault_names_its_file() {
        let found = faults(&[
            ("broken", "name = "),
            ("unknown", "name = 'Unknown'\n[values]\nflanger = 1"),
            ("hot", "name = 'Hot'\n[values]\ngain = '100 dB'"),
            ("again", "name = 'Hot'"),
        ]);
        let expected = [
            "presets/broken.toml: it is no preset: ",
            "presets/unknown.toml: no parameter has the id `flanger`",
            "presets/hot.toml: `100 dB` is not a value of the parameter `gain`",
            "presets/again.toml: another preset has the name Hot",
        ];
        assert_eq!(found.len(), expected.len(), "{found:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert!(found.starts_with(expected), "{found}");
        }
    }
}
