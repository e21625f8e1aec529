//! Ratios of compressors and expanders.

use std::sync::Arc;

use nice_plug::prelude::FloatParam;
use wavecraft_ipc::typed_number;

use super::{continuous, text};

/// So much and more is shown as infinite.
const SHOWN_AS_INFINITE: f32 = 999.5;

/// A ratio of levels, from 1:1 to infinity:1. Its travel is linear in 1 - 1/ratio, the share of a change in level that is
/// taken away: 2:1 is in the middle, 4:1 at three quarters. nice-plug and hosts hold that share.
#[derive(Debug)]
pub struct Ratio {
    param: FloatParam,
}

/// A ratio with a default: 4.0 is 4:1, [`f32::INFINITY`] is infinity:1.
///
/// # Panics
///
/// If the default is below 1.
pub fn ratio(name: &str, default: f32) -> Ratio {
    assert!(default >= 1.0, "the default of the parameter {name:?}, {default}, is not a ratio of 1 or more");
    let param = continuous::linear(name, &(0.0..=1.0), share_of(default))
        .with_value_to_string(Arc::new(|share| format(ratio_of(share))))
        .with_string_to_value(Arc::new(|text| parse(text).map(share_of)));
    Ratio { param }
}

impl Ratio {
    /// The ratio that the user has set: 1.0 or more, up to [`f32::INFINITY`]. For the audio thread.
    pub fn value(&self) -> f32 {
        ratio_of(self.param.value())
    }

    /// The next frame's ratio. For the audio thread.
    pub fn next(&self) -> f32 {
        ratio_of(self.param.smoothed.next())
    }
}

continuous::continuous!(Ratio);

fn share_of(ratio: f32) -> f32 {
    1.0 - ratio.recip()
}

fn ratio_of(share: f32) -> f32 {
    // Rounding must not carry the smoothing beyond its ends.
    (1.0 - share.clamp(0.0, 1.0)).recip()
}

fn format(ratio: f32) -> String {
    // The limits are where rounding reaches the next notation.
    match ratio {
        ..9.95 => format!("{ratio:.1}:1"),
        ..SHOWN_AS_INFINITE => format!("{ratio:.0}:1"),
        _ => "\u{221e}:1".to_owned(),
    }
}

/// A ratio as people type it: "4", "4:1", "inf".
fn parse(text: &str) -> Option<f32> {
    let plain = typed_number::plain(text).replace(' ', "");
    if matches!(plain.strip_suffix(":1").unwrap_or(&plain), "\u{221e}" | "inf" | "infinity" | "infinite") {
        return Some(f32::INFINITY);
    }
    text::parse_within(text, ":1", &(1.0..=f32::MAX), format)
}
