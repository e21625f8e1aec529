//! What a plugin's author does with a project that `cargo xtask new` made outside of this repository: its own commands, its
//! plugin in hosts, its page, and its sound while it is changed.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::Command;
use std::thread;

use plugin_test_support::python::python;
use serde_json::{Value, json};
use wavecraft_tests::bundles;
use wavecraft_tests::clap_host::ClapHost;
use wavecraft_tests::dev_server::DevServer;
use wavecraft_tests::display::{Display, display};
use wavecraft_tests::editor_host::{EditorHost, Told};
use wavecraft_tests::plugin_project::{PluginProject, new_command, said, turn};
use wavecraft_tests::pointer;
use wavecraft_tests::strip_page::{ACCENT, FEWEST_ACCENTS, KNOB_TRAVEL_PX, SIZE_PX, accents};
use x11rb::protocol::xproto::Window;

plugin_test_support::needs!(HostTests, WindowTests);

/// The level of the test signal in the development server: a sine with a peak of 1/4.
const TONE_PEAK: f64 = 0.25;

/// The parameters with knobs, from left to right.
const EFFECT: [&str; 3] = ["/Rate", "/Depth", "/Level"];
const INSTRUMENT: [&str; 3] = ["Envelope/Attack", "Envelope/Release", "Output/Level"];

/// There are more columns than this between two knobs of a page, and fewer within one.
const KNOB_GAP_PX: i16 = 24;

/// The largest absolute sample.
fn peak(samples: &[f32]) -> f32 {
    samples.iter().fold(0.0, |peak, sample| peak.max(sample.abs()))
}

/// Its tests pass, and there are some of each kind.
fn assert_passes_its_tests(project: &PluginProject) {
    let said = project.xtask(&["test"]);
    for stage in
        ["page: the plugin's parameters", "page: format, lint and types", "unit and documentation tests"]
    {
        assert!(said.contains(&format!("Passed {stage}")), "{said}");
    }
    assert!(said.contains(" passed, 0 failed"), "{said}");
}

#[test]
fn a_new_effect_passes_its_own_tests() {
    assert_passes_its_tests(turn().effect());
}

#[test]
fn a_new_instrument_passes_its_own_tests() {
    assert_passes_its_tests(turn().instrument());
}

/// `cargo xtask validate` tries all, also with a window, and finds nothing.
fn assert_validates(project: &PluginProject) {
    let _display = display();
    let result = project.result_of_xtask(&["validate", "--debug", "--json"]);
    let reports: Value = serde_json::from_str(&result).unwrap();
    let rows = reports[0]["rows"].as_array().unwrap();
    let failed: Vec<_> = rows.iter().filter(|row| row["outcome"] == "failed").collect();
    assert!(failed.is_empty() && rows.len() > 10, "{rows:#?}");
    let window = rows.iter().find(|row| row["name"] == "editor").unwrap();
    assert_eq!(window["outcome"], "passed", "{window}");
}

#[test]
fn a_new_effect_holds_what_every_plugin_must() {
    assert_validates(turn().effect());
}

#[test]
fn a_new_instrument_holds_what_every_plugin_must() {
    assert_validates(turn().instrument());
}

#[test]
fn the_effect_changes_the_sound_in_a_clap_host() {
    let turn = turn();
    let mut host = ClapHost::load(&turn.effect().clap());
    let names: Vec<String> = host.parameters().into_iter().map(|parameter| parameter.name).collect();
    assert_eq!(names, ["Bypass", "Rate", "Depth", "Level"]);
    let depth = host.typed("Depth", "100 %").unwrap();
    let ones = vec![0.5; 48_000];
    let [output, _] = host.process([&ones, &ones], 512, &[(0, "Depth", depth)]);
    let lowest = output[24_000..].iter().fold(1.0_f32, |lowest, sample| lowest.min(*sample));
    assert!(lowest < 0.01 && peak(&output[24_000..]) > 0.49, "{lowest} to {}", peak(&output[24_000..]));
}

#[test]
fn the_instrument_plays_a_note_in_a_clap_host() {
    let turn = turn();
    let mut host = ClapHost::load(&turn.instrument().clap());
    let [output, _] = host.hold_key(69, 48_000);
    assert_plays_a(&output);
}

