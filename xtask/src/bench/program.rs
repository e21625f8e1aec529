//! The programs that measure, built for release: the package `wavecraft-benches`, and the benches of `wavecraft-tests`, which
//! have real hosts and sound servers.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};

use crate::HOST_TESTS_PACKAGE;
use wavecraft_xtask::bundle::{self, Profile};
use wavecraft_xtask::dev;
use wavecraft_xtask::process;
use wavecraft_xtask::project::Project;

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

/// A program that was built.
pub struct Program {
    path: PathBuf,
    environment: Vec<(&'static str, PathBuf)>,
}

impl Program {
    /// Builds the one that needs nothing but itself.
    pub fn build(project: &Project) -> Result<Self> {
        let mut build = process::cargo(&project.root);
        build.args(["build", "--release", "--package", PACKAGE]);
        process::run(&mut build, "build the measuring program")?;
        let file_name = format!("{PACKAGE}{}", std::env::consts::EXE_SUFFIX);
        let path = project.target_directory.join("release").join(file_name);
        Ok(Self { path, environment: Vec::new() })
    }

    /// Builds a bench of the package for hosts, and the development server that it may start. It finds the bundles, which must
    /// have been made, and the server as that package's tests do.
    pub fn build_with_hosts(project: &Project, bench: &str) -> Result<Self> {
        let server = dev::build_server(project, Profile::Release)?;
        let mut build = process::cargo(&project.root);
        build.args(["build", "--release", "--package", HOST_TESTS_PACKAGE, "--bench", bench]);
        build.args(["--message-format", "json-render-diagnostics"]);
        let output = build.stderr(Stdio::inherit()).output().context("cargo did not start")?;
        if !output.status.success() {
            bail!("could not build the bench `{bench}`: cargo ended with {}", output.status);
        }
        let path = executable_of(bench, &String::from_utf8_lossy(&output.stdout));
        let path = path.with_context(|| format!("cargo did not say where the bench `{bench}` is"))?;
        let environment =
            vec![("WAVECRAFT_BUNDLE_DIR", bundle::folder(project)), ("WAVECRAFT_DEV_SERVER", server)];
        Ok(Self { path, environment })
    }

    /// Where it is, for whoever runs it under another one.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes one measurement, and returns its figures.
    pub fn measure<I: AsRef<OsStr>>(&self, arguments: impl IntoIterator<Item = I>) -> Result<Records> {
        let output = Command::new(&self.path)
            .args(arguments)
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
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

/// The program of a target, among the messages of the cargo that built it.
fn executable_of(target: &str, messages: &str) -> Option<PathBuf> {
    let mut messages =
        messages.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
    let artifact =
        messages.find(|message| message["target"]["name"] == target && message["executable"].is_string());
    artifact.and_then(|artifact| artifact["executable"].as_str().map(PathBuf::from))
}

impl Records {
    /// Reads figures, one on each line.
    pub fn parse(lines: &str) -> Result<Self> {
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
    fn a_program_is_found_among_the_messages_of_its_build() {
        let messages = r#"{"reason":"compiler-artifact","target":{"name":"jack"},"executable":null}
{"reason":"compiler-artifact","target":{"name":"jack"},"executable":"/target/release/deps/jack-1"}
{"reason":"build-finished","success":true}"#;
        assert_eq!(executable_of("jack", messages), Some("/target/release/deps/jack-1".into()));
        assert_eq!(executable_of("loading", messages), None);
    }

    #[test]
    fn what_is_no_figure_is_shown() {
        let error = Records::parse("thread main panicked").unwrap_err();
        assert!(error.to_string().contains("thread main panicked"));
    }
}
