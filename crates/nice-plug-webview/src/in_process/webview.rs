//! The webview that shows the page.

use std::borrow::Cow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};

use nice_plug_core::editor::ParentWindowHandle;
#[cfg(windows)]
use wry::WebViewBuilderExtWindows;
use wry::dpi::{LogicalPosition, Position, Size};
use wry::http::{Response, StatusCode};
use wry::{NewWindowResponse, PermissionResponse, Rect, WebContext, WebView, WebViewBuilder};

#[cfg(windows)]
use super::notice::{self, Notice};
#[cfg(windows)]
use super::pinned;
use crate::assets::{AssetMap, PageSource};
use crate::config::{Config, SCHEME};
use crate::origin::origin;
use crate::script_message::ScriptMessage;
use crate::session::Session;

/// How page scripts reach wry's handler of messages.
const POST: &str = "(ipc => text => ipc.postMessage(text))(window.ipc)";

/// The webview of one opening. Lives on the host's main thread.
pub struct PageWebview {
    config: Arc<Config>,
    session: Arc<Session>,
    parent: Option<ParentWindowHandle>,
    webview: Option<WebView>,
    /// WebView2's folder, for as long as the webview lives.
    context: Option<WebContext>,
    /// What the window says in the page's place.
    #[cfg(windows)]
    notice: Option<Notice>,
    has_failed: bool,
    has_document: bool,
    received: Receiver<String>,
    sender: Sender<String>,
    /// Whether a text field of the page has the keyboard.
    pub has_text_focus: Arc<AtomicBool>,
}

impl PageWebview {
    /// Nothing shown yet.
    pub fn new(config: Arc<Config>, session: Arc<Session>, parent: Option<ParentWindowHandle>) -> Self {
        let (sender, received) = channel();
        Self {
            config,
            session,
            parent,
            webview: None,
            context: None,
            #[cfg(windows)]
            notice: None,
            has_failed: false,
            has_document: false,
            received,
            sender,
            has_text_focus: Arc::default(),
        }
    }

    /// Takes the host's window; the page appears there at the next tick.
    pub fn set_parent(&mut self, parent: ParentWindowHandle) {
        self.close();
        self.parent = Some(parent);
    }

    /// Does all there is to do, 60 times a second.
    pub fn tick(&mut self) {
        if self.session.has_ended() {
            return;
        }
        if let (None, Some(parent), false) = (&self.webview, self.parent, self.has_failed) {
            self.create(parent);
        }
        while let Ok(message) = self.received.try_recv() {
            self.handle_message(&message);
        }
        if self.has_document {
            self.session.with_handler("ticking", |handler| handler.on_tick());
            self.send_texts();
        }
    }

    /// Takes the size that the state has.
    pub fn resize(&self) -> Result<(), wry::Error> {
        #[cfg(windows)]
        if let Some(notice) = &self.notice {
            notice.resize(self.config.state.native_size());
        }
        self.webview.as_ref().map_or(Ok(()), |webview| webview.set_bounds(self.bounds()))
    }

    /// Shows or hides the page.
    pub fn set_visible(&self, is_visible: bool) -> Result<(), wry::Error> {
        #[cfg(windows)]
        if let Some(notice) = &self.notice {
            notice.set_visible(is_visible);
        }
        self.webview.as_ref().map_or(Ok(()), |webview| webview.set_visible(is_visible))
    }

    /// Removes the page from the host's window.
    pub fn close(&mut self) {
        self.webview = None;
        self.context = None;
        #[cfg(windows)]
        {
            self.notice = None;
        }
        self.has_failed = false;
        self.has_document = false;
    }

    #[cfg(windows)]
    fn create(&mut self, parent: ParentWindowHandle) {
        // Asked before wry makes a window of its own, which it would leave behind.
        if let Err(error) = wry::webview_version() {
            tracing::warn!("there is no WebView2 Runtime: {error}");
            self.fail(parent, notice::runtime_missing());
            return;
        }
        pinned::keep_this_library();
        if let Err(error) = self.build(parent) {
            self.fail(parent, notice::cannot_start(&error));
        }
    }

    #[cfg(not(windows))]
    fn create(&mut self, parent: ParentWindowHandle) {
        self.has_failed = self.build(parent).is_err();
    }

    /// Says in the window why there is no page.
    #[cfg(windows)]
    fn fail(&mut self, parent: ParentWindowHandle, text: String) {
        self.has_failed = true;
        let (size, scale) = (self.config.state.native_size(), self.config.state.scale().unwrap_or(1.0));
        self.notice = Notice::show(parent, size, scale, self.config.background, text);
    }

    fn build(&mut self, parent: ParentWindowHandle) -> Result<(), wry::Error> {
        let mut context = WebContext::new(Some(data_folder()));
        let built = self.builder(&mut context).build_as_child(&parent);
        self.context = Some(context);
        self.webview =
            Some(built.inspect_err(|error| tracing::error!("the system's web view does not open: {error}"))?);
        Ok(())
    }

