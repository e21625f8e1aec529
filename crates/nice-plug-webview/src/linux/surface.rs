//! The window in the host's window, and the helper's window inside it.
//!
//! Everything that concerns the tree of windows happens here, on our side, under one lock: the host may destroy its window
//! the moment that closing returns, and would destroy the helper's with it if it were still inside.

use std::sync::Arc;

use parking_lot::Mutex;
use x11rb::COPY_DEPTH_FROM_PARENT;
use x11rb::connection::Connection;
use x11rb::errors::ReplyError;
use x11rb::protocol::xproto::{
    AtomEnum, ChangeWindowAttributesAux, ConfigureWindowAux, ConnectionExt as _, CreateWindowAux, EventMask,
    InputFocus, PropMode, Visibility, Window, WindowClass,
};
use x11rb::wrapper::ConnectionExt as _;

use super::messages::Geometry;
use super::x11::{X11, X11Error};

/// The window of one editor.
pub struct Surface {
    x11: Arc<X11>,
    background: [u8; 3],
    /// Where the helper's window is while it is not inside ours. Never mapped, so that nothing in it is ever seen.
    parking: Window,
    windows: Mutex<Windows>,
}

/// What exists at the moment.
#[derive(Default)]
struct Windows {
    /// Our window: the host's child, or on its own where there is no host.
    container: Option<Window>,
    /// The host's window.
    parent: Option<Window>,
    /// The helper's, as long as the helper lives.
    helper_window: Option<Window>,
    /// Whether the helper's window is inside ours.
    is_embedded: bool,
    /// Whether the helper's window has been destroyed by the host.
    has_lost_helper_window: bool,
    /// Whether the host has hidden our window.
    is_hidden: bool,
    /// What other windows leave to be seen of ours, since the server has last said so.
    visibility: Option<Visibility>,
    /// How often a helper's window has been put into ours.
    placements: u64,
    geometry: Option<Geometry>,
    /// What had the keyboard before a text field of the page took it.
    previous_focus: Option<Window>,
}

/// Where the page is seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placement {
    /// Differs from one placing to the next, even in the same place.
    pub number: u64,
    pub geometry: Geometry,
}

impl Surface {
    /// No window yet.
    pub fn new(x11: Arc<X11>, background: [u8; 3]) -> Result<Self, X11Error> {
        let parking = x11.connection.generate_id()?;
        let unmanaged = CreateWindowAux::new().override_redirect(1);
        x11.connection
            .create_window(
                COPY_DEPTH_FROM_PARENT,
                parking,
                x11.root,
                -1,
                -1,
                1,
                1,
                0,
                WindowClass::INPUT_OUTPUT,
                x11.screen().root_visual,
                &unmanaged,
            )?
            .check()?;
        Ok(Self { x11, background, parking, windows: Mutex::default() })
    }

    /// Creates our window inside the host's, painted from the first moment.
    pub fn embed(&self, parent: Window, geometry: Geometry) -> Result<(), X11Error> {
        let mut windows = self.windows.lock();
        self.destroy(&mut windows)?;
        let container = self.create(parent, geometry)?;
        // Hosts that embed by the XEMBED protocol want to hear that the window is to be seen.
        let connection = &self.x11.connection;
        let info = self.x11.atoms._XEMBED_INFO;
        connection.change_property32(PropMode::REPLACE, container, info, info, &[0, 1])?;
        connection.map_window(container)?;
        *windows = Windows {
            container: Some(container),
            parent: Some(parent),
            geometry: Some(geometry),
            ..*windows
        };
        self.embed_helper_window(&mut windows)?;
        Ok(connection.sync()?)
    }

    /// Creates our window on its own.
    pub fn open_standalone(
        &self,
        title: &str,
        is_resizable: bool,
        geometry: Geometry,
    ) -> Result<(), X11Error> {
        let mut windows = self.windows.lock();
        self.destroy(&mut windows)?;
        let container = self.create(self.x11.root, geometry)?;
        let (connection, atoms) = (&self.x11.connection, &self.x11.atoms);
        let name = title.as_bytes();
        connection.change_property8(
            PropMode::REPLACE,
            container,
            AtomEnum::WM_NAME,
            AtomEnum::STRING,
            name,
        )?;
        connection.change_property8(
            PropMode::REPLACE,
            container,
            atoms._NET_WM_NAME,
            atoms.UTF8_STRING,
            name,
        )?;
        let protocols = [atoms.WM_DELETE_WINDOW];
        connection.change_property32(
            PropMode::REPLACE,
            container,
            atoms.WM_PROTOCOLS,
            AtomEnum::ATOM,
            &protocols,
        )?;
        if !is_resizable {
            let size = Some((geometry.width_px as i32, geometry.height_px as i32));
            let hints =
                x11rb::properties::WmSizeHints { min_size: size, max_size: size, ..Default::default() };
            hints.set_normal_hints(connection, container)?;
        }
        connection.map_window(container)?;
        *windows = Windows { container: Some(container), parent: None, geometry: Some(geometry), ..*windows };
        self.embed_helper_window(&mut windows)?;
        Ok(connection.sync()?)
    }

