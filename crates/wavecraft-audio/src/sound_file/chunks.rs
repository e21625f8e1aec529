//! The chunks of a WAV file, as far as they must be known before its samples are decoded.
//!
//! Decoders trust the sizes that a file states. Recorders that were cut off leave them at 0 or at the largest number, files
//! beyond 4 GiB keep them elsewhere, and some writers do not pad chunks of odd sizes. All of that is settled here: where the
//! format is, where the samples begin, and where they really end.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use super::riff_layout::{ChunkHeader, RiffLayout};

/// The longest format chunk that is taken, in bytes; the longest known one has 52.
const MAX_FORMAT_BYTES: u64 = 4_096;

/// The longest chunk that is carried along, in bytes. Nothing that people write into one comes near.
const MAX_CARRIED_BYTES: u64 = 16 * 1024 * 1024;

/// The chunks that are carried along, since they hold of the sound after it was processed as well: who recorded it when and
/// where (`bext`, `cart`, `iXML`, `_PMX`, `id3`), marks and their names (`cue`, `plst`, `LIST`), and how samplers play it
/// (`smpl`, `inst`, `acid`). Frames keep their places, and so do the marks.
///
/// What is computed from the samples is not: `fact`, `PEAK`, `levl`, checksums.
const CARRIED_IDS: [[u8; 4]; 12] = [
    *b"bext", *b"cart", *b"iXML", *b"_PMX", *b"id3 ", *b"ID3 ", *b"cue ", *b"plst", *b"LIST", *b"smpl",
    *b"inst", *b"acid",
];

/// Where a `bext` chunk has its version, and from which one on it has five loudness values, of two bytes each.
const BEXT_VERSION_OFFSET: usize = 346;
const BEXT_LOUDNESS: std::ops::Range<usize> = 412..422;
const BEXT_LOUDNESS_VERSION: u16 = 2;

/// What a loudness that is not known is written as (EBU Tech 3285, version 2).
const UNKNOWN_LOUDNESS: [u8; 2] = 0x7FFF_u16.to_le_bytes();

/// A chunk of a RIFF file that says something about the sound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RiffChunk {
    /// What kind it is.
    pub id: [u8; 4],
    /// Its contents.
    pub data: Vec<u8>,
}

/// What there is in a WAV file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct WaveChunks {
    /// The format chunk.
    pub format: Vec<u8>,
    /// Where the samples begin, in bytes.
    pub data_start: u64,
    /// How many bytes of samples are there to be read.
    pub data_bytes: u64,
    /// How many bytes of samples the file says that it has; `None` if it does not say.
    pub stated_bytes: Option<u64>,
    /// How many bytes beyond the samples may be sound, and are not read.
    pub unread_bytes: u64,
    /// What is carried along.
    pub carried: Vec<RiffChunk>,
}

/// Why the chunks could not be made out.
#[derive(Debug)]
pub(super) enum ChunkError {
    /// The system reported a failure.
    Io(io::Error),
    /// The file is damaged in this way.
    Malformed(&'static str),
}

impl From<io::Error> for ChunkError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::Malformed("it ends within its header"),
            _ => Self::Io(error),
        }
    }
}

/// The samples of a file.
#[derive(Clone, Copy)]
struct Data {
    start: u64,
    bytes: u64,
    stated_bytes: Option<u64>,
}

/// The chunks of a file; `None` if it is no WAV file.
pub(super) fn read_chunks(file: &mut File) -> Result<Option<WaveChunks>, ChunkError> {
    let file_bytes = file.seek(SeekFrom::End(0))?;
    let Some(layout) = RiffLayout::read(file)? else { return Ok(None) };
    Walker { file, file_bytes, layout }.walk().map(Some)
}

struct Walker<'a> {
    file: &'a mut File,
    file_bytes: u64,
    layout: RiffLayout,
}

