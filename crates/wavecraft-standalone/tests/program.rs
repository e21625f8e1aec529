//! The standalone program from outside: what it prints, how it ends, and what it leaves behind.
//!
//! This test starts itself as the program under test, so it brings its own `main`.

use std::path::Path;
use std::process::{Child, Command, ExitCode, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use nice_plug::prelude::*;
use wavecraft_test_plugins::DelayedGain;

/// The variable that makes this the program, with a plugin with the fault that it names.
const FAULT: &str = "PROGRAM_TEST_FAULT";

/// Whether an instance hangs by now.
static HAS_HUNG: AtomicBool = AtomicBool::new(false);

/// How long after a request to stop the program may still be there.
#[cfg(unix)]
const STOP_LIMIT: Duration = Duration::from_millis(1_500);

const CASES: &[(&str, fn())] = &[
    ("help_and_version_name_the_plugin", help_and_version_name_the_plugin),
    ("wrong_command_lines_are_refused", wrong_command_lines_are_refused),
    ("parameters_are_listed", parameters_are_listed),
    ("presets_are_listed_and_shown", presets_are_listed_and_shown),
    ("a_rendering_needs_a_preset_that_is_there", a_rendering_needs_a_preset_that_is_there),
    ("a_reader_may_close_the_pipe", a_reader_may_close_the_pipe),
    ("a_file_is_rendered_and_described", a_file_is_rendered_and_described),
    ("a_failed_rendering_says_why", a_failed_rendering_says_why),
    ("a_header_and_sound_that_disagree_are_both_named", a_header_and_sound_that_disagree_are_both_named),
    ("a_panic_while_rendering_leaves_nothing", a_panic_while_rendering_leaves_nothing),
    ("an_unknown_device_is_named", an_unknown_device_is_named),
    ("a_wrong_parameter_is_named_before_anything_plays", a_wrong_parameter_is_named_before_anything_plays),
    ("a_panic_while_playing_ends_the_program", a_panic_while_playing_ends_the_program),
    ("an_error_of_the_plugin_ends_the_program", an_error_of_the_plugin_ends_the_program),
    #[cfg(unix)]
    ("signals_stop_it_in_order", signals_stop_it_in_order),
    #[cfg(unix)]
    ("a_sound_file_that_was_written_is_told_of", a_sound_file_that_was_written_is_told_of),
    #[cfg(unix)]
    ("a_plugin_that_hangs_does_not_keep_it_alive", a_plugin_that_hangs_does_not_keep_it_alive),
    #[cfg(unix)]
    ("a_rendering_can_be_interrupted", a_rendering_can_be_interrupted),
    #[cfg(unix)]
    (
        "an_interrupted_rendering_that_hangs_leaves_nothing",
        an_interrupted_rendering_that_hangs_leaves_nothing,
    ),
    #[cfg(unix)]
    ("sound_that_has_stopped_is_started_again", sound_that_has_stopped_is_started_again),
];

fn main() -> ExitCode {
    if std::env::var_os(FAULT).is_some() {
        return wavecraft_standalone::run::<FaultyGain>();
    }
    plugin_test_support::harness::run(CASES)
}

/// A plugin that misbehaves as the environment asks.
#[derive(Default)]
struct FaultyGain(DelayedGain<true>);

impl Plugin for FaultyGain {
    const NAME: &'static str = "Faulty Gain";
    const VENDOR: &'static str = "Tests";
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = "1.2.3";
    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = DelayedGain::<true>::AUDIO_IO_LAYOUTS;

    type Editor = ();
    type SysExMessage = ();
    type BackgroundTask = ();

    fn params(&self) -> Arc<dyn Params> {
        self.0.params()
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        _: &mut AuxiliaryBuffers,
        _: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        // The first instance that processes; another takes its place when that one no longer comes back.
        let is_restarted = HAS_HUNG.load(Ordering::Relaxed);
        match std::env::var(FAULT).unwrap_or_default().as_str() {
            "panics" => panic!("on purpose"),
            "fails" => return ProcessStatus::Error("out of ideas"),
            "tells" => {
                eprintln!("gain {}", self.0.params.gain_db.value());
                return ProcessStatus::Error("told");
            }
            "hangs" => std::thread::sleep(Duration::from_secs(100)),
            "hangs at first" if !is_restarted => {
                HAS_HUNG.store(true, Ordering::Relaxed);
                std::thread::sleep(Duration::from_secs(100));
            }
            "hangs at first" => {
                eprintln!("restarted with gain {}", self.0.params.gain_db.value());
                return ProcessStatus::Error("restarted");
            }
            _ => buffer
                .as_slice()
                .iter_mut()
                .for_each(|channel| channel.iter_mut().for_each(|sample| *sample *= 2.0)),
        }
        ProcessStatus::Normal
    }
}

fn program(fault: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::current_exe().expect("the path of this test"));
    command.env(FAULT, fault).args(arguments).stdin(Stdio::null());
    command
}

