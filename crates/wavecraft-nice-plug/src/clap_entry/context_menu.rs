//! The menu that a CLAP host has for each parameter (`clap.context-menu`).

use std::sync::{Arc, Mutex, PoisonError};

use clap_sys::ext::context_menu::{
    CLAP_CONTEXT_MENU_TARGET_KIND_PARAM, CLAP_EXT_CONTEXT_MENU, CLAP_EXT_CONTEXT_MENU_COMPAT,
    clap_context_menu_target, clap_host_context_menu,
};
use clap_sys::id::clap_id;
use nice_plug::wrapper::clap::clap_host;

use crate::page::HostMenu;

/// The menu of an instance's host, for as long as the instance lives.
pub(super) struct ContextMenu {
    menu: Arc<HostMenu>,
    host: Arc<Mutex<Option<MenuHost>>>,
}

/// A host and its table.
#[derive(Clone, Copy)]
struct MenuHost {
    host: *const clap_host,
    table: clap_host_context_menu,
}

// SAFETY: only the main thread calls through it; other threads only keep it.
unsafe impl Send for MenuHost {}

impl ContextMenu {
    /// Connects the instance's menu to the host's if it has one. `ids` are the parameters' in the order of the table.
    ///
    /// # Safety
    ///
    /// The host lives until the menu is dropped. The main thread, in `init` or after it.
    pub(super) unsafe fn connect(
        menu: &Arc<HostMenu>,
        host: *const clap_host,
        ids: Vec<Option<clap_id>>,
    ) -> Option<Self> {
        // SAFETY: the caller answers for the host, and the table is of this name.
        let table = unsafe {
            let get_extension = (*host).get_extension?;
            let find = |id: &std::ffi::CStr| {
                get_extension(host, id.as_ptr()).cast::<clap_host_context_menu>().as_ref().copied()
            };
            // Older hosts have the table under the name of a draft.
            find(CLAP_EXT_CONTEXT_MENU).or_else(|| find(CLAP_EXT_CONTEXT_MENU_COMPAT))?
        };
        table.popup?;
        let host = Arc::new(Mutex::new(Some(MenuHost { host, table })));
        let shown = Arc::clone(&host);
        menu.connect(move |index, place| {
            let id = ids.get(index).copied().flatten();
            let connected = *shown.lock().unwrap_or_else(PoisonError::into_inner);
            if let (Some(id), Some(connected)) = (id, connected) {
                // SAFETY: the host lives as long as its pointer is there, and this is the main thread.
                unsafe { connected.popup(id, place) }
            }
        });
        Some(Self { menu: Arc::clone(menu), host })
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
        self.menu.disconnect();
        // A task that is under way finds nothing to call.
        self.host.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}
