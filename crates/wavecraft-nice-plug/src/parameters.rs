//! A plugin's parameters in a fixed order: what they are called, what they range over, and their text both ways.
//!
//! [`ParameterTable`] is built once from [`Params::param_map`] and never changes its order or its descriptions, so an
//! index into it names the same parameter for as long as the table lives. The values themselves are the plugin's own
//! atomics: the table reads them, the host that drives the plugin writes them.
//!
//! Every value that goes in or out is normalized, in [0, 1]. Two conventions make the descriptions those that a user
//! would give:
//!
//! - The plain ends of a range are the numbers that the parameter displays there. A logarithmic frequency that nice-plug
//!   holds as log2 of hertz therefore ranges from 20 to 1,000, not from 4.3 to 10.
//! - An integer parameter whose steps are shown as words is a choice: it is presented as an enumeration.

mod live;
mod owned;
mod pending;
mod table_host;
mod text;
mod typed;

use std::collections::HashMap;
use std::sync::Arc;

use nice_plug::context::gui::GuiContext;
use nice_plug::params::internals::ParamPtr;
use nice_plug::plugin::ParamValue;
use nice_plug::prelude::{ParamFlags, Params, Plugin};
pub use wavecraft_ipc::{ParameterKind, RecallScope};

pub use live::LiveParameters;
pub(crate) use owned::StateValueError;
pub use pending::PendingValues;
pub use table_host::TableHost;

use owned::OwnedParameter;
use typed::Typed;

/// The most steps with which an integer parameter can be presented as an enumeration. Each step's text is kept.
const MAX_VARIANT_STEPS: usize = 64;

/// One parameter's description. It never changes; the parameter's value is not part of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Parameter {
    /// The stable id under which projects and states keep the value.
    pub id: String,
    /// The name that users read.
    pub name: String,
    /// What it does to the sound, in a sentence for users, where the plugin says so.
    pub description: Option<String>,
    /// The group that the parameter belongs to; nested groups are separated by slashes.
    pub group: Option<String>,
    /// What kind of control it is.
    pub kind: ParameterKind,
    /// The unit of the plain value, without surrounding spaces: the parameter's own, or else the one in its texts.
    pub unit: Option<String>,
    /// What normalized 0 displays, as a number in the parameter's base unit. Numeric kinds only.
    pub min: Option<f32>,
    /// What normalized 1 displays, as a number in the parameter's base unit. Numeric kinds only.
    pub max: Option<f32>,
    /// How many steps lie between the ends (one less than there are values). `None` when continuous.
    pub steps: Option<usize>,
    /// The text of every value, in order, of an enumeration; otherwise empty.
    pub variants: Vec<String>,
    /// The normalized default value.
    pub default: f32,
    /// Whether this is the host's bypass switch.
    pub is_bypass: bool,
    /// Whether hosts may automate it.
    pub is_automatable: bool,
    /// Whether hosts are asked not to show it.
    pub is_hidden: bool,
    /// What sets it beside the user and the host: not presets, where nice-plug's `hide_in_generic_ui` says so, and nothing
    /// if it is the bypass.
    pub recalled_by: RecallScope,
}

/// All parameters of one plugin instance, in the order of its [`Params::param_map`].
///
/// It shares ownership of the instance's parameters, which keeps them alive and their values readable for as long as
/// the table exists, even after the plugin itself is gone.
///
/// ```
/// use std::sync::Arc;
/// use nice_plug::prelude::*;
/// use wavecraft_nice_plug::parameters::ParameterTable;
///
/// #[derive(Params)]
/// struct GainParams {
///     #[id = "gain"]
///     gain: FloatParam,
/// }
///
/// let gain = FloatParam::new("Gain", 0.0, FloatRange::Linear { min: -24.0, max: 24.0 })
///     .with_unit(" dB")
///     .with_value_to_string(formatters::v2s_f32_rounded(1));
/// let table = ParameterTable::new(Arc::new(GainParams { gain }));
///
/// let index = table.index_of("gain").unwrap();
/// assert_eq!((table.get(index).unwrap().min, table.get(index).unwrap().max), (Some(-24.0), Some(24.0)));
/// assert_eq!(table.format(index, 1.0).unwrap(), "24.0 dB");
/// assert_eq!(table.parse(index, "-24 dB"), Some(0.0));
/// ```
pub struct ParameterTable {
    descriptions: Vec<Parameter>,
    owned: Vec<OwnedParameter>,
    index_by_id: HashMap<String, usize>,
    params: Arc<dyn Params>,
}

impl ParameterTable {
    /// Describes `params`. Not for the audio thread. Call it before the plugin processes: to learn the stable names of
    /// an enumeration's variants, each is set for a moment.
    pub fn new(params: Arc<dyn Params>) -> Self {
        let mut descriptions = Vec::new();
        let mut owned = Vec::new();
        let mut index_by_id = HashMap::new();
        for (id, pointer, group) in params.param_map() {
            let parameter = OwnedParameter::new(pointer, Arc::clone(&params));
            index_by_id.insert(id.clone(), descriptions.len());
            descriptions.push(describe(id, group, &parameter));
            owned.push(parameter);
        }
        Self { descriptions, owned, index_by_id, params }
    }

