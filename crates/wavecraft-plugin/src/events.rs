//! The notes of a host's block, given out piece by piece, and those that the plugin sends.
//!
//! Realtime safety: nothing here allocates, locks or waits. Events are taken from the host as the plugin asks for them, so
//! none is lost, however many there are.

use nice_plug::prelude::NoteEvent;

/// The host, as far as events go.
pub(crate) trait EventHost {
    /// The next event of the host's block, in the order of time.
    fn next_event(&mut self) -> Option<NoteEvent<()>>;

    /// Sends an event, whose timing counts frames of the host's block. The event comes back if the host does not take it.
    fn send_event(&mut self, event: NoteEvent<()>) -> Result<(), NoteEvent<()>>;
}

/// The events of a piece, as its [`Block`](crate::Block) sees them.
pub(crate) trait BlockEvents {
    /// The next event up to a frame of the piece, and in the piece.
    fn next_up_to(&mut self, frame: u32) -> Option<NoteEvent<()>>;

    /// Sends an event, whose timing counts frames of the piece. It comes back if the host does not take it.
    fn send(&mut self, event: NoteEvent<()>) -> Result<(), NoteEvent<()>>;
}

/// The events of a host's block, and the piece of it that is processed.
pub(crate) struct PieceEvents<H> {
    host: H,
    /// An event that the host has given, and that has not been given out.
    ahead: Option<NoteEvent<()>>,
    start: u32,
    end: u32,
    /// Whether what comes after the piece belongs to it, since nothing else does.
    is_last: bool,
}

impl<H: EventHost> PieceEvents<H> {
    pub(crate) fn new(host: H) -> Self {
        Self { host, ahead: None, start: 0, end: 0, is_last: false }
    }

    /// Goes on to the next piece, of `frames` frames. What has not been asked for in the last one is skipped.
    pub(crate) fn begin_piece(&mut self, frames: usize, is_last: bool) {
        while self.take_before(self.end).is_some() {}
        self.start = self.end;
        self.end += frames as u32;
        self.is_last = is_last;
    }

    fn take_before(&mut self, limit: u32) -> Option<NoteEvent<()>> {
        let event = self.ahead.take().or_else(|| self.host.next_event())?;
        if event.timing() < limit {
            Some(event)
        } else {
            self.ahead = Some(event);
            None
        }
    }
}

impl<H: EventHost> BlockEvents for PieceEvents<H> {
    fn next_up_to(&mut self, frame: u32) -> Option<NoteEvent<()>> {
        let after = self.start.saturating_add(frame).saturating_add(1);
        let limit = if after < self.end || !self.is_last { after.min(self.end) } else { u32::MAX };
        let mut event = self.take_before(limit)?;
        let last = self.end.saturating_sub(1).max(self.start);
        set_timing(&mut event, |timing| timing.clamp(self.start, last) - self.start);
        Some(event)
    }

    fn send(&mut self, mut event: NoteEvent<()>) -> Result<(), NoteEvent<()>> {
        set_timing(&mut event, |timing| self.start.saturating_add(timing).min(self.end.saturating_sub(1)));
        self.host.send_event(event).map_err(|mut event| {
            set_timing(&mut event, |timing| timing.saturating_sub(self.start));
            event
        })
    }
}

