//! The chunks of a WAV file, as far as they must be known before its samples are decoded.
//!
//! Decoders trust the sizes that a file states. Recorders that were cut off leave them at 0 or at the largest number, files
//! beyond 4 GiB keep them elsewhere, and some writers do not pad chunks of odd sizes. All of that is settled here: where the
//! format is, where the samples begin, and where they really end.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// A size that is not known, or kept in the `ds64` chunk.
const UNKNOWN_SIZE: u32 = u32::MAX;

/// The length of an id and a size, in bytes.
const CHUNK_HEADER_BYTES: u64 = 8;

/// The longest format chunk that is taken, in bytes; the longest known one has 52.
const MAX_FORMAT_BYTES: u64 = 4_096;

/// The longest chunk that is carried along, in bytes. Nothing that people write into one comes near.
const MAX_CARRIED_BYTES: u64 = 16 * 1024 * 1024;

/// The chunks that are carried along: what a broadcaster writes about a recording, marks in it, and their names with
/// everything else about it.
const CARRIED_IDS: [[u8; 4]; 3] = [*b"bext", *b"cue ", *b"LIST"];

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
    /// How many bytes of samples are there.
    pub data_bytes: u64,
    /// How many bytes of samples the file promises; `None` if it does not say.
    pub promised_bytes: Option<u64>,
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

/// What kind of RIFF file it is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// With sizes of 32 bits.
    Riff,
    /// RF64 or BW64, with sizes of 64 bits in a chunk of their own.
    Riff64,
}

/// The sizes of an RF64 or BW64 file, in bytes.
#[derive(Clone, Copy)]
struct LongSizes {
    riff: u64,
    data: u64,
}

/// The chunks of a file; `None` if it is no WAV file.
pub(super) fn read_chunks(file: &mut File) -> Result<Option<WaveChunks>, ChunkError> {
    let file_bytes = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(0))?;
    let mut marker = [0; 4];
    if read_up_to(file, &mut marker)? < marker.len() {
        return Ok(None);
    }
    let kind = match &marker {
        b"RIFF" => Kind::Riff,
        b"RF64" | b"BW64" => Kind::Riff64,
        _ => return Ok(None),
    };
    let riff_size = read_u32(file)?;
    let mut form = [0; 4];
    file.read_exact(&mut form)?;
    if &form != b"WAVE" {
        return Err(ChunkError::Malformed("what is in it is not WAVE"));
    }
    Walker { file, file_bytes, kind, riff_size, long_sizes: None }.walk().map(Some)
}

struct Walker<'a> {
    file: &'a mut File,
    file_bytes: u64,
    kind: Kind,
    riff_size: u32,
    long_sizes: Option<LongSizes>,
}

