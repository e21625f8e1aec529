//! The whole chain: 500 times faster than real time with drive at 4x, 3,000 times without.

use anyhow::Result;

use crate::bench::Bench;
use crate::bench::row::{Quantity, Row};

const RATE_HZ: f64 = 48_000.0;
const WITH_DRIVE: f64 = 500.0;
const WITHOUT_DRIVE: f64 = 3_000.0;

pub fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let records = bench.program.measure(["chain"])?;
    let mut rows = Vec::new();
    for record in records.0.iter().filter(|record| !record.name.ends_with(": copying")) {
        let row = Row::of(format!("chain, {}", record.name), record).beside_real_time(RATE_HZ);
        // While knobs turn it may take longer: the targets are for a strip at rest. With the drive off, cuts at their
        // steepest are no small part of the strip, and are shown without a target.
        let limit = match record.name.as_str() {
            "neutral" => Some(WITHOUT_DRIVE),
            name if name.ends_with("all moving") || name == "everything but drive" => None,
            _ => Some(WITH_DRIVE),
        };
        rows.push(match limit {
            Some(limit) => row.with_ratio_at_least(limit),
            None => row,
        });
        if record.name == "neutral" {
            let copying = records.get("neutral: copying")?;
            let ratio = Quantity::new(record.value / copying.value, "times");
            rows.push(Row::of("chain, neutral", record).beside(
                "memcpy of the same blocks",
                copying.into(),
                ratio,
            ));
        }
    }
    Ok(rows)
}
