//! The sound: a sine for each key that is held.

use wavecraft_plugin::prelude::*;

/// How many notes sound at once. One more takes the place of the quietest.
const VOICES: usize = 16;
/// The level of one voice, so that a chord stays below full scale.
const VOICE_GAIN: f32 = 0.25;

/// `level` is from 0, silent, to 1; `phase` is where in its turn the wave is, from 0 to 1.
#[derive(Clone, Copy, Default)]
struct Voice {
    key: u8,
    velocity: f32,
    is_held: bool,
    level: f32,
    phase: f32,
}

#[derive(Default)]
pub struct Synth {
    sample_rate_hz: f32,
    voices: [Voice; VOICES],
}

impl Synth {
    pub fn new(sample_rate_hz: f32) -> Self {
        Self { sample_rate_hz, ..Self::default() }
    }

    pub fn reset(&mut self) {
        self.voices = Default::default();
    }

    pub fn handle(&mut self, event: NoteEvent<()>) {
        match event {
            NoteEvent::NoteOn { key: Key::Number(key), velocity, .. } => {
                let quietest = self.voices.iter_mut().min_by(|one, other| one.level.total_cmp(&other.level));
                let voice = quietest.expect("there are voices");
                *voice = Voice { key, velocity, is_held: true, ..*voice };
            }
            NoteEvent::NoteOff { key, .. } | NoteEvent::Choke { key, .. } => {
                for voice in &mut self.voices {
                    voice.is_held &= key.number().is_some_and(|key| key != voice.key);
                }
            }
            _ => {}
        }
    }

    pub fn next(&mut self, attack_ms: f32, release_ms: f32) -> f32 {
        let step = |duration_ms: f32| 1_000.0 / (duration_ms * self.sample_rate_hz);
        let (attack, release) = (step(attack_ms), step(release_ms));
        let mut sum = 0.0;
        for voice in self.voices.iter_mut().filter(|voice| voice.is_held || voice.level > 0.0) {
            voice.level = (voice.level + if voice.is_held { attack } else { -release }).clamp(0.0, 1.0);
            voice.phase = (voice.phase + midi_key_to_freq(voice.key) / self.sample_rate_hz).fract();
            sum += (std::f32::consts::TAU * voice.phase).sin() * voice.level * voice.velocity * VOICE_GAIN;
        }
        sum
    }
}

#[cfg(test)]
#[test]
fn a_key_sounds_until_it_is_let_go() {
    use wavecraft_plugin::{Hosted, driver::*};

    let mut plugin = HeadlessPlugin::<Hosted<crate::@type@>>::new();
    plugin.activate(Activation::new(48_000.0, 512, 2)).expect("it is stereo");
    let mut peak_after = |event: MidiEvent| {
        let (mut left, mut right) = ([0.0; 48_000], [0.0; 48_000]);
        let input = BlockInput { midi: &[event], ..BlockInput::default() };
        plugin.process_block(&mut [&mut left, &mut right], &input).expect("a block");
        left[24_000..].iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()))
    };
    assert!(peak_after(MidiEvent::note_on(0, 0, 69, 127)) > 0.1);
    assert!(peak_after(MidiEvent::note_off(0, 0, 69, 0)) <= 0.0);
}
