//! Builds the plugin: by the compiler alone where that is sure to be enough, or else by the command, and understands what
//! cargo says.

mod process;

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{ChildStderr, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::{io, thread};

use anstream::adapter::strip_str;
use serde_json::Value;
use tracing::debug;

use super::dep_info;
use super::direct_compile::{self, CallReader, DirectCompile, Recorder};
pub(super) use process::BuildProcess;

/// Longest message for pages, in bytes.
const LONGEST_MESSAGE_BYTES: usize = 4 << 10;

/// How many characters wide cargo writes what it does, at the beginning of a line.
const VERB_WIDTH: usize = 12;

/// What rebuilds the plugin's library: cargo, with the option `--message-format json` or
/// `json-diagnostic-rendered-ansi`, and without `--quiet`, which would hide what it waits for. If it is `cargo rustc`, a build
/// adds `-vv`, and may call the compiler itself as cargo has done before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BuildCommand {
    /// The program.
    pub program: OsString,
    /// Its arguments.
    pub arguments: Vec<OsString>,
}

/// What is heard of a build under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum BuildNews {
    /// The compiler says this.
    CompilerOutput(String),
    /// It waits: for this, in words that go on after "the build".
    Waits(String),
    /// It waits no longer.
    GoesOn,
}

/// What has come of a build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum BuildOutcome {
    /// The library is there, and so are the sources that it was built from.
    Built { library: PathBuf, sources: Vec<PathBuf> },
    /// There is none, for this reason.
    Failed(String),
    /// The command did not start, for this reason.
    NotStarted(String),
}

/// A build under way. Dropping it ends the build, with all that it has started.
pub(super) struct RunningBuild {
    process: Arc<BuildProcess>,
}

impl RunningBuild {
    /// Starts a build: by the compiler alone where `direct` can tell that cargo would do nothing else, or else by the command.
    /// `news` gets what is heard of it, `ended` what comes of it: both on other threads, `ended` last.
    ///
    /// # Errors
    ///
    /// When the system starts no thread.
    pub fn start(
        command: BuildCommand,
        direct: Arc<Mutex<DirectCompile>>,
        news: impl Fn(BuildNews) + Send + Sync + 'static,
        ended: impl FnOnce(BuildOutcome) + Send + 'static,
    ) -> io::Result<Self> {
        let process = Arc::new(BuildProcess::default());
        let build = Self { process: Arc::clone(&process) };
        thread::Builder::new().name("build".to_owned()).spawn(move || {
            let mut direct = direct.lock().unwrap_or_else(PoisonError::into_inner);
            ended(build_library(&command, &mut direct, &process, &news));
        })?;
        Ok(build)
    }
}

impl Drop for RunningBuild {
    fn drop(&mut self) {
        self.process.end();
    }
}

fn build_library(
    command: &BuildCommand,
    direct: &mut DirectCompile,
    process: &BuildProcess,
    news: &(impl Fn(BuildNews) + Sync),
) -> BuildOutcome {
    match direct.build(command, process, |said| news(BuildNews::CompilerOutput(said))) {
        Ok(outcome) => outcome,
        Err(reason) => {
            debug!("cargo builds: {reason}");

            build_with_cargo(command, direct, process, news)
        }
    }
}

/// Runs the command, and reads until the end of the build.
fn build_with_cargo(
    command: &BuildCommand,
    direct: &mut DirectCompile,
    process: &BuildProcess,
    news: &(impl Fn(BuildNews) + Sync),
) -> BuildOutcome {
    direct.forget();
    let verbose_arguments = direct_compile::verbose_arguments(command);
    let is_recorded = verbose_arguments.is_some();
    let mut cargo = Command::new(&command.program);
    match verbose_arguments {
        Some(arguments) => cargo.args(arguments),
        None => cargo.args(&command.arguments),
    };
    cargo.stdout(Stdio::piped());
    let mut recorder = Recorder::start();
    let (stdout, stderr) = match process.start(cargo) {
        Ok(output) => output,
        Err(error) => return BuildOutcome::NotStarted(error.to_string()),
    };
    let mut said = CargoMessages::default();
    // Read beside, or a program that says much would wait for its reader.
    let (complaints, calls) = thread::scope(|scope| {
        let complaints = scope.spawn(|| read_complaints(stderr, news));
        for line in stdout.map(BufReader::new).into_iter().flat_map(BufRead::lines).map_while(Result::ok) {
            // Build scripts and macros may print lines of their own.
            let Ok(message) = serde_json::from_str(&line) else { continue };
            recorder.note(&message);
            if let Some(rendered) = said.note(&message) {
                news(BuildNews::CompilerOutput(rendered));
            }
        }
        complaints.join().unwrap_or_default()
    });
    let is_success = process.succeeds();
    if !is_success && !said.has_error() {
        news(BuildNews::CompilerOutput(complaints.clone()));
    }
    let outcome = said.outcome(is_success, &complaints);
    if is_recorded && let BuildOutcome::Built { library, .. } = &outcome {
        direct.record(recorder, calls, command, library);
    }
    outcome
}

