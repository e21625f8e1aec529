//! One window and the webview in it.

use std::cell::Cell;

use gdkx11::{X11Display, X11Window};
use gtk::gdk;
use gtk::glib::Cast;
use gtk::prelude::*;

use crate::connection::ViewSender;
use crate::keyboard;
use crate::messages::{Geometry, PageDescription};
use crate::webview::PageWebview;

/// A page in a window that no window manager touches.
pub struct View {
    window: gtk::Window,
    window_id: u32,
    webview: PageWebview,
    scale: Cell<f64>,
}

impl View {
    /// Creates the window, unmapped, and starts loading the page, if possible in the web process of one of `others`.
    pub fn open<'a>(
        description: PageDescription,
        sender: &ViewSender,
        others: impl Iterator<Item = &'a View>,
    ) -> Result<Self, &'static str> {
        // The library decides about the scale. Without these, the desktop's settings would come on top.
        if let Some(settings) = gtk::Settings::default() {
            settings.set_gtk_xft_dpi(96 * 1024);
        }
        if let Some(display) = x11_display() {
            display.set_window_scale(1);
        }

        let window = gtk::Window::new(gtk::WindowType::Popup);
        window.set_decorated(false);
        paint_background(&window, description.background);
        let webview = PageWebview::load(description, sender, others.map(View::webview));
        window.add(webview.widget());
        webview.widget().show();
        webview.widget().grab_focus();
        keyboard::return_unused_keys(webview.widget(), sender);

        window.realize();
        let window_id = window
            .window()
            .and_then(|window| window.downcast::<X11Window>().ok())
            .and_then(|window| u32::try_from(window.xid()).ok())
            .ok_or("GTK has no X11 window")?;
        Ok(Self { window, window_id, webview, scale: Cell::new(1.0) })
    }

    /// The X11 id of the window.
    pub fn window_id(&self) -> u32 {
        self.window_id
    }

    /// The webview inside.
    pub fn webview(&self) -> &PageWebview {
        &self.webview
    }

    /// Shows the window, wherever the library has put it.
    pub fn show(&self, geometry: Geometry) {
        self.resize(geometry);
        self.window.show();
        // GTK places pop-ups itself when it first shows them.
        self.window.move_(0, 0);
    }

    /// Whether the window is in the library's.
    pub fn is_shown(&self) -> bool {
        self.window.is_visible()
    }

    /// Takes the window off the screen. WebKit stops drawing and slows its timers.
    pub fn hide(&self) {
        self.window.hide();
    }

    /// Takes a new size and scale.
    pub fn resize(&self, geometry: Geometry) {
        // By the page's zoom alone: GTK's scale of windows would count for those of all editors.
        // Bit equality is meant: the same scale comes with every size.
        if geometry.scale.to_bits() != self.scale.replace(geometry.scale).to_bits() {
            self.webview.set_zoom(geometry.scale);
        }
        let [width, height] = [geometry.width_px, geometry.height_px].map(|pixels| pixels.max(1) as i32);
        self.webview.widget().set_size_request(width, height);
        self.window.resize(width, height);
    }
}

impl Drop for View {
    #[allow(unsafe_code)]
    fn drop(&mut self) {
        // SAFETY: nothing else has the window, and no reference to its parts is used after this.
        unsafe { self.window.destroy() }
    }
}

fn x11_display() -> Option<X11Display> {
    gdk::Display::default()?.downcast().ok()
}

fn paint_background(window: &gtk::Window, [red, green, blue]: [u8; 3]) {
    let provider = gtk::CssProvider::new();
    let style = format!("window {{ background: rgb({red}, {green}, {blue}); }}");
    if provider.load_from_data(style.as_bytes()).is_ok() {
        window.style_context().add_provider(&provider, gtk::STYLE_PROVIDER_PRIORITY_APPLICATION);
    }
}
