//! What stands between a plugin in its host and its page: the parameters as the protocol wants them, and the news.
//!
//! [`Connection`] is one page: it hands messages to [`PluginHost`], which answers them. [`Changes`] collects what the page has to be told: the host's callbacks, which may
//! come on any thread, only mark; [`News`] reads on the editor's timer what was marked, and writes it out.
//!
//! ```text
//! page -> IpcHandler -> PluginHost -> ToHost -> GuiContext -> host and DSP
//! host -> Changes (marks) -> editor's timer -> News -> page
//! audio thread -> MeterReader -> editor's timer -> News -> page
//! ```

mod changes;
mod connection;
mod gestures;
mod news;
mod plugin_host;

pub use changes::Changes;
pub use connection::Connection;
pub use news::{Levels, News};
pub use plugin_host::{PluginHost, Resizer, Task, ToHost};
