//! One parameter, with the ownership that makes its pointer safe to use.
//!
//! nice-plug hands out parameters as [`ParamPtr`], raw pointers into the plugin's [`Params`] object. The pointers are
//! valid for as long as that object lives: that is what implementing the unsafe trait `Params` promises. Here pointer
//! and shared ownership of the object are kept together and neither ever changes, so each call below is safe.
//!
//! Reading and writing values is real-time safe: the parameters hold atomics. Texts allocate.

#![allow(unsafe_code, reason = "nice-plug's ParamPtr is a raw pointer; this module is where it is made safe")]

use std::sync::Arc;

use nice_plug::context::gui::GuiContext;
use nice_plug::params::InternalParamMut;
use nice_plug::params::range::{FloatRange, IntRange};
use nice_plug::plugin::ParamValue;
use nice_plug::prelude::{Param, ParamFlags, ParamPtr, Params};

use super::ParameterKind;

/// Why a saved value does not fit its parameter.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub(crate) enum StateValueError {
    /// The value's type is not the parameter's.
    #[error("holds {found} where {expected} belongs")]
    WrongType { expected: &'static str, found: &'static str },
    /// The value is not a finite number.
    #[error("is not a finite number")]
    NotFinite,
    /// The value lies outside the parameter's range.
    #[error("is {value}, outside {min} to {max}")]
    OutOfRange { value: f64, min: f64, max: f64 },
    /// The enumeration has no variant of this name.
    #[error("names the unknown variant {0:?}")]
    UnknownVariant(String),
}

/// A parameter together with a share of the object that it lives in.
pub(crate) struct OwnedParameter {
    pointer: ParamPtr,
    /// The stable names of an enumeration's variants, where it has them: nice-plug offers no way to look one up without
    /// setting it.
    variant_ids: Vec<String>,
    /// Keeps `pointer` valid.
    _owner: Arc<dyn Params>,
}

impl OwnedParameter {
    /// Takes a pointer out of `owner`'s own parameter map.
    pub(super) fn new(pointer: ParamPtr, owner: Arc<dyn Params>) -> Self {
        let mut parameter = Self { pointer, variant_ids: Vec::new(), _owner: owner };
        parameter.variant_ids = parameter.probe_variant_ids();
        parameter
    }

    /// Whether this is the parameter that is pointed to. The pointer is only compared.
    pub(super) fn is(&self, pointer: ParamPtr) -> bool {
        self.pointer == pointer
    }

    pub(super) fn kind(&self) -> ParameterKind {
        match self.pointer {
            ParamPtr::FloatParam(_) => ParameterKind::Float,
            ParamPtr::IntParam(_) => ParameterKind::Int,
            ParamPtr::BoolParam(_) => ParameterKind::Bool,
            ParamPtr::EnumParam(_) => ParameterKind::Enum,
        }
    }

    pub(super) fn name(&self) -> &str {
        // SAFETY: `_owner` keeps the parameter alive.
        unsafe { self.pointer.name() }
    }

