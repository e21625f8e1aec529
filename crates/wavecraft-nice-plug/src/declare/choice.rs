//! One of a list.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use nice_plug::params::internals::ParamPtr;
use nice_plug::prelude::{IntParam, IntRange, Param};

use super::{Parameter, text};

/// What a choice is made among: a type with a fixed list of values, each with the text that the user reads.
pub trait Choose: Copy + PartialEq + Send + Sync + 'static {
    /// Every value, in the order of the parameter's steps, with its text. The order is part of saved projects.
    const CHOICES: &'static [(Self, &'static str)];
}

/// One of the values of `T`.
///
/// It is an integer parameter rather than nice-plug's `EnumParam`, which accepts nothing but the exact text of a variant
/// when the user types one.
pub struct Choice<T> {
    param: IntParam,
    /// The list is the type's, not the parameter's.
    list: PhantomData<fn() -> T>,
}

/// A choice among the values of a type.
///
/// # Panics
///
/// If the default is none of the choices.
pub fn choice<T: Choose>(name: &str, default: T) -> Choice<T> {
    let default_index = T::CHOICES.iter().position(|(value, _)| *value == default);
    let default_index = default_index.expect("the default is one of the choices");
    let range = IntRange::Linear { min: 0, max: T::CHOICES.len() as i32 - 1 };
    let param = IntParam::new(name, default_index as i32, range)
        .with_value_to_string(Arc::new(|index| T::CHOICES[index as usize].1.to_owned()))
        .with_string_to_value(Arc::new(|text| {
            text::parse_choice(text, T::CHOICES.iter().map(|choice| choice.1)).map(|index| index as i32)
        }));
    Choice { param, list: PhantomData }
}

impl<T: Choose> Choice<T> {
    /// What the user has chosen. For the audio thread.
    pub fn value(&self) -> T {
        T::CHOICES[self.param.value() as usize].0
    }

    /// Hosts cannot automate it.
    pub fn non_automatable(self) -> Self {
        Self { param: self.param.non_automatable(), ..self }
    }

    /// Presets leave it as it is, and slots do not: for how the sound is computed rather than what it is, such as
    /// oversampling. Kept as nice-plug's mark for what its own generic windows leave out, of which there are none here.
    pub fn not_in_presets(self) -> Self {
        Self { param: self.param.hide_in_generic_ui(), ..self }
    }

    /// The parameter as nice-plug knows it: the place in the list.
    pub fn nice_plug(&self) -> &IntParam {
        &self.param
    }
}

impl<T: Choose> Parameter for Choice<T> {
    type Value = T;

    fn value(&self) -> T {
        self.value()
    }

    fn as_ptr(&self) -> ParamPtr {
        self.param.as_ptr()
    }
}

impl<T> fmt::Debug for Choice<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("Choice").field(&self.param).finish()
    }
}
