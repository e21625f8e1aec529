//! Whole numbers.

use std::ops::RangeInclusive;
use std::sync::Arc;

use nice_plug::params::internals::ParamPtr;
use nice_plug::prelude::{IntParam, IntRange, Param};

use super::{Parameter, text};

/// A whole number with a unit, such as semitones or a count of voices. It has no smoothing: it steps.
#[derive(Debug)]
pub struct Integer {
    param: IntParam,
}

/// A whole number with a range, a default, and a unit, which may be empty.
///
/// # Panics
///
/// If the range is empty or the default lies outside it.
pub fn integer(name: &str, range: RangeInclusive<i32>, default: i32, unit: &'static str) -> Integer {
    assert!(range.start() < range.end(), "the range of the parameter {name:?} is empty: {range:?}");
    assert!(
        range.contains(&default),
        "the default of the parameter {name:?}, {default}, is not within {range:?}"
    );
    let unit = unit.trim();
    let steps = IntRange::Linear { min: *range.start(), max: *range.end() };
    let ends = *range.start() as f32..=*range.end() as f32;
    let param = IntParam::new(name, default, steps)
        .with_value_to_string(Arc::new(move |value| text::with_unit(&value.to_string(), unit)))
        .with_string_to_value(Arc::new(move |text| {
            let number = text::parse_within(text, unit, &ends, |value| format!("{value:.0}"))?;
            Some(number.round() as i32)
        }));
    Integer { param }
}

impl Integer {
    /// The value that the user has set. For the audio thread.
    pub fn value(&self) -> i32 {
        self.param.value()
    }

    /// Hosts cannot automate it.
    pub fn non_automatable(self) -> Self {
        Self { param: self.param.non_automatable() }
    }

    /// Presets leave it as it is, and slots do not: for how the sound is computed rather than what it is, such as
    /// oversampling. Kept as nice-plug's mark for what its own generic windows leave out, of which there are none here.
    pub fn not_in_presets(self) -> Self {
        Self { param: self.param.hide_in_generic_ui() }
    }

    /// The parameter as nice-plug knows it.
    pub fn nice_plug(&self) -> &IntParam {
        &self.param
    }
}

impl Parameter for Integer {
    type Value = i32;

    fn value(&self) -> i32 {
        self.value()
    }

    fn as_ptr(&self) -> ParamPtr {
        self.param.as_ptr()
    }
}
