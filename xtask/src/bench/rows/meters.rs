//! The meters: under 5 % of the chain's cost.

use anyhow::Result;

use crate::bench::Bench;
use crate::bench::row::{Quantity, Row};

const LARGEST_SHARE_PERCENT: f64 = 5.0;

pub fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let records = bench.program.measure(["meters"])?;
    let meters = records.get("meters")?;
    ["drive Soft 4x", "everything, drive Soft 4x"]
        .into_iter()
        .map(|name| {
            let chain = records.get(name)?;
            let share = Quantity::new(100.0 * meters.value / chain.value, "%");
            let row =
                Row::of("meters in process", meters).beside(format!("chain, {name}"), chain.into(), share);
            Ok(row.with_ratio_below(LARGEST_SHARE_PERCENT))
        })
        .collect()
}
