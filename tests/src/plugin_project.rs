//! Plugin projects as `cargo xtask new` makes them, the examples of this repository among them, and their own commands.

use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{LazyLock, Mutex, MutexGuard, OnceLock, PoisonError};

use crate::children;
use crate::dev_server::DevServer;
use crate::sound_servers::silent_environment;

/// The turn of a test: projects build in one folder and play in real time, so nothing else may be busy.
pub struct Turn {
    _guard: MutexGuard<'static, ()>,
}

/// Waits for the test's turn.
pub fn turn() -> Turn {
    static TURN: Mutex<()> = Mutex::new(());
    Turn { _guard: TURN.lock().unwrap_or_else(PoisonError::into_inner) }
}

impl Turn {
    /// The effect, which the first test makes that asks for it.
    pub fn effect(&self) -> &'static PluginProject {
        static EFFECT: LazyLock<PluginProject> =
            LazyLock::new(|| PluginProject::make("my-tremolo", "My Tremolo", "effect"));
        &EFFECT
    }

    /// The instrument, which the first test makes that asks for it.
    pub fn instrument(&self) -> &'static PluginProject {
        static INSTRUMENT: LazyLock<PluginProject> =
            LazyLock::new(|| PluginProject::make("my-synth", "My Synth", "instrument"));
        &INSTRUMENT
    }

    /// The projects in the folder `examples`.
    pub fn examples(&self) -> &'static [PluginProject] {
        static EXAMPLES: LazyLock<Vec<PluginProject>> = LazyLock::new(examples);
        &EXAMPLES
    }

    /// One of them, by what users call the plugin.
    pub fn example(&self, name: &str) -> &'static PluginProject {
        let found = self.examples().iter().find(|project| project.name() == name);
        found.unwrap_or_else(|| panic!("no example is called {name}"))
    }
}

fn examples() -> Vec<PluginProject> {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are in a folder").join("examples");
    let entries =
        fs::read_dir(folder).expect("there are examples").map(|entry| entry.expect("it can be read").path());
    entries.filter(|path| path.join("Cargo.toml").is_file()).map(PluginProject::open).collect()
}

/// A project that is no part of this workspace.
pub struct PluginProject {
    root: PathBuf,
    name: String,
    is_bundled: OnceLock<()>,
}

impl PluginProject {
    /// A project that is there already.
    fn open(root: PathBuf) -> Self {
        let names = fs::read_to_string(root.join("bundler.toml")).expect("a project has a bundler.toml");
        let name = names.lines().find_map(|line| line.strip_prefix("name = ")).expect("it names the bundles");
        Self { root, name: name.trim_matches('"').to_owned(), is_bundled: OnceLock::new() }
    }

    fn make(folder: &str, name: &str, kind: &str) -> Self {
        let root = variable("WAVECRAFT_PROJECTS").join(folder);
        let mut command = new_command();
        command.arg(&root).args(["--name", name, "--vendor", "Acme", "--kind", kind]);
        if let Some(from) = std::env::var_os(format!("WAVECRAFT_{}_FROM", kind.to_uppercase())) {
            command.arg("--from").arg(from);
        }
        succeeded(&mut command);
        Self::open(root)
    }

    /// What users call the plugin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it plays notes, and has no input.
    pub fn is_instrument(&self) -> bool {
        self.text("src/lib.rs").contains("info!(Instrument)")
    }

    /// Renders a file by the standalone, with parameters set as text, and returns the left channel.
    pub fn render(&self, from: &[&OsStr], settings: &[(&str, &str)]) -> Vec<f32> {
        let folder = tempfile::tempdir().expect("there is a temporary folder");
        let output = folder.path().join("rendered.wav");
        let mut command = self.command(&["run", "--debug", "--", "render"]);
        command.args(from).arg(&output).args(["--format", "f32"]);
        for (id, text) in settings {
            command.arg("--set").arg(format!("{id}={text}"));
        }
        succeeded(&mut command);
        let mut reader = hound::WavReader::open(&output).expect("render writes a WAV file");
        let channels = usize::from(reader.spec().channels);
        reader.samples::<f32>().step_by(channels).map(|sample| sample.expect("the file is whole")).collect()
    }

