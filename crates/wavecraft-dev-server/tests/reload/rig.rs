//! A server without pages, whose build command copies a library.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use plugin_test_support::c_compiler;
use tempfile::TempDir;
use wavecraft_audio::{AudioEngine, AudioOptions, AudioOutput, MidiInput};
use wavecraft_dev_server::{
    AccessRules, AudioStatusChannel, BuildCommand, DevServerHost, Feeds, LibraryCopies, Limits, MeterTap,
    ReloadOptions, ReloadParts, ReloadReport, Reloader, WsServer, WsServerOptions,
};
use wavecraft_ffi::vtable::{DevProcessorVTable, DevProcessorVTableV2, ProcessBlock};
use wavecraft_ipc::{AudioPhase, HostKind, PluginInfo, SignalRequest};
use wavecraft_metering::analysis::{SignalAnalyser, SignalSubscription};

const PATIENCE: Duration = Duration::from_secs(20);

/// Where the sources of the libraries are.
const SOURCES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../wavecraft-ffi/tests/boundary/libraries");

/// The test that a rig's builds run, by its name in the programs that have a rig.
const BUILD: &str = "rig::the_build_command";

/// What rebuilds the library of the rig in the folder that the last argument names. It counts itself, waits while it is held,
/// and then fails or says where the library is, as cargo does.
#[test]
#[ignore = "the other tests' builds run it"]
fn the_build_command() {
    let Some(folder) = std::env::args().next_back().map(PathBuf::from).filter(|folder| folder.is_dir())
    else {
        return;
    };
    let is_there = |name| folder.join(name).exists();
    let wait_for_end_of = |name| {
        while is_there(name) {
            thread::sleep(Duration::from_millis(20));
        }
    };
    let builds = fs::OpenOptions::new().create(true).append(true).open(folder.join("builds"));
    writeln!(builds.unwrap()).unwrap();
    if is_there("blocked") {
        eprintln!("    Blocking waiting for file lock on build directory");
        wait_for_end_of("blocked");
        eprintln!("   Compiling plugin v0.1.0");
    }
    wait_for_end_of("held");
    if is_there("broken") {
        std::process::exit(101);
    }
    let artifact = serde_json::json!({
        "reason": "compiler-artifact", "target": {"kind": ["cdylib"]}, "filenames": [library_in(&folder)]
    });
    // What the tests' harness says stands on lines of its own.
    println!("\n{artifact}");
}

pub struct Rig {
    reloader: Reloader,
    audio: AudioEngine,
    server: WsServer,
    pub host: Arc<DevServerHost>,
    pub audio_status: AudioStatusChannel,
    meters: MeterTap,
    signals: SignalAnalyser,
    reports: Mutex<mpsc::Receiver<ReloadReport>>,
    // Goes last: Windows removes nothing that is loaded or watched.
    pub folder: TempDir,
}

