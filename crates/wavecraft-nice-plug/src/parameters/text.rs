//! Reading numbers and choices out of the texts that parameters display and people type.

use wavecraft_ipc::typed_number::plain;

/// Whether `text` is a finite number and nothing else.
pub(super) fn is_plain_number(text: &str) -> bool {
    text.trim().parse::<f32>().is_ok_and(f32::is_finite)
}

/// The number that `text` begins with, whatever unit follows it; a k after the number stands for thousands.
///
/// "20.0 Hz" is 20, "1.00 kHz" is 1000, "-3 dB" is -3; "Off" and "-inf dB" are no numbers.
pub(super) fn leading_number(text: &str) -> Option<f32> {
    number_and_unit(&plain(text)).map(|(number, _)| number)
}

/// The unit that follows the numbers in both texts, without a k for thousands. `None` if there is none, or not the same.
pub(super) fn common_unit(one: &str, other: &str) -> Option<String> {
    let ((_, unit), (_, other_unit)) = (number_and_unit(one)?, number_and_unit(other)?);
    (unit == other_unit && !unit.is_empty()).then_some(unit)
}

/// The number that `text` begins with, and the unit of it without a k for thousands.
fn number_and_unit(text: &str) -> Option<(f32, String)> {
    let text = text.trim().replace('\u{2212}', "-");
    let is_part = |character: char| character.is_ascii_digit() || matches!(character, '.' | '+' | '-');
    let end = text.find(|character| !is_part(character)).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let number: f32 = number.parse().ok()?;
    let unit = unit.trim_start();
    match unit.strip_prefix(['k', 'K']) {
        Some(of_thousands) => Some((number * 1_000.0, of_thousands.to_owned())),
        None => Some((number, unit.to_owned())),
    }
}

/// Whether the number in a typed `text` lies between the ends, whichever is the larger. A text without a number, or a
/// parameter without ends, leaves nothing to compare and passes; infinity does not.
pub(super) fn is_within(text: &str, ends: Option<(f32, f32)>) -> bool {
    let typed = text.parse().ok().or_else(|| leading_number(&text.replace(',', ".")));
    let (Some(number), Some((first, last))) = (typed, ends) else { return true };
    // What is displayed at the ends is rounded, and so is what people read off and type again.
    let slack = (last - first).abs() * 1.0e-4;
    (first.min(last) - slack..=first.max(last) + slack).contains(&number)
}

/// What follows the number that `text` begins with, without a k for thousands: the unit, as the parameter writes it.
pub(super) fn trailing_unit(text: &str) -> String {
    let text = plain(text);
    let unit = text
        .trim_start_matches(|character: char| !character.is_alphabetic() && !matches!(character, '%' | ':'));
    unit.strip_prefix('k').unwrap_or(unit).trim().to_owned()
}

/// Which choice `text` means: the whole of one in any case, or else the beginning of exactly one.
pub(super) fn find_choice(text: &str, choices: &[String]) -> Option<usize> {
    let typed = plain(text).trim().to_owned();
    if typed.is_empty() {
        return None;
    }
    let choices: Vec<String> = choices.iter().map(|choice| plain(choice)).collect();
    choices.iter().position(|choice| *choice == typed).or_else(|| {
        let mut beginnings = choices.iter().enumerate().filter(|(_, choice)| choice.starts_with(&typed));
        match (beginnings.next(), beginnings.next()) {
            (Some((index, _)), None) => Some(index),
            _ => None,
        }
    })
}

/// Which state of a switch one of the usual words means.
pub(super) fn switch_state(text: &str) -> Option<bool> {
    match plain(text).trim() {
        "on" | "true" | "yes" | "1" => Some(true),
        "off" | "false" | "no" | "0" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_up_to_their_unit() {
        assert_eq!(leading_number("20.0 Hz"), Some(20.0));
        assert_eq!(leading_number("1.00 kHz"), Some(1_000.0));
        assert_eq!(leading_number("1.00 k"), Some(1_000.0));
        assert_eq!(leading_number("-24.0 dB"), Some(-24.0));
        assert_eq!(leading_number("+6"), Some(6.0));
        assert_eq!(leading_number("\u{2212}3 dB"), Some(-3.0));
        assert_eq!(leading_number("50%"), Some(50.0));
        for text in ["", "Off", "-inf dB", "inf", "nan", "-", "1.2.3", "dB 3"] {
            assert_eq!(leading_number(text), None, "{text:?}");
        }
    }

    #[test]
    fn units_are_what_follows_the_number() {
        let units = ["20.0 kHz", "-3 dB", "50%", "4.0:1", "100", "2x"].map(trailing_unit);
        assert_eq!(units, ["hz", "db", "%", ":1", "", "x"]);
    }

    #[test]
    fn the_unit_of_a_range_is_that_of_both_its_ends() {
        assert_eq!(common_unit("20.0 Hz", "20.0 kHz").as_deref(), Some("Hz"));
        assert_eq!(common_unit("-24.0 dB", "24.0 dB").as_deref(), Some("dB"));
        assert_eq!(common_unit("0%", "100 %").as_deref(), Some("%"));
        for (one, other) in [("0", "1"), ("-inf dB", "6 dB"), ("0 ms", "1 s"), ("Off", "On")] {
            assert_eq!(common_unit(one, other), None, "{one:?} to {other:?}");
        }
    }

    #[test]
    fn only_a_bare_number_is_a_plain_number() {
        assert!(is_plain_number(" -3.5 "));
        for text in ["2x", "12 dB/oct", "Off", "inf", "NaN", ""] {
            assert!(!is_plain_number(text), "{text:?}");
        }
    }

    #[test]
    fn a_typed_number_is_compared_with_either_order_of_the_ends() {
        let ends = Some((-24.0, 24.0));
        assert!(is_within("24 dB", ends));
        assert!(is_within("1,5", Some((2.0, 1.0))));
        assert!(!is_within("25 dB", ends));
        assert!(!is_within("inf", ends) && !is_within("NaN", ends));
        assert!(is_within("loud", ends), "no number, nothing to compare");
    }

    #[test]
    fn choices_are_found_by_name_or_by_an_unmistakable_beginning() {
        let choices = ["Soft", "Tape", "Tube", "Hard"].map(str::to_owned);
        assert_eq!(find_choice("tape", &choices), Some(1));
        assert_eq!(find_choice(" HA ", &choices), Some(3));
        assert_eq!(find_choice("t", &choices), None, "two begin with t");
        assert_eq!(find_choice("", &choices), None);
    }
}
