//! The development server as a program, and a page of it.

#[cfg(target_os = "linux")]
use std::fs;
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::{Error, Message, WebSocket};

use crate::{bundles, children, priority};

/// Longer than anything takes that a test waits for.
pub const PATIENCE: Duration = Duration::from_secs(15);

/// Longer than any build takes that follows a change.
pub const BUILD_PATIENCE: Duration = Duration::from_mins(3);

/// Longer than a project's first build takes, on a machine that does much else.
const FIRST_BUILD_PATIENCE: Duration = Duration::from_mins(15);

/// The server's program: that of `WAVECRAFT_DEV_SERVER`, or one that is built now.
pub fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| std::env::var_os("WAVECRAFT_DEV_SERVER").map_or_else(build, PathBuf::from))
}

fn build() -> PathBuf {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .args(["build", "--package", "wavecraft-dev-server", "--features", "audio"])
        .args(["--message-format", "json"])
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
        .stderr(Stdio::inherit())
        .output()
        .expect("cargo starts");
    assert!(output.status.success(), "the development server was not built");
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find_map(|message| message["executable"].as_str().map(PathBuf::from))
        .expect("cargo tells where the program is")
}

/// A server that runs until it is dropped.
pub struct DevServer {
    child: Child,
    said: Arc<Mutex<String>>,
    address: String,
}

impl DevServer {
    /// Starts it on a free port with the plugin's library and these options, in an environment.
    pub fn start(environment: &[(&str, String)], options: &[&str]) -> Self {
        Self::start_with_library(&bundles::library(), environment, options)
    }

    /// Starts it with another library.
    pub fn start_with_library(library: &Path, environment: &[(&str, String)], options: &[&str]) -> Self {
        Self::launch(children::command(program()), library, environment, options)
    }

    /// Starts it ahead of other programs, on a system that allows it.
    pub fn start_ahead(environment: &[(&str, String)], options: &[&str]) -> Self {
        Self::launch(priority::command(program()), &bundles::library(), environment, options)
    }

    fn launch(
        mut command: Command,
        library: &Path,
        environment: &[(&str, String)],
        options: &[&str],
    ) -> Self {
        command.arg("--library").arg(library).args(["--port", "0", "--no-ui"]).args(options);
        command.envs(environment.iter().map(|(name, value)| (name, value)));
        let mut server = Self::spawn(command, PATIENCE);
        let said = server.said();
        let address = said.split("ws://").nth(1).and_then(|rest| rest.lines().next());
        address.expect("it says where pages connect").clone_into(&mut server.address);
        server
    }

    /// Starts it by a command that becomes it after it has built what is missing, on a port of this computer, which the
    /// command line names.
    pub fn start_built(command: Command, port: u16) -> Self {
        let mut server = Self::spawn(command, FIRST_BUILD_PATIENCE);
        server.address = format!("127.0.0.1:{port}");
        server
    }

    fn spawn(mut command: Command, patience: Duration) -> Self {
        children::hide_package(&mut command);
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the server starts");
        let said = Arc::new(Mutex::new(String::new()));
        note_lines(child.stdout.take().expect("its output is piped"), &said);
        note_lines(child.stderr.take().expect("its output is piped"), &said);
        let mut server = Self { child, said, address: String::new() };
        let started = Instant::now();
        while !server.said().contains("Ctrl-C stops it") {
            let ended = server.child.try_wait().expect("it is our child");
            assert!(ended.is_none(), "it has ended with {ended:?}, and said:\n{}", server.said());
            assert!(started.elapsed() < patience, "it does not serve, but has said:\n{}", server.said());
            thread::sleep(Duration::from_millis(20));
        }
        server
    }

    /// Everything that it has said on the terminal, warnings included.
    pub fn said(&self) -> String {
        self.said.lock().expect("no reader panics").clone()
    }

    /// Waits until the terminal shows something.
    pub fn wait_until_it_says(&self, text: &str) {
        let started = Instant::now();
        while !self.said().contains(text) {
            assert!(started.elapsed() < PATIENCE, "it has not said {text:?}, but:\n{}", self.said());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Where its page is, once that can be opened.
    pub fn page_url(&self) -> String {
        const BEFORE: &str = "Page    ";
        self.wait_until_it_says("Page    http://");
        let said = self.said();
        let rest = said.split(BEFORE).nth(1).expect("it has said that");
        rest.lines().next().expect("it has said that").trim().to_owned()
    }

    /// Host and port.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// A kind of memory that it has, by the system's name for it, in kB.
    #[cfg(target_os = "linux")]
    pub fn memory_kb(&self, kind: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("it runs");
        let line = status.lines().find(|line| line.split(':').next() == Some(kind)).expect("Linux tells");
        line.split_whitespace().nth(1).and_then(|kb| kb.parse().ok()).expect("a number")
    }

    /// How many descriptors it has open.
    #[cfg(target_os = "linux")]
    pub fn descriptors(&self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.child.id())).expect("it runs").count()
    }

    /// A page that connects now.
    pub fn page(&self) -> Page {
        let stream = TcpStream::connect(&self.address).expect("the server listens");
        stream.set_nodelay(true).expect("a socket can do that");
        stream.set_read_timeout(Some(PATIENCE)).expect("a socket can do that");
        let (socket, _) =
            tungstenite::client(format!("ws://{}/", self.address), stream).expect("the server answers");
        Page { socket, next_id: 1 }
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", signal, &id]).status().expect("there is a kill command");
        assert!(sent.success());
    }