    /// Puts the helper's window into ours, now or as soon as there is one.
    pub fn attach_helper_window(&self, helper_window: Window) -> Result<(), X11Error> {
        let mut windows = self.windows.lock();
        windows.helper_window = Some(helper_window);
        windows.is_embedded = false;
        let focus_events = ChangeWindowAttributesAux::new().event_mask(EventMask::FOCUS_CHANGE);
        self.x11.connection.change_window_attributes(helper_window, &focus_events)?;
        // Only when it is in its place may the helper map it; until then it would appear on the desktop.
        if windows.container.is_none() {
            self.x11.connection.reparent_window(helper_window, self.parking, 0, 0)?;
        }
        self.embed_helper_window(&mut windows)?;
        Ok(self.x11.connection.sync()?)
    }

    /// Forgets the helper's window, because the helper is gone.
    pub fn forget_helper_window(&self) {
        let mut windows = self.windows.lock();
        windows.helper_window = None;
        windows.is_embedded = false;
        windows.has_lost_helper_window = false;
        windows.previous_focus = None;
    }

    /// Maps or unmaps our window. The page rests while it is not mapped.
    pub fn set_visible(&self, is_visible: bool) -> Result<(), X11Error> {
        let mut windows = self.windows.lock();
        windows.is_hidden = !is_visible;
        if let Some(container) = windows.container {
            let connection = &self.x11.connection;
            let request = if is_visible {
                connection.map_window(container)
            } else {
                connection.unmap_window(container)
            };
            request?;
            connection.flush()?;
        }
        Ok(())
    }

    /// Gives our window another size. The helper resizes its own when it hears of it.
    pub fn resize(&self, geometry: Geometry) -> Result<(), X11Error> {
        let mut windows = self.windows.lock();
        windows.geometry = Some(geometry);
        if let Some(container) = windows.container {
            let size = ConfigureWindowAux::new().width(geometry.width_px).height(geometry.height_px);
            self.x11.connection.configure_window(container, &size)?;
            self.x11.connection.flush()?;
        }
        Ok(())
    }

    /// Takes the helper's window out, and destroys ours. Returns when the server has done so.
    pub fn close(&self) -> Result<(), X11Error> {
        let mut windows = self.windows.lock();
        self.destroy(&mut windows)?;
        Ok(self.x11.connection.sync()?)
    }

    /// The server says that this window has been destroyed. If it is ours, so is what was in it.
    pub fn handle_destroyed(&self, window: Window) {
        let mut windows = self.windows.lock();
        if windows.container == Some(window) {
            windows.has_lost_helper_window = windows.is_embedded;
            windows.helper_window = windows.helper_window.filter(|_| !windows.is_embedded);
            *windows = windows.without_container();
        }
    }

    /// The server says how much of a window other windows leave to be seen. The page rests while nothing is left of ours.
    pub fn handle_visibility(&self, window: Window, visibility: Visibility) {
        let mut windows = self.windows.lock();
        if windows.container == Some(window) {
            windows.visibility = Some(visibility);
        }
    }

    /// Whether the host has destroyed the helper's window since the last call.
    pub fn take_window_loss(&self) -> bool {
        std::mem::take(&mut self.windows.lock().has_lost_helper_window)
    }

    /// The server says that our window has this size now. Says whether that is new.
    pub fn handle_resized(&self, window: Window, width_px: u32, height_px: u32) -> bool {
        let mut windows = self.windows.lock();
        let is_ours = windows.container == Some(window);
        let Some(geometry) = windows.geometry.as_mut().filter(|_| is_ours) else { return false };
        let is_new = (geometry.width_px, geometry.height_px) != (width_px, height_px);
        (geometry.width_px, geometry.height_px) = (width_px, height_px);
        is_new
    }

