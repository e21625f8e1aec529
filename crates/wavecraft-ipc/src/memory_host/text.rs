//! Text for values when no plugin is at hand to ask. It knows the ends of a range and takes it as linear.

use crate::parameter::{ParameterInfo, ParameterKind};
use crate::typed_number::{Place, TypedNumber, plain};
use crate::value::NormalizedValue;

/// The text of `value`, with the unit.
pub(super) fn format(info: &ParameterInfo, value: NormalizedValue) -> String {
    match info.kind {
        ParameterKind::Bool => if value.get() < 0.5 { "Off" } else { "On" }.to_owned(),
        ParameterKind::Enum => match info.variants.as_deref() {
            Some(variants) if !variants.is_empty() => {
                let last = variants.len() - 1;
                variants[((value.get() * last as f32).round() as usize).min(last)].clone()
            }
            _ => number(info, value, 0),
        },
        ParameterKind::Int => number(info, value, 0),
        ParameterKind::Float => number(info, value, 2),
    }
}

/// The value that `text` means, with or without the unit; `None` when it means none.
pub(super) fn parse(info: &ParameterInfo, text: &str) -> Option<NormalizedValue> {
    if info.kind == ParameterKind::Bool {
        return match plain(text).trim() {
            "off" | "false" | "no" | "0" => Some(NormalizedValue::ZERO),
            "on" | "true" | "yes" | "1" => Some(NormalizedValue::ONE),
            _ => None,
        };
    }
    if let Some(variants) = info.variants.as_deref().filter(|variants| !variants.is_empty()) {
        let typed = plain(text);
        let position = variants.iter().position(|variant| plain(variant).trim() == typed.trim())?;
        let last = (variants.len() - 1).max(1);
        return Some(NormalizedValue::clamped(position as f32 / last as f32));
    }
    let (min, max) = range(info);
    let normalized = |value: f32| ((f64::from(value) - min) / (max - min)) as f32;
    match typed_number(info, text)?.place(min as f32, max as f32)? {
        // An empty range would give NaN, which is no normalized value.
        Place::Within(value) => NormalizedValue::new(normalized(value)).ok(),
        // What an end shows is rounded, and may be typed.
        Place::Below(value) | Place::Above(value) => {
            let end = NormalizedValue::clamped(normalized(value));
            (format(info, end) == shown(info, value.into(), decimals(info))).then_some(end)
        }
    }
}

/// The end of the range that a number beyond it is nearest to. `None` when `text` is no such number.
pub(super) fn nearest_end(info: &ParameterInfo, text: &str) -> Option<NormalizedValue> {
    if !matches!(info.kind, ParameterKind::Float | ParameterKind::Int) {
        return None;
    }
    let (min, max) = range(info);
    typed_number(info, text)?.nearest_end(min as f32, max as f32)
}

fn typed_number(info: &ParameterInfo, text: &str) -> Option<TypedNumber> {
    let number = TypedNumber::read(text, info.unit.as_deref().unwrap_or_default())?;
    Some(if info.kind == ParameterKind::Int { number.whole() } else { number })
}

fn decimals(info: &ParameterInfo) -> usize {
    if info.kind == ParameterKind::Float { 2 } else { 0 }
}

fn number(info: &ParameterInfo, value: NormalizedValue, decimals: usize) -> String {
    let (min, max) = range(info);
    shown(info, min + f64::from(value.get()) * (max - min), decimals)
}

fn shown(info: &ParameterInfo, plain: f64, decimals: usize) -> String {
    let text = format!("{plain:.decimals$}");
    // A small negative number rounds to "-0.00".
    let is_zero = text.bytes().all(|byte| matches!(byte, b'-' | b'0' | b'.'));
    let text = if is_zero { text.trim_start_matches('-') } else { &text };
    match info.unit.as_deref() {
        Some(unit) => format!("{text} {}", unit.trim()),
        None => text.to_owned(),
    }
}

