//! Where MIDI controllers were moved to, for whoever lets them move something else than the processor.
//!
//! Guarantees: a table of atomics, allocated once. Writing is three stores, and never waits. Of several movements of one
//! controller between two looks the last one counts; none is lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};

use wavecraft_events::MidiEvent;

const CHANNELS: usize = 16;
const CONTROLLERS: usize = 128;

/// The newest values of all controllers. Clones are of the same.
#[derive(Clone, Debug)]
pub struct ControllerValues(Arc<Table>);

#[derive(Debug)]
struct Table {
    values: [[AtomicU8; CONTROLLERS]; CHANNELS],
    /// A bit for each that was moved since the last look.
    moved: [[AtomicU64; CONTROLLERS / 64]; CHANNELS],
    has_news: AtomicBool,
}

impl Default for ControllerValues {
    fn default() -> Self {
        Self(Arc::new(Table {
            values: std::array::from_fn(|_| std::array::from_fn(|_| AtomicU8::new(0))),
            moved: std::array::from_fn(|_| std::array::from_fn(|_| AtomicU64::new(0))),
            has_news: AtomicBool::new(false),
        }))
    }
}

impl ControllerValues {
    /// Takes a message into account, if it is a controller's.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub(crate) fn note(&self, event: MidiEvent) {
        let [status, number, value] = event.bytes;
        if status & 0xf0 != 0xb0 {
            return;
        }
        let Table { values, moved, has_news } = &*self.0;
        let (channel, number) = (usize::from(status & 0x0f), usize::from(number & 0x7f));
        values[channel][number].store(value, Ordering::Relaxed);
        moved[channel][number / 64].fetch_or(1 << (number % 64), Ordering::Release);
        has_news.store(true, Ordering::Release);
    }

    /// Those that were moved since the last look: channel, from 0, number and value of each, in the order of the first two.
    /// For one who looks, on any thread but the audio thread.
    pub fn take(&self) -> Vec<(u8, u8, u8)> {
        let Table { values, moved, has_news } = &*self.0;
        let mut taken = Vec::new();
        if !has_news.swap(false, Ordering::Acquire) {
            return taken;
        }
        for (channel, words) in (0_u8..).zip(moved) {
            for (first, word) in (0_u8..).step_by(64).zip(words) {
                let bits = word.swap(0, Ordering::Acquire);
                let numbers = (0..64_u8).filter(|bit| bits >> bit & 1 == 1).map(|bit| first + bit);
                let value =
                    |number: u8| values[usize::from(channel)][usize::from(number)].load(Ordering::Relaxed);
                taken.extend(numbers.map(|number| (channel, number, value(number))));
            }
        }
        taken
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_controller_that_was_moved_is_told_once_with_its_last_value() {
        let values = ControllerValues::default();
        assert!(values.take().is_empty());
        for event in [
            MidiEvent::controller(3, 15, 127, 9),
            MidiEvent::controller(9, 0, 64, 1),
            MidiEvent::controller(0, 0, 64, 0),
            MidiEvent::controller(0, 0, 63, 5),
            MidiEvent::note_on(0, 0, 7, 7),
            MidiEvent::pitch_bend(0, 0, 7),
        ] {
            values.clone().note(event);
        }
        assert_eq!(values.take(), [(0, 63, 5), (0, 64, 0), (15, 127, 9)]);
        assert!(values.take().is_empty());
    }

    #[test]
    fn the_last_value_is_told_whoever_writes_meanwhile() {
        let values = ControllerValues::default();
        let written = values.clone();
        let writer = std::thread::spawn(move || {
            (0..100_000_u32)
                .for_each(|step| written.note(MidiEvent::controller(0, 4, 20, (step % 100) as u8)));
            written.note(MidiEvent::controller(0, 4, 20, 127));
        });
        let mut last = 0;
        while last != 127 {
            values.take().into_iter().for_each(|(_, _, value)| last = value);
        }
        writer.join().unwrap();
    }
}
