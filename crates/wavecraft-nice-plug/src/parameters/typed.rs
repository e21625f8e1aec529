//! A text that was typed for one parameter of any plugin, and what the parameter's own parser makes of it.

use std::cmp::Ordering;
use std::panic::{AssertUnwindSafe, catch_unwind};

use wavecraft_ipc::NormalizedValue;
use wavecraft_ipc::typed_number::{Place, TypedNumber, plain};

use super::owned::OwnedParameter;
use super::{Parameter, ParameterKind, text};

/// A text that was typed for a parameter.
pub(super) struct Typed<'a> {
    text: &'a str,
    parameter: &'a OwnedParameter,
    /// The unit in which the parameter shows its numbers.
    unit: String,
    /// Whether all of them are whole.
    is_whole: bool,
}

/// A typed number, and what the parameter shows at its ends.
#[derive(Clone, Copy)]
struct Ranged {
    number: TypedNumber,
    first: f32,
    last: f32,
}

impl Ranged {
    /// The number itself, within the range or not. `None` when it may be two.
    fn value(self) -> Option<f32> {
        self.number.place(self.first, self.last).map(|place| match place {
            Place::Within(value) | Place::Below(value) | Place::Above(value) => value,
        })
    }
}

impl<'a> Typed<'a> {
    pub(super) fn new(text: &'a str, description: &Parameter, parameter: &'a OwnedParameter) -> Self {
        // Some parameters write their unit themselves.
        let unit = match &description.unit {
            Some(unit) => unit.clone(),
            None => text::trailing_unit(&parameter.display(1.0, false)),
        };
        let is_whole = description.kind == ParameterKind::Int;
        Self { text: text.trim(), parameter, unit, is_whole }
    }

    /// The normalized value that the text means to a parameter which shows these numbers at its ends.
    pub(super) fn parse_number(&self, ends: Option<(f32, f32)>) -> Option<f32> {
        let Some(number) = self.number(self.text, ends) else {
            return self.parse_words(ends).or_else(|| self.end_that_shows(None));
        };
        // A parser of the plugin's own may take a part of a number for the whole, so the number as it is written by
        // programs comes first.
        let value = number.value()?;
        let written = [format!("{value}{}", self.parameter.unit()), format!("{value}")];
        let mut notations = written.into_iter().chain(self.notations());
        let parsed =
            notations.find_map(|text| self.ask(&text).filter(|&parsed| self.agrees(parsed, number, value)));
        parsed.or_else(|| self.end_that_shows(Some(number)))
    }

    /// The end, 0 or 1, that the number is nearest to if it lies beyond the range.
    pub(super) fn nearest_end(&self, ends: Option<(f32, f32)>) -> Option<f32> {
        let Ranged { number, first, last } = self.number(self.text, ends)?;
        // Where neither end is shown as a number, numbers are not what the parameter is about.
        if ![0.0, 1.0].iter().any(|&end| self.shows_number(end)) {
            return None;
        }
        number.nearest_end(first, last).map(NormalizedValue::get)
    }

    /// What the parameter's own parser makes of the text; not what it has moved to an end because it lies beyond.
    pub(super) fn parse_words(&self, ends: Option<(f32, f32)>) -> Option<f32> {
        let is_taken = |&value: &f32| {
            let is_end = value <= 0.0 || value >= 1.0;
            !is_end || self.is_shown_at(value) || text::is_within(self.text, ends)
        };
        self.notations().filter_map(|text| self.ask(&text)).find(is_taken)
    }

    /// Whether the parameter shows the very text at a normalized value, with or without the unit.
    pub(super) fn is_shown_at(&self, normalized: f32) -> bool {
        let typed = plain(self.text);
        let shows = |with_unit| plain(self.parameter.display(normalized, with_unit).trim()) == typed;
        shows(true) || shows(false)
    }

    fn shows_number(&self, normalized: f32) -> bool {
        text::leading_number(&self.parameter.display(normalized, false)).is_some()
    }

    /// The text as it would have been typed on a plain keyboard, if it was not, and as it was.
    fn notations(&self) -> impl Iterator<Item = String> + use<> {
        let plain = (!self.text.is_ascii()).then(|| plain(self.text));
        plain.into_iter().chain([self.text.to_owned()])
    }

    /// What the parameter's own parser makes of a text.
    fn ask(&self, text: &str) -> Option<f32> {
        let parse = || self.parameter.parse(text);
        // nice-plug's parser of keys, and so that of frequencies, panics where a character has several bytes.
        let parsed =
            if text.is_ascii() { parse() } else { catch_unwind(AssertUnwindSafe(parse)).unwrap_or_default() };
        parsed.filter(|value| (0.0..=1.0).contains(value))
    }

    /// Whether a parser has taken a number for what it is: some leave out a "k", or read up to the first comma, and all of
    /// nice-plug's move to an end what lies beyond it.
    fn agrees(&self, parsed: f32, number: Ranged, value: f32) -> bool {
        if self.is_shown_at(parsed) {
            return true;
        }
        let Ranged { first, last, .. } = number;
        let extent = (last - first).abs();
        // What is displayed at the ends is rounded, and so is what people read off and type again. Whole numbers are not.
        let slack = if self.is_whole { 0.0 } else { extent * 1.0e-4 };
        let is_at = |end: f32| (value - end).abs() <= slack;
        if (parsed <= 0.0 && !is_at(first)) || (parsed >= 1.0 && !is_at(last)) {
            return false;
        }
        // Where an end shows no number, what the parameter shows is on another scale than its ends.
        if ![0.0, 1.0].iter().all(|&end| self.shows_number(end)) {
            return true;
        }
        // Steps and rounding may make another number of it, but none of another size.
        let shown = self.number(&self.parameter.display(parsed, false), Some((first, last)));
        shown
            .and_then(Ranged::value)
            .is_none_or(|shown| (shown - value).abs() <= 0.1 * shown.abs().max(value.abs()) + 0.02 * extent)
    }

    /// The end that shows this text or this number. What it shows is rounded or infinite, and the parameter's own parser
    /// may refuse it.
    fn end_that_shows(&self, number: Option<Ranged>) -> Option<f32> {
        let shows_number = |end: f32| {
            let number = number?;
            let shown =
                self.number(&self.parameter.display(end, false), Some((number.first, number.last)))?;
            Some(shown.value()?.partial_cmp(&number.value()?) == Some(Ordering::Equal))
        };
        [0.0, 1.0].into_iter().find(|&end| self.is_shown_at(end) || shows_number(end) == Some(true))
    }

    fn number(&self, text: &str, ends: Option<(f32, f32)>) -> Option<Ranged> {
        let (first, last) = ends?;
        let number = TypedNumber::read(text, &self.unit)?;
        Some(Ranged { number: if self.is_whole { number.whole() } else { number }, first, last })
    }
}
