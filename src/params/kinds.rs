//! The kinds of parameters: range and text for the host, and the value for the chain.

use std::ops::RangeInclusive;
use std::sync::Arc;

use nice_plug::prelude::*;

use super::text;

/// What parameters of one kind have in common.
pub trait Kind {
    /// What nice-plug knows of such a parameter.
    type Param: Param;
    /// The value in the chain's own unit.
    type Setting;

    /// The value now.
    ///
    /// # Realtime safety
    ///
    /// Reads an atomic and computes at most a power; for the audio thread.
    fn setting(param: &Self::Param) -> Self::Setting;
}

/// On or off.
pub struct Switch;

impl Switch {
    /// A switch.
    pub fn param(name: &str, default: bool) -> BoolParam {
        BoolParam::new(name, default).with_string_to_value(Arc::new(text::parse_switch))
    }
}

impl Kind for Switch {
    type Param = BoolParam;
    type Setting = bool;

    fn setting(param: &BoolParam) -> bool {
        param.value()
    }
}

/// A level or gain, in dB.
pub struct Decibels;

impl Decibels {
    /// A range and a default in dB.
    pub fn param(name: &str, range_db: RangeInclusive<f32>, default_db: f32) -> FloatParam {
        FloatParam::new(name, default_db, linear(&range_db))
            .with_unit(" dB")
            .with_value_to_string(Arc::new(|db| text::format_fixed(db, 1)))
            .with_string_to_value(Arc::new(move |text| text::parse_within(text, &["db"], &range_db)))
    }
}

impl Kind for Decibels {
    type Param = FloatParam;
    type Setting = f32;

    fn setting(param: &FloatParam) -> f32 {
        param.value()
    }
}

/// A share: from 0 to 100 percent for the host, from 0 to 1 for the chain.
pub struct Percent;

impl Percent {
    /// A default in percent.
    pub fn param(name: &str, default_percent: f32) -> FloatParam {
        let range = 0.0..=100.0;
        FloatParam::new(name, default_percent, linear(&range))
            .with_unit(" %")
            .with_value_to_string(Arc::new(|percent| text::format_fixed(percent, 0)))
            .with_string_to_value(Arc::new(move |text| text::parse_within(text, &["%", "percent"], &range)))
    }
}

impl Kind for Percent {
    type Param = FloatParam;
    type Setting = f32;

    fn setting(param: &FloatParam) -> f32 {
        param.value() / 100.0
    }
}

/// A frequency: log2 of Hz for the host, so that the knob's travel is logarithmic, and Hz in texts and for the chain.
pub struct Frequency;

impl Frequency {
    /// A range and a default in Hz.
    pub fn param(name: &str, range_hz: RangeInclusive<f32>, default_hz: f32) -> FloatParam {
        let range_log2_hz = range_hz.start().log2()..=range_hz.end().log2();
        FloatParam::new(name, default_hz.log2(), linear(&range_log2_hz))
            .with_unit("Hz")
            .with_value_to_string(Arc::new(|log2_hz| text::format_hz(log2_hz.exp2())))
            .with_string_to_value(Arc::new(move |text| {
                let hz = text::parse_within(text, &["hz"], &range_hz)?;
                Some(hz.log2().clamp(*range_log2_hz.start(), *range_log2_hz.end()))
            }))
    }
}

impl Kind for Frequency {
    type Param = FloatParam;
    type Setting = f32;

    fn setting(param: &FloatParam) -> f32 {
        param.value().exp2()
    }
}

fn linear(range: &RangeInclusive<f32>) -> FloatRange {
    FloatRange::Linear { min: *range.start(), max: *range.end() }
}

/// A setting with a fixed list of values, each with the text that the user reads.
///
/// It is an integer parameter rather than nice-plug's `EnumParam`, which accepts nothing but the exact text of a
/// variant when the user types one.
pub trait Choice: Copy + PartialEq + Send + Sync + 'static {
    /// Every value, in the order of the parameter's steps, with its text. The order is part of saved projects.
    const CHOICES: &'static [(Self, &'static str)];

    /// A choice.
    ///
    /// # Panics
    ///
    /// If the default is none of the choices.
    fn param(name: &str, default: Self) -> IntParam {
        let default_index = Self::CHOICES.iter().position(|(value, _)| *value == default);
        let default_index = default_index.expect("the default is one of the choices");
        let range = IntRange::Linear { min: 0, max: Self::CHOICES.len() as i32 - 1 };
        IntParam::new(name, default_index as i32, range)
            .with_value_to_string(Arc::new(|index| Self::CHOICES[index as usize].1.to_owned()))
            .with_string_to_value(Arc::new(|text| {
                text::parse_choice(text, Self::CHOICES.iter().map(|choice| choice.1))
                    .map(|index| index as i32)
            }))
    }
}

impl<T: Choice> Kind for T {
    type Param = IntParam;
    type Setting = Self;

    fn setting(param: &IntParam) -> Self {
        Self::CHOICES[param.value() as usize].0
    }
}
