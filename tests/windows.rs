//! What was built for Windows, under Wine: it loads, sounds as on Linux, keeps its state both ways, and says what is missing
//! where there is no webview.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Once;

use object::read::pe::PeFile64;
use object::{Object as _, ObjectSection as _};
use wavecraft_tests::clap_host::ClapHost;
use wavecraft_tests::endurance::short_or_full;
use wavecraft_tests::listening::{next_second, wait_until_heard};
use wavecraft_tests::recording::{self, largest_difference, rms_db};
use wavecraft_tests::sound_servers::PulseAudio;
use wavecraft_tests::wine::{Wine, windows_path};
use wavecraft_tests::{bundles, clap_state, display, render};

plugin_test_support::needs!(TestSound, WindowTests, WindowsTests);

/// The same sound, as far as single precision goes.
const SAME: f32 = 1e-6;

/// The libraries that every Windows 10 has.
const LIBRARIES: [&str; 26] = [
    "advapi32.dll",
    "api-ms-win-core-synch-l1-2-0.dll",
    "api-ms-win-core-winrt-error-l1-1-0.dll",
    "avrt.dll",
    "bcrypt.dll",
    "bcryptprimitives.dll",
    "combase.dll",
    "comctl32.dll",
    "dwmapi.dll",
    "gdi32.dll",
    "imm32.dll",
    "kernel32.dll",
    "mmdevapi.dll",
    "msvcrt.dll",
    "ntdll.dll",
    "ole32.dll",
    "oleaut32.dll",
    "propsys.dll",
    "rpcrt4.dll",
    "shell32.dll",
    "shlwapi.dll",
    "user32.dll",
    "userenv.dll",
    "uxtheme.dll",
    "winmm.dll",
    "ws2_32.dll",
];

/// A sound that makes use of everything.
const SETTINGS: [(&str, &str); 9] = [
    ("Input", "3"),
    ("Low cut", "80"),
    ("Low cut slope", "24"),
    ("High cut", "9000"),
    ("High cut slope", "12"),
    ("Drive", "20"),
    ("Character", "Tube"),
    ("Oversampling", "4x"),
    ("Output", "-2"),
];

/// Wine, with an X server for its windows.
fn wine() -> Wine {
    static DISPLAY: Once = Once::new();
    // Whatever is started first decides where all windows go.
    DISPLAY.call_once(|| drop(display::display()));
    Wine::start()
}

fn clap() -> PathBuf {
    bundles::windows_folder().join("Wavecraft.clap")
}

fn vst3() -> PathBuf {
    bundles::windows_folder().join("Wavecraft.vst3")
}

fn program() -> PathBuf {
    bundles::windows_folder().join("Wavecraft.exe")
}

/// The host's program for this system or for Windows, as the stage of the tests has built it.
fn host(variable: &str) -> PathBuf {
    PathBuf::from(
        std::env::var_os(variable).expect("`cargo xtask test --stage windows` says where the host is"),
    )
}

fn host_here() -> Command {
    Command::new(host("WAVECRAFT_PLUGIN_HOST"))
}

fn host_on_windows(wine: &Wine) -> Command {
    wine.program(host("WAVECRAFT_WINDOWS_PLUGIN_HOST"))
}

/// What a host made of the recording.
struct Played {
    output: Vec<f32>,
    state: Vec<u8>,
}

/// Has a host play the recording.
fn play(mut host: Command, format: &str, bundle: &Path, state: Option<&[u8]>) -> Played {
    let folder = tempfile::tempdir().unwrap();
    host.arg(format).arg(bundle).arg(recording::path()).arg(folder.path());
    if let Some(state) = state {
        let file = folder.path().join("state before");
        fs::write(&file, state).unwrap();
        host.arg(file);
    }
    let result = host.output().unwrap();
    let said = String::from_utf8_lossy(&result.stderr);
    assert!(result.status.success(), "{host:?} ended with {}:\n{said}", result.status);
    let output = fs::read(folder.path().join("output")).unwrap();
    let sample = |bytes: &[u8]| f32::from_le_bytes(bytes.try_into().unwrap());
    Played {
        output: output.chunks_exact(4).map(sample).collect(),
        state: fs::read(folder.path().join("state")).unwrap(),
    }
}

/// A state that differs from the defaults, as this system saves it.
fn state() -> Vec<u8> {
    let mut host = ClapHost::load(&bundles::clap());
    let changes: Vec<(usize, &str, f64)> =
        SETTINGS.into_iter().map(|(name, text)| (0, name, host.typed(name, text).unwrap())).collect();
    host.process([&[0.0; 512]; 2], 512, &changes);
    host.save()
}

/// What is imported, in lower case.
fn imports(file: &Path) -> BTreeSet<String> {
    let bytes = fs::read(file).unwrap();
    let pe = PeFile64::parse(&*bytes).unwrap();
    let table = pe.import_table().unwrap().unwrap();
    let mut descriptors = table.descriptors().unwrap();
    let mut names = BTreeSet::new();
    while let Some(descriptor) = descriptors.next().unwrap() {
        let name = table.name(descriptor.name.get(object::LittleEndian)).unwrap();
        names.insert(String::from_utf8_lossy(name).to_lowercase());
    }
    names
}

