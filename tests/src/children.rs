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
