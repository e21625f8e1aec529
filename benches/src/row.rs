//! What a measurement returns: figures, each beside its yardstick, and the judgement by its target.

use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::cases::Format;
use crate::timing::Timing;

/// A number and its unit. Times are in `ns` and sizes in `B`, whatever they are shown in.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantity {
    /// How much.
    pub value: f64,
    /// Of what, as it is written behind the number.
    pub unit: &'static str,
}

impl Quantity {
    /// So much of that.
    pub fn new(value: f64, unit: &'static str) -> Self {
        Self { value, unit }
    }

    /// A time.
    pub fn time(duration: Duration) -> Self {
        Self::new(duration.as_secs_f64() * 1e9, "ns")
    }

    /// As people read it: three digits, more before the decimal point if it takes them.
    pub fn text(self) -> String {
        let (value, unit) = self.shown();
        format!("{} {unit}", number(value)).trim_end().to_owned()
    }

    fn shown(self) -> (f64, &'static str) {
        match self.unit {
            "ns" if self.value >= 1e9 => (self.value / 1e9, "s"),
            "ns" if self.value >= 1e6 => (self.value / 1e6, "ms"),
            "ns" if self.value >= 1e3 => (self.value / 1e3, "µs"),
            "B" if self.value >= 1e6 => (self.value / 1e6, "MB"),
            "B" if self.value >= 1e3 => (self.value / 1e3, "kB"),
            unit => (self.value, unit),
        }
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shown {
            value: f64,
            unit: &'static str,
        }
        let (value, unit) = self.shown();
        Shown { value, unit }.serialize(serializer)
    }
}

/// What something is compared with.
#[derive(Clone, Debug, Serialize)]
pub struct Yardstick {
    /// What it is.
    pub what: String,
    /// How much of it.
    pub quantity: Quantity,
}

/// What must be reached.
#[derive(Clone, Debug, Serialize)]
pub struct Target {
    /// As it is written in the table.
    pub text: String,
    /// Whether it was.
    pub is_reached: bool,
}

impl Target {
    fn at_least(quantity: Quantity, limit: f64) -> Self {
        let text = format!("at least {}", Quantity::new(limit, quantity.unit).text());
        Self { text, is_reached: quantity.value >= limit }
    }

    fn below(quantity: Quantity, limit: f64) -> Self {
        let text = format!("under {}", Quantity::new(limit, quantity.unit).text());
        Self { text, is_reached: quantity.value < limit }
    }
}

/// One row of a table.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// What was measured.
    pub what: String,
    /// How much.
    pub measured: Quantity,
    /// What was measured beside it in the same run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub yardstick: Option<Yardstick>,
    /// How the two compare.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ratio: Option<Quantity>,
    /// What must be reached, if anything.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Target>,
    /// How much the single turns differed, as a share of their median.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spread: Option<f64>,
    /// The blocks that were processed, where they are not 48 kHz, stereo, 64 frames.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
}

impl Row {
    /// A figure, with nothing beside it yet.
    pub fn new(what: impl Into<String>, measured: Quantity) -> Self {
        let what = what.into();
        Self { what, measured, yardstick: None, ratio: None, target: None, spread: None, format: None }
    }

    /// A time, with nothing beside it yet.
    pub fn timed(what: impl Into<String>, timing: Timing) -> Self {
        Self { spread: timing.spread, ..Self::new(what, timing.median) }
    }

    /// Beside something that it is not divided by.
    pub fn beside(self, what: impl Into<String>, quantity: Quantity) -> Self {
        Self { yardstick: Some(Yardstick { what: what.into(), quantity }), ..self }
    }

    /// Beside something, with this ratio.
    pub fn beside_at(self, what: impl Into<String>, quantity: Quantity, ratio: Quantity) -> Self {
        Self { ratio: Some(ratio), ..self.beside(what, quantity) }
    }

    /// Beside something of the same unit: how many times as much it is.
    pub fn in_times_of(self, what: impl Into<String>, quantity: Quantity) -> Self {
        let times = Quantity::new(self.measured.value / quantity.value, "times");
        self.beside_at(what, quantity, times)
    }

