//! Normalized values, checked and not yet checked.

use serde::{Deserialize, Deserializer, Serialize, de};
use serde_json::value::RawValue;

/// A parameter's value in [0, 1], and so finite; negative zero becomes zero.
///
/// On the wire it is a number with as many digits as single precision needs to read back the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
#[serde(into = "f32", try_from = "f32")]
pub struct NormalizedValue(f32);

impl NormalizedValue {
    /// The lower end.
    pub const ZERO: Self = Self(0.0);
    /// The upper end.
    pub const ONE: Self = Self(1.0);

    /// `value`, if it is a normalized one.
    ///
    /// # Errors
    ///
    /// [`ValueOutOfRange`] when `value` is not finite or lies outside [0, 1].
    pub fn new(value: f32) -> Result<Self, ValueOutOfRange> {
        // NaN lies within no range. Adding zero takes the sign from a negative zero.
        if (0.0..=1.0).contains(&value) { Ok(Self(value + 0.0)) } else { Err(ValueOutOfRange { value }) }
    }

    /// The nearest normalized value; 0 for NaN. For values of one's own, which rounding may have pushed over an end.
    pub const fn clamped(value: f32) -> Self {
        if value.is_nan() { Self::ZERO } else { Self(value.clamp(0.0, 1.0) + 0.0) }
    }

    /// The value as a number in [0, 1].
    pub fn get(self) -> f32 {
        self.0
    }

    /// The nearest of the `steps + 1` values that a stepped parameter can have; the value itself for 0 steps.
    #[must_use]
    pub fn snapped(self, steps: u32) -> Self {
        if steps == 0 {
            return self;
        }
        let steps = f64::from(steps);
        Self::clamped(((f64::from(self.0) * steps).round() / steps) as f32)
    }
}

impl From<NormalizedValue> for f32 {
    fn from(value: NormalizedValue) -> Self {
        value.0
    }
}

impl TryFrom<f32> for NormalizedValue {
    type Error = ValueOutOfRange;

    fn try_from(value: f32) -> Result<Self, Self::Error> {
        Self::new(value)
    }
}

/// A number that is not a normalized value.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("value {value} is not a finite number in [0, 1]; send the normalized value")]
pub struct ValueOutOfRange {
    /// The number as it came.
    pub value: f32,
}

/// A value as a page sent it: a number, but perhaps not a normalized one.
///
/// It exists so that a number out of range is told apart from something that is no number at all; the two have
/// different error codes. It can be read from JSON text alone, not from other serde formats.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct UncheckedValue(f32);

impl UncheckedValue {
    /// The value, if it is a normalized one.
    ///
    /// # Errors
    ///
    /// [`ValueOutOfRange`] when it is not finite or lies outside [0, 1].
    pub fn check(self) -> Result<NormalizedValue, ValueOutOfRange> {
        NormalizedValue::new(self.0)
    }

    /// Reads a JSON number. Rounding never brings a number from outside [0, 1] into it.
    fn from_json_number(text: &str) -> Option<Self> {
        let nearest: f32 = text.parse().ok()?;
        // Rounding keeps order, so only a result on an end can come from beyond it: look there with more digits.
        let unrounded = match nearest {
            0.0 | 1.0 => text.parse::<f64>().ok()?,
            _ => return Some(Self(nearest)),
        };
        Some(Self(match unrounded {
            beyond if beyond > 1.0 => 1.0_f32.next_up(),
            beyond if beyond < 0.0 => 0.0_f32.next_down(),
            _ => nearest,
        }))
    }
}

impl From<f32> for UncheckedValue {
    fn from(value: f32) -> Self {
        Self(value)
    }
}

impl From<NormalizedValue> for UncheckedValue {
    fn from(value: NormalizedValue) -> Self {
        Self(value.0)
    }
}

impl<'de> Deserialize<'de> for UncheckedValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The raw text rather than a number: serde_json refuses 1e400 as wrong syntax, whereas it is a number out of
        // range.
        let text = <&RawValue>::deserialize(deserializer)?.get();
        if !text.starts_with(|first: char| first == '-' || first.is_ascii_digit()) {
            return Err(de::Error::custom(
                "a normalized value must be a number (NaN and infinity become null in JSON)",
            ));
        }
        Self::from_json_number(text).ok_or_else(|| de::Error::custom("a normalized value must be a number"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_closed_unit_range_is_normalized() {
        for value in [0.0, f32::MIN_POSITIVE, 0.5, 1.0] {
            assert_eq!(NormalizedValue::new(value).unwrap().get().to_bits(), value.to_bits());
        }
        assert_eq!(NormalizedValue::new(-0.0).unwrap().get().to_bits(), 0);
        for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, 1.0_f32.next_up(), 0.0_f32.next_down()] {
            assert!(NormalizedValue::new(value).is_err(), "{value}");
        }
    }

    #[test]
    fn clamping_leaves_no_way_out() {
        let clamped = |value| NormalizedValue::clamped(value).get();
        assert_eq!(clamped(f32::NAN).to_bits(), 0);
        assert_eq!(clamped(-0.0).to_bits(), 0);
        assert_eq!(clamped(f32::INFINITY).to_bits(), 1.0_f32.to_bits());
        assert_eq!(clamped(f32::NEG_INFINITY).to_bits(), 0);
    }

    #[test]
    fn stepped_values_snap_to_the_nearest() {
        let snapped = |value, steps| NormalizedValue::clamped(value).snapped(steps).get();
        assert!((snapped(0.3, 3) - 1.0 / 3.0).abs() < f32::EPSILON);
        assert!((snapped(0.49, 1)).abs() < f32::EPSILON);
        assert!((snapped(0.51, 1) - 1.0).abs() < f32::EPSILON);
        assert!((snapped(0.3, 0) - 0.3).abs() < f32::EPSILON);
    }

    #[test]
    fn numbers_are_never_rounded_into_the_range() {
        let accepted = |text| UncheckedValue::from_json_number(text).unwrap().check().is_ok();
        for text in ["0", "-0", "1", "1.0", "0.1", "1e-400", "10e-1", "0.99999999999"] {
            assert!(accepted(text), "{text}");
        }
        for text in ["1.00000001", "-1e-60", "2", "-1", "1e39", "1e400", "-1e400"] {
            assert!(!accepted(text), "{text}");
        }
    }

    #[test]
    fn every_value_survives_the_way_out_and_back() {
        // A stride coprime to the count visits values of all magnitudes.
        for bits in (0..=1.0_f32.to_bits()).step_by(100_003) {
            let value = NormalizedValue::new(f32::from_bits(bits)).unwrap();
            let text = serde_json::to_string(&value).unwrap();
            let read: UncheckedValue = serde_json::from_str(&text).unwrap();
            assert_eq!(read.check().unwrap().get().to_bits(), bits, "{text}");
        }
    }
}
