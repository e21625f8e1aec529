//! The pages' own files, under their private scheme.
//!
//! A scheme belongs to the context that all pages share, so each request is answered by the view that it comes from.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use gtk::gio::MemoryInputStream;
use gtk::glib::Bytes;
use gtk::prelude::ObjectType;
use soup::{MessageHeaders, MessageHeadersType};
use webkit2gtk::{
    SecurityManagerExt, URISchemeRequest, URISchemeRequestExt, URISchemeResponse, URISchemeResponseExt,
    WebContext, WebContextExt, WebView,
};

use crate::messages::PageFile;

/// Tells one web view from another.
type Identity = usize;

thread_local! {
    /// The pages of the open views.
    static PAGES: RefCell<HashMap<Identity, Rc<ServedPage>>> = RefCell::default();
    /// The schemes that a context has: each can be registered once.
    static REGISTERED: RefCell<Vec<(WebContext, String)>> = RefCell::default();
}

/// The files of one page, and where it starts.
#[derive(PartialEq, Eq)]
pub struct ServedPage {
    start_url: String,
    /// Media type and content by path.
    files: HashMap<String, (String, Bytes)>,
    content_security_policy: String,
}

impl ServedPage {
    /// Sends `content_security_policy` with each file.
    pub fn new(start_url: String, files: Vec<PageFile>, content_security_policy: String) -> Self {
        let by_path = |file: PageFile| (file.path, (file.mime, Bytes::from_owned(file.bytes)));
        let files = files.into_iter().map(by_path).collect();
        Self { start_url, files, content_security_policy }
    }
}

/// Serves a page's own files, and nothing else, to its view under the private scheme.
pub fn serve(context: &WebContext, scheme: &str, view: &WebView, page: &Rc<ServedPage>) {
    if page.files.is_empty() {
        return;
    }
    PAGES.with_borrow_mut(|pages| pages.insert(identity(view), Rc::clone(page)));
    REGISTERED.with_borrow_mut(|registered| {
        if registered.iter().any(|(other, name)| other == context && name == scheme) {
            return;
        }
        if let Some(security) = context.security_manager() {
            security.register_uri_scheme_as_secure(scheme);
            security.register_uri_scheme_as_cors_enabled(scheme);
        }
        context.register_uri_scheme(scheme, answer);
        registered.push((context.clone(), scheme.to_owned()));
    });
}

/// Serves a view's files no more.
pub fn forget(view: &WebView) {
    PAGES.with_borrow_mut(|pages| pages.remove(&identity(view)));
}

fn identity(view: &WebView) -> Identity {
    view.as_ptr() as Identity
}

fn answer(request: &URISchemeRequest) {
    let page =
        request.web_view().and_then(|view| PAGES.with_borrow(|pages| pages.get(&identity(&view)).cloned()));
    let path = request.path().unwrap_or_default();
    let path = match path.trim_start_matches('/') {
        "" => "index.html",
        path => path,
    };
    let file = page.as_ref().and_then(|page| page.files.get(path));
    let policy = page.as_ref().map_or("default-src 'none'", |page| &page.content_security_policy);
    match file {
        Some((mime, bytes)) => respond(request, 200, mime, bytes, policy),
        None => respond(request, 404, "text/plain", &Bytes::from_static(b"no such file"), policy),
    }
}

fn respond(
    request: &URISchemeRequest,
    status: u32,
    mime: &str,
    bytes: &Bytes,
    content_security_policy: &str,
) {
    let response = URISchemeResponse::new(&MemoryInputStream::from_bytes(bytes), bytes.len() as i64);
    response.set_status(status, None);
    response.set_content_type(mime);
    let headers = MessageHeaders::new(MessageHeadersType::Response);
    headers.append("Content-Security-Policy", content_security_policy);
    headers.append("X-Content-Type-Options", "nosniff");
    headers.append("Content-Type", mime);
    response.set_http_headers(headers);
    request.finish_with_response(&response);
}
