//! Running other programs.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

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

/// Runs a program that talks to the terminal itself; `purpose` completes "could not …".
pub fn run(command: &mut Command, purpose: &str) -> Result<()> {
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
    let file_name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(&file_name))
        .find(|candidate| candidate.is_file())
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
