//! Shares of a whole.

use std::sync::Arc;

use nice_plug::prelude::FloatParam;

use super::{continuous, text};

/// A share: from 0 to 100 percent for users and hosts, from 0.0 to 1.0 for the plugin.
#[derive(Debug)]
pub struct Percent {
    param: FloatParam,
}

/// A share with a default in percent.
///
/// # Panics
///
/// If the default lies outside 0 to 100.
pub fn percent(name: &str, default_percent: f32) -> Percent {
    let range = 0.0..=100.0;
    let param = continuous::linear(name, &range, default_percent)
        .with_value_to_string(Arc::new(|percent| text::with_unit(&text::format_fixed(percent, 0), "%")))
        .with_string_to_value(Arc::new(move |text| {
            text::parse_within(text, "%", &range, |percent| text::format_fixed(percent, 0))
        }));
    Percent { param }
}

impl Percent {
    /// The share that the user has set, from 0.0 to 1.0. For the audio thread.
    pub fn value(&self) -> f32 {
        self.param.value() / 100.0
    }

    /// The next frame's share, from 0.0 to 1.0. For the audio thread.
    pub fn next(&self) -> f32 {
        self.param.smoothed.next() / 100.0
    }
}

continuous::continuous!(Percent);
