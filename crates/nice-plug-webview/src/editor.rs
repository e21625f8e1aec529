//! The editor that a plugin returns from nice-plug's `Plugin::editor`.

use std::error::Error;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use nice_plug_core::context::gui::GuiContext;
use nice_plug_core::editor::dpi::NativeSize;
use nice_plug_core::editor::{Editor, HostMethods, ParentWindowHandle, ResizeHint, SpawnedEditor};

use crate::assets::PageSource;
use crate::config::Config;
use crate::handler::{EditorObserver, Opening, PageHandler};
use crate::platform::{Platform, WebviewHandle};
use crate::state::EditorState;

/// The builder of a [`WebviewEditor`]: what to show, and how.
pub struct WebviewEditorBuilder {
    config: Config,
}

/// An editor whose interface is a web page.
///
/// Made once for each instance of the plugin, with [`WebviewEditor::builder`]; the host opens and closes it as often as it
/// likes. On Linux the process that shows the page is started at the first opening and kept, hidden, until the editor is
/// dropped.
pub struct WebviewEditor {
    config: Arc<Config>,
    platform: OnceLock<Platform>,
}

impl WebviewEditor {
    /// Starts with a page, the window's size, and what answers the page each time the window opens.
    ///
    /// Until told otherwise, the window cannot be resized, is black where the page does not paint, and the page finds its
    /// way out under `globalThis.__NICE_PLUG__`.
    pub fn builder(
        source: PageSource,
        state: Arc<EditorState>,
        handler: impl Fn(Opening) -> Box<dyn PageHandler> + Send + Sync + 'static,
    ) -> WebviewEditorBuilder {
        WebviewEditorBuilder { config: Config::new(source, state, handler) }
    }

    fn platform(&self) -> &Platform {
        self.platform.get_or_init(|| Platform::new(Arc::clone(&self.config)))
    }

    /// Learns the system's scale, as long as the host has not said what it wants.
    fn ensure_scale(&self) {
        if self.config.state.scale().is_none() {
            self.config.state.set_scale(self.platform().system_scale());
        }
    }
}

impl WebviewEditorBuilder {
    /// The window's title, where there is no host to give it one.
    #[must_use]
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.config.title = title.into();
        self
    }

    /// Whether and how the host may resize the window. Limits in logical pixels hold for the page's wishes too.
    #[must_use]
    pub fn with_resize_hint(mut self, hint: ResizeHint) -> Self {
        self.config.resize_hint = hint;
        self
    }

    /// What is seen until the page has painted, and wherever it paints nothing: red, green, blue. With the page's own
    /// background colour, opening never flashes.
    #[must_use]
    pub fn with_background(mut self, red: u8, green: u8, blue: u8) -> Self {
        self.config.background = [red, green, blue];
        self
    }

    /// The name, in the page's `globalThis`, of the frozen object with `postMessage(text)` and `setReceiveCallback(fn)`.
    #[must_use]
    pub fn with_bridge_name(mut self, name: impl Into<String>) -> Self {
        self.config.bridge_name = name.into();
        self
    }

    /// Adds a script that runs in the page's main frame before its own, and after the bridge is there.
    #[must_use]
    pub fn with_init_script(mut self, script: impl Into<String>) -> Self {
        self.config.scripts.push(script.into());
        self
    }

    /// Whether the page may be reloaded and inspected, by the web view's own menu and keys. Unless told, in debug builds.
    #[must_use]
    pub fn with_developer_tools(mut self, has_developer_tools: bool) -> Self {
        self.config.developer_tools = has_developer_tools;
        self
    }

    /// Replaces [`DEFAULT_CONTENT_SECURITY_POLICY`](crate::DEFAULT_CONTENT_SECURITY_POLICY) for the plugin's own files. A server sends its own.
    #[must_use]
    pub fn with_content_security_policy(mut self, policy: impl Into<String>) -> Self {
        self.config.content_security_policy = policy.into();
        self
    }

    /// Hears what the host does to the plugin.
    #[must_use]
    pub fn with_observer(mut self, observer: Arc<dyn EditorObserver>) -> Self {
        self.config.observer = observer;
        self
    }

    /// Uses another program than the one inside the library to show pages on Linux, as tests of failures do.
    #[must_use]
    pub fn with_helper_program(mut self, path: impl Into<PathBuf>) -> Self {
        self.config.helper_program = Some(path.into());
        self
    }

    /// The editor.
    pub fn build(self) -> WebviewEditor {
        WebviewEditor { config: Arc::new(self.config), platform: OnceLock::new() }
    }
}

impl Editor for WebviewEditor {
    type Handle = WebviewHandle;

    fn spawn(
        &self,
        parent: Option<ParentWindowHandle>,
        wait_for_parent: bool,
        fallback_scale_factor: Option<f64>,
        gui_context: GuiContext,
        host: Option<HostMethods>,
    ) -> Result<SpawnedEditor<Self::Handle>, Box<dyn Error>> {
        self.config.source.check()?;
        if let Some(scale) = fallback_scale_factor {
            self.config.state.take_host_scale(scale);
        }
        self.ensure_scale();
        Ok(self.platform().open(parent, wait_for_parent, gui_context, host)?)
    }

    fn size(&self) -> NativeSize<u32> {
        self.ensure_scale();
        self.config.state.native_size()
    }

    fn resize_hint(&self) -> ResizeHint {
        self.config.resize_hint
    }
}