    pub(super) fn unit(&self) -> &'static str {
        // SAFETY: `_owner` keeps the parameter alive.
        unsafe { self.pointer.unit() }
    }

    pub(super) fn flags(&self) -> ParamFlags {
        // SAFETY: `_owner` keeps the parameter alive.
        unsafe { self.pointer.flags() }
    }

    pub(super) fn steps(&self) -> Option<usize> {
        // SAFETY: `_owner` keeps the parameter alive.
        unsafe { self.pointer.step_count() }
    }

    pub(super) fn default_normalized(&self) -> f32 {
        // SAFETY: `_owner` keeps the parameter alive.
        unsafe { self.pointer.default_normalized_value() }
    }

    /// nice-plug's own plain value, which need not be what the parameter displays.
    pub(super) fn plain(&self, normalized: f32) -> f32 {
        // SAFETY: `_owner` keeps the parameter alive.
        unsafe { self.pointer.preview_plain(normalized) }
    }

    pub(super) fn display(&self, normalized: f32, with_unit: bool) -> String {
        // SAFETY: `_owner` keeps the parameter alive.
        unsafe { self.pointer.normalized_value_to_string(normalized, with_unit) }
    }

    pub(super) fn parse(&self, text: &str) -> Option<f32> {
        // SAFETY: `_owner` keeps the parameter alive.
        unsafe { self.pointer.string_to_normalized_value(text) }
    }

    /// The value now. Real-time safe.
    pub(super) fn normalized(&self) -> f32 {
        // SAFETY: `_owner` keeps the parameter alive.
        unsafe { self.pointer.unmodulated_normalized_value() }
    }

    /// The normalized value that the parameter takes when it is given this one.
    pub(super) fn nearest(&self, normalized: f32) -> f32 {
        // SAFETY: `_owner` keeps the parameter alive.
        unsafe { self.pointer.preview_normalized(self.pointer.preview_plain(normalized)) }
    }

    /// Begins a gesture in the host.
    pub(super) fn begin_through(&self, context: &GuiContext) {
        // SAFETY: `_owner` keeps the parameter alive; that it is one of the host's plugin is what the host checks.
        unsafe { context.raw_begin_set_parameter(self.pointer) }
    }

    /// Sets the value through the host.
    pub(super) fn set_through(&self, context: &GuiContext, normalized: f32) {
        // SAFETY: as above.
        unsafe { context.raw_set_parameter_normalized(self.pointer, normalized) }
    }

    /// Ends a gesture in the host.
    pub(super) fn end_through(&self, context: &GuiContext) {
        // SAFETY: as above.
        unsafe { context.raw_end_set_parameter(self.pointer) }
    }

    /// Sets the value and lets the smoother glide there. Real-time safe, as far as the plugin's own change callback is.
    pub(crate) fn set_normalized(&self, normalized: f32, sample_rate_hz: f32) {
        // SAFETY: `_owner` keeps the parameter alive. Setting is reserved to the plugin's host: the caller is it.
        unsafe {
            if self.pointer._internal_set_normalized_value(normalized) {
                self.pointer._internal_update_smoother(sample_rate_hz, false);
            }
        }
    }

    /// Has the smoother stand at the value. Real-time safe.
    pub(crate) fn settle_smoother(&self, sample_rate_hz: f32) {
        // SAFETY: `_owner` keeps the parameter alive. Smoothers are the host's to reset: the caller is it.
        unsafe { self.pointer._internal_update_smoother(sample_rate_hz, true) }
    }

    /// The value in the form in which nice-plug's wrappers save it.
    pub(crate) fn state_value(&self) -> ParamValue {
        // SAFETY: `_owner` keeps the parameter alive, whichever type it has.
        unsafe {
            match self.pointer {
                ParamPtr::FloatParam(parameter) => ParamValue::F32((*parameter).unmodulated_plain_value()),
                ParamPtr::IntParam(parameter) => ParamValue::I32((*parameter).unmodulated_plain_value()),
                ParamPtr::BoolParam(parameter) => ParamValue::Bool((*parameter).unmodulated_plain_value()),
                ParamPtr::EnumParam(parameter) => match (*parameter).unmodulated_plain_id() {
                    Some(id) => ParamValue::String(id.to_owned()),
                    None => ParamValue::I32((*parameter).unmodulated_plain_value()),
                },
            }
        }
    }

    /// A normalized value in that form.
    pub(crate) fn state_value_of(&self, normalized: f32) -> ParamValue {
        let plain = self.plain(normalized);
        match self.pointer {
            ParamPtr::FloatParam(_) => ParamValue::F32(plain),
            ParamPtr::IntParam(_) => ParamValue::I32(plain.round() as i32),
            ParamPtr::BoolParam(_) => ParamValue::Bool(plain > 0.5),
            ParamPtr::EnumParam(_) => {
                let index = plain.round().max(0.0) as usize;
                match self.variant_ids.get(index) {
                    Some(id) => ParamValue::String(id.clone()),
                    None => ParamValue::I32(index as i32),
                }
            }
        }
    }

    /// Whether a saved value could be loaded as it stands.
    pub(crate) fn check_state_value(&self, value: &ParamValue) -> Result<(), StateValueError> {
        match (self.pointer, value) {
            (ParamPtr::FloatParam(parameter), ParamValue::F32(value)) => {
                // SAFETY: `_owner` keeps the parameter alive.
                check_float(*value, float_ends(unsafe { (*parameter).range() }))
            }
            (ParamPtr::IntParam(parameter), ParamValue::I32(value)) => {
                // SAFETY: `_owner` keeps the parameter alive.
                check_int(*value, int_ends(unsafe { (*parameter).range() }))
            }
            (ParamPtr::EnumParam(parameter), ParamValue::I32(value)) => {
                // SAFETY: `_owner` keeps the parameter alive.
                let last = unsafe { (*parameter).len() }.saturating_sub(1);
                check_int(*value, (0, i32::try_from(last).unwrap_or(i32::MAX)))
            }
            (ParamPtr::BoolParam(_), ParamValue::Bool(_)) => Ok(()),
            (ParamPtr::EnumParam(_), ParamValue::String(id)) if self.variant_ids.contains(id) => Ok(()),
            (ParamPtr::EnumParam(_), ParamValue::String(id)) => {
                Err(StateValueError::UnknownVariant(id.clone()))
            }
            (_, value) => {
                let expected = match self.kind() {
                    ParameterKind::Float => "a float",
                    ParameterKind::Int => "an integer",
                    ParameterKind::Bool => "a switch",
                    ParameterKind::Enum => "a variant",
                };
                Err(StateValueError::WrongType { expected, found: type_of(value) })
            }
        }
    }

    /// Loads a saved value, which must have been checked: another one changes nothing. The smoother stays as it is.
    pub(crate) fn set_state_value(&self, value: &ParamValue) {
        // SAFETY: `_owner` keeps the parameter alive, whichever type it has. Setting is reserved to the plugin's host:
        // the caller is it.
        unsafe {
            match (self.pointer, value) {
                (ParamPtr::FloatParam(parameter), ParamValue::F32(value)) => {
                    (*parameter)._internal_set_plain_value(*value);
                }
                (ParamPtr::IntParam(parameter), ParamValue::I32(value)) => {
                    (*parameter)._internal_set_plain_value(*value);
                }
                (ParamPtr::BoolParam(parameter), ParamValue::Bool(value)) => {
                    (*parameter)._internal_set_plain_value(*value);
                }
                (ParamPtr::EnumParam(parameter), ParamValue::I32(value)) => {
                    (*parameter)._internal_set_plain_value(*value);
                }
                (ParamPtr::EnumParam(parameter), ParamValue::String(id)) => {
                    (*parameter).set_from_id(id);
                }
                _ => {}
            }
        }
    }

    fn probe_variant_ids(&self) -> Vec<String> {
        let ParamPtr::EnumParam(parameter) = self.pointer else { return Vec::new() };
        // SAFETY: `_owner` keeps the parameter alive. Setting is reserved to the plugin's host, which is about to be
        // whoever builds the table; the value is put back.
        unsafe {
            let parameter = &*parameter;
            if parameter.unmodulated_plain_id().is_none() {
                return Vec::new();
            }
            let value = parameter.unmodulated_plain_value();
            let ids = (0..parameter.len())
                .filter_map(|index| {
                    parameter._internal_set_plain_value(i32::try_from(index).ok()?);
                    parameter.unmodulated_plain_id().map(str::to_owned)
                })
                .collect();
            parameter._internal_set_plain_value(value);
            ids
        }
    }
}

