//! What a WAV file's format chunk says, and a plain header in place of the file's own.

use std::fs::File;

use super::chunks::WaveChunks;
use super::mended_file::MendedFile;

/// The length of a plain format chunk, in bytes.
const PLAIN_FORMAT_BYTES: usize = 16;

/// The most channels that the decoder takes.
pub(super) const MAX_CHANNELS: u16 = 26;

/// The tags of formats.
const TAG_PCM: u16 = 1;
const TAG_FLOAT: u16 = 3;
const TAG_A_LAW: u16 = 6;
const TAG_MU_LAW: u16 = 7;
const TAG_EXTENSIBLE: u16 = 0xFFFE;

/// What people call the formats that are not read.
const COMPRESSED: [(u16, &str); 10] = [
    (0x02, "Microsoft ADPCM"),
    (0x11, "IMA ADPCM"),
    (0x14, "G.723 ADPCM"),
    (0x20, "Yamaha ADPCM"),
    (0x31, "GSM 6.10"),
    (0x45, "G.726 ADPCM"),
    (0x50, "MPEG audio"),
    (0x55, "MP3"),
    (0x161, "Windows Media Audio"),
    (0xFF, "AAC"),
];

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
        let is_whole = frame_bytes.is_multiple_of(channels) && stored_bits >= bits && stored_bits > 0;
        (is_whole || !format.has_frames()).then_some(format)
    }

    /// What it has that is not read, if anything.
    pub fn unsupported(&self) -> Option<String> {
        let is_float = self.tag == TAG_FLOAT;
        match (self.tag, self.bits) {
            _ if self.channels > MAX_CHANNELS => Some(format!("{} channels", self.channels)),
            (TAG_PCM, 8 | 16 | 24 | 32) | (TAG_FLOAT, 32 | 64) | (TAG_A_LAW | TAG_MU_LAW, 8) => None,
            (TAG_PCM | TAG_FLOAT, bits) => {
                Some(format!("{bits}-bit {}", if is_float { "floating point" } else { "integers" }))
            }
            (tag, _) => {
                let known = COMPRESSED.iter().find(|(known, _)| *known == tag);
                Some(known.map_or_else(
                    || format!("samples of kind {tag:#06x}"),
                    |(_, name)| format!("samples compressed as {name}"),
                ))
            }
        }
    }

    /// Whether each frame has the same number of bytes.
    fn has_frames(&self) -> bool {
        matches!(self.tag, TAG_PCM | TAG_FLOAT | TAG_A_LAW | TAG_MU_LAW)
    }

    /// How many frames so many bytes are, of a format that is supported.
    pub fn frames(&self, bytes: u64) -> u64 {
        bytes / u64::from(self.frame_bytes)
    }

    /// The format chunk for the decoder.
    fn chunk(&self) -> Vec<u8> {
        let bytes_per_second = self.rate_hz.wrapping_mul(self.frame_bytes.into());
        let mut chunk = Vec::with_capacity(PLAIN_FORMAT_BYTES + 2);
        chunk.extend(self.tag.to_le_bytes());
        chunk.extend(self.channels.to_le_bytes());
        chunk.extend(self.rate_hz.to_le_bytes());
        chunk.extend(bytes_per_second.to_le_bytes());
        chunk.extend(self.frame_bytes.to_le_bytes());
        chunk.extend(self.bits.to_le_bytes());
        if matches!(self.tag, TAG_A_LAW | TAG_MU_LAW) {
            // How long its extension is, which the decoder insists on: there is none.
            chunk.extend([0; 2]);
        }
        chunk
    }
}

/// The header that the decoder reads without doubts, and the samples that are there.
pub(super) fn plain_file(file: File, format: &WaveFormat, chunks: &WaveChunks) -> MendedFile {
    let data_bytes = format.frames(chunks.data_bytes) * u64::from(format.frame_bytes);
    let format = format.chunk();
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
    MendedFile::new(header, file, chunks.data_start..chunks.data_start + data_bytes)
}
