//! The notes that a page plays, on their way to the audio thread.
//!
//! Guarantees: the ring is allocated in [`page_notes`]. [`PageNoteEvents`], the audio thread's end, never allocates, locks
//! or waits. A note begins only while the ring keeps room for the end of every note that is held, so that each note that
//! begins also ends, however full the ring is: what is refused then is the beginning of further notes.

use std::sync::{Mutex, PoisonError};

use nice_plug::midi::{Channel, Key, NoteEvent, VoiceID};
use rtrb::{Consumer, Producer, RingBuffer};
use wavecraft_ipc::{HostError, NormalizedValue, Note, NoteInput};

/// How many beginnings and ends can wait for the next block.
const CAPACITY: usize = 1_024;

/// A way for notes from a plugin's pages to its audio thread.
pub fn page_notes() -> (PageNotes, PageNoteEvents) {
    let (producer, consumer) = RingBuffer::new(CAPACITY);
    let sender = Mutex::new(Sender { producer, held: 0 });
    (PageNotes { sender }, PageNoteEvents { consumer, in_block: 0, before_reset: 0 })
}

/// The pages' end. Usable from any thread but the audio thread.
pub struct PageNotes {
    /// A plain mutex: pages alone take it, each for one push.
    sender: Mutex<Sender>,
}

struct Sender {
    producer: Producer<Event>,
    /// How many notes have begun and not ended, each of which has a place of the ring kept for its end.
    held: usize,
}

#[derive(Clone, Copy)]
struct Event {
    note: Note,
    velocity: NormalizedValue,
    is_on: bool,
}

impl NoteInput for PageNotes {
    fn note_on(&self, note: Note, velocity: NormalizedValue) -> Result<(), HostError> {
        let mut sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        // This beginning, its end, and the end of every other note.
        if sender.producer.slots() < sender.held + 2 {
            return Err(HostError::failed("too many notes wait to be played; the plugin is not processing"));
        }
        sender.push(Event { note, velocity, is_on: true })?;
        sender.held += 1;
        Ok(())
    }

    fn note_off(&self, note: Note, velocity: NormalizedValue) -> Result<(), HostError> {
        let mut sender = self.sender.lock().unwrap_or_else(PoisonError::into_inner);
        sender.push(Event { note, velocity, is_on: false })?;
        sender.held = sender.held.saturating_sub(1);
        Ok(())
    }
}

impl Sender {
    fn push(&mut self, event: Event) -> Result<(), HostError> {
        self.producer.push(event).map_err(|_| HostError::failed("no room for the note"))
    }
}

/// The audio thread's end, of which a plugin has one: it merges the events with those of its host.
///
/// Call [`begin_block`](Self::begin_block) at the start of `process`, and take events by [`next_event`](Self::next_event) as long as
/// there are any. Real-time safe.
pub struct PageNoteEvents {
    consumer: Consumer<Event>,
    /// Events of this block that have not been taken.
    in_block: usize,
    /// Events that still wait and came before the last reset.
    before_reset: usize,
}

impl PageNoteEvents {
    /// Goes on to the next block. What waits now belongs to it; what was not taken in the last one is passed over, as with
    /// the host's own events.
    pub fn begin_block(&mut self) {
        while self.next_event::<()>().is_some() {}
        self.in_block = self.consumer.slots();
    }

    /// The plugin forgets all that it has heard. Notes that were to begin before that do not begin any more; ends of notes
    /// still come, which is harmless where nothing sounds.
    pub fn reset(&mut self) {
        self.in_block = 0;
        self.before_reset = self.consumer.slots();
    }

    /// The block's next event, at its first frame.
    pub fn next_event<S>(&mut self) -> Option<NoteEvent<S>> {
        while self.in_block > 0 {
            self.in_block -= 1;
            let event = self.consumer.pop().ok()?;
            let is_stale = self.before_reset > 0;
            self.before_reset = self.before_reset.saturating_sub(1);
            if !(is_stale && event.is_on) {
                return Some(event.into());
            }
        }
        None
    }
}

