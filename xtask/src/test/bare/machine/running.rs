//! A command that runs on a bare machine.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

/// How long a program may go on after Ctrl-C. Nothing is measured by this.
const END_LIMIT: Duration = Duration::from_secs(30);

/// How long a page may keep a reader waiting. Nothing is measured by this.
const PAGE_LIMIT: Duration = Duration::from_mins(1);

/// A command, and what it says.
pub struct Running {
    child: Child,
    lines: Receiver<String>,
}

impl Running {
    /// Starts it, as the leader of a group of its own. Each line goes to the log and to `look`.
    pub fn start(
        command: &mut Command,
        log: &Path,
        mut look: impl FnMut(&str) + Send + 'static,
    ) -> Result<Self> {
        let mut log = File::create(log).with_context(|| format!("could not create {}", log.display()))?;
        let (output, input) = std::io::pipe().context("there is no pipe")?;
        command.stdout(input.try_clone().context("there is no pipe")?).stderr(input);
        lead_a_group(command);
        let child = command.spawn().context("the bare machine did not start")?;
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        let (sender, lines) = channel();
        thread::spawn(move || {
            for line in BufReader::new(output).split(b'\n').map_while(Result::ok) {
                let line = String::from_utf8_lossy(&line).trim_end().to_owned();
                let _ = writeln!(log, "{line}");
                look(&line);
                let _ = sender.send(line);
            }
        });
        Ok(Self { child, lines })
    }

    /// Waits until a line has this in it, and returns all lines up to it.
    pub fn wait_for(&mut self, text: &str) -> Result<Vec<String>> {
        let mut said = Vec::new();
        while let Ok(line) = self.lines.recv() {
            let is_found = line.contains(text);
            said.push(line);
            if is_found {
                return Ok(said);
            }
        }
        let status = self.child.wait().context("it cannot be waited for")?;
        bail!("it ended with {status} and has not said {text:?}")
    }

    /// Waits until it ends.
    pub fn wait(mut self) -> Result<ExitStatus> {
        while self.lines.recv().is_ok() {}
        self.child.wait().context("it cannot be waited for")
    }

    /// Does what Ctrl-C on its terminal would, and waits until it ends.
    pub fn interrupt(mut self) -> Result<ExitStatus> {
        let sent = Command::new("kill").args(["-s", "INT", "--", &format!("-{}", self.child.id())]).status();
        ensure!(sent.context("kill did not start")?.success(), "it cannot be interrupted");
        let started = Instant::now();
        while started.elapsed() < END_LIMIT {
            if let Some(status) = self.child.try_wait().context("it cannot be waited for")? {
                return Ok(status);
            }
            thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        bail!("it goes on {} s after Ctrl-C", END_LIMIT.as_secs())
    }
}

impl Drop for Running {
    /// All that runs on the machine ends with it.
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[cfg(unix)]
fn lead_a_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;

    command.process_group(0);
}

#[cfg(not(unix))]
fn lead_a_group(_command: &mut Command) {}

/// Fetches a page, and fails unless it is one: a document with a script.
pub fn fetch_page(url: &str) -> Result<()> {
    let address = url.strip_prefix("http://").with_context(|| format!("{url} is no address of a page"))?;
    let address = address.split('/').next().unwrap_or_default();
    let mut stream = TcpStream::connect(address).with_context(|| format!("{url} cannot be reached"))?;
    stream.set_read_timeout(Some(PAGE_LIMIT)).context("a connection has limits")?;
    let request =
        format!("GET / HTTP/1.1\r\nHost: {address}\r\nAccept: text/html\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).with_context(|| format!("{url} takes no request"))?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).with_context(|| format!("{url} does not answer"))?;
    let is_page = answer.starts_with("HTTP/1.1 200") && answer.contains("<script");
    ensure!(is_page, "{url} is no page: {:?}", answer.lines().next().unwrap_or_default());
    Ok(())
}
