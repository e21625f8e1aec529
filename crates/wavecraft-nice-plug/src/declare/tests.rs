//! Texts of every kind, as a host hands them to the parameter: typed by people, and shown by the parameter itself.

use std::ops::RangeInclusive;

use nice_plug::prelude::Param;
use proptest::prelude::*;

use super::*;

#[derive(Clone, Copy, PartialEq)]
struct Slope(u8);

impl Choose for Slope {
    const CHOICES: &'static [(Self, &'static str)] =
        &[(Self(0), "Off"), (Self(12), "12 dB/oct"), (Self(24), "24 dB/oct"), (Self(48), "48 dB/oct")];
}

/// What the parameter shows once `text` has been typed into it, with its unit; `None` if it is refused.
fn shown_for(parameter: &impl Param, text: &str) -> Option<String> {
    parameter.string_to_normalized_value(text).map(|value| shown(parameter, value))
}

fn shown(parameter: &impl Param, normalized: f32) -> String {
    parameter.normalized_value_to_string(normalized, true).trim().to_owned()
}

fn each_is_shown_as(parameter: &impl Param, expected: &str, texts: &[&str]) {
    for text in texts {
        assert_eq!(shown_for(parameter, text).as_deref(), Some(expected), "{text:?}");
    }
}

fn each_is_refused(parameter: &impl Param, texts: &[&str]) {
    for text in texts {
        assert_eq!(shown_for(parameter, text), None, "{text:?}");
    }
}

#[test]
fn decibels_are_typed_in_any_notation() {
    let gain = decibels("Gain", -24.0..=24.0, 0.0);
    let texts =
        ["-3", "-3dB", " -3 DB ", "\u{2212}3", "\u{2013}3 dB", "- 3", "-3,0", "-3.000", "-3\u{202f}dB"];
    each_is_shown_as(gain.nice_plug(), "-3.0 dB", &texts);
    each_is_shown_as(gain.nice_plug(), "-3.0 dB", &["\u{ff0d}\u{ff13}\u{ff44}\u{ff22}", "-3 decibels"]);
    each_is_shown_as(gain.nice_plug(), "1.5 dB", &["1,5", "+1.5", "1,500", "1.500 dB", ".15e1"]);
    each_is_refused(gain.nice_plug(), &["24.1", "30", "-inf", "1,000,000", "3 Hz", "3 %", "loud", ""]);
}

#[test]
fn frequencies_are_typed_in_any_notation() {
    let corner = frequency("Corner", 20.0..=20_000.0, 1_000.0);
    let texts = [
        "12,500",
        "12.500",
        "12'500",
        "12 500 Hz",
        "12\u{202f}500",
        "12\u{a0}500,0 Hz",
        "12,500.0",
        "12.500,0",
    ];
    each_is_shown_as(corner.nice_plug(), "12.5 kHz", &texts);
    let texts = [
        "12.5k",
        "12,5 K",
        "12.5kHz",
        "12.5 KHZ",
        "12.5 k Hz",
        "12500hz",
        "12500 Hertz",
        "\u{ff11}\u{ff12}\u{ff0e}\u{ff15}\u{ff4b}",
    ];
    each_is_shown_as(corner.nice_plug(), "12.5 kHz", &texts);
    each_is_refused(corner.nice_plug(), &["10", "21k", "-440", "440 dB", "12,50,0", "4 40", "-\u{221e}"]);
}

#[test]
fn times_are_typed_in_any_notation() {
    let attack = time("Attack", 0.1..=2_000.0, 10.0);
    let texts = ["1200", "1200ms", "1'200 MS", "1.2 s", "1,2s", "1.2 Seconds", "1 200", "1,200.0", "1.2k"];
    each_is_shown_as(attack.nice_plug(), "1200 ms", &texts);
    each_is_shown_as(
        attack.nice_plug(),
        "0.50 ms",
        &["0.5", "0,500", "500 \u{b5}s", "500us", "\u{ff10}.\u{ff15}"],
    );
    each_is_refused(attack.nice_plug(), &["3 s", "0", "1,200", "-1", "12 Hz"]);
}

