//! Levels and the plugin's own meters on their way to the page. Levels are linear: 1 is full scale.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::json;

/// The levels after processing, as a page asks for them.
///
/// NaN, which JSON cannot hold, is written as 0 and infinity as the largest number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
pub struct MeterFrame {
    /// Highest magnitude on the left, linear.
    #[serde(serialize_with = "json::finite")]
    pub peak_l: f32,
    /// Highest magnitude on the right, linear.
    #[serde(serialize_with = "json::finite")]
    pub peak_r: f32,
    /// Root of the mean square on the left, linear.
    #[serde(serialize_with = "json::finite")]
    pub rms_l: f32,
    /// Root of the mean square on the right, linear.
    #[serde(serialize_with = "json::finite")]
    pub rms_r: f32,
    /// When it was measured, in microseconds since a moment that stays the same while the plugin runs.
    pub timestamp: u64,
}

/// A meter of the plugin's own.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS), ts(optional_fields))]
pub struct MeterInfo {
    /// Under which its values come. No two meters of a plugin have the same.
    pub id: String,
    /// What users read.
    pub name: String,
    /// What it measures.
    pub kind: MeterKind,
    /// How many channels it has: 1 or more.
    pub channels: u32,
    /// What it is shown in. A level is shown in dB, though its values are linear.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The lower end of what is shown, in that unit.
    #[serde(default, skip_serializing_if = "json::is_absent")]
    pub min: Option<f32>,
    /// The upper end of what is shown, in that unit.
    #[serde(default, skip_serializing_if = "json::is_absent")]
    pub max: Option<f32>,
}

impl MeterInfo {
    /// A meter without unit and range.
    pub fn new(id: impl Into<String>, name: impl Into<String>, kind: MeterKind, channels: u32) -> Self {
        Self { id: id.into(), name: name.into(), kind, channels, unit: None, min: None, max: None }
    }
}

/// What a meter measures, and with it what its value stands for when more than one was measured since the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum MeterKind {
    /// A magnitude, linear: 1 is full scale. The largest.
    Level,
    /// A gain in dB: 0, or less where it turns down. The lowest.
    GainReduction,
    /// Anything else. The last.
    Value,
}

/// The levels after and before processing and the plugin's own meters, as pages are told of them: 60 times a second in
/// development, 30 in a window, and there 4 in silence.
///
/// NaN, which JSON cannot hold, is written as 0 and infinity as the largest number.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
pub struct MeterUpdate {
    /// When it was measured, in microseconds since a moment that stays the same while the plugin runs.
    pub timestamp_us: u64,
    /// Highest magnitude on the left after processing, linear.
    #[serde(serialize_with = "json::finite")]
    pub left_peak: f32,
    /// Root of the mean square on the left after processing, linear.
    #[serde(serialize_with = "json::finite")]
    pub left_rms: f32,
    /// Highest magnitude on the right after processing, linear.
    #[serde(serialize_with = "json::finite")]
    pub right_peak: f32,
    /// Root of the mean square on the right after processing, linear.
    #[serde(serialize_with = "json::finite")]
    pub right_rms: f32,
    /// Highest magnitude on the left before processing, linear.
    #[serde(serialize_with = "json::finite")]
    pub input_left_peak: f32,
    /// Root of the mean square on the left before processing, linear.
    #[serde(serialize_with = "json::finite")]
    pub input_left_rms: f32,
    /// Highest magnitude on the right before processing, linear.
    #[serde(serialize_with = "json::finite")]
    pub input_right_peak: f32,
    /// Root of the mean square on the right before processing, linear.
    #[serde(serialize_with = "json::finite")]
    pub input_right_rms: f32,
    /// The plugin's own meters by their ids: a number for each channel.
    #[serde(default, serialize_with = "json::finite_lists")]
    pub values: BTreeMap<String, Vec<f32>>,
}

impl MeterUpdate {
    /// The same with the values of these meters: one for each channel of each, in order.
    #[must_use]
    pub fn with_values(mut self, meters: &[MeterInfo], mut values: &[f32]) -> Self {
        for meter in meters {
            let (own, rest) = values.split_at(values.len().min(meter.channels as usize));
            self.values.insert(meter.id.clone(), own.to_vec());
            values = rest;
        }
        self
    }
}

impl From<&MeterUpdate> for MeterFrame {
    /// The part of an update that a page gets when it asks.
    fn from(update: &MeterUpdate) -> Self {
        Self {
            peak_l: update.left_peak,
            peak_r: update.right_peak,
            rms_l: update.left_rms,
            rms_r: update.right_rms,
            timestamp: update.timestamp_us,
        }
    }
}
