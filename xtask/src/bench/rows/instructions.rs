//! How many instructions a frame takes, counted by valgrind's callgrind: it does not drift, whatever else the machine does.

use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::bench::Bench;
use crate::bench::row::{Quantity, Row};
use wavecraft_xtask::process;
use wavecraft_xtask::report;

/// What is counted: names of the measuring program's cases.
const CASES: [&str; 12] = [
    "neutral",
    "low cut 48 dB/oct",
    "high cut 48 dB/oct",
    "drive Soft 2x",
    "drive Soft 4x",
    "drive Soft 8x",
    "drive Tape 4x",
    "drive Tube 4x",
    "drive Hard 4x",
    "everything but drive",
    "everything, drive Soft 4x",
    "everything, drive Soft 4x, all moving",
];

/// Two lengths of a run, in turns: their difference leaves out what happens before the first frame.
const TURNS: [u64; 2] = [2, 12];
/// As the measuring program has it.
const TURN_FRAMES: u64 = 4_096;

pub fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let Some(valgrind) = process::find_program("valgrind") else {
        report::warning("instructions are not counted: there is no valgrind");
        return Ok(Vec::new());
    };
    CASES
        .into_iter()
        .map(|case| {
            let count = |turns| count(&valgrind, bench.program.path(), case, turns);
            let difference = count(TURNS[1])? - count(TURNS[0])?;
            let frames = (TURNS[1] - TURNS[0]) * TURN_FRAMES;
            Ok(Row::new(case, Quantity::new(difference as f64 / frames as f64, "instructions/frame")))
        })
        .collect()
}

fn count(valgrind: &Path, program: &Path, case: &str, turns: u64) -> Result<u64> {
    let output = Command::new(valgrind)
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(["repeat", case, &turns.to_string()])
        .stdin(Stdio::null())
        .output()
        .context("valgrind did not start")?;
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!("valgrind ended with {}: {}", output.status, said.lines().last().unwrap_or_default());
    }
    collected(&said).with_context(|| format!("callgrind did not say what it collected for `{case}`"))
}

/// The count in what callgrind says at its end: `==123== Collected : 456`.
fn collected(said: &str) -> Option<u64> {
    let line = said.lines().rev().find(|line| line.contains("Collected :"))?;
    line.rsplit(':').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_read_off_what_callgrind_says() {
        let said =
            "==1== Events    : Ir\n==1== Collected : 251486432\n==1== \n==1== I   refs:      251,486,432\n";
        assert_eq!(collected(said), Some(251_486_432));
        assert_eq!(collected("==1== nothing"), None);
    }
}
