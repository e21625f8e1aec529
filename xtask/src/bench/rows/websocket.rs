//! A round trip on loopback: median within 1.3 times a bare tokio-tungstenite echo.

use anyhow::Result;

use crate::bench::Bench;
use crate::bench::row::{Quantity, Row};

const LARGEST_RATIO: f64 = 1.3;

pub fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let records = bench.program.measure(["websocket"])?;
    let (server, echo) = (records.get("development server")?, records.get("bare echo")?);
    let ratio = Quantity::new(server.value / echo.value, "times");
    let row = Row::of("WebSocket round trip on loopback", server)
        .beside("bare tokio-tungstenite echo", echo.into(), ratio)
        .with_ratio_below(LARGEST_RATIO);
    Ok(vec![row])
}
