//! The presets that a plugin comes with, whether they fit it, and presets as files.

mod preset_files;
pub mod vst_preset;

use std::sync::Arc;

use nice_plug::prelude::Params;
use wavecraft_ipc::ParameterHost;
use wavecraft_session::PresetFile;

pub use preset_files::{PluginPresets, PresetError, ReadPreset, VST_PRESET_EXTENSION};

use crate::parameters::{ParameterTable, TableHost};

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
    let table = ParameterTable::new(params);
    let host = TableHost::new(&table);
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
