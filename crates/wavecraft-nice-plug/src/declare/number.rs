//! Quantities with a unit of their own.

use std::ops::RangeInclusive;
use std::sync::Arc;

use nice_plug::prelude::FloatParam;

use super::{continuous, text};

/// A number with a unit, such as semitones or a ratio.
#[derive(Debug)]
pub struct Number {
    param: FloatParam,
}

/// A number with a range, a default, and a unit, which may be empty. It is shown with two decimals.
///
/// # Panics
///
/// If the range is empty or the default lies outside it.
pub fn number(name: &str, range: RangeInclusive<f32>, default: f32, unit: &'static str) -> Number {
    let unit = unit.trim();
    let param = continuous::linear(name, &range, default)
        .with_value_to_string(Arc::new(move |value| text::with_unit(&text::format_fixed(value, 2), unit)))
        .with_string_to_value(Arc::new(move |text| {
            text::parse_within(text, unit, &range, |value| text::format_fixed(value, 2))
        }));
    Number { param }
}

impl Number {
    /// The value that the user has set. For the audio thread.
    pub fn value(&self) -> f32 {
        self.param.value()
    }

    /// The next frame's value. For the audio thread.
    pub fn next(&self) -> f32 {
        self.param.smoothed.next()
    }
}

continuous::continuous!(Number);
