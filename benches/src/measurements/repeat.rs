//! A case run for so many turns and nothing else, for whoever counts instructions.

use anyhow::{Context, Result};

use crate::cases::{self, Format, Run};

/// Runs the case.
///
/// # Errors
///
/// If there is no such case.
pub fn run(name: &str, turns: usize) -> Result<()> {
    let mut cases = cases::all().into_iter();
    let case = cases.find(|case| case.name == name).with_context(|| format!("no case is called `{name}`"))?;
    let mut run = Run::new(&case, Format::USUAL);
    for _ in 0..turns {
        run.turn();
    }
    Ok(())
}
