#![doc = include_str!("../README.md")]

mod assets;
mod config;
mod editor;
mod handler;
#[cfg(target_os = "linux")]
#[path = "linux/mod.rs"]
mod platform;
#[cfg(not(target_os = "linux"))]
#[path = "in_process/mod.rs"]
mod platform;
mod session;
mod state;

pub use crate::assets::{Asset, AssetMap, DEFAULT_CONTENT_SECURITY_POLICY, PageSource, PageSourceError};
pub use crate::editor::{WebviewEditor, WebviewEditorBuilder};
pub use crate::handler::{EditorObserver, Opening, PageHandler, PageSender, WindowControl};
pub use crate::platform::{OpenError, WebviewHandle, WebviewWindow};
pub use crate::state::EditorState;
