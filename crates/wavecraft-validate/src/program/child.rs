//! Other processes: this same program as a child, and the validators.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// How many of a process's last lines are worth showing.
const LAST_LINES: usize = 6;

/// How a process ended.
pub struct Ended {
    /// None where it was ended because it took too long.
    status: Option<ExitStatus>,
    /// What it wrote to standard output and standard error, in order.
    pub said: String,
    patience: Duration,
}

/// This program, to be started again.
pub fn command() -> Command {
    // By this name it is there even if its file was replaced meanwhile.
    let itself =
        if cfg!(target_os = "linux") { Ok("/proc/self/exe".into()) } else { std::env::current_exe() };
    Command::new(itself.unwrap_or_else(|_| "wavecraft-validate".into()))
}

/// Runs a process to its end, or ends it when it takes too long.
pub fn run(mut command: Command, patience: Duration) -> io::Result<Ended> {
    // A file takes what a plugin writes, however much that is, without anybody reading it meanwhile.
    let mut said = tempfile::tempfile()?;
    command.stdin(Stdio::null()).stdout(said.try_clone()?).stderr(said.try_clone()?);
    let started = Instant::now();
    let mut child = command.spawn()?;
    let status = loop {
        if let Some(status) = child.try_wait()? {
            break Some(status);
        }
        if started.elapsed() > patience {
            child.kill()?;
            child.wait()?;
            break None;
        }
        thread::sleep(Duration::from_millis(5));
    };
    Ok(Ended { status, said: read(&mut said)?, patience })
}

fn read(file: &mut File) -> io::Result<String> {
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

impl Ended {
    /// Whether it ended by itself, and well.
    pub fn is_success(&self) -> bool {
        self.status.is_some_and(|status| status.success())
    }

    /// How it ended, and the last that it said.
    pub fn words(&self) -> String {
        let how = match self.status {
            None => format!("it did not end within {} s", self.patience.as_secs()),
            Some(status) => how(status),
        };
        let last = self.last_lines();
        if last.is_empty() { how } else { format!("{how}, and said last:\n{last}") }
    }

    fn last_lines(&self) -> String {
        let lines: Vec<&str> = self.said.lines().filter(|line| !line.trim().is_empty()).collect();
        lines[lines.len().saturating_sub(LAST_LINES)..].join("\n")
    }
}

#[cfg(unix)]
fn how(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;

    match status.signal() {
        Some(signal) => format!("it crashed: its process was ended by {}", signal_name(signal)),
        None => format!("its process ended with {status}"),
    }
}

#[cfg(not(unix))]
fn how(status: ExitStatus) -> String {
    format!("its process ended with {status}")
}

#[cfg(unix)]
fn signal_name(signal: i32) -> String {
    // These have one number on all systems.
    let name = match signal {
        4 => "SIGILL, an illegal instruction",
        6 => "SIGABRT, as after a panic that nothing catches",
        8 => "SIGFPE, a division by zero",
        9 => "SIGKILL",
        11 => "SIGSEGV, an access to memory that is not its own",
        15 => "SIGTERM",
        _ => return format!("signal {signal}"),
    };
    format!("signal {signal} ({name})")
}
