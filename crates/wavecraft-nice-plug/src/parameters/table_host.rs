//! The parameters of a table, for whoever asks by the words of the protocol.

use wavecraft_ipc::{HostError, HostKind, NormalizedValue, ParameterHost, ParameterInfo, PluginInfo};

use super::ParameterTable;
use crate::export::parameter_infos;

/// Answers what can be asked about the parameters of a table. Nothing can be set. Not for the audio thread.
pub struct TableHost<'a>(&'a ParameterTable);

impl<'a> TableHost<'a> {
    /// For the parameters of `table`.
    pub fn new(table: &'a ParameterTable) -> Self {
        Self(table)
    }

    fn index_of(&self, id: &str) -> Result<usize, HostError> {
        self.0.index_of(id).ok_or_else(|| HostError::no_such_parameter(id))
    }
}

impl ParameterHost for TableHost<'_> {
    fn info(&self) -> PluginInfo {
        PluginInfo::new("", "", "", HostKind::Plugin)
    }

    fn all_parameters(&self) -> Vec<ParameterInfo> {
        parameter_infos(self.0)
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
        let index = self.index_of(id)?;
        match (self.0.parse(index, text), self.0.nearest_end(index, text)) {
            (Some(value), _) => Ok(NormalizedValue::clamped(value)),
            (None, Some(end)) => Err(HostError::beyond_range(id, text, NormalizedValue::clamped(end))),
            (None, None) => Err(HostError::not_a_value(id, text)),
        }
    }
}
