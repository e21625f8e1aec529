//! Programs that a test starts, and that end with it even if it is killed: a sound server that is left behind would be
//! found by the next test.

use std::ffi::OsStr;
use std::process::Command;

/// A command for a program that ends, at the latest, with the thread that starts it.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    if !cfg!(target_os = "linux") {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", "KILL", "--"]).arg(program);
    command
}

/// Takes away what cargo tells of the package that runs: build scripts of other builds that watch it would run anew.
pub fn hide_package(command: &mut Command) {
    let describes_it =
        |name: &str| ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|start| name.starts_with(start));
    for (name, _) in std::env::vars().filter(|(name, _)| describes_it(name)) {
        command.env_remove(name);
    }
}
