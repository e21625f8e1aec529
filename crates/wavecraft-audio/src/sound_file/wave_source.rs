//! A WAV file in the form that the decoder reads without doubts: a plain header, then the samples that are there.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use symphonia::core::io::MediaSource;

use super::chunks::WaveChunks;

/// The length of a plain format chunk, in bytes.
const PLAIN_FORMAT_BYTES: usize = 16;

/// The tags of formats.
const TAG_PCM: u16 = 1;
const TAG_FLOAT: u16 = 3;
const TAG_A_LAW: u16 = 6;
const TAG_MU_LAW: u16 = 7;
const TAG_EXTENSIBLE: u16 = 0xFFFE;

/// Where the extensible format says which format it really is.
const EXTENSIBLE_TAG_OFFSET: usize = 24;

/// What a format chunk says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WaveFormat {
    /// Which kind of samples, as a tag.
    tag: u16,
    pub channels: u16,
    pub rate_hz: u32,
    /// Bytes in a frame, or in a block where samples are compressed.
    frame_bytes: u16,
    /// Bits in a sample, as they are stored.
    bits: u16,
}

impl WaveFormat {
    /// Reads a format chunk. `None` if it is too short for one, or contradicts itself.
    pub fn parse(chunk: &[u8]) -> Option<Self> {
        let number = |offset: usize| {
            let bytes = chunk.get(offset..offset + 2)?;
            Some(u16::from_le_bytes([bytes[0], bytes[1]]))
        };
        let tag = match number(0)? {
            TAG_EXTENSIBLE => number(EXTENSIBLE_TAG_OFFSET)?,
            tag => tag,
        };
        let (channels, frame_bytes, bits) = (number(2)?, number(12)?, number(14)?);
        let rate_hz = u32::from(number(4)?) | u32::from(number(6)?) << 16;
        // Samples of, say, 20 bits lie at the upper end of whole bytes.
        let stored_bits = frame_bytes.checked_div(channels)?.saturating_mul(8);
        let format = Self { tag, channels, rate_hz, frame_bytes, bits: stored_bits };
        let is_whole = frame_bytes.is_multiple_of(channels) && stored_bits >= bits;
        (is_whole || !format.is_plain()).then_some(format)
    }

    /// Whether samples are plain numbers.
    fn is_plain(&self) -> bool {
        matches!(self.tag, TAG_PCM | TAG_FLOAT)
    }

    /// Whether each frame has the same number of bytes.
    fn has_frames(&self) -> bool {
        self.frame_bytes > 0 && (self.is_plain() || matches!(self.tag, TAG_A_LAW | TAG_MU_LAW))
    }

    /// How many frames so many bytes are; `None` where that depends on what they hold.
    pub fn frames(&self, bytes: u64) -> Option<u64> {
        self.has_frames().then(|| bytes / u64::from(self.frame_bytes))
    }

    /// The format chunk for the decoder.
    fn chunk(&self, original: Vec<u8>) -> Vec<u8> {
        if !self.is_plain() {
            return original;
        }
        let bytes_per_second = self.rate_hz.wrapping_mul(self.frame_bytes.into());
        let mut chunk = Vec::with_capacity(PLAIN_FORMAT_BYTES);
        chunk.extend(self.tag.to_le_bytes());
        chunk.extend(self.channels.to_le_bytes());
        chunk.extend(self.rate_hz.to_le_bytes());
        chunk.extend(bytes_per_second.to_le_bytes());
        chunk.extend(self.frame_bytes.to_le_bytes());
        chunk.extend(self.bits.to_le_bytes());
        chunk
    }
}

/// The header and the samples, as one file.
pub(super) struct WaveSource {
    header: Vec<u8>,
    file: File,
    data_start: u64,
    data_bytes: u64,
    position: u64,
}

impl WaveSource {
    pub fn new(file: File, format: &WaveFormat, chunks: WaveChunks) -> Self {
        let WaveChunks { format: original, data_start, mut data_bytes, .. } = chunks;
        if format.has_frames() {
            data_bytes -= data_bytes % u64::from(format.frame_bytes);
        }
        let format = format.chunk(original);
        let mut header = b"RIFF".to_vec();
        let before_data = 4 + 8 + format.len() + 8;
        // Beyond 4 GiB it reads until there is no more.
        let riff_size = u32::try_from(before_data as u64 + data_bytes).unwrap_or(u32::MAX);
        header.extend(riff_size.to_le_bytes());
        header.extend(b"WAVEfmt ");
        header.extend((format.len() as u32).to_le_bytes());
        header.extend(format);
        header.extend(b"data");
        header.extend(u32::try_from(data_bytes).unwrap_or(u32::MAX).to_le_bytes());
        Self { header, file, data_start, data_bytes, position: 0 }
    }

    fn total_bytes(&self) -> u64 {
        self.header.len() as u64 + self.data_bytes
    }
}

impl Read for WaveSource {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let header_bytes = self.header.len() as u64;
        let read = if self.position < header_bytes {
            (&self.header[self.position as usize..]).read(buffer)?
        } else {
            let offset = self.position - header_bytes;
            let rest = self.data_bytes.saturating_sub(offset);
            let length = buffer.len().min(usize::try_from(rest).unwrap_or(usize::MAX));
            self.file.seek(SeekFrom::Start(self.data_start + offset))?;
            self.file.read(&mut buffer[..length])?
        };
        self.position += read as u64;
        Ok(read)
    }
}

impl Seek for WaveSource {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => Some(position),
            SeekFrom::End(offset) => self.total_bytes().checked_add_signed(offset),
            SeekFrom::Current(offset) => self.position.checked_add_signed(offset),
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position)
    }
}

impl MediaSource for WaveSource {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.total_bytes())
    }
}