#[test]
fn nothing_is_imported_that_a_bare_windows_lacks() {
    for file in [clap(), vst3().join("Contents/x86_64-win/Wavecraft.vst3"), program()] {
        let imports = imports(&file);
        assert!(imports.contains("kernel32.dll"), "{imports:?}");
        let lacking: Vec<&String> =
            imports.iter().filter(|name| !LIBRARIES.contains(&name.as_str())).collect();
        assert!(lacking.is_empty(), "{} imports {lacking:?}", file.display());
    }
}

#[test]
fn the_version_stands_among_the_properties_of_each_file() {
    let text = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    for file in [clap(), vst3().join("Contents/x86_64-win/Wavecraft.vst3"), program()] {
        let bytes = fs::read(&file).unwrap();
        let pe = PeFile64::parse(&*bytes).unwrap();
        let section = pe.section_by_name(".rsrc").expect("there are resources");
        let resources = section.data().unwrap();
        for expected in
            ["ProductName\0\0Wavecraft\0", concat!("FileVersion\0\0", env!("CARGO_PKG_VERSION"), "\0")]
        {
            let expected = text(expected);
            let is_there = resources.windows(expected.len()).any(|part| part == expected);
            assert!(is_there, "{}", file.display());
        }
    }
}

#[test]
fn a_clap_sounds_as_on_linux_and_keeps_its_state_both_ways() {
    both_ways("clap", &bundles::clap(), &clap());
}

#[test]
fn a_vst3_sounds_as_on_linux_and_keeps_its_state_both_ways() {
    both_ways("vst3", &bundles::vst3(), &vst3());
}

fn both_ways(format: &str, here: &Path, on_windows: &Path) {
    let wine = wine();
    let state = state();
    for state in [None, Some(&*state)] {
        let expected = play(host_here(), format, here, state);
        assert!(rms_db(&expected.output) > -60.0, "something is heard");
        let played = play(host_on_windows(&wine), format, on_windows, state);
        let difference = largest_difference(&played.output, &expected.output);
        assert!(difference < SAME, "{difference}");
        assert_eq!(clap_state::text(&played.state), clap_state::text(&expected.state));
        let back = play(host_here(), format, here, Some(&played.state));
        assert!(largest_difference(&back.output, &expected.output) < SAME);
        assert_eq!(clap_state::text(&back.state), clap_state::text(&expected.state));
    }
}

#[test]
fn the_program_renders_as_on_linux() {
    let wine = wine();
    let folder = tempfile::Builder::new().prefix("Größe 音 ").tempdir().unwrap();
    let settings =
        [("drive", "18"), ("character", "Tape"), ("high_cut_freq", "7000"), ("oversampling", "4x")];
    for settings in [&settings[..0], &settings] {
        let expected = render::recording_with(settings);
        let rendered = folder.path().join("rendered.wav");
        let mut command = wine.program(program());
        command.arg("render").arg(windows_path(&recording::path())).arg(windows_path(&rendered));
        command.args(["--format", "f32"]);
        for (id, value) in settings {
            command.arg("--set").arg(format!("{id}={value}"));
        }
        wine.run(&mut command);
        let mut reader = hound::WavReader::open(&rendered).unwrap();
        let output: Vec<f32> = reader.samples::<f32>().map(Result::unwrap).collect();
        let difference = largest_difference(&output, &expected);
        assert!(difference < SAME, "{difference}");
    }
}

#[test]
fn a_hundred_instances_play_at_once() {
    let wine = wine();
    let said = wine.run(host_on_windows(&wine).arg("instances").arg(clap()).arg("100"));
    assert_eq!(said.trim(), "100 instances play the same");
}

#[test]
fn it_is_loaded_and_unloaded_again_and_again_and_leaves_nothing_behind() {
    let wine = wine();
    let count = short_or_full("40", "100");
    let said = wine.run(host_on_windows(&wine).arg("loads").arg(clap()).arg(count));
    assert_eq!(said.trim(), format!("{count} times loaded and unloaded"));
}

#[test]
fn the_window_says_that_the_webview_is_missing_and_leaves_nothing_behind() {
    let wine = wine();
    let count = short_or_full("20", "100");
    let said = wine.run(host_on_windows(&wine).arg("editor").arg(clap()).arg(count));
    assert!(said.contains("lacks Microsoft's WebView2 Runtime"), "{said}");
    assert!(said.contains("https://developer.microsoft.com/microsoft-edge/webview2"), "{said}");
}

#[test]
fn the_program_plays_through_the_system_s_sound() {
    let wine = wine();
    let pulse = PulseAudio::start();
    let mut command = wine.program(program());
    command.args(["--headless", "--backend", "system", "--input", "sine:1000", "--period-size", "4096"]);
    command.envs(pulse.environment());
    let mut process = command.spawn().unwrap();
    let heard = {
        let listening = pulse.listen();
        wait_until_heard(&listening);
        next_second(&listening)
    };
    process.kill().unwrap();
    process.wait().unwrap();
    // As far as a busy machine lets it through without gaps.
    let crossings = heard.windows(2).filter(|pair| (pair[0] < 0.0) != (pair[1] < 0.0)).count();
    assert!((1_900..2_050).contains(&crossings), "a tone of 1 kHz crosses zero {crossings} times");
}
