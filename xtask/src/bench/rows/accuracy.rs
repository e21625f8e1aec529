//! What the sound is worth, so that nobody buys speed with it. The limits are those of the tests in src/dsp/tests.

use anyhow::Result;

use crate::bench::Bench;
use crate::bench::program::Record;
use crate::bench::row::{Row, Target};

/// Beginnings of names, and what lies below them must stay below.
const LIMITS_DB: [(&str, f64); 10] = [
    ("neutral", -120.0),
    ("aliasing, Soft 4x", -95.0),
    ("aliasing, Soft 8x", -95.0),
    ("aliasing, Hard off", -26.0),
    ("aliasing, Hard 2x", -44.0),
    ("aliasing, Hard 4x", -73.0),
    ("aliasing, Hard 8x", -85.0),
    ("low cut", 0.1),
    ("high cut", 0.1),
    ("noise floor", -140.0),
];
const LOUDNESS_DEVIATION_DB: f64 = 1.2;
const LOUDNESS_STEP_DB: f64 = 0.5;

pub fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let records = bench.program.measure(["accuracy"])?;
    Ok(records.0.iter().map(row).collect())
}

fn row(record: &Record) -> Row {
    let mut row = Row::of(&*record.name, record);
    // Below everything that can be: bit for bit the same.
    if record.value <= -600.0 {
        row.what.push_str(" (-600: none)");
    }
    row.target = limit_db(&record.name).map(|limit| Target::below(&row.measured, limit));
    row
}

fn limit_db(name: &str) -> Option<f64> {
    if name.starts_with("loudness") {
        return Some(if name.ends_with("step") { LOUDNESS_STEP_DB } else { LOUDNESS_DEVIATION_DB });
    }
    LIMITS_DB.iter().find(|(beginning, _)| name.starts_with(beginning)).map(|(_, limit)| *limit)
}
