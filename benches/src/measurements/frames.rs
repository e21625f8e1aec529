//! The page in Chromium: 60 frames a second with all meters moving. `ui/tests/bench/frames.bench.ts` drives the browser.

use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::order::Order;
use crate::row::{Quantity, Row};

/// What counts as 60: a browser's clock is off by a little, and a frame in some hundred may be late.
const FEWEST_FRAMES_S: f64 = 59.5;

/// A frame that comes later than this after the one before is late: 60 frames a second are 16.7 ms apart.
const LATE_MS: f64 = 17.5;

/// The times from frame to frame, as the browser's driver writes them.
#[derive(Deserialize)]
struct Intervals {
    strip_ms: Vec<f64>,
    empty_page_ms: Vec<f64>,
}

pub fn measure(order: &Order) -> Result<Vec<Row>> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("intervals.json");
    let output = Command::new("node")
        .args(["node_modules/vitest/vitest.mjs", "run", "--project", "bench"])
        .current_dir(&order.page)
        .env("WAVECRAFT_DEV_SERVER", &order.dev_server)
        .env("WAVECRAFT_LIBRARY", &order.library)
        .env("WAVECRAFT_INTERVALS", &file)
        .stdin(Stdio::null())
        .output()
        .context("Node.js did not start")?;
    if !output.status.success() {
        let said = [output.stdout, output.stderr].map(|said| String::from_utf8_lossy(&said).into_owned());
        bail!("the browser's driver ended with {}, and said:\n{}", output.status, said.concat());
    }
    let Intervals { strip_ms, empty_page_ms } = serde_json::from_slice(&std::fs::read(file)?)?;
    let frames = Row::new("page: frames with all meters moving, 1,600 x 1,000", frames(&strip_ms));
    let in_time = Row::new("page: of these at most 17.5 ms after the one before", in_time(&strip_ms));
    Ok(vec![
        frames.in_percent_of("an empty page", self::frames(&empty_page_ms)).with_at_least(FEWEST_FRAMES_S),
        in_time.in_percent_of("an empty page", self::in_time(&empty_page_ms)),
    ])
}

fn frames(intervals_ms: &[f64]) -> Quantity {
    Quantity::new(1e3 * intervals_ms.len() as f64 / intervals_ms.iter().sum::<f64>(), "frames/s")
}

fn in_time(intervals_ms: &[f64]) -> Quantity {
    let in_time = intervals_ms.iter().filter(|interval| **interval < LATE_MS).count();
    Quantity::new(100.0 * in_time as f64 / intervals_ms.len() as f64, "%")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_that_comes_late_counts_as_one_and_takes_its_time() {
        let intervals_ms = [16.0, 16.0, 48.0];
        assert_eq!(frames(&intervals_ms).text(), "37.5 frames/s");
        assert_eq!(in_time(&intervals_ms).text(), "66.7 %");
    }
}
