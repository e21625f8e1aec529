//! Messages as bytes on the socket between the library and the helper process. The helper process compiles this file as
//! well.
//!
//! A frame is a length (`u32`, little endian, of what follows), and then, as postcard writes them, the number of the view
//! that the message is about and the message. The two sides are always of one build, because the library carries its
//! helper, so the format has no version.

use std::io::{self, Read};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Of how many bytes the length in front of a frame consists.
const PREFIX_BYTES: usize = 4;

/// What one side may send to the other.
pub trait Message: Serialize + DeserializeOwned {
    /// The longest that is sent and accepted, with its view's number.
    const MAX_BYTES: usize;
}

/// Tells the views of one helper apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ViewNumber(pub u32);

impl ViewNumber {
    /// Of a message that is about all views.
    pub const NONE: Self = Self(u32::MAX);
}

/// A message cannot be sent, or what has arrived is none.
#[derive(Debug, Error)]
pub enum WireError {
    /// A message is longer than is allowed, or claims to be.
    #[error("a message of {length} bytes, where {max} are allowed")]
    TooLong {
        /// Its length in bytes.
        length: usize,
        /// The longest of its kind.
        max: usize,
    },
    /// The connection has ended within a frame.
    #[error("the connection has ended within a message")]
    Incomplete,
    /// A frame is longer than its message.
    #[error("{0} bytes after the end of a message")]
    Surplus(usize),
    /// A frame's content is no message.
    #[error("no message: {0}")]
    Malformed(#[from] postcard::Error),
    /// The connection fails.
    #[error(transparent)]
    Connection(#[from] io::Error),
}

/// The message as a whole frame.
///
/// # Errors
///
/// The message is too long.
pub fn encode<M: Message>(view: ViewNumber, message: &M) -> Result<Vec<u8>, WireError> {
    let mut frame = postcard::to_extend(&(view, message), vec![0; PREFIX_BYTES])?;
    let length = frame.len() - PREFIX_BYTES;
    let prefix = u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes();
    checked_length::<M>(prefix)?;
    frame[..PREFIX_BYTES].copy_from_slice(&prefix);
    Ok(frame)
}

/// Waits for one message; `None` when the other side has closed the connection between two frames.
///
/// # Errors
///
/// The connection fails or ends within a frame, or what arrives is no message.
pub fn read<M: Message>(source: &mut impl Read) -> Result<Option<(ViewNumber, M)>, WireError> {
    let prefix = read_up_to(source, PREFIX_BYTES)?;
    if prefix.is_empty() {
        return Ok(None);
    }
    let length = checked_length::<M>(prefix.try_into().map_err(|_| WireError::Incomplete)?)?;
    let body = read_up_to(source, length)?;
    if body.len() < length {
        return Err(WireError::Incomplete);
    }
    decode(&body).map(Some)
}

/// Puts messages together from pieces, for a side that must never wait.
#[derive(Debug, Default)]
pub struct FrameBuffer {
    received: Vec<u8>,
    taken: usize,
}

impl FrameBuffer {
    /// Adds what has arrived.
    pub fn push(&mut self, piece: &[u8]) {
        self.received.drain(..self.taken);
        self.taken = 0;
        self.received.extend_from_slice(piece);
    }

    /// The next message that is complete. After an error, nothing that follows has a meaning.
    ///
    /// # Errors
    ///
    /// What has arrived is no message.
    pub fn next<M: Message>(&mut self) -> Result<Option<(ViewNumber, M)>, WireError> {
        let waiting = &self.received[self.taken..];
        let Some((prefix, rest)) = waiting.split_first_chunk::<PREFIX_BYTES>() else { return Ok(None) };
        let length = checked_length::<M>(*prefix)?;
        let Some(body) = rest.get(..length) else { return Ok(None) };
        self.taken += PREFIX_BYTES + length;
        decode(body).map(Some)
    }
}

/// Takes memory only for what has arrived, whatever length was announced.
fn read_up_to(source: &mut impl Read, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    source.take(length as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn checked_length<M: Message>(prefix: [u8; PREFIX_BYTES]) -> Result<usize, WireError> {
    let (length, max) = (u32::from_le_bytes(prefix) as usize, M::MAX_BYTES);
    if length > max { Err(WireError::TooLong { length, max }) } else { Ok(length) }
}

fn decode<M: Message>(body: &[u8]) -> Result<(ViewNumber, M), WireError> {
    let (message, rest) = postcard::take_from_bytes(body)?;
    if rest.is_empty() { Ok(message) } else { Err(WireError::Surplus(rest.len())) }
}
