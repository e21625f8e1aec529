//! The built page's files.

use std::path::Path;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use tower_http::services::ServeDir;
use tracing::warn;

use super::access::AccessRules;

/// What a page may do beside opening connections: the same as in a host's window, so that what works here works there.
/// It is shown inside no other page, which could have its user turn knobs unknowingly.
const PAGE_POLICY: &str = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; \
     font-src 'self' data:; media-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'none'; \
     frame-ancestors 'none'";

/// Answers with files of `folder`, whose pages may open a WebSocket to where `access` lets them.
pub(super) fn router(folder: &Path, access: &AccessRules) -> Router {
    let files = ServeDir::new(folder).redirect_to_trailing_slash(false);
    Router::new().fallback_service(files).layer(from_fn_with_state(access.clone(), answer))
}

/// Lets requests for files of a page through, and says how a browser may use them.
async fn answer(State(access): State<AccessRules>, request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    if !is_plain(&path) {
        return no_such_file();
    }
    let policy = content_security_policy(&access, request.headers());
    let mut answer = next.run(request).await;
    if answer.status() == StatusCode::NOT_FOUND {
        return no_such_file();
    }
    if answer.status().is_server_error() {
        warn!(path, "a file of the page cannot be read");
    }
    let headers = answer.headers_mut();
    name_encoding(headers);
    // The page may be built anew at any time.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    answer
}

/// What the page may do. It reaches this server under the name that it has asked for, and under the others, which it may have
/// been built with.
fn content_security_policy(access: &AccessRules, headers: &HeaderMap) -> HeaderValue {
    // Whoever let the request in has checked it.
    let host = headers.get(header::HOST).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let servers = access.websocket_sources(host).join(" ");
    let policy = format!("{PAGE_POLICY}; connect-src 'self' {servers}");
    HeaderValue::from_str(&policy).expect("it is made of words and a header that was read as text")
}

fn no_such_file() -> Response {
    (StatusCode::NOT_FOUND, "no such file\n").into_response()
}

/// Whether a path consists of plain names. Others name nothing here: hidden files, and whatever could lead out of the
/// folder.
fn is_plain(path: &str) -> bool {
    path.split('/').all(|name| {
        !name.starts_with('.')
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-@".contains(&byte))
    })
}

/// Says of texts that they are UTF-8, as everything is that builds a page.
fn name_encoding(headers: &mut HeaderMap) {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let Some(content_type) = content_type.filter(|value| value.starts_with("text/")) else { return };
    if let Ok(value) = HeaderValue::from_str(&format!("{content_type}; charset=utf-8")) {
        headers.insert(header::CONTENT_TYPE, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_into_the_folder() {
        for path in ["/", "/assets/index-B3_x.js", "//assets//a.css", "/a@2x.png", "/folder/"] {
            assert!(is_plain(path), "{path}");
        }
    }

    #[test]
    fn no_path_leads_out_of_it() {
        for path in
            ["/..", "/../secret", "/a/../../b", "/%2e%2e/secret", "/.env", "/a\\..\\b", "/C:/x", "/a\0b"]
        {
            assert!(!is_plain(path), "{path}");
        }
    }
}
