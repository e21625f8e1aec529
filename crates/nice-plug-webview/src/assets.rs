//! Where the page comes from.

use std::borrow::Cow;
use std::collections::BTreeMap;

use thiserror::Error;

use crate::limits::MAX_PAGE_BYTES;

/// What [`AssetMap`]'s pages may do unless [`WebviewEditorBuilder::with_content_security_policy`] says otherwise: use their own
/// files, styles written into elements, and images made by themselves. They reach no server.
///
/// [`WebviewEditorBuilder::with_content_security_policy`]: crate::WebviewEditorBuilder::with_content_security_policy
pub const DEFAULT_CONTENT_SECURITY_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' data: blob:; font-src 'self' data:; media-src 'self' data: blob:; object-src 'none'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Where the page comes from.
#[derive(Debug, Clone)]
pub enum PageSource {
    /// The plugin's own files, served from memory under a private scheme. The page starts at `index.html`.
    Assets(AssetMap),
    /// A server, such as the one that a page is developed with. The page cannot leave this address's origin.
    Url(String),
}

/// The files of a page, by their paths below its root: together 32 MiB at most.
#[derive(Debug, Clone, Default)]
pub struct AssetMap {
    files: BTreeMap<String, Asset>,
}

/// One file of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// The media type, as in `text/html; charset=utf-8`.
    pub mime: Cow<'static, str>,
    /// The content.
    pub bytes: Cow<'static, [u8]>,
}

/// A [`PageSource`] that cannot be shown.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PageSourceError {
    /// A page starts at its `index.html`.
    #[error("the page's files have no index.html: insert one, it is where the page starts")]
    NoStart,
    /// The files are too large to be sent to the process that shows them.
    #[error(
        "the page's files have {bytes} bytes together, and {MAX_PAGE_BYTES} are allowed: leave large ones out"
    )]
    TooLarge {
        /// The sum of all files.
        bytes: usize,
    },
    /// Only servers can be asked for pages.
    #[error("`{0}` is not an address of a page: write it with its scheme, as in http://127.0.0.1:5173")]
    NotAnAddress(String),
}

impl AssetMap {
    /// No files yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file, or replaces it. A slash in front of the path means nothing.
    #[must_use]
    pub fn with_file(
        mut self,
        path: &str,
        mime: impl Into<Cow<'static, str>>,
        bytes: impl Into<Cow<'static, [u8]>>,
    ) -> Self {
        let path = path.trim_start_matches('/').to_owned();
        self.files.insert(path, Asset { mime: mime.into(), bytes: bytes.into() });
        self
    }

    /// The file at this path.
    pub fn get(&self, path: &str) -> Option<&Asset> {
        self.files.get(path.trim_start_matches('/'))
    }

    /// All files, ordered by their paths.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Asset)> {
        self.files.iter().map(|(path, asset)| (path.as_str(), asset))
    }

    fn check(&self) -> Result<(), PageSourceError> {
        if self.get("index.html").is_none() {
            return Err(PageSourceError::NoStart);
        }
        let bytes = self.files.values().map(|asset| asset.bytes.len()).sum();
        if bytes > MAX_PAGE_BYTES { Err(PageSourceError::TooLarge { bytes }) } else { Ok(()) }
    }
}

impl PageSource {
    /// Checks that there is a page to start with.
    ///
    /// # Errors
    ///
    /// Files without a start or too large, or an address that is not a server's.
    pub(crate) fn check(&self) -> Result<(), PageSourceError> {
        match self {
            Self::Assets(assets) => assets.check(),
            Self::Url(url) if !url.starts_with("http://") && !url.starts_with("https://") => {
                Err(PageSourceError::NotAnAddress(url.clone()))
            }
            Self::Url(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_in_front_of_a_path_means_nothing() {
        let assets = AssetMap::new().with_file("/index.html", "text/html", b"<p>".as_slice());

        assert_eq!(assets.get("index.html").map(|asset| asset.bytes.as_ref()), Some(b"<p>".as_slice()));
        assert_eq!(assets.get("/index.html"), assets.get("index.html"));
    }

    #[test]
    fn files_without_a_start_are_refused() {
        let source =
            PageSource::Assets(AssetMap::new().with_file("app.js", "text/javascript", b"".as_slice()));

        assert_eq!(source.check(), Err(PageSourceError::NoStart));
    }

    #[test]
    fn files_that_are_too_large_together_are_refused() {
        let half = vec![0; MAX_PAGE_BYTES / 2];
        let fitting =
            AssetMap::new().with_file("index.html", "text/html", half.clone()).with_file("a", "", half);
        assert_eq!(PageSource::Assets(fitting.clone()).check(), Ok(()));

        let source = PageSource::Assets(fitting.with_file("b", "", b"1".as_slice()));

        assert_eq!(source.check(), Err(PageSourceError::TooLarge { bytes: MAX_PAGE_BYTES + 1 }));
    }

    #[test]
    fn an_address_without_a_server_is_refused() {
        for address in ["file:///etc/passwd", "localhost:5173", ""] {
            let source = PageSource::Url(address.to_owned());

            assert_eq!(source.check(), Err(PageSourceError::NotAnAddress(address.to_owned())));
        }
    }
}