    /// Beside something of the same unit: how large a part of it it is.
    pub fn in_percent_of(self, what: impl Into<String>, quantity: Quantity) -> Self {
        let percent = Quantity::new(100.0 * self.measured.value / quantity.value, "%");
        self.beside_at(what, quantity, percent)
    }

    /// Beside real time: how many times faster a frame is processed than it lasts.
    pub fn beside_real_time(self, rate_hz: f32) -> Self {
        let frame = Quantity::new(1e9 / f64::from(rate_hz), "ns/frame");
        let faster = Quantity::new(frame.value / self.measured.value, "times faster");
        self.beside_at("real time", frame, faster)
    }

    /// With the ratio's target: at least this.
    pub fn with_ratio_at_least(self, limit: f64) -> Self {
        Self { target: self.ratio.map(|ratio| Target::at_least(ratio, limit)), ..self }
    }

    /// With the ratio's target: less than this.
    pub fn with_ratio_below(self, limit: f64) -> Self {
        Self { target: self.ratio.map(|ratio| Target::below(ratio, limit)), ..self }
    }

    /// With a target for what was measured, in its own unit: at least this.
    pub fn with_at_least(self, limit: f64) -> Self {
        Self { target: Some(Target::at_least(self.measured, limit)), ..self }
    }

    /// With a target for what was measured, in its own unit: less than this.
    pub fn with_below(self, limit: f64) -> Self {
        Self { target: Some(Target::below(self.measured, limit)), ..self }
    }
}

fn number(value: f64) -> String {
    let magnitude = value.abs();
    let decimals = match magnitude {
        100.0.. => 0,
        10.0.. => 1,
        1.0.. => 2,
        0.0 => 0,
        _ => 3,
    };
    let digits = format!("{magnitude:.decimals$}");
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let sign = if value < 0.0 { "-" } else { "" };
    // What is whole is written whole.
    let fraction = fraction.trim_end_matches('0');
    if fraction.is_empty() { format!("{sign}{grouped}") } else { format!("{sign}{grouped}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_digits_and_groups_of_thousands() {
        for (value, text) in [
            (20_833.3, "20,833"),
            (1_234_567.0, "1,234,567"),
            (999.0, "999"),
            (34.61, "34.6"),
            (1.237, "1.24"),
            (0.034_2, "0.034"),
            (-119.3, "-119"),
            (500.0, "500"),
            (5.0, "5"),
            (0.0, "0"),
        ] {
            assert_eq!(number(value), text);
        }
    }

    #[test]
    fn a_target_is_reached_on_the_right_side_of_its_limit() {
        let times = |value| Quantity::new(value, "times faster");
        assert!(Target::at_least(times(500.0), 500.0).is_reached);
        assert!(!Target::at_least(times(499.9), 500.0).is_reached);
        assert!(!Target::below(times(1.3), 1.3).is_reached);
        assert!(Target::below(times(1.29), 1.3).is_reached);
    }

    #[test]
    fn times_and_sizes_are_shown_in_the_unit_that_fits() {
        for (value, unit, text) in [
            (275.0, "ns", "275 ns"),
            (51_700.0, "ns", "51.7 µs"),
            (0.7e9, "ns", "700 ms"),
            (180e9, "ns", "180 s"),
            (82_100.0, "B", "82.1 kB"),
            (6e6, "B", "6 MB"),
        ] {
            assert_eq!(Quantity::new(value, unit).text(), text);
        }
        let json = serde_json::to_string(&Quantity::time(Duration::from_millis(2))).unwrap();
        assert_eq!(json, r#"{"value":2.0,"unit":"ms"}"#);
    }

    #[test]
    fn real_time_is_the_length_of_a_frame() {
        let row = Row::new("chain", Quantity::new(20.833_333, "ns/frame")).beside_real_time(48_000.0);
        let row = row.with_ratio_at_least(999.0);
        assert!(row.ratio.is_some_and(|ratio| (ratio.value - 1_000.0).abs() < 0.1));
        assert!(row.target.is_some_and(|target| target.is_reached));
    }
}
