//! How many instructions a frame takes, counted by valgrind's callgrind: it does not drift, whatever else the machine does.

use std::io::ErrorKind;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use wavecraft::dsp::{Character, Oversampling, Slope};

use crate::cases::{self, Case, Format, Run, TURN_FRAMES};
use crate::row::{Quantity, Row};

/// This program's first argument where it only [repeats](repeat) a case, under callgrind.
pub const TASK: &str = "repeat";

/// Two lengths of a run, in turns: their difference leaves out what happens before the first frame.
const TURNS: [u32; 2] = [2, 12];

/// What this program does under callgrind.
#[derive(Serialize, Deserialize)]
pub struct Repetition {
    /// The number of the case among those that are counted.
    case: usize,
    turns: u32,
}

fn counted() -> [Case; 12] {
    [
        cases::neutral(),
        cases::low_cut(Slope::Db48),
        cases::high_cut(Slope::Db48),
        cases::drive(Character::Soft, Oversampling::X2),
        cases::drive(Character::Soft, Oversampling::X4),
        cases::drive(Character::Soft, Oversampling::X8),
        cases::drive(Character::Tape, Oversampling::X4),
        cases::drive(Character::Tube, Oversampling::X4),
        cases::drive(Character::Hard, Oversampling::X4),
        cases::without_drive(),
        cases::everything(Character::Soft),
        cases::everything_moving(),
    ]
}

/// The instructions of each case for each frame; nothing where there is no valgrind.
pub fn measure() -> Result<Vec<Row>> {
    let mut rows = Vec::new();
    for (number, case) in counted().into_iter().enumerate() {
        let [short, long] = TURNS.map(|turns| count(&Repetition { case: number, turns }));
        let (Some(short), Some(long)) = (short?, long?) else {
            eprintln!("warning: instructions are not counted: there is no valgrind");
            return Ok(Vec::new());
        };
        let frames = (TURNS[1] - TURNS[0]) as usize * TURN_FRAMES;
        rows.push(Row::new(
            case.name,
            Quantity::new((long - short) as f64 / frames as f64, "instructions/frame"),
        ));
    }
    Ok(rows)
}

/// Runs a case and nothing else.
pub fn repeat(repetition: &Repetition) {
    let mut run = Run::new(&counted()[repetition.case], Format::USUAL);
    for _ in 0..repetition.turns {
        run.turn();
    }
}

/// How many instructions it takes; `None` where there is no valgrind.
fn count(repetition: &Repetition) -> Result<Option<u64>> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe()?)
        .args([TASK, &serde_json::to_string(repetition)?])
        .stdin(Stdio::null())
        .output();
    let output = match output {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        output => output.context("valgrind did not start")?,
    };
    let said = String::from_utf8_lossy(&output.stderr);
    if !output.status.success() {
        bail!("valgrind ended with {}: {}", output.status, said.lines().last().unwrap_or_default());
    }
    collected(&said).context("callgrind did not say what it collected").map(Some)
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
