use proptest::prelude::*;

use super::*;

/// What a text is, in a range that holds every number.
fn read(text: &str, unit: &str) -> Option<f32> {
    Some(TypedNumber::read(text, unit)?.value)
}

fn place(text: &str, unit: &str, range: [f32; 2]) -> Option<Place> {
    TypedNumber::read(text, unit)?.place(range[0], range[1])
}

#[test]
fn notations_are_read_as_they_are_meant() {
    for (text, number) in [
        ("440", 440.0),
        (" 440 ", 440.0),
        ("1.5", 1.5),
        ("1,5", 1.5),
        (".5", 0.5),
        (",5", 0.5),
        ("5.", 5.0),
        ("0,500", 0.5),
        ("1e3", 1_000.0),
        ("1.5E-1", 0.15),
        ("1.234,5", 1_234.5),
        ("1,234.5", 1_234.5),
        ("1,234,567", 1_234_567.0),
        ("1.234.567,89", 1_234_567.9),
        ("12,34,567", 1_234_567.0),
        ("1'000", 1_000.0),
        ("1\u{2019}000.5", 1_000.5),
        ("1 000", 1_000.0),
        ("1 000 000", 1_000_000.0),
        ("1\u{202f}000", 1_000.0),
        ("1\u{a0}000,5", 1_000.5),
        ("\u{200e}12\u{feff}", 12.0),
        // Full width, as an input method leaves it; digits and signs of other scripts.
        ("\u{ff11}\u{ff12}\u{ff0e}\u{ff15}", 12.5),
        ("\u{ff0d}\u{ff13}", -3.0),
        ("\u{30fc}3\u{3002}5", -3.5),
        ("\u{661}\u{662}\u{66b}\u{665}", 12.5),
        ("\u{967}\u{968}", 12.0),
        // Signs.
        ("-3", -3.0),
        ("- 3", -3.0),
        ("+3", 3.0),
        ("\u{2212}3", -3.0),
        ("\u{2013}3", -3.0),
        ("\u{2014}3", -3.0),
        ("-inf", f32::NEG_INFINITY),
        ("-Infinity", f32::NEG_INFINITY),
        ("\u{2212}\u{221e}", f32::NEG_INFINITY),
        ("inf", f32::INFINITY),
        ("1e40", f32::INFINITY),
        ("2k", 2_000.0),
        ("1,2 K", 1_200.0),
    ] {
        assert_eq!(read(text, ""), Some(number), "{text:?}");
        assert_eq!(read(text, "Hz"), Some(number), "{text:?} in Hz");
        assert_eq!(read(&format!("{text}hz"), "Hz"), Some(number), "{text:?}hz");
        assert_eq!(read(&format!("{text}\u{202f}HZ "), "Hz"), Some(number), "{text:?} HZ");
    }
}

#[test]
fn units_go_by_all_their_names() {
    for (unit, text, number) in [
        ("Hz", "1.2 kHz", 1_200.0),
        ("Hz", "1.2k hz", 1_200.0),
        ("Hz", "\u{ff12}\u{ff2b}\u{ff28}\u{ff5a}", 2_000.0),
        ("Hz", "440 hertz", 440.0),
        ("kHz", "12", 12.0),
        ("kHz", "12k", 12.0),
        ("kHz", "500 Hz", 0.5),
        (" dB", "3db", 3.0),
        ("dB", "3 DB", 3.0),
        ("dB", "3 decibels", 3.0),
        ("dBFS", "-3 dB", -3.0),
        ("%", "50%", 50.0),
        ("%", "50 \u{ff05}", 50.0),
        ("%", "50 percent", 50.0),
        ("ms", "0.5s", 500.0),
        ("ms", "2 Seconds", 2_000.0),
        ("ms", "250 \u{b5}s", 0.25),
        ("s", "250 ms", 0.25),
        ("semitones", "3 st", 3.0),
        (" semitones", "3semitones", 3.0),
        ("ct", "-3 cents", -3.0),
        ("oct", "2 octaves", 2.0),
        (":1", "4:1", 4.0),
        (":1", "4 : 1", 4.0),
        ("x", "2\u{d7}", 2.0),
        ("\u{b0}", "90 degrees", 90.0),
    ] {
        assert_eq!(read(text, unit), Some(number), "{text:?} in {unit:?}");
    }
}

#[test]
fn what_is_no_number_or_in_another_unit_is_refused() {
    for text in [
        "",
        " ",
        "-",
        "+",
        ".",
        ",",
        "Hz",
        "k",
        "loud",
        "nan",
        "NaN",
        "--3",
        "+-3",
        "3-",
        "1..5",
        "1.2.3",
        "1,2,3",
        "1,2.3.4",
        "12,50,0",
        "1 2",
        "1  000",
        "1'00",
        "01,000,000",
        "3 dB",
        "3 Hz dB",
        "3e",
        "3 m",
        "0x10",
        "1/2",
        "3 Hz 4",
        "infinite",
        "inf dB",
        "\u{1f39a}",
        "e3",
        "\u{221e}3",
    ] {
        assert_eq!(TypedNumber::read(text, "Hz"), None, "{text:?}");
    }
}

