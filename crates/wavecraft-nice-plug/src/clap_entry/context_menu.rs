//! The menu that a CLAP host has for each parameter (`clap.context-menu`).

use std::sync::Arc;

use clap_sys::ext::context_menu::{
    CLAP_CONTEXT_MENU_TARGET_KIND_PARAM, clap_context_menu_target, clap_host_context_menu,
};
use clap_sys::id::clap_id;
use nice_plug::wrapper::clap::clap_host;

use crate::page::HostMenu;

/// The menu of an instance's host, for as long as the instance lives.
pub(super) struct ContextMenu(Arc<HostMenu>);

/// A host and its table.
struct MenuHost {
    host: *const clap_host,
    table: clap_host_context_menu,
}

// SAFETY: only the main thread calls through it; other threads only keep it.
unsafe impl Send for MenuHost {}

// SAFETY: as above.
unsafe impl Sync for MenuHost {}

impl ContextMenu {
    /// Connects the instance's menu to the host's, if its table shows one. `ids` are the parameters' in the order of the table.
    ///
    /// # Safety
    ///
    /// The host lives until the menu is dropped, which is done on the main thread.
    pub(super) unsafe fn connect(
        menu: &Arc<HostMenu>,
        host: *const clap_host,
        table: clap_host_context_menu,
        ids: Vec<Option<clap_id>>,
    ) -> Option<Self> {
        table.popup?;
        let connected = MenuHost { host, table };
        menu.connect(move |index, place| {
            if let Some(id) = ids.get(index).copied().flatten() {
                // SAFETY: the host lives as long as the menu is connected, and this is the main thread.
                unsafe { connected.popup(id, place) }
            }
        });
        Some(Self(Arc::clone(menu)))
    }
}

impl MenuHost {
    /// # Safety
    ///
    /// The host lives. The main thread.
    unsafe fn popup(&self, id: clap_id, (x, y): (u32, u32)) {
        let target = clap_context_menu_target { kind: CLAP_CONTEXT_MENU_TARGET_KIND_PARAM, id };
        // SAFETY: the functions are the host's own; the target lives for the call.
        let is_shown = unsafe {
            // It depends on the window, so that it is asked each time.
            self.table.can_popup.is_none_or(|can_popup| can_popup(self.host))
                // Of an embedded window, places count from its corner, and the screen does not matter.
                && self.table.popup.is_some_and(|popup| {
                    popup(self.host, &raw const target, 0, x.cast_signed(), y.cast_signed())
                })
        };
        if !is_shown {
            tracing::info!("the host shows no menu");
        }
    }
}

impl Drop for ContextMenu {
    fn drop(&mut self) {
        self.0.disconnect();
    }
}