/// A note of 440 Hz: so many times a second the wave crosses zero upwards.
fn assert_plays_a(second: &[f32]) {
    assert!(peak(second) > 0.05, "{}", peak(second));
    let crossings = second.windows(2).filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0).count();
    assert!((435..=440).contains(&crossings), "{crossings} turns in a second");
}

/// Has pedalboard do a job with the VST3, and returns its report and the sound.
fn in_pedalboard(project: &PluginProject, input: Option<&[f32]>, values: &Value) -> (Value, Vec<f32>) {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let mut job = json!({
        "output": file("output"), "state_output": file("state"), "block_frames": 512, "values": values,
    });
    if let Some(input) = input {
        let bytes: Vec<u8> = input.iter().flat_map(|sample| sample.to_le_bytes()).collect();
        fs::write(file("input"), bytes).unwrap();
        job["input"] = json!(file("input"));
    } else {
        job["key"] = json!(69);
    }
    fs::write(file("job"), job.to_string()).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/vst3_host.py");
    let result = Command::new(python()).arg(script).arg(project.vst3()).arg(file("job")).output().unwrap();
    assert!(result.status.success(), "{}", String::from_utf8_lossy(&result.stderr));
    let output = fs::read(file("output")).unwrap();
    let samples = output.chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap()));
    (serde_json::from_slice(&result.stdout).unwrap(), samples.collect())
}

#[test]
fn the_effect_changes_the_sound_in_a_vst3_host() {
    let turn = turn();
    // The middle of the level's travel is 0 dB; half of what is above is 12 dB.
    let (report, output) =
        in_pedalboard(turn.effect(), Some(&vec![0.1; 48_000]), &json!({"Depth": 0.0, "Level": 0.75}));
    assert_eq!(report["name"], "My Tremolo");
    let gain_db = 20.0 * (peak(&output[24_000..]) / 0.1).log10();
    assert!((gain_db - 12.0).abs() < 0.01, "{gain_db} dB");
}

#[test]
fn the_instrument_plays_a_note_in_a_vst3_host() {
    let turn = turn();
    let (report, output) = in_pedalboard(turn.instrument(), None, &json!({}));
    assert_eq!(report["name"], "My Synth");
    assert_plays_a(&output);
}

/// A plugin's page in a host's window, at a place of the screen.
struct Studio<'a> {
    display: &'a Display,
    window: Window,
    host: EditorHost,
    at: (i16, i16),
    size: (u16, u16),
}

impl<'a> Studio<'a> {
    /// Opens the window.
    fn open(display: &'a Display, mut host: EditorHost, at: (i16, i16)) -> Self {
        let window = display.host_window_at(at.0, at.1, 960, 600);
        let (width, height) = host.open(window, None);
        Self { display, window, host, at, size: (width as u16, height as u16) }
    }

    /// Waits until the page shows as many knobs as it has, and returns where they are, from left to right.
    fn wait_for_knobs(&mut self, count: usize) -> Vec<(i16, i16)> {
        let mut knobs = Vec::new();
        let Self { display, host, at, size, .. } = self;
        host.run_until("the page shows its knobs", |_| {
            knobs = knobs_within(display, *at, *size);
            knobs.len() == count
        });
        knobs
    }

    /// Drags from one place upwards, as a hand does, and returns what the host was told.
    fn drag_up(&mut self, (x, y): (i16, i16), pixels: i16) -> Vec<Told> {
        let Self { display, host, .. } = self;
        host.take_told();
        pointer::drag(display, (x, y), (x, y - pixels), 15, || {
            host.idle();
            thread::sleep(pointer::STEP);
        });
        let mut told = Vec::new();
        host.run_until("the gesture has ended", |host| {
            told.extend(host.take_told());
            matches!(told.last(), Some(Told::End(_)))
        });
        told
    }
}

impl Drop for Studio<'_> {
    fn drop(&mut self) {
        self.host.close();
        self.display.destroy(self.window);
    }
}