#[test]
fn percents_are_typed_in_any_notation() {
    let mix = percent("Mix", 100.0);
    let texts = ["50", "50%", "50 %", "50\u{202f}%", "50,0", "\u{ff15}\u{ff10}\u{ff05}", "50 Percent", "5e1"];
    each_is_shown_as(mix.nice_plug(), "50 %", &texts);
    each_is_refused(mix.nice_plug(), &["101", "-1 %", "1k", "inf", "50 dB"]);
}

#[test]
fn numbers_are_typed_with_a_unit_of_their_own() {
    let pitch = number("Pitch", -24.0..=24.0, 0.0, " semitones");
    each_is_shown_as(
        pitch.nice_plug(),
        "-7.00 semitones",
        &["-7", "\u{2212}7", "-7semitones", "-7 Semitones", "-7 st"],
    );
    let ratio = number("Ratio", 1.0..=20.0, 2.0, ":1");
    assert_eq!(shown_for(ratio.nice_plug(), "4:1"), shown_for(ratio.nice_plug(), "4"));
    let count = number("Count", 0.0..=50_000.0, 2.0, "");
    each_is_shown_as(count.nice_plug(), "12500.00", &["12.500,0", "12'500", "12.5k", "12,500.00"]);
    each_is_refused(count.nice_plug(), &["12,500"]);
}

#[test]
fn ratios_reach_from_one_to_infinity() {
    let ratio = ratio("Ratio", 4.0);
    assert!((ratio.value() - 4.0).abs() < 1e-5, "{}", ratio.value());
    each_is_shown_as(ratio.nice_plug(), "2.5:1", &["2.5", "2,5", "2.5:1", "2.5 : 1", "2.50:1"]);
    each_is_shown_as(ratio.nice_plug(), "1.0:1", &["1", "1:1"]);
    each_is_shown_as(ratio.nice_plug(), "20:1", &["20", "20:1", "20.2"]);
    each_is_shown_as(ratio.nice_plug(), "\u{221e}:1", &["inf", "\u{221e}", "\u{221e}:1", "Infinity", "1e9"]);
    each_is_refused(ratio.nice_plug(), &["0.5", "0", "-4", "1:4", "4 dB", "", "steep"]);
    // Two to one takes half of a change away, and is in the middle of the travel.
    assert_eq!(
        [0.0, 0.5, 0.75, 1.0].map(|place| shown(ratio.nice_plug(), place)),
        ["1.0:1", "2.0:1", "4.0:1", "\u{221e}:1"]
    );
    assert!(self::ratio("Limit", f32::INFINITY).value().is_infinite());
}

#[test]
fn whole_numbers_are_typed_with_a_unit_of_their_own() {
    let interval = integer("Interval", -24..=24, 0, "semitones");
    each_is_shown_as(
        interval.nice_plug(),
        "-7 semitones",
        &["-7", "\u{2212}7", "-7semitones", "-7 Semitones", "-7 st", "-7.2", "-7,0"],
    );
    each_is_shown_as(interval.nice_plug(), "24 semitones", &["24", "24.4"]);
    each_is_refused(interval.nice_plug(), &["25", "-24.6", "fifth", "", "3 Hz"]);
    assert_eq!(shown_for(integer("Voices", 1..=4, 1, "").nice_plug(), "3").as_deref(), Some("3"));
}

#[test]
fn choices_and_switches_are_typed_in_any_width_and_case() {
    let slope = choice("Slope", Slope(0));
    each_is_shown_as(
        slope.nice_plug(),
        "12 dB/oct",
        &["12", "12DB", "12\u{a0}dB/oct", "\u{ff11}\u{ff12} dB"],
    );
    each_is_refused(slope.nice_plug(), &["36", "", "dB"]);
    let switch = toggle("Switch", false);
    each_is_shown_as(switch.nice_plug(), "On", &["on", "YES", "\u{ff11}", "\u{3000}true"]);
    each_is_refused(switch.nice_plug(), &["2", "", "perhaps"]);
}

