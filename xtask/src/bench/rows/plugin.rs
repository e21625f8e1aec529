//! The plugin with its parameters and meters, in the headless driver, beside a bare nice-plug gain in the same driver.

use anyhow::Result;

use crate::bench::Bench;
use crate::bench::row::{Quantity, Row};

pub fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let records = bench.program.measure(["plugin"])?;
    let bare = records.get("bare gain")?;
    ["plugin, neutral", "plugin, drive Soft 4x"]
        .into_iter()
        .map(|name| {
            let record = records.get(name)?;
            let ratio = Quantity::new(record.value / bare.value, "times");
            Ok(Row::of(name, record).beside("bare nice-plug gain", bare.into(), ratio))
        })
        .collect()
}
