//! Writing JSON into strings that are used again, and numbers that JSON cannot hold.

use std::collections::BTreeMap;
use std::io;

use serde::{Serialize, Serializer};
use tracing::error;

/// Appends `value` to `text`. No memory is allocated beyond the growth of `text`.
///
/// What cannot be written becomes null, so that the text around it stays JSON. None of the protocol's types is such:
/// they have no keys but strings, and no writing code of their own that fails.
pub(crate) fn append<T: Serialize + ?Sized>(text: &mut String, value: &T) {
    let start = text.len();
    if let Err(error) = serde_json::to_writer(StringWriter(text), value) {
        error!(%error, "{} cannot be written as JSON", std::any::type_name::<T>());
        text.truncate(start);
        text.push_str("null");
    }
}

/// A `String` as a sink for bytes. The serializer hands over whole characters, and that is checked.
struct StringWriter<'a>(&'a mut String);

impl io::Write for StringWriter<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        let characters =
            str::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
        self.0.push_str(characters);
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes a level. JSON has neither NaN nor infinity, and null would break the page's types: NaN becomes 0, infinity
/// the largest number.
#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde passes every field by reference")]
pub(crate) fn finite<S: Serializer>(level: &f32, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f32(if level.is_nan() { 0.0 } else { level.clamp(f32::MIN, f32::MAX) })
}

/// Writes lists of numbers by name, each number like [`finite`].
pub(crate) fn finite_lists<S: Serializer>(
    lists: &BTreeMap<String, Vec<f32>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(lists.iter().map(|(name, numbers)| (name, Finite(numbers))))
}

/// Writes a list of numbers, each like [`finite`].
pub(crate) fn finite_list<S: Serializer>(numbers: &[f32], serializer: S) -> Result<S::Ok, S::Error> {
    Finite(numbers).serialize(serializer)
}

/// Numbers that are written like [`finite`].
struct Finite<'a>(&'a [f32]);

impl Serialize for Finite<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(
            self.0.iter().map(|number| if number.is_nan() { 0.0 } else { number.clamp(f32::MIN, f32::MAX) }),
        )
    }
}

/// Whether an optional number is to be left out: when there is none, or none that JSON can hold.
#[allow(
    clippy::ref_option,
    clippy::trivially_copy_pass_by_ref,
    reason = "serde passes every field by reference"
)]
pub(crate) fn is_absent(number: &Option<f32>) -> bool {
    !number.is_some_and(f32::is_finite)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    #[test]
    fn what_cannot_be_written_becomes_null() {
        let mut text = "[".to_owned();
        append(&mut text, &HashMap::from([(vec![1], 2)]));
        assert_eq!(text, "[null");
    }

    #[test]
    fn text_of_any_kind_is_appended_whole() {
        let mut text = String::new();
        append(&mut text, "a\"\n\u{1}\u{e9}\u{1f39a}\u{2028}");
        assert_eq!(serde_json::from_str::<String>(&text).unwrap(), "a\"\n\u{1}\u{e9}\u{1f39a}\u{2028}");
    }
}
