//! The form in which CLAP hosts keep a plugin's state: nice-plug puts the length of its text in front, in eight bytes.

/// The text of a saved state.
pub fn text(state: &[u8]) -> &str {
    let (length, text) = state.split_at(8);
    assert_eq!(length, (text.len() as u64).to_le_bytes(), "the length of the text");
    std::str::from_utf8(text).expect("a state is JSON")
}

/// The state that a host would have kept of this text.
pub fn of_text(text: &str) -> Vec<u8> {
    [&(text.len() as u64).to_le_bytes(), text.as_bytes()].concat()
}
