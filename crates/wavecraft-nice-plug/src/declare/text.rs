//! Parameter values as text: what the user reads and may type.
//!
//! Texts have their unit within them, and parameters have none apart: VST3 hands text and unit to the host separately, and
//! hosts show them with a blank between them, without one, or the text alone.

use std::ops::RangeInclusive;

use wavecraft_ipc::typed_number::{self, Place, TypedNumber};

/// `value` with `decimals` digits after the point, and never "-0".
pub(super) fn format_fixed(value: f32, decimals: usize) -> String {
    let text = format!("{value:.decimals$}");
    match text.strip_prefix('-') {
        Some(digits) if digits.bytes().all(|byte| matches!(byte, b'0' | b'.')) => digits.to_owned(),
        _ => text,
    }
}

/// A number with its unit, if it has one: "-3.0 dB", "4.00".
pub(super) fn with_unit(number: &str, unit: &str) -> String {
    if unit.is_empty() { number.to_owned() } else { format!("{number} {unit}") }
}

/// A frequency: "141 Hz", "1.20 kHz".
pub(super) fn format_hz(hz: f32) -> String {
    // The limits are where rounding reaches the next notation.
    match hz {
        ..99.95 => format!("{hz:.1} Hz"),
        ..999.5 => format!("{hz:.0} Hz"),
        ..9_995.0 => format!("{:.2} kHz", hz / 1_000.0),
        _ => format!("{:.1} kHz", hz / 1_000.0),
    }
}

/// A duration in milliseconds, without the unit: "0.50", "12.0", "1200".
pub(super) fn format_ms(ms: f32) -> String {
    // The limits are where rounding reaches the next notation.
    match ms {
        ..9.995 => format!("{ms:.2}"),
        ..99.95 => format!("{ms:.1}"),
        _ => format!("{ms:.0}"),
    }
}

/// A number as people type it, with or without its unit: [`TypedNumber`]. `None` when it is no number or lies outside the
/// range.
///
/// What an end of the range shows is rounded, and may lie beyond the end itself. It means the end all the same, like all
/// that would be shown as the end is; `show` is how the parameter shows a number.
pub(super) fn parse_within(
    text: &str,
    unit: &str,
    range: &RangeInclusive<f32>,
    show: impl Fn(f32) -> String,
) -> Option<f32> {
    let (min, max) = (*range.start(), *range.end());
    match TypedNumber::read(text, unit)?.place(min, max)? {
        Place::Within(value) => Some(value),
        Place::Below(value) => (show(value) == show(min)).then_some(min),
        Place::Above(value) => (show(value) == show(max)).then_some(max),
    }
}

/// Which of `choices` is meant by `text`: the whole of it or an unmistakable beginning, in any case, with or without
/// spaces; "12" means "12 dB/oct".
pub(super) fn parse_choice<'a>(text: &str, choices: impl Iterator<Item = &'a str>) -> Option<usize> {
    let plain = |text: &str| typed_number::plain(text).replace(' ', "");
    let typed = plain(text);
    let matches = |choice: &str| {
        let choice = plain(choice);
        (choice == typed, !typed.is_empty() && choice.starts_with(&typed))
    };
    let mut beginnings = Vec::new();
    for (index, choice) in choices.enumerate() {
        match matches(choice) {
            (true, _) => return Some(index),
            (_, true) => beginnings.push(index),
            _ => {}
        }
    }
    match beginnings[..] {
        [only] => Some(only),
        _ => None,
    }
}

/// A switch's state in any of the usual words.
pub(super) fn parse_switch(text: &str) -> Option<bool> {
    match typed_number::plain(text).trim() {
        "on" | "true" | "yes" | "1" => Some(true),
        "off" | "false" | "no" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_has_no_sign() {
        assert_eq!(format_fixed(-0.04, 1), "0.0");
        assert_eq!(format_fixed(-0.06, 1), "-0.1");
    }

    #[test]
    fn frequencies_change_notation_where_rounding_does() {
        assert_eq!(format_hz(20.0), "20.0 Hz");
        assert_eq!(format_hz(99.96), "100 Hz");
        assert_eq!(format_hz(999.6), "1.00 kHz");
        assert_eq!(format_hz(1_234.0), "1.23 kHz");
        assert_eq!(format_hz(20_000.0), "20.0 kHz");
    }

    #[test]
    fn durations_are_shown_in_milliseconds() {
        assert_eq!([0.5, 12.0, 99.96, 1_200.0].map(format_ms), ["0.50", "12.0", "100", "1200"]);
    }

    #[test]
    fn what_an_end_shows_means_the_end() {
        let parse = |text| parse_within(text, "dB", &(-23.96..=24.04), |db| format_fixed(db, 1));
        assert_eq!(
            [parse("-24.0 dB"), parse("24.0"), parse("24,04")],
            [Some(-23.96), Some(24.0), Some(24.04)]
        );
        assert_eq!([parse("24.045"), parse("24.06"), parse("-24.1")], [Some(24.04), None, None]);
    }

    #[test]
    fn what_is_no_number_or_out_of_range_is_refused() {
        for text in ["", "dB", "loud", "nan", "inf", "-inf", "24.1", "1e40", "3 Hz"] {
            let parsed = parse_within(text, "dB", &(-24.0..=24.0), |db| format_fixed(db, 1));
            assert_eq!(parsed, None, "{text:?}");
        }
    }

    #[test]
    fn choices_parse_by_name_number_or_beginning() {
        let slope = |text| parse_choice(text, ["Off", "12 dB/oct", "24 dB/oct", "48 dB/oct"].into_iter());
        assert_eq!(slope("off"), Some(0));
        assert_eq!(slope("12"), Some(1));
        assert_eq!(slope("24dB"), Some(2));
        assert_eq!(slope("48 dB/oct"), Some(3));
        let character = |text| parse_choice(text, ["Soft", "Tape", "Tube", "Hard"].into_iter());
        assert_eq!(character("TAPE"), Some(1));
        assert_eq!(character("\u{ff34}\u{ff41}\u{ff50}\u{ff45}"), Some(1), "full width");
        assert_eq!(slope("\u{ff11}\u{ff12}\u{3000}dB"), Some(1));
        assert_eq!(character("t"), None, "two begin with t");
        assert_eq!(character(""), None);
        assert_eq!(parse_choice("4\u{d7}", ["Off", "2x", "4x", "8x"].into_iter()), Some(2));
    }

    #[test]
    fn switches_parse_and_refuse() {
        assert_eq!(parse_switch(" On"), Some(true));
        assert_eq!(parse_switch("0"), Some(false));
        assert_eq!(parse_switch("\u{ff2f}\u{ff4e}"), Some(true), "full width");
        assert_eq!(parse_switch("perhaps"), None);
    }
}