impl Rig {
    /// Runs a tone of amplitude 1/4 through a library that halves it, into nothing.
    pub fn start() -> Self {
        // Beside what cargo builds, which a compiler beside Wine finds as well.
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let library = library_in(folder.path());
        let first = build_library(folder.path(), &parameters(&[("gain", 0.5), ("offset", 0.0)]), &[]);
        fs::copy(first, &library).unwrap();
        fs::create_dir(folder.path().join("src")).unwrap();
        let mut copies = LibraryCopies::create(&folder.path().join("copies")).unwrap();
        let plugin = copies.load(&library);

        let (meters, audio_status) = (MeterTap::default(), AudioStatusChannel::new(AudioPhase::Initializing));
        meters.connect_own(plugin.meters);
        let signals = SignalAnalyser::new();
        signals.connect(plugin.signals.descriptions(), Some(Box::new(plugin.signals)));
        let info = PluginInfo::new("Test", "Test", "1.0.0", HostKind::DevServer);
        let host = DevServerHost::new(
            info,
            plugin.parameters,
            plugin.text,
            meters.clone(),
            audio_status.subscribe(),
        );
        let host = Arc::new(host.unwrap().with_signals(signals.clone()));
        let options = AudioOptions {
            input: "sine:1000".parse().unwrap(),
            output: AudioOutput::None,
            midi: MidiInput::None,
            block_frames: Some(256),
            ..AudioOptions::default()
        };
        let processors = plugin.processors.reading(host.bridge());
        let audio = AudioEngine::start(options, processors, audio_status.listener(meters.clone()));
        let audio = audio.unwrap();
        host.play_notes_into(&audio.midi_inputs());
        let options = WsServerOptions {
            access: AccessRules::loopback(0, []),
            limits: Limits::default(),
            page_folder: None,
        };
        let server = WsServer::new(
            host.clone(),
            Feeds { meters: meters.clone(), signals: signals.clone(), audio_status: None },
            options,
        );
        let (reported, reports) = mpsc::channel();
        let reported = Mutex::new(reported);
        let parts = ReloadParts {
            host: Arc::clone(&host),
            replacer: Some(audio.replacer()),
            notifications: server.notification_sender(),
            report: Arc::new(move |report| drop(reported.lock().unwrap().send(report))),
        };
        let mut arguments =
            ["--exact", BUILD, "--ignored", "--quiet", "--nocapture"].map(OsString::from).to_vec();
        arguments.push(folder.path().into());
        let options = ReloadOptions {
            sources: vec![folder.path().join("src")],
            polls: false,
            command: BuildCommand { program: std::env::current_exe().unwrap().into(), arguments },
            copies: folder.path().join("copies"),
        };
        let reloader = Reloader::start(options, copies, parts).unwrap();
        let reports = Mutex::new(reports);
        Self { reloader, audio, server, host, audio_status, meters, signals, reports, folder }
    }

    /// A page's share in a signal.
    pub fn subscribe(&self, id: &str) -> SignalSubscription {
        self.signals.subscribe(SignalRequest { id: id.to_owned(), resolution: 16 })
    }