fn range(info: &ParameterInfo) -> (f64, f64) {
    (info.min.map_or(0.0, f64::from), info.max.map_or(1.0, f64::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gain() -> ParameterInfo {
        let mut info = ParameterInfo::new("gain", "Gain", ParameterKind::Float, NormalizedValue::ZERO);
        (info.min, info.max, info.unit) = (Some(-24.0), Some(24.0), Some("dB".to_owned()));
        info
    }

    fn at(value: f32) -> NormalizedValue {
        NormalizedValue::new(value).unwrap()
    }

    #[test]
    fn numbers_carry_their_unit_and_no_negative_zero() {
        assert_eq!(format(&gain(), at(0.0)), "-24.00 dB");
        assert_eq!(format(&gain(), at(0.499_99)), "0.00 dB");
        assert_eq!(format(&gain(), at(1.0)), "24.00 dB");
    }

    #[test]
    fn numbers_parse_with_or_without_their_unit() {
        for text in ["12", "12 dB", " 12db ", "+12.0 DB"] {
            assert_eq!(parse(&gain(), text), Some(at(0.75)), "{text}");
        }
        for text in ["", "dB", "24.1", "-1e9", "nan", "inf", "12 Hz", "\u{1f39a}"] {
            assert_eq!(parse(&gain(), text), None, "{text}");
        }
    }

    #[test]
    fn numbers_parse_as_people_type_them() {
        for text in ["12,0", "\u{ff11}\u{ff12}\u{3000}\u{ff24}\u{ff22}", "12\u{202f}dB"] {
            assert_eq!(parse(&gain(), text), Some(at(0.75)), "{text}");
        }
        assert_eq!(parse(&gain(), "\u{2212}12 dB"), Some(at(0.25)));
        let mut corner = gain();
        (corner.min, corner.max, corner.unit) = (Some(0.0), Some(20_000.0), Some("Hz".to_owned()));
        corner.kind = ParameterKind::Int;
        for text in ["15,000", "15.000", "15 k", "15khz", "15'000 Hz", "15 000", "15.000,0 Hz", "15,000.0"] {
            assert_eq!(parse(&corner, text), Some(at(0.75)), "{text}");
        }
    }

    #[test]
    fn numbers_beyond_the_range_are_nearest_to_an_end() {
        for (text, end) in [("30", 1.0), ("-30 dB", 0.0), ("-inf", 0.0), ("\u{221e} dB", 1.0), ("24.1", 1.0)]
        {
            assert_eq!((parse(&gain(), text), nearest_end(&gain(), text)), (None, Some(at(end))), "{text}");
        }
        for text in ["12", "loud", "30 Hz"] {
            assert_eq!(nearest_end(&gain(), text), None, "{text}");
        }
        let switch = ParameterInfo::new("on", "On", ParameterKind::Bool, NormalizedValue::ZERO);
        assert_eq!(nearest_end(&switch, "2"), None, "a switch has no range");
    }

    proptest::proptest! {
        #[test]
        fn what_is_shown_may_be_typed(
            min in -1.0e4_f32..1.0e4, extent in 0.1_f32..1.0e4, value in 0.0_f32..=1.0, is_int: bool,
        ) {
            let mut info = gain();
            info.kind = if is_int { ParameterKind::Int } else { ParameterKind::Float };
            (info.min, info.max) = (Some(min), Some(min + extent));
            let text = format(&info, at(value));
            proptest::prop_assert_eq!(parse(&info, &text).map(|value| format(&info, value)), Some(text));
        }
    }

    #[test]
    fn an_empty_range_has_no_values_to_type() {
        let mut info = gain();
        info.min = info.max;
        assert_eq!(parse(&info, "24"), None);
        assert_eq!(format(&info, at(0.3)), "24.00 dB");
    }

    #[test]
    fn switches_and_lists_go_by_their_words() {
        let switch = ParameterInfo::new("on", "On", ParameterKind::Bool, NormalizedValue::ZERO);
        assert_eq!(format(&switch, at(1.0)), "On");
        assert_eq!(parse(&switch, "OFF"), Some(at(0.0)));
        assert_eq!(parse(&switch, "maybe"), None);

        let mut list = ParameterInfo::new("slope", "Slope", ParameterKind::Enum, NormalizedValue::ZERO);
        list.variants = Some(["Off", "12 dB", "24 dB"].map(str::to_owned).to_vec());
        assert_eq!(format(&list, at(0.5)), "12 dB");
        assert_eq!(parse(&list, "24 db"), Some(at(1.0)));
        assert_eq!(parse(&list, "36 dB"), None);
        list.variants = Some(vec!["Only".to_owned()]);
        assert_eq!(parse(&list, "only"), Some(at(0.0)));
    }
}
