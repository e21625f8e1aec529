//! A part of a file behind a header of its own: what decoders read in place of a file whose own header is not to be believed.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;

use symphonia::core::io::MediaSource;

/// The header and the part, as one file.
pub(super) struct MendedFile {
    header: Vec<u8>,
    file: File,
    part: Range<u64>,
    position: u64,
}

impl MendedFile {
    /// A header, then these bytes of the file.
    pub fn new(header: Vec<u8>, file: File, part: Range<u64>) -> Self {
        Self { header, file, part, position: 0 }
    }

    fn total_bytes(&self) -> u64 {
        self.header.len() as u64 + (self.part.end - self.part.start)
    }
}

impl Read for MendedFile {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let header_bytes = self.header.len() as u64;
        let read = if self.position < header_bytes {
            (&self.header[self.position as usize..]).read(buffer)?
        } else {
            let offset = self.position - header_bytes;
            let rest = (self.part.end - self.part.start).saturating_sub(offset);
            let length = buffer.len().min(usize::try_from(rest).unwrap_or(usize::MAX));
            self.file.seek(SeekFrom::Start(self.part.start + offset))?;
            self.file.read(&mut buffer[..length])?
        };
        self.position += read as u64;
        Ok(read)
    }
}

impl Seek for MendedFile {
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

impl MediaSource for MendedFile {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.total_bytes())
    }
}
