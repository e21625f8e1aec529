//! Durations.

use std::ops::RangeInclusive;
use std::sync::Arc;

use nice_plug::prelude::FloatParam;

use super::{continuous, text};

/// A duration, in milliseconds. Its travel is logarithmic: nice-plug and hosts hold log2 of milliseconds.
#[derive(Debug)]
pub struct Time {
    param: FloatParam,
}

/// A duration with a range and a default in milliseconds.
///
/// # Panics
///
/// If the range is empty or reaches zero, or the default lies outside it.
pub fn time(name: &str, range_ms: RangeInclusive<f32>, default_ms: f32) -> Time {
    let param = continuous::logarithmic(name, &range_ms, default_ms)
        .with_value_to_string(Arc::new(|log2_ms| text::with_unit(&text::format_ms(log2_ms.exp2()), "ms")))
        .with_string_to_value(Arc::new(move |text| {
            let ms = text::parse_within(text, "ms", &range_ms, text::format_ms)?;
            Some(continuous::log2_within(ms, &range_ms))
        }));
    Time { param }
}

impl Time {
    /// The duration that the user has set, in milliseconds. For the audio thread.
    pub fn value(&self) -> f32 {
        self.param.value().exp2()
    }

    /// The next frame's duration, in milliseconds. For the audio thread.
    pub fn next(&self) -> f32 {
        self.param.smoothed.next().exp2()
    }
}

continuous::continuous!(Time);