/// Changes the timing of any event.
fn set_timing(event: &mut NoteEvent<()>, change: impl FnOnce(u32) -> u32) {
    match event {
        NoteEvent::NoteOn { timing, .. }
        | NoteEvent::NoteOff { timing, .. }
        | NoteEvent::Choke { timing, .. }
        | NoteEvent::VoiceTerminated { timing, .. }
        | NoteEvent::PolyModulation { timing, .. }
        | NoteEvent::MonoAutomation { timing, .. }
        | NoteEvent::PolyPressure { timing, .. }
        | NoteEvent::PolyVolume { timing, .. }
        | NoteEvent::PolyPan { timing, .. }
        | NoteEvent::PolyTuning { timing, .. }
        | NoteEvent::PolyVibrato { timing, .. }
        | NoteEvent::PolyExpression { timing, .. }
        | NoteEvent::PolyBrightness { timing, .. }
        | NoteEvent::MidiChannelPressure { timing, .. }
        | NoteEvent::MidiPitchBend { timing, .. }
        | NoteEvent::MidiCC { timing, .. }
        | NoteEvent::MidiProgramChange { timing, .. }
        | NoteEvent::MidiSysEx { timing, .. } => *timing = change(*timing),
        // The kinds of events may become more; what is not known keeps the timing that it came with.
        _ => {}
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use nice_plug::midi::{Channel, Key, VoiceID};

    use super::*;

    /// A host with these events, that takes up to `room`.
    #[derive(Default)]
    pub(crate) struct ListHost {
        pub(crate) events: std::collections::VecDeque<NoteEvent<()>>,
        pub(crate) sent: Vec<u32>,
        pub(crate) room: usize,
    }

    impl EventHost for &mut ListHost {
        fn next_event(&mut self) -> Option<NoteEvent<()>> {
            self.events.pop_front()
        }

        fn send_event(&mut self, event: NoteEvent<()>) -> Result<(), NoteEvent<()>> {
            if self.sent.len() == self.room {
                return Err(event);
            }
            self.sent.push(event.timing());
            Ok(())
        }
    }

    fn note(timing: u32) -> NoteEvent<()> {
        NoteEvent::Choke {
            timing,
            voice_id: VoiceID::Wildcard,
            channel: Channel::Wildcard,
            key: Key::MIDDLE_C,
        }
    }

    fn host<const COUNT: usize>(timings: [u32; COUNT]) -> ListHost {
        ListHost { events: timings.map(note).into(), room: 2, ..ListHost::default() }
    }

    fn timings(events: &mut PieceEvents<&mut ListHost>) -> Vec<u32> {
        std::iter::from_fn(|| events.next_up_to(u32::MAX)).map(|event| event.timing()).collect()
    }

    #[test]
    fn events_come_in_the_piece_that_they_lie_in_and_count_from_its_first_frame() {
        let mut host = host([0, 10, 63, 64, 70, 96, 2_000]);
        let mut events = PieceEvents::new(&mut host);
        events.begin_piece(64, false);
        assert_eq!(timings(&mut events), [0, 10, 63]);
        events.begin_piece(32, true);
        assert_eq!(timings(&mut events), [0, 6, 31, 31], "what is beyond the block counts as at its end");
    }

    #[test]
    fn events_wait_for_the_frame_that_they_are_at() {
        let mut host = host([70, 70, 72]);
        let mut events = PieceEvents::new(&mut host);
        events.begin_piece(64, false);
        events.begin_piece(64, true);
        let taken: Vec<usize> =
            (0..64).map(|frame| std::iter::from_fn(|| events.next_up_to(frame)).count()).collect();
        assert_eq!((taken[5], taken[6], taken[7], taken[8]), (0, 2, 0, 1));
        assert_eq!(taken.iter().sum::<usize>(), 3);
    }

    #[test]
    fn what_a_piece_did_not_ask_for_does_not_come_in_the_next() {
        let mut host = host([0, 10, 40]);
        let mut events = PieceEvents::new(&mut host);
        events.begin_piece(32, false);
        events.begin_piece(32, true);
        assert_eq!(timings(&mut events), [8]);
    }

    #[test]
    fn events_are_sent_at_frames_of_the_host_s_block_and_come_back_when_it_is_full() {
        let mut host = host([]);
        let mut events = PieceEvents::new(&mut host);
        events.begin_piece(64, false);
        events.begin_piece(64, true);
        assert_eq!(events.send(note(3)), Ok(()));
        assert_eq!(events.send(note(900)), Ok(()));
        assert_eq!(events.send(note(3)), Err(note(3)));
        assert_eq!(host.sent, [67, 127]);
    }
}
