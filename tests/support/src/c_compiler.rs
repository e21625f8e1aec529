//! The C compiler that makes tests' libraries while the tests run: `cc`, and on Windows `gcc`.
//!
//! A program under Wine can start no compiler of this machine and wait for it. There the program asks in a folder, which
//! [`REQUESTS_VARIABLE`] names, and [`CompilerForWine`] beside it answers, by MinGW's compiler.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// By this, a program under Wine is told where it asks for a compiler.
pub const REQUESTS_VARIABLE: &str = "WAVECRAFT_COMPILER_REQUESTS";

/// How often is looked for a request or an answer.
const INTERVAL: Duration = Duration::from_millis(5);

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// Runs the compiler, which must have nothing to say against it. Paths are written by [`path`].
pub fn compile(arguments: &[String]) {
    if let Some(folder) = std::env::var_os(REQUESTS_VARIABLE) {
        return ask(Path::new(&folder), arguments);
    }
    let program = if cfg!(windows) { "gcc" } else { "cc" };
    if let Err(complaint) = run(program, arguments) {
        panic!("{complaint}");
    }
}

/// A path as a compiler's argument, and within a C string: on Windows with slashes, which need no escape.
pub fn path(path: &Path) -> String {
    let path = path.display().to_string();
    if cfg!(windows) { path.replace('\\', "/") } else { path }
}

fn run(program: &str, arguments: &[String]) -> Result<(), String> {
    let output = Command::new(program)
        .args(arguments)
        .output()
        .map_err(|error| format!("these tests need a C compiler: `{program}`: {error}"))?;
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

/// Asks for a compilation, and waits for the answer.
fn ask(folder: &Path, arguments: &[String]) {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let request = folder.join(format!("{}-{number}.request", std::process::id()));
    fs::write(&request, arguments.join("\n")).expect("the folder of requests is there");
    // By this it is known to be whole.
    fs::write(request.with_extension("asked"), "").expect("the folder of requests is there");
    let answer = request.with_extension("answer");
    let started = Instant::now();
    while !answer.exists() {
        assert!(started.elapsed() < PATIENCE, "nobody compiles what is asked for in {}", folder.display());
        thread::sleep(INTERVAL);
    }
    let complaint = fs::read_to_string(&answer).expect("an answer is whole");
    // Another program may get the same number of the system later.
    fs::remove_file(answer).expect("the folder of requests is there");
    assert!(complaint.is_empty(), "{complaint}");
}

/// Compiles for programs under Wine until it is dropped.
#[cfg(target_os = "linux")]
#[derive(Debug)]
pub struct CompilerForWine {
    folder: tempfile::TempDir,
    thread: Option<thread::JoinHandle<()>>,
}

#[cfg(target_os = "linux")]
impl CompilerForWine {
    /// Starts to wait for requests.
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("there is a temporary folder");
        let place = folder.path().to_owned();
        let thread = thread::spawn(move || {
            while !place.join("end").exists() {
                answer_all(&place);
                thread::sleep(INTERVAL);
            }
        });
        Self { folder, thread: Some(thread) }
    }

    /// What [`REQUESTS_VARIABLE`] is to be.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

#[cfg(target_os = "linux")]
impl Drop for CompilerForWine {
    fn drop(&mut self) {
        fs::write(self.folder.path().join("end"), "").expect("the folder is ours");
        let Some(thread) = self.thread.take() else { return };
        // A panic of its own has failed the test that was not answered.
        let _ = thread.join();
    }
}

#[cfg(target_os = "linux")]
fn answer_all(folder: &Path) {
    let files = fs::read_dir(folder).expect("the folder is ours").map(|entry| entry.expect("a file").path());
    for asked in files.filter(|file| file.extension().is_some_and(|extension| extension == "asked")) {
        fs::remove_file(&asked).expect("the folder is ours");
        let text = fs::read_to_string(asked.with_extension("request")).expect("a request is whole");
        // Drive Z: is this machine's root.
        let arguments: Vec<String> = text.lines().map(|argument| argument.replace("Z:/", "/")).collect();
        let complaint = run("x86_64-w64-mingw32-gcc", &arguments).err().unwrap_or_default();
        // Nobody sees the answer before it is whole.
        let part = asked.with_extension("part");
        fs::write(&part, complaint).expect("the folder is ours");
        fs::rename(part, asked.with_extension("answer")).expect("the folder is ours");
    }
}
