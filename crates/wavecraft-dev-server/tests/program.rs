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
        self.command().stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    }

    /// What starts the server, without a port of its own choice.
    fn command(&self) -> Command {
        let search_path = format!("{}:{}", self.path().display(), std::env::var("PATH").unwrap());
        let mut command = Command::new(env!("CARGO_BIN_EXE_wavecraft-dev-server"));
        command
            .args(["--port", "0", "--input", "sine", "--output", "none", "--ui-dir"])
            .arg(self.path())
            .env("PATH", search_path);
        command
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

/// What Vite is told when the server is started with these options: the protocol's address, its own command line, and the
/// names that it may be asked for; and what the user is told.
#[cfg(target_os = "linux")]
fn told(options: &[&str]) -> (String, String) {
    let fixture = Fixture::new();
    let script = "#!/bin/sh\n\
        echo \"$VITE_WAVECRAFT_SERVER $* $__VITE_ADDITIONAL_SERVER_ALLOWED_HOSTS\" > told.part\nmv told.part told\nexit 1\n";
    fs::write(fixture.path().join("npm"), script).unwrap();
    let mut server =
        fixture.command().args(options).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let started = Instant::now();
    let told = loop {
        if let Ok(told) = fs::read_to_string(fixture.path().join("told")) {
            break told;
        }
        assert!(started.elapsed() < PATIENCE, "npm was not started");
        thread::sleep(Duration::from_millis(10));
    };
    let mut lines = BufReader::new(server.stdout.take().unwrap()).lines().map_while(Result::ok);
    let mut said: String = lines.find(|line| line.contains("ws://")).unwrap_or_default();
    Command::new("kill").arg(server.id().to_string()).status().unwrap();
    let output = server.wait_with_output().unwrap();
    said.push('\n');
    said.push_str(&String::from_utf8_lossy(&output.stderr));
    (told, said)
}

#[cfg(target_os = "linux")]
#[test]
fn the_page_is_told_where_the_server_listens_and_the_user_likewise() {
    // (host, the page finds the protocol there, the user is told so, Vite listens there)
    for (host, reached, shown, listens) in [
        ("127.0.0.1", "127.0.0.1", "127.0.0.1", "127.0.0.1"),
        ("::1", "[::1]", "[::1]", "127.0.0.1"),
        ("[::1]", "[::1]", "[::1]", "127.0.0.1"),
        ("0.0.0.0", "127.0.0.1", "localhost", "0.0.0.0"),
        ("::", "[::1]", "localhost", "::"),
    ] {
        let (told, said) = told(&["--host", host]);
        let port =
            said.split("ws://").nth(1).and_then(|rest| rest.lines().next()?.rsplit(':').next()?.parse().ok());
        let port: u16 = port.unwrap_or_else(|| panic!("{host}: {said}"));
        assert!(said.contains(&format!("ws://{shown}:{port}")), "{host}: {said}");
        assert!(told.starts_with(&format!("ws://{reached}:{port} run dev ")), "{host}: {told}");
        assert!(told.contains(&format!("--host {listens} ")), "{host}: {told}");
        let warns = said.contains("everyone on the network");
        assert_eq!(warns, ["0.0.0.0", "::"].contains(&host), "{host}: {said}");
    }
    // A name may lead to either address.
    let (told, _) = told(&["--host", "localhost"]);
    assert!(["ws://127.0.0.1:", "ws://[::1]:"].iter().any(|start| told.starts_with(start)), "{told}");
}

#[cfg(target_os = "linux")]
#[test]
fn an_allowed_origin_is_warned_of_and_may_ask_vite_for_the_page() {
    let origins = ["--allow-origin", "https://name-5173.example.dev", "--allow-origin", "http://[::1]:8000"];
    let (told, said) = told(&origins);
    assert!(told.ends_with(" name-5173.example.dev\n"), "{told}");
    assert!(said.contains("--allow-origin https://name-5173.example.dev: every page of"), "{said}");
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
