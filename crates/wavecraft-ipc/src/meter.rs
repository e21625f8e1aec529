//! Levels on their way to the page. All are linear: 1 is full scale.

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

/// The levels after and before processing, as pages are told of them about 60 times a second.
///
/// NaN, which JSON cannot hold, is written as 0 and infinity as the largest number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
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
}

impl From<MeterUpdate> for MeterFrame {
    /// The part of an update that a page gets when it asks.
    fn from(update: MeterUpdate) -> Self {
        Self {
            peak_l: update.left_peak,
            peak_r: update.right_peak,
            rms_l: update.left_rms,
            rms_r: update.right_rms,
            timestamp: update.timestamp_us,
        }
    }
}
