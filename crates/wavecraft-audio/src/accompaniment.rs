//! What comes with the blocks beside the sound that is heard: messages, where the song is, and a side chain.
//!
//! Guarantees of [`Accompaniment::begin_block`]: everything was allocated before; the lists never grow beyond their room. A
//! message for which a block has none comes with the next one.

use std::time::Instant;

use wavecraft_events::{MidiEvent, TransportInfo};

use crate::drift_resampler::DriftResampler;
use crate::midi_ring::{MidiQueue, NotesEnd, RING_EVENTS};
use crate::midi_state::{MAX_RELEASES, MidiState};
use crate::signal::Source;
use crate::song_player::{BlockScore, SongPlayer};

/// How many messages of a song a block has room for.
const SONG_EVENTS: usize = 8_192;

/// How many messages of a device's own a block has room for.
const DEVICE_EVENTS: usize = 4_096;

/// How often tempo or time signature may change in a block.
const CHANGES: usize = 64;

/// The most messages of a block.
pub(crate) const MAX_BLOCK_EVENTS: usize = RING_EVENTS + SONG_EVENTS + DEVICE_EVENTS + MAX_RELEASES;

/// What a side chain hears.
pub(crate) enum SideChainFeed {
    /// Nothing.
    Silence,
    /// Channels of the input device, which come with its blocks.
    InputDevice,
    /// A file or a test signal.
    Source(Source),
    /// Another device.
    Device(Box<DriftResampler>),
}

/// Which MIDI ports of its own a device plays.
#[derive(Clone, Debug)]
pub(crate) struct DeviceMidi {
    /// A part of their names; without it all.
    pub wanted: Option<String>,
    /// What lets all notes end, when a port has gone.
    pub notes_end: NotesEnd,
}

/// What comes with the blocks of one run of the audio.
pub(crate) struct Accompaniment {
    sample_rate_hz: f64,
    queue: MidiQueue,
    song: Option<SongPlayer>,
    side_chain: SideChainFeed,
    device_midi: Option<DeviceMidi>,
    notes_end: NotesEnd,
    /// What everybody has played so far.
    state: MidiState,
    /// The block's messages, in the order of their frames.
    events: Vec<MidiEvent>,
    /// Where the song is: at the block's first frame, and wherever that is told anew.
    changes: Vec<(usize, TransportInfo)>,
    /// Where the song was last told to be, and how many frames before the next block.
    told: TransportInfo,
    elapsed_frames: u64,
    /// When the last block began.
    last_block: Option<Instant>,
    /// Of the song, of the ring, and of the device, until they are merged.
    song_events: Vec<MidiEvent>,
    arrivals: Vec<MidiEvent>,
    device_events: Vec<MidiEvent>,
}

impl Accompaniment {
    /// From the song's beginning. Without a song, the tempo stays as it is given.
    pub fn new(
        sample_rate_hz: f64,
        tempo_bpm: Option<f64>,
        song: Option<SongPlayer>,
        side_chain: SideChainFeed,
        queue: MidiQueue,
    ) -> Self {
        Self {
            sample_rate_hz,
            notes_end: queue.notes_end(),
            queue,
            song,
            side_chain,
            device_midi: None,
            state: MidiState::default(),
            events: Vec::with_capacity(MAX_BLOCK_EVENTS),
            changes: Vec::with_capacity(CHANGES),
            told: tempo_bpm.map_or_else(TransportInfo::default, TransportInfo::at_tempo),
            elapsed_frames: 0,
            last_block: None,
            song_events: Vec::with_capacity(SONG_EVENTS),
            arrivals: Vec::with_capacity(RING_EVENTS),
            device_events: Vec::with_capacity(DEVICE_EVENTS),
        }
    }

    /// Lets devices that have MIDI ports of their own play those ports: all, or those with `wanted` in their names.
    pub fn with_device_midi(mut self, wanted: Option<String>) -> Self {
        self.device_midi = Some(DeviceMidi { wanted, notes_end: self.queue.notes_end() });
        self
    }

    /// Which of its ports a device plays, if any.
    pub fn device_midi(&self) -> Option<DeviceMidi> {
        self.device_midi.clone()
    }

