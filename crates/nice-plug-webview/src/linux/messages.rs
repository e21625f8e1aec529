//! What the library and the helper process say to each other. The helper process compiles this file as well.

use serde::{Deserialize, Serialize};

use super::wire::Message;
use crate::limits::{MAX_PAGE_BYTES, MAX_TEXT_BYTES};

/// What a text's message has besides the text: the view's number, the kind of message and the text's length.
const TEXT_OVERHEAD_BYTES: usize = 32;

/// One file of the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageFile {
    /// The path below the root, without a slash in front.
    pub path: String,
    /// The media type, as it stands in the `Content-Type` header.
    pub mime: String,
    /// The content.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
}

/// All that the helper must know before it can load the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageDescription {
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

/// What the library tells the helper of one of its views.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ToHelper {
    /// Create the view and load the page. Comes first, and once.
    Load(PageDescription),
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
    ReleaseFocus,
    /// The editor is gone: end the view. Comes last.
    Close,
}

/// Size and scale of the window.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Geometry {
    /// Width in physical pixels.
    pub width_px: u32,
    /// Height in physical pixels.
    pub height_px: u32,
    /// Physical pixels for each of the page's.
    pub scale: f64,
}

/// A key that reached the host instead of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct HostKey {
    /// The X11 symbol of the key.
    pub keysym: u32,
    /// Whether it went down or up.
    pub is_down: bool,
    /// The X11 mask of modifiers.
    pub modifiers: u32,
}

/// What the helper tells the library of one of its views.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    /// The pages stand still, because the script of one does not end.
    NotResponding,
}

/// A key that the page had no use for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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

impl Message for ToHelper {
    /// A page with all its files is one message. What the plugin says besides, above all in its scripts, may be as long as
    /// a text.
    const MAX_BYTES: usize = MAX_PAGE_BYTES + MAX_TEXT_BYTES;
}

impl Message for FromHelper {
    const MAX_BYTES: usize = MAX_TEXT_BYTES + TEXT_OVERHEAD_BYTES;
}