impl<S> From<Event> for NoteEvent<S> {
    fn from(Event { note, velocity, is_on }: Event) -> Self {
        let (timing, voice_id, velocity) = (0, VoiceID::Wildcard, velocity.get());
        let (channel, key) = (Channel::Number(note.channel.get()), Key::Number(note.number.get()));
        if is_on {
            Self::NoteOn { timing, voice_id, channel, key, velocity }
        } else {
            Self::NoteOff { timing, voice_id, channel, key, velocity }
        }
    }
}

#[cfg(test)]
mod tests {
    use wavecraft_ipc::{MidiChannel, NoteNumber};

    use super::*;

    fn note(number: u8) -> Note {
        Note { number: NoteNumber::new(number).unwrap(), channel: MidiChannel::default() }
    }

    fn on(notes: &PageNotes, number: u8) -> bool {
        notes.note_on(note(number), NormalizedValue::ONE).is_ok()
    }

    fn off(notes: &PageNotes, number: u8) -> bool {
        notes.note_off(note(number), NormalizedValue::ZERO).is_ok()
    }

    /// The events of the next block: whether a note begins, and which.
    fn block(events: &mut PageNoteEvents) -> Vec<(bool, u8)> {
        events.begin_block();
        std::iter::from_fn(|| events.next_event::<()>())
            .map(|event| match event {
                NoteEvent::NoteOn { timing: 0, key: Key::Number(key), .. } => (true, key),
                NoteEvent::NoteOff { timing: 0, key: Key::Number(key), .. } => (false, key),
                other => panic!("{other:?}"),
            })
            .collect()
    }

    #[test]
    fn events_come_in_the_order_in_which_they_were_played() {
        let (notes, mut events) = page_notes();
        assert!(on(&notes, 60) && on(&notes, 64) && off(&notes, 60));
        assert_eq!(block(&mut events), [(true, 60), (true, 64), (false, 60)]);
        assert_eq!(block(&mut events), []);
    }

    #[test]
    fn what_comes_during_a_block_belongs_to_the_next() {
        let (notes, mut events) = page_notes();
        assert!(on(&notes, 60));
        events.begin_block();
        assert!(on(&notes, 64));
        assert!(events.next_event::<()>().is_some());
        assert!(events.next_event::<()>().is_none());
        assert_eq!(block(&mut events), [(true, 64)]);
    }

    #[test]
    fn what_a_plugin_does_not_ask_for_is_passed_over() {
        let (notes, mut events) = page_notes();
        assert!(on(&notes, 60));
        events.begin_block();
        assert!(off(&notes, 60));
        assert_eq!(block(&mut events), [(false, 60)]);
    }

    #[test]
    fn however_full_the_ring_is_every_note_that_has_begun_ends() {
        let (notes, mut events) = page_notes();
        let (mut begun, mut refused) = (0, 0);
        // Nothing is processed meanwhile: a hand that goes up and down the keys, and holds every third note.
        for step in 0..10_000 {
            if on(&notes, (step % 128) as u8) {
                begun += 1;
                if step % 3 != 0 {
                    assert!(off(&notes, (step % 128) as u8), "{step}");
                    begun -= 1;
                }
            } else {
                refused += 1;
            }
        }
        assert!(refused > 9_000 && begun > 100, "{refused} refused, {begun} held");
        for _ in 0..begun {
            assert!(off(&notes, 0));
        }
        let played = block(&mut events);
        let count = |is_on: bool| played.iter().filter(|event| event.0 == is_on).count();
        assert_eq!(count(true), count(false));
        assert!(on(&notes, 60), "there is room again");
    }

    #[test]
    fn after_a_reset_no_note_begins_that_was_played_before() {
        let (notes, mut events) = page_notes();
        assert!(on(&notes, 60) && on(&notes, 62) && off(&notes, 60));
        events.reset();
        assert!(on(&notes, 64));
        assert_eq!(block(&mut events), [(false, 60), (true, 64)]);
        assert!(off(&notes, 62) && off(&notes, 64));
        assert_eq!(block(&mut events), [(false, 62), (false, 64)]);
    }
}
