//! The page in the host's window: first paint under 400 ms, then under 150 ms; memory for one and for ten editors. Beside
//! it stands an empty page, which the same crate shows in a window of the same size.

use std::process::Stdio;

use anyhow::{Context, Result, bail};

use super::library;
use crate::HOST_TESTS_PACKAGE;
use crate::bench::Bench;
use crate::bench::program::{Record, Records};
use crate::bench::row::{Quantity, Row};
use wavecraft_xtask::bundle;
use wavecraft_xtask::process;
use wavecraft_xtask::setup::{self, Need};

const LONGEST_FIRST_OPENING_MS: f64 = 400.0;
const LONGEST_REOPENING_MS: f64 = 150.0;

pub fn measure(bench: &Bench) -> Result<Vec<Row>> {
    if !cfg!(target_os = "linux") {
        bail!("hosts' windows are measured on Linux alone, where they can be on a screen of their own");
    }
    library::library(bench)?;
    setup::ensure(&bench.project, &[Need::HostTests])?;
    let mut command = process::cargo(&bench.project.root);
    command.args(["bench", "--quiet", "--package", HOST_TESTS_PACKAGE]);
    command.args(["--features", "editor-bench", "--bench", "editor"]);
    command.env("WAVECRAFT_BUNDLE_DIR", bundle::folder(&bench.project));
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output();
    let output = output.context("cargo did not start")?;
    if !output.status.success() {
        bail!("the bench of the editor ended with {}", output.status);
    }
    rows(&Records::parse(&String::from_utf8_lossy(&output.stdout))?)
}

fn rows(records: &Records) -> Result<Vec<Row>> {
    let first = records.get("empty page, first opening")?;
    let again = records.get("empty page, reopening")?;
    let opening = |what: &str, name: &str, empty: &Record| -> Result<Row> {
        let record = records.get(name)?;
        Ok(Row::of(what, record).beside("an empty page", empty.into(), ratio(record, empty)))
    };
    let below = |longest_ms: f64, name: &str, row: Row| -> Result<Row> {
        Ok(row.with_measured_below(&Quantity::new(longest_ms, "ms"), records.get(name)?.value / 1e6))
    };
    let memory = |what: &str, name: &str| -> Result<Row> {
        let (record, empty) = (records.get(name)?, records.get("empty page, memory")?);
        Ok(Row::of(what, record).beside("one empty page", empty.into(), ratio(record, empty)))
    };
    let picture = "strip, first opening, picture";
    let painted = opening("editor, first opening, until it is painted", picture, first)?;
    let values = "strip, first opening, parameters";
    let reopened = opening("editor, reopening, until it shows its values", "strip, reopening", again)?;
    Ok(vec![
        below(LONGEST_FIRST_OPENING_MS, picture, painted)?,
        opening("editor, first opening, until it shows its values", values, first)?,
        below(LONGEST_REOPENING_MS, "strip, reopening", reopened)?,
        memory("memory of one editor", "strip, memory of 1")?,
        memory("memory of ten editors", "strip, memory of 10")?,
        Row::of("one processor core, used by an editor whose meters move", records.get("strip, processor")?),
    ])
}

fn ratio(record: &Record, yardstick: &Record) -> Quantity {
    Quantity::new(record.value / yardstick.value, "times")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strip_stands_beside_the_empty_page_and_its_target() {
        let lines = [
            ("strip, first opening, picture", 320e6, "ns"),
            ("strip, first opening, parameters", 410e6, "ns"),
            ("strip, reopening", 20e6, "ns"),
            ("strip, memory of 1", 230e6, "B"),
            ("strip, memory of 10", 1e9, "B"),
            ("strip, processor", 27.0, "%"),
            ("empty page, first opening", 250e6, "ns"),
            ("empty page, reopening", 16e6, "ns"),
            ("empty page, memory", 190e6, "B"),
        ]
        .map(|(name, value, unit)| format!("{{\"name\":\"{name}\",\"value\":{value},\"unit\":\"{unit}\"}}"));
        let rows = rows(&Records::parse(&lines.join("\n")).unwrap()).unwrap();
        let is_reached: Vec<_> =
            rows.iter().map(|row| row.target.as_ref().map(|target| target.is_reached)).collect();
        assert_eq!(is_reached, [Some(true), None, Some(true), None, None, None]);
        assert_eq!(rows[0].ratio.as_ref().unwrap().text(), "1.28 times");
    }
}
