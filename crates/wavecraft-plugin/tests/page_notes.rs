//! An instrument that is played from its page: it sounds, it stops, and its host's notes are played beside those of the
//! page. Under an allocator that aborts the process on any allocation where blocks are processed.

#![allow(clippy::float_cmp, reason = "silence is silence to the bit")]

use std::sync::Arc;

use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use wavecraft_ipc::{MidiChannel, NormalizedValue, Note, NoteInput, NoteNumber};
use wavecraft_plugin::prelude::*;
use wavecraft_plugin::wavecraft_nice_plug::driver::{
    Activation as DriverActivation, BlockInput, HeadlessPlugin, MidiEvent,
};
use wavecraft_plugin::wavecraft_nice_plug::page::PageNotes;
use wavecraft_plugin::{Exported, Hosted};

#[global_allocator]
static ALLOCATOR: AllocDisabler = AllocDisabler;

const SAMPLE_RATE_HZ: f32 = 48_000.0;

/// Two blocks of the meters' frames and a part of a third.
const BLOCK_FRAMES: usize = 2_000;

#[derive(Parameters)]
struct NoParameters {}

/// A sine for each key that is held, as loud as it was struck. Notes down the frames of what it is given.
struct Organ {
    /// The phase, in turns, and the level of each key that is held.
    keys: [Option<(f32, f32)>; 128],
    heard: Vec<(u32, u8, bool)>,
}

impl Default for Organ {
    fn default() -> Self {
        Self { keys: [None; 128], heard: Vec::with_capacity(10_000) }
    }
}

impl AudioPlugin for Organ {
    const INFO: Info = Info {
        name: "Organ",
        vendor: "Tests",
        clap_id: "test.organ",
        vst3_id: *b"TestOrgan0000001",
        ..info!(Instrument)
    };
    type Parameters = NoParameters;

    fn reset(&mut self, _: &NoParameters) {
        self.keys = [None; 128];
    }

    fn process(&mut self, block: &mut Block, _: &NoParameters) {
        for frame in 0..block.frames() {
            while let Some(event) = block.next_event_at(frame) {
                match event {
                    NoteEvent::NoteOn { key: Key::Number(key), velocity, .. } => {
                        self.keys[usize::from(key)] = Some((0.0, velocity));
                        self.heard.push((event.timing(), key, true));
                    }
                    NoteEvent::NoteOff { key: Key::Number(key), .. } => {
                        self.keys[usize::from(key)] = None;
                        self.heard.push((event.timing(), key, false));
                    }
                    _ => {}
                }
            }
            let mut sum = 0.0;
            for (key, held) in (0_u8..).zip(&mut self.keys) {
                let Some((phase, level)) = held else { continue };
                sum += (*phase * std::f32::consts::TAU).sin() * *level * 0.1;
                let frequency_hz = 440.0 * ((f32::from(key) - 69.0) / 12.0).exp2();
                *phase = (*phase + frequency_hz / SAMPLE_RATE_HZ).fract();
            }
            block.channels().iter_mut().for_each(|channel| channel[frame] = sum);
        }
    }
}

impl Exported for Organ {
    #[cfg(feature = "editor")]
    fn page_files() -> wavecraft_plugin::wavecraft_nice_plug::editor::AssetMap {
        wavecraft_plugin::wavecraft_nice_plug::editor::AssetMap::new()
    }
}

/// An instrument that plays, and where its page's notes go.
struct Played {
    plugin: HeadlessPlugin<Hosted<Organ>>,
    page: Arc<PageNotes>,
    left: Vec<f32>,
    right: Vec<f32>,
    /// How much of what the instrument has noted down has been looked at.
    seen: usize,
}

impl Played {
    fn new() -> Self {
        let mut plugin = HeadlessPlugin::<Hosted<Organ>>::new();
        let page = plugin.plugin_mut().page_notes().expect("an instrument takes notes");
        plugin.activate(DriverActivation::new(SAMPLE_RATE_HZ, BLOCK_FRAMES, 2)).expect("it runs in stereo");
        let (left, right) = (vec![0.0; BLOCK_FRAMES], vec![0.0; BLOCK_FRAMES]);
        Self { plugin, page, left, right, seen: 0 }
    }

    fn on(&self, number: u8, velocity: f32) -> bool {
        self.page.note_on(note(number), NormalizedValue::clamped(velocity)).is_ok()
    }

    fn off(&self, number: u8) -> bool {
        self.page.note_off(note(number), NormalizedValue::ZERO).is_ok()
    }

