//! The strip's page in the host's window: its size, its files, and what it meters.

use std::sync::Arc;

use nice_plug::editor::dpi::LogicalSize;
use nice_plug::editor::{ResizeHint, SizeConstraints};
use wavecraft_nice_plug::editor::{EditorState, Page, PageSource, WebviewEditor};
use wavecraft_nice_plug::page_files;

use crate::Wavecraft;

/// The window's size at first, in logical pixels: width and height.
const SIZE_PX: (u32, u32) = (960, 600);
/// The sizes between which the page is drawn to be right, in logical pixels.
const SMALLEST_SIZE_PX: LogicalSize<f32> = LogicalSize { width: 640.0, height: 400.0 };
const LARGEST_SIZE_PX: LogicalSize<f32> = LogicalSize { width: 1_600.0, height: 1_000.0 };
/// The page's own background, `--ground` in its style sheet.
const BACKGROUND: [u8; 3] = [0x13, 0x12, 0x10];

/// The window's size, to be kept with the project.
pub fn state() -> Arc<EditorState> {
    EditorState::new(SIZE_PX.0, SIZE_PX.1)
}

/// The editor of an instance.
pub fn editor(plugin: &Wavecraft) -> WebviewEditor {
    let resize_hint = ResizeHint {
        size_constraints: SizeConstraints::Logical {
            min_size: Some(SMALLEST_SIZE_PX),
            max_size: Some(LARGEST_SIZE_PX),
        },
        ..ResizeHint::RESIZABLE
    };
    wavecraft_nice_plug::editor::editor(
        plugin,
        Page {
            source: PageSource::Assets(page_files!()),
            state: Arc::clone(&plugin.params.editor_state),
            resize_hint,
            background: BACKGROUND,
            meters: Some(plugin.meters()),
        },
    )
}
