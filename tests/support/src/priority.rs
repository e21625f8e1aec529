//! Programs that run ahead of others, as sound does on a musician's machine.
//!
//! On a busy machine, a program without real-time priority is held up for some hundred milliseconds at times, and no buffer
//! of a sensible length covers that. Where the system does not allow the priority, everything runs without it.

use std::ffi::OsStr;
#[cfg(target_os = "linux")]
use std::fs;
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use crate::children;

/// Below JACK's own.
const PRIORITY: &str = "1";

/// A command that runs a program ahead of others, and that ends with the thread that starts it.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    if !is_allowed() {
        return children::command(program);
    }
    let mut command = children::command("chrt");
    command.args(["--rr", PRIORITY]).arg(program);
    command
}

/// Lets a thread run ahead of others. The number of a process is that of its first thread.
pub fn raise(thread_id: u32) {
    if is_allowed() {
        let raised = Command::new("chrt").args(["--rr", "--pid", PRIORITY, &thread_id.to_string()]).status();
        assert!(raised.is_ok_and(|status| status.success()), "the priority is allowed, but not given");
    }
}

/// The number of the thread that asks.
#[cfg(target_os = "linux")]
pub fn this_thread_id() -> u32 {
    let thread = fs::read_link("/proc/thread-self").expect("Linux has it");
    let id = thread.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
    id.expect("it ends with the thread's number")
}

fn is_allowed() -> bool {
    static IS_ALLOWED: OnceLock<bool> = OnceLock::new();
    *IS_ALLOWED.get_or_init(|| {
        let mut command = Command::new("chrt");
        command.args(["--rr", PRIORITY, "true"]).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    })
}