impl Walker<'_> {
    fn walk(mut self) -> Result<WaveChunks, ChunkError> {
        let mut format = None;
        let mut data: Option<Data> = None;
        let mut unread_bytes = 0;
        let mut carried = Vec::new();
        let mut position = self.layout.first_chunk();
        while let Some(ChunkHeader { id, size }) = self.chunk_at(position)? {
            let start = position + self.layout.header_bytes();
            let mut end = start.saturating_add(size.unwrap_or(u64::MAX));
            match &id {
                b"ds64" => self.layout.read_long_sizes(self.file, size.unwrap_or(0))?,
                b"fmt " if format.is_none() => format = Some(self.read_format(size)?),
                b"data" if data.is_none_or(|data| data.bytes == 0) => {
                    let found = self.data_at(start, size)?;
                    end = start + found.bytes;
                    unread_bytes = self.unread_after(start, end)?;
                    data = Some(found);
                }
                b"data" => unread_bytes += end.min(self.file_bytes) - start,
                // One that is cut off, or claims to be larger than any, says nothing that can be relied on.
                id if CARRIED_IDS.contains(id)
                    && end <= self.file_bytes
                    && end - start <= MAX_CARRIED_BYTES
                    && self.layout.is_riff() =>
                {
                    let mut data = vec![0; (end - start) as usize];
                    self.file.read_exact(&mut data)?;
                    carried.extend(carried_chunk(*id, data));
                }
                _ => {}
            }
            position = self.next_chunk(start, end)?;
        }
        let format = format.ok_or(ChunkError::Malformed("it does not say what its samples are"))?;
        let Data { start, bytes, stated_bytes } =
            data.ok_or(ChunkError::Malformed("it ends within its header"))?;
        Ok(WaveChunks { format, data_start: start, data_bytes: bytes, stated_bytes, unread_bytes, carried })
    }

    /// The header of the chunk at a position; `None` at the end of the file.
    fn chunk_at(&mut self, position: u64) -> Result<Option<ChunkHeader>, ChunkError> {
        if position.saturating_add(self.layout.header_bytes()) > self.file_bytes {
            return Ok(None);
        }
        self.file.seek(SeekFrom::Start(position))?;
        Ok(Some(self.layout.read_header(self.file)?))
    }

    /// Where the chunk after one with contents from `start` to `end` begins. What some writers leave out is the byte of padding after an odd
    /// size: then it is the id of the next chunk that begins here.
    fn next_chunk(&mut self, start: u64, end: u64) -> Result<u64, ChunkError> {
        let padded = self.layout.after(start, end);
        let is_unpadded = padded != end && self.layout.is_riff() && self.is_chunk(end)?;
        Ok(if is_unpadded { end } else { padded })
    }

    /// Whether a chunk begins here, rather than samples or what else may follow them.
    fn is_chunk(&mut self, position: u64) -> Result<bool, ChunkError> {
        let Some(ChunkHeader { id, size }) = self.chunk_at(position)? else { return Ok(false) };
        let start = position + self.layout.header_bytes();
        let fits = size.is_some_and(|size| start.saturating_add(size) <= self.file_bytes);
        let is_known = CARRIED_IDS.contains(&id) || id == *b"data";
        Ok(is_known || fits && id.iter().all(|byte| (b' '..=b'~').contains(byte)))
    }

    fn read_format(&mut self, size: Option<u64>) -> Result<Vec<u8>, ChunkError> {
        let size = size.filter(|size| *size <= MAX_FORMAT_BYTES);
        let size = size.ok_or(ChunkError::Malformed("its format chunk is too long"))?;
        let mut format = vec![0; size as usize];
        self.file.read_exact(&mut format)?;
        Ok(format)
    }

    /// The samples from `start` on, whose chunk states a size. That is not believed where it is 0 or ends before the file
    /// does, samples go on there instead of another chunk, and the file's own size says that they belong to it.
    fn data_at(&mut self, start: u64, stated_bytes: Option<u64>) -> Result<Data, ChunkError> {
        let there = self.file_bytes - start;
        let Some(stated) = stated_bytes.filter(|stated| *stated < there) else {
            return Ok(Data { start, bytes: there, stated_bytes });
        };
        let end = start + stated;
        let belongs = stated == 0 || self.layout.stated_end().is_some_and(|end| end >= self.file_bytes);
        let goes_on =
            self.layout.after(start, end) < self.file_bytes && !self.is_followed_by_chunk(start, end)?;
        Ok(Data { start, bytes: if belongs && goes_on { there } else { stated }, stated_bytes })
    }

    fn is_followed_by_chunk(&mut self, start: u64, end: u64) -> Result<bool, ChunkError> {
        let next = self.next_chunk(start, end)?;
        self.is_chunk(next)
    }

    /// How many bytes follow that are no chunk, and no mere padding either.
    fn unread_after(&mut self, start: u64, end: u64) -> Result<u64, ChunkError> {
        if self.is_followed_by_chunk(start, end)? {
            return Ok(0);
        }
        let begin = self.layout.after(start, end).min(self.file_bytes);
        self.file.seek(SeekFrom::Start(begin))?;
        let mut block = [0; 4_096];
        loop {
            match self.file.read(&mut block)? {
                0 => return Ok(0),
                read if block[..read].iter().any(|byte| *byte != 0) => return Ok(self.file_bytes - begin),
                _ => {}
            }
        }
    }
}

/// A chunk as it is written again: without what is no longer true of the sound.
fn carried_chunk(id: [u8; 4], mut data: Vec<u8>) -> Option<RiffChunk> {
    // A list of pieces of sound is no word about them.
    if id == *b"LIST" && data.starts_with(b"wavl") {
        return None;
    }
    let version = data.get(BEXT_VERSION_OFFSET..BEXT_VERSION_OFFSET + 2);
    if id == *b"bext"
        && version.is_some_and(|bytes| u16::from_le_bytes([bytes[0], bytes[1]]) >= BEXT_LOUDNESS_VERSION)
        && let Some(loudness) = data.get_mut(BEXT_LOUDNESS)
    {
        loudness.as_chunks_mut::<2>().0.fill(UNKNOWN_LOUDNESS);
    }
    Some(RiffChunk { id, data })
}
