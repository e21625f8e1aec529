//! What a measurement returns.

use serde::Serialize;

use super::program::Record;

/// A number and its unit.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Quantity {
    /// How much.
    pub value: f64,
    /// Of what, as it is written behind the number.
    pub unit: String,
}

impl Quantity {
    /// So much of that.
    pub fn new(value: f64, unit: impl Into<String>) -> Self {
        Self { value, unit: unit.into() }
    }

    /// As people read it: three digits, more before the decimal point if it takes them.
    pub fn text(&self) -> String {
        format!("{} {}", number(self.value), self.unit).trim_end().to_owned()
    }
}

impl From<&Record> for Quantity {
    fn from(record: &Record) -> Self {
        match record.unit.as_str() {
            "ns" if record.value >= 1e6 => Self::new(record.value / 1e6, "ms"),
            "ns" if record.value >= 1e3 => Self::new(record.value / 1e3, "µs"),
            "B" if record.value >= 1e6 => Self::new(record.value / 1e6, "MB"),
            "B" if record.value >= 1e3 => Self::new(record.value / 1e3, "kB"),
            unit => Self::new(record.value, unit),
        }
    }
}

/// What something is compared with.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Yardstick {
    /// What it is.
    pub what: String,
    /// How much of it.
    pub quantity: Quantity,
}

/// What must be reached.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Target {
    /// As it is written in the table.
    pub text: String,
    /// Whether it was.
    pub is_reached: bool,
}

impl Target {
    /// The quantity must be at least this.
    pub fn at_least(quantity: &Quantity, limit: f64) -> Self {
        let text = format!("at least {}", Quantity::new(limit, &*quantity.unit).text());
        Self { text, is_reached: quantity.value >= limit }
    }

    /// The quantity must be less than this.
    pub fn below(quantity: &Quantity, limit: f64) -> Self {
        let text = format!("under {}", Quantity::new(limit, &*quantity.unit).text());
        Self { text, is_reached: quantity.value < limit }
    }
}

/// One row of a table.
#[derive(Clone, Debug, PartialEq, Serialize)]
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
    pub format: Option<super::program::Format>,
}

impl Row {
    /// A figure, with nothing beside it yet.
    pub fn of(what: impl Into<String>, record: &Record) -> Self {
        Self { spread: record.spread, ..Self::new(what, record.into()) }
    }

    /// A quantity, with nothing beside it yet.
    pub fn new(what: impl Into<String>, measured: Quantity) -> Self {
        Self {
            what: what.into(),
            measured,
            yardstick: None,
            ratio: None,
            target: None,
            spread: None,
            format: None,
        }
    }

    /// Beside this yardstick, with this ratio.
    #[must_use]
    pub fn beside(mut self, what: impl Into<String>, quantity: Quantity, ratio: Quantity) -> Self {
        self.yardstick = Some(Yardstick { what: what.into(), quantity });
        self.ratio = Some(ratio);
        self
    }

    /// Beside something that it is not divided by.
    #[must_use]
    pub fn beside_alone(self, what: impl Into<String>, quantity: Quantity) -> Self {
        Self { yardstick: Some(Yardstick { what: what.into(), quantity }), ..self }
    }

    /// Beside real time: how many times faster a frame is processed than it lasts.
    #[must_use]
    pub fn beside_real_time(self, rate_hz: f64) -> Self {
        let frame_ns = 1e9 / rate_hz;
        let faster = Quantity::new(frame_ns / self.measured.value, "times faster");
        self.beside("real time", Quantity::new(frame_ns, "ns/frame"), faster)
    }

    /// With the ratio's target: at least this.
    #[must_use]
    pub fn with_ratio_at_least(mut self, limit: f64) -> Self {
        self.target = self.ratio.as_ref().map(|ratio| Target::at_least(ratio, limit));
        self
    }

    /// With the ratio's target: less than this.
    #[must_use]
    pub fn with_ratio_below(mut self, limit: f64) -> Self {
        self.target = self.ratio.as_ref().map(|ratio| Target::below(ratio, limit));
        self
    }

    /// With a target for what was measured, in its own unit: at least this.
    #[must_use]
    pub fn with_measured_at_least(mut self, limit: f64) -> Self {
        self.target = Some(Target::at_least(&self.measured, limit));
        self
    }

    /// With a target for what was measured: less than this.
    #[must_use]
    pub fn with_measured_below(mut self, limit: &Quantity, measured_in_that_unit: f64) -> Self {
        let measured = Quantity::new(measured_in_that_unit, &*limit.unit);
        self.target = Some(Target::below(&measured, limit.value));
        self
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
        assert!(Target::at_least(&times(500.0), 500.0).is_reached);
        assert!(!Target::at_least(&times(499.9), 500.0).is_reached);
        assert!(!Target::below(&times(1.3), 1.3).is_reached);
        assert!(Target::below(&times(1.29), 1.3).is_reached);
    }

    #[test]
    fn real_time_is_the_length_of_a_frame() {
        let row = Row::new("chain", Quantity::new(20.833_333, "ns/frame")).beside_real_time(48_000.0);
        let row = row.with_ratio_at_least(999.0);
        assert!(row.ratio.is_some_and(|ratio| (ratio.value - 1_000.0).abs() < 0.1));
        assert!(row.target.is_some_and(|target| target.is_reached));
    }
}
