//! A plugin's parameters in the words of the protocol.

use wavecraft_ipc::{NormalizedValue, ParameterInfo};

use crate::parameters::{Parameter, ParameterTable};

/// What pages are told of every parameter, in the table's order, with the values that they have now. Not for
/// the audio thread.
///
/// Hidden parameters are among them: the order is that in which values are set.
pub fn parameter_infos(table: &ParameterTable) -> Vec<ParameterInfo> {
    table.iter().enumerate().map(|(index, parameter)| info(table, index, parameter)).collect()
}

/// What pages are told of the parameter at `index`, with the value that it has now. Not for the audio thread.
pub fn parameter_info(table: &ParameterTable, index: usize) -> Option<ParameterInfo> {
    table.get(index).map(|parameter| info(table, index, parameter))
}

fn info(table: &ParameterTable, index: usize, parameter: &Parameter) -> ParameterInfo {
    let value = NormalizedValue::clamped(table.value(index).unwrap_or(parameter.default));
    let finite = |end: Option<f32>| end.filter(|end| end.is_finite());
    ParameterInfo {
        id: parameter.id.clone(),
        name: parameter.name.clone(),
        kind: parameter.kind,
        value,
        default: NormalizedValue::clamped(parameter.default),
        description: parameter.description.clone(),
        unit: parameter.unit.clone(),
        group: parameter.group.clone(),
        min: finite(parameter.min),
        max: finite(parameter.max),
        steps: parameter.steps.and_then(|steps| u32::try_from(steps).ok()),
        variants: (!parameter.variants.is_empty()).then(|| parameter.variants.clone()),
        text: table.format(index, value.get()).unwrap_or_default(),
        recalled_by: parameter.recalled_by,
    }
}