fn output(fault: &str, arguments: &[&str]) -> (Option<i32>, String, String) {
    outcome(program(fault, arguments).output().expect("a program to run"))
}

fn outcome(output: Output) -> (Option<i32>, String, String) {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("text");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

fn start(fault: &str, arguments: &[&str]) -> Child {
    program(fault, arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("a program to start")
}

fn write_wav(path: &Path, frames: usize) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 48_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(path, spec).expect("a file to write");
    (0..frames).for_each(|_| writer.write_sample(20_000_i16).expect("a sample to write"));
    writer.finalize().expect("a header to write");
}

/// A folder with a sound file in it, and the paths of that and of the one to be rendered.
fn folder() -> (tempfile::TempDir, String, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write_wav(&folder.path().join("in.wav"), 1_000);
    let path = |name: &str| folder.path().join(name).to_str().expect("a path of text").to_owned();
    let (input, output) = (path("in.wav"), path("out.wav"));
    (folder, input, output)
}

fn has_only_the_input(folder: &tempfile::TempDir) -> bool {
    let names = std::fs::read_dir(folder.path()).expect("a folder to read");
    names.map(|entry| entry.expect("an entry").file_name()).eq(["in.wav"])
}

fn help_and_version_name_the_plugin() {
    let (code, text, _) = output("", &["--version"]);
    assert_eq!((code, text.as_str()), (Some(0), "Faulty Gain 1.2.3\n"));
    let (code, text, _) = output("", &["--help"]);
    assert!(code == Some(0) && text.contains("--output-device") && text.contains("render"), "{text}");
    assert!(text.contains("gain=\"0.0 dB\" or mute=Off") && !text.contains("drive"), "{text}");
}

fn wrong_command_lines_are_refused() {
    for arguments in [
        &["--backend", "tape"][..],
        &["render", "in.wav"],
        &["render", "in.wav", "out.wav", "--block-size", "0"],
        &["render", "in.wav", "out.wav", "--tail", "-1"],
        &["render", "in.wav", "out.wav", "--set", "gain"],
        &["render", "in.wav", "out.wav", "--tempo", "0"],
        &["render", "--midi", "song.mid", "out.wav", "--tempo", "120"],
        &["render", "--midi", "song.mid"],
        &["render", "in.wav", "out.wav", "--channels", "0"],
        &["render", "in.wav", "out.wav", "--channels", "1,2,3"],
        &["--sample-rate", "999"],
        &["--sample-rate", "768001"],
        &["--headless", "parameters"],
    ] {
        let (code, _, message) = output("", arguments);
        assert!(code == Some(2) && message.starts_with("error: "), "{arguments:?}: {message}");
    }
}

fn parameters_are_listed() {
    let (code, text, _) = output("", &["parameters"]);
    assert!(code == Some(0) && text.lines().count() == 6, "{text}");
    assert!(text.contains("gain      Gain      -24.0 dB to 24.0 dB"), "{text}");
    assert_eq!(output("", &["render", "--list-parameters"]).1, text);
}

#[cfg(target_os = "linux")]
fn presets_are_listed_and_shown() {
    let data = tempfile::tempdir().expect("a temporary folder");
    let presets = |arguments: &[&str]| {
        let mut command = program("", &["presets"]);
        let run = command.args(arguments).env("XDG_DATA_HOME", data.path()).output();
        outcome(run.expect("a program to run"))
    };
    let (code, text, _) = presets(&["list"]);
    assert!(code == Some(0) && text.starts_with("There are no presets.\n"), "{text}");
    let folder = data.path().join("Tests/Faulty Gain/presets");
    assert!(text.contains(&format!("The user's presets are in {}", folder.display())), "{text}");
    std::fs::create_dir_all(&folder).expect("a folder");
    let mine =
        "name = 'Mine'\nauthor = 'Ann'\ntags = ['bass', 'keys']\n[values]\ngain = '6 dB'\nflanger = 1\n";
    std::fs::write(folder.join("mine.toml"), mine).expect("a file");
    std::fs::write(folder.join("broken.toml"), "name = ").expect("a file");
    let (_, text, _) = presets(&["list"]);
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "NAME    BANK  AUTHOR  TAGS");
    assert!(lines[1].starts_with("broken  user          broken: "), "{text}");
    assert_eq!(lines[2], "Mine    user  Ann     bass, keys");

    let (code, text, _) = presets(&["show", "mine"]);
    assert!(code == Some(0) && text.starts_with("Mine, a preset of Faulty Gain\nAuthor: Ann\n"), "{text}");
    assert!(text.contains("gain      Gain      6.0 dB"), "{text}");
    assert!(
        text.contains("(default)") && text.ends_with("Left out: no parameter has the id `flanger`\n"),
        "{text}"
    );
    let (code, _, message) = presets(&["show", "yours"]);
    assert_eq!((code, &*message), (Some(1), "error: there is no preset and no file `yours`\n"));
    let to = data.path().join("mine.vstpreset");
    let (code, _, message) = presets(&["convert", "Mine", to.to_str().expect("a path")]);
    assert!(code == Some(1) && message.contains("is no VST3 plugin, and has no .vstpreset"), "{message}");
}

