//! The program that runs the development server under a JACK server of its own.

use anyhow::Result;

use super::library;
use crate::bench::Bench;
use crate::bench::program::Program;
use wavecraft_xtask::report;
use wavecraft_xtask::setup::{self, Need};

/// The program, built now; `None` where there is no JACK server that needs no hardware.
pub fn program(bench: &Bench) -> Result<Option<Program>> {
    if !cfg!(target_os = "linux") {
        report::warning("nothing is measured under JACK: that is done on Linux");
        return Ok(None);
    }
    setup::ensure(&bench.project, &[Need::Standalone, Need::TestSound])?;
    // The bundle is what the server plays.
    library::library(bench)?;
    bench.build(|| Program::build_with_hosts(&bench.project, "jack")).map(Some)
}