    /// The same with what parameters do to the sound: ids, and a sentence for users each. Not for the audio thread.
    ///
    /// An id that there is none of, and an empty sentence, say nothing.
    #[must_use]
    pub fn with_descriptions<'a>(
        mut self,
        descriptions: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Self {
        for (id, description) in descriptions.into_iter().filter(|(_, description)| !description.is_empty()) {
            let parameter = self.index_by_id.get(id).and_then(|index| self.descriptions.get_mut(*index));
            if let Some(parameter) = parameter {
                parameter.description = Some(description.to_owned());
            }
        }
        self
    }

    /// Describes the parameters of a fresh instance of `P`, for questions that concern no instance in particular. Not
    /// for the audio thread.
    pub fn of_plugin<P: Plugin>() -> Self {
        Self::new(P::default().params())
    }

    /// How many parameters there are.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub fn len(&self) -> usize {
        self.descriptions.len()
    }

    /// Whether the plugin has no parameters at all. Any thread.
    pub fn is_empty(&self) -> bool {
        self.descriptions.is_empty()
    }

    /// The descriptions, in order. Any thread.
    pub fn iter(&self) -> std::slice::Iter<'_, Parameter> {
        self.descriptions.iter()
    }

    /// The description at `index`. Any thread.
    pub fn get(&self, index: usize) -> Option<&Parameter> {
        self.descriptions.get(index)
    }

    /// Where the parameter with this id stands. Any thread.
    pub fn index_of(&self, id: &str) -> Option<usize> {
        self.index_by_id.get(id).copied()
    }

    /// The index of the parameter that this points to, if it is one of these. The pointer is only compared.
    pub fn index_of_pointer(&self, pointer: ParamPtr) -> Option<usize> {
        self.owned.iter().position(|owned| owned.is(pointer))
    }

    /// The normalized value at `index`, now.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe: one atomic load.
    pub fn value(&self, index: usize) -> Option<f32> {
        self.owned.get(index).map(OwnedParameter::normalized)
    }

    /// The normalized value at `index` as the parameter displays it, with its unit. Not for the audio thread.
    ///
    /// `None` when there is no such parameter or the value is not finite; a value beyond [0, 1] shows as the end.
    pub fn format(&self, index: usize, normalized: f32) -> Option<String> {
        let parameter = self.owned.get(index)?;
        normalized.is_finite().then(|| parameter.display(normalized.clamp(0.0, 1.0), true).trim().to_owned())
    }

    /// The normalized value that `text` means to the parameter at `index`, with or without its unit. Not for the audio
    /// thread.
    ///
    /// The parameter's own parser decides. Numbers that it does not understand are put to it again as it writes them
    /// itself, so that all notations of [`typed_number`](wavecraft_ipc::typed_number) may be typed into every parameter. Besides, variants are found in
    /// any case and by an unmistakable beginning, and switches by the usual words. `None` when the text means nothing, or
    /// a number that lies beyond what the parameter displays at its ends: [`nearest_end`](Self::nearest_end).
    pub fn parse(&self, index: usize, text: &str) -> Option<f32> {
        let (description, parameter) = (self.descriptions.get(index)?, self.owned.get(index)?);
        let typed = Typed::new(text, description, parameter);
        match description.kind {
            ParameterKind::Float | ParameterKind::Int => {
                typed.parse_number(description.min.zip(description.max))
            }
            ParameterKind::Enum => match text::find_choice(text, &description.variants) {
                Some(variant) => Some(variant as f32 / description.steps.unwrap_or(1).max(1) as f32),
                None => typed.parse_words(
                    text::is_plain_number(text).then(|| (parameter.plain(0.0), parameter.plain(1.0))),
                ),
            },
            // nice-plug's own parser takes every unknown word for "off", so only "on" is believed of it.
            ParameterKind::Bool => [0.0, 1.0]
                .into_iter()
                .find(|&state| typed.is_shown_at(state))
                .or_else(|| text::switch_state(text).map(f32::from))
                .or_else(|| typed.parse_words(None).filter(|&value| value > 0.5)),
        }
    }

    /// The end, 0 or 1, that a number is nearest to which lies beyond the range of the parameter at `index`. `None` when
    /// `text` is no such number. Not for the audio thread.
    pub fn nearest_end(&self, index: usize, text: &str) -> Option<f32> {
        let (description, parameter) = (self.descriptions.get(index)?, self.owned.get(index)?);
        Typed::new(text, description, parameter).nearest_end(description.min.zip(description.max))
    }

    /// The value that the parameter at `index` takes when it is given `normalized`: a stepped one has but some. Any
    /// thread.
    pub fn nearest(&self, index: usize, normalized: f32) -> Option<f32> {
        self.owned.get(index).map(|parameter| parameter.nearest(normalized))
    }

    /// A normalized value in the form in which nice-plug's wrappers save it. Not for the audio thread.
    ///
    /// `None` when there is no such parameter, or the value is not finite or outside [0, 1].
    pub fn state_value(&self, index: usize, normalized: f32) -> Option<ParamValue> {
        let parameter = self.owned.get(index)?;
        (0.0..=1.0).contains(&normalized).then(|| parameter.state_value_of(normalized))
    }

    /// The parameters that the table describes. Any thread.
    pub fn params(&self) -> &Arc<dyn Params> {
        &self.params
    }

    /// Tells the host that the user takes hold of the parameter at `index`. The editor's thread.
    pub(crate) fn begin_through(&self, index: usize, context: &GuiContext) {
        if let Some(parameter) = self.owned.get(index) {
            parameter.begin_through(context);
        }
    }

    /// Sets the parameter at `index` as the user's doing: the host and the DSP learn of it. The editor's thread, within
    /// a gesture.
    pub(crate) fn set_through(&self, index: usize, context: &GuiContext, normalized: f32) {
        if let Some(parameter) = self.owned.get(index) {
            parameter.set_through(context, normalized);
        }
    }

    /// Tells the host that the user lets go of the parameter at `index`. The editor's thread.
    pub(crate) fn end_through(&self, index: usize, context: &GuiContext) {
        if let Some(parameter) = self.owned.get(index) {
            parameter.end_through(context);
        }
    }

    /// The values behind the descriptions, for the modules that drive a plugin as its host.
    pub(crate) fn owned(&self) -> &[OwnedParameter] {
        &self.owned
    }
}

