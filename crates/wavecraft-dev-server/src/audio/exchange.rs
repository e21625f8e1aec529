//! Voices on their way to the audio thread and back.
//!
//! Guarantees: both rings are allocated once. The audio thread takes a voice only when it can give one back, so none is
//! ever freed there.

use rtrb::{Consumer, Producer, PushError, RingBuffer};

use super::crossfade::Remaining;
use super::voice::Voice;

/// Voices that may be on their way at once: the keeper sends the next one when the last has had its turn.
const CAPACITY: usize = 2;

/// A voice that the audio thread no longer needs.
pub(crate) struct Leaving {
    /// To be dropped by whoever gets it.
    pub voice: Box<Voice>,
    /// Which voice remains: with [`Remaining::Old`], this one came and failed before it was heard alone.
    pub remaining: Remaining,
}

/// The keeper's end.
pub(crate) struct VoiceExchange {
    arriving: Producer<Box<Voice>>,
    leaving: Consumer<Leaving>,
}

/// The audio thread's end.
pub(crate) struct VoiceInbox {
    arriving: Consumer<Box<Voice>>,
    leaving: Producer<Leaving>,
    /// A voice that has found no room, until it does.
    waiting: Option<Leaving>,
}

/// An exchange and its inbox.
pub(crate) fn voice_exchange() -> (VoiceExchange, VoiceInbox) {
    let (arriving, arrivals) = RingBuffer::new(CAPACITY);
    let (departures, leaving) = RingBuffer::new(CAPACITY);
    let inbox = VoiceInbox { arriving: arrivals, leaving: departures, waiting: None };
    (VoiceExchange { arriving, leaving }, inbox)
}

impl VoiceExchange {
    /// Sends a voice, or gives it back if others still wait.
    pub fn send(&mut self, voice: Box<Voice>) -> Result<(), Box<Voice>> {
        self.arriving.push(voice).map_err(|PushError::Full(voice)| voice)
    }

    /// A voice that has come back, if there is one.
    pub fn returned(&mut self) -> Option<Leaving> {
        self.leaving.pop().ok()
    }
}

impl VoiceInbox {
    /// The next voice, if there is one and nothing waits to be given back.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn next(&mut self) -> Option<Box<Voice>> {
        self.flush();
        if self.waiting.is_some() {
            return None;
        }
        self.arriving.pop().ok()
    }

    /// Gives a voice back.
    ///
    /// # Realtime safety
    ///
    /// Safe: a voice that finds no room is kept until it does, and no other is taken before.
    pub fn give_back(&mut self, leaving: Leaving) {
        self.waiting = Some(leaving);
        self.flush();
    }

    fn flush(&mut self) {
        if let Some(leaving) = self.waiting.take()
            && let Err(PushError::Full(leaving)) = self.leaving.push(leaving)
        {
            self.waiting = Some(leaving);
        }
    }
}
