//! Requests to stop: Ctrl-C, termination, the end of the terminal.

use std::future::Future;
use std::io;

use tokio::sync::oneshot;

/// What ends when the program is asked to stop. From the call on, the first such request does not end it by force, and the
/// second does at once: something may hang. Must be called within a runtime.
pub fn requested() -> io::Result<impl Future<Output = ()>> {
    let mut requests = StopRequests::listen()?;
    let (ask, asked) = oneshot::channel();
    tokio::spawn(async move {
        requests.next().await;
        // Whoever starts up has not come to ask yet, or has given up.
        let _ = ask.send(());
        requests.next().await;
        end_by_force();
    });
    Ok(async move {
        // The other end is kept until it has said so.
        let _ = asked.await;
    })
}

/// Ends the program without a word to anything in it. A library that hangs while it is loaded or unloaded would hold up an
/// orderly exit as well.
#[cfg(unix)]
fn end_by_force() {
    use nix::sys::signal::{Signal, raise};

    // There is no way for this to fail.
    let _ = raise(Signal::SIGKILL);
}

#[cfg(windows)]
fn end_by_force() {
    std::process::exit(1);
}

#[cfg(unix)]
struct StopRequests([tokio::signal::unix::Signal; 3]);

#[cfg(unix)]
impl StopRequests {
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        let kinds = [SignalKind::interrupt(), SignalKind::terminate(), SignalKind::hangup()];
        let [interrupt, terminate, hang_up] = kinds.map(signal);
        Ok(Self([interrupt?, terminate?, hang_up?]))
    }

    async fn next(&mut self) {
        let [interrupt, terminate, hang_up] = &mut self.0;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            _ = hang_up.recv() => {}
        }
    }
}

#[cfg(windows)]
struct StopRequests {
    interrupt: tokio::signal::windows::CtrlC,
    pause: tokio::signal::windows::CtrlBreak,
    close: tokio::signal::windows::CtrlClose,
    shutdown: tokio::signal::windows::CtrlShutdown,
}

#[cfg(windows)]
impl StopRequests {
    fn listen() -> io::Result<Self> {
        use tokio::signal::windows::{ctrl_break, ctrl_c, ctrl_close, ctrl_shutdown};

        Ok(Self {
            interrupt: ctrl_c()?,
            pause: ctrl_break()?,
            close: ctrl_close()?,
            shutdown: ctrl_shutdown()?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.pause.recv() => {}
            _ = self.close.recv() => {}
            _ = self.shutdown.recv() => {}
        }
    }
}
