//! The process of a build, which can be ended from another thread.

use std::io;
use std::process::{Child, ChildStderr, ChildStdout, Command, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tracing::debug;

/// What builds at the moment: one process after another.
#[derive(Default)]
pub(in crate::reload) struct BuildProcess(Mutex<State>);

#[derive(Default)]
struct State {
    child: Option<Child>,
    /// Nothing is started any more.
    has_ended: bool,
}

impl BuildProcess {
    /// Starts a command, whose output is read by the caller.
    ///
    /// # Errors
    ///
    /// When the system does not start it, or the build was ended.
    pub fn start(&self, command: Command) -> io::Result<(Option<ChildStdout>, Option<ChildStderr>)> {
        let mut state = self.lock();
        if state.has_ended {
            return Err(io::Error::other("the build was ended"));
        }
        let mut child = grouped(command).stdin(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let output = (child.stdout.take(), child.stderr.take());
        state.child = Some(child);
        Ok(output)
    }

    /// Waits for the process that was started last, once its output has been read, and returns whether it has succeeded.
    pub fn succeeds(&self) -> bool {
        let status = self.lock().child.as_mut().map(Child::wait);
        status.and_then(Result::ok).is_some_and(|status| status.success())
    }

    /// Ends what runs, with all that it has started, and lets nothing start after it.
    pub fn end(&self) {
        let mut state = self.lock();
        state.has_ended = true;
        // One that has ended and been waited for has no number any more.
        if let Some(child) = &mut state.child
            && matches!(child.try_wait(), Ok(None))
        {
            end_group(child);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
