//! What came of a run, and where it is kept.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::machine::Machine;
use crate::order::Measurement;
use crate::row::Row;
use crate::table;

/// The tables of a run.
#[derive(Debug, Serialize)]
pub struct Report {
    machine: Machine,
    /// Without building.
    duration_s: f64,
    targets: Vec<Row>,
    accuracy: Vec<Row>,
    instructions: Vec<Row>,
    processors: Vec<Row>,
    /// What could not be measured, and why.
    failures: Vec<String>,
}

impl Report {
    /// Nothing measured yet.
    pub fn new(machine: Machine) -> Self {
        Self {
            machine,
            duration_s: 0.0,
            targets: Vec::new(),
            accuracy: Vec::new(),
            instructions: Vec::new(),
            processors: Vec::new(),
            failures: Vec::new(),
        }
    }

    /// Adds what was measured to its table.
    pub fn add(&mut self, measurement: Measurement, rows: Vec<Row>) {
        let table = match measurement {
            Measurement::Accuracy => &mut self.accuracy,
            Measurement::Instructions => &mut self.instructions,
            Measurement::Processors => &mut self.processors,
            _ => &mut self.targets,
        };
        table.extend(rows);
    }

    /// Notes that something could not be measured.
    pub fn fail(&mut self, measurement: Measurement, reason: &str) {
        // Reasons may go on for lines and name paths; the first line says what happened.
        let reason = reason.lines().next().unwrap_or_default();
        self.failures.push(format!("{}: {reason}", measurement.name()));
    }

    /// Notes how long it took.
    pub fn finish(&mut self, elapsed: Duration) {
        self.duration_s = elapsed.as_secs_f64().round();
    }

    /// Whether everything that was asked for was measured.
    pub fn is_complete(&self) -> bool {
        self.failures.is_empty()
    }

    /// What is shown when the run ends: everything but the table of single processors.
    pub fn to_terminal(&self) -> String {
        let mut text = String::new();
        for rows in [&self.targets, &self.accuracy, &self.instructions] {
            if !rows.is_empty() {
                let _ = writeln!(text, "\n{}", table::markdown(rows));
            }
        }
        // Asked for alone, it is what one wants to see.
        if self.targets.is_empty() && !self.processors.is_empty() {
            let _ = writeln!(text, "\n{}", processors_table(&self.processors));
        }
        for failure in &self.failures {
            let _ = writeln!(text, "not measured: {failure}");
        }
        text
    }

    /// Writes latest.json and README.md to a folder.
    pub fn write(&self, folder: &Path) -> Result<()> {
        fs::create_dir_all(folder).with_context(|| format!("could not create {}", folder.display()))?;
        let mut json = serde_json::to_string_pretty(self).context("could not write the results as JSON")?;
        json.push('\n');
        for (name, text) in [("latest.json", json), ("README.md", self.to_markdown())] {
            let path = folder.join(name);
            fs::write(&path, text).with_context(|| format!("could not write {}", path.display()))?;
        }
        Ok(())
    }

    fn to_markdown(&self) -> String {
        let mut text = format!(
            "# Measured\n\n\
             Written by `cargo xtask bench`, which takes {} on this machine beside building. Times drift on shared machines, \
             so each row stands beside a yardstick that took turns with it in the same run; `spread` is what lies between \
             the quartiles of all turns, as a share of their median. Counts of instructions do not drift.\n\n\
             Machine: {}.\n",
            minutes(self.duration_s as u64),
            self.machine.text(),
        );
        section(&mut text, "Targets", TARGETS_NOTE, &table::markdown(&self.targets));
        if !self.failures.is_empty() {
            text.push_str("\nNot measured:\n\n");
            for missing in &self.failures {
                let _ = writeln!(text, "- {missing}");
            }
        }
        section(&mut text, "Accuracy, of the same build", ACCURACY_NOTE, &table::markdown(&self.accuracy));
        if !self.instructions.is_empty() {
            let instructions = table::markdown(&self.instructions);
            section(&mut text, "Instructions", INSTRUCTIONS_NOTE, &instructions);
        }
        section(&mut text, "Every processor", PROCESSORS_NOTE, &processors_table(&self.processors));
        text
    }
}

const TARGETS_NOTE: &str = "The chain at 48 kHz, stereo, in blocks of 64 frames, on one core. \"Everything\" is both gains, \
     both cuts at 48 dB/oct, drive at 4x and half of the dry signal; drive is at 12 dB. Without drive, the targets are for \
     the strip with nothing else on and with both cuts alone. Both cuts at 48 dB/oct are ten recursive filters in double \
     precision, in one pass: both channels of both cuts side by side in one vector.\n\nThe knob's \
     message comes at any place in a block, so that half a block passes on average until the next one. It is followed by \
     the block of sound which is the first to change: after 0 ns, if that block had begun already and not taken its \
     parameters yet. None may begin after the answer and not follow. The latency is \
     that of each frame of a tone in 60 s, with a bare JACK client's own taken off.\n\nWhile changes are built and \
     come in, a tone runs through the server and, beside it, through a bare client, in blocks of 256 frames. A frame is \
     lost that is not at its level, or does not follow on the one before. A stall of the machine is a \
     quarter of a block or more in which a thread ahead of all others did not run, or by which JACK called the bare client \
     too late; it may be heard for six blocks.";

const ACCURACY_NOTE: &str = "Aliasing: the strongest component that is no harmonic, of a tone of 5 kHz and -6 dBFS at 12 dB \
     of drive. Cuts: the largest error against the analogue Butterworth filter, up to 0.4 of the sample rate, for corners \
     over the whole range. Loudness: of pink noise at -18 dBFS RMS, how far it strays over the whole range of drive, and \
     the largest step between two settings half a decibel apart.";

const INSTRUCTIONS_NOTE: &str = "By valgrind's callgrind. It emulates a processor with AVX2 at most.";

const PROCESSORS_NOTE: &str = "In ns for each frame, by channels and frames in a block. What a row does not name is off; \
     `neutral` is what the chain costs with nothing on, and is in each of them.";

fn minutes(seconds: u64) -> String {
    format!("{} min {} s", seconds / 60, seconds % 60)
}

fn section(text: &mut String, title: &str, note: &str, table: &str) {
    let _ = write!(text, "\n## {title}\n\n{note}\n\n{table}");
}

/// One line for each case and sample rate, one column for each shape of blocks.
fn processors_table(rows: &[Row]) -> String {
    const SHAPES: [(usize, usize); 6] = [(1, 16), (1, 64), (1, 512), (2, 16), (2, 64), (2, 512)];
    let heading = ["what", "rate", "mono 16", "mono 64", "mono 512", "stereo 16", "stereo 64", "stereo 512"];
    let mut lines = vec![heading.map(str::to_owned)];
    for row in rows {
        let Some(format) = row.format else { continue };
        let rate = format!("{} kHz", format.rate_hz / 1_000.0);
        if lines.last().is_none_or(|line| line[0] != row.what || line[1] != rate) {
            let mut line: [String; 8] = Default::default();
            (line[0], line[1]) = (row.what.clone(), rate);
            lines.push(line);
        }
        let shape = SHAPES.iter().position(|shape| *shape == (format.channels, format.block_frames));
        if let (Some(line), Some(column)) = (lines.last_mut(), shape) {
            line[2 + column] = format!("{:.1}", row.measured.value);
        }
    }
    table::aligned(&lines)
}
