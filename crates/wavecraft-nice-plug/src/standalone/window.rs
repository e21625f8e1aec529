//! The plugin's window as the standalone runs it: the window itself, whose end is the program's.
//!
//! nice-plug ends the sound when the window is closed, and waits for the audio device to agree. JACK's client does not
//! always: its thread and the one that deactivates it may wait for each other. So a closed window is a request to stop like
//! any other.

use std::error::Error;

use nice_plug::context::gui::GuiContext;
use nice_plug::editor::dpi::NativeSize;
use nice_plug::editor::{
    Editor, EditorHandle, HostMethods, Modifiers, ParentWindowHandle, ResizeHint, SpawnedEditor,
    VirtualKeyCode,
};

use super::signals;

/// An editor whose window ends the program.
pub(super) struct ProgramWindow<E>(pub(super) E);

/// Its handle.
pub(super) struct ProgramWindowHandle<H>(H);

impl<E: Editor> Editor for ProgramWindow<E> {
    type Handle = ProgramWindowHandle<E::Handle>;

    fn spawn(
        &self,
        parent: Option<ParentWindowHandle>,
        wait_for_parent: bool,
        fallback_scale_factor: Option<f64>,
        gui_context: GuiContext,
        host: Option<HostMethods>,
    ) -> Result<SpawnedEditor<Self::Handle>, Box<dyn Error>> {
        let spawned = self.0.spawn(parent, wait_for_parent, fallback_scale_factor, gui_context, host)?;
        Ok(SpawnedEditor { handle: ProgramWindowHandle(spawned.handle), window: spawned.window })
    }

    fn size(&self) -> NativeSize<u32> {
        self.0.size()
    }

    fn resize_hint(&self) -> ResizeHint {
        self.0.resize_hint()
    }
}

impl<H: EditorHandle> EditorHandle for ProgramWindowHandle<H> {
    type Window = H::Window;
    type Error = H::Error;

    fn run_until_closed(window: Self::Window) -> Result<(), Self::Error> {
        let result = H::run_until_closed(window);
        if result.is_ok() {
            signals::request_stop_in_order();
        }
        result
    }

    fn set_parent(&self, parent: ParentWindowHandle, window: &Self::Window) -> Result<(), Self::Error> {
        self.0.set_parent(parent, window)
    }

    fn show(&self, window: &Self::Window) -> Result<(), Self::Error> {
        self.0.show(window)
    }

    fn hide(&self, window: &Self::Window) -> Result<(), Self::Error> {
        self.0.hide(window)
    }

    fn set_size(&self, new_size: NativeSize<u32>, window: &Self::Window) -> Result<(), Self::Error> {
        self.0.set_size(new_size, window)
    }

    fn host_main_thread_callback(&self, window: &Self::Window) {
        self.0.host_main_thread_callback(window);
    }

    fn adjust_size(&self, new_size: NativeSize<u32>, window: &Self::Window) -> Option<NativeSize<u32>> {
        self.0.adjust_size(new_size, window)
    }

    fn set_fallback_scale_factor(&self, scale_factor: f64, window: &Self::Window) -> Result<(), Self::Error> {
        self.0.set_fallback_scale_factor(scale_factor, window)
    }

    fn on_virtual_key_from_host(&self, key: VirtualKeyCode, is_down: bool, modifiers: Modifiers) -> bool {
        self.0.on_virtual_key_from_host(key, is_down, modifiers)
    }

    fn state_changed(&self) {
        self.0.state_changed();
    }

    fn param_value_changed(&self, id: &str, normalized_value: f32) {
        self.0.param_value_changed(id, normalized_value);
    }

    fn param_modulation_changed(&self, id: &str, modulation_offset: f32) {
        self.0.param_modulation_changed(id, modulation_offset);
    }
}
