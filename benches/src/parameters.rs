//! The plugin's parameters, for whoever speaks the protocol.

use wavecraft::Wavecraft;
use wavecraft_ipc::{NormalizedValue, ParameterInfo, ParameterKind};
use wavecraft_nice_plug::parameters::ParameterTable;

/// Every parameter of the plugin, as far as setting it goes.
pub fn infos() -> Vec<ParameterInfo> {
    let table = ParameterTable::of_plugin::<Wavecraft>();
    let info = |parameter: &wavecraft_nice_plug::parameters::Parameter| {
        let default = NormalizedValue::clamped(parameter.default);
        ParameterInfo::new(&parameter.id, &parameter.name, ParameterKind::Float, default)
    };
    table.iter().map(info).collect()
}
