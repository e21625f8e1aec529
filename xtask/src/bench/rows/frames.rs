//! The page in Chromium: 60 frames a second with all meters moving.

use anyhow::{Context, Result};

use super::library;
use crate::bench::Bench;
use crate::bench::program::Records;
use crate::bench::row::{Quantity, Row};
use wavecraft_xtask::bundle::Profile;
use wavecraft_xtask::dev;
use wavecraft_xtask::page;
use wavecraft_xtask::process;
use wavecraft_xtask::setup::{self, Need, page_packages};

/// What counts as 60: a browser's clock is off by a little, and a frame in some hundred may be late.
const FEWEST_FRAMES_S: f64 = 59.5;

pub fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let project = &bench.project;
    setup::ensure(project, &[Need::Standalone, Need::Page, Need::BrowserTests])?;
    bench.build(|| page::ensure_built(project))?;
    let server = bench.build(|| dev::build_server(project, Profile::Release))?;
    let figures = project.target_directory.join("frames.jsonl");
    std::fs::write(&figures, "").with_context(|| format!("could not write {}", figures.display()))?;
    let mut npm = page_packages::npm(project);
    npm.args(["run", "--silent", "bench"]);
    npm.env("WAVECRAFT_DEV_SERVER", server).env("WAVECRAFT_LIBRARY", library::library(bench)?);
    npm.env("WAVECRAFT_FIGURES", &figures);
    process::run_quietly(&mut npm, "count the page's frames")?;
    let records = std::fs::read_to_string(&figures).context("could not read what was counted")?;
    rows(&Records::parse(&records)?)
}

fn rows(records: &Records) -> Result<Vec<Row>> {
    let (strip, empty) = (records.get("strip: frames")?, records.get("empty page: frames")?);
    let share = Quantity::new(100.0 * strip.value / empty.value, "%");
    let frames = Row::of("page: frames with all meters moving, 1,600 x 1,000", strip)
        .beside("an empty page", empty.into(), share)
        .with_measured_at_least(FEWEST_FRAMES_S);
    let (strip, empty) = (records.get("strip: in time")?, records.get("empty page: in time")?);
    let share = Quantity::new(100.0 * strip.value / empty.value, "%");
    let in_time = Row::of("page: of these at most 17.5 ms after the one before", strip);
    Ok(vec![frames, in_time.beside("an empty page", empty.into(), share)])
}
