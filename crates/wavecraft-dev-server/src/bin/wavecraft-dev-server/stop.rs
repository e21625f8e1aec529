//! Requests to stop: Ctrl-C, termination, the end of the terminal.

use std::future::{self, Future};
use std::io::{self, Write};
use std::sync::mpsc;
use std::task::Poll;
use std::thread;
use std::time::Duration;

use tokio::runtime;
use tokio::sync::oneshot;
use tokio::time::timeout;

/// How long an end may take until the user is told what a second request does.
const QUIET: Duration = Duration::from_secs(1);

/// What ends when the program is asked to stop. From the call on, the first such request does not end it by force, and the
/// second does at once: something may hang.
///
/// A thread of its own waits for them. A library that hangs while it is loaded holds the system's lock on libraries, which any
/// thread needs that makes its first value of its own; this one has made all of them before the function returns.
pub fn requested() -> io::Result<impl Future<Output = ()>> {
    let (ask, asked) = oneshot::channel();
    let (tell_readiness, readiness) = mpsc::channel();
    thread::Builder::new().name("stop".to_owned()).spawn(move || {
        let waiting = runtime::Builder::new_current_thread().enable_all().build();
        match waiting {
            Ok(runtime) => runtime.block_on(heed(ask, &tell_readiness)),
            Err(error) => drop(tell_readiness.send(Err(error))),
        }
    })?;
    readiness.recv().unwrap_or_else(|_| Err(io::Error::other("the thread that waits for it has ended")))?;
    Ok(async move {
        // The other end is kept until it has said so.
        let _ = asked.await;
    })
}

/// Waits for the first request and hands it on, and ends the program at the second.
async fn heed(ask: oneshot::Sender<()>, readiness: &mpsc::Sender<io::Result<()>>) {
    let mut requests = match StopRequests::listen() {
        Ok(requests) => requests,
        Err(error) => return drop(readiness.send(Err(error))),
    };
    let mut first = Box::pin(requests.next());
    // Each wait once, so that whatever it needs is there.
    let has_come = future::poll_fn(|context| Poll::Ready(first.as_mut().poll(context).is_ready())).await;
    let _ = timeout(Duration::ZERO, future::pending::<()>()).await;
    let _ = readiness.send(Ok(()));
    if has_come {
        drop(first);
    } else {
        first.await;
    }
    // Whoever starts up has not come to ask yet, or has given up.
    let _ = ask.send(());
    if timeout(QUIET, requests.next()).await.is_err() {
        // Not through the log, whose first line on a thread takes what a hanging library keeps.
        let _ = writeln!(io::stderr(), "  Something does not end; Ctrl-C again stops the server at once");
        requests.next().await;
    }
    end_by_force();
}

/// Ends the program without a word to anything in it. A library that hangs while it is loaded or unloaded would hold up an
/// orderly exit as well.
#[cfg(unix)]
fn end_by_force() {
    use nix::sys::signal::{Signal, raise};

    // There is no way for this to fail.
    let _ = raise(Signal::SIGKILL);
}

/// As above. An exit would wait for the lock on libraries, and so would the start of a program that ends this one.
#[cfg(windows)]
fn end_by_force() {
    std::process::abort();
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

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};
    use std::process::{Command, Stdio};
    use std::time::Instant;

    use plugin_test_support::c_compiler;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(10);

    /// The variable by which the program below finds the library.
    const LIBRARY: &str = "STOP_TEST_LIBRARY";

    /// Makes the file `MARK` when it is loaded, and never finishes that.
    const HANGING: &str = r#"
        #include <stdio.h>
        #ifdef _WIN32
        #include <windows.h>
        BOOL WINAPI DllMain(HINSTANCE library, DWORD reason, LPVOID reserved) {
            if (reason == DLL_PROCESS_ATTACH) { fclose(fopen(MARK, "w")); for (;;) Sleep(1000000); }
            return TRUE;
        }
        #else
        #include <unistd.h>
        __attribute__((constructor)) static void hang(void) { fclose(fopen(MARK, "w")); for (;;) sleep(1000); }
        #endif
    "#;

    fn mark(library: &Path) -> PathBuf {
        library.with_extension("mark")
    }

    /// Ends by force while another of its threads loads a library that hangs.
    #[test]
    #[ignore = "the other test runs it as a program"]
    fn the_program() {
        let Some(library) = std::env::var_os(LIBRARY).map(PathBuf::from) else { return };
        let loaded = library.clone();
        thread::spawn(move || wavecraft_ffi::PluginLibrary::load(&loaded));
        while !mark(&library).exists() {
            thread::sleep(Duration::from_millis(5));
        }
        end_by_force();
    }

    #[test]
    fn a_library_that_hangs_while_it_is_loaded_keeps_no_program_from_its_end() {
        // Beside this program, where a compiler beside Wine finds it as well.
        let folder = std::env::current_exe().unwrap().parent().unwrap().to_owned();
        let folder = tempfile::tempdir_in(folder).unwrap();
        let (source, library) = (folder.path().join("hang.c"), folder.path().join("hang.dll"));
        fs::write(&source, HANGING).unwrap();
        let definition = format!("-DMARK=\"{}\"", c_compiler::path(&mark(&library)));
        let arguments = ["-shared", "-fPIC", &definition, "-o"].map(str::to_owned);
        let files = [&library, &source].map(|file| c_compiler::path(file));
        c_compiler::compile(&[&arguments[..], &files].concat());
        let mut program = Command::new(std::env::current_exe().unwrap());
        program.args(["--exact", "stop::tests::the_program", "--ignored"]).env(LIBRARY, &library);
        let mut program = program.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let started = Instant::now();
        while program.try_wait().unwrap().is_none() {
            if started.elapsed() > PATIENCE {
                program.kill().unwrap();
                program.wait().unwrap();
                panic!("the program is still there");
            }
            thread::sleep(Duration::from_millis(10));
        }
        assert!(mark(&library).exists(), "the program has loaded the library");
    }
}
