//! The built page's files.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{self, HeaderValue};
use hyper::{Response, StatusCode};
use tracing::warn;

use super::request::{Answer, plain};

/// The file that stands for a folder.
const INDEX: &str = "index.html";

/// Answers with a file of `folder`, as the path of a request names it.
pub(super) async fn answer(folder: &Path, path: &str) -> Answer {
    let Some(file) = file_within(folder, path) else {
        return plain(StatusCode::NOT_FOUND, "no such file\n");
    };
    match tokio::fs::read(&file).await {
        Ok(bytes) => {
            let mut answer = Response::new(Full::new(Bytes::from(bytes)));
            let headers = answer.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(&file)));
            // The page may be built anew at any time.
            headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
            headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
            answer
        }
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::IsADirectory) => {
            plain(StatusCode::NOT_FOUND, "no such file\n")
        }
        Err(error) => {
            warn!(file = %file.display(), %error, "a file of the page cannot be read");
            plain(StatusCode::INTERNAL_SERVER_ERROR, "the file cannot be read\n")
        }
    }
}

/// The file that a path names. Only plain names lead somewhere: whatever could lead out of the folder names nothing.
fn file_within(folder: &Path, path: &str) -> Option<PathBuf> {
    let mut file = folder.to_owned();
    for name in path.split('/').filter(|name| !name.is_empty()) {
        let is_plain = !name.starts_with('.')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-@".contains(&byte));
        if !is_plain {
            return None;
        }
        file.push(name);
    }
    if path.ends_with('/') {
        file.push(INDEX);
    }
    Some(file)
}

fn content_type(file: &Path) -> &'static str {
    match file.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("webp") => "image/webp",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("wasm") => "application/wasm",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_into_the_folder() {
        let within = |path| file_within(Path::new("/page"), path);
        assert_eq!(within("/"), Some("/page/index.html".into()));
        assert_eq!(within("/assets/index-B3_x.js"), Some("/page/assets/index-B3_x.js".into()));
        assert_eq!(within("//assets//a.css"), Some("/page/assets/a.css".into()));
    }

    #[test]
    fn no_path_leads_out_of_it() {
        for path in
            ["/..", "/../secret", "/a/../../b", "/%2e%2e/secret", "/.env", "/a\\..\\b", "/C:/x", "/a\0b"]
        {
            assert_eq!(file_within(Path::new("/page"), path), None, "{path}");
        }
    }
}