    /// Asks it to end by a signal, and returns how it ended and after how long.
    pub fn end_by(self, signal: &str) -> (ExitStatus, Duration) {
        self.signal(signal);
        self.wait_for_end()
    }

    /// Waits until it has ended, and returns how and after how long.
    pub fn wait_for_end(mut self) -> (ExitStatus, Duration) {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("it is our child") {
                return (status, started.elapsed());
            }
            assert!(started.elapsed() < PATIENCE, "it does not end");
            thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Notes the lines that come, until no more can come.
fn note_lines(output: impl Read + Send + 'static, said: &Arc<Mutex<String>>) {
    let said = Arc::clone(said);
    thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            let mut said = said.lock().expect("no reader panics");
            said.push_str(&line);
            said.push('\n');
        }
    });
}

impl Drop for DevServer {
    fn drop(&mut self) {
        if thread::panicking() {
            eprintln!("the server has said:\n{}", self.said());
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A page's connection.
pub struct Page {
    socket: WebSocket<TcpStream>,
    next_id: u64,
}

impl Page {
    /// The next message.
    pub fn receive(&mut self) -> Value {
        let started = Instant::now();
        loop {
            match self.socket.read() {
                Ok(Message::Text(text)) => return serde_json::from_str(&text).expect("it is JSON"),
                // Signs of life are no message, and must not keep a test waiting for one.
                Ok(Message::Ping(_) | Message::Pong(_)) => {
                    assert!(started.elapsed() < PATIENCE, "no message comes");
                }
                // The whole process was stopped for a moment and went on: a read with a time limit then comes back early.
                Err(Error::Io(error)) if error.kind() == ErrorKind::Interrupted => {}
                other => panic!("{other:?} is no text"),
            }
        }
    }

    /// The next notification of this kind: its params.
    pub fn next_notification(&mut self, method: &str) -> Value {
        let started = Instant::now();
        loop {
            let mut message = self.receive();
            if message["method"] == method {
                return message["params"].take();
            }
            assert!(started.elapsed() < PATIENCE, "no {method} comes");
        }
    }

    /// Calls a method, and returns its result. What comes in between is left out.
    pub fn call(&mut self, method: &str, params: &Value) -> Value {
        let id = self.next_id;
        self.next_id += 1;
        let request = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
        self.socket.send(Message::text(request.to_string())).expect("the connection is open");
        let started = Instant::now();
        loop {
            assert!(started.elapsed() < PATIENCE, "{method} is not answered");
            let mut message = self.receive();
            if message["id"] == id {
                assert_eq!(message["error"], Value::Null, "{method}: {message}");
                return message["result"].take();
            }
        }
    }

    /// Sets a parameter to what a user would type.
    pub fn set(&mut self, id: &str, text: &str) {
        let value = self.parse(id, text);
        self.set_normalized(id, value);
    }

    /// The normalized value of what a user would type.
    pub fn parse(&mut self, id: &str, text: &str) -> f64 {
        let result = self.call("parseParameter", &json!({"id": id, "text": text}));
        result["value"].as_f64().expect("a number")
    }

    /// Sets a parameter to a normalized value.
    pub fn set_normalized(&mut self, id: &str, value: f64) {
        self.call("setParameter", &json!({"id": id, "value": value}));
    }

    /// Waits until another build plays. One that changes nothing is none.
    pub fn wait_for_reload(&mut self) {
        let started = Instant::now();
        loop {
            let message = self.receive();
            match message["method"].as_str() {
                Some("parametersChanged") => return,
                Some("buildStatusChanged") => assert_ne!(message["params"]["state"], "failed", "{message}"),
                _ => {}
            }
            assert!(started.elapsed() < BUILD_PATIENCE, "no other build plays");
        }
    }

    /// Waits until the plugin's output has this level, in dB.
    pub fn wait_for_level(&mut self, level_db: f64) {
        let started = Instant::now();
        loop {
            let meters = self.next_notification("meterUpdate");
            let rms = meters["left_rms"].as_f64().expect("a number");
            if (20.0 * rms.log10() - level_db).abs() < 0.05 {
                return;
            }
            assert!(started.elapsed() < BUILD_PATIENCE, "the level is not {level_db} dB: {meters}");
        }
    }

    /// How the audio is doing.
    pub fn audio_status(&mut self) -> Value {
        self.call("getAudioStatus", &json!({}))["status"].take()
    }

    /// Hears of the audio's underruns for some time. Returns when news came of more of them, and of how many more.
    pub fn news_of_underruns(&mut self, duration: Duration) -> Vec<(Instant, u64)> {
        let mut known = self.audio_status()["underruns"].as_u64().expect("a number");
        let started = Instant::now();
        let mut news = Vec::new();
        // Meters come all the time, so that no wait is long.
        while started.elapsed() < duration {
            let message = self.receive();
            let underruns = message["params"]["underruns"].as_u64().unwrap_or(known);
            if message["method"] == "audioStatusChanged" && underruns > known {
                news.push((Instant::now(), underruns - known));
                known = underruns;
            }
        }
        news
    }

    /// Waits until the audio is in a phase, and returns its status.
    pub fn wait_for_phase(&mut self, phase: &str) -> Value {
        let started = Instant::now();
        loop {
            let status = self.audio_status();
            if status["phase"] == phase {
                return status;
            }
            assert!(started.elapsed() < PATIENCE, "the audio is not {phase}, but {status}");
            thread::sleep(Duration::from_millis(20));
        }
    }
}
