//! Numbers as people type them, in whatever notation their keyboard, their language or their clipboard has.
//!
//! | typed | read as |
//! |---|---|
//! | `12,500`, `1'000`, `1 000`, `1.234,5`, `1,234.5`, `12,34,567` | thousands, and a decimal sign after them |
//! | `1,5`, `1.5`, `.5`, `1e3` | a decimal number |
//! | `−3`, `–3`, `- 3`, `+3` | signs, however written |
//! | `１２．５`, `٣`, `３。５` | digits and signs of other scripts, and what input methods make of ours |
//! | `-inf`, `-∞`, `infinity` | beyond every number |
//! | `1.2k`, `1.2 kHz`, `1.2KHZ`, `0.5 s` for ms, `50 percent` | units and factors, with blanks or without, in any case |
//!
//! `12,500` is 12.5 to some and 12500 to others: the range that it is for says which is meant, as only one of the two
//! lies in it. Where both do, a comma means nothing, and a point is a decimal point, as all texts of parameters have it.
//!
//! All of it is for threads that may allocate, and none of it panics, whatever the text.

use crate::value::NormalizedValue;

/// A number that was typed, in the unit that it was read for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TypedNumber {
    value: f32,
    /// What it is if its only sign does not begin the decimals but parts the thousands.
    by_thousands: Option<f32>,
    /// Whether that sign is a point.
    has_point: bool,
}

/// Where a typed number lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Place {
    /// It is this one, within the range.
    Within(f32),
    /// It is this one, or infinite, below the range.
    Below(f32),
    /// It is this one, or infinite, above the range.
    Above(f32),
}

impl TypedNumber {
    /// The number that `text` is, with or without `unit`, which may be empty. `None` when it is none.
    pub fn read(text: &str, unit: &str) -> Option<Self> {
        let text = plain(text);
        let (is_negative, rest) = match text.trim().strip_prefix(['+', '-']) {
            Some(rest) => (text.trim_start().starts_with('-'), rest.trim_start()),
            None => (false, text.trim()),
        };
        let sign: f64 = if is_negative { -1.0 } else { 1.0 };
        if let Some(rest) = ["infinity", "inf", "\u{221e}"].iter().find_map(|word| rest.strip_prefix(word)) {
            factor(rest, unit)?;
            return Some(Self { value: (sign * f64::INFINITY) as f32, by_thousands: None, has_point: false });
        }
        let (numeral, rest) = Numeral::read(rest)?;
        let (exponent, rest) = exponent(rest);
        let factor = sign * factor(rest, unit)?;
        let number = |digits: String| {
            let number: f64 = format!("{digits}{exponent}").parse().ok()?;
            Some((number * factor) as f32)
        };
        Some(Self {
            value: number(numeral.decimal()?)?,
            by_thousands: numeral.thousands_after_all().and_then(number),
            has_point: numeral.signs == ['.'],
        })
    }

    /// The number as it is meant for something that has no decimals: a sign before three digits parts thousands then.
    #[must_use]
    pub fn whole(self) -> Self {
        Self { value: self.by_thousands.unwrap_or(self.value), by_thousands: None, ..self }
    }

    /// Where the number lies as to a range, given in either order. `None` when it may be two numbers and the range does
    /// not tell which.
    pub fn place(&self, first: f32, last: f32) -> Option<Place> {
        let (min, max) = (first.min(last), first.max(last));
        let place = |value: f32| match value {
            value if value < min => Place::Below(value),
            value if value > max => Place::Above(value),
            value => Place::Within(value),
        };
        let decimal = place(self.value);
        match (decimal, self.by_thousands.map(place)) {
            (decimal, None) => Some(decimal),
            (Place::Within(_), Some(Place::Within(_))) => self.has_point.then_some(decimal),
            (Place::Within(_), Some(_))
            | (Place::Below(_), Some(Place::Below(_)))
            | (Place::Above(_), Some(Place::Above(_))) => Some(decimal),
            (_, Some(thousands @ Place::Within(_))) => Some(thousands),
            _ => None,
        }
    }

    /// The normalized value of the end that the number lies beyond, given what the parameter shows at 0 and at 1. `None`
    /// when it lies within, or may be two numbers on different sides.
    pub fn nearest_end(&self, first: f32, last: f32) -> Option<NormalizedValue> {
        let (lower, upper) = match first.partial_cmp(&last)? {
            std::cmp::Ordering::Less => (NormalizedValue::ZERO, NormalizedValue::ONE),
            std::cmp::Ordering::Greater => (NormalizedValue::ONE, NormalizedValue::ZERO),
            // A range without an extent has no ends.
            std::cmp::Ordering::Equal => return None,
        };
        match self.place(first, last)? {
            Place::Below(_) => Some(lower),
            Place::Above(_) => Some(upper),
            Place::Within(_) => None,
        }
    }
}

/// The text in small letters, with the digits, signs and blanks that keyboards have in place of their kin from other
/// scripts and from input methods. Invisible characters, which come with what was copied, are left out.
pub fn plain(text: &str) -> String {
    text.chars().filter_map(plain_character).flat_map(char::to_lowercase).collect()
}

/// Where the ten digits of other scripts begin.
const ZEROS: [char; 5] = ['\u{660}', '\u{6f0}', '\u{966}', '\u{9e6}', '\u{e50}'];

