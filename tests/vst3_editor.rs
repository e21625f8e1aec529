//! A musician opens the page of the VST3 in a DAW; here, in pedalboard's window, which is JUCE's, under an X server of
//! the test's own.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use plugin_test_support::python::python;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;

use tempfile::TempDir;

use wavecraft_session::PresetFile;
use wavecraft_tests::bundles;
use wavecraft_tests::display::{Display, PATIENCE, display, wait_until};
use wavecraft_tests::pointer;
use wavecraft_tests::processes::Process;
use wavecraft_tests::strip_page::{self, FEWEST_ACCENTS, KNOB_TRAVEL_PX, OUTPUT_KNOB, SIZE_PX, session_bar};

plugin_test_support::needs!(HostTests, WindowTests);

/// What the host calls the parameter that the output's gain knob turns.
const OUTPUT: &str = "Output";

/// A host whose window shows the page whenever it is asked to.
struct Studio {
    // Before the display, so that the host is gone when the next test's turn comes.
    host: Host,
    display: Display,
}

struct Host {
    /// The user's own folder, where presets are saved and downloads go.
    home: TempDir,
    process: Child,
    commands: Option<ChildStdin>,
    answers: Receiver<String>,
}

impl Studio {
    fn start() -> Self {
        let display = display();
        Self { host: Host::start(), display }
    }

    fn open(&mut self) {
        self.host.tell("open");
        // Only when the page has its parameters are there arcs and curves in the accent's colour.
        wait_until(|| self.accents() > FEWEST_ACCENTS, || "the page".to_owned());
    }

    fn close(&mut self) {
        self.host.tell("close");
        assert_eq!(self.host.answer(), "closed");
        wait_until(|| self.accents() == 0, || "the window's end".to_owned());
    }

    fn accents(&self) -> usize {
        strip_page::accents(&self.display, SIZE_PX)
    }

    fn click(&self, (x, y): (i16, i16)) {
        self.display.click(x, y);
    }

    /// Whether a button of the session bar is bright. It is dim while it does nothing.
    fn does_something(&self, (x, y): (i16, i16)) -> bool {
        let picture = self.display.picture_at(x - 10, y - 10, 20, 20);
        picture.iter().any(|pixel| pixel.iter().all(|channel| *channel > 200))
    }

    /// Clicks, and waits until a place looks otherwise.
    fn click_for_change(&self, at: (i16, i16), (x, y): (i16, i16)) {
        let before = self.display.colour_at(x, y);
        self.click(at);
        wait_until(|| self.display.colour_at(x, y) != before, || format!("a change at {x}, {y}"));
    }

    fn output(&mut self) -> f64 {
        self.answered("value")
    }

    /// What another instance has that loads the state of this one.
    fn saved_output(&mut self) -> f64 {
        self.answered("saved")
    }

    fn answered(&mut self, question: &str) -> f64 {
        self.host.tell(&format!("{question} {OUTPUT}"));
        self.host.answer().parse().unwrap()
    }
}

impl Host {
    fn start() -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/vst3_editor.py");
        let home = tempfile::tempdir().unwrap();
        let mut process = Command::new(python())
            .env("HOME", home.path())
            .env_remove("XDG_CONFIG_HOME")
            .env_remove("XDG_DATA_HOME")
            .arg(script)
            .arg(bundles::vst3())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let (sender, answers) = mpsc::channel();
        thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { home, commands: process.stdin.take(), process, answers }
    }

    fn tell(&mut self, command: &str) {
        writeln!(self.commands.as_mut().expect("it has not been told to end"), "{command}").unwrap();
    }

    fn answer(&self) -> String {
        self.answers.recv_timeout(PATIENCE).expect("the host answers")
    }

    /// The processes that it has started, and those that they have started.
    fn descendants(&self) -> Vec<Process> {
        Process::with_id(self.process.id().cast_signed()).family().split_off(1)
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // It has ended already, unless the test fails.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn wait_for_the_end_of(processes: &[Process]) {
    assert!(!processes.is_empty(), "the page is shown by a process of its own");
    wait_until(
        || !processes.iter().any(Process::lives),
        || format!("the end of {processes:?}, the host's helpers"),
    );
}

