//! The page: under 100 kB of JavaScript, gzipped.

use anyhow::Result;

use crate::bench::Bench;
use crate::bench::row::{Quantity, Row};
use wavecraft_xtask::page;

pub fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let folder = bench.build(|| page::ensure_built(&bench.project))?;
    let records = bench.program.measure(["page".as_ref(), folder.as_os_str()])?;
    let row = |what: &str, kind: &str| -> Result<(Row, f64)> {
        let gzipped = records.get(&format!("{kind}, gzipped"))?;
        let plain = records.get(&format!("{kind}, plain"))?;
        let ratio = Quantity::new(100.0 * gzipped.value / plain.value, "%");
        Ok((Row::of(what, gzipped).beside("as it is", plain.into(), ratio), gzipped.value))
    };
    let (scripts, bytes) = row("page: JavaScript, gzipped", "js")?;
    let (styles, _) = row("page: CSS, gzipped", "css")?;
    Ok(vec![scripts.with_measured_below(&Quantity::new(100.0, "kB"), bytes / 1e3), styles])
}