    /// Plays a block, and returns the highest magnitude in it.
    fn play(&mut self, midi: &[MidiEvent]) -> f32 {
        let Self { plugin, left, right, .. } = self;
        let input = BlockInput { midi, ..BlockInput::default() };
        assert_no_alloc(|| plugin.process_block(&mut [left, right], &input))
            .expect("a block that can be played");
        assert_eq!(left, right);
        left.iter().fold(0.0, |peak, sample| sample.abs().max(peak))
    }

    /// What the instrument has been given since the last time: the frame of its piece, the key, whether it goes down.
    fn heard(&mut self) -> Vec<(u32, u8, bool)> {
        let heard = self.plugin.plugin_mut().plugin().heard[self.seen..].to_vec();
        self.seen += heard.len();
        heard
    }
}

fn note(number: u8) -> Note {
    Note { number: NoteNumber::new(number).expect("a key"), channel: MidiChannel::default() }
}

#[test]
fn a_note_of_the_page_sounds_from_the_next_block_s_first_frame_until_it_ends() {
    let mut instrument = Played::new();
    assert_eq!(instrument.play(&[]), 0.0);
    assert!(instrument.on(69, 0.5));
    let peak = instrument.play(&[]);
    assert!((peak - 0.05).abs() < 1e-3, "{peak}");
    let crossings = instrument.left.windows(2).filter(|pair| pair[0] <= 0.0 && pair[1] > 0.0).count();
    let expected = 440.0 * BLOCK_FRAMES as f32 / SAMPLE_RATE_HZ;
    assert!((crossings as f32 - expected).abs() <= 1.0, "{crossings} periods of {expected}");
    assert!((instrument.play(&[]) - 0.05).abs() < 1e-3, "it goes on while it is held");
    assert!(instrument.off(69));
    assert_eq!(instrument.play(&[]), 0.0);
    assert_eq!(instrument.heard(), [(0, 69, true), (0, 69, false)]);
}

#[test]
fn notes_of_the_page_come_before_those_of_the_host_and_move_none_of_them() {
    let mut instrument = Played::new();
    assert!(instrument.on(60, 1.0) && instrument.on(64, 1.0) && instrument.off(60));
    let host = [MidiEvent::note_on(0, 0, 72, 100), MidiEvent::note_on(900, 0, 76, 100)];
    instrument.play(&host);
    // The meters cut the block at 800 frames.
    let expected = [(0, 60, true), (0, 64, true), (0, 60, false), (0, 72, true), (100, 76, true)];
    assert_eq!(instrument.heard(), expected);
}

#[test]
fn ten_thousand_notes_that_nobody_processes_leave_none_hanging() {
    let mut instrument = Played::new();
    let mut begun = Vec::new();
    for step in 0..10_000_u32 {
        let number = (step % 128) as u8;
        if instrument.on(number, 1.0) {
            begun.push(number);
        }
        if step % 5 == 0
            && let Some(number) = begun.pop()
        {
            assert!(instrument.off(number), "there is always room for an end");
        }
    }
    assert!(!instrument.on(60, 1.0), "what would not fit is refused");
    for number in begun {
        assert!(instrument.off(number), "there is always room for an end");
    }
    instrument.play(&[]);
    let heard = instrument.heard();
    let begun = heard.iter().filter(|(_, _, is_on)| *is_on).count();
    assert!(begun > 100 && heard.len() == 2 * begun, "{begun} of {}", heard.len());
    assert_eq!(instrument.play(&[]), 0.0);
    assert!(instrument.on(60, 1.0), "there is room again");
    assert!(instrument.play(&[]) > 0.0);
}

#[test]
fn a_note_that_is_held_over_a_reset_is_silent_and_its_end_harmless() {
    let mut instrument = Played::new();
    assert!(instrument.on(60, 1.0));
    assert!(instrument.play(&[]) > 0.0);
    assert!(instrument.on(64, 1.0));
    instrument.plugin.reset();
    assert_eq!(instrument.play(&[]), 0.0, "what waited before the reset does not begin");
    assert!(instrument.off(60) && instrument.off(64));
    assert_eq!(instrument.play(&[]), 0.0);
    instrument.plugin.activate(DriverActivation::new(SAMPLE_RATE_HZ, 64, 2)).expect("another block size");
    assert!(instrument.on(67, 1.0));
    assert!(instrument.play(&[]) > 0.0, "it is played on after another activation");
}