fn check_float(value: f32, (min, max): (f32, f32)) -> Result<(), StateValueError> {
    // Converting to normalized and back may leave the range by a rounding error.
    let slack = (max - min) * 1.0e-5;
    if !value.is_finite() {
        Err(StateValueError::NotFinite)
    } else if (min - slack..=max + slack).contains(&value) {
        Ok(())
    } else {
        Err(StateValueError::OutOfRange { value: value.into(), min: min.into(), max: max.into() })
    }
}

fn check_int(value: i32, (min, max): (i32, i32)) -> Result<(), StateValueError> {
    if (min..=max).contains(&value) {
        Ok(())
    } else {
        Err(StateValueError::OutOfRange { value: value.into(), min: min.into(), max: max.into() })
    }
}

fn float_ends(range: FloatRange) -> (f32, f32) {
    match range {
        FloatRange::Linear { min, max }
        | FloatRange::Skewed { min, max, .. }
        | FloatRange::SymmetricalSkewed { min, max, .. } => (min, max),
        FloatRange::Reversed(range) => float_ends(*range),
    }
}

fn int_ends(range: IntRange) -> (i32, i32) {
    match range {
        IntRange::Linear { min, max } => (min, max),
        IntRange::Reversed(range) => int_ends(*range),
    }
}

fn type_of(value: &ParamValue) -> &'static str {
    match value {
        ParamValue::F32(_) => "a float",
        ParamValue::I32(_) => "an integer",
        ParamValue::Bool(_) => "a switch",
        ParamValue::String(_) => "a text",
    }
}
