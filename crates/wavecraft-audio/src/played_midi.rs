//! What a processor plays to others, on its way to their MIDI ports.
//!
//! Guarantees of [`PlayedMidi`]: everything was allocated before, and the list never grows beyond its room. A message for
//! which there is none is dropped; if it was not the beginning of a note, all notes that are held end with the block. So no
//! note goes on whose end was dropped.

use std::time::{Duration, Instant};

use rtrb::{Consumer, Producer, RingBuffer};
use wavecraft_events::MidiEvent;

use crate::midi_state::{MAX_RELEASES, MidiState};

/// How many messages a processor may play in a block.
const BLOCK_EVENTS: usize = 4_096;

/// How many may wait for the system's ports: those of some blocks.
const WAITING_EVENTS: usize = 16_384;

/// What a processor plays to others in a block.
pub struct PlayedMidi {
    events: Vec<MidiEvent>,
    /// How many of them processors may add: the rest is for the ends of notes.
    room: usize,
    /// From where the processor counts its frames, and the last frame that there is for them.
    origin: u32,
    last_frame: u32,
    /// How many frames were processed since the messages were last taken.
    done_frames: u32,
    /// What those who hear it hold.
    state: MidiState,
    has_lost: bool,
    outlet: Outlet,
    /// A part of the names of the ports that are to hear it.
    wanted: Option<String>,
}

/// Who takes the messages.
enum Outlet {
    /// Whoever asks for them after the block.
    Block,
    /// Whoever reads the ring's other end.
    Ring(Producer<Departure>),
}

/// A message, and when it is to be sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Departure {
    event: MidiEvent,
    due: Instant,
}

impl PlayedMidi {
    /// For messages that are taken after each block. Allocates.
    pub fn for_block() -> Self {
        Self::new(BLOCK_EVENTS, Outlet::Block)
    }

    /// For processors that nobody hears play.
    pub(crate) fn for_nobody() -> Self {
        Self::new(0, Outlet::Block)
    }

    /// For messages that are sent elsewhere, at their time, to ports with `wanted` in their names. A device that has a port of
    /// its own may take them instead. Allocates.
    pub(crate) fn for_sender(wanted: Option<&str>) -> (Self, MidiSender) {
        let (producer, departures) = RingBuffer::new(WAITING_EVENTS);
        let sender = MidiSender { departures, state: MidiState::default() };
        let wanted = wanted.map(str::to_owned);
        (Self { wanted, ..Self::new(BLOCK_EVENTS, Outlet::Ring(producer)) }, sender)
    }

    fn new(room: usize, outlet: Outlet) -> Self {
        Self {
            events: Vec::with_capacity(if room == 0 { 0 } else { room + MAX_RELEASES }),
            room,
            origin: 0,
            last_frame: u32::MAX,
            done_frames: 0,
            state: MidiState::default(),
            has_lost: false,
            outlet,
            wanted: None,
        }
    }

    /// Whether the processor plays anything.
    pub(crate) fn is_of_use(&self) -> bool {
        self.room > 0
    }

    /// From now on the messages are taken after each block, by a device that has a port of its own. Returns a part of the names
    /// of the ports that are to hear it, if any are.
    pub(crate) fn take_by_block(&mut self) -> Option<String> {
        self.outlet = Outlet::Block;
        self.wanted.take()
    }

    /// Plays a message. Its frame is counted from the beginning of the block that is processed; one that is earlier than that
    /// of the message before counts as that, and one beyond the block as its last.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn push(&mut self, event: MidiEvent) {
        let earliest = self.events.last().map_or(0, |last| last.frame);
        let frame = self.origin.saturating_add(event.frame).min(self.last_frame).max(earliest);
        if self.events.len() < self.room {
            self.events.push(MidiEvent { frame, ..event });
            self.state.note(event);
        } else {
            self.lose(event);
        }
    }

    /// The messages so far, in the order of their frames.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn events(&self) -> &[MidiEvent] {
        &self.events
    }

    /// Takes a part of a block, from a frame to before another, for which the processor is called next.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub(crate) fn begin_part(&mut self, start: usize, end: usize) {
        self.origin = self.done_frames + start as u32;
        self.last_frame = self.done_frames + end.saturating_sub(1) as u32;
    }

    /// Lets all notes and pedals end that the processor holds, at the beginning of the next part.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub(crate) fn end_held(&mut self) {
        let frame = self.done_frames.max(self.events.last().map_or(0, |last| last.frame));
        self.add_releases(frame);
    }

    /// The processor has come to the end of so many frames, which began then at this rate.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub(crate) fn end_block(&mut self, frames: usize, began: Instant, sample_rate_hz: f64) {
        self.done_frames += frames as u32;
        if self.has_lost {
            self.add_releases(self.done_frames.saturating_sub(1));
        }
        let Outlet::Ring(ring) = &mut self.outlet else { return };
        let mut has_lost = false;
        for event in &self.events {
            let due = began + Duration::from_secs_f64(f64::from(event.frame) / sample_rate_hz);
            has_lost |= ring.push(Departure { event: *event, due }).is_err() && !event.begins_a_note();
        }
        self.has_lost |= has_lost;
        self.clear();
    }

    /// Hands on the messages since the last time, with their frames counted from there. Of a message that `write` does not
    /// take, it returns false.
    ///
    /// # Realtime safety
    ///
    /// Safe if `write` is.
    pub(crate) fn take(&mut self, mut write: impl FnMut(MidiEvent) -> bool) {
        for index in 0..self.events.len() {
            let event = self.events[index];
            if !write(event) {
                self.lose(event);
            }
        }
        self.clear();
    }

    fn clear(&mut self) {
        self.events.clear();
        self.done_frames = 0;
    }

    fn lose(&mut self, event: MidiEvent) {
        self.has_lost |= self.room > 0 && !event.begins_a_note();
    }

    fn add_releases(&mut self, frame: u32) {
        if self.room == 0 {
            return;
        }
        // What finds no room ends with the next block.
        self.has_lost = self.events.len() + MAX_RELEASES > self.events.capacity();
        if !self.has_lost {
            let releases = std::mem::take(&mut self.state);
            self.events.extend(releases.releases().map(|event| MidiEvent { frame, ..event }));
        }
    }
}

