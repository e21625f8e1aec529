//! What this crate's scripts say through the webview's channel for messages. The helper process compiles this file as well.

/// What a text from `bridge.js` or `keyboard.js` means.
#[derive(Debug, PartialEq, Eq)]
pub enum ScriptMessage<'a> {
    /// A document has begun, and has its bridge.
    DocumentStarted,
    /// A text field got or lost the focus.
    TextFocus(bool),
    /// The page sends this text to the plugin.
    Text(&'a str),
}

impl<'a> ScriptMessage<'a> {
    /// Reads a text. A page that goes round the bridge may send any; those without a meaning are `None`.
    pub fn parse(text: &'a str) -> Option<Self> {
        match (text, text.strip_prefix('m')) {
            (_, Some(text)) => Some(Self::Text(text)),
            ("d", _) => Some(Self::DocumentStarted),
            ("f1", _) => Some(Self::TextFocus(true)),
            ("f0", _) => Some(Self::TextFocus(false)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_passes_whatever_it_is() {
        assert_eq!(ScriptMessage::parse("md"), Some(ScriptMessage::Text("d")));
        assert_eq!(ScriptMessage::parse("m"), Some(ScriptMessage::Text("")));
        assert_eq!(ScriptMessage::parse("m\u{1f39b}"), Some(ScriptMessage::Text("\u{1f39b}")));
    }

    #[test]
    fn what_has_no_meaning_is_nothing() {
        for text in ["", "d ", "f", "f2", "\u{1f39b}"] {
            assert_eq!(ScriptMessage::parse(text), None, "{text:?}");
        }
    }
}
