//! A knob in the browser to the DSP: next block.

use anyhow::Result;

use crate::bench::Bench;
use crate::bench::row::{Quantity, Row};
use crate::bench::rows::sound;

pub fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let Some(program) = sound::program(bench)? else { return Ok(Vec::new()) };
    let records = program.measure(["knob"])?;
    let heard = records.get("until the block that follows")?;
    let (next, block) = (records.get("until the next block")?, records.get("a block")?);
    let times = Quantity::new(heard.value / next.value, "times");
    let blocks = Quantity::new(heard.value / block.value, "blocks");
    let from_page = "knob: from the page's message to the block that follows it";
    let followed = Row::of("knob: followed by the next block", records.get("followed by the next block")?);
    Ok(vec![
        Row::of(from_page, heard).beside("the wait for the next block of all", next.into(), times),
        Row::of(from_page, heard).beside("a block of 128 frames", block.into(), blocks).with_ratio_below(1.0),
        followed.with_measured_at_least(100.0),
    ])
}
