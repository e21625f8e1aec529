//! Private sound servers: each has a folder and a name of its own, touches nothing else, and ends when it is dropped.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::needs::{Need, assert_declared};
use crate::{children, priority};

/// How long a sound server may take to start.
const START_LIMIT: Duration = Duration::from_secs(15);

/// How long a test waits for others that use JACK.
const CLAIM_LIMIT: Duration = Duration::from_mins(5);

/// By this, programs learn which JACK server to use.
const JACK_SERVER_VARIABLE: &str = "JACK_DEFAULT_SERVER";

/// The places of two channels, as `PulseAudio` calls them.
const STEREO: &str = "front-left,front-right";

/// Two channels.
pub type Frame = [f32; 2];

/// Both sides of the sound tests run at this rate, in Hz.
pub const RATE_HZ: u32 = 48_000;

/// An environment in which there is no sound server and no device.
pub fn silent_environment(folder: &Path) -> Vec<(&'static str, String)> {
    let folder = folder.display().to_string();
    vec![
        ("HOME", folder.clone()),
        ("XDG_RUNTIME_DIR", folder.clone()),
        ("XDG_CONFIG_HOME", folder.clone()),
        ("PULSE_SERVER", format!("unix:{folder}/none")),
        (JACK_SERVER_VARIABLE, "none".to_owned()),
        ("JACK_NO_START_SERVER", "1".to_owned()),
    ]
}

/// A process that is ended when it is dropped.
struct Running(Child);

