//! Runs the command that builds the plugin, and understands what cargo says.

use std::ffi::OsString;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::{io, thread};

use anstream::adapter::strip_str;
use serde_json::Value;
use tracing::debug;

/// Longest message for pages, in bytes.
const LONGEST_MESSAGE_BYTES: usize = 4 << 10;

/// How many characters wide cargo writes what it does, at the beginning of a line.
const VERB_WIDTH: usize = 12;

/// What rebuilds the plugin's library: cargo, with the option `--message-format json` or
/// `json-diagnostic-rendered-ansi`, and without `--quiet`, which would hide what it waits for.
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
    /// The library is there.
    Built(PathBuf),
    /// There is none, for this reason.
    Failed(String),
}

/// A build under way. Dropping it ends the build, with all that it has started.
pub(super) struct RunningBuild {
    child: Arc<Mutex<Child>>,
}

impl RunningBuild {
    /// Starts the command. `news` gets what is heard of it, `ended` what comes of it: both on other threads, `ended` last.
    pub fn start(
        command: &BuildCommand,
        news: impl Fn(BuildNews) + Send + Sync + 'static,
        ended: impl FnOnce(BuildOutcome) + Send + 'static,
    ) -> io::Result<Self> {
        let mut child = grouped(Command::new(&command.program))
            .args(&command.arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
        let child = Arc::new(Mutex::new(child));
        let build = Self { child: Arc::clone(&child) };
        thread::Builder::new().name("build".to_owned()).spawn(move || {
            ended(follow(&child, stdout, stderr, &news));
        })?;
        Ok(build)
    }
}

impl Drop for RunningBuild {
    fn drop(&mut self) {
        let mut child = lock(&self.child);
        // One that has ended and been waited for has no number any more.
        if matches!(child.try_wait(), Ok(None)) {
            end_group(&mut child);
        }
    }
}

/// Puts what the command starts into a group, so that it ends as one and Ctrl-C does not reach it.
fn grouped(mut command: Command) -> Command {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.env("CARGO_TERM_PROGRESS_WHEN", "never").env("CARGO_TERM_QUIET", "false");
    command
}

fn end_group(child: &mut Child) {
    #[cfg(unix)]
    let ended = Command::new("kill").args(["-s", "KILL", "--", &format!("-{}", child.id())]).status();
    #[cfg(not(unix))]
    let ended = Command::new("taskkill")
        .args(["/T", "/F", "/PID", &child.id().to_string()])
        .stdout(Stdio::null())
        .status();
    if !ended.is_ok_and(|status| status.success()) {
        debug!("a build's group was not ended");
        // Whatever it has started may go on for a moment.
        let _ = child.kill();
    }
    let _ = child.wait();
}

/// Reads until the end of the build.
fn follow(
    child: &Mutex<Child>,
    stdout: Option<ChildStdout>,
    stderr: Option<ChildStderr>,
    news: &(impl Fn(BuildNews) + Sync),
) -> BuildOutcome {
    let mut said = CargoMessages::default();
    // Read beside, or a program that says much would wait for its reader.
    let complaints = thread::scope(|scope| {
        let complaints = scope.spawn(|| read_complaints(stderr, news));
        for line in stdout.map(BufReader::new).into_iter().flat_map(BufRead::lines).map_while(Result::ok) {
            if let Some(rendered) = said.note(&line) {
                news(BuildNews::CompilerOutput(rendered));
            }
        }
        complaints.join().unwrap_or_default()
    });
    let is_success = lock(child).wait().is_ok_and(|status| status.success());
    if !is_success && said.first_error.is_none() {
        news(BuildNews::CompilerOutput(complaints.clone()));
    }
    said.outcome(is_success, &complaints)
}

/// Reads what cargo writes beside its messages, tells what it waits for, and returns the rest but for what it does.
fn read_complaints(stderr: Option<ChildStderr>, news: &impl Fn(BuildNews)) -> String {
    let mut complaints = String::new();
    let mut waits = false;
    // What was read until an error is as much as there is.
    for line in
        stderr.map(BufReader::new).into_iter().flat_map(|lines| lines.split(b'\n')).map_while(Result::ok)
    {
        let line = String::from_utf8_lossy(&line);
        let plain = strip_str(line.trim_end_matches('\r')).to_string();
        let Some((verb, rest)) = status(&plain) else {
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
    complaints
}

/// What cargo does, and with what, if that is what a line tells: a verb that ends in a certain column.
fn status(line: &str) -> Option<(&str, &str)> {
    let (verb, rest) = line.split_at_checked(VERB_WIDTH)?;
    let verb = verb.trim_start();
    let is_verb = verb.starts_with(|first: char| first.is_ascii_uppercase())
        && verb.bytes().all(|byte| byte.is_ascii_alphabetic());
    rest.strip_prefix(' ').filter(|_| is_verb).map(|rest| (verb, rest))
}

/// What cargo waits for, in words for who does not know cargo's locks.
fn wait_in_words(words: &str) -> String {
    match words.strip_prefix("waiting for file lock on ") {
        Some(place) => format!("waits for another run of cargo, which has locked the {place}"),
        None => format!("is {words}"),
    }
}

fn lock(child: &Mutex<Child>) -> MutexGuard<'_, Child> {
    child.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What cargo has said, line by line.
#[derive(Debug, Default)]
struct CargoMessages {
    library: Option<PathBuf>,
    first_error: Option<String>,
}

impl CargoMessages {
    /// Takes a line, and returns what of it is for the user.
    fn note(&mut self, line: &str) -> Option<String> {
        // Build scripts and macros may print lines of their own.
        let message: Value = serde_json::from_str(line).ok()?;
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
            "compiler-message" => {
                let diagnostic = &message["message"];
                let rendered = diagnostic["rendered"].as_str()?;
                let is_error = diagnostic["level"].as_str().is_some_and(|level| level.starts_with("error"));
                if is_error && self.first_error.is_none() {
                    self.first_error = Some(rendered.to_owned());
                }
                Some(rendered.to_owned())
            }
            _ => None,
        }
    }

    fn outcome(self, is_success: bool, complaints: &str) -> BuildOutcome {
        match (is_success, self.library) {
            (true, Some(library)) => BuildOutcome::Built(library),
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
