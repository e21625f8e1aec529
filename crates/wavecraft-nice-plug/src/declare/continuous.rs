//! What continuous kinds share: a line from the lowest value to the highest, and smoothing along it.

use std::ops::RangeInclusive;

use nice_plug::prelude::{FloatParam, FloatRange, SmoothingStyle};

use super::SMOOTHING_MS;

/// A parameter on a straight line in its inner unit.
///
/// # Panics
///
/// If the range is empty or the default lies outside it, which is a mistake in the plugin.
pub(super) fn linear(name: &str, range: &RangeInclusive<f32>, default: f32) -> FloatParam {
    assert!(range.start() < range.end(), "the range of the parameter {name:?} is empty: {range:?}");
    assert!(
        range.contains(&default),
        "the default of the parameter {name:?}, {default}, is not within {range:?}"
    );
    FloatParam::new(name, default, FloatRange::Linear { min: *range.start(), max: *range.end() })
        .with_smoother(SmoothingStyle::Linear(SMOOTHING_MS))
}

/// The same on a logarithmic line: log2 of the unit inside.
///
/// # Panics
///
/// As [`linear`], and if the range reaches zero.
pub(super) fn logarithmic(name: &str, range: &RangeInclusive<f32>, default: f32) -> FloatParam {
    assert!(
        *range.start() > 0.0,
        "the range of the parameter {name:?} is logarithmic and must begin above zero"
    );
    linear(name, &(range.start().log2()..=range.end().log2()), default.log2())
}

/// What a typed text means to a logarithmic parameter, as log2, given the number in its unit.
pub(super) fn log2_within(number: f32, range: &RangeInclusive<f32>) -> f32 {
    // Rounding must not carry an end beyond itself.
    number.log2().clamp(range.start().log2(), range.end().log2())
}

/// What every continuous type offers beside its value.
macro_rules! continuous {
    ($kind:ident) => {
        impl $kind {
            /// Hosts cannot automate it.
            pub fn non_automatable(self) -> Self {
                Self { param: self.param.non_automatable() }
            }

            /// Presets leave it as it is, and slots do not: for how the sound is computed rather than what it is, such as
            /// oversampling. Kept as nice-plug's mark for what its own generic windows leave out, of which there are none here.
            pub fn not_in_presets(self) -> Self {
                Self { param: self.param.hide_in_generic_ui() }
            }

            /// The parameter as nice-plug knows it. Its values are in the parameter's inner unit.
            pub fn nice_plug(&self) -> &nice_plug::prelude::FloatParam {
                &self.param
            }

            /// Whether the value is still moving. For the audio thread.
            pub fn is_moving(&self) -> bool {
                self.param.smoothed.is_smoothing()
            }
        }

        impl super::Parameter for $kind {
            type Value = f32;

            fn value(&self) -> f32 {
                self.value()
            }

            fn as_ptr(&self) -> nice_plug::params::internals::ParamPtr {
                nice_plug::prelude::Param::as_ptr(&self.param)
            }
        }
    };
}

pub(super) use continuous;
