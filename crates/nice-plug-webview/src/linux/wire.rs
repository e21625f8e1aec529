//! What the library and the helper process say to each other.
//!
//! Both sides compile this very file. A frame is its length (`u32`, little endian, of what follows), one byte for the kind
//! of message, and the message's fields in order. Texts and byte strings carry their own length. The two sides are always
//! of one build, because the library carries its helper, so the format has no version.

use std::io::{self, Read};

/// The longest frame that is accepted: a page with all its files is one frame.
const LARGEST_FRAME_BYTES: usize = 256 * 1024 * 1024;

/// One file of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageFile {
    /// The path below the root, without a slash in front.
    pub path: String,
    /// The media type, as it stands in the `Content-Type` header.
    pub mime: String,
    /// The content.
    pub bytes: Vec<u8>,
}

/// All that the helper must know before it can load the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Where the page starts.
    pub start_url: String,
    /// The private scheme under which `files` are served.
    pub scheme: String,
    /// The page's own files; empty where the page comes from a server.
    pub files: Vec<PageFile>,
    /// The content security policy sent with each file.
    pub content_security_policy: String,
    /// Scripts that run before the page's first one.
    pub scripts: Vec<String>,
    /// What is painted where the page paints nothing: red, green, blue.
    pub background: [u8; 3],
    /// Whether the page may be inspected.
    pub devtools: bool,
}

/// What the library tells the helper.
#[derive(Debug, Clone, PartialEq)]
pub enum ToHelper {
    /// Create the webview and load the page. Comes first, and once.
    Load(Page),
    /// The window has a parent: show it.
    Show(Geometry),
    /// The window has left its parent: rest.
    Hide,
    /// The parent has another size or scale.
    Resize(Geometry),
    /// Hand this text to the page.
    Text(String),
    /// The host received this key, and it is meant for the page.
    HostKey(HostKey),
    /// The keyboard went elsewhere, so no text field has it.
    ForgetFocus,
}

/// Size and scale of the window.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Geometry {
    /// Width in physical pixels.
    pub width_px: u32,
    /// Height in physical pixels.
    pub height_px: u32,
    /// Physical pixels for each of the page's.
    pub scale: f64,
}

/// A key that reached the host instead of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostKey {
    /// The X11 symbol of the key.
    pub keysym: u32,
    /// Whether it went down or up.
    pub is_down: bool,
    /// The X11 mask of modifiers.
    pub modifiers: u32,
}

/// A key that the page had no use for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnusedKey {
    /// The X11 key code.
    pub code: u8,
    /// The X11 mask of modifiers and buttons.
    pub state: u16,
    /// The X server's time of the event, in milliseconds.
    pub time_ms: u32,
    /// Whether it went down or up.
    pub is_down: bool,
}

/// What the helper tells the library.
#[derive(Debug, Clone, PartialEq)]
pub enum FromHelper {
    /// The window exists, unmapped, and waits for a parent.
    Window {
        /// Its X11 id.
        id: u32,
    },
    /// A document has begun: it has its bridge, and can be talked to.
    DocumentStarted,
    /// The page sent this text.
    Text(String),
    /// A text field of the page got or lost the focus.
    TextFocus(bool),
    /// The page had no use for this key.
    UnusedKey(UnusedKey),
    /// Something for the log that deserves attention.
    Warning(String),
}

impl ToHelper {
    /// The message as a whole frame.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Load(page) => {
                let mut frame = Frame::new(0);
                frame.text(&page.start_url).text(&page.scheme).count(page.files.len());
                for file in &page.files {
                    frame.text(&file.path).text(&file.mime).bytes(&file.bytes);
                }
                frame.text(&page.content_security_policy).count(page.scripts.len());
                for script in &page.scripts {
                    frame.text(script);
                }
                frame.raw(&page.background).raw(&[u8::from(page.devtools)]);
                frame.finish()
            }
            Self::Show(geometry) => geometry.encode(1),
            Self::Hide => Frame::new(2).finish(),
            Self::Resize(geometry) => geometry.encode(3),
            Self::Text(text) => Frame::new(4).text(text).finish(),
            Self::HostKey(key) => {
                Frame::new(5).u32(key.keysym).raw(&[u8::from(key.is_down)]).u32(key.modifiers).finish()
            }
            Self::ForgetFocus => Frame::new(6).finish(),
        }
    }

    /// The message in a frame's body, as [`read_frame`] and [`FrameBuffer`] give it.
    pub fn decode(body: &[u8]) -> io::Result<Self> {
        let mut fields = Fields::new(body);
        let message = match fields.u8()? {
            0 => {
                let start_url = fields.text()?;
                let scheme = fields.text()?;
                let files = (0..fields.u32()?)
                    .map(|_| {
                        Ok(PageFile {
                            path: fields.text()?,
                            mime: fields.text()?,
                            bytes: fields.bytes()?.to_vec(),
                        })
                    })
                    .collect::<io::Result<_>>()?;
                let content_security_policy = fields.text()?;
                let scripts = (0..fields.u32()?).map(|_| fields.text()).collect::<io::Result<_>>()?;
                let background = [fields.u8()?, fields.u8()?, fields.u8()?];
                let devtools = fields.bool()?;
                Self::Load(Page {
                    start_url,
                    scheme,
                    files,
                    content_security_policy,
                    scripts,
                    background,
                    devtools,
                })
            }
            1 => Self::Show(Geometry::decode(&mut fields)?),
            2 => Self::Hide,
            3 => Self::Resize(Geometry::decode(&mut fields)?),
            4 => Self::Text(fields.text()?),
            5 => Self::HostKey(HostKey {
                keysym: fields.u32()?,
                is_down: fields.bool()?,
                modifiers: fields.u32()?,
            }),
            6 => Self::ForgetFocus,
            kind => return Err(unknown_kind(kind)),
        };
        fields.end()?;
        Ok(message)
    }
}

