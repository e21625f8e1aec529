//! The plugin's parameters: what they are, their values and their texts.

use std::ffi::CString;

use clack_extensions::params::{ParamInfoBuffer, ParamInfoFlags, PluginParams};
use clack_host::events::event_types::ParamValueEvent;
use clack_host::prelude::*;

use super::Plugin;

/// A parameter as the host sees it.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// What the host calls it by.
    pub id: ClapId,
    /// What the user reads.
    pub name: String,
    /// The smallest value.
    pub min: f64,
    /// The largest.
    pub max: f64,
    /// The default.
    pub default: f64,
    /// Whether only whole numbers count.
    pub is_stepped: bool,
    /// Whether it is the host's bypass.
    pub is_bypass: bool,
    /// Whether hosts may set it.
    pub is_writable: bool,
}

impl Parameter {
    /// The value at a part of the range, in [0, 1].
    pub fn at(&self, part: f64) -> f64 {
        let value = self.min + part * (self.max - self.min);
        if self.is_stepped { value.round() } else { value }
    }

    /// How far two values may be apart that are the same in single precision.
    pub fn tolerance(&self) -> f64 {
        if self.is_stepped { 1e-4 } else { 1e-5 * (self.max - self.min).abs() }
    }
}

impl Plugin {
    /// All parameters, in the plugin's order. None if it has none.
    pub fn parameters(&mut self) -> Vec<Parameter> {
        let plugin = self.instance.plugin_handle();
        let Some(params) = plugin.get_extension::<PluginParams>() else { return Vec::new() };
        let mut buffer = ParamInfoBuffer::new();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end_matches('\0').to_owned();
        (0..params.count(&plugin))
            .filter_map(|index| {
                let info = params.get_info(&plugin, index, &mut buffer)?;
                let (module, name) = (text(info.module), text(info.name));
                let is = |flag| info.flags.contains(flag);
                Some(Parameter {
                    id: info.id,
                    name: if module.is_empty() { name } else { format!("{module}/{name}") },
                    min: info.min_value,
                    max: info.max_value,
                    default: info.default_value,
                    is_stepped: is(ParamInfoFlags::IS_STEPPED),
                    is_bypass: is(ParamInfoFlags::IS_BYPASS),
                    is_writable: !is(ParamInfoFlags::IS_READONLY) && !is(ParamInfoFlags::IS_HIDDEN),
                })
            })
            .collect()
    }

    /// A parameter's value as the plugin has it now.
    pub fn value(&mut self, id: ClapId) -> Option<f64> {
        let plugin = self.instance.plugin_handle();
        plugin.get_extension::<PluginParams>()?.get_value(&plugin, id)
    }

    /// The text of a value.
    pub fn text(&mut self, id: ClapId, value: f64) -> Option<String> {
        let plugin = self.instance.plugin_handle();
        let params: PluginParams = plugin.get_extension()?;
        let mut buffer = [0; 256];
        let text = params.value_to_text(&plugin, id, value, &mut buffer).ok()?;
        Some(String::from_utf8_lossy(text).into_owned())
    }

    /// The value of a text, as when the user types it.
    pub fn typed(&mut self, id: ClapId, text: &str) -> Option<f64> {
        let plugin = self.instance.plugin_handle();
        let params: PluginParams = plugin.get_extension()?;
        params.text_to_value(&plugin, id, &CString::new(text).ok()?)
    }

    /// Sets parameters while the plugin is not active.
    pub fn set(&mut self, values: &[(ClapId, f64)]) {
        let mut events = EventBuffer::new();
        for (id, value) in values {
            events.push(&ParamValueEvent::new(0, *id, Pckn::match_all(), *value));
        }
        let Some(mut plugin) = self.instance.inactive_plugin_handle() else { return };
        let Some(params) = plugin.shared().get_extension::<PluginParams>() else { return };
        params.flush(&mut plugin, &events.as_input(), &mut OutputEvents::void());
        self.answer_callback();
    }

    /// The values of all parameters, in their order.
    pub fn values(&mut self, parameters: &[Parameter]) -> Vec<f64> {
        parameters.iter().map(|parameter| self.value(parameter.id).unwrap_or(f64::NAN)).collect()
    }
}