/// The middles of the page's knobs: each has something in the accent's colour, with columns of other colours between.
fn knobs_within(display: &Display, at: (i16, i16), (width, height): (u16, u16)) -> Vec<(i16, i16)> {
    let picture = display.picture_at(at.0, at.1, width, height);
    let accents = picture.iter().enumerate().filter(|(_, pixel)| **pixel == ACCENT);
    let places = accents.map(|(index, _)| (index % usize::from(width), index / usize::from(width)));
    let mut places: Vec<(i16, i16)> = places.map(|(x, y)| (x as i16, y as i16)).collect();
    places.sort_unstable();
    let knobs = places.chunk_by(|one, next| next.0 - one.0 < KNOB_GAP_PX);
    let middle = |places: &[(i16, i16)]| {
        let heights = places.iter().map(|(_, y)| *y);
        let (top, bottom) = (heights.clone().min().unwrap_or(0), heights.max().unwrap_or(0));
        let (left, right) = (places[0].0, places[places.len() - 1].0);
        (at.0 + i16::midpoint(left, right), at.1 + i16::midpoint(top, bottom))
    };
    knobs.map(middle).collect()
}

/// Turns knobs up: those at the beginning of their travel have no arc by which they are found.
fn turn_up(host: &EditorHost, parameters: &[&str; 3]) {
    for parameter in parameters {
        host.automate(parameter, 0.75);
    }
}

/// Drags the last of three knobs, that of the level, and sees and hears what comes of it.
fn assert_a_dragged_level_is_heard(host: EditorHost, parameters: &[&str; 3], range_db: f64) {
    let level = parameters[2];
    let display = display();
    let mut studio = Studio::open(&display, host, (0, 0));
    turn_up(&studio.host, parameters);
    let knobs = studio.wait_for_knobs(3);
    // Without a depth, the effect's sound is steady.
    studio.host.automate(parameters[1], 0.0);
    let blocks = studio.host.blocks();
    studio.host.run_until("it sounds steadily", |host| host.blocks() > blocks + 50);
    let (peak, value) = (studio.host.output_peak(), studio.host.value(level));
    assert!(peak > 0.01, "nothing sounds");
    let told = studio.drag_up(knobs[2], 30);
    assert_eq!(told.first(), Some(&Told::Begin(level.to_owned())), "{told:?}");
    assert_eq!(told.last(), Some(&Told::End(level.to_owned())), "{told:?}");
    let moved = studio.host.value(level) - value;
    assert!((moved - 30.0 / KNOB_TRAVEL_PX).abs() < 0.02, "the knob has moved by {moved}");
    let gain = 10.0_f64.powf(moved * range_db / 20.0);
    studio.host.run_until("it is heard", |host| (host.output_peak() / peak / gain - 1.0).abs() < 0.02);
}

#[test]
fn a_knob_of_the_effects_built_page_is_dragged_and_heard() {
    let turn = turn();
    let host = EditorHost::start(&turn.effect().clap());
    assert_a_dragged_level_is_heard(host, &EFFECT, 48.0);
}

#[test]
fn a_knob_of_the_instruments_built_page_is_dragged_and_heard() {
    let turn = turn();
    let host = EditorHost::start_instrument(&turn.instrument().clap());
    assert_a_dragged_level_is_heard(host, &INSTRUMENT, 36.0);
}

#[test]
fn two_projects_plugins_and_another_show_their_pages_in_one_host() {
    let turn = turn();
    let (effect, instrument) = (turn.effect().clap(), turn.instrument().clap());
    let display = display();
    let mut strip = Studio::open(&display, EditorHost::start(&bundles::clap()), (0, 0));
    let mut effect = Studio::open(&display, EditorHost::start(&effect), (0, 600));
    let mut instrument = Studio::open(&display, EditorHost::start_instrument(&instrument), (800, 600));
    turn_up(&effect.host, &EFFECT);
    turn_up(&instrument.host, &INSTRUMENT);
    let effects_knobs = effect.wait_for_knobs(3);
    let instruments_knobs = instrument.wait_for_knobs(3);
    let Studio { display, host, .. } = &mut strip;
    host.run_until("the strip's page is there", |_| accents(display, SIZE_PX) > FEWEST_ACCENTS);

    let told = effect.drag_up(effects_knobs[2], 20);
    assert!(told.contains(&Told::End("/Level".to_owned())), "{told:?}");
    let told = instrument.drag_up(instruments_knobs[2], 20);
    assert!(told.contains(&Told::End("Output/Level".to_owned())), "{told:?}");
    for studio in [&mut strip, &mut effect, &mut instrument] {
        assert!(studio.host.take_told().is_empty(), "only the plugin whose knob is dragged says so");
        assert!(studio.host.output_peak() > 0.01, "nothing sounds");
    }
}