#[test]
fn a_dragged_knob_turns_the_hosts_parameter_and_is_where_it_was_after_reopening() {
    let mut studio = Studio::start();
    studio.open();
    let untouched = studio.accents();
    assert!((studio.output() - 0.5).abs() < 1e-6);

    let (x, y) = OUTPUT_KNOB;
    let distance_px = 60;
    pointer::drag(&studio.display, (x, y), (x, y - distance_px), distance_px, || {
        thread::sleep(pointer::STEP);
    });
    let reached = 0.5 + f64::from(distance_px) / KNOB_TRAVEL_PX;
    wait_until(|| (studio.output() - reached).abs() < 0.02, || format!("the output at {reached}"));
    // The arc from the knob's middle to its value.
    let has_arc = |studio: &Studio| studio.accents() > untouched + 20;
    wait_until(|| has_arc(&studio), || "the knob's arc".to_owned());
    // The host has not processed since, and the plugin itself still has the old value.
    assert!((studio.saved_output() - reached).abs() < 0.02, "{}", studio.saved_output());

    studio.close();
    studio.open();
    // The page asks for its parameters anew. This host has not processed since, so the plugin itself still has the old value.
    thread::sleep(pointer::STEP * 20);
    wait_until(|| has_arc(&studio), || "the knob's arc after reopening".to_owned());
    assert!((studio.output() - reached).abs() < 0.02);
    studio.close();
}

#[test]
fn what_is_undone_in_the_page_is_undone_in_the_host() {
    let mut studio = Studio::start();
    studio.open();
    let (x, y) = OUTPUT_KNOB;
    pointer::drag(&studio.display, (x, y), (x, y - 60), 60, || thread::sleep(pointer::STEP));
    // When there is something to undo, the drag has ended.
    wait_until(|| studio.does_something(session_bar::UNDO), || "something to undo".to_owned());
    wait_until(|| studio.output() > 0.6, || "the output above 0.6".to_owned());
    let reached = studio.output();
    let is_at = |studio: &mut Studio, value: f64| {
        wait_until(|| (studio.output() - value).abs() < 0.02, || format!("the output at {value}"));
    };
    studio.click(session_bar::UNDO);
    is_at(&mut studio, 0.5);
    wait_until(|| studio.does_something(session_bar::REDO), || "something to do again".to_owned());
    studio.click(session_bar::REDO);
    is_at(&mut studio, reached);
    studio.click(session_bar::NEXT);
    wait_until(|| (studio.output() - reached).abs() > 0.02, || "a preset's output".to_owned());
    studio.click(session_bar::UNDO);
    is_at(&mut studio, reached);
    assert!((studio.saved_output() - reached).abs() < 0.02);
    studio.close();
}

#[test]
fn a_preset_is_exported_into_the_user_s_downloads() {
    let mut studio = Studio::start();
    let downloads = studio.host.home.path().join("Downloads");
    std::fs::create_dir(&downloads).unwrap();
    studio.open();
    studio.click_for_change(session_bar::PRESETS, session_bar::PRESET_LIST);
    studio.click_for_change(session_bar::MORE_ON_FIRST_PRESET, session_bar::EXPORT_FIRST_PRESET);
    studio.click(session_bar::EXPORT_FIRST_PRESET);
    let path = downloads.join("guitar-acoustic.toml");
    wait_until(|| path.exists(), || path.display().to_string());
    let preset = PresetFile::parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
    assert_eq!(preset.about.name, "Acoustic Air");
    assert!(preset.values.contains_key("low_cut_freq"));
    studio.close();
}

#[test]
fn a_host_that_ends_leaves_no_process_behind() {
    let mut studio = Studio::start();
    studio.open();
    let helpers = studio.host.descendants();
    studio.close();
    studio.host.commands = None;
    assert!(studio.host.process.wait().unwrap().success());
    wait_for_the_end_of(&helpers);
}

#[test]
fn a_host_that_is_killed_with_the_page_open_leaves_no_process_behind() {
    let mut studio = Studio::start();
    studio.open();
    let helpers = studio.host.descendants();
    studio.host.process.kill().unwrap();
    studio.host.process.wait().unwrap();
    wait_for_the_end_of(&helpers);
}
