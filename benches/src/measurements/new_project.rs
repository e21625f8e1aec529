//! From `cargo xtask new` to a page that answers and a plugin that sounds, on a machine that has built one plugin before:
//! under a minute. That plugin is built first, from nothing where nothing is there, so this is measured with `--clean-build`
//! alone.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::order::Order;
use crate::row::{Quantity, Row};

const LONGEST: Duration = Duration::from_mins(1);

/// Longer than building everything from nothing takes.
const PATIENCE: Duration = Duration::from_mins(15);

/// Between two looks at the recording.
const LOOK_INTERVAL: Duration = Duration::from_millis(20);

/// The sound begins somewhere behind the recording's header.
const HEADER_BYTES: usize = 128;

pub fn measure(order: &Order) -> Result<Vec<Row>> {
    if !order.has_clean_build {
        return Ok(Vec::new());
    }
    // The projects lie outside of the repository. What they build is kept.
    let folder = tempfile::tempdir().context("there is no temporary folder")?;
    let before = time_to_page_and_sound(order, &folder.path().join("first-plugin"))?;
    let measured = time_to_page_and_sound(order, &folder.path().join("next-plugin"))?;
    let what = "`cargo xtask new` to a page and sound, where a plugin was built before";
    let row = Row::new(what, Quantity::time(measured))
        .beside("that plugin, just before", Quantity::time(before))
        .with_below(Quantity::time(LONGEST).value);
    Ok(vec![row])
}

/// Makes a project and runs its development server until the page answers and the plugin is heard.
fn time_to_page_and_sound(order: &Order, project: &Path) -> Result<Duration> {
    let started = Instant::now();
    let mut new = Command::new(&order.xtask);
    new.arg("new").arg(project).args(["--vendor", "Acme"]).stdin(Stdio::null());
    let output = new.output().context("`cargo xtask new` did not start")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));

    let recording = project.join("heard.wav");
    let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
    let mut dev = Command::new("cargo");
    dev.args(["xtask", "dev", "--input", "sine:1000", "--output"]).arg(&recording);
    dev.args(["--port", &port.to_string()]).current_dir(project);
    dev.env_remove("CARGO_TARGET_DIR").env("CARGO_BUILD_BUILD_DIR", order.target.join("projects/build"));
    dev.stdin(Stdio::null()).stdout(Stdio::piped());
    let mut server = Server(dev.spawn().context("cargo did not start")?);
    let said = BufReader::new(server.0.stdout.take().context("its output is piped")?);
    let mut lines = said.lines().map_while(Result::ok);
    let url = lines.find_map(|line| line.trim().strip_prefix("Page ").and_then(address_in));
    fetch(&url.context("the development server ended before its page was there")?)?;
    while !is_heard(&recording) {
        ensure!(started.elapsed() < PATIENCE, "nothing is heard");
        thread::sleep(LOOK_INTERVAL);
    }
    Ok(started.elapsed())
}

/// The development server, which ends with its measurement.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        // Asked by a signal, it also ends the page's server. cargo has become it.
        let asked = Command::new("kill").arg(self.0.id().to_string()).status();
        if !asked.is_ok_and(|status| status.success()) {
            let _ = self.0.kill();
        }
        let _ = self.0.wait();
    }
}

/// Host and port of a page's address.
fn address_in(text: &str) -> Option<String> {
    Some(text.trim().strip_prefix("http://")?.trim_end_matches('/').to_owned())
}

/// Gets the page.
fn fetch(address: &str) -> Result<()> {
    let mut connection =
        TcpStream::connect(address).with_context(|| format!("nobody answers at {address}"))?;
    write!(connection, "GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    ensure!(answer.starts_with("HTTP/1.1 200"), "the page answers: {answer}");
    Ok(())
}

/// Whether there is any sound in the recording.
fn is_heard(recording: &Path) -> bool {
    fs::read(recording).is_ok_and(|bytes| bytes.iter().skip(HEADER_BYTES).any(|byte| *byte != 0))
}