#[test]
fn the_range_says_whether_a_sign_parts_thousands() {
    let hz = [20.0, 20_000.0];
    assert_eq!(place("12,500", "Hz", hz), Some(Place::Within(12_500.0)));
    assert_eq!(place("12.500", "Hz", hz), Some(Place::Within(12_500.0)));
    assert_eq!(place("12,500 Hz", "Hz", [20_000.0, 20.0]), Some(Place::Within(12_500.0)));
    assert_eq!(place("1,500", "dB", [-24.0, 24.0]), Some(Place::Within(1.5)));
    assert_eq!(place("1,250 kHz", "Hz", hz), Some(Place::Within(1_250.0)));
    assert_eq!(place("100,000", "Hz", hz), Some(Place::Within(100.0)), "the other lies beyond");
    assert_eq!(place("100.000", "Hz", hz), Some(Place::Within(100.0)), "a point is a decimal point");
    assert_eq!(place("15,000", "ms", [10.0, 20.0]), Some(Place::Within(15.0)));
    assert_eq!(place("15,000", "", [0.0, 20_000.0]), None, "both lie within");
    assert_eq!(place("30,500", "dB", [-24.0, 24.0]), Some(Place::Above(30.5)), "either is above");
    assert_eq!(place("900,000", "Hz", [1_000.0, 20_000.0]), None, "one is below, one is above");
}

#[test]
fn whole_numbers_have_no_decimals() {
    let whole = |text| TypedNumber::read(text, "").map(|number| number.whole().value);
    assert_eq!([whole("12,500"), whole("12.500"), whole("12")], [Some(12_500.0), Some(12_500.0), Some(12.0)]);
    assert_eq!(whole("1,5"), Some(1.5), "whatever becomes of it");
}

#[test]
fn a_number_beyond_the_range_is_nearest_to_an_end() {
    let end = |text, first, last| TypedNumber::read(text, "dB")?.nearest_end(first, last);
    assert_eq!(end("30", -24.0, 24.0), Some(NormalizedValue::ONE));
    assert_eq!(end("-30 dB", -24.0, 24.0), Some(NormalizedValue::ZERO));
    assert_eq!(end("-inf", -24.0, 24.0), Some(NormalizedValue::ZERO));
    assert_eq!(end("\u{221e}", -24.0, 24.0), Some(NormalizedValue::ONE));
    assert_eq!(end("30", 24.0, -24.0), Some(NormalizedValue::ZERO), "a range that runs downwards");
    assert_eq!(end("12", -24.0, 24.0), None, "it lies within");
    assert_eq!(end("12", 6.0, 6.0), None, "a range without an extent");
    assert_eq!(end("12", f32::NAN, 24.0), None);
    assert_eq!(end("loud", -24.0, 24.0), None);
}

/// The digits of a whole number, with a sign before each three from the right.
fn grouped(digits: &str, sign: &str) -> String {
    let mut text = String::new();
    for (index, digit) in digits.char_indices() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push_str(sign);
        }
        text.push(digit);
    }
    text
}

proptest! {
    #[test]
    fn no_text_panics(text in ".*", unit in ".{0,5}", first: f32, last: f32) {
        if let Some(number) = TypedNumber::read(&text, &unit) {
            let _ = (number.place(first, last), number.nearest_end(first, last));
        }
    }

    #[test]
    fn no_text_of_what_numbers_are_made_of_panics(text in "[-+0-9.,'k e\u{2212}\u{221e}\u{ff10}-\u{ff19}\u{202f}]{0,16}") {
        if let Some(number) = TypedNumber::read(&text, "dB") {
            prop_assert!(!number.value.is_nan());
        }
    }

    #[test]
    fn every_number_is_read_as_it_was_written(value in -1.0e9_f32..1.0e9) {
        prop_assert_eq!(read(&format!("{value}"), "dB"), Some(value));
        prop_assert_eq!(read(&format!("{value:e} dB"), "dB"), Some(value));
    }

    #[test]
    fn thousands_are_read_with_each_pair_of_signs(
        whole in 1_000_u32..2_000_000_000,
        decimals in 0_u32..100,
        signs in prop::sample::select(vec![(",", "."), (".", ","), ("'", "."), ("\u{2019}", ","), (" ", ","), ("\u{202f}", ",")]),
    ) {
        let (thousands, decimal) = signs;
        let text = format!("{}{decimal}{decimals:02}", grouped(&whole.to_string(), thousands));
        let expected: f32 = format!("{whole}.{decimals:02}").parse().unwrap();
        prop_assert_eq!(read(&text, ""), Some(expected), "{}", text);
    }
}
