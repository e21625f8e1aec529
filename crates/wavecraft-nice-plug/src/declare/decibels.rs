//! Gains and levels.

use std::ops::RangeInclusive;
use std::sync::Arc;

use nice_plug::prelude::FloatParam;
use nice_plug::util::db_to_gain;

use super::{continuous, text};

/// A gain or a level, in dB.
#[derive(Debug)]
pub struct Decibels {
    param: FloatParam,
}

/// A gain or a level with a range and a default in dB.
///
/// # Panics
///
/// If the range is empty or the default lies outside it.
pub fn decibels(name: &str, range_db: RangeInclusive<f32>, default_db: f32) -> Decibels {
    let param = continuous::linear(name, &range_db, default_db)
        .with_value_to_string(Arc::new(|db| text::with_unit(&text::format_fixed(db, 1), "dB")))
        .with_string_to_value(Arc::new(move |text| {
            text::parse_within(text, "dB", &range_db, |db| text::format_fixed(db, 1))
        }));
    Decibels { param }
}

impl Decibels {
    /// The value that the user has set, in dB. For the audio thread.
    pub fn value(&self) -> f32 {
        self.param.value()
    }

    /// The next frame's value, in dB. For the audio thread.
    pub fn next(&self) -> f32 {
        self.param.smoothed.next()
    }

    /// The next frame's value as a factor for samples. For the audio thread.
    pub fn next_gain(&self) -> f32 {
        db_to_gain(self.next())
    }
}

continuous::continuous!(Decibels);
