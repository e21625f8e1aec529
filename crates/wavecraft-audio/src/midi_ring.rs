//! MIDI messages from whoever plays to the audio thread: ports, pages, tests.
//!
//! Guarantees: the ring is allocated once for each run of the audio. Whoever plays shares its writing end behind a mutex that
//! the audio thread never sees. A message for which there is no room is dropped and counted. A note that does not begin is
//! all that this costs, unless it was another message that was dropped, such as a note's end: then all notes end. The audio
//! thread is told of it after the message was dropped, and lets go of everything once it has taken what came before. So no
//! note goes on whose end was dropped.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use rtrb::{Consumer, Producer, RingBuffer};
use wavecraft_events::MidiEvent;

use crate::controller_values::ControllerValues;
use crate::midi_state::MidiState;

/// How many messages may wait for the next block.
pub(crate) const RING_EVENTS: usize = 16_384;

/// The notes' way into the audio. Clones are of the same.
///
/// Usable from any thread but the audio thread. While no audio runs, what is played is forgotten.
#[derive(Clone, Debug, Default)]
pub struct MidiInputs(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    /// A plain mutex: held to push a message. `None` before the first run of the audio.
    ring: Mutex<Option<RingEntry>>,
    lost: AtomicU64,
    controllers: ControllerValues,
}

#[derive(Debug)]
struct RingEntry {
    producer: Producer<Arrival>,
    overflowed: Arc<AtomicBool>,
}

/// A message, and when it came.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival {
    pub event: MidiEvent,
    pub at: Instant,
}

/// One of those who play: a keyboard, a page. When it is dropped, the notes that it holds end.
#[derive(Debug)]
pub struct MidiConnection {
    inputs: MidiInputs,
    /// What it holds.
    state: MidiState,
}

/// The audio thread's end of one run.
pub(crate) struct MidiQueue {
    consumer: Consumer<Arrival>,
    overflowed: Arc<AtomicBool>,
    controllers: ControllerValues,
}

/// Lets all notes of a run end with its next block. Usable from any thread.
#[derive(Clone, Debug)]
pub(crate) struct NotesEnd(Arc<AtomicBool>);

impl NotesEnd {
    /// Now.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn end_notes(&self) {
        self.0.store(true, Ordering::Release);
    }
}

impl MidiInputs {
    /// A way for one more who plays.
    pub fn connect(&self) -> MidiConnection {
        MidiConnection { inputs: self.clone(), state: MidiState::default() }
    }

    /// Where controllers are moved to that arrive here or at a device's own MIDI port, whether any audio runs or not.
    pub fn controllers(&self) -> ControllerValues {
        self.0.controllers.clone()
    }

    /// How many messages found no room since the start.
    pub fn lost_events(&self) -> u64 {
        self.0.lost.load(Ordering::Relaxed)
    }

    /// The audio thread's end of a new run. One of a run before gets nothing more.
    pub(crate) fn begin_run(&self) -> MidiQueue {
        self.begin_run_with_room_for(RING_EVENTS)
    }

    pub(crate) fn begin_run_with_room_for(&self, events: usize) -> MidiQueue {
        let (producer, consumer) = RingBuffer::new(events);
        let overflowed = Arc::new(AtomicBool::new(false));
        *self.ring() = Some(RingEntry { producer, overflowed: Arc::clone(&overflowed) });
        MidiQueue { consumer, overflowed, controllers: self.0.controllers.clone() }
    }

    /// Returns false if the message was dropped.
    fn push(&self, event: MidiEvent) -> bool {
        let mut ring = self.ring();
        let Some(RingEntry { producer, overflowed }) = &mut *ring else { return true };
        if producer.is_abandoned() {
            return true;
        }
        // Read under the lock: what waits is in the order of its times.
        let is_taken = producer.push(Arrival { event, at: Instant::now() }).is_ok();
        if !is_taken {
            self.0.lost.fetch_add(1, Ordering::Relaxed);
            if !event.begins_a_note() {
                overflowed.store(true, Ordering::Release);
            }
        }
        is_taken
    }

    fn ring(&self) -> MutexGuard<'_, Option<RingEntry>> {
        self.0.ring.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl MidiConnection {
    /// Plays a message, as soon as can be; its frame does not count. Returns false if there was no room: a note has not begun
    /// then, and whatever was to end has ended.
    pub fn play(&mut self, event: MidiEvent) -> bool {
        self.inputs.0.controllers.note(event);
        let is_taken = self.inputs.push(event);
        if is_taken || !event.begins_a_note() {
            self.state.note(event);
        }
        is_taken
    }

    /// Lets go of all keys and pedals that it holds.
    pub fn release_all(&mut self) {
        for event in std::mem::take(&mut self.state).releases() {
            self.inputs.push(event);
        }
    }
}

impl Drop for MidiConnection {
    fn drop(&mut self) {
        self.release_all();
    }
}

impl MidiQueue {
    /// Whether a message was dropped since the last call. To be asked before the messages of a block are taken, and heeded
    /// after.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn take_overflow(&mut self) -> bool {
        self.overflowed.load(Ordering::Relaxed) && self.overflowed.swap(false, Ordering::Acquire)
    }

    /// Takes a message into account that comes to the audio thread by another way, if it is a controller's.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn note_controller(&self, event: MidiEvent) {
        self.controllers.note(event);
    }

    /// What lets all notes end, as after a message that was dropped.
    pub fn notes_end(&self) -> NotesEnd {
        NotesEnd(Arc::clone(&self.overflowed))
    }

    /// The next message, if one waits.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn next(&mut self) -> Option<Arrival> {
        self.consumer.pop().ok()
    }
}
