//! Frequencies.

use std::ops::RangeInclusive;
use std::sync::Arc;

use nice_plug::prelude::FloatParam;

use super::{continuous, text};

/// A frequency, in Hz. Its travel is logarithmic: nice-plug and hosts hold log2 of Hz.
#[derive(Debug)]
pub struct Frequency {
    param: FloatParam,
}

/// A frequency with a range and a default in Hz.
///
/// # Panics
///
/// If the range is empty or reaches zero, or the default lies outside it.
pub fn frequency(name: &str, range_hz: RangeInclusive<f32>, default_hz: f32) -> Frequency {
    let param = continuous::logarithmic(name, &range_hz, default_hz)
        .with_value_to_string(Arc::new(|log2_hz| text::format_hz(log2_hz.exp2())))
        .with_string_to_value(Arc::new(move |text| {
            let hz = text::parse_within(text, "Hz", &range_hz, text::format_hz)?;
            Some(continuous::log2_within(hz, &range_hz))
        }));
    Frequency { param }
}

impl Frequency {
    /// The frequency that the user has set, in Hz. For the audio thread.
    pub fn value(&self) -> f32 {
        self.param.value().exp2()
    }

    /// The next frame's frequency, in Hz. For the audio thread.
    pub fn next(&self) -> f32 {
        self.param.smoothed.next().exp2()
    }
}

continuous::continuous!(Frequency);
