//! A musician opens the page of the VST3 in a DAW; here, in pedalboard's window, which is JUCE's, under an X server of
//! the test's own.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use wavecraft_tests::bundles;
use wavecraft_tests::display::{Display, PATIENCE, display, wait_until};
use x11rb::connection::Connection;
use x11rb::protocol::xtest::ConnectionExt as _;

/// The page's accent, in which handles and arcs are drawn.
const ACCENT: [u8; 3] = [0xff, 0x7a, 0x3c];
/// The page's size, which the window takes over; where no window manager runs, it stands in the screen's corner.
const SIZE_PX: (u16, u16) = (960, 600);
/// Where the middle of the output's gain knob is, in pixels.
const OUTPUT_KNOB: (i16, i16) = (906, 432);
/// What the host calls the parameter that it turns.
const OUTPUT: &str = "Output";
/// X11's codes of what a mouse does.
const PRESS: u8 = 4;
const RELEASE: u8 = 5;
const MOVE: u8 = 6;

/// A host whose window shows the page whenever it is asked to.
struct Studio {
    // Before the display, so that the host is gone when the next test's turn comes.
    host: Host,
    display: Display,
}

struct Host {
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
        wait_until(|| self.accents() > 500, || "the page".to_owned());
    }

    fn close(&mut self) {
        self.host.tell("close");
        assert_eq!(self.host.answer(), "closed");
        wait_until(|| self.accents() == 0, || "the window's end".to_owned());
    }

    fn accents(&self) -> usize {
        let (width, height) = SIZE_PX;
        self.display.picture(width, height).iter().filter(|&&pixel| pixel == ACCENT).count()
    }

    fn output(&mut self) -> f64 {
        self.host.tell(&format!("value {OUTPUT}"));
        self.host.answer().parse().unwrap()
    }

    fn drag_up(&self, (x, y): (i16, i16), distance_px: i16) {
        self.mouse(MOVE, 0, (x, y));
        self.mouse(PRESS, 1, (x, y));
        for moved in 1..=distance_px {
            self.mouse(MOVE, 0, (x, y - moved));
            // As fast as a hand.
            thread::sleep(Duration::from_millis(5));
        }
        self.mouse(RELEASE, 1, (x, y - distance_px));
    }

    fn mouse(&self, kind: u8, button: u8, (x, y): (i16, i16)) {
        let connection = &self.display.connection;
        connection.xtest_fake_input(kind, button, 0, self.display.root, x, y, 0).unwrap();
        connection.flush().unwrap();
    }
}

impl Host {
    fn start() -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/vst3_editor.py");
        let mut process = Command::new(bundles::python())
            .arg(script)
            .arg(bundles::vst3())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let output = BufReader::new(process.stdout.take().unwrap());
        let (sender, answers) = mpsc::channel();
        thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { commands: process.stdin.take(), process, answers }
    }

    fn tell(&mut self, command: &str) {
        writeln!(self.commands.as_mut().expect("it has not been told to end"), "{command}").unwrap();
    }

    fn answer(&self) -> String {
        self.answers.recv_timeout(PATIENCE).expect("the host answers")
    }

    /// The processes that it has started, and those that they have started.
    fn descendants(&self) -> Vec<Process> {
        let all = Process::all();
        let mut found = vec![self.process.id()];
        let mut descendants = Vec::new();
        while let Some(parent) = found.pop() {
            for process in all.iter().filter(|process| process.parent == parent) {
                found.push(process.id);
                descendants.push(process.clone());
            }
        }
        descendants
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // It has ended already, unless the test fails.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// One process of this machine.
#[derive(Clone, Debug)]
struct Process {
    id: u32,
    parent: u32,
    /// In the system's ticks since its start; numbers of processes are used again, but not at the same time.
    started: u64,
}

impl Process {
    fn all() -> Vec<Self> {
        let entries = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
        entries.filter_map(|entry| Self::running(entry.file_name().to_str()?.parse().ok()?)).collect()
    }

    /// The process with this number, if there is one that has not ended.
    fn running(id: u32) -> Option<Self> {
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).ok()?;
        // The name stands in parentheses and may contain anything; the state follows.
        let fields: Vec<&str> = stat.rsplit(')').next()?.split_whitespace().collect();
        if matches!(fields[0], "Z" | "X") {
            return None;
        }
        Some(Self { id, parent: fields[1].parse().ok()?, started: fields[19].parse().ok()? })
    }

    fn has_ended(&self) -> bool {
        Self::running(self.id).is_none_or(|process| process.started != self.started)
    }
}

fn wait_for_the_end_of(processes: &[Process]) {
    assert!(!processes.is_empty(), "the page is shown by a process of its own");
    wait_until(
        || processes.iter().all(Process::has_ended),
        || format!("the end of {processes:?}, the host's helpers"),
    );
}

#[test]
fn a_dragged_knob_turns_the_hosts_parameter_and_is_where_it_was_after_reopening() {
    let mut studio = Studio::start();
    studio.open();
    let untouched = studio.accents();
    assert!((studio.output() - 0.5).abs() < 1e-6);

    studio.drag_up(OUTPUT_KNOB, 30);
    // 30 of 180 pixels are a sixth of the travel.
    let reached = 0.5 + 30.0 / 180.0;
    wait_until(|| (studio.output() - reached).abs() < 0.02, || format!("the output at {reached}"));
    // The arc from the knob's middle to its value.
    let has_arc = |studio: &Studio| studio.accents() > untouched + 20;
    wait_until(|| has_arc(&studio), || "the knob's arc".to_owned());

    studio.close();
    studio.open();
    wait_until(|| has_arc(&studio), || "the knob's arc after reopening".to_owned());
    assert!((studio.output() - reached).abs() < 0.02);
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
