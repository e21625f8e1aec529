//! How large may be what goes between page and plugin. The helper process compiles this file as well.

/// The longest text, in either direction, in bytes of UTF-8.
///
/// Texts are about controls and levels: kilobytes, and a megabyte for all that a large plugin can say of its parameters.
/// What is longer is a mistake, and refused where it is sent: it would hold up everything behind it.
pub const MAX_TEXT_BYTES: usize = 4 * 1024 * 1024;

/// The largest sum of a page's own files, in bytes.
///
/// A page with its fonts and pictures has a few megabytes. All of it is in memory, several times over while a page starts.
pub const MAX_PAGE_BYTES: usize = 32 * 1024 * 1024;
