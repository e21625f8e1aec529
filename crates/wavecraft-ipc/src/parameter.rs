//! A parameter, as pages see it.

use serde::{Deserialize, Serialize};

use crate::json;
use crate::value::NormalizedValue;

/// Everything that a page needs to show a parameter and to draw its control.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS), ts(optional_fields))]
pub struct ParameterInfo {
    /// The parameter's name in every message and in saved projects. It never changes.
    pub id: String,
    /// What the user reads.
    pub name: String,
    /// The kind of control that suits it.
    #[serde(rename = "type")]
    pub kind: ParameterKind,
    /// The value now, in [0, 1].
    pub value: NormalizedValue,
    /// The value after a reset, in [0, 1].
    pub default: NormalizedValue,
    /// What it does to the sound, in a sentence for the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The unit of `min`, `max` and `text`: "dB", "Hz".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// Parameters with the same group belong together on the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The plain value at 0, in `unit`.
    #[serde(default, skip_serializing_if = "json::is_absent")]
    pub min: Option<f32>,
    /// The plain value at 1, in `unit`. Between the two the scale need not be linear: ask formatParameter.
    #[serde(default, skip_serializing_if = "json::is_absent")]
    pub max: Option<f32>,
    /// How many steps lead from 0 to 1, so one less than there are values: 1 for a switch. Absent when continuous.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub steps: Option<u32>,
    /// The text of each value of an enumeration, in the order of its steps.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variants: Option<Vec<String>>,
    /// The value now as the user reads it, with its unit.
    pub text: String,
    /// What sets it beside the user and the host, if not presets and slots alike.
    #[serde(default, skip_serializing_if = "RecallScope::is_everything")]
    #[cfg_attr(any(test, feature = "typescript"), ts(as = "Option<RecallScope>", optional))]
    pub recalled_by: RecallScope,
}

impl ParameterInfo {
    /// A parameter at its default value, without any of the optional facts and without text.
    pub fn new(
        id: impl Into<String>,
        name: impl Into<String>,
        kind: ParameterKind,
        default: NormalizedValue,
    ) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            kind,
            value: default,
            default,
            description: None,
            unit: None,
            group: None,
            min: None,
            max: None,
            steps: None,
            variants: None,
            text: String::new(),
            recalled_by: RecallScope::default(),
        }
    }
}

/// What sets a parameter beside the user and the host.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum RecallScope {
    /// Presets and slots.
    #[default]
    Everything,
    /// Slots alone: it is no part of presets, as the quality at which the sound is computed.
    Slots,
    /// Nothing: the bypass, which stays as it is while what it bypasses changes.
    Nothing,
}

impl RecallScope {
    #[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes every field by reference")]
    fn is_everything(&self) -> bool {
        *self == Self::Everything
    }
}

/// The kinds of parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum ParameterKind {
    /// Continuous: a knob or a slider.
    Float,
    /// Whole numbers.
    Int,
    /// A switch.
    Bool,
    /// One of a list of named values.
    Enum,
}
