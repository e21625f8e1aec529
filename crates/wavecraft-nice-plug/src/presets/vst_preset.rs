//! The files in which VST3 hosts keep presets, `.vstpreset`.
//!
//! The layout is that of the VST3 SDK's documentation ("Preset format"). Numbers are little-endian:
//!
//! | bytes | what |
//! |---|---|
//! | 4 | `VST3` |
//! | 4 | the version of the format, 1 |
//! | 32 | the class id of the plugin's processor, as hexadecimal digits |
//! | 8 | where the list of chunks begins |
//! | any | the chunks |
//! | 4, 4 | `List`, and how many chunks there are |
//! | 4, 8, 8 each | a chunk's id, where it begins, and how long it is |
//!
//! The chunk `Comp` is the state of the processor, `Cont` that of the controller, `Info` is XML about the preset.

use std::fmt::Write as _;
use std::ops::Range;

/// The first bytes.
const MAGIC: &[u8; 4] = b"VST3";

/// What the list of chunks begins with.
const LIST: &[u8; 4] = b"List";

const VERSION: u32 = 1;

/// How long everything in front of the first chunk is, in bytes.
const HEADER_BYTES: usize = 48;

/// The chunk with the processor's state.
const COMPONENT: [u8; 4] = *b"Comp";

/// The chunk with what the preset says of itself.
const INFO: [u8; 4] = *b"Info";

/// The most chunks that are looked at. The format knows four.
const MAX_CHUNKS: u32 = 128;

/// A preset as VST3 hosts keep it. nice-plug's plugins have all of their state in the processor's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VstPreset {
    /// The class id of the plugin.
    pub class_id: [u8; 16],
    /// The processor's state.
    pub component: Vec<u8>,
}

/// Why bytes are no `.vstpreset`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VstPresetError {
    /// They begin with something else.
    #[error("it is no .vstpreset: it does not begin with `VST3`")]
    NotAPreset,
    /// A version of the format that nobody knows.
    #[error("its version of the .vstpreset format is {0}; 1 is known")]
    Version(u32),
    /// The class id is not of hexadecimal digits.
    #[error("its class id, `{0}`, is not of 32 hexadecimal digits")]
    ClassId(String),
    /// It ends before something that it announces.
    #[error("it is cut short or damaged: {what} is to be at bytes {start} to {end}, and there are {length}")]
    Cut {
        /// What is missing.
        what: String,
        /// Where it would begin.
        start: u64,
        /// Where it would end.
        end: u64,
        /// How many bytes there are.
        length: u64,
    },
    /// There is no list of chunks where one is to be.
    #[error("it is damaged: there is no list of chunks at byte {0}")]
    NoList(u64),
    /// The list is longer than any.
    #[error("it is damaged: a list of {0} chunks")]
    TooManyChunks(u32),
    /// There is no state of the processor.
    #[error("it has no chunk `Comp`, which is the state of the plugin")]
    NoComponent,
}

impl VstPreset {
    /// Reads a file's bytes. Other chunks than the processor's are left alone.
    ///
    /// # Errors
    ///
    /// [`VstPresetError`], which says what is wrong.
    pub fn read(bytes: &[u8]) -> Result<Self, VstPresetError> {
        if !bytes.starts_with(MAGIC) {
            return Err(VstPresetError::NotAPreset);
        }
        let header = slice(bytes, 0, HEADER_BYTES as u64, "the header")?;
        let version = number_32(&header[4..8]);
        if version != VERSION {
            return Err(VstPresetError::Version(version));
        }
        let class_id = class_id(&header[8..40])?;
        let list_start = number_64(&header[40..48]);
        let list = slice(bytes, list_start, 8, "the list of chunks")?;
        if &list[..4] != LIST {
            return Err(VstPresetError::NoList(list_start));
        }
        let count = number_32(&list[4..]);
        if count > MAX_CHUNKS {
            return Err(VstPresetError::TooManyChunks(count));
        }
        let entries = slice(bytes, list_start + 8, u64::from(count) * 20, "the list of chunks")?;
        let mut component = None;
        for entry in entries.chunks_exact(20) {
            let what = format!("the chunk `{}`", String::from_utf8_lossy(&entry[..4]));
            let chunk = slice(bytes, number_64(&entry[4..12]), number_64(&entry[12..]), &what)?;
            if entry[..4] == COMPONENT && component.is_none() {
                component = Some(chunk.to_vec());
            }
        }
        Ok(Self { class_id, component: component.ok_or(VstPresetError::NoComponent)? })
    }

    /// The file's bytes, with a name for hosts that show it.
    pub fn write(&self, plugin: &str, name: &str) -> Vec<u8> {
        let info = info(plugin, name);
        let component = HEADER_BYTES..HEADER_BYTES + self.component.len();
        let about = component.end..component.end + info.len();
        let mut bytes = Vec::with_capacity(about.end + 48);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(class_id_text(&self.class_id).as_bytes());
        bytes.extend_from_slice(&(about.end as u64).to_le_bytes());
        bytes.extend_from_slice(&self.component);
        bytes.extend_from_slice(info.as_bytes());
        bytes.extend_from_slice(LIST);
        bytes.extend_from_slice(&2_u32.to_le_bytes());
        let mut entry = |id: [u8; 4], place: Range<usize>| {
            bytes.extend_from_slice(&id);
            bytes.extend_from_slice(&(place.start as u64).to_le_bytes());
            bytes.extend_from_slice(&(place.len() as u64).to_le_bytes());
        };
        entry(COMPONENT, component);
        entry(INFO, about);
        bytes
    }
}

