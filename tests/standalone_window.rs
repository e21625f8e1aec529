//! The standalone in its own window, under an X server and a JACK server of the test's own.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use std::f64::consts::TAU;
use std::process::{Child, Stdio};
use std::thread;

use wavecraft_tests::bundles;
use wavecraft_tests::display::{Display, display, wait_until};
use wavecraft_tests::jack_wire::JackWire;
use wavecraft_tests::midi_keyboard::Keyboard;
use wavecraft_tests::pointer;
use wavecraft_tests::processes::Process;
use wavecraft_tests::recording::rms_db;
use wavecraft_tests::sound_servers::{Jack, RATE_HZ};
use wavecraft_tests::strip_page::{
    self, FEWEST_ACCENTS, KNOB_TRAVEL_PX, LAST_IN_MENU_OF_OUTPUT, MENU_GROUND, OUTPUT_KNOB, SIZE_PX,
};

plugin_test_support::needs!(TestSound, WindowTests);

/// Long blocks: the test is about levels, not about speed.
const BLOCK_FRAMES: u32 = 1_024;
/// How much is listened to, in frames: half a second.
const LISTENING_FRAMES: usize = RATE_HZ as usize / 2;
/// The output's gain goes from -24 to 24 dB.
const OUTPUT_RANGE_DB: f64 = 48.0;

/// The program in its window, and what it was started with.
struct Program {
    // Before the servers, so that it is gone when they end.
    process: Running,
    jack: Jack,
    display: Display,
}

/// A program that ends with the test, even with one that fails.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Program {
    fn start() -> Self {
        let display = display();
        Self::start_on(Jack::start(BLOCK_FRAMES), display)
    }

    /// Starts the program for a user who has used it with this server before, or has not.
    fn start_on(jack: Jack, display: Display) -> Self {
        let program = bundles::program();
        let mut command = jack.command(program.to_str().unwrap());
        command.args(["--backend", "jack"]).stdout(Stdio::null()).stderr(Stdio::inherit());
        let process = Running(command.spawn().unwrap());
        let program = Self { process, jack, display };
        wait_until(|| program.accents() > FEWEST_ACCENTS, || "the page".to_owned());
        program
    }

    /// Ends the program as its user does.
    fn close(mut self) -> (Jack, Display) {
        self.display.ask_to_close(self.display.window_with_title("Wavecraft"));
        assert!(self.process.0.wait().unwrap().success());
        let Self { jack, display, .. } = self;
        wait_until(|| !jack.ports().contains("wavecraft"), || "its ports to go".to_owned());
        (jack, display)
    }

    fn accents(&self) -> usize {
        strip_page::accents(&self.display, SIZE_PX)
    }

    /// The program's processes, itself among them.
    fn family(&self) -> Vec<Process> {
        Process::with_id(self.process.0.id().cast_signed()).family()
    }
}

/// A sine of -20 dBFS at 1 kHz, from a wire whose end is heard.
fn start_wire() -> JackWire {
    let tone = |frame: usize| [(0.1 * (frame as f64 * 1_000.0 / f64::from(RATE_HZ) * TAU).sin()) as f32; 2];
    JackWire::start_between(
        &["wavecraft:input_1", "wavecraft:input_2"],
        &["wavecraft:output_1", "wavecraft:output_2"],
        60,
        tone,
    )
}

fn level_db(frames: &[[f32; 2]]) -> f64 {
    rms_db(&frames.iter().map(|frame| frame[1]).collect::<Vec<_>>())
}

/// How loud the program is, once it has followed what was done.
fn next_level_db(wire: JackWire) -> f64 {
    wire.wait_for(wire.recorded_frames() + 2 * LISTENING_FRAMES);
    let frames = wire.finish().frames;
    level_db(&frames[frames.len() - LISTENING_FRAMES..])
}

#[test]
fn a_dragged_knob_is_heard_by_as_many_decibels_as_it_was_turned() {
    let program = Program::start();
    let wire = start_wire();
    let untouched = program.accents();
    // What sounds before the drag, once the wire is through.
    wire.wait_for(2 * LISTENING_FRAMES);
    let (x, y) = OUTPUT_KNOB;
    let distance_px = 60;
    pointer::drag(&program.display, (x, y), (x, y - distance_px), distance_px, || {
        thread::sleep(pointer::STEP);
    });
    // The arc from the knob's middle to its value.
    wait_until(|| program.accents() > untouched + 20, || "the knob's arc".to_owned());
    wire.wait_for(wire.recorded_frames() + 2 * LISTENING_FRAMES);

    let frames = wire.finish().frames;
    let before_db = level_db(&frames[LISTENING_FRAMES..2 * LISTENING_FRAMES]);
    let after_db = level_db(&frames[frames.len() - LISTENING_FRAMES..]);
    let expected_db = f64::from(distance_px) / KNOB_TRAVEL_PX * OUTPUT_RANGE_DB;
    assert!((before_db - -23.0).abs() < 0.1, "a sine of -20 dBFS, not {before_db}");
    let change_db = after_db - before_db;
    assert!((change_db - expected_db).abs() < 0.3, "{change_db} dB instead of {expected_db}");
}

#[test]
fn a_controller_that_was_learned_in_the_window_turns_its_knob_and_is_known_to_the_next_start() {
    let program = Program::start();
    let keyboard = Keyboard::connect();
    keyboard.wait_until_connected();
    let display = &program.display;
    let (right, bottom) = LAST_IN_MENU_OF_OUTPUT;
    display.right_click(OUTPUT_KNOB.0, OUTPUT_KNOB.1);
    display.wait_for_colour(right, bottom, MENU_GROUND);
    let waiting = program.accents();
    display.click(right, bottom);
    wait_until(|| program.accents() > waiting + 10, || "the knob that waits for a controller".to_owned());
    // Turned to 3/4 of its way, 12 dB.
    keyboard.send([0xb3, 21, 95]);
    wait_until(|| program.accents() > waiting + 20, || "the knob's arc".to_owned());
    assert_level(next_level_db(start_wire()), 95);
    let (jack, display) = program.close();

    let program = Program::start_on(jack, display);
    let wire = start_wire();
    keyboard.wait_until_connected();
    keyboard.send([0xb3, 21, 32]);
    wait_until(|| program.accents() > FEWEST_ACCENTS, || "the knob's arc".to_owned());
    assert_level(next_level_db(wire), 32);
}

/// Whether the tone is as loud as the output's knob makes it at a controller's value.
fn assert_level(level_db: f64, controller: u8) {
    let expected_db = -23.0 + (f64::from(controller) / 127.0 - 0.5) * OUTPUT_RANGE_DB;
    assert!((level_db - expected_db).abs() < 0.2, "{level_db} dB instead of {expected_db}");
}

#[test]
fn closing_the_window_ends_the_program_with_all_its_processes() {
    let mut program = Program::start();
    let family = program.family();
    assert!(family.len() >= 3, "the page is shown by processes of its own: {family:?}");
    let window = program.display.window_with_title("Wavecraft");

    program.display.ask_to_close(window);

    let status = program.process.0.wait().unwrap();
    assert!(status.success(), "{status}");
    wait_until(|| !family.iter().any(Process::lives), || format!("the end of {family:?}"));
    wait_until(|| !program.jack.ports().contains("wavecraft"), || "its ports to go".to_owned());
}
