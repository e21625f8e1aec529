//! A block of sound, and the notes in it.
//!
//! Realtime safety: nothing here allocates, locks or waits.

use nice_plug::prelude::{NoteEvent, Transport};

/// The most channels of a plugin's main input and output.
const MAX_CHANNELS: usize = 2;

/// The notes and controllers of a host's block, given out piece by piece.
#[derive(Debug)]
pub(crate) struct EventQueue {
    events: Vec<NoteEvent<()>>,
    /// How many have been given out.
    taken: usize,
    /// The frames of the host's block that the piece of now covers.
    start: u32,
    end: u32,
}

impl EventQueue {
    /// Room for this many events in a host's block. Allocates.
    pub(crate) fn with_capacity(capacity: usize) -> Self {
        Self { events: Vec::with_capacity(capacity), taken: 0, start: 0, end: 0 }
    }

    /// Begins a block with the events that `next` returns, in the order of time. What there is no room for is lost.
    pub(crate) fn fill(&mut self, mut next: impl FnMut() -> Option<NoteEvent<()>>) {
        (self.taken, self.start, self.end) = (0, 0, 0);
        self.events.clear();
        while let Some(event) = next() {
            if self.events.len() < self.events.capacity() {
                self.events.push(event);
            }
        }
    }

    /// Goes on to the next piece, of `frames` frames. What has not been asked for in the last one is skipped.
    pub(crate) fn begin_piece(&mut self, frames: usize) {
        self.start = self.end;
        self.end += frames as u32;
        while self.events.get(self.taken).is_some_and(|event| event.timing() < self.start) {
            self.taken += 1;
        }
    }

    /// The next event up to a frame of the piece, and in the piece.
    fn next_up_to(&mut self, frame: u32) -> Option<NoteEvent<()>> {
        let end = self.end.min(self.start.saturating_add(frame).saturating_add(1));
        let mut event = self.events.get(self.taken).copied().filter(|event| event.timing() < end)?;
        self.taken += 1;
        event.subtract_timing(self.start);
        Some(event)
    }
}

/// A block of sound, to be processed in place.
///
/// It may be part of a host's block, which is cut where parameters change and sixty times a second for the meters.
pub struct Block<'a, 'b> {
    channels: &'a mut [&'b mut [f32]],
    transport: &'a Transport,
    events: &'a mut EventQueue,
}

impl<'a, 'b> Block<'a, 'b> {
    pub(crate) fn new(
        channels: &'a mut [&'b mut [f32]],
        transport: &'a Transport,
        events: &'a mut EventQueue,
    ) -> Self {
        Self { channels, transport, events }
    }

    /// The samples of each channel: one slice or two, all of the same length.
    pub fn channels(&mut self) -> &mut [&'b mut [f32]] {
        self.channels
    }

    /// How many frames there are.
    pub fn frames(&self) -> usize {
        self.channels.first().map_or(0, |channel| channel.len())
    }

    /// The sample rate, in Hz.
    pub fn sample_rate_hz(&self) -> f32 {
        self.transport.sample_rate
    }

    /// Where the host is in its project, and how fast it goes, at the first frame of its own block.
    pub fn transport(&self) -> &Transport {
        self.transport
    }

    /// The next note or controller of this block, in the order of time. Its `timing` counts frames of this block.
    pub fn next_event(&mut self) -> Option<NoteEvent<()>> {
        self.events.next_up_to(u32::MAX)
    }

    /// The same, up to and at a frame of this block: what is to be heard from that frame on.
    pub fn next_event_at(&mut self, frame: usize) -> Option<NoteEvent<()>> {
        self.events.next_up_to(frame as u32)
    }

    /// Puts a sample into every channel of a frame, which must be less than [`frames`](Self::frames).
    pub fn set_frame(&mut self, frame: usize, sample: f32) {
        for channel in &mut *self.channels {
            if let Some(place) = channel.get_mut(frame) {
                *place = sample;
            }
        }
    }

    /// Changes the block frame by frame: each is one sample of each channel.
    pub fn for_each_frame(&mut self, mut change: impl FnMut(&mut [f32])) {
        let count = self.channels.len().min(MAX_CHANNELS);
        let mut frame = [0.0; MAX_CHANNELS];
        for index in 0..self.frames() {
            for (sample, channel) in frame.iter_mut().zip(&*self.channels) {
                *sample = channel[index];
            }
            change(&mut frame[..count]);
            for (sample, channel) in frame.iter().zip(&mut *self.channels) {
                channel[index] = *sample;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use nice_plug::midi::{Channel, Key, VoiceID};

    use super::*;

    fn note(timing: u32) -> NoteEvent<()> {
        NoteEvent::Choke {
            timing,
            voice_id: VoiceID::Wildcard,
            channel: Channel::Wildcard,
            key: Key::MIDDLE_C,
        }
    }

    fn timings(queue: &mut EventQueue) -> Vec<u32> {
        std::iter::from_fn(|| queue.next_up_to(u32::MAX)).map(|event| event.timing()).collect()
    }

    #[test]
    fn events_come_in_the_piece_that_they_lie_in_and_count_from_its_first_frame() {
        let mut queue = EventQueue::with_capacity(8);
        let mut events = [0, 10, 63, 64, 70].map(note).into_iter();
        queue.fill(|| events.next());
        queue.begin_piece(64);
        assert_eq!(timings(&mut queue), [0, 10, 63]);
        queue.begin_piece(32);
        assert_eq!(timings(&mut queue), [0, 6]);
    }

    #[test]
    fn events_wait_for_the_frame_that_they_are_at() {
        let mut queue = EventQueue::with_capacity(8);
        let mut events = [70, 70, 72].map(note).into_iter();
        queue.fill(|| events.next());
        queue.begin_piece(64);
        queue.begin_piece(64);
        let taken: Vec<usize> =
            (0..64).map(|frame| std::iter::from_fn(|| queue.next_up_to(frame)).count()).collect();
        assert_eq!((taken[5], taken[6], taken[7], taken[8]), (0, 2, 0, 1));
        assert_eq!(taken.iter().sum::<usize>(), 3);
    }

    #[test]
    fn what_a_piece_did_not_ask_for_does_not_come_in_the_next() {
        let mut queue = EventQueue::with_capacity(8);
        let mut events = [0, 10, 40].map(note).into_iter();
        queue.fill(|| events.next());
        queue.begin_piece(32);
        queue.begin_piece(32);
        assert_eq!(timings(&mut queue), [8]);
    }

    #[test]
    fn more_events_than_there_is_room_for_are_left_out() {
        let mut queue = EventQueue::with_capacity(2);
        let mut events = [0, 1, 2].map(note).into_iter();
        queue.fill(|| events.next());
        queue.begin_piece(64);
        assert_eq!(timings(&mut queue), [0, 1]);
    }

    #[test]
    fn frames_are_changed_in_place() {
        let (mut left, mut right) = ([1.0, 2.0], [3.0, 4.0]);
        let mut channels = [left.as_mut_slice(), right.as_mut_slice()];
        let transport = Transport::new(48_000.0);
        let mut events = EventQueue::with_capacity(0);
        let mut block = Block::new(&mut channels, &transport, &mut events);
        assert_eq!((block.frames(), block.next_event()), (2, None));
        block.for_each_frame(|frame| frame.swap(0, 1));
        assert_eq!((left, right), ([3.0, 4.0], [1.0, 2.0]));
    }
}
