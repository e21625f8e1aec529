//! Text for values when no plugin is at hand to ask. It knows the ends of a range and takes it as linear.

use crate::parameter::{ParameterInfo, ParameterKind};
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
    let text = text.trim();
    if info.kind == ParameterKind::Bool {
        let is = |words: [&str; 4]| words.iter().any(|word| word.eq_ignore_ascii_case(text));
        return match (is(["off", "false", "no", "0"]), is(["on", "true", "yes", "1"])) {
            (true, _) => Some(NormalizedValue::ZERO),
            (_, true) => Some(NormalizedValue::ONE),
            _ => None,
        };
    }
    if let Some(variants) = info.variants.as_deref().filter(|variants| !variants.is_empty()) {
        let position = variants.iter().position(|variant| variant.eq_ignore_ascii_case(text))?;
        let last = (variants.len() - 1).max(1);
        return Some(NormalizedValue::clamped(position as f32 / last as f32));
    }
    let plain: f64 = without_unit(info, text).parse().ok()?;
    let (min, max) = range(info);
    // An empty range would give NaN, which is no normalized value.
    NormalizedValue::new(((plain - min) / (max - min)) as f32).ok()
}

fn number(info: &ParameterInfo, value: NormalizedValue, decimals: usize) -> String {
    let (min, max) = range(info);
    let plain = min + f64::from(value.get()) * (max - min);
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

fn without_unit<'a>(info: &ParameterInfo, text: &'a str) -> &'a str {
    let unit = info.unit.as_deref().unwrap_or_default().trim();
    let start = text.len().saturating_sub(unit.len());
    match text.get(start..) {
        Some(end) if end.eq_ignore_ascii_case(unit) => text[..start].trim_end(),
        _ => text,
    }
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