/// A class id as the format writes it.
pub fn class_id_text(class_id: &[u8; 16]) -> String {
    class_id.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _ = write!(text, "{byte:02X}");
        text
    })
}

fn class_id(text: &[u8]) -> Result<[u8; 16], VstPresetError> {
    let broken = || VstPresetError::ClassId(String::from_utf8_lossy(text).into_owned());
    let mut id = [0; 16];
    for (byte, digits) in id.iter_mut().zip(text.chunks_exact(2)) {
        let digit = |digit: u8| char::from(digit).to_digit(16).ok_or_else(broken);
        *byte = (digit(digits[0])? * 16 + digit(digits[1])?) as u8;
    }
    Ok(id)
}

fn slice<'a>(bytes: &'a [u8], start: u64, length: u64, what: &str) -> Result<&'a [u8], VstPresetError> {
    let end = start.saturating_add(length);
    let place = usize::try_from(start).ok().zip(usize::try_from(end).ok());
    place.and_then(|(start, end)| bytes.get(start..end)).ok_or_else(|| VstPresetError::Cut {
        what: what.to_owned(),
        start,
        end,
        length: bytes.len() as u64,
    })
}

fn number_32(bytes: &[u8]) -> u32 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u32::from(*byte))
}

fn number_64(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn info(plugin: &str, name: &str) -> String {
    let mut text = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<MetaInfo>\n".to_owned();
    for (id, value) in [("MediaType", "VstPreset"), ("PlugInName", plugin), ("Name", name)] {
        let _ = writeln!(
            text,
            "\t<Attribute id=\"{id}\" value=\"{}\" type=\"string\" flags=\"\"></Attribute>",
            escaped(value)
        );
    }
    text.push_str("</MetaInfo>\n");
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn preset() -> VstPreset {
        VstPreset { class_id: *b"ExampleGain00001", component: b"{\"version\":\"1.0.0\"}".to_vec() }
    }

    /// A file laid by hand, with chunks that are not the processor's around it.
    fn by_hand() -> Vec<u8> {
        let mut bytes = b"VST3\x01\0\0\0".to_vec();
        bytes.extend(b"4578616D706c654761696E3030303031");
        bytes.extend(57_u64.to_le_bytes());
        bytes.extend(b"CCCstateP");
        bytes.extend(b"List\x03\0\0\0");
        for (id, start, length) in [(b"Cont", 48_u64, 3_u64), (b"Comp", 51, 5), (b"Prog", 56, 1)] {
            bytes.extend(id);
            bytes.extend(start.to_le_bytes());
            bytes.extend(length.to_le_bytes());
        }
        bytes
    }

    #[test]
    fn a_file_of_another_make_is_read() {
        let read = VstPreset::read(&by_hand());
        assert_eq!(read, Ok(VstPreset { class_id: *b"ExampleGain00001", component: b"state".to_vec() }));
    }

    #[test]
    fn what_is_written_is_laid_as_the_format_says() {
        let bytes = preset().write("Gain", "\"A\" & <B>");
        assert_eq!(&bytes[..8], b"VST3\x01\0\0\0");
        assert_eq!(&bytes[8..40], b"4578616D706C654761696E3030303031");
        let list = number_64(&bytes[40..48]) as usize;
        assert_eq!(&bytes[list..list + 8], b"List\x02\0\0\0");
        assert_eq!(bytes.len(), list + 8 + 2 * 20);
        assert_eq!(&bytes[48..67], b"{\"version\":\"1.0.0\"}");
        let info = String::from_utf8(bytes[67..list].to_vec()).unwrap();
        assert!(info.contains("id=\"Name\" value=\"&quot;A&quot; &amp; &lt;B&gt;\""), "{info}");
        assert_eq!(VstPreset::read(&bytes), Ok(preset()));
    }

    #[test]
    fn every_fault_is_named() {
        let whole = by_hand();
        let changed = |place: usize, bytes: &[u8]| {
            let mut file = whole.clone();
            file[place..place + bytes.len()].copy_from_slice(bytes);
            VstPreset::read(&file).unwrap_err().to_string()
        };
        let list = 57;
        for (message, expected) in [
            (changed(0, b"RIFF"), "it is no .vstpreset: it does not begin with `VST3`"),
            (changed(4, &[2]), "its version of the .vstpreset format is 2; 1 is known"),
            (
                changed(8, b"x"),
                "its class id, `x578616D706c654761696E3030303031`, is not of 32 hexadecimal digits",
            ),
            (changed(40, &[0xff; 8]), "the list of chunks is to be at bytes"),
            (changed(40, &[48]), "there is no list of chunks at byte 48"),
            (changed(list + 4, &[0xff; 4]), "a list of 4294967295 chunks"),
            (changed(list + 4, &[9]), "the list of chunks is to be at bytes 65 to 245, and there are 125"),
            (
                changed(list + 28 + 12, &[0xff; 8]),
                "the chunk `Comp` is to be at bytes 51 to 18446744073709551615",
            ),
            (changed(list + 28, b"Comq"), "it has no chunk `Comp`"),
        ] {
            assert!(message.contains(expected), "{message}");
        }
        for length in 0..whole.len() {
            assert!(VstPreset::read(&whole[..length]).is_err(), "cut short after {length} bytes");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_do_any_harm(tail in proptest::collection::vec(any::<u8>(), 0..200), place in 0..125_usize) {
            let mut file = by_hand();
            let length = tail.len().min(file.len() - place);
            file[place..place + length].copy_from_slice(&tail[..length]);
            let _ = VstPreset::read(&file);
        }
    }
}