impl FromHelper {
    /// The message as a whole frame.
    pub fn encode(&self) -> Vec<u8> {
        match self {
            Self::Window { id } => Frame::new(0).u32(*id).finish(),
            Self::DocumentStarted => Frame::new(1).finish(),
            Self::Text(text) => Frame::new(2).text(text).finish(),
            Self::TextFocus(has_focus) => Frame::new(3).raw(&[u8::from(*has_focus)]).finish(),
            Self::UnusedKey(key) => Frame::new(4)
                .raw(&[key.code, u8::from(key.is_down)])
                .u32(u32::from(key.state))
                .u32(key.time_ms)
                .finish(),
            Self::Warning(text) => Frame::new(5).text(text).finish(),
        }
    }

    /// The message in a frame's body, as [`read_frame`] and [`FrameBuffer`] give it.
    pub fn decode(body: &[u8]) -> io::Result<Self> {
        let mut fields = Fields::new(body);
        let message = match fields.u8()? {
            0 => Self::Window { id: fields.u32()? },
            1 => Self::DocumentStarted,
            2 => Self::Text(fields.text()?),
            3 => Self::TextFocus(fields.bool()?),
            4 => Self::UnusedKey(UnusedKey {
                code: fields.u8()?,
                is_down: fields.bool()?,
                state: fields.u32()? as u16,
                time_ms: fields.u32()?,
            }),
            5 => Self::Warning(fields.text()?),
            kind => return Err(unknown_kind(kind)),
        };
        fields.end()?;
        Ok(message)
    }
}

impl Geometry {
    fn encode(self, kind: u8) -> Vec<u8> {
        Frame::new(kind).u32(self.width_px).u32(self.height_px).raw(&self.scale.to_le_bytes()).finish()
    }

    fn decode(fields: &mut Fields<'_>) -> io::Result<Self> {
        Ok(Self {
            width_px: fields.u32()?,
            height_px: fields.u32()?,
            scale: f64::from_le_bytes(fields.array()?),
        })
    }
}

/// Waits for one frame and returns its body; `None` when the other side has closed the connection between two frames.
pub fn read_frame(source: &mut impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut length = [0; 4];
    match source.read_exact(&mut length) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
        Err(error) => return Err(error),
    }
    let mut body = vec![0; checked_length(length)?];
    source.read_exact(&mut body)?;
    Ok(Some(body))
}

/// Puts frames together from pieces, for a side that must never wait.
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

    /// The body of the next frame that is complete.
    pub fn next_frame(&mut self) -> io::Result<Option<&[u8]>> {
        let waiting = &self.received[self.taken..];
        let Some((length, rest)) = waiting.split_first_chunk::<4>() else { return Ok(None) };
        let length = checked_length(*length)?;
        if rest.len() < length {
            return Ok(None);
        }
        let start = self.taken + 4;
        self.taken = start + length;
        Ok(Some(&self.received[start..self.taken]))
    }
}

fn checked_length(length: [u8; 4]) -> io::Result<usize> {
    let length = u32::from_le_bytes(length) as usize;
    if length > LARGEST_FRAME_BYTES {
        return Err(invalid(format!(
            "a frame of {length} bytes, more than the {LARGEST_FRAME_BYTES} that are allowed"
        )));
    }
    Ok(length)
}

/// A frame that is being written.
struct Frame(Vec<u8>);

impl Frame {
    fn new(kind: u8) -> Self {
        Self(vec![0, 0, 0, 0, kind])
    }

    fn raw(&mut self, bytes: &[u8]) -> &mut Self {
        self.0.extend_from_slice(bytes);
        self
    }

    fn u32(&mut self, value: u32) -> &mut Self {
        self.raw(&value.to_le_bytes())
    }

    fn count(&mut self, count: usize) -> &mut Self {
        self.u32(u32::try_from(count).expect("a page has fewer than 2^32 parts"))
    }

    fn bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.count(bytes.len()).raw(bytes)
    }

    fn text(&mut self, text: &str) -> &mut Self {
        self.bytes(text.as_bytes())
    }

    fn finish(&mut self) -> Vec<u8> {
        let length = u32::try_from(self.0.len() - 4).expect("a frame is shorter than 4 GiB");
        self.0[..4].copy_from_slice(&length.to_le_bytes());
        std::mem::take(&mut self.0)
    }
}

