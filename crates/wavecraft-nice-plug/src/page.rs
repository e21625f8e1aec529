//! What stands between a plugin in its host and its page: the parameters as the protocol wants them, and notifications.
//!
//! [`Connection`] is one page: it hands messages to [`PluginHost`], which answers them. [`DirtyParameters`] collects what
//! the page has to be told: the host's callbacks, which may come on any thread, only mark. [`NotificationOutbox`] reads on
//! the editor's timer what was marked, and sends it.
//!
//! ```text
//! page -> IpcHandler -> PluginHost -> ToHost -> GuiContext -> host and DSP
//! page -> IpcHandler -> PluginHost -> HostMenu -> host
//! page -> IpcHandler -> PluginHost -> PageNotes -> PageNoteEvents -> audio thread
//! host -> DirtyParameters (marks) -> editor's timer -> NotificationOutbox -> page
//! activation -> HostAudio -> editor's timer -> NotificationOutbox -> page
//! audio thread -> MeterReader -> editor's timer -> NotificationOutbox -> page
//! audio thread -> Signal -> editor's timer -> SignalOutbox -> page
//! ```

mod connection;
mod controller_outbox;
mod dirty_parameters;
mod gestures;
mod host_audio;
mod host_menu;
mod meter_pace;
mod notes;
mod notification_outbox;
mod paced_tasks;
mod plugin_host;
mod session_outbox;
mod signal_outbox;

pub use connection::Connection;
pub use controller_outbox::ControllerOutbox;
pub use dirty_parameters::DirtyParameters;
pub use host_audio::{HostAudio, HostAudioFormat};
pub use host_menu::HostMenu;
pub use notes::{PageNoteEvents, PageNotes, page_notes};
pub use notification_outbox::{LatestLevels, NotificationOutbox};
pub use paced_tasks::PacedTasks;
pub use plugin_host::{MenuOpener, PluginHost, Resizer, Task, ToHost};
pub use session_outbox::SessionOutbox;
pub use signal_outbox::{KeptRequests, SignalOutbox};
