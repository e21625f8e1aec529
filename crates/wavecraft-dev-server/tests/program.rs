//! The program and its child.

#![cfg(all(unix, feature = "audio"))]
#![cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "what only Linux's /proc can show"))]
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use std::fs;
#[cfg(target_os = "linux")]
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
#[cfg(target_os = "linux")]
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(10);

/// A page's folder and an npm that starts something which does not end by itself, and ignores requests to.
struct Fixture {
    folder: tempfile::TempDir,
}

impl Fixture {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("package.json"), r#"{"scripts": {"dev": "vite"}}"#).unwrap();
        let npm = folder.path().join("npm");
        let script = "#!/bin/sh\ntrap '' TERM HUP INT\nsleep 1000 &\necho $! > grandchild.part\n\
                      mv grandchild.part grandchild\nwait\nsleep 1000\n";
        fs::write(&npm, script).unwrap();
        fs::set_permissions(&npm, fs::Permissions::from_mode(0o755)).unwrap();
        Self { folder }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn start(&self) -> Child {
        let search_path = format!("{}:{}", self.path().display(), std::env::var("PATH").unwrap());
        Command::new(env!("CARGO_BIN_EXE_wavecraft-dev-server"))
            .args(["--port", "0", "--input", "sine", "--output", "none", "--ui-dir"])
            .arg(self.path())
            .env("PATH", search_path)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// The process that the page's server has started.
    fn grandchild(&self) -> PathBuf {
        let started = Instant::now();
        loop {
            if let Ok(id) = fs::read_to_string(self.path().join("grandchild")) {
                return Path::new("/proc").join(id.trim());
            }
            assert!(started.elapsed() < PATIENCE, "npm was not started");
            thread::sleep(Duration::from_millis(10));
        }
    }
}

fn wait_for_end(process: &Path) {
    let started = Instant::now();
    // A process that has ended may stay listed until somebody asks for its exit code.
    let runs = || fs::read_to_string(process.join("stat")).is_ok_and(|stat| !stat.contains(") Z "));
    while runs() {
        assert!(started.elapsed() < PATIENCE, "{} still runs", process.display());
        thread::sleep(Duration::from_millis(10));
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_page_s_server_ends_with_the_program() {
    let fixture = Fixture::new();
    let mut server = fixture.start();
    let grandchild = fixture.grandchild();
    assert!(grandchild.exists());
    let started = Instant::now();
    Command::new("kill").arg(server.id().to_string()).status().unwrap();
    let status = server.wait().unwrap();
    assert!(status.success(), "{status}");
    assert!(started.elapsed() < Duration::from_secs(1), "{:?}", started.elapsed());
    wait_for_end(&grandchild);
}

#[cfg(target_os = "linux")]
#[test]
fn the_page_s_server_ends_even_when_the_program_is_killed() {
    let fixture = Fixture::new();
    let mut server = fixture.start();
    let grandchild = fixture.grandchild();
    server.kill().unwrap();
    server.wait().unwrap();
    wait_for_end(&grandchild);
}

/// A library that never finishes loading.
#[cfg(target_os = "linux")]
fn hanging_library(folder: &Path) -> PathBuf {
    let (source, library) = (folder.join("hang.c"), folder.join("hang.so"));
    let code = "#include <unistd.h>\n__attribute__((constructor)) static void hang(void) { for (;;) sleep(1000); }\n";
    fs::write(&source, code).unwrap();
    let compiled = Command::new("cc").args(["-shared", "-fPIC", "-o"]).arg(&library).arg(&source).status();
    assert!(compiled.expect("this test needs a C compiler: `cc`").success());
    library
}

#[cfg(target_os = "linux")]
#[test]
fn a_second_request_to_stop_ends_what_hangs() {
    let folder = tempfile::tempdir().unwrap();
    let mut server = Command::new(env!("CARGO_BIN_EXE_wavecraft-dev-server"))
        .args(["--port", "0", "--no-audio", "--no-ui", "--library"])
        .arg(hanging_library(folder.path()))
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let id = server.id();
    let interrupt = || Command::new("kill").args(["-s", "INT", &id.to_string()]).status().unwrap();
    while !catches_interrupts(id) {
        thread::sleep(Duration::from_millis(5));
    }
    interrupt();
    // Two requests that come before it has seen the first would be one to it, so it has to say that it has.
    let mut lines = BufReader::new(server.stderr.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("Ctrl-C again stops the server at once")));
    interrupt();
    let status = server.wait().unwrap();
    assert_eq!(status.signal(), Some(9), "{status}");
}

/// Whether a process handles Ctrl-C itself, as the system tells it.
#[cfg(target_os = "linux")]
fn catches_interrupts(id: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let caught = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap();
    // The lowest bit is the signal of number 1, and this one's number is 2.
    u64::from_str_radix(caught.trim(), 16).unwrap() & 0b10 != 0
}

#[test]
fn a_port_that_is_taken_is_said_so() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_wavecraft-dev-server"))
        .args(["--port", &port, "--no-audio", "--no-ui"])
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("--port takes another port"), "{said}");
}

#[test]
fn devices_are_listed() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_wavecraft-dev-server")).arg("--list-devices").output().unwrap();
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains("input device"));
}