    fn builder<'a>(&self, context: &'a mut WebContext) -> WebViewBuilder<'a> {
        let [red, green, blue] = self.config.background;
        let sender = self.sender.clone();
        let start_url = self.config.start_url();
        let allowed = origin(&start_url).to_owned();
        let mut builder = WebViewBuilder::new_with_web_context(context)
            .with_bounds(self.bounds())
            .with_background_color((red, green, blue, 255))
            .with_focused(false)
            .with_accept_first_mouse(true)
            .with_incognito(true)
            .with_devtools(self.config.developer_tools)
            .with_ipc_handler(move |request| drop(sender.send(request.into_body())))
            .with_navigation_handler(move |url| is_of_page(&url, &allowed))
            .with_new_window_req_handler(|_, _| NewWindowResponse::Deny)
            .with_download_started_handler(|_, _| false)
            .with_permission_handler(|_| PermissionResponse::Deny);
        // wry switches off what else a browser's window has: zooming by Ctrl and wheel or by pinching, and swiping to go back.
        // It is asked for no handler of drops: with one, no page would ever get a file.
        #[cfg(windows)]
        {
            builder = builder.with_browser_accelerator_keys(self.config.developer_tools);
        }
        for script in self.config.all_scripts(POST, None) {
            builder = builder.with_initialization_script_for_main_only(script, true);
        }
        if let PageSource::Assets(assets) = &self.config.source {
            let (assets, policy) = (assets.clone(), self.config.content_security_policy.clone());
            builder = builder.with_custom_protocol(SCHEME.to_owned(), move |_, request| {
                respond(&assets, request.uri().path(), &policy)
            });
        }
        builder.with_url(start_url)
    }

    fn handle_message(&mut self, message: &str) {
        match ScriptMessage::parse(message) {
            Some(ScriptMessage::DocumentStarted) => {
                self.has_document = true;
                self.session.with_handler("a document has started", |handler| handler.on_document_started());
            }
            Some(ScriptMessage::TextFocus(has_focus)) => self.set_text_focus(has_focus),
            Some(ScriptMessage::Text(text)) => {
                self.session.with_handler("answering the page", |handler| handler.on_message(text));
            }
            None => {}
        }
    }

    fn set_text_focus(&self, has_focus: bool) {
        self.has_text_focus.store(has_focus, Ordering::Relaxed);
        let Some(webview) = &self.webview else { return };
        let moved = if has_focus { webview.focus() } else { webview.focus_parent() };
        if let Err(error) = moved {
            tracing::debug!("the keyboard stays where it is: {error}");
        }
    }

    fn send_texts(&self) {
        let texts = self.session.outbox().take();
        let Some(webview) = self.webview.as_ref().filter(|_| !texts.is_empty()) else { return };
        // JSON is JavaScript.
        let texts = serde_json::to_string(&texts).expect("texts are JSON");
        if let Err(error) = webview.evaluate_script(&format!("__nice_plug_webview_deliver__({texts})")) {
            tracing::warn!("a text does not reach the page: {error}");
        }
    }

    fn bounds(&self) -> Rect {
        let size = self.config.state.native_size();
        #[cfg(windows)]
        let size = Size::Physical(wry::dpi::PhysicalSize::new(size.width, size.height));
        #[cfg(not(windows))]
        let size = Size::Logical(wry::dpi::LogicalSize::new(f64::from(size.width), f64::from(size.height)));
        Rect { position: Position::Logical(LogicalPosition::new(0.0, 0.0)), size }
    }
}

/// One of the page's own files, or none.
fn respond(assets: &AssetMap, path: &str, policy: &str) -> Response<Cow<'static, [u8]>> {
    let path = path.trim_start_matches('/');
    let (status, mime, bytes) = match assets.get(if path.is_empty() { "index.html" } else { path }) {
        Some(asset) => (StatusCode::OK, asset.mime.clone(), asset.bytes.clone()),
        None => (StatusCode::NOT_FOUND, "text/plain".into(), Cow::Borrowed(b"no such file".as_slice())),
    };
    Response::builder()
        .status(status)
        .header("Content-Type", mime.as_ref())
        .header("Content-Security-Policy", policy)
        .header("X-Content-Type-Options", "nosniff")
        .body(bytes)
        .unwrap_or_else(|error| {
            // A plugin's media type or policy that no header can hold.
            tracing::error!("{path} cannot be served: {error}");
            Response::new(Cow::Borrowed(&[]))
        })
}

/// Whether an address belongs to the page. Windows shows private schemes as hosts of their own.
fn is_of_page(url: &str, allowed: &str) -> bool {
    let private = format!("{SCHEME}://localhost");
    let as_host = [format!("http://{SCHEME}.localhost"), format!("https://{SCHEME}.localhost")];
    origin(url) == allowed || (allowed == private && as_host.iter().any(|host| host == origin(url)))
}

/// A folder that can be written, unlike the one beside the host's program, where WebView2 would put its files.
pub fn data_folder() -> PathBuf {
    let user = std::env::var_os("LOCALAPPDATA").map_or_else(std::env::temp_dir, PathBuf::from);
    user.join("nice-plug-webview")
}
