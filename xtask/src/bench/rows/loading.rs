//! Loading the library and making an instance, beside reading the same file.

use anyhow::Result;

use super::library;
use crate::bench::Bench;
use crate::bench::row::{Quantity, Row};

pub fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let library = library::library(bench)?;
    let records = bench.program.measure(["loading".as_ref(), library.as_os_str()])?;
    let (loading, reading) = (records.get("loading with one instance")?, records.get("reading the file")?);
    let ratio = Quantity::new(loading.value / reading.value, "times");
    Ok(vec![Row::of("loading the library, with one instance", loading).beside(
        "reading the file",
        reading.into(),
        ratio,
    )])
}
