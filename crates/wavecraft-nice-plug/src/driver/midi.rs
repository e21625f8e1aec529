//! MIDI on its way into the plugin and out of it: messages outside, nice-plug's events inside.
//!
//! Guarantees: the queue of what comes out is allocated in [`MidiOutput::new`]; nothing else here allocates or blocks. What
//! comes in is read from the caller's list as the plugin asks for it, so none of it is lost, however much it is.

use nice_plug::context::process::SendEventError;
use nice_plug::midi::{MidiResult, NoteEvent, PluginNoteEvent};
use nice_plug::prelude::{MidiConfig, Plugin};
use wavecraft_ffi::MidiEvent;

/// How many events a plugin can put out in one call of the driver.
pub const MIDI_OUTPUT_EVENTS: usize = 16_384;

/// The list of a block's events, and how far it has been read.
pub(super) struct MidiInput<'a> {
    events: &'a [MidiEvent],
    /// What is subtracted from the events' frames.
    origin: u32,
    /// The part of the block that is processed.
    start: u32,
    end: u32,
    /// Whether that is the last one, where everything that is still in the list belongs.
    is_last: bool,
}

impl<'a> MidiInput<'a> {
    pub(super) fn new(events: &'a [MidiEvent], origin: u32) -> Self {
        Self { events, origin, start: 0, end: 0, is_last: false }
    }

    /// Goes on to the next part. What the plugin has not asked for in the last one is passed over, as by other hosts.
    pub(super) fn begin_part(&mut self, start: usize, end: usize, is_last: bool) {
        while self.next_in_part().is_some() {}
        (self.start, self.end, self.is_last) = (start as u32, end as u32, is_last);
    }

    /// The next event of the part that the plugin can take, with its frame counted from the part's first.
    pub(super) fn next<P: Plugin>(&mut self) -> Option<PluginNoteEvent<P>> {
        while let Some(event) = self.next_in_part() {
            let frame = event.frame.saturating_sub(self.origin);
            let timing = frame.clamp(self.start, self.end.saturating_sub(1).max(self.start)) - self.start;
            if let Ok(event) = NoteEvent::from_midi(timing, event.message())
                && is_taken::<P>(&event)
            {
                return Some(event);
            }
        }
        None
    }

    fn next_in_part(&mut self) -> Option<MidiEvent> {
        let (event, rest) = self.events.split_first()?;
        if !self.is_last && event.frame.saturating_sub(self.origin) >= self.end {
            return None;
        }
        self.events = rest;
        Some(*event)
    }
}

/// Whether the plugin asks for events of this kind, as nice-plug's wrappers have it.
fn is_taken<P: Plugin>(event: &PluginNoteEvent<P>) -> bool {
    match event {
        NoteEvent::NoteOn { .. } | NoteEvent::NoteOff { .. } | NoteEvent::PolyPressure { .. } => {
            P::MIDI_INPUT >= MidiConfig::Basic
        }
        _ => P::MIDI_INPUT >= MidiConfig::MidiCCs,
    }
}

/// What the plugin has put out in the last block.
#[derive(Debug)]
pub(super) struct MidiOutput {
    events: Vec<MidiEvent>,
    /// The part of the block that is processed.
    start: u32,
    end: u32,
    refused: u64,
}

impl MidiOutput {
    /// An empty queue, with room for what a plugin puts out, if it is one that does.
    pub(super) fn new<P: Plugin>() -> Self {
        let capacity = if P::MIDI_OUTPUT == MidiConfig::None { 0 } else { MIDI_OUTPUT_EVENTS };
        Self { events: Vec::with_capacity(capacity), start: 0, end: 0, refused: 0 }
    }

    pub(super) fn begin_block(&mut self) {
        self.events.clear();
    }

    pub(super) fn begin_part(&mut self, start: usize, end: usize) {
        (self.start, self.end) = (start as u32, end as u32);
    }

    pub(super) fn events(&self) -> &[MidiEvent] {
        &self.events
    }

    /// How many events were refused so far.
    pub(super) fn refused(&self) -> u64 {
        self.refused
    }

    /// Takes an event, whose frame is counted from the part's first. One that is no channel message, that the plugin does
    /// not say it puts out, or for which there is no room is refused and counted.
    pub(super) fn send<P: Plugin>(
        &mut self,
        event: PluginNoteEvent<P>,
    ) -> Result<(), (PluginNoteEvent<P>, SendEventError)> {
        match self.take::<P>(&event) {
            Ok(()) => Ok(()),
            Err(error) => {
                self.refused += 1;
                Err((event, error))
            }
        }
    }

    fn take<P: Plugin>(&mut self, event: &PluginNoteEvent<P>) -> Result<(), SendEventError> {
        let needed = match event {
            // A hint for hosts that modulate voices, which the driver does not.
            NoteEvent::VoiceTerminated { .. } if P::MIDI_INPUT >= MidiConfig::Basic => return Ok(()),
            NoteEvent::NoteOn { .. } | NoteEvent::NoteOff { .. } | NoteEvent::PolyPressure { .. } => {
                MidiConfig::Basic
            }
            _ => MidiConfig::MidiCCs,
        };
        let invalid = SendEventError::InvalidEvent { midi_output_config: P::MIDI_OUTPUT };
        if P::MIDI_OUTPUT < needed {
            return Err(invalid);
        }
        let Some(MidiResult::Basic(bytes)) = event.as_midi() else { return Err(invalid) };
        let length = if matches!(bytes[0] & 0xf0, 0xc0 | 0xd0) { 2 } else { 3 };
        let frame = self.start.saturating_add(event.timing()).min(self.end.saturating_sub(1));
        let event = MidiEvent::new(frame, &bytes[..length]).map_err(|_| invalid)?;
        if self.events.len() == self.events.capacity() {
            return Err(SendEventError::HostBufferFull);
        }
        self.events.push(event);
        Ok(())
    }
}