    /// One of the project's own commands.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = children::command(env!("CARGO"));
        children::hide_package(&mut command);
        command.arg("xtask").args(arguments).current_dir(&self.root).stdin(Stdio::null());
        // The project has a target folder of its own, but shares what it is built from with the other.
        command
            .env_remove("CARGO_TARGET_DIR")
            .env("CARGO_BUILD_BUILD_DIR", variable("WAVECRAFT_PROJECTS_BUILD"));
        command
    }

    /// Runs one of the project's own commands, which must succeed. Returns all that it said.
    pub fn xtask(&self, arguments: &[&str]) -> String {
        succeeded(&mut self.command(arguments))
    }

    /// Runs one of the project's own commands, which must succeed, for a user whose folder is `home`: that has no plugins
    /// but those that are installed there. Returns all that it said.
    pub fn xtask_of_user(&self, home: &Path, arguments: &[&str]) -> String {
        let mut command = self.command(arguments);
        // Cargo's and rustup's folders stay those of the user who runs the tests.
        for (variable, usual) in [("CARGO_HOME", ".cargo"), ("RUSTUP_HOME", ".rustup")] {
            let folder = std::env::var_os(variable).map(PathBuf::from);
            let usual = || std::env::home_dir().map(|home| home.join(usual));
            command.envs(folder.or_else(usual).map(|folder| (variable, folder)));
        }
        succeeded(command.env("HOME", home))
    }

    /// The result of one of the project's own commands, which must succeed.
    pub fn result_of_xtask(&self, arguments: &[&str]) -> String {
        let output = self.command(arguments).output().expect("cargo starts");
        assert!(output.status.success(), "{}", said(&output));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Runs the standalone until it plays, and asks it to stop. Returns what it said until then.
    pub fn play_in_standalone(&self, options: &[&str]) -> String {
        let mut command = self.command(&["run", "--debug", "--"]);
        let mut child = command.args(options).stdout(Stdio::piped()).spawn().expect("cargo starts");
        let mut said = String::new();
        let mut output = BufReader::new(child.stdout.take().expect("its output is piped"));
        while !said.contains("Ctrl-C stops it") {
            let length = output.read_line(&mut said).expect("it says text");
            assert!(length > 0, "the standalone has ended: {said}");
        }
        let id = child.id().to_string();
        assert!(Command::new("kill").arg(id).status().expect("there is a kill command").success());
        output.read_to_string(&mut said).expect("it says text");
        let status = child.wait().expect("it is our child");
        assert!(status.success(), "the standalone ended with {status}: {said}");
        said
    }

    /// The CLAP bundle, which is made if it is not there.
    pub fn clap(&self) -> PathBuf {
        self.bundle("clap")
    }

    /// The VST3 bundle, which is made if it is not there.
    pub fn vst3(&self) -> PathBuf {
        self.bundle("vst3")
    }

    fn bundle(&self, extension: &str) -> PathBuf {
        self.is_bundled.get_or_init(|| drop(self.xtask(&["bundle", "--debug"])));
        let bundle = self.root.join("target/bundled").join(format!("{}.{extension}", self.name));
        assert!(bundle.exists(), "{} is not there", bundle.display());
        bundle
    }

    /// Serves the project with its page, playing a test signal through it into a file. The server's own files are in
    /// `folder`.
    pub fn dev(&self, folder: &Path, recording: &Path) -> DevServer {
        let recording = recording.to_str().expect("the folder's name is text");
        self.serve(&["--input", "sine:1000", "--output", recording], silent_environment(folder))
    }

    /// Serves the project with its page, with these options, in an environment.
    pub fn serve(&self, options: &[&str], environment: Vec<(&'static str, String)>) -> DevServer {
        let port = free_port();
        let mut command = self.command(&["dev"]);
        command.args(options).args(["--port", &port.to_string()]);
        // Cargo and npm find what they have downloaded by HOME.
        command.envs(environment.into_iter().filter(|(name, _)| *name != "HOME"));
        DevServer::start_built(command, port)
    }

    /// What is in one of its files.
    pub fn text(&self, file: &str) -> String {
        fs::read_to_string(self.root.join(file)).expect("the file is there")
    }

    /// Changes a file in one place, as an editor would.
    pub fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.root.join(file);
        let source = fs::read_to_string(&path).expect("the file is there");
        assert!(source.contains(from), "{file} no longer has {from:?}, which is to be edited");
        fs::write(path, source.replacen(from, to, 1)).expect("the project is ours");
    }

    /// Removes a folder, if it is there.
    pub fn remove(&self, folder: &str) {
        let folder = self.root.join(folder);
        if folder.is_dir() {
            fs::remove_dir_all(folder).expect("the project is ours");
        }
    }
}

/// This repository's `cargo xtask new`, without a terminal.
pub fn new_command() -> Command {
    let mut command = Command::new(variable("WAVECRAFT_XTASK"));
    children::hide_package(&mut command);
    command.arg("new").current_dir(env!("CARGO_MANIFEST_DIR")).stdin(Stdio::null());
    command
}

/// Runs a command that must succeed, and returns all that it said.
fn succeeded(command: &mut Command) -> String {
    let output = command.output().expect("the command starts");
    let said = said(&output);
    assert!(output.status.success(), "{command:?} ended with {}:\n{said}", output.status);
    said
}

/// All that a command said.
pub fn said(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text)).concat()
}

/// What the stage of the tests says by a variable.
pub fn variable(name: &str) -> PathBuf {
    let Some(value) = std::env::var_os(name) else {
        panic!("{name} is not set: run these tests with `cargo xtask test --stage projects` or `packaged`")
    };
    value.into()
}

/// A port of this computer that nobody listens at.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("there are ports");
    listener.local_addr().expect("it is bound").port()
}