/// A range of which both ends need rounding to be shown.
fn range(lowest: f32, highest: f32) -> impl Strategy<Value = RangeInclusive<f32>> {
    (lowest..highest, lowest..highest)
        .prop_map(|(one, other)| one.min(other)..=one.max(other))
        .prop_filter("it has an extent", |range| {
            range.start() * 1.001 < *range.end() && range.end() - range.start() > 0.1
        })
}

/// Whether what the parameter shows may be typed, and is shown again.
fn is_typed_as_it_is_shown(parameter: &impl Param, normalized: f32) -> Result<(), TestCaseError> {
    let text = shown(parameter, normalized);
    prop_assert_eq!(shown_for(parameter, &text), Some(text.clone()));
    let without_unit = parameter.normalized_value_to_string(normalized, false);
    prop_assert_eq!(shown_for(parameter, &without_unit), Some(text));
    Ok(())
}

/// Whether no value comes of a text but one that the parameter may have.
fn is_read_or_refused(parameter: &impl Param, text: &str) -> Result<(), TestCaseError> {
    let value = parameter.string_to_normalized_value(text);
    prop_assert!(value.is_none_or(|value| (0.0..=1.0).contains(&value)), "{:?}", value);
    Ok(())
}

proptest! {
    #[test]
    fn what_decibels_show_may_be_typed(range in range(-90.0, 48.0), value in 0.0_f32..=1.0) {
        let start = *range.start();
        is_typed_as_it_is_shown(decibels("Gain", range, start).nice_plug(), value)?;
    }

    #[test]
    fn what_frequencies_show_may_be_typed(range in range(1.0, 30_000.0), value in 0.0_f32..=1.0) {
        let start = *range.start();
        is_typed_as_it_is_shown(frequency("Corner", range, start).nice_plug(), value)?;
    }

    #[test]
    fn what_times_show_may_be_typed(range in range(0.01, 10_000.0), value in 0.0_f32..=1.0) {
        let start = *range.start();
        is_typed_as_it_is_shown(time("Attack", range, start).nice_plug(), value)?;
    }

    #[test]
    fn what_numbers_show_may_be_typed(
        range in range(-1.0e4, 1.0e4),
        value in 0.0_f32..=1.0,
        unit in prop::sample::select(vec!["", " semitones", "x", ":1", "%", " kHz"]),
    ) {
        let start = *range.start();
        is_typed_as_it_is_shown(number("Number", range, start, unit).nice_plug(), value)?;
    }

    #[test]
    fn what_percents_ratios_choices_and_switches_show_may_be_typed(value in 0.0_f32..=1.0) {
        is_typed_as_it_is_shown(percent("Mix", 0.0).nice_plug(), value)?;
        is_typed_as_it_is_shown(ratio("Ratio", 1.0).nice_plug(), value)?;
        is_typed_as_it_is_shown(choice("Slope", Slope(0)).nice_plug(), value)?;
        is_typed_as_it_is_shown(toggle("Switch", false).nice_plug(), value)?;
    }

    #[test]
    fn any_text_is_read_or_refused(text in prop_oneof![".*", "[-+0-9.,'k e%\u{ff10}-\u{ff19}\u{221e}]{0,12}"]) {
        is_read_or_refused(decibels("Gain", -24.0..=24.0, 0.0).nice_plug(), &text)?;
        is_read_or_refused(frequency("Corner", 20.0..=20_000.0, 20.0).nice_plug(), &text)?;
        is_read_or_refused(time("Attack", 0.1..=2_000.0, 10.0).nice_plug(), &text)?;
        is_read_or_refused(percent("Mix", 100.0).nice_plug(), &text)?;
        is_read_or_refused(ratio("Ratio", 4.0).nice_plug(), &text)?;
        is_read_or_refused(number("Pitch", -24.0..=24.0, 0.0, " semitones").nice_plug(), &text)?;
        is_read_or_refused(choice("Slope", Slope(0)).nice_plug(), &text)?;
        is_read_or_refused(toggle("Switch", false).nice_plug(), &text)?;
    }
}
