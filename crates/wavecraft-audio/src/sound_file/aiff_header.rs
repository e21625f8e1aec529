//! The header of an AIFF file, with sizes that are true: programs that write into a pipe, and those that are cut off, leave
//! them at 0, and the decoder refuses that.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use super::chunks::ChunkError;
use super::wave_source::MAX_CHANNELS;

/// The length of an id and a size, in bytes.
const CHUNK_HEADER_BYTES: u64 = 8;

/// The length of what comes before the first chunk, in bytes.
const FORM_BYTES: u64 = 12;

/// The longest header that is mended, in bytes. It may hold a picture.
const MAX_HEADER_BYTES: u64 = 16 * 1024 * 1024;

/// Where the common chunk has channels, frames, bits and, in AIFC, the kind of compression.
const CHANNELS: Range<usize> = 0..2;
const FRAMES: Range<usize> = 2..6;
const BITS: Range<usize> = 6..8;
const COMPRESSION: Range<usize> = 18..22;

/// The most bits of a sample.
const MAX_BITS: u64 = 64;

/// The kinds that are plain numbers of as many bits as the common chunk says.
const PLAIN: [[u8; 4]; 8] = [*b"NONE", *b"sowt", *b"twos", *b"in24", *b"in32", *b"fl32", *b"FL32", *b"fl64"];

/// What is said before the samples, of which the first two come before any.
const SOUND_PREFIX_BYTES: u64 = 8;

/// A header that can be believed.
pub(super) struct AiffHeader {
    /// The header, up to the first sample.
    pub bytes: Vec<u8>,
    /// Where the samples are, in bytes.
    pub samples: Range<u64>,
    /// How many frames the file says that it has.
    pub stated_frames: u64,
    /// How many frames are there.
    pub frames: u64,
}

/// The header of a file with plain samples; `None` if it is another file, or one with its parts in another order.
pub(super) fn read_aiff_header(file: &mut File) -> Result<Option<AiffHeader>, ChunkError> {
    let file_bytes = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(0))?;
    let mut form = [0; FORM_BYTES as usize];
    if file_bytes < FORM_BYTES {
        return Ok(None);
    }
    file.read_exact(&mut form)?;
    let is_aifc = form.ends_with(b"AIFC");
    if !form.starts_with(b"FORM") || !(is_aifc || form.ends_with(b"AIFF")) {
        return Ok(None);
    }
    let mut common = None;
    let mut position = FORM_BYTES;
    while position + CHUNK_HEADER_BYTES <= file_bytes.min(MAX_HEADER_BYTES) {
        file.seek(SeekFrom::Start(position))?;
        let mut header = [0; CHUNK_HEADER_BYTES as usize];
        file.read_exact(&mut header)?;
        let size = u64::from(u32::from_be_bytes([header[4], header[5], header[6], header[7]]));
        let start = position + CHUNK_HEADER_BYTES;
        if header.starts_with(b"SSND") {
            let Some((common_start, common)) = common else { return Ok(None) };
            return Ok(mend(file, file_bytes, (common_start, common), start, size)?);
        }
        if header.starts_with(b"COMM") {
            let mut chunk = vec![0; size.min(file_bytes - start).min(MAX_HEADER_BYTES) as usize];
            file.read_exact(&mut chunk)?;
            common = Common::parse(&chunk, is_aifc)?.map(|common| (start, common));
        }
        position = start + size + size % 2;
    }
    Ok(None)
}

/// What must be known of the samples.
#[derive(Clone, Copy)]
struct Common {
    frame_bytes: u64,
    frames: u64,
}

impl Common {
    /// What a common chunk says; `None` if the samples are no plain numbers.
    fn parse(chunk: &[u8], is_aifc: bool) -> Result<Option<Self>, ChunkError> {
        let number = |range: Range<usize>| {
            let bytes = chunk.get(range).ok_or(ChunkError::Malformed("it ends within its header"))?;
            Ok::<_, ChunkError>(bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
        };
        let (channels, frames, bits) = (number(CHANNELS)?, number(FRAMES)?, number(BITS)?);
        let frame_bytes = channels * bits.div_ceil(8);
        if channels > MAX_CHANNELS.into() || bits > MAX_BITS {
            return Err(ChunkError::Malformed(
                "it has more channels, or more bits in a sample, than are read",
            ));
        }
        let is_plain = !is_aifc || PLAIN.iter().any(|plain| chunk.get(COMPRESSION) == Some(plain));
        Ok((is_plain && frame_bytes > 0).then_some(Self { frame_bytes, frames }))
    }
}

/// Whether what begins here, after samples of which there are said to be none, has the name of a chunk.
fn is_chunk(file: &mut File, position: u64) -> io::Result<bool> {
    let mut id = Vec::new();
    file.seek(SeekFrom::Start(position))?;
    file.take(4).read_to_end(&mut id)?;
    Ok(id.len() == 4 && id.iter().all(|byte| (b' '..=b'~').contains(byte)))
}

/// The header, given where the contents of both chunks begin, and the size that the second one states.
fn mend(
    file: &mut File,
    file_bytes: u64,
    (common_start, common): (u64, Common),
    sound_start: u64,
    stated_bytes: u64,
) -> io::Result<Option<AiffHeader>> {
    let there = file_bytes - sound_start;
    let is_believed = if stated_bytes == SOUND_PREFIX_BYTES {
        is_chunk(file, sound_start + stated_bytes)?
    } else {
        (SOUND_PREFIX_BYTES..=there).contains(&stated_bytes)
    };
    let sound_bytes = if is_believed { stated_bytes } else { there };
    let samples_start = sound_start + SOUND_PREFIX_BYTES;
    let frames = sound_bytes.saturating_sub(SOUND_PREFIX_BYTES) / common.frame_bytes;
    let sample_bytes = frames * common.frame_bytes;
    let mut bytes = vec![0; samples_start.min(file_bytes) as usize];
    file.seek(SeekFrom::Start(0))?;
    file.read_exact(&mut bytes)?;
    let form_bytes = bytes.len() as u64 - CHUNK_HEADER_BYTES + sample_bytes;
    let sizes = [
        (4, form_bytes),
        (common_start as usize + FRAMES.start, frames),
        (sound_start as usize - 4, SOUND_PREFIX_BYTES + sample_bytes),
    ];
    for (offset, size) in sizes {
        let Ok(size) = u32::try_from(size) else { return Ok(None) };
        bytes[offset..offset + 4].copy_from_slice(&size.to_be_bytes());
    }
    let samples = samples_start..samples_start + sample_bytes;
    Ok(Some(AiffHeader { bytes, samples, stated_frames: common.frames, frames }))
}
