//! What `cargo xtask dev` takes on a bare machine until its page is there: under 3 minutes. It builds everything from
//! nothing, so it is measured with `--clean-build` alone.

use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::order::{FirstStart, Order};
use crate::row::{Quantity, Row};

const LONGEST: Duration = Duration::from_mins(3);

pub fn measure(order: &Order) -> Result<Vec<Row>> {
    if !order.has_clean_build {
        return Ok(Vec::new());
    }
    let mut command = Command::new(&order.xtask);
    command.args(["bench", "--first-start"]).stdin(Stdio::null()).stderr(Stdio::inherit());
    let output = command.output().context("the bare machine did not start")?;
    ensure!(output.status.success(), "the first start on a bare machine ended with {}", output.status);
    let FirstStart { first, again } = serde_json::from_slice(&output.stdout)?;
    let what = "a machine with Rust and Node.js alone to the page of `cargo xtask dev`";
    let row = Row::new(what, Quantity::time(first)).in_times_of("the same once more", Quantity::time(again));
    Ok(vec![row.with_below(Quantity::time(LONGEST).value)])
}
