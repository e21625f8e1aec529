//! Loading what is no state.

use serde_json::Value;

use crate::Subject;
use crate::check::{CheckResult, Passed, failed};
use crate::plugin::Plugin;
use crate::signal::Random;

pub const MEANING: &str =
    "a state that is cut short, empty, random or of wrong types is refused or changes no value";

pub fn run(subject: &Subject) -> CheckResult {
    let mut plugin = Plugin::new(subject)?;
    let parameters = plugin.parameters();
    let at = |part| -> Vec<_> {
        let writable = parameters.iter().filter(|parameter| parameter.is_writable);
        writable.map(|parameter| (parameter.id, parameter.at(part))).collect()
    };
    plugin.set(&at(0.9));
    let saved = plugin.values(&parameters);
    let state = plugin.save()?;
    plugin.set(&at(0.2));
    let untouched = plugin.values(&parameters);

    let broken = broken(&state);
    for (what, bytes) in &broken {
        plugin.load(bytes)?;
        let values = plugin.values(&parameters);
        // A state may have bytes that nobody misses.
        if values == untouched || values == saved {
            plugin.set(&at(0.2));
            continue;
        }
        let changed = parameters
            .iter()
            .zip(values.iter().zip(&untouched))
            .find(|(_, (now, before))| now.to_bits() != before.to_bits());
        let Some((parameter, (now, before))) = changed else { continue };
        return failed(format!("{what} has changed `{}` from {before} to {now}", parameter.name));
    }
    Ok(Passed::with(format!("{} broken states", broken.len())))
}

fn broken(state: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut broken = vec![("an empty state".to_owned(), Vec::new())];
    for part in 0..40 {
        let length = state.len() * part / 40;
        broken.push((
            format!("a state cut short after {length} of {} bytes", state.len()),
            state[..length].to_vec(),
        ));
    }
    let mut random = Random::new(11);
    for length in [1, 8, 9, 100, 1_000] {
        let bytes = (0..length).map(|_| (random.next() * 256.0) as u8).collect();
        broken.push((format!("{length} random bytes"), bytes));
    }
    broken.push(("a state of nothing but zeros".to_owned(), vec![0; state.len()]));
    broken.push(("a state that claims to be endless".to_owned(), [&[0xff; 8], state].concat()));
    let with_text = changed_json(state, |json| {
        *last_number(json)? = Value::String("seven".to_owned());
        Some(())
    });
    broken.extend(with_text.map(|bytes| ("a state in which a number is a text".to_owned(), bytes)));
    let swapped = changed_json(state, swap_values);
    broken.extend(swapped.map(|bytes| {
        ("a state in which two values of different types have changed places".to_owned(), bytes)
    }));
    broken
}

/// The state with a change, if it is JSON, perhaps with its length as eight bytes before it, and can be changed so.
fn changed_json(state: &[u8], change: impl FnOnce(&mut Value) -> Option<()>) -> Option<Vec<u8>> {
    let begin = state.iter().position(|byte| *byte == b'{')?;
    let (prefix, text) = state.split_at(begin);
    let mut json: Value = serde_json::from_slice(text).ok()?;
    change(&mut json)?;
    let text = json.to_string().into_bytes();
    let is_length = prefix.len() == 8 && prefix == ((state.len() - begin) as u64).to_le_bytes();
    let prefix = if is_length { (text.len() as u64).to_le_bytes().to_vec() } else { prefix.to_vec() };
    Some([prefix, text].concat())
}

fn last_number(json: &mut Value) -> Option<&mut Value> {
    match json {
        Value::Number(_) => Some(json),
        Value::Array(items) => items.iter_mut().rev().find_map(last_number),
        Value::Object(fields) => {
            let values: Vec<&mut Value> = fields.iter_mut().map(|(_, value)| value).collect();
            values.into_iter().rev().find_map(last_number)
        }
        _ => None,
    }
}

/// Exchanges two values of different shapes in one of the innermost objects that have such.
fn swap_values(json: &mut Value) -> Option<()> {
    let Value::Object(fields) = json else { return None };
    if fields.iter_mut().any(|(_, value)| swap_values(value).is_some()) {
        return Some(());
    }
    let names: Vec<String> = fields.keys().cloned().collect();
    let first = names.first()?;
    let other = names.iter().find(|name| shape(&fields[*name]) != shape(&fields[first]))?;
    let (one, two) = (fields[first].clone(), fields[other].clone());
    fields[first] = two;
    fields[other] = one;
    Some(())
}

/// What kind of value it is; of an object, its fields' names.
fn shape(value: &Value) -> String {
    match value {
        Value::Object(fields) => fields.keys().cloned().collect::<Vec<_>>().join(" "),
        Value::Array(_) => "[".to_owned(),
        Value::Number(_) => "1".to_owned(),
        Value::String(_) => "\"".to_owned(),
        Value::Bool(_) => "?".to_owned(),
        Value::Null => "null".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_in_json_are_broken_and_keep_their_right_length() {
        let text = br#"{"params":{"gain":{"f32":9.0},"mute":{"bool":true}},"version":"1"}"#;
        let state = [&(text.len() as u64).to_le_bytes(), &text[..]].concat();
        let cases = [
            (
                "a number is a text",
                r#"{"params":{"gain":{"f32":"seven"},"mute":{"bool":true}},"version":"1"}"#,
            ),
            ("changed places", r#"{"params":{"gain":{"bool":true},"mute":{"f32":9.0}},"version":"1"}"#),
        ];
        for (what, expected) in cases {
            let broken = broken(&state);
            let (_, bytes) = broken.iter().find(|(name, _)| name.ends_with(what)).unwrap();
            assert_eq!(bytes[..8], (expected.len() as u64).to_le_bytes());
            assert_eq!(String::from_utf8_lossy(&bytes[8..]), expected);
        }
    }

    #[test]
    fn states_that_are_no_json_are_broken_in_the_other_ways() {
        assert_eq!(broken(&[1, 2, 3]).len(), 48);
    }
}