    /// Waits until a signal reaches a value.
    pub fn wait_for_signal(&self, subscription: &mut SignalSubscription, expected: f64) {
        let started = Instant::now();
        let mut newest = String::new();
        loop {
            self.signals.analyse(Instant::now());
            if let Some(text) = subscription.take_newest() {
                let message: serde_json::Value = serde_json::from_str(&text).unwrap();
                let values = message["params"]["values"].as_array().unwrap();
                let highest = values.iter().filter_map(serde_json::Value::as_f64).fold(-1e9, f64::max);
                if (highest - expected).abs() < 0.01 {
                    return;
                }
                newest = text.to_string();
            }
            assert!(started.elapsed() < PATIENCE, "the signal does not reach {expected}: {newest}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Builds a library, which lasts as long as this.
    pub fn build(&self, parameters: &str, definitions: &[&str]) -> PathBuf {
        build_library(self.folder.path(), parameters, definitions)
    }

    /// Puts a library where the build leaves it, and saves a source.
    pub fn save(&self, library: &Path) {
        let aside = self.folder.path().join("aside");
        fs::copy(library, &aside).unwrap();
        fs::rename(aside, library_in(self.folder.path())).unwrap();
        self.touch();
    }

    /// Saves a source.
    pub fn touch(&self) {
        fs::write(self.folder.path().join("src/dsp.rs"), "").unwrap();
    }

    pub fn fail_builds(&self) {
        fs::write(self.folder.path().join("broken"), "").unwrap();
    }

    pub fn mend_builds(&self) {
        fs::remove_file(self.folder.path().join("broken")).unwrap();
    }

    /// Lets builds wait from now on.
    pub fn hold_builds(&self) {
        fs::write(self.folder.path().join("held"), "").unwrap();
    }

    pub fn release_builds(&self) {
        fs::remove_file(self.folder.path().join("held")).unwrap();
    }

    /// Lets builds wait from now on as cargo does for another run of itself.
    pub fn block_builds(&self) {
        fs::write(self.folder.path().join("blocked"), "").unwrap();
    }

    pub fn unblock_builds(&self) {
        fs::remove_file(self.folder.path().join("blocked")).unwrap();
    }

    /// How many builds have begun.
    pub fn builds(&self) -> usize {
        fs::read_to_string(self.folder.path().join("builds")).unwrap().lines().count()
    }

    /// How many files there are in the server's folder of copies.
    pub fn copies(&self) -> usize {
        let folders = copy_folders(self.folder.path());
        folders.into_iter().map(|folder| fs::read_dir(folder).unwrap().count()).sum()
    }

    pub fn next_report(&self) -> ReloadReport {
        self.reports.lock().unwrap().recv_timeout(PATIENCE).expect("something is reported")
    }

    pub fn wait_until_building(&self) {
        while self.next_report() != ReloadReport::Building {}
    }

    /// How the next reload ends.
    pub fn next_end(&self) -> ReloadReport {
        loop {
            match self.next_report() {
                ReloadReport::Building | ReloadReport::Waiting(_) => {}
                ReloadReport::CompilerOutput(text) => println!("{text}"),
                end => return end,
            }
        }
    }

    /// Waits until the plugin's output peaks there.
    pub fn wait_for_peak(&self, peak: f32) {
        let started = Instant::now();
        loop {
            let heard = self.meters.drain().map(|update| update.left_peak);
            if heard.is_some_and(|heard| (heard - peak).abs() < 1e-3) {
                return;
            }
            assert!(started.elapsed() < PATIENCE, "{heard:?} and not {peak}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Waits until a meter of the plugin's own shows this.
    pub fn wait_for_values(&self, id: &str, values: &[f32]) {
        let started = Instant::now();
        loop {
            let shown = self.meters.drain().and_then(|mut update| update.values.remove(id));
            let is_near = |shown: &Vec<f32>| {
                shown.len() == values.len() && shown.iter().zip(values).all(|(a, b)| (a - b).abs() < 1e-3)
            };
            if shown.as_ref().is_some_and(is_near) {
                return;
            }
            assert!(started.elapsed() < PATIENCE, "{id}: {shown:?} and not {values:?}");
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Ends everything, and returns what it has written.
    pub fn stop(self) -> TempDir {
        let Self { folder, host, reloader, audio, server, .. } = self;
        reloader.stop();
        audio.stop();
        drop((host, server));
        folder
    }
}

/// The folders of copies of all servers of a rig.
pub fn copy_folders(rig: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(rig.join("copies")).unwrap().map(|entry| entry.unwrap().path());
    entries.filter(|path| path.is_dir()).collect()
}

/// The descriptions of parameters with these ids and defaults, as JSON.
pub fn parameters(parameters: &[(&str, f32)]) -> String {
    let mut json = String::new();
    for (id, default) in parameters {
        let separator = if json.is_empty() { '[' } else { ',' };
        let described = format!(r#""id":"{id}","name":"{id}","type":"float","value":{default}"#);
        write!(json, r#"{separator}{{{described},"default":{default},"text":""}}"#).unwrap();
    }
    json + "]"
}

/// Builds the library of version 2 in C in a folder, with these parameters, which it reads there, and definitions.
fn build_library(folder: &Path, parameters: &str, definitions: &[&str]) -> PathBuf {
    let folder = tempfile::tempdir_in(folder).unwrap().keep();
    let (json, library) = (folder.join("parameters.json"), library_in(&folder));
    fs::write(&json, parameters).unwrap();
    let mut arguments: Vec<String> = ["-std=c11", "-O1", "-fPIC", "-shared"].map(str::to_owned).to_vec();
    arguments.push(format!("-DV1_SIZE={}", size_of::<DevProcessorVTable>()));
    arguments.push(format!("-DV2_SIZE={}", size_of::<DevProcessorVTableV2>()));
    arguments.push(format!("-DBLOCK_SIZE={}", size_of::<ProcessBlock>()));
    arguments.push(format!("-D{}", path_definition("JSON", &json)));
    arguments.extend(definitions.iter().map(|definition| format!("-D{definition}")));
    arguments.extend(["-o".to_owned(), c_compiler::path(&library)]);
    let sources = ["live.c", "parameters.c"].map(|source| c_compiler::path(&Path::new(SOURCES).join(source)));
    arguments.extend(sources);
    c_compiler::compile(&arguments);
    library
}

/// Where the library is in a folder.
fn library_in(folder: &Path) -> PathBuf {
    folder.join("library").with_extension(std::env::consts::DLL_EXTENSION)
}

/// A definition of a C string: that of a path.
pub fn path_definition(name: &str, path: &Path) -> String {
    format!("{name}=\"{}\"", c_compiler::path(path))
}
