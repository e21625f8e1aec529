//! What the instrument must do to the sound, in numbers.

mod aliasing;
mod controllers;
mod notes;
mod stealing;
mod tuning;

use wavecraft_plugin::Hosted;
use wavecraft_plugin::driver::{Activation, BlockInput, HeadlessPlugin, MidiEvent};

use crate::WavecraftSynth;

const RATE_HZ: f32 = 48_000.0;
const SECOND: usize = 48_000;

/// One sine that is heard as it is: the filter is open, and the envelope does nothing but begin and end it.
const SINE: &[(&str, &str)] = &[
    ("wave_1", "Sine"),
    ("mix", "0 %"),
    ("cutoff", "20 kHz"),
    ("resonance", "0 %"),
    ("filter_envelope", "0"),
    ("attack", "1 ms"),
    ("sustain", "100 %"),
    ("release", "10 ms"),
    ("velocity", "0 %"),
    ("level", "0 dB"),
];

/// The plugin as a host has it.
struct Player {
    plugin: HeadlessPlugin<Hosted<WavecraftSynth>>,
    block_frames: usize,
}

impl Player {
    /// With these parameters, by their ids and as users type them.
    fn new(settings: &[(&str, &str)]) -> Self {
        let mut plugin = HeadlessPlugin::new();
        for (id, text) in settings {
            set(&mut plugin, id, text);
        }
        plugin.activate(Activation::new(RATE_HZ, 4_096, 2)).expect("it is stereo");
        Self { plugin, block_frames: 512 }
    }

    fn set(&mut self, id: &str, text: &str) {
        set(&mut self.plugin, id, text);
    }

    /// The next frames, left and right. Events count from the first of them.
    fn play(&mut self, frames: usize, events: &[MidiEvent]) -> [Vec<f32>; 2] {
        let mut output = [vec![0.0; frames], vec![0.0; frames]];
        let mut rest = events;
        for start in (0..frames).step_by(self.block_frames) {
            let end = (start + self.block_frames).min(frames);
            let due = rest.iter().take_while(|event| (event.frame as usize) < end).count();
            let (now, later) = rest.split_at(due);
            rest = later;
            let midi: Vec<MidiEvent> =
                now.iter().map(|event| MidiEvent { frame: event.frame - start as u32, ..*event }).collect();
            let [left, right] = &mut output;
            let input = BlockInput { midi: &midi, ..BlockInput::default() };
            self.plugin
                .process_block(&mut [&mut left[start..end], &mut right[start..end]], &input)
                .expect("a block");
        }
        output
    }

    /// The left channel alone.
    fn play_left(&mut self, frames: usize, events: &[MidiEvent]) -> Vec<f32> {
        let [left, _] = self.play(frames, events);
        left
    }
}

fn set(plugin: &mut HeadlessPlugin<Hosted<WavecraftSynth>>, id: &str, text: &str) {
    let parameters = plugin.parameters();
    let index = parameters.index_of(id).expect("there is such a parameter");
    let value = parameters.parse(index, text).expect("it takes the text");
    plugin.set_parameter(index, value).expect("a value");
}

fn note_on(frame: usize, key: u8) -> MidiEvent {
    MidiEvent::note_on(frame as u32, 0, key, 127)
}

fn note_off(frame: usize, key: u8) -> MidiEvent {
    MidiEvent::note_off(frame as u32, 0, key, 0)
}

fn control(frame: usize, number: u8, value: u8) -> MidiEvent {
    MidiEvent::new(frame as u32, &[0xb0, number, value]).expect("a controller")
}

fn bend(frame: usize, channel: u8, value: u16) -> MidiEvent {
    let bytes = [0xe0 | channel, (value & 0x7f) as u8, (value >> 7) as u8];
    MidiEvent::new(frame as u32, &bytes).expect("a pitch bend")
}

fn peak(samples: &[f32]) -> f32 {
    samples.iter().fold(0.0, |peak, sample| peak.max(sample.abs()))
}

fn db(ratio: f32) -> f32 {
    20.0 * ratio.log10()
}

fn is_silent(samples: &[f32]) -> bool {
    samples.iter().all(|sample| sample.to_bits() << 1 == 0)
}

#[test]
fn middle_a_is_heard_at_full_velocity_below_full_scale() {
    let mut player = Player::new(SINE);
    let left = player.play_left(SECOND, &[note_on(0, 69)]);
    assert!((peak(&left) - 0.35).abs() < 0.01, "{}", peak(&left));
}