impl Running {
    /// Kills it before it can do anything.
    fn kill(mut self) {
        self.0.kill().expect("it is our child");
        self.0.wait().expect("it is our child");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.0.try_wait(), Ok(Some(_))) {
            return;
        }
        // First in peace, so that it takes its files along.
        let _ = Command::new("kill").arg(self.0.id().to_string()).status();
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(2) {
            if matches!(self.0.try_wait(), Ok(Some(_))) {
                return;
            }
            thread::sleep(Duration::from_millis(10));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A `PulseAudio` server with a microphone that one can speak into and a loudspeaker that one can hear. In a process
/// there is one at a time.
///
/// All who have a part in the sound run ahead of other programs: the server moves it between its clients and its sinks on
/// a thread that has no real-time priority of its own, and what others do then makes gaps in a recording.
pub struct PulseAudio {
    server: Option<Running>,
    folder: TempDir,
    _turn: MutexGuard<'static, ()>,
}

impl PulseAudio {
    /// Starts it.
    pub fn start() -> Self {
        let turn = take_turn();
        let folder = tempfile::tempdir().expect("there is a temporary folder");
        let alsa = "pcm.!default { type pulse }\nctl.!default { type pulse }\n";
        fs::write(folder.path().join(".asoundrc"), alsa).expect("the folder is ours");
        let mut pulse = Self { server: None, folder, _turn: turn };
        pulse.start_again();
        pulse
    }

    /// Kills it, as when it crashes.
    pub fn kill(&mut self) {
        if let Some(server) = self.server.take() {
            server.kill();
        }
    }

    /// Lets it hang, until it is dropped.
    pub fn freeze(&self) {
        let Running(server) = self.server.as_ref().expect("it runs");
        let stopped = Command::new("kill").args(["-s", "STOP", &server.id().to_string()]).status();
        assert!(stopped.is_ok_and(|status| status.success()), "it is our child");
    }

    /// Starts it where it was before.
    pub fn start_again(&mut self) {
        let socket = self.folder.path().join("socket");
        let sink = |name: &str| {
            format!("module-null-sink sink_name={name} rate={RATE_HZ} channels=2 format=float32le")
        };
        let server = children::command("pulseaudio")
            .args(["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--log-level=error"])
            .args(["--disable-shm=yes"])
            .arg(format!("--load=module-native-protocol-unix socket={} auth-anonymous=1", socket.display()))
            .arg(format!("--load={}", sink("microphone")))
            .arg(format!("--load={}", sink("loudspeaker")))
            .envs(silent_environment(self.folder.path()))
            .stderr(Stdio::null())
            .spawn()
            .expect("pulseaudio is installed");
        let process_id = server.id();
        self.server = Some(Running(server));
        let started = Instant::now();
        while !self.control(&["set-default-source", "microphone.monitor"]) {
            assert!(started.elapsed() < START_LIMIT, "pulseaudio does not start");
            thread::sleep(Duration::from_millis(50));
        }
        assert!(self.control(&["set-default-sink", "loudspeaker"]));
        // Only now: at its start it gives itself another.
        priority::raise(process_id);
    }

    /// What programs need that are to use it.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let socket = self.folder.path().join("socket");
        let mut environment = silent_environment(self.folder.path());
        environment.retain(|(name, _)| *name != "PULSE_SERVER");
        environment.push(("PULSE_SERVER", format!("unix:{}", socket.display())));
        environment
    }

    /// How many programs are connected to it, whoever asks left out.
    pub fn connections(&self) -> usize {
        let mut command = Command::new("pactl");
        command.args(["list", "short", "clients"]).envs(self.environment()).stderr(Stdio::null());
        let clients = command.output().expect("pactl is installed").stdout;
        String::from_utf8_lossy(&clients).lines().filter(|client| !client.contains("pactl")).count()
    }

    /// Runs `pactl`.
    pub fn control(&self, arguments: &[&str]) -> bool {
        let mut command = Command::new("pactl");
        command.args(arguments).envs(self.environment()).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    }

    /// Speaks a WAV file into the microphone, until the result is dropped.
    pub fn speak(&self, file: &Path) -> impl Drop + use<> {
        self.speak_into("microphone", file)
    }

    /// The same into another sink.
    pub fn speak_into(&self, sink: &str, file: &Path) -> impl Drop + use<> {
        self.play_file(sink, file, &[])
    }

    /// The same with the file's channels at these places, as `PulseAudio` calls them.
    pub fn speak_in(&self, sink: &str, file: &Path, channel_map: &str) -> impl Drop + use<> {
        self.play_file(sink, file, &["--channel-map", channel_map])
    }

    fn play_file(&self, sink: &str, file: &Path, options: &[&str]) -> Running {
        let mut command = priority::command("paplay");
        command.args(["--device", sink]).args(options).arg(file).envs(self.environment());
        Running(command.spawn().expect("paplay is installed"))
    }

    /// Adds a microphone of this name, with two channels, whose device is the sink's monitor: `NAME.monitor`.
    pub fn add_microphone(&self, name: &str) -> Microphone {
        self.add_microphone_in(name, STEREO)
    }

    /// The same with these channels, as `PulseAudio` calls them.
    pub fn add_microphone_in(&self, name: &str, channel_map: &str) -> Microphone {
        let channels = channel_map.split(',').count();
        let mut command = Command::new("pactl");
        command.args(["load-module", "module-null-sink", &format!("sink_name={name}"), "format=float32le"]);
        command.args([format!("rate={RATE_HZ}"), format!("channels={channels}")]);
        command.arg(format!("channel_map={channel_map}"));
        let output = command.envs(self.environment()).output().expect("pactl is installed");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        Microphone { module: String::from_utf8_lossy(&output.stdout).trim().to_owned() }
    }

    /// Takes a microphone away, as when it is unplugged.
    pub fn remove(&self, microphone: &Microphone) {
        assert!(self.control(&["unload-module", &microphone.module]));
    }

    /// Listens to the loudspeaker.
    pub fn listen(&self) -> Listening {
        let file = self.folder.path().join(format!("heard-{}", unique_number()));
        let output = fs::File::create(&file).expect("the folder is ours");
        let mut command = priority::command("parecord");
        command.args(["--device", "loudspeaker.monitor", "--raw", "--format=float32le", "--channels=2"]);
        command.args(["--rate=48000", "--latency-msec=50"]).envs(self.environment()).stdout(output);
        Listening { _recorder: Running(command.spawn().expect("parecord is installed")), file }
    }
}

/// A microphone that was added.
pub struct Microphone {
    /// The number of the module that makes it.
    module: String,
}

/// A recording that goes on.
pub struct Listening {
    _recorder: Running,
    file: PathBuf,
}

impl Listening {
    /// The left channel so far.
    pub fn left(&self) -> Vec<f32> {
        self.frames().into_iter().map(|[left, _]| left).collect()
    }

