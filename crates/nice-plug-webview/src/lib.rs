#![doc = include_str!("../README.md")]

mod assets;
mod config;
mod editor;
mod guard;
mod handler;
#[cfg(not(target_os = "linux"))]
mod in_process;
mod limits;
#[cfg(target_os = "linux")]
mod linux;
mod main_thread;
#[cfg(any(test, not(target_os = "linux")))]
mod origin;
mod outbox;
#[cfg(any(test, not(target_os = "linux")))]
mod script_message;
mod session;
mod state;

#[cfg(not(target_os = "linux"))]
use crate::in_process as platform;
#[cfg(target_os = "linux")]
use crate::linux as platform;

pub use crate::assets::{Asset, AssetMap, DEFAULT_CONTENT_SECURITY_POLICY, PageSource, PageSourceError};
pub use crate::editor::{WebviewEditor, WebviewEditorBuilder};
pub use crate::handler::{EditorObserver, Opening, PageHandler};
pub use crate::main_thread::WindowControl;
pub use crate::outbox::PageSender;
pub use crate::platform::{OpenError, WebviewHandle, WebviewWindow};
pub use crate::state::EditorState;