#[cfg(not(target_os = "linux"))]
fn presets_are_listed_and_shown() {
    assert_eq!(output("", &["presets", "list"]).0, Some(0));
}

fn a_rendering_needs_a_preset_that_is_there() {
    let (folder, input, destination) = folder();
    let preset = folder.path().join("mine.toml");
    std::fs::write(&preset, "name = 'Mine'\n[values]\ngain = '-6 dB'\nflanger = 1\n").expect("a file");
    let rendered = |preset: &str| output("", &["render", &input, &destination, "--preset", preset]);
    let (code, _, message) = rendered("gone");
    assert_eq!((code, &*message), (Some(1), "error: there is no preset and no file `gone`\n"));
    assert!(!Path::new(&destination).exists());
    let (code, _, message) = rendered(preset.to_str().expect("a path"));
    assert_eq!(code, Some(0), "{message}");
    assert!(message.contains("warning: no parameter has the id `flanger`; it is left out\n"), "{message}");
}

fn a_reader_may_close_the_pipe() {
    let mut child = start("", &["parameters"]);
    drop(child.stdout.take());
    assert_eq!(outcome(child.wait_with_output().expect("an end")), (Some(0), String::new(), String::new()));
}

fn a_file_is_rendered_and_described() {
    let (_folder, input, destination) = folder();
    let (code, text, message) =
        output("", &["render", &input, &destination, "--format", "i24", "--tail", "0.5"]);
    assert_eq!(code, Some(0), "{message}");
    assert!(text.contains("out.wav: 0.52 s, 48000 Hz, mono, 24-bit; "), "{text}");
    assert_eq!(message, "warning: 1000 samples were beyond full scale and are clipped\n");
    assert_eq!(hound::WavReader::open(&destination).expect("a file to read").duration(), 25_000);
}

fn a_failed_rendering_says_why() {
    let (folder, input, destination) = folder();
    let (code, text, message) = output("", &["render", &input, &destination, "--set", "gian=3"]);
    assert_eq!((code, text.as_str()), (Some(1), ""));
    assert!(message.starts_with("error: there is no parameter \"gian\" (did you mean gain?)"), "{message}");
    let (code, _, message) = output("", &["render", "--midi", &input, &destination]);
    assert!(code == Some(1) && message.contains("give a sound file to read"), "{message}");
    let (code, _, message) = output("fails", &["render", &input, &destination]);
    assert_eq!((code, message.as_str()), (Some(1), "error: the plugin reported: out of ideas\n"));
    #[cfg(unix)]
    {
        let (code, text, message) = output("", &["render", &input, "/dev/stdout"]);
        assert_eq!((code, text.as_str()), (Some(1), ""));
        assert!(message.contains("/dev/stdout is a pipe or a device, and is left alone"), "{message}");
    }
    assert!(has_only_the_input(&folder));
}

fn a_header_and_sound_that_disagree_are_both_named() {
    let (_folder, input, destination) = folder();
    let bytes = std::fs::read(&input).expect("a file to read");
    std::fs::write(&input, &bytes[..bytes.len() - 100]).expect("a file to write");
    let (code, _, message) = output("", &["render", &input, &destination]);
    assert_eq!(code, Some(0), "{message}");
    let (first, _) = message.split_once('\n').expect("a line");
    assert!(first.starts_with("warning: ") && first.contains("its header promises 1000 frames"), "{first}");
    assert!(first.contains("but only ") && first.ends_with(" are there"), "{first}");
}

fn a_panic_while_rendering_leaves_nothing() {
    let (folder, input, destination) = folder();
    let (code, _, message) = output("panics", &["render", &input, &destination]);
    assert!(code == Some(101) && message.contains("on purpose"), "{code:?} {message}");
    assert!(has_only_the_input(&folder));
}

fn an_unknown_device_is_named() {
    for backend in ["system", "auto"] {
        let (code, _, message) =
            output("", &["--backend", backend, "--output-device", "no such loudspeaker"]);
        assert!(
            code == Some(1) && message.starts_with("error: ") && message.lines().count() == 1,
            "{message}"
        );
        assert!(
            message.contains("\"no such loudspeaker\"") && message.contains("--list-devices"),
            "{message}"
        );
    }
}

