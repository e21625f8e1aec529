//! Each processor on its own and the chain, in every format.

use anyhow::Result;

use crate::bench::Bench;
use crate::bench::row::Row;

pub fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let records = bench.program.measure(["processors"])?;
    Ok(records
        .0
        .iter()
        .map(|record| Row { format: record.format, ..Row::of(&*record.name, record) })
        .collect())
}