    /// Gives the keyboard to the helper's window, and remembers what had it.
    pub fn take_focus(&self) -> Result<(), X11Error> {
        let mut windows = self.windows.lock();
        let Some(helper_window) = windows.helper_window.filter(|_| windows.is_embedded) else {
            return Ok(());
        };
        let connection = &self.x11.connection;
        let focus = connection.get_input_focus()?.reply()?.focus;
        if focus != helper_window {
            windows.previous_focus = Some(focus);
            connection.set_input_focus(InputFocus::PARENT, helper_window, x11rb::CURRENT_TIME)?;
            connection.flush()?;
        }
        Ok(())
    }

    /// Gives the keyboard back, if the helper's window still has it.
    pub fn restore_focus(&self) -> Result<(), X11Error> {
        self.restore_focus_of(&mut self.windows.lock())
    }

    /// Our window.
    pub fn container(&self) -> Option<Window> {
        self.windows.lock().container
    }

    /// The host's window.
    pub fn parent(&self) -> Option<Window> {
        self.windows.lock().parent
    }

    /// Where the page is seen, if it is.
    pub fn placement(&self) -> Option<Placement> {
        let windows = self.windows.lock();
        let is_covered = windows.visibility == Some(Visibility::FULLY_OBSCURED);
        let is_seen = windows.is_embedded && !windows.is_hidden && !is_covered;
        let geometry = windows.geometry.filter(|_| is_seen)?;
        Some(Placement { number: windows.placements, geometry })
    }

    fn create(&self, parent: Window, geometry: Geometry) -> Result<Window, X11Error> {
        let connection = &self.x11.connection;
        let window = connection.generate_id()?;
        let screen = self.x11.screen();
        let attributes = CreateWindowAux::new()
            .background_pixel(pixel(self.background))
            .event_mask(EventMask::STRUCTURE_NOTIFY | EventMask::EXPOSURE | EventMask::VISIBILITY_CHANGE);
        connection
            .create_window(
                COPY_DEPTH_FROM_PARENT,
                window,
                parent,
                0,
                0,
                geometry.width_px.clamp(1, 32_767) as u16,
                geometry.height_px.clamp(1, 32_767) as u16,
                0,
                WindowClass::INPUT_OUTPUT,
                screen.root_visual,
                &attributes,
            )?
            .check()?;
        Ok(window)
    }

    fn embed_helper_window(&self, windows: &mut Windows) -> Result<(), X11Error> {
        if let (Some(container), Some(helper_window), false) =
            (windows.container, windows.helper_window, windows.is_embedded)
        {
            self.x11.connection.reparent_window(helper_window, container, 0, 0)?;
            windows.is_embedded = true;
            windows.placements += 1;
        }
        Ok(())
    }

    fn destroy(&self, windows: &mut Windows) -> Result<(), X11Error> {
        let connection = &self.x11.connection;
        self.restore_focus_of(windows)?;
        if let Some(helper_window) = windows.helper_window.filter(|_| windows.is_embedded) {
            connection.unmap_window(helper_window)?;
            if let Err(ReplyError::X11Error(_)) =
                connection.reparent_window(helper_window, self.parking, 0, 0)?.check()
            {
                // The host has been faster, and destroyed it with its own.
                windows.helper_window = None;
                windows.has_lost_helper_window = true;
            }
        }
        if let Some(container) = windows.container {
            connection.destroy_window(container)?;
        }
        *windows = windows.without_container();
        Ok(())
    }

    fn restore_focus_of(&self, windows: &mut Windows) -> Result<(), X11Error> {
        let (Some(previous_focus), Some(helper_window)) =
            (windows.previous_focus.take(), windows.helper_window)
        else {
            return Ok(());
        };
        let connection = &self.x11.connection;
        if connection.get_input_focus()?.reply()?.focus == helper_window {
            connection.set_input_focus(InputFocus::PARENT, previous_focus, x11rb::CURRENT_TIME)?;
            connection.flush()?;
        }
        Ok(())
    }
}

impl Windows {
    /// What remains when our window is gone.
    fn without_container(&self) -> Self {
        Self {
            helper_window: self.helper_window,
            has_lost_helper_window: self.has_lost_helper_window,
            placements: self.placements,
            ..Self::default()
        }
    }
}

/// The colour as X11 wants it: every screen of this century has eight bits for each of red, green and blue.
pub fn pixel([red, green, blue]: [u8; 3]) -> u32 {
    u32::from_be_bytes([0, red, green, blue])
}