/// The level of a sine of this peak, in dB.
fn sine_db(peak: f64) -> f64 {
    20.0 * (peak / 2.0_f64.sqrt()).log10()
}

/// The page is there, and with it what it is made of.
fn assert_page_answers(server: &DevServer) {
    server.wait_until_it_says("Page    http://");
    let said = server.said();
    let address = said.split("Page    http://").nth(1).unwrap().lines().next().unwrap().trim_end_matches('/');
    for (path, part) in [("/", "<div id=\"root\">"), ("/app.tsx", "PluginPage")] {
        let mut connection = TcpStream::connect(address).unwrap();
        write!(connection, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 200") && answer.contains(part), "{path}: {answer}");
    }
}

/// The left channel of what was recorded.
fn recorded(path: &Path) -> Vec<f32> {
    let mut reader = hound::WavReader::open(path).unwrap();
    reader.samples::<f32>().step_by(2).map(Result::unwrap).collect()
}

#[test]
fn a_saved_change_of_the_effect_is_heard_while_its_page_is_served() {
    let turn = turn();
    let project = turn.effect();
    let folder = tempfile::tempdir().unwrap();
    let recording = folder.path().join("heard.wav");
    let server = project.dev(folder.path(), &recording);
    assert_page_answers(&server);
    let mut page = server.page();
    page.set("depth", "0 %");
    page.wait_for_level(sine_db(TONE_PEAK));
    project.edit("src/dsp.rs", "let gain = 1.0 - depth", "let gain = 0.5 - depth");
    page.wait_for_reload();
    page.wait_for_level(sine_db(TONE_PEAK / 2.0));
    project.edit("src/dsp.rs", "let gain = 0.5 - depth", "let gain = 1.0 - depth");
    page.wait_for_reload();
    assert!(server.end_by("TERM").0.success());
    let periods = recorded(&recording).chunks(48).map(peak).collect::<Vec<f32>>();
    let is_halved = |period: &f32| (f64::from(*period) / TONE_PEAK - 0.5).abs() < 0.01;
    assert!(periods.iter().filter(|period| is_halved(period)).count() > 50, "{periods:?}");
}

#[test]
fn an_instrument_is_silent_in_the_development_server_until_a_saved_change_makes_it_sound() {
    let turn = turn();
    let project = turn.instrument();
    let folder = tempfile::tempdir().unwrap();
    let recording = folder.path().join("heard.wav");
    let server = project.dev(folder.path(), &recording);
    assert_page_answers(&server);
    let mut page = server.page();
    let status = page.wait_for_phase("runningFullDuplex");
    assert_eq!(status["diagnostic"], Value::Null, "{status}");
    project.edit("src/dsp.rs", "let mut sum = 0.0;", "let mut sum = 0.25;");
    page.wait_for_reload();
    page.wait_for_level(20.0 * 0.25_f64.log10() - 6.0);
    project.edit("src/dsp.rs", "let mut sum = 0.25;", "let mut sum = 0.0;");
    page.wait_for_reload();
    assert!(server.end_by("TERM").0.success());
    let samples = recorded(&recording);
    assert!(peak(&samples[..480]) <= 0.0 && peak(&samples) > 0.12, "{}", peak(&samples));
}

#[test]
fn the_standalone_plays_and_says_that_no_notes_reach_an_instrument() {
    let turn = turn();
    let effect = turn.effect().play_in_standalone(&["--headless", "--backend", "none"]);
    assert!(effect.starts_with("My Tremolo 0.1.0\n") && !effect.contains("Notes"), "{effect}");
    let instrument = turn.instrument().play_in_standalone(&["--headless", "--backend", "none"]);
    assert!(instrument.contains("  Notes   none: "), "{instrument}");
}

#[test]
fn the_standalone_lists_its_parameters() {
    let turn = turn();
    let list = turn.effect().result_of_xtask(&["run", "--debug", "--", "parameters"]);
    assert!(["bypass", "rate", "depth", "level"].iter().all(|id| list.contains(id)), "{list}");
}

#[test]
fn setup_and_doctor_are_about_what_a_project_needs() {
    let turn = turn();
    let project = turn.effect();
    let setup = project.xtask(&["setup"]);
    assert_eq!(setup.matches("Ready").count(), 4, "{setup}");
    let doctor = project.xtask(&["doctor"]);
    for need in ["standalone", "editor", "page", "window-tests"] {
        assert!(doctor.contains(&format!("ready         {need} ")), "{doctor}");
    }
    assert!(!doctor.contains("host-tests") && !doctor.contains("bare-machine"), "{doctor}");
}

#[test]
fn two_projects_plugins_are_installed_side_by_side_and_a_second_copy_is_noticed() {
    let turn = turn();
    let home = tempfile::tempdir().unwrap();
    for project in [turn.effect(), turn.instrument()] {
        project.xtask_of_user(home.path(), &["bundle", "--debug", "--install"]);
    }
    let doctor = turn.effect().xtask_of_user(home.path(), &["doctor"]);
    for file in ["My Tremolo.clap", "My Tremolo.vst3", "My Synth.clap", "My Synth.vst3"] {
        assert!(doctor.contains(file), "{doctor}");
    }
    assert!(!doctor.contains("only one of"), "{doctor}");

    let folder = home.path().join(".clap");
    fs::copy(folder.join("My Tremolo.clap"), folder.join("Copy.clap")).unwrap();
    let doctor = turn.effect().xtask_of_user(home.path(), &["doctor"]);
    assert!(doctor.contains("My Tremolo is installed twice (CLAP com.acme.my-tremolo)"), "{doctor}");
}

/// `new` with these arguments fails with such a sentence, and leaves `folder` as it is.
fn assert_refused(folder: &Path, arguments: &[&str], sentence: &str) {
    let before = fs::read_dir(folder).unwrap().count();
    let output = new_command().args(arguments).current_dir(folder).output().unwrap();
    let said = said(&output);
    assert!(!output.status.success() && said.contains(sentence), "{arguments:?}: {said}");
    assert_eq!(fs::read_dir(folder).unwrap().count(), before, "{arguments:?} leaves something behind");
}

#[test]
fn what_cannot_become_a_project_is_refused_in_a_sentence_and_nothing_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let vendor = ["--vendor", "Acme"];
    for name in ["My Tremolo", "2tremolo", "test"] {
        assert_refused(folder.path(), &[&[name], &vendor[..]].concat(), "name");
    }
    assert_refused(folder.path(), &["my-tremolo"], "say who makes the plugin: --vendor");
    assert_refused(folder.path(), &["my-tremolo", "--vendor", " "], "the vendor is empty");
    assert_refused(folder.path(), &["my-tremolo", "--vendor", "Acme", "--name", "A/B"], "contains '/'");
    assert_refused(
        folder.path(),
        &["my-tremolo", "--vendor", "Acme", "--from", "/no/such/folder"],
        "there is no crate wavecraft-plugin in it",
    );
    fs::create_dir(folder.path().join("mine")).unwrap();
    fs::write(folder.path().join("mine/notes.txt"), "mine").unwrap();
    assert_refused(folder.path(), &["mine", "--vendor", "Acme"], "is not empty");
    assert_eq!(fs::read_to_string(folder.path().join("mine/notes.txt")).unwrap(), "mine");
}

#[test]
fn without_node_the_project_is_made_and_what_is_missing_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = new_command();
    command.args(["my-tremolo", "--vendor", "Acme"]).current_dir(folder.path()).env("PATH", "/nonexistent");
    let output = command.output().unwrap();
    let said = said(&output);
    assert!(output.status.success() && said.contains("no Node.js 20.19 or later"), "{said}");
    assert!(folder.path().join("my-tremolo/Cargo.toml").is_file());
}