/// Sends what a processor plays, each message at its time. Not for the audio thread.
pub(crate) struct MidiSender {
    departures: Consumer<Departure>,
    /// What those who hear it hold.
    state: MidiState,
}

impl MidiSender {
    /// Sends what is due.
    pub fn send_due(&mut self, now: Instant, mut send: impl FnMut(&[u8])) {
        while let Ok(Departure { event, due }) = self.departures.peek().copied()
            && due <= now
        {
            let _ = self.departures.pop();
            self.state.note(event);
            send(event.message());
        }
    }

    /// Lets go of all that is held.
    pub fn end(&mut self, mut send: impl FnMut(&[u8])) {
        for event in std::mem::take(&mut self.state).releases() {
            send(event.message());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ON: MidiEvent = MidiEvent::note_on(0, 0, 60, 100);
    const OFF: MidiEvent = MidiEvent::note_off(0, 0, 60, 0);

    fn at(frame: u32, event: MidiEvent) -> MidiEvent {
        MidiEvent { frame, ..event }
    }

    fn taken(played: &mut PlayedMidi) -> Vec<MidiEvent> {
        let mut events = Vec::new();
        played.take(|event| {
            events.push(event);
            true
        });
        events
    }

    fn end_block(played: &mut PlayedMidi, frames: usize) {
        played.end_block(frames, Instant::now(), 48_000.0);
    }

    #[test]
    fn frames_are_those_of_the_device_s_block() {
        let mut played = PlayedMidi::for_block();
        played.begin_part(0, 64);
        played.push(at(10, ON));
        end_block(&mut played, 64);
        played.begin_part(0, 20);
        played.push(at(5, OFF));
        // Earlier than the one before, and beyond the end.
        played.push(at(3, ON));
        played.begin_part(20, 32);
        played.push(at(400, OFF));
        end_block(&mut played, 32);
        let expected = [at(10, ON), at(69, OFF), at(69, ON), at(95, OFF)];
        assert_eq!(taken(&mut played), expected);
        played.begin_part(0, 64);
        played.push(at(1, ON));
        assert_eq!(taken(&mut played), [at(1, ON)]);
    }

    #[test]
    fn no_note_goes_on_whose_end_found_no_room() {
        let mut played = PlayedMidi::for_block();
        played.begin_part(0, 64);
        played.push(at(0, ON));
        for _ in 1..BLOCK_EVENTS {
            played.push(MidiEvent::controller(1, 0, 1, 7));
        }
        played.push(at(2, OFF));
        end_block(&mut played, 64);
        assert_eq!(taken(&mut played).last(), Some(&at(63, OFF)));
        // A device that takes nothing: the end comes as soon as it does.
        played.push(at(0, ON));
        taken(&mut played);
        played.push(at(0, OFF));
        played.take(|_| false);
        end_block(&mut played, 64);
        assert!(taken(&mut played).is_empty(), "it was no longer held");
        played.push(at(0, ON));
        played.push(MidiEvent::controller(0, 0, 64, 127));
        played.take(|event| event.bytes[0] == 0x90);
        end_block(&mut played, 64);
        let ends = taken(&mut played);
        assert_eq!(ends, [at(63, MidiEvent::controller(0, 0, 64, 0)), at(63, OFF)]);
    }

    #[test]
    fn what_is_held_ends_where_another_processor_begins() {
        let mut played = PlayedMidi::for_block();
        played.begin_part(0, 64);
        played.push(at(9, ON));
        end_block(&mut played, 64);
        played.end_held();
        played.begin_part(0, 64);
        played.push(at(0, ON));
        end_block(&mut played, 64);
        assert_eq!(taken(&mut played), [at(9, ON), at(64, OFF), at(64, ON)]);
    }

    #[test]
    fn nothing_is_kept_where_nobody_hears_it() {
        let mut played = PlayedMidi::for_nobody();
        played.push(ON);
        played.push(OFF);
        end_block(&mut played, 64);
        played.end_held();
        assert!(taken(&mut played).is_empty());
        assert_eq!(played.events.capacity(), 0);
    }

    #[test]
    fn the_sender_sends_each_message_at_its_time_and_lets_go_at_its_end() {
        let (mut played, mut sender) = PlayedMidi::for_sender(None);
        let began = Instant::now();
        played.begin_part(0, 48);
        played.push(at(0, ON));
        played.push(at(24, MidiEvent::note_on(0, 0, 64, 90)));
        played.end_block(48, began, 48_000.0);
        let mut sent = Vec::new();
        sender.send_due(began, |message| sent.push(message.to_vec()));
        assert_eq!(sent, [[0x90, 60, 100]]);
        sender.send_due(began + Duration::from_micros(499), |message| sent.push(message.to_vec()));
        assert_eq!(sent.len(), 1);
        sender.send_due(began + Duration::from_micros(500), |message| sent.push(message.to_vec()));
        assert_eq!(sent[1], [0x90, 64, 90]);
        sender.end(|message| sent.push(message.to_vec()));
        assert_eq!(sent[2..], [[0x80, 60, 0], [0x80, 64, 0]]);
    }
}