impl std::fmt::Debug for ParameterTable {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_list().entries(&self.descriptions).finish()
    }
}

impl<'a> IntoIterator for &'a ParameterTable {
    type Item = &'a Parameter;
    type IntoIter = std::slice::Iter<'a, Parameter>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

fn describe(id: String, group: String, parameter: &OwnedParameter) -> Parameter {
    let variants = variants(parameter);
    let kind = match parameter.kind() {
        ParameterKind::Int if !variants.is_empty() => ParameterKind::Enum,
        kind => kind,
    };
    let (min, max) = match kind {
        ParameterKind::Float | ParameterKind::Int => {
            let (min, max) =
                displayed_ends(parameter).unwrap_or_else(|| (parameter.plain(0.0), parameter.plain(1.0)));
            (Some(min), Some(max))
        }
        ParameterKind::Bool | ParameterKind::Enum => (None, None),
    };
    let flags = parameter.flags();
    let unit = match (kind, parameter.unit().trim()) {
        (ParameterKind::Float | ParameterKind::Int, "") => {
            text::common_unit(&parameter.display(0.0, false), &parameter.display(1.0, false))
        }
        (_, "") => None,
        (_, unit) => Some(unit.to_owned()),
    };
    Parameter {
        id,
        name: parameter.name().to_owned(),
        description: None,
        group: (!group.is_empty()).then_some(group),
        kind,
        unit,
        min,
        max,
        steps: parameter.steps(),
        variants,
        default: parameter.default_normalized(),
        is_bypass: flags.contains(ParamFlags::BYPASS),
        is_automatable: !flags.intersects(ParamFlags::NON_AUTOMATABLE | ParamFlags::HIDDEN),
        is_hidden: flags.contains(ParamFlags::HIDDEN),
        recalled_by: if flags.contains(ParamFlags::BYPASS) {
            RecallScope::Nothing
        } else if flags.contains(ParamFlags::HIDE_IN_GENERIC_UI) {
            RecallScope::Slots
        } else {
            RecallScope::Everything
        },
    }
}

/// The texts of all steps when they are a choice among words, otherwise none: numbers, or the plain values with a unit.
fn variants(parameter: &OwnedParameter) -> Vec<String> {
    let is_enum = parameter.kind() == ParameterKind::Enum;
    let steps = match (parameter.kind(), parameter.steps()) {
        (ParameterKind::Enum, Some(steps)) => steps,
        (ParameterKind::Int, Some(steps)) if (1..=MAX_VARIANT_STEPS).contains(&steps) => steps,
        _ => return Vec::new(),
    };
    let place = |step: usize| step as f32 / steps.max(1) as f32;
    let texts: Vec<String> =
        (0..=steps).map(|step| parameter.display(place(step), false).trim().to_owned()).collect();
    let are_values = || {
        texts.iter().enumerate().all(|(step, text)| {
            let is_value = |number: f32| (number - parameter.plain(place(step))).abs() < 0.5;
            text::leading_number(text).is_some_and(is_value) && text::common_unit(text, &texts[0]).is_some()
        })
    };
    let are_numbers = texts.iter().all(|text| text::is_plain_number(text)) || are_values();
    if is_enum || !are_numbers { texts } else { Vec::new() }
}

/// The numbers that the parameter shows at its ends. `None` unless both are numbers: one of each kind of scale would
/// be no range.
fn displayed_ends(parameter: &OwnedParameter) -> Option<(f32, f32)> {
    let end = |normalized| text::leading_number(&parameter.display(normalized, false));
    end(0.0).zip(end(1.0))
}

#[cfg(test)]
mod tests;
