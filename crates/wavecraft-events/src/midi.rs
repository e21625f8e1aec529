//! MIDI 1.0 channel messages at points of a block.
//!
//! Messages of several bytes' length without a channel, system-exclusive ones among them, are excluded: an event has room
//! for three bytes, so that a block's events are one flat array. Whoever receives them, from a port or a file, leaves
//! them out and says so.

use std::fmt;

/// A MIDI 1.0 channel message at a point of a block: a note, a controller, a program change, pressure or pitch bend.
///
/// It holds no heap memory, so the audio thread may create, copy and drop it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct MidiEvent {
    /// The frame, counted from the block's start, at which the message takes effect.
    pub frame: u32,
    /// The status byte, then the data bytes. What the message does not need is 0.
    pub bytes: [u8; 3],
    /// How many of the bytes the message has: 2 or 3.
    pub length: u8,
}

/// Why some bytes are no channel message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MidiError {
    /// There are no bytes.
    Empty,
    /// A system message, such as a system-exclusive one or the clock. It concerns no channel.
    SystemMessage(u8),
    /// The first byte is no status byte. (Running status is for whoever reads a stream to resolve.)
    NotAStatus(u8),
    /// The message has more or fewer bytes than its status says.
    WrongLength {
        /// The bytes that such a message has.
        expected: usize,
        /// The bytes that there are.
        found: usize,
    },
    /// A data byte is more than 127.
    InvalidData(u8),
}

impl fmt::Display for MidiError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => write!(formatter, "a MIDI message has at least two bytes"),
            Self::SystemMessage(status) => {
                write!(formatter, "{status:#04x} is a system message, which concerns no channel")
            }
            Self::NotAStatus(byte) => write!(formatter, "a MIDI message does not begin with {byte:#04x}"),
            Self::WrongLength { expected, found } => {
                write!(formatter, "a MIDI message of {found} bytes where {expected} are needed")
            }
            Self::InvalidData(byte) => write!(formatter, "{byte:#04x} is no data byte of a MIDI message"),
        }
    }
}

impl std::error::Error for MidiError {}

impl MidiEvent {
    /// The event of a message's bytes.
    ///
    /// # Errors
    ///
    /// Any [`MidiError`].
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub fn new(frame: u32, message: &[u8]) -> Result<Self, MidiError> {
        let (&status, data) = message.split_first().ok_or(MidiError::Empty)?;
        let expected = message_length(status)?;
        if message.len() != expected {
            return Err(MidiError::WrongLength { expected, found: message.len() });
        }
        if let Some(&byte) = data.iter().find(|byte| **byte > 127) {
            return Err(MidiError::InvalidData(byte));
        }
        let mut bytes = [0; 3];
        bytes[..expected].copy_from_slice(message);
        Ok(Self { frame, bytes, length: expected as u8 })
    }

    /// A key is pressed. Of the channel (from 0) the lowest four bits count, of the others the lowest seven; a velocity of
    /// 0 lets go of the key.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub const fn note_on(frame: u32, channel: u8, key: u8, velocity: u8) -> Self {
        Self::three(frame, 0x90, channel, key, velocity)
    }

    /// A key is let go. As for [`note_on`](Self::note_on).
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub const fn note_off(frame: u32, channel: u8, key: u8, velocity: u8) -> Self {
        Self::three(frame, 0x80, channel, key, velocity)
    }

    /// A controller, by its number, has this value. As for [`note_on`](Self::note_on).
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub const fn controller(frame: u32, channel: u8, number: u8, value: u8) -> Self {
        Self::three(frame, 0xb0, channel, number, value)
    }

    /// Pitch bend, of which the lowest fourteen bits count; 8,192 is none.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub const fn pitch_bend(frame: u32, channel: u8, value: u16) -> Self {
        Self::three(frame, 0xe0, channel, (value & 0x7f) as u8, (value >> 7) as u8)
    }

    const fn three(frame: u32, status: u8, channel: u8, first: u8, second: u8) -> Self {
        Self { frame, bytes: [status | channel & 0x0f, first & 0x7f, second & 0x7f], length: 3 }
    }

    /// The message's bytes.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub fn message(&self) -> &[u8] {
        &self.bytes[..usize::from(self.length).min(self.bytes.len())]
    }

    /// Whether a key is pressed.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub fn begins_a_note(&self) -> bool {
        let [status, _, velocity] = self.bytes;
        status & 0xf0 == 0x90 && velocity > 0
    }

    /// Whether this is a channel message, whoever made it.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub fn is_valid(&self) -> bool {
        Self::new(self.frame, self.message()).is_ok_and(|event| event.length == self.length)
    }
}

/// How many bytes a message with this status byte has.
fn message_length(status: u8) -> Result<usize, MidiError> {
    match status {
        0x00..=0x7f => Err(MidiError::NotAStatus(status)),
        0xc0..=0xdf => Ok(2),
        0x80..=0xef => Ok(3),
        0xf0..=0xff => Err(MidiError::SystemMessage(status)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_channel_message_goes_in_and_comes_out() {
        for status in 0x80..=0xef_u8 {
            let message = [status, 1, 127];
            let length = if (0xc0..0xe0).contains(&status) { 2 } else { 3 };
            let event = MidiEvent::new(7, &message[..length]).unwrap();
            assert_eq!((event.frame, event.message()), (7, &message[..length]));
            assert!(event.is_valid());
        }
        assert_eq!(MidiEvent::note_on(1, 15, 60, 100).message(), [0x9f, 60, 100]);
        assert!(MidiEvent::note_on(1, 15, 60, 1).begins_a_note());
        assert!(!MidiEvent::note_on(1, 15, 60, 0).begins_a_note());
        assert_eq!(MidiEvent::note_off(1, 16, 60, 0).message(), [0x80, 60, 0]);
        assert_eq!(MidiEvent::controller(1, 2, 64, 127).message(), [0xb2, 64, 127]);
        assert_eq!(MidiEvent::pitch_bend(0, 0, 8_192).message(), [0xe0, 0, 64]);
    }

    #[test]
    fn whatever_else_is_refused_with_the_reason() {
        for (message, error) in [
            (&[][..], MidiError::Empty),
            (&[0xf0, 0x7e, 0x7f, 0x09, 0x01, 0xf7], MidiError::SystemMessage(0xf0)),
            (&[0xf8], MidiError::SystemMessage(0xf8)),
            (&[60, 100], MidiError::NotAStatus(60)),
            (&[0x90, 60], MidiError::WrongLength { expected: 3, found: 2 }),
            (&[0xc0, 1, 2], MidiError::WrongLength { expected: 2, found: 3 }),
            (&[0x90, 60, 128], MidiError::InvalidData(128)),
        ] {
            assert_eq!(MidiEvent::new(0, message), Err(error));
        }
        let foreign = MidiEvent { frame: 0, bytes: [0x90, 60, 100], length: 9 };
        assert!(!foreign.is_valid() && foreign.message().len() == 3);
    }
}
