//! Builds the plugin's library by a call of the compiler alone, as cargo has called it the last time, when nothing has
//! changed but sources of the plugin's own crate. Cargo takes some 0.2 s to find out that it has nothing else to do.
//!
//! Cargo is asked to write how it calls the compiler (`-vv`), and a run that has built the plugin's crate and nothing else is
//! recorded, with the state of all that cargo would look at: manifests, locked versions, configuration, the compiler, what
//! was made of dependencies, their sources, build scripts and what these watch. Each build compares all of that first.
//! Whatever is not as it was, or not known for certain, is left to cargo: it is never a failure.
//!
//! Cargo never takes what was made here for its own. Its lock is held meanwhile, the library that it has made is removed
//! first, and the new one is moved to a folder of the server: cargo finds its own missing and compiles the crate again.
//! The compiler writes in cargo's folder at first, since its incremental compilation depends on the path.
//!
//! Not looked at: manifests of workspace members that the plugin does not depend on, for which cargo may choose other versions
//! once it writes `Cargo.lock`, and what cargo does not look at either, such as the linker and the system's libraries.
//! On Windows cargo quotes otherwise, and builds each time.

mod command_line;
mod inputs;
#[cfg(unix)]
mod job_server;
mod recorder;

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anstream::adapter::strip_str;
use serde_json::Value;
use tracing::debug;

use super::build::{BuildCommand, BuildOutcome, BuildProcess, CargoMessages};
use super::dep_info::CompilerNotes;
use command_line::CommandLine;
use inputs::{InputProblem, Inputs};
pub(super) use recorder::{CallReader, Recorder};

/// What is known of the last build by cargo. It is used by one build at a time, on its thread.
pub(super) struct DirectCompile {
    /// Where libraries are put.
    folder: PathBuf,
    recording: Option<Recording>,
}

/// How the plugin's crate was compiled, and what that depends on.
#[derive(Debug)]
struct Recording {
    call: CompilerCall,
    /// The file that cargo locks while it builds.
    lock: PathBuf,
    /// What the compiler makes.
    library: PathBuf,
    /// What it notes of that.
    notes: PathBuf,
    /// The variables whose values are those that cargo would give.
    known_variables: BTreeSet<String>,
    inputs: Inputs,
}

/// A call of the compiler, in the folder that it was called in.
#[derive(Debug)]
struct CompilerCall {
    command: CommandLine,
    folder: PathBuf,
}

