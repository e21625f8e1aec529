//! What was built for Windows, under Wine: it loads, sounds as on Linux, keeps its state both ways, and says what is missing
//! where there is no webview.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use std::fs;
use std::path::Path;
use std::sync::Once;

use wavecraft_tests::bundles::{windows_clap as clap, windows_program as program, windows_vst3 as vst3};
use wavecraft_tests::clap_host::ClapHost;
use wavecraft_tests::endurance::short_or_full;
use wavecraft_tests::listening::{next_second, wait_until_heard};
use wavecraft_tests::plugin_host::{SAME, host_here, host_on_windows, play};
use wavecraft_tests::recording::{self, largest_difference, rms_db};
use wavecraft_tests::sound_servers::PulseAudio;
use wavecraft_tests::wine::{Wine, windows_path};
use wavecraft_tests::{bundles, clap_state, display, render};

plugin_test_support::needs!(TestSound, WindowTests, WindowsTests);

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

/// A state that differs from the defaults, as this system saves it.
fn state() -> Vec<u8> {
    let mut host = ClapHost::load(&bundles::clap());
    let changes: Vec<(usize, &str, f64)> =
        SETTINGS.into_iter().map(|(name, text)| (0, name, host.typed(name, text).unwrap())).collect();
    host.process([&[0.0; 512]; 2], 512, &changes);
    host.save()
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

/// Windows hands paths of up to 260 characters to programs that do not ask for longer ones. Wine has no such limit, so that
/// the longer one shows that the plugin and its host have none of their own.
#[test]
fn a_plugin_plays_from_folders_with_letters_of_all_kinds_and_from_long_paths() {
    let wine = wine();
    let expected = play(host_here(), "clap", &bundles::clap(), None).output;
    let folder = tempfile::Builder::new().prefix("Größe 音 🎛 ").tempdir().unwrap();
    let long = folder
        .path()
        .join("Störgeräusche äöü ".repeat(5).trim_end())
        .join("длинный путь ".repeat(8).trim_end());
    for place in [folder.path(), &long.join("x".repeat(200))] {
        fs::create_dir_all(place).unwrap();
        let plugin = place.join("Wävecraft 音.clap");
        fs::hard_link(clap(), &plugin).or_else(|_| fs::copy(clap(), &plugin).map(drop)).unwrap();
        let played = play(host_on_windows(&wine), "clap", &plugin, None).output;
        let difference = largest_difference(&played, &expected);
        assert!(difference < SAME, "{difference} from {}", plugin.display());
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

/// The library takes some five of the process's 1,088 indexes for thread-local values when it is loaded.
#[test]
fn it_is_loaded_and_unloaded_two_hundred_times_and_leaves_nothing_behind() {
    let wine = wine();
    let said = wine.run(host_on_windows(&wine).arg("loads").arg(clap()).arg("200"));
    assert_eq!(said.trim(), "200 times loaded and unloaded");
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
