//! The window's size, which plugins save with the project.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use nice_plug_core::editor::dpi::{LogicalSize, NativeSize, Size};
use nice_plug_core::params::persist::PersistentField;
use serde::{Deserialize, Serialize};

/// The largest side of a window, in logical pixels: what a damaged project may at most ask for.
const MAX_SIDE_PX: u32 = 16_384;

/// The size of an editor's window, shared by the plugin and its editor.
///
/// It is a persistent field: with `#[persist = "editor"] editor: Arc<EditorState>` among its parameters, a plugin has
/// the window's size saved with the project.
#[derive(Debug, Serialize, Deserialize)]
#[serde(from = "SavedState", into = "SavedState")]
pub struct EditorState {
    /// Width and height in logical pixels.
    logical: Pair,
    /// Width and height in native pixels as the host has set them; zero where nobody has.
    native: Pair,
    /// Physical pixels for each logical one, as the bits of an `f64`; zero until known.
    scale_bits: AtomicU64,
}

/// What is saved of an [`EditorState`].
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct SavedState {
    width_px: u32,
    height_px: u32,
}

impl EditorState {
    /// A window of this size, in logical pixels, until somebody resizes it.
    pub fn new(width_px: u32, height_px: u32) -> Arc<Self> {
        Arc::new(Self::from(SavedState { width_px, height_px }))
    }

    /// The size in logical pixels: width, height.
    pub fn logical_size(&self) -> (u32, u32) {
        self.logical.get()
    }

    /// A place of the page, in the pixels in which the host counts from the window's upper left corner. What lies above or
    /// left of the page is taken as its edge.
    pub fn native_position(&self, (x, y): (f64, f64)) -> (u32, u32) {
        let place = Size::Logical(LogicalSize::new(x.max(0.0), y.max(0.0)));
        let NativeSize { width, height } = NativeSize::from_size(place, self.scale().unwrap_or(1.0));
        (width, height)
    }

    /// Physical pixels for each logical one, as the host or else the system wants it.
    pub(crate) fn scale(&self) -> Option<f64> {
        let scale = f64::from_bits(self.scale_bits.load(Ordering::Relaxed));
        (scale > 0.0).then_some(scale)
    }

    /// Takes a new scale. The window keeps its logical size.
    pub(crate) fn set_scale(&self, scale: f64) {
        self.scale_bits.store(scale.to_bits(), Ordering::Relaxed);
        self.forget_native_size();
    }

    /// Takes the scale that a host wants, if it can mean it: some send zero when they know nothing. Says whether it is new.
    pub(crate) fn take_host_scale(&self, scale: f64) -> bool {
        let is_new = (0.25..=8.0).contains(&scale) && self.scale() != Some(scale);
        if is_new {
            self.set_scale(scale);
        }
        is_new
    }

    /// The size in the system's pixels, which the host counts in.
    pub(crate) fn native_size(&self) -> NativeSize<u32> {
        match self.native.get() {
            (0, _) | (_, 0) => {
                let (width, height) = self.logical_size();
                let size = LogicalSize::new(f64::from(width), f64::from(height));
                NativeSize::from_size(Size::Logical(size), self.scale().unwrap_or(1.0))
            }
            (width, height) => NativeSize::new(width, height),
        }
    }

    /// Takes the size that the host has given to the window, to the pixel.
    pub(crate) fn set_native_size(&self, size: NativeSize<u32>) {
        let logical = size.to_logical(self.scale().unwrap_or(1.0));
        self.logical.set(logical.width, logical.height);
        self.native.set(size.width, size.height);
    }

    /// Counts in logical pixels again, since the window is gone.
    pub(crate) fn forget_native_size(&self) {
        self.native.set(0, 0);
    }
}

impl From<SavedState> for EditorState {
    fn from(saved: SavedState) -> Self {
        let side = |side: u32| side.clamp(1, MAX_SIDE_PX);
        let logical = Pair::new(side(saved.width_px), side(saved.height_px));
        Self { logical, native: Pair::new(0, 0), scale_bits: AtomicU64::new(0) }
    }
}

impl From<EditorState> for SavedState {
    fn from(state: EditorState) -> Self {
        let (width_px, height_px) = state.logical_size();
        Self { width_px, height_px }
    }
}

impl Clone for EditorState {
    fn clone(&self) -> Self {
        let (width_px, height_px) = self.logical_size();
        Self::from(SavedState { width_px, height_px })
    }
}

impl PersistentField<'_, EditorState> for Arc<EditorState> {
    fn set(&self, saved: EditorState) {
        let (width, height) = saved.logical_size();
        self.logical.set(width, height);
        self.forget_native_size();
    }

    fn map<F, R>(&self, read: F) -> R
    where
        F: Fn(&EditorState) -> R,
    {
        read(self)
    }
}

/// Two numbers that change together.
#[derive(Debug)]
struct Pair(AtomicU64);

impl Pair {
    fn new(first: u32, second: u32) -> Self {
        Self(AtomicU64::new(Self::join(first, second)))
    }

    fn join(first: u32, second: u32) -> u64 {
        u64::from(first) << 32 | u64::from(second)
    }

    fn get(&self) -> (u32, u32) {
        let both = self.0.load(Ordering::Relaxed);
        ((both >> 32) as u32, both as u32)
    }

    fn set(&self, first: u32, second: u32) {
        self.0.store(Self::join(first, second), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_has_the_same_size_each_time_it_opens() {
        for scale in [1.0, 1.25, 1.5, 1.75, 2.0, 3.0] {
            for width in 600..700 {
                let state = EditorState::new(600, 400);
                state.set_scale(scale);
                state.set_native_size(NativeSize::new(width, 500));
                state.forget_native_size();
                let reopened = state.native_size();
                state.set_native_size(reopened);
                state.forget_native_size();

                assert_eq!(state.native_size(), reopened, "{width} pixels at scale {scale}");
            }
        }
    }

    #[test]
    fn the_host_reads_back_exactly_the_size_that_it_has_set() {
        let state = EditorState::new(600, 400);
        state.set_scale(1.5);

        state.set_native_size(NativeSize::new(1001, 701));

        assert_eq!(state.native_size(), NativeSize::new(1001, 701));
    }

    #[test]
    fn the_size_survives_saving_and_loading() {
        let state = EditorState::new(640, 360);
        let saved = PersistentField::map(&state, |state| serde_json::to_string(state).unwrap());
        let restored = EditorState::new(1, 1);

        PersistentField::set(&restored, serde_json::from_str(&saved).unwrap());

        assert_eq!(restored.logical_size(), (640, 360));
    }

    #[test]
    fn a_damaged_project_asks_for_no_absurd_window() {
        let restored: EditorState =
            serde_json::from_str(r#"{"width_px": 4294967295, "height_px": 0}"#).unwrap();

        assert_eq!(restored.logical_size(), (MAX_SIDE_PX, 1));
    }
}
