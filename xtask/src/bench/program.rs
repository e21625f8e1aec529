//! The program that measures: the package `wavecraft-benches`, built for release.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use crate::process;
use crate::project::Project;

const PACKAGE: &str = "wavecraft-benches";

/// One figure, as the program prints it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Record {
    /// What was measured.
    pub name: String,
    /// How much.
    pub value: f64,
    /// Of what.
    pub unit: String,
    /// How much the turns differed, as a share of their median.
    pub spread: Option<f64>,
    /// The blocks, where they are not the usual ones.
    pub format: Option<Format>,
}

/// The shape of blocks of audio.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Format {
    /// The sample rate.
    pub rate_hz: f64,
    /// How many channels.
    pub channels: usize,
    /// The length of a block.
    pub block_frames: usize,
}

/// The built program.
pub struct Program {
    path: PathBuf,
}

impl Program {
    /// Builds it.
    pub fn build(project: &Project) -> Result<Self> {
        let mut build = process::cargo(&project.root);
        build.args(["build", "--release", "--package", PACKAGE]);
        process::run(&mut build, "build the measuring program")?;
        let file_name = format!("{PACKAGE}{}", std::env::consts::EXE_SUFFIX);
        Ok(Self { path: project.target_directory.join("release").join(file_name) })
    }

    /// Where it is, for whoever runs it under another one.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes one measurement, and returns its figures.
    pub fn measure<I: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = I>) -> Result<Records> {
        let output = Command::new(&self.path)
            .args(arguments)
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .context("the measuring program did not start")?;
        if !output.status.success() {
            bail!("the measuring program ended with {}", output.status);
        }
        Records::parse(&String::from_utf8_lossy(&output.stdout))
    }
}

/// The figures of one measurement.
#[derive(Debug)]
pub struct Records(pub Vec<Record>);

impl Records {
    fn parse(lines: &str) -> Result<Self> {
        let parse = |line| {
            serde_json::from_str(line).with_context(|| format!("the measuring program printed: {line}"))
        };
        lines.lines().map(parse).collect::<Result<_>>().map(Self)
    }

    /// The figure of this name.
    pub fn get(&self, name: &str) -> Result<&Record> {
        self.0
            .iter()
            .find(|record| record.name == name)
            .with_context(|| format!("the measuring program did not measure `{name}`"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_read_line_by_line_and_found_by_name() {
        let lines = "{\"name\":\"a\",\"value\":1.5,\"unit\":\"ns\",\"spread\":0.1}\n{\"name\":\"b\",\"value\":-3,\"unit\":\"dB\"}\n";
        let records = Records::parse(lines).unwrap();
        assert_eq!(records.get("a").unwrap().spread, Some(0.1));
        assert!((records.get("b").unwrap().value - -3.0).abs() < 1e-12);
        assert!(records.get("c").unwrap_err().to_string().contains("`c`"));
    }

    #[test]
    fn what_is_no_figure_is_shown() {
        let error = Records::parse("thread main panicked").unwrap_err();
        assert!(error.to_string().contains("thread main panicked"));
    }
}
