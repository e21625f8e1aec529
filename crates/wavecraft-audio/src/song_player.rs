//! A song on its way through the blocks, again and again, and where it is.
//!
//! Guarantees: arithmetic and copying alone. Messages for which a block's list has no room come with the next block.

use std::sync::Arc;

use wavecraft_events::{MidiEvent, TransportInfo};

use crate::midi_file::Song;

/// A song that is played.
pub(crate) struct SongPlayer {
    song: Arc<Song>,
    /// The frame of the song at the next block's start, up to its length.
    position: u64,
    next_event: usize,
    next_change: usize,
}

/// What happens in a block, in the order of its frames.
pub(crate) struct BlockScore<'a> {
    /// Messages. Only as many are added as it has room for.
    pub events: &'a mut Vec<MidiEvent>,
    /// Where the song is at these frames, if it is told anew. Only as many are added as it has room for.
    pub changes: &'a mut Vec<(usize, TransportInfo)>,
}

impl SongPlayer {
    /// From the beginning.
    pub fn new(song: Song) -> Self {
        Self { song: Arc::new(song), position: 0, next_event: 0, next_change: 0 }
    }

    /// Adds what happens in the next block of so many frames.
    ///
    /// # Realtime safety
    ///
    /// Safe: nothing is added beyond the lists' room.
    pub fn play(&mut self, frames: usize, score: &mut BlockScore<'_>) {
        let length = self.song.length_frames;
        let mut done = 0;
        while done < frames {
            if self.position >= length {
                // What is held ends before the song begins anew.
                if !self.add_events_before(u64::MAX, done, score.events) {
                    return;
                }
                (self.position, self.next_event, self.next_change) = (0, 0, 0);
            }
            let part = (length - self.position).min((frames - done) as u64);
            let end = self.position + part;
            self.add_changes_before(end, done, score.changes);
            self.add_events_before(end, done, score.events);
            self.position = end;
            done += part as usize;
        }
    }

    /// Returns false if some are left for want of room.
    fn add_events_before(&mut self, end: u64, done: usize, events: &mut Vec<MidiEvent>) -> bool {
        while let Some((frame, event)) =
            self.song.events.get(self.next_event).filter(|(frame, _)| *frame < end)
        {
            if events.len() == events.capacity() {
                return false;
            }
            // One that is late comes at once.
            let offset = frame.saturating_sub(self.position).min(self.song.length_frames - self.position);
            events.push(MidiEvent { frame: (done as u64 + offset) as u32, ..*event });
            self.next_event += 1;
        }
        true
    }

    fn add_changes_before(&mut self, end: u64, done: usize, changes: &mut Vec<(usize, TransportInfo)>) {
        while let Some((frame, transport)) =
            self.song.changes.get(self.next_change).filter(|(frame, _)| *frame < end)
        {
            if changes.len() < changes.capacity() {
                changes.push((done + (frame - self.position) as usize, *transport));
            }
            self.next_change += 1;
        }
    }
}