fn a_wrong_parameter_is_named_before_anything_plays() {
    let (code, text, message) = output("", &["--backend", "none", "--set", "gain=loud"]);
    assert_eq!((code, text.as_str()), (Some(1), ""));
    assert!(message.starts_with("error: gain cannot be \"loud\"; it is -24.0 dB to 24.0 dB"), "{message}");
    let (code, _, message) = output("tells", &["--backend", "none", "--set", "gain=-12 dB"]);
    assert!(code == Some(1) && message.starts_with("gain -12\n"), "{message}");
}

fn a_panic_while_playing_ends_the_program() {
    let (code, _, message) = output("panics", &["--backend", "none"]);
    assert!(code == Some(101) && message.contains("on purpose"), "{code:?} {message}");
}

fn an_error_of_the_plugin_ends_the_program() {
    let (code, text, message) = output("fails", &["--backend", "none", "--mono"]);
    assert!(text.starts_with("Faulty Gain 1.2.3\n"), "{text}");
    assert_eq!(
        (code, message.as_str()),
        (Some(1), "error: the plugin has stopped with an error: out of ideas\n")
    );
}

#[cfg(unix)]
fn send(signal: &str, child: &Child) {
    let status = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
    assert!(status.expect("a signal to send").success());
}

/// Sends a signal once the program has run for `delay`. Returns how it ended, and how long that took.
#[cfg(unix)]
fn stop(signal: &str, child: Child, delay: Duration) -> ((Option<i32>, String, String), Duration) {
    std::thread::sleep(delay);
    send(signal, &child);
    let sent = std::time::Instant::now();
    let result = outcome(child.wait_with_output().expect("an end"));
    (result, sent.elapsed())
}

#[cfg(unix)]
fn signals_stop_it_in_order() {
    for signal in ["INT", "TERM", "HUP"] {
        let child = start("", &["--backend", "none"]);
        let ((code, text, message), took) = stop(signal, child, Duration::from_millis(500));
        assert!(code == Some(0) && message.is_empty(), "{signal}: {code:?} {message}");
        assert!(text.ends_with("Ctrl-C stops it.\n"), "{text}");
        assert!(took < Duration::from_millis(500), "{signal}: {took:?}");
    }
}

#[cfg(unix)]
fn a_sound_file_that_was_written_is_told_of() {
    let (_folder, _, destination) = folder();
    let child = start("", &["--input", "sine", "--output", &destination]);
    let ((code, text, message), _) = stop("TERM", child, Duration::from_millis(500));
    assert!(code == Some(0) && message.is_empty(), "{code:?} {message}");
    let frames = hound::WavReader::open(&destination).expect("a file to read").duration();
    let line = format!("  Written {destination}, {:.1} s of sound\n", f64::from(frames) / 48_000.0);
    assert!(frames > 0 && text.ends_with(&line), "{line:?} is not at the end of {text}");
}

#[cfg(unix)]
fn a_plugin_that_hangs_does_not_keep_it_alive() {
    let child = start("hangs", &["--backend", "none"]);
    let ((code, _, message), took) = stop("INT", child, Duration::from_millis(500));
    assert!(code == Some(0) && took < STOP_LIMIT, "{code:?} {took:?} {message}");
}

#[cfg(unix)]
fn a_rendering_can_be_interrupted() {
    for signal in ["INT", "TERM"] {
        let (folder, input, destination) = folder();
        let child = start("", &["render", &input, &destination, "--tail", "3600", "--block-size", "1"]);
        let ((code, _, message), took) = stop(signal, child, Duration::from_millis(300));
        assert_eq!((code, message.as_str()), (Some(130), "error: stopped; nothing was written\n"));
        assert!(has_only_the_input(&folder) && took < STOP_LIMIT);
    }
}

#[cfg(unix)]
fn an_interrupted_rendering_that_hangs_leaves_nothing() {
    let (folder, input, destination) = folder();
    let child = start("hangs", &["render", &input, &destination]);
    let ((code, ..), took) = stop("INT", child, Duration::from_millis(500));
    assert!(code == Some(130) && took < STOP_LIMIT, "{code:?} {took:?}");
    assert!(has_only_the_input(&folder));
}

#[cfg(unix)]
fn sound_that_has_stopped_is_started_again() {
    let (code, _, message) = output("hangs at first", &["--backend", "none", "--set", "gain=6"]);
    let lines: Vec<&str> = message.lines().collect();
    assert_eq!(code, Some(1), "{message}");
    assert_eq!(lines[0], "warning: the audio device has stopped; trying again");
    assert_eq!(lines[1], "restarted with gain 6");
}
