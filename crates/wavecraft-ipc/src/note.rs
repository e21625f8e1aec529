//! Notes that a page plays.

use serde::{Deserialize, Serialize};

use crate::error::HostError;
use crate::value::NormalizedValue;

/// The side that plays the notes of pages, if its [`ParameterHost`](crate::ParameterHost) has one.
///
/// The rules of that trait hold: any thread but the audio thread, several at once, no waiting for others' work. Each
/// handler ends every note that it has begun, even when its page vanishes. Pages may hold the same note at once, and the
/// plugin then gets it begun and ended as often, as of two keyboards.
pub trait NoteInput: Send + Sync {
    /// A key goes down. The plugin gets the note at its next block.
    ///
    /// The velocity is never below 1/127: MIDI takes 0 for the end of a note.
    ///
    /// # Errors
    ///
    /// [`HostError::Failed`] when it could not be passed on, as when more notes wait than there is room for. The note has
    /// not begun then.
    fn note_on(&self, note: Note, velocity: NormalizedValue) -> Result<(), HostError>;

    /// A key that is down goes up. Comes once for each [`note_on`](Self::note_on) that has succeeded, always; a host keeps
    /// room for it.
    ///
    /// # Errors
    ///
    /// [`HostError::Failed`] when nothing plays any more. The note counts as ended all the same.
    fn note_off(&self, note: Note, velocity: NormalizedValue) -> Result<(), HostError>;
}

/// A key, and the channel that it is played on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Note {
    /// Which key.
    pub number: NoteNumber,
    /// On which channel.
    pub channel: MidiChannel,
}

/// A key of MIDI: 0 to 127. 60 is middle C, 69 the A of 440 Hz.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
#[serde(into = "u8", try_from = "i64")]
pub struct NoteNumber(u8);

impl NoteNumber {
    /// The highest.
    pub const MAX: u8 = 127;

    /// The key of this number.
    ///
    /// # Errors
    ///
    /// [`NoteOutOfRange`] above 127.
    pub fn new(number: u8) -> Result<Self, NoteOutOfRange> {
        if number <= Self::MAX { Ok(Self(number)) } else { Err(NoteOutOfRange { number: number.into() }) }
    }

    /// The number.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<i64> for NoteNumber {
    type Error = NoteOutOfRange;

    fn try_from(number: i64) -> Result<Self, NoteOutOfRange> {
        u8::try_from(number).map_err(|_| NoteOutOfRange { number }).and_then(Self::new)
    }
}

impl From<NoteNumber> for u8 {
    fn from(number: NoteNumber) -> Self {
        number.0
    }
}

/// A channel of MIDI: 0 to 15, which users read as 1 to 16.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
#[serde(into = "u8", try_from = "i64")]
pub struct MidiChannel(u8);

impl MidiChannel {
    /// The highest.
    pub const MAX: u8 = 15;

    /// The channel of this number.
    ///
    /// # Errors
    ///
    /// [`ChannelOutOfRange`] above 15.
    pub fn new(number: u8) -> Result<Self, ChannelOutOfRange> {
        if number <= Self::MAX { Ok(Self(number)) } else { Err(ChannelOutOfRange { number: number.into() }) }
    }

    /// The number.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<i64> for MidiChannel {
    type Error = ChannelOutOfRange;

    fn try_from(number: i64) -> Result<Self, ChannelOutOfRange> {
        u8::try_from(number).map_err(|_| ChannelOutOfRange { number }).and_then(Self::new)
    }
}

impl From<MidiChannel> for u8 {
    fn from(channel: MidiChannel) -> Self {
        channel.0
    }
}

/// A number that is no [`NoteNumber`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no note {number}; notes go from 0 to 127")]
pub struct NoteOutOfRange {
    /// The number.
    pub number: i64,
}

/// A number that is no [`MidiChannel`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no channel {number}; channels go from 0 to 15")]
pub struct ChannelOutOfRange {
    /// The number.
    pub number: i64,
}