    /// Adds a message that a device brings with its block, at a frame of it. What is no channel message is left out. If there
    /// is no room for it, all notes end.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn add_device_event(&mut self, frame: u32, message: &[u8]) {
        let Ok(event) = MidiEvent::new(frame, message) else { return };
        self.queue.note_controller(event);
        if self.device_events.len() < self.device_events.capacity() {
            self.device_events.push(event);
        } else {
            self.notes_end.end_notes();
        }
    }

    /// When the newest block began.
    ///
    /// # Realtime safety
    ///
    /// Safe. Before the first block it reads the clock.
    pub fn block_began(&self) -> Instant {
        self.last_block.unwrap_or_else(Instant::now)
    }

    /// Where everybody's keys and controllers stand before the next block.
    pub fn state(&self) -> &MidiState {
        &self.state
    }

    /// The block's messages.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn events(&self) -> &[MidiEvent] {
        &self.events
    }

    /// Gathers what comes with the next block, of at least a frame.
    ///
    /// # Realtime safety
    ///
    /// Safe. It reads the clock, which is no system call on the systems that there are drivers for.
    pub fn begin_block(&mut self, frames: usize) {
        self.changes.clear();
        let now = self.told.after(self.elapsed_frames, self.sample_rate_hz);
        self.changes.push((0, now));
        let has_overflowed = self.queue.take_overflow();
        self.take_arrivals(frames);
        if let Some(song) = &mut self.song {
            song.play(frames, &mut BlockScore { events: &mut self.song_events, changes: &mut self.changes });
        }
        self.merge(frames);
        if has_overflowed {
            let frame = frames.saturating_sub(1) as u32;
            for event in self.state.clone().releases() {
                self.events.push(MidiEvent { frame, ..event });
                self.state.note(event);
            }
        }
        let (frame, transport) = *self.changes.last().expect("there is the one at the block's first frame");
        if frame > 0 || self.changes.len() > 1 {
            (self.told, self.elapsed_frames) = (transport, (frames - frame) as u64);
        } else {
            self.elapsed_frames += frames as u64;
        }
    }

    /// Takes what has come since the last block. It stands as far into this block as it came into the time of the last one,
    /// so that everything is late by the same.
    fn take_arrivals(&mut self, frames: usize) {
        let now = Instant::now();
        let last_frame = frames.saturating_sub(1) as f64;
        let since = self.last_block.unwrap_or(now);
        self.arrivals.clear();
        while self.arrivals.len() < self.arrivals.capacity()
            && let Some(arrival) = self.queue.next()
        {
            let late_s = arrival.at.saturating_duration_since(since).as_secs_f64();
            let frame = (late_s * self.sample_rate_hz).min(last_frame) as u32;
            self.arrivals.push(MidiEvent { frame, ..arrival.event });
        }
        self.last_block = Some(now);
    }

    /// Puts the messages of all sources into one list, by their frames. What a device has brought for later stays.
    fn merge(&mut self, frames: usize) {
        self.events.clear();
        let end = frames as u32;
        let now = self.device_events.iter().position(|event| event.frame >= end);
        let now = now.unwrap_or(self.device_events.len());
        let mut heads = [&self.song_events[..], &self.arrivals[..], &self.device_events[..now]];
        while let Some(first) = (0..heads.len())
            .filter(|index| !heads[*index].is_empty())
            .min_by_key(|index| heads[*index][0].frame)
        {
            let event = heads[first][0];
            heads[first] = &heads[first][1..];
            self.events.push(event);
            self.state.note(event);
        }
        self.song_events.clear();
        self.device_events.drain(..now);
        self.device_events.iter_mut().for_each(|event| event.frame -= end);
    }

    /// Where the song is at a frame of the block, and at which frame that is told anew.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn transport_at(&self, frame: usize) -> (TransportInfo, usize) {
        let next = self.changes.iter().position(|(change, _)| *change > frame).unwrap_or(self.changes.len());
        let (told, transport) = self.changes[next.max(1) - 1];
        let end = self.changes.get(next).map_or(usize::MAX, |(change, _)| *change);
        (transport.after((frame - told.min(frame)) as u64, self.sample_rate_hz), end)
    }

    /// Fills the side chain of the block, unless it comes with the block of the input device: then it is silent until that
    /// fills it.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn fill_side_chain(&mut self, left: &mut [f32], right: &mut [f32]) {
        match &mut self.side_chain {
            SideChainFeed::Source(source) => source.fill(&mut [left, right]),
            SideChainFeed::Device(reader) => reader.read(left, right),
            SideChainFeed::Silence | SideChainFeed::InputDevice => {
                left.fill(0.0);
                right.fill(0.0);
            }
        }
    }
}

#[cfg(test)]
mod tests;
