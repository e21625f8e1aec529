//! What the development server adds to the way of the sound at 128 frames under JACK: under 20 ms, no underrun in 60 s.

use anyhow::Result;

use crate::bench::Bench;
use crate::bench::row::{Quantity, Row};
use crate::bench::rows::sound;

const MOST_ADDED_MS: f64 = 20.0;

pub fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let Some(program) = sound::program(bench)? else { return Ok(Vec::new()) };
    let records = program.measure(["latency"])?;
    let (server, bare) = (records.get("through the server")?, records.get("through a bare client")?);
    let added_ms = server.value - bare.value;
    let times = Quantity::new(server.value / bare.value, "times");
    let latency =
        Row::new("latency that the development server adds, at 128 frames", Quantity::new(added_ms, "ms"))
            .beside("a bare JACK client's own", bare.into(), times)
            .with_measured_below(&Quantity::new(MOST_ADDED_MS, "ms"), added_ms);
    let (underruns, stalls) = (records.get("underruns")?, records.get("stalls of the machine")?);
    let own = records.get("underruns without a stall")?;
    let underruns = Row::of("underruns in 60 s of it, in all", underruns)
        .beside_alone("stalls of over a quarter of a block", stalls.into());
    let own = Row::of("of these, without a stall of the machine before", own)
        .with_measured_below(&Quantity::new(1.0, ""), own.value);
    let heard =
        Row::of("frames of these 60 s that are heard at their level", records.get("frames at their level")?);
    Ok(vec![Row { spread: server.spread, ..latency }, underruns, own, heard])
}