    /// Both channels so far.
    pub fn frames(&self) -> Vec<Frame> {
        let bytes = fs::read(&self.file).expect("the recorder writes it");
        let sample = |bytes: &[u8]| f32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
        bytes.chunks_exact(8).map(|frame| [sample(&frame[..4]), sample(&frame[4..])]).collect()
    }
}

/// A JACK server without hardware. In a process there is one at a time.
pub struct Jack {
    server: Option<Running>,
    block_frames: u32,
    folder: TempDir,
    _turn: MutexGuard<'static, ()>,
}

impl Jack {
    /// Starts it with blocks of so many frames.
    pub fn start(block_frames: u32) -> Self {
        let turn = take_turn();
        let folder = tempfile::tempdir().expect("there is a temporary folder");
        let mut jack = Self { server: None, block_frames, folder, _turn: turn };
        jack.start_again();
        jack
    }

    /// Stops it, as when its owner turns it off.
    pub fn stop(&mut self) {
        self.server = None;
    }

    /// Kills it, as when it crashes.
    pub fn kill(&mut self) {
        if let Some(server) = self.server.take() {
            server.kill();
        }
    }

    /// Starts it under the same name as before.
    pub fn start_again(&mut self) {
        let server = children::command("jackd")
            .args(["--name", jack_name(), "-d", "dummy"])
            .args(["--rate", &RATE_HZ.to_string(), "--period", &self.block_frames.to_string()])
            .envs(silent_environment(self.folder.path()))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("jackd is installed");
        self.server = Some(Running(server));
        let started = Instant::now();
        while !self.ports().contains("system:playback_1") {
            assert!(started.elapsed() < START_LIMIT, "jackd does not start");
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// What programs need that are to use it.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let mut environment = silent_environment(self.folder.path());
        environment.retain(|(name, _)| *name != JACK_SERVER_VARIABLE);
        environment.push((JACK_SERVER_VARIABLE, jack_name().to_owned()));
        environment
    }

    /// A command that uses it.
    pub fn command(&self, program: &str) -> Command {
        let mut command = children::command(program);
        command.envs(self.environment()).stderr(Stdio::null());
        command
    }

    /// The names of all ports, one on each line.
    pub fn ports(&self) -> String {
        let output = self.command("jack_lsp").output().expect("jack_lsp is installed");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// The port that ends like this, of whichever program uses the server, once it is there.
    pub fn port(&self, end: &str) -> String {
        let started = Instant::now();
        loop {
            let ports = self.ports();
            let port = ports.lines().find(|port| port.ends_with(end) && !port.starts_with("system:"));
            if let Some(port) = port {
                return port.to_owned();
            }
            assert!(started.elapsed() < START_LIMIT, "no port {end} in\n{ports}");
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// Connects two ports.
    pub fn connect(&self, from: &str, to: &str) {
        let connected = self.command("jack_connect").args([from, to]).status();
        assert!(
            connected.is_ok_and(|status| status.success()),
            "{from} to {to}; there are:\n{}",
            self.ports()
        );
    }
}

/// Sound servers are used one at a time in a process: what is measured should not measure another test.
fn take_turn() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());

    assert_declared(Need::TestSound);
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The name of this process's JACK servers, which no other process uses now. The system remembers eight names and
/// forgets none whose server was killed, but lets a name be used again; so there are a few names only.
#[allow(unsafe_code, reason = "the C library learns the server's name from the environment alone")]
fn jack_name() -> &'static str {
    static NAME: OnceLock<(String, File)> = OnceLock::new();
    let (name, _claim) = NAME.get_or_init(|| {
        let (name, claim) = claim_name();
        // SAFETY: It happens once, before this process first calls libjack. Nothing else here is C that reads the
        // environment on another thread, and Rust's own readers are locked out by the standard library.
        unsafe { std::env::set_var(JACK_SERVER_VARIABLE, &name) };
        (name, claim)
    });
    name
}

fn claim_name() -> (String, File) {
    let started = Instant::now();
    loop {
        for number in 0..3 {
            let name = format!("wavecraft-test-{number}");
            let claim = File::create(std::env::temp_dir().join(&name)).expect("the folder is for everyone");
            if claim.try_lock().is_ok() {
                return (name, claim);
            }
        }
        assert!(started.elapsed() < CLAIM_LIMIT, "other tests keep all names of JACK servers");
        thread::sleep(Duration::from_millis(100));
    }
}

fn unique_number() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    NEXT.fetch_add(1, Ordering::Relaxed)
}
