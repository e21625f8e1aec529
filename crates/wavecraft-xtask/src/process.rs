//! Running other programs.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use anyhow::{Context, Result, bail};

use crate::log;
use crate::project::Project;
use crate::report;

/// How many of a program's last lines are shown when it fails.
const LAST_LINES: usize = 60;

/// The cargo that runs this program, in the workspace's root.
pub fn cargo(root: &Path) -> Command {
    cargo_at(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()), root)
}

/// A certain cargo, in the workspace's root.
///
/// Cargo describes the package that it runs in the environment. The variables that do so are taken away again:
/// build scripts that watch them would run anew each time that the workspace is built from here.
pub fn cargo_at(program: impl AsRef<OsStr>, root: &Path) -> Command {
    let mut command = Command::new(program);
    hide_this_package(command.current_dir(root));
    command
}

/// git, in the workspace's root.
pub fn git(project: &Project) -> Command {
    let mut command = Command::new("git");
    command.current_dir(&project.root);
    command
}

/// Takes away what cargo tells in the environment of the package that runs, for a program that runs cargo itself.
pub fn hide_this_package(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let describes_this_package = name.to_str().is_some_and(|name| {
            ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|prefix| name.starts_with(prefix))
        });
        if describes_this_package {
            command.env_remove(name);
        }
    }
}

/// A program that was watched until it ended.
pub struct Watched {
    /// How it ended.
    pub status: ExitStatus,
    /// The last that it said.
    pub last_lines: Vec<String>,
}

/// Runs a program whose output goes to the log, and shows each line to `look`. On a terminal, the newest line shows that
/// it goes on; `purpose` completes "could not …".
pub fn watch(command: &mut Command, purpose: &str, mut look: impl FnMut(&str)) -> Result<Watched> {
    let program = program_name(command);
    let context = || format!("could not {purpose}: {program} did not start");
    // One pipe for both, so that lines keep their order.
    let (output, input) = std::io::pipe().with_context(context)?;
    command.stdin(Stdio::null()).stdout(input.try_clone().with_context(context)?).stderr(input);
    let child = command.spawn();
    // The command holds the writing end, which would keep the pipe open for ever.
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = child.with_context(context)?;
    let mut last_lines = VecDeque::new();
    for line in BufReader::new(output).split(b'\n') {
        let line = line.with_context(|| format!("could not read what {program} says"))?;
        let line = String::from_utf8_lossy(&line).trim_end().to_owned();
        look(&line);
        // Messages for programs are of no use to a reader.
        if line.starts_with("{\"reason\":") {
            continue;
        }
        log::write(format_args!("{line}\n"));
        report::progress(&line);
        if last_lines.len() == LAST_LINES {
            last_lines.pop_front();
        }
        last_lines.push_back(line);
    }
    report::end_progress();
    let status = child.wait().with_context(|| format!("could not wait for {program}"))?;
    Ok(Watched { status, last_lines: last_lines.into() })
}

/// Runs a program whose output goes to the log, and shows the end of it if it fails; `purpose` completes "could not …".
pub fn run_watched(command: &mut Command, purpose: &str) -> Result<()> {
    let program = program_name(command);
    let watched = watch(command, purpose, |_| {})?;
    if !watched.status.success() {
        report::said(&watched.last_lines);
        bail!("could not {purpose}: {program} ended with {}", watched.status);
    }
    Ok(())
}

/// Runs a program that talks to the terminal itself, or to the log while there is one; `purpose` completes "could not …".
pub fn run(command: &mut Command, purpose: &str) -> Result<()> {
    if log::is_kept() {
        return run_watched(command, purpose);
    }
    let program = program_name(command);
    let status = command.status().with_context(|| format!("could not {purpose}: {program} did not start"))?;
    if !status.success() {
        bail!("could not {purpose}: {program} ended with {status}");
    }
    Ok(())
}

/// Runs a program whose output matters only if it fails; `purpose` completes "could not …".
pub fn run_quietly(command: &mut Command, purpose: &str) -> Result<()> {
    let program = program_name(command);
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("could not {purpose}: {program} did not start"))?;
    if !output.status.success() {
        let complaint = if output.stderr.trim_ascii().is_empty() { &output.stdout } else { &output.stderr };
        let said = last_lines(&String::from_utf8_lossy(complaint), 30);
        let reason = format!("it ended with {}, and said:\n{said}", output.status);
        return Err(anyhow::anyhow!(reason).context(format!("could not {purpose}")));
    }
    Ok(())
}

/// What a program prints, if it starts and succeeds.
pub fn output_of(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Where the shell would find a program.
pub fn find_program(name: &str) -> Option<PathBuf> {
    which::which_global(name).ok()
}

fn program_name(command: &Command) -> String {
    Path::new(command.get_program()).file_stem().unwrap_or(OsStr::new("the program")).display().to_string()
}

fn last_lines(text: &str, count: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(count)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_last_lines_of_an_output_are_kept() {
        assert_eq!(last_lines("a\nb\nc\n", 2), "b\nc");
        assert_eq!(last_lines("a", 2), "a");
        assert_eq!(last_lines("", 2), "");
    }

    #[test]
    fn a_program_that_does_not_exist_is_not_found() {
        assert_eq!(find_program("no-program-bears-this-name"), None);
    }
}