/// Why cargo has to build.
#[derive(Debug, thiserror::Error)]
pub(super) enum CargoIsNeeded {
    /// No build was recorded, or none that can be done again.
    #[error("no build by cargo is recorded")]
    NothingRecorded,
    /// Another run of cargo builds.
    #[error("another run of cargo builds")]
    Locked,
    /// Something else than the crate's own sources has changed.
    #[error(transparent)]
    Input(#[from] InputProblem),
    /// The sources read a variable that cargo may give another value.
    #[error("the sources read the variable {0}")]
    Variable(String),
    /// The compiler has ended without an error in the sources.
    #[error("the compiler has failed without an error in the sources")]
    Compiler,
    /// A file was not read or written, or the compiler did not start.
    #[error("a direct build has failed: {0}")]
    System(#[from] io::Error),
}

impl DirectCompile {
    /// Puts what it builds into `folder`, which is made when it is needed.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, recording: None }
    }

    /// Builds without cargo, and hands what the compiler says to `say` once it has come to its end.
    ///
    /// # Errors
    ///
    /// [`CargoIsNeeded`]: then nothing was said, and cargo builds.
    pub fn build(
        &self,
        command: &BuildCommand,
        process: &BuildProcess,
        say: impl Fn(String),
    ) -> Result<BuildOutcome, CargoIsNeeded> {
        let recording = self.recording.as_ref().ok_or(CargoIsNeeded::NothingRecorded)?;
        let _lock = recording.locked()?;
        recording.inputs.check()?;
        // From now on cargo knows that its library is not there.
        for file in [&recording.library, &recording.notes] {
            removed(file)?;
        }
        fs::create_dir_all(&self.folder)?;
        let compiled = recording.compile(process, &self.folder, is_coloured(command));
        let moved = compiled.and_then(|(outcome, said)| {
            if let BuildOutcome::Built { .. } = outcome {
                let sources = recording.sources()?;
                let library = recording.take_library(&self.folder)?;
                return Ok((BuildOutcome::Built { library, sources }, said));
            }
            Ok((outcome, said))
        });
        if moved.is_err() {
            removed(&recording.library)?;
        }
        let (outcome, said) = moved?;
        said.into_iter().for_each(say);
        Ok(outcome)
    }

    /// Forgets the last build by cargo. Call it before cargo builds.
    pub fn forget(&mut self) {
        self.recording = None;
    }

    /// Takes what was learnt of a build by cargo that has made `library`.
    pub fn record(&mut self, recorder: Recorder, calls: CallReader, command: &BuildCommand, library: &Path) {
        match recorder.record(calls, command, library) {
            Ok(recording) => self.recording = Some(recording),
            Err(reason) => debug!("cargo builds the next time as well: {reason}"),
        }
    }
}

/// The arguments with which cargo also writes how it calls the compiler; `None` where that cannot be read, or the program is not
/// cargo.
pub(super) fn verbose_arguments(command: &BuildCommand) -> Option<Vec<&OsStr>> {
    let is_cargo = Path::new(&command.program).file_stem().is_some_and(|stem| stem == "cargo");
    if !cfg!(unix) || !is_cargo || command.arguments.first().is_none_or(|first| first != "rustc") {
        return None;
    }
    let (subcommand, rest) = command.arguments.split_first()?;
    let rest = rest.iter().map(AsRef::as_ref);
    Some([subcommand.as_ref(), OsStr::new("-vv")].into_iter().chain(rest).collect())
}

/// Whether cargo would hand on the colours that it asks the compiler for.
fn is_coloured(command: &BuildCommand) -> bool {
    command
        .arguments
        .iter()
        .any(|argument| argument.to_string_lossy().contains("json-diagnostic-rendered-ansi"))
}

/// Keeps the compiler to as many threads as there are processors, until the result is dropped.
#[cfg(unix)]
fn limit_threads(compiler: &mut Command, own_folder: &Path) -> io::Result<job_server::JobServer> {
    let job_server = job_server::JobServer::create(own_folder)?;
    compiler.env(job_server::VARIABLE, job_server.flags());
    Ok(job_server)
}

/// Cargo builds each time.
#[cfg(not(unix))]
fn limit_threads(_: &mut Command, _: &Path) -> io::Result<()> {
    Ok(())
}

/// Removes a file, which may be gone already.
fn removed(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

impl Recording {
    /// Keeps other runs of cargo from building until the result is dropped.
    fn locked(&self) -> Result<File, CargoIsNeeded> {
        let file = File::options().read(true).write(true).open(&self.lock)?;
        file.try_lock().map_err(|_| CargoIsNeeded::Locked)?;
        Ok(file)
    }

    /// Calls the compiler, and returns what has come of it and what it has said. What it needs beside is put into `own_folder`.
    fn compile(
        &self,
        process: &BuildProcess,
        own_folder: &Path,
        is_coloured: bool,
    ) -> Result<(BuildOutcome, Vec<String>), CargoIsNeeded> {
        let CompilerCall { command, folder } = &self.call;
        let mut compiler = Command::new(&command.program);
        compiler.args(&command.arguments).current_dir(folder).stdout(Stdio::null());
        compiler.envs(command.variables.iter().map(|(name, value)| (name, value)));
        let _job_server = limit_threads(&mut compiler, own_folder)?;
        let (_, stderr) = process.start(compiler)?;
        let mut messages = CargoMessages::default();
        let mut said = Vec::new();
        for line in stderr.map(BufReader::new).into_iter().flat_map(BufRead::lines).map_while(Result::ok) {
            said.extend(
                diagnostic(&line, is_coloured).and_then(|diagnostic| messages.note_diagnostic(&diagnostic)),
            );
        }
        if process.succeeds() {
            let outcome = BuildOutcome::Built { library: self.library.clone(), sources: Vec::new() };
            return Ok((outcome, said));
        }
        if !messages.has_error() {
            return Err(CargoIsNeeded::Compiler);
        }
        Ok((messages.outcome(false, ""), said))
    }

    /// The sources of what was compiled, unless they read a variable of which it is not known what cargo would give.
    fn sources(&self) -> Result<Vec<PathBuf>, CargoIsNeeded> {
        let notes = CompilerNotes::read(&self.notes, &self.call.folder);
        let notes = notes.ok_or_else(|| io::Error::other("the compiler has noted nothing"))?;
        match notes.variables.iter().find(|(name, _)| !self.known_variables.contains(name)) {
            Some((name, _)) => Err(CargoIsNeeded::Variable(name.clone())),
            None => Ok(super::dep_info::not_built(notes.sources)),
        }
    }

    /// Moves what was compiled to where the server has it from.
    fn take_library(&self, folder: &Path) -> io::Result<PathBuf> {
        let taken = folder.join(self.library.file_name().unwrap_or_default());
        // Folders may lie on different disks.
        if fs::rename(&self.library, &taken).is_err() {
            fs::copy(&self.library, &taken)?;
            removed(&self.library)?;
        }
        Ok(taken)
    }
}

/// A message of the compiler as cargo hands it on, if it does.
fn diagnostic(line: &str, is_coloured: bool) -> Option<Value> {
    let mut message: Value = serde_json::from_str(line).ok()?;
    let text = message["message"].as_str()?;
    // Cargo counts by itself.
    if text.starts_with("aborting due to")
        || text.ends_with("warning emitted")
        || text.ends_with("warnings emitted")
    {
        return None;
    }
    if !is_coloured && let Some(rendered) = message["rendered"].as_str() {
        message["rendered"] = strip_str(rendered).to_string().into();
    }
    Some(message)
}

#[cfg(test)]
mod tests;
