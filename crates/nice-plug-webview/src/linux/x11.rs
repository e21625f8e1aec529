//! The connection to the X server.

use std::os::fd::{AsFd, BorrowedFd};

use thiserror::Error;
use x11rb::atom_manager;
use x11rb::connection::Connection;
use x11rb::errors::{ConnectError, ConnectionError, ReplyError, ReplyOrIdError};
use x11rb::protocol::xproto::Window;
use x11rb::resource_manager;
use x11rb::rust_connection::RustConnection;

atom_manager! {
    /// The names that we use.
    pub Atoms: AtomsCookie {
        _NET_WM_NAME,
        _XEMBED_INFO,
        UTF8_STRING,
        WM_DELETE_WINDOW,
        WM_PROTOCOLS,
    }
}

/// The connection to the X server, for all threads of one editor.
pub struct X11 {
    pub connection: RustConnection,
    pub atoms: Atoms,
    pub root: Window,
    screen: usize,
}

/// The X server refuses, or is not there.
#[derive(Debug, Error)]
pub enum X11Error {
    /// There is no connection.
    #[error("no connection to the X server (DISPLAY is `{display}`): {reason}")]
    Connect {
        /// Where it was looked for.
        display: String,
        /// What went wrong.
        reason: ConnectError,
    },
    /// The connection is lost.
    #[error("the connection to the X server is lost: {0}")]
    Connection(#[from] ConnectionError),
    /// The connection was lost while the window was being opened.
    #[error("the connection to the X server is lost")]
    Lost,
    /// A request was refused.
    #[error("the X server refuses: {0}")]
    Reply(#[from] ReplyError),
    /// A request for something new was refused.
    #[error("the X server refuses: {0}")]
    ReplyOrId(#[from] ReplyOrIdError),
}

impl X11 {
    /// Connects to the server that the environment names.
    pub fn connect() -> Result<Self, X11Error> {
        let (connection, screen) = x11rb::connect(None).map_err(|reason| X11Error::Connect {
            display: std::env::var("DISPLAY").unwrap_or_default(),
            reason,
        })?;
        let root = connection.setup().roots[screen].root;
        let atoms = Atoms::new(&connection)?.reply()?;
        Ok(Self { connection, atoms, root, screen })
    }

    /// The screen that is the environment's.
    pub fn screen(&self) -> &x11rb::protocol::xproto::Screen {
        &self.connection.setup().roots[self.screen]
    }

    /// Physical pixels for each logical one, as the desktop has it: `Xft.dpi`, of which 96 means one.
    pub fn scale(&self) -> f64 {
        let dpi = resource_manager::new_from_default(&self.connection)
            .ok()
            .and_then(|database| database.get_value::<f64>("Xft.dpi", "").ok().flatten());
        dpi.map_or(1.0, |dpi| (dpi / 96.0).clamp(1.0, 4.0))
    }

    /// What becomes readable when the server has something to say.
    pub fn descriptor(&self) -> BorrowedFd<'_> {
        self.connection.stream().as_fd()
    }
}
