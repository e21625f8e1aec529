//! What a stream of MIDI messages has come to: which keys are held, where controllers, pitch bend and pressure stand.
//!
//! Guarantees: numbers alone, no allocation. Whoever asks for messages gets them one by one.

use wavecraft_events::MidiEvent;

/// The controllers of pedals that hold notes: sustain and sostenuto.
const PEDALS: [u8; 2] = [64, 66];

/// From this value on a pedal is pressed.
const PRESSED: u8 = 64;

/// Controllers that mean something only in the order in which they came: bank, data entry and what it is for, and modes.
const ORDERED: [std::ops::RangeInclusive<u8>; 4] = [6..=6, 38..=38, 96..=101, 120..=127];

/// The most messages that let go of everything.
pub(crate) const MAX_RELEASES: usize = 16 * (128 + PEDALS.len());

/// The most messages that bring another instance to the same.
pub(crate) const MAX_CHASE: usize = 16 * (128 + 128 + 3);

/// Where all sixteen channels stand.
#[derive(Clone, Debug, Default)]
pub(crate) struct MidiState {
    channels: [ChannelState; 16],
}

#[derive(Clone, Debug)]
struct ChannelState {
    /// The velocity of each key that is held, otherwise 0.
    velocities: [u8; 128],
    /// The value of each controller that was ever moved.
    controllers: [Option<u8>; 128],
    program: Option<u8>,
    pressure: Option<u8>,
    /// The two data bytes of the pitch bend.
    bend: Option<[u8; 2]>,
}

impl Default for ChannelState {
    fn default() -> Self {
        Self { velocities: [0; 128], controllers: [None; 128], program: None, pressure: None, bend: None }
    }
}

impl MidiState {
    /// Takes a message into account.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn note(&mut self, event: MidiEvent) {
        let [status, first, second] = event.bytes;
        let channel = &mut self.channels[usize::from(status & 0x0f)];
        let index = usize::from(first & 0x7f);
        match status & 0xf0 {
            0x90 => channel.velocities[index] = second,
            0x80 => channel.velocities[index] = 0,
            0xb0 => channel.note_controller(first, second),
            0xc0 => channel.program = Some(first),
            0xd0 => channel.pressure = Some(first),
            0xe0 => channel.bend = Some([first, second]),
            _ => {}
        }
    }

    /// The messages that let go of all keys and pedals that are held: the pedals of a channel, then its keys.
    ///
    /// # Realtime safety
    ///
    /// Safe. At most [`MAX_RELEASES`] messages, all at frame 0.
    pub fn releases(&self) -> impl Iterator<Item = MidiEvent> {
        self.channels.iter().zip(0_u8..).flat_map(|(state, channel)| {
            let pressed =
                |pedal: &u8| state.controllers[usize::from(*pedal)].is_some_and(|value| value >= PRESSED);
            let pedals = PEDALS.into_iter().filter(pressed);
            let keys = (0..128_u8).filter(|key| state.velocities[usize::from(*key)] > 0);
            pedals
                .map(move |pedal| MidiEvent::controller(0, channel, pedal, 0))
                .chain(keys.map(move |key| MidiEvent::note_off(0, channel, key, 0)))
        })
    }

    /// The messages that bring an instance which has heard nothing yet to where this one is: controllers and the like of a
    /// channel, then the keys that are held.
    ///
    /// # Realtime safety
    ///
    /// Safe. At most [`MAX_CHASE`] messages, all at frame 0.
    pub fn chase(&self) -> impl Iterator<Item = MidiEvent> {
        self.channels.iter().zip(0_u8..).flat_map(|(state, channel)| {
            let short =
                |kind: u8, value: u8| MidiEvent { frame: 0, bytes: [kind | channel, value, 0], length: 2 };
            let bend =
                |[low, high]: [u8; 2]| MidiEvent { frame: 0, bytes: [0xe0 | channel, low, high], length: 3 };
            let controllers = (0..128_u8)
                .filter(|number| !ORDERED.iter().any(|ordered| ordered.contains(number)))
                .filter_map(move |number| Some((number, state.controllers[usize::from(number)]?)));
            let keys = (0..128_u8)
                .map(move |key| (key, state.velocities[usize::from(key)]))
                .filter(|(_, velocity)| *velocity > 0);
            let program = state.program.map(|program| short(0xc0, program));
            let others =
                [program, state.pressure.map(|pressure| short(0xd0, pressure)), state.bend.map(bend)];
            controllers
                .map(move |(number, value)| MidiEvent::controller(0, channel, number, value))
                .chain(others.into_iter().flatten())
                .chain(keys.map(move |(key, velocity)| MidiEvent::note_on(0, channel, key, velocity)))
        })
    }
}

impl ChannelState {
    fn note_controller(&mut self, number: u8, value: u8) {
        match number {
            // All sound off, and the modes that let go of all notes.
            120 | 123..=127 => self.velocities = [0; 128],
            // All controllers back.
            121 => (self.controllers, self.pressure, self.bend) = ([None; 128], None, None),
            _ => self.controllers[usize::from(number & 0x7f)] = Some(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(events: &[MidiEvent]) -> MidiState {
        let mut state = MidiState::default();
        events.iter().for_each(|event| state.note(*event));
        state
    }

    #[test]
    fn what_is_held_is_let_go_and_nothing_else() {
        let state = state(&[
            MidiEvent::note_on(0, 3, 60, 100),
            MidiEvent::note_on(0, 3, 64, 100),
            MidiEvent::note_off(0, 3, 60, 0),
            MidiEvent::note_on(0, 3, 67, 1),
            MidiEvent::note_on(0, 3, 67, 0),
            MidiEvent::controller(0, 4, 64, 127),
            MidiEvent::controller(0, 5, 64, 63),
        ]);
        let expected = [MidiEvent::note_off(0, 3, 64, 0), MidiEvent::controller(0, 4, 64, 0)];
        assert_eq!(state.releases().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn another_instance_is_brought_to_the_same() {
        let told = [
            MidiEvent::controller(0, 0, 1, 40),
            MidiEvent::new(0, &[0xc0, 5]).unwrap(),
            MidiEvent::new(0, &[0xd0, 9]).unwrap(),
            MidiEvent::pitch_bend(0, 0, 9_000),
            MidiEvent::note_on(0, 0, 60, 77),
        ];
        let chased: Vec<MidiEvent> = state(&told).chase().collect();
        assert_eq!(chased, told);
        let mode = [MidiEvent::controller(0, 0, 123, 0), MidiEvent::controller(0, 0, 121, 0)];
        let all = [&told[..], &[MidiEvent::controller(0, 0, 6, 1)], &mode].concat();
        assert_eq!(state(&all).chase().collect::<Vec<_>>(), [told[1]]);
    }

    #[test]
    fn there_is_an_end_to_what_can_be_held() {
        let mut state = MidiState::default();
        for channel in 0..16 {
            for number in 0..128 {
                state.note(MidiEvent::controller(0, channel, number.min(119), 127));
                state.note(MidiEvent::note_on(0, channel, number, 127));
            }
            state.note(MidiEvent::pitch_bend(0, channel, 0));
            state.note(MidiEvent { frame: 0, bytes: [0xc0 | channel, 1, 0], length: 2 });
            state.note(MidiEvent { frame: 0, bytes: [0xd0 | channel, 1, 0], length: 2 });
        }
        assert_eq!(state.releases().count(), MAX_RELEASES);
        assert!((16 * 128..=MAX_CHASE).contains(&state.chase().count()));
    }
}