/// The fields of a frame that is being read.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    fn new(body: &'a [u8]) -> Self {
        Self(body)
    }

    fn take(&mut self, length: usize) -> io::Result<&'a [u8]> {
        let (taken, rest) =
            self.0.split_at_checked(length).ok_or_else(|| invalid("a frame ends too early".to_owned()))?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> io::Result<[u8; N]> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    fn u8(&mut self) -> io::Result<u8> {
        Ok(self.array::<1>()?[0])
    }

    fn bool(&mut self) -> io::Result<bool> {
        Ok(self.u8()? != 0)
    }

    fn u32(&mut self) -> io::Result<u32> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn bytes(&mut self) -> io::Result<&'a [u8]> {
        let length = self.u32()? as usize;
        self.take(length)
    }

    fn text(&mut self) -> io::Result<String> {
        String::from_utf8(self.bytes()?.to_vec()).map_err(|_| invalid("a text is not UTF-8".to_owned()))
    }

    fn end(&self) -> io::Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(invalid("a frame is longer than its message".to_owned())) }
    }
}

fn unknown_kind(kind: u8) -> io::Error {
    invalid(format!("no message has the kind {kind}"))
}

fn invalid(message: String) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Page {
        let file =
            |path: &str| PageFile { path: path.to_owned(), mime: "text/css".to_owned(), bytes: vec![0, 255] };
        Page {
            start_url: "plugin://localhost/index.html".to_owned(),
            scheme: "plugin".to_owned(),
            files: vec![file("a.css"), file("b/c.css")],
            content_security_policy: "default-src 'self'".to_owned(),
            scripts: vec!["one()".to_owned(), String::new()],
            background: [1, 2, 3],
            devtools: true,
        }
    }

    fn all_to_helper() -> Vec<ToHelper> {
        let geometry = Geometry { width_px: 801, height_px: 600, scale: 1.25 };
        vec![
            ToHelper::Load(page()),
            ToHelper::Show(geometry),
            ToHelper::Hide,
            ToHelper::Resize(geometry),
            ToHelper::Text("\u{1f39b}".to_owned()),
            ToHelper::HostKey(HostKey { keysym: 0xff08, is_down: true, modifiers: 5 }),
            ToHelper::ForgetFocus,
        ]
    }

    fn all_from_helper() -> Vec<FromHelper> {
        vec![
            FromHelper::Window { id: 0x0120_0003 },
            FromHelper::DocumentStarted,
            FromHelper::Text(String::new()),
            FromHelper::TextFocus(true),
            FromHelper::UnusedKey(UnusedKey { code: 65, state: 0x2010, time_ms: u32::MAX, is_down: false }),
            FromHelper::Warning("a warning".to_owned()),
        ]
    }

    #[test]
    fn every_message_arrives_as_it_was_sent() {
        for message in all_to_helper() {
            let body = read_frame(&mut message.encode().as_slice()).unwrap().unwrap();
            assert_eq!(ToHelper::decode(&body).unwrap(), message);
        }
        for message in all_from_helper() {
            let body = read_frame(&mut message.encode().as_slice()).unwrap().unwrap();
            assert_eq!(FromHelper::decode(&body).unwrap(), message);
        }
    }

    #[test]
    fn frames_come_together_from_pieces_of_any_size() {
        let stream: Vec<u8> = all_from_helper().iter().flat_map(FromHelper::encode).collect();
        for piece_length in [1, 3, 7, stream.len()] {
            let mut buffer = FrameBuffer::default();
            let mut messages = Vec::new();
            for piece in stream.chunks(piece_length) {
                buffer.push(piece);
                while let Some(body) = buffer.next_frame().unwrap() {
                    messages.push(FromHelper::decode(body).unwrap());
                }
            }
            assert_eq!(messages, all_from_helper(), "in pieces of {piece_length} bytes");
        }
    }

    #[test]
    fn a_message_that_is_cut_or_too_long_is_refused() {
        for message in all_to_helper() {
            let body = read_frame(&mut message.encode().as_slice()).unwrap().unwrap();
            for length in 0..body.len() {
                assert!(ToHelper::decode(&body[..length]).is_err(), "{message:?} cut to {length} bytes");
            }
            assert!(ToHelper::decode(&[body, vec![0]].concat()).is_err(), "{message:?} with a byte more");
        }
    }

    #[test]
    fn a_frame_of_absurd_length_is_refused_before_memory_is_taken_for_it() {
        assert!(read_frame(&mut [255; 4].as_slice()).is_err());
    }

    #[test]
    fn the_end_between_two_frames_is_no_error_and_within_one_it_is() {
        assert!(read_frame(&mut [].as_slice()).unwrap().is_none());
        let frame = ToHelper::Text("text".to_owned()).encode();
        assert!(read_frame(&mut &frame[..frame.len() - 1]).is_err());
    }
}