impl Walker<'_> {
    fn walk(mut self) -> Result<WaveChunks, ChunkError> {
        let mut format = None;
        let mut data = None;
        let mut carried = Vec::new();
        let mut position = 12;
        while let Some((id, size)) = self.chunk_at(position)? {
            let start = position + CHUNK_HEADER_BYTES;
            let mut end = start.saturating_add(size.into());
            match &id {
                b"ds64" if self.kind == Kind::Riff64 => self.long_sizes = Some(self.read_long_sizes()?),
                b"fmt " if format.is_none() => format = Some(self.read_format(size)?),
                b"data" if data.is_none() => {
                    let promised_bytes = self.promised_bytes(start, size);
                    let there = self.file_bytes - start;
                    let data_bytes = promised_bytes.map_or(there, |promised| promised.min(there));
                    end = start + data_bytes;
                    data = Some((start, data_bytes, promised_bytes));
                }
                // One that is cut off, or claims to be larger than any, says nothing that can be relied on.
                id if CARRIED_IDS.contains(id)
                    && end <= self.file_bytes
                    && u64::from(size) <= MAX_CARRIED_BYTES =>
                {
                    let mut data = vec![0; size as usize];
                    self.file.read_exact(&mut data)?;
                    carried.push(RiffChunk { id: *id, data });
                }
                _ => {}
            }
            position = self.next_chunk(end)?;
        }
        if self.kind == Kind::Riff64 && self.long_sizes.is_none() {
            return Err(ChunkError::Malformed("it is an RF64 file without its sizes"));
        }
        let format = format.ok_or(ChunkError::Malformed("it does not say what its samples are"))?;
        let (data_start, data_bytes, promised_bytes) =
            data.ok_or(ChunkError::Malformed("it ends within its header"))?;
        Ok(WaveChunks { format, data_start, data_bytes, promised_bytes, carried })
    }

    /// The id and the size of the chunk at a position; `None` at the end of the file.
    fn chunk_at(&mut self, position: u64) -> Result<Option<([u8; 4], u32)>, ChunkError> {
        if position.saturating_add(CHUNK_HEADER_BYTES) > self.file_bytes {
            return Ok(None);
        }
        self.file.seek(SeekFrom::Start(position))?;
        let mut id = [0; 4];
        self.file.read_exact(&mut id)?;
        Ok(Some((id, read_u32(self.file)?)))
    }

    /// Where the chunk after one that ends here begins. Chunks of odd sizes are followed by a byte of padding, which some
    /// writers leave out: then it is the id of the next chunk that begins here.
    fn next_chunk(&mut self, end: u64) -> Result<u64, ChunkError> {
        if end.is_multiple_of(2) {
            return Ok(end);
        }
        let begins_with_id = match self.chunk_at(end)? {
            Some((id, _)) => id.iter().all(|byte| (b' '..=b'~').contains(byte)),
            None => false,
        };
        Ok(if begins_with_id { end } else { end + 1 })
    }

    fn read_long_sizes(&mut self) -> Result<LongSizes, ChunkError> {
        Ok(LongSizes { riff: read_u64(self.file)?, data: read_u64(self.file)? })
    }

    fn read_format(&mut self, size: u32) -> Result<Vec<u8>, ChunkError> {
        if u64::from(size) > MAX_FORMAT_BYTES {
            return Err(ChunkError::Malformed("its format chunk is too long"));
        }
        let mut format = vec![0; size as usize];
        self.file.read_exact(&mut format)?;
        Ok(format)
    }

    /// How many bytes of samples the file promises from `start` on, given the size in the chunk's own header.
    fn promised_bytes(&self, start: u64, size: u32) -> Option<u64> {
        match (size, self.kind, self.long_sizes) {
            (UNKNOWN_SIZE, Kind::Riff64, Some(sizes)) => self.unless_unknown(start, sizes.data, sizes.riff),
            (UNKNOWN_SIZE, ..) => None,
            (size, ..) => self.unless_unknown(start, size.into(), self.riff_size.into()),
        }
    }

    /// No samples at all are believed only if the file's own size says so, too: recorders that were cut off have written
    /// neither.
    fn unless_unknown(&self, start: u64, data: u64, riff: u64) -> Option<u64> {
        let stated_end = riff.saturating_add(CHUNK_HEADER_BYTES);
        let says_its_size = riff != u64::from(UNKNOWN_SIZE) && stated_end >= self.file_bytes;
        let is_cut_off = data == 0 && self.file_bytes > start && !says_its_size;
        (!is_cut_off).then_some(data)
    }
}

/// Reads as much as there is.
fn read_up_to(file: &mut File, bytes: &mut [u8]) -> io::Result<usize> {
    let mut done = 0;
    while done < bytes.len() {
        match file.read(&mut bytes[done..])? {
            0 => break,
            read => done += read,
        }
    }
    Ok(done)
}

fn read_u32(file: &mut File) -> io::Result<u32> {
    let mut bytes = [0; 4];
    file.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

fn read_u64(file: &mut File) -> io::Result<u64> {
    let mut bytes = [0; 8];
    file.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}
