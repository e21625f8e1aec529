//! What a measurement says.

use serde::Serialize;

use crate::cases::Format;
use crate::timing::Timing;

/// One figure.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    /// What was measured, in words; the same in every run.
    pub name: String,
    /// How much.
    pub value: f64,
    /// Of what: `ns`, `ns/frame`, `B`, `dB`.
    pub unit: &'static str,
    /// How much the single turns differed, as a share of their median; none where nothing was timed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spread: Option<f64>,
    /// The blocks that were processed, where it is not the usual ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<Format>,
}

impl Record {
    /// A figure that was not timed.
    pub fn figure(name: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { name: name.into(), value, unit, spread: None, format: None }
    }

    /// A time.
    pub fn time(name: impl Into<String>, timing: Timing, unit: &'static str) -> Self {
        Self { spread: Some(timing.spread), ..Self::figure(name, timing.median_ns, unit) }
    }

    /// Prints the record for `cargo xtask bench` to read.
    ///
    /// # Errors
    ///
    /// If standard output is closed.
    pub fn print(&self) -> anyhow::Result<()> {
        use std::io::Write;

        let line = serde_json::to_string(self)?;
        writeln!(std::io::stdout(), "{line}")?;
        Ok(())
    }
}