/// Reads what cargo writes beside its messages, tells what it waits for, and returns the rest but for what it does, and the
/// programs that it has called.
fn read_complaints(stderr: Option<ChildStderr>, news: &impl Fn(BuildNews)) -> (String, CallReader) {
    let mut complaints = String::new();
    let mut calls = CallReader::default();
    let mut waits = false;
    // What was read until an error is as much as there is.
    for line in
        stderr.map(BufReader::new).into_iter().flat_map(|lines| lines.split(b'\n')).map_while(Result::ok)
    {
        let line = String::from_utf8_lossy(&line);
        let plain = strip_str(line.trim_end_matches('\r')).to_string();
        let activity = status(&plain);
        if calls.takes(&line, activity) {
            continue;
        }
        let Some((verb, rest)) = activity else {
            // Cargo says it once more where it matters.
            if is_of_build_script(&plain) {
                continue;
            }
            complaints += &line;
            complaints.push('\n');
            continue;
        };
        if verb == "Blocking" {
            waits = true;
            news(BuildNews::Waits(wait_in_words(rest)));
        } else if std::mem::take(&mut waits) {
            news(BuildNews::GoesOn);
        }
    }
    (complaints, calls)
}

/// What cargo does, and with what, if that is what a line tells: a verb that ends in a certain column.
fn status(line: &str) -> Option<(&str, &str)> {
    let (verb, rest) = line.split_at_checked(VERB_WIDTH)?;
    let verb = verb.trim_start();
    let is_verb = verb.starts_with(|first: char| first.is_ascii_uppercase())
        && verb.bytes().all(|byte| byte.is_ascii_alphabetic());
    rest.strip_prefix(' ').filter(|_| is_verb).map(|rest| (verb, rest))
}

/// Whether a line is what a build script has written, which cargo shows at once when it is asked how it calls programs: the
/// package's name and version stand before it.
fn is_of_build_script(line: &str) -> bool {
    let package = line.strip_prefix('[').and_then(|line| line.split_once(']')).map(|(package, _)| package);
    package.and_then(|package| package.split_once(' ')).is_some_and(|(name, version)| {
        let is_name = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
        is_name && version.starts_with(|first: char| first.is_ascii_digit()) && version.contains('.')
    })
}

/// What cargo waits for, in words for who does not know cargo's locks.
fn wait_in_words(words: &str) -> String {
    match words.strip_prefix("waiting for file lock on ") {
        Some(place) => format!("waits for another run of cargo, which has locked the {place}"),
        None => format!("is {words}"),
    }
}

/// What cargo has said, message by message.
#[derive(Debug, Default)]
pub(super) struct CargoMessages {
    library: Option<PathBuf>,
    first_error: Option<String>,
}

impl CargoMessages {
    /// Takes a message of cargo, and returns what of it is for the user.
    fn note(&mut self, message: &Value) -> Option<String> {
        match message["reason"].as_str()? {
            "compiler-artifact" => {
                let is_macro = message["target"]["kind"].as_array()?.iter().any(|kind| kind == "proc-macro");
                let names = message["filenames"].as_array()?.iter().filter_map(Value::as_str);
                let mut libraries = names.filter(|name| name.ends_with(std::env::consts::DLL_SUFFIX));
                // The last one is what was asked for.
                if let Some(library) = libraries.next().filter(|_| !is_macro) {
                    self.library = Some(library.into());
                }
                None
            }
            "compiler-message" if is_for_the_user(message) => self.note_diagnostic(&message["message"]),
            _ => None,
        }
    }

    /// Takes a message of the compiler, and returns what of it is for the user.
    pub fn note_diagnostic(&mut self, diagnostic: &Value) -> Option<String> {
        let rendered = diagnostic["rendered"].as_str()?;
        let is_error = diagnostic["level"].as_str().is_some_and(|level| level.starts_with("error"));
        if is_error && self.first_error.is_none() {
            self.first_error = Some(rendered.to_owned());
        }
        Some(rendered.to_owned())
    }

    /// Whether the compiler has found an error.
    pub fn has_error(&self) -> bool {
        self.first_error.is_some()
    }

    /// What has come of the build.
    pub fn outcome(self, is_success: bool, complaints: &str) -> BuildOutcome {
        match (is_success, self.library) {
            (true, Some(library)) => {
                let sources = dep_info::sources(&library);
                BuildOutcome::Built { library, sources }
            }
            (true, None) => {
                let suffix = std::env::consts::DLL_SUFFIX;
                BuildOutcome::Failed(format!("the build command has made no library (*{suffix})"))
            }
            (false, _) => {
                let error = self.first_error.as_deref().unwrap_or(complaints);
                // Pages show no colours of a terminal.
                let error = bounded(strip_str(error).to_string().trim());
                BuildOutcome::Failed(if error.is_empty() { "the build has failed".to_owned() } else { error })
            }
        }
    }
}

/// Whether it is an error, or is about a package that the user may edit: cargo that is asked how it calls the compiler also
/// hands on what the compiler warns of in packages of others.
fn is_for_the_user(message: &Value) -> bool {
    let is_warning = message["message"]["level"] == "warning";
    !is_warning || message["package_id"].as_str().is_none_or(|package| package.starts_with("path+"))
}

/// As much of the text as pages are sent.
fn bounded(text: &str) -> String {
    if text.len() <= LONGEST_MESSAGE_BYTES {
        return text.to_owned();
    }
    let end = text.floor_char_boundary(LONGEST_MESSAGE_BYTES);
    format!("{} …", &text[..end])
}

#[cfg(test)]
mod tests;
