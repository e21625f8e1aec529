//! `IpcHandler` on `setParameter`, text in, text out: median under 1 µs.

use anyhow::Result;

use crate::bench::Bench;
use crate::bench::row::{Quantity, Row};

pub fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let records = bench.program.measure(["protocol"])?;
    let (handled, bare) = (records.get("setParameter")?, records.get("serde_json")?);
    let ratio = Quantity::new(handled.value / bare.value, "times");
    let row = Row::of("setParameter, text in, text out", handled)
        .beside("bare serde_json round trip", bare.into(), ratio)
        .with_measured_below(&Quantity::new(1.0, "µs"), handled.value / 1e3);
    Ok(vec![row])
}