fn plain_character(character: char) -> Option<char> {
    let code = u32::from(character);
    Some(match character {
        // Full width, as input methods write what our keyboards have.
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(code - 0xfee0).unwrap_or(character),
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{207b}' | '\u{fe58}' | '\u{fe63}' | '\u{30fc}' => '-',
        '\u{2018}' | '\u{2019}' | '\u{2bc}' | '\u{2032}' | '\u{b4}' | '`' | '\u{66c}' => '\'',
        '\u{66b}' | '\u{3002}' | '\u{ff61}' | '\u{b7}' => '.',
        '\u{60c}' | '\u{3001}' | '\u{ff64}' => ',',
        '\u{66a}' => '%',
        '\u{d7}' => 'x',
        '\u{b5}' | '\u{3bc}' => 'u',
        '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {
            return None;
        }
        _ if character.is_whitespace() => ' ',
        _ => {
            let digit = ZEROS.iter().find_map(|zero| code.checked_sub(u32::from(*zero)).filter(|d| *d < 10));
            digit.and_then(|digit| char::from_digit(digit, 10)).unwrap_or(character)
        }
    })
}

/// Groups of digits, and the sign between each and the next.
struct Numeral<'a> {
    groups: Vec<&'a str>,
    signs: Vec<char>,
}

impl<'a> Numeral<'a> {
    /// The numeral at the beginning of a plain text, and what follows it.
    fn read(text: &'a str) -> Option<(Self, &'a str)> {
        let mut numeral = Self { groups: Vec::new(), signs: Vec::new() };
        let mut rest = text;
        loop {
            let end = rest.find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len());
            let (group, after) = rest.split_at(end);
            numeral.groups.push(group);
            let mut following = after.chars();
            let sign = following.next();
            let is_followed_by_digit = following.clone().next().is_some_and(|next| next.is_ascii_digit());
            match sign {
                // A blank also comes before a unit.
                Some(sign @ (' ' | '\'')) if is_followed_by_digit => numeral.signs.push(sign),
                Some(sign @ ('.' | ',')) => numeral.signs.push(sign),
                _ => {
                    let has_digits = numeral.groups.iter().any(|group| !group.is_empty());
                    return has_digits.then_some((numeral, after));
                }
            }
            rest = following.as_str();
        }
    }

    /// The digits, with a point before the decimals. `None` when the groups are no number's.
    fn decimal(&self) -> Option<String> {
        let Some((last_sign, earlier_signs)) = self.signs.split_last() else {
            return Some(self.groups.concat());
        };
        let (decimals, whole) = self.groups.split_last()?;
        let are_alike = |signs: &[char]| signs.windows(2).all(|pair| pair[0] == pair[1]);
        let is_decimal_sign = matches!(last_sign, '.' | ',') && !earlier_signs.contains(last_sign);
        if is_decimal_sign && are_alike(earlier_signs) && (earlier_signs.is_empty() || are_thousands(whole)) {
            return Some(format!("{}.{decimals}", whole.concat()));
        }
        (are_alike(&self.signs) && are_thousands(&self.groups)).then(|| self.groups.concat())
    }

    /// The digits of a numeral with one sign which may as well part the thousands.
    fn thousands_after_all(&self) -> Option<String> {
        (matches!(self.signs[..], ['.' | ',']) && are_thousands(&self.groups)).then(|| self.groups.concat())
    }
}

/// Whether groups of digits are those of a whole number: by threes, or in India by twos before the last three.
fn are_thousands(groups: &[&str]) -> bool {
    let [first, between @ .., last] = groups else { return false };
    let middle_length = between.first().map_or(3, |group| group.len());
    (1..=3).contains(&first.len())
        && !first.starts_with('0')
        && last.len() == 3
        && (middle_length == 3 || middle_length == 2 && first.len() <= 2)
        && between.iter().all(|group| group.len() == middle_length)
}

/// The exponent at the beginning of a text, as Rust reads it, and what follows it.
fn exponent(text: &str) -> (&str, &str) {
    let digits = text.strip_prefix('e').map(|rest| rest.strip_prefix(['+', '-']).unwrap_or(rest));
    let length = digits.map_or(0, |digits| digits.bytes().take_while(u8::is_ascii_digit).count());
    match digits {
        Some(digits) if length > 0 => text.split_at(text.len() - digits.len() + length),
        _ => ("", text),
    }
}

/// What a number counts for that is followed by `written`, in `unit`. `None` when that is another unit.
fn factor(written: &str, unit: &str) -> Option<f64> {
    let compact = |text: &str| text.replace(' ', "");
    let (written, unit) = (compact(written), compact(&plain(unit)));
    let of_name = |name: &str| {
        if name.is_empty() || name == unit { Some(1.0) } else { alias(name, &unit) }
    };
    of_name(&written).or_else(|| {
        let name = written.strip_prefix('k')?;
        // Where the unit is one of thousands itself, the letter stands for all of it.
        if name.is_empty() && unit.starts_with('k') {
            Some(1.0)
        } else {
            of_name(name).map(|factor| factor * 1_000.0)
        }
    })
}

/// How many of `unit` another name stands for.
fn alias(name: &str, unit: &str) -> Option<f64> {
    let seconds = |name: &str| match name {
        "s" | "sec" | "secs" | "second" | "seconds" => Some(1_000.0),
        "ms" | "msec" | "millisecond" | "milliseconds" => Some(1.0),
        "us" | "usec" | "microsecond" | "microseconds" => Some(0.001),
        _ => None,
    };
    match (unit, name) {
        ("hz", "hertz")
        | ("%", "percent" | "pct")
        | ("percent", "%")
        | ("semitones" | "st", "semitone" | "semitones" | "st")
        | ("cents" | "ct", "cent" | "cents" | "ct")
        | ("octaves" | "oct", "octave" | "octaves" | "oct")
        | ("\u{b0}", "deg" | "degree" | "degrees") => Some(1.0),
        ("khz", "hz" | "hertz") => Some(0.001),
        (unit, "db" | "decibel" | "decibels") if unit.starts_with("db") => Some(1.0),
        (unit, name) => Some(seconds(name)? / seconds(unit)?),
    }
}

#[cfg(test)]
mod tests;
