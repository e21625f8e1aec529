//! How the chunks of a file are laid out: RIFF, its 64-bit kin RF64 and BW64 (EBU Tech 3306, ITU-R BS.2088), and Sony's Wave64.

use std::io::{self, Read, Seek, SeekFrom};

use super::chunks::ChunkError;

/// A size that is not known, or kept in the `ds64` chunk.
const UNKNOWN_SIZE: u32 = u32::MAX;

/// The length of an id and a size, in bytes.
const RIFF_HEADER_BYTES: u64 = 8;
const WAVE64_HEADER_BYTES: u64 = 24;

/// What Wave64 has after each of the ids that RIFF has too: `riff`, `list`, and all others.
const WAVE64_RIFF: [u8; 12] = [0x2E, 0x91, 0xCF, 0x11, 0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0, 0];
const WAVE64_LIST: [u8; 12] = [0x2F, 0x91, 0xCF, 0x11, 0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0, 0];
const WAVE64_OTHER: [u8; 12] = [0xF3, 0xAC, 0xD3, 0x11, 0x8C, 0xD1, 0, 0xC0, 0x4F, 0x8E, 0xDB, 0x8A];

/// The most sizes that the table of a `ds64` chunk is read for.
const MAX_TABLE_ENTRIES: u64 = 256;

/// How long the first two entries of a `ds64` chunk are, where its table begins, and how long each entry of that is.
const LONG_SIZES_BYTES: u64 = 28;
const TABLE_ENTRY_BYTES: u64 = 12;

/// What a chunk says of itself.
#[derive(Clone, Copy)]
pub(super) struct ChunkHeader {
    /// What kind it is.
    pub id: [u8; 4],
    /// How long its contents are, in bytes; `None` if it does not say.
    pub size: Option<u64>,
}

/// The layout, and what the file says of sizes.
pub(super) struct RiffLayout {
    kind: Kind,
    /// The whole file's size, without the part before it; `None` if it does not say.
    riff_bytes: Option<u64>,
    /// The sizes of chunks that are too long to say so themselves.
    long_sizes: Vec<([u8; 4], u64)>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// With sizes of 32 bits.
    Riff,
    /// The same, and sizes of 64 bits in a chunk of their own.
    Riff64,
    /// With sizes of 64 bits everywhere.
    Wave64,
}

impl RiffLayout {
    /// Reads the beginning of a file; `None` if it is none of these kinds.
    pub fn read(file: &mut (impl Read + Seek)) -> Result<Option<Self>, ChunkError> {
        file.seek(SeekFrom::Start(0))?;
        let mut marker = [0; 4];
        if read_up_to(file, &mut marker)? < marker.len() {
            return Ok(None);
        }
        let kind = match &marker {
            b"RIFF" => Kind::Riff,
            b"RF64" | b"BW64" => Kind::Riff64,
            b"riff" => Kind::Wave64,
            _ => return Ok(None),
        };
        let mut layout = Self { kind, riff_bytes: None, long_sizes: Vec::new() };
        let mut form = [0; 4];
        if kind == Kind::Wave64 {
            let mut rest = [0; 12];
            file.read_exact(&mut rest)?;
            if rest != WAVE64_RIFF {
                return Ok(None);
            }
            layout.riff_bytes = Some(read_u64(file)?).filter(|bytes| *bytes > WAVE64_HEADER_BYTES);
            file.read_exact(&mut form)?;
            file.read_exact(&mut rest)?;
        } else {
            layout.riff_bytes = Some(read_u32(file)?).filter(|bytes| *bytes != UNKNOWN_SIZE).map(u64::from);
            file.read_exact(&mut form)?;
        }
        if !form.eq_ignore_ascii_case(b"WAVE") {
            return Err(ChunkError::Malformed("what is in it is not WAVE"));
        }
        Ok(Some(layout))
    }

