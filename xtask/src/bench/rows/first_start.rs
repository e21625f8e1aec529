//! What `cargo xtask dev` takes on a bare machine until its page is there. It builds everything from nothing, so it is
//! measured with `--clean-build` alone.

use std::time::Duration;

use anyhow::Result;

use crate::bench::Bench;
use crate::bench::row::{Quantity, Row};
use crate::test::bare;

pub fn measure(bench: &Bench) -> Result<Vec<Row>> {
    if !bench.has_clean_build {
        return Ok(Vec::new());
    }
    let (first, again) = bare::time_to_page(&bench.project)?;
    let seconds = |duration: Duration| Quantity::new(duration.as_secs_f64(), "s");
    let times = Quantity::new(first.as_secs_f64() / again.as_secs_f64(), "times");
    let limit = seconds(Duration::from_mins(3));
    let row =
        Row::new("a machine with Rust and Node.js alone to the page of `cargo xtask dev`", seconds(first))
            .beside("the same once more", seconds(again), times)
            .with_measured_below(&limit, first.as_secs_f64());
    Ok(vec![row])
}
