//! What a plugin has said about its editor.

use std::path::PathBuf;
use std::sync::Arc;

use nice_plug_core::editor::ResizeHint;

use crate::assets::{DEFAULT_CONTENT_SECURITY_POLICY, PageSource};
use crate::handler::{EditorObserver, NoObserver, Opening, PageHandler};
use crate::limits::MAX_TEXT_BYTES;
use crate::state::EditorState;

/// Makes the handler of each opening.
pub type HandlerFactory = Box<dyn Fn(Opening) -> Box<dyn PageHandler> + Send + Sync>;

/// The scheme under which a page's own files are served.
pub const SCHEME: &str = "plugin";

/// What a plugin has said about its editor.
pub struct Config {
    pub source: PageSource,
    pub state: Arc<EditorState>,
    pub handler: HandlerFactory,
    pub observer: Arc<dyn EditorObserver>,
    pub title: String,
    pub resize_hint: ResizeHint,
    pub background: [u8; 3],
    pub bridge_name: String,
    pub scripts: Vec<String>,
    /// Whether the page may be reloaded and inspected.
    pub developer_tools: bool,
    pub content_security_policy: String,
    #[cfg_attr(not(target_os = "linux"), allow(dead_code, reason = "other systems have no helper"))]
    pub helper_program: Option<PathBuf>,
}

impl Config {
    /// What holds until the plugin says otherwise.
    pub fn new(
        source: PageSource,
        state: Arc<EditorState>,
        handler: impl Fn(Opening) -> Box<dyn PageHandler> + Send + Sync + 'static,
    ) -> Self {
        Self {
            source,
            state,
            handler: Box::new(handler),
            observer: Arc::new(NoObserver),
            title: String::new(),
            resize_hint: ResizeHint::NON_RESIZABLE,
            background: [0, 0, 0],
            bridge_name: "__NICE_PLUG__".to_owned(),
            scripts: Vec::new(),
            developer_tools: cfg!(debug_assertions),
            content_security_policy: DEFAULT_CONTENT_SECURITY_POLICY.to_owned(),
            helper_program: None,
        }
    }

    /// Where the page starts.
    pub fn start_url(&self) -> String {
        match &self.source {
            PageSource::Assets(_) => format!("{SCHEME}://localhost/index.html"),
            PageSource::Url(url) => url.clone(),
        }
    }

    /// The scripts that run before the page's own; `post` is an expression for what takes a text out of the webview, `texts` a
    /// script that takes texts in, where the webview does not run one for each.
    pub fn all_scripts(&self, post: &str, texts: Option<&str>) -> Vec<String> {
        // A text in JSON is one in JavaScript.
        let name = serde_json::to_string(&self.bridge_name).expect("a text can be written as JSON");
        let bridge = include_str!("bridge.js").replace("$POST", post).replace("$NAME", &name);
        let bridge = bridge.replace("$MAX_TEXT_BYTES", &MAX_TEXT_BYTES.to_string());
        let keyboard = include_str!("keyboard.js").replace("$POST", post);
        let page_error = include_str!("page_error.js").to_owned();
        // WebView2 acts on a browser's keys; WebKit leaves them, and they go on to the host.
        let browser_behaviour = include_str!("browser_behaviour.js")
            .replace("$DEVELOPER_TOOLS", &self.developer_tools.to_string())
            .replace("$TAKES_KEYS", &cfg!(windows).to_string());
        [page_error, bridge]
            .into_iter()
            .chain(texts.map(ToOwned::to_owned))
            .chain([keyboard, browser_behaviour])
            .chain(self.scripts.iter().cloned())
            .collect()
    }
}

/// Black or white, whichever can be read on this colour.
#[cfg_attr(target_os = "macos", allow(dead_code, reason = "no notice is written there"))]
pub fn contrasting([red, green, blue]: [u8; 3]) -> [u8; 3] {
    let luminance = 2 * u32::from(red) + 5 * u32::from(green) + u32::from(blue);
    if luminance > 8 * 127 { [0; 3] } else { [255; 3] }
}