    /// Whether chunks have the ids and the alignment of RIFF.
    pub fn is_riff(&self) -> bool {
        self.kind != Kind::Wave64
    }

    /// Where the first chunk begins, in bytes.
    pub fn first_chunk(&self) -> u64 {
        if self.is_riff() { 12 } else { WAVE64_HEADER_BYTES + 16 }
    }

    /// The length of an id and a size, in bytes.
    pub fn header_bytes(&self) -> u64 {
        if self.is_riff() { RIFF_HEADER_BYTES } else { WAVE64_HEADER_BYTES }
    }

    /// Where the next chunk begins after one whose contents are here: a byte after odd sizes, or at a multiple of eight.
    pub fn after(&self, start: u64, end: u64) -> u64 {
        if self.is_riff() { end.saturating_add((end - start) % 2) } else { end.saturating_add(7) / 8 * 8 }
    }

    /// Where the file says that it ends, if it does.
    pub fn stated_end(&self) -> Option<u64> {
        let before = if self.is_riff() { RIFF_HEADER_BYTES } else { 0 };
        self.riff_bytes.map(|bytes| bytes.saturating_add(before))
    }

    /// The header of the chunk that begins here. What only Wave64 has is called `guid`, what is none has zeros.
    pub fn read_header(&self, file: &mut impl Read) -> io::Result<ChunkHeader> {
        let mut id = [0; 4];
        file.read_exact(&mut id)?;
        if self.kind == Kind::Wave64 {
            let mut rest = [0; 12];
            file.read_exact(&mut rest)?;
            let size = read_u64(file)?.checked_sub(WAVE64_HEADER_BYTES);
            let id = match rest {
                WAVE64_OTHER | WAVE64_LIST => id,
                _ if rest[6..] == WAVE64_OTHER[6..] => *b"guid",
                _ => [0; 4],
            };
            return Ok(ChunkHeader { id, size });
        }
        let long = || self.long_sizes.iter().find(|(known, _)| *known == id).map(|(_, size)| *size);
        let size = match read_u32(file)? {
            UNKNOWN_SIZE => long(),
            size => Some(size.into()),
        };
        Ok(ChunkHeader { id, size })
    }

    /// Reads a `ds64` chunk of `size` bytes: of the file, of the samples, how many frames they are, and a table of others.
    pub fn read_long_sizes(&mut self, file: &mut impl Read, size: u64) -> Result<(), ChunkError> {
        if self.kind != Kind::Riff64 || !self.long_sizes.is_empty() {
            return Ok(());
        }
        let known = |size: u64| Some(size).filter(|size| *size != u64::MAX);
        self.riff_bytes = known(read_u64(file)?);
        self.long_sizes.extend(known(read_u64(file)?).map(|size| (*b"data", size)));
        if size < LONG_SIZES_BYTES {
            return Ok(());
        }
        // How many frames they are follows from their bytes.
        read_u64(file)?;
        let there = (size - LONG_SIZES_BYTES) / TABLE_ENTRY_BYTES;
        for _ in 0..u64::from(read_u32(file)?).min(there).min(MAX_TABLE_ENTRIES) {
            let mut id = [0; 4];
            file.read_exact(&mut id)?;
            self.long_sizes.push((id, read_u64(file)?));
        }
        Ok(())
    }
}

/// Reads as much as there is.
fn read_up_to(file: &mut impl Read, bytes: &mut [u8]) -> io::Result<usize> {
    let mut done = 0;
    while done < bytes.len() {
        match file.read(&mut bytes[done..])? {
            0 => break,
            read => done += read,
        }
    }
    Ok(done)
}

fn read_u32(file: &mut impl Read) -> io::Result<u32> {
    let mut bytes = [0; 4];
    file.read_exact(&mut bytes)?;
    Ok(u32::from_le_bytes(bytes))
}

fn read_u64(file: &mut impl Read) -> io::Result<u64> {
    let mut bytes = [0; 8];
    file.read_exact(&mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}
