//! The helper process: starting it, talking to it without ever waiting, and ending it with all its children.
//!
//! What is written and what is read have an owner each, since every editor writes, and one thread reads for all.

use std::collections::VecDeque;
use std::io::{self, Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};

use rustix::io::ioctl_fionbio;
use rustix::process::{Pid, Signal, kill_process_group};
use thiserror::Error;

use super::messages::{FromHelper, ToHelper};
use super::program::start_from_memory;
use super::wire::{self, FrameBuffer, ViewNumber, WireError};

/// The program, unless the library was built without.
#[cfg(feature = "linux-helper")]
static PROGRAM: Option<&[u8]> = Some(include_bytes!(concat!(env!("OUT_DIR"), "/helper")));
#[cfg(not(feature = "linux-helper"))]
static PROGRAM: Option<&[u8]> = None;

/// How much may wait for a helper that does not read, before it counts as hung: the largest page and as much again.
const MAX_UNSENT_BYTES: usize = 64 * 1024 * 1024;
/// How much is read from the socket at once.
const PIECE_BYTES: usize = 16 * 1024;
/// How much of the end of its standard error is kept.
const STDERR_TAIL_BYTES: usize = 4096;

/// What hosts preload and bundle for themselves, and what breaks other programs.
const HOST_LIBRARIES: [&str; 2] = ["LD_LIBRARY_PATH", "LD_PRELOAD"];

/// A running helper, and what it says.
pub struct Helper {
    child: Child,
    socket: UnixStream,
    /// Its standard error, until it closes it.
    stderr: Option<ChildStderr>,
    received: FrameBuffer,
    stderr_tail: String,
}

/// The way to a running helper.
pub struct HelperWriter {
    socket: UnixStream,
    unsent: VecDeque<u8>,
}

/// The helper does not do what it is there for.
#[derive(Debug, Error)]
pub enum HelperError {
    /// It cannot be started.
    #[error(transparent)]
    Start(io::Error),
    /// A message cannot be sent, or what it sent is none; or the connection has ended.
    #[error(transparent)]
    Wire(#[from] WireError),
    /// It takes no more messages.
    #[error("the helper reads nothing")]
    NotReading,
    /// Its pages stand still.
    #[error("a page does not respond")]
    NotResponding,
}

/// How a helper ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HelperExit {
    /// The system lacks a library, of this name where it is known.
    LibraryMissing(String),
    /// Its pages stood still, because the script of one did not end.
    NotResponding,
    /// Anything else: the last line of its standard error, or else its status.
    Crashed(String),
}

impl Helper {
    /// Starts the program at `path`, or else the one inside this library.
    ///
    /// With `keeps_host_libraries`, it looks for libraries where the host does.
    ///
    /// # Errors
    ///
    /// The system refuses, or there is no program.
    pub fn start(
        path: Option<&Path>,
        keeps_host_libraries: bool,
    ) -> Result<(Self, HelperWriter), HelperError> {
        Self::start_program(path, keeps_host_libraries).map_err(HelperError::Start)
    }

    fn start_program(path: Option<&Path>, keeps_host_libraries: bool) -> io::Result<(Self, HelperWriter)> {
        let (ours, theirs) = UnixStream::pair()?;
        ours.set_nonblocking(true)?;
        let theirs = OwnedFd::from(theirs);
        let start = |program: &Path| {
            let mut command = Command::new(program);
            // Its own group, so that it can be ended together with all that WebKit starts.
            command.process_group(0).stdin(theirs.try_clone()?).stdout(Stdio::null()).stderr(Stdio::piped());
            command.arg0("nice-plug-webview-helper");
            // Frames come from memory that the compositor of a graphics card never sees; looking for one costs time.
            command.env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
            if !keeps_host_libraries {
                for name in HOST_LIBRARIES {
                    command.env_remove(name);
                }
            }
            command.spawn()
        };
        let mut child = match (path, PROGRAM) {
            (Some(path), _) => start(path)?,
            (None, Some(program)) => start_from_memory(program, &start)?,
            (None, None) => return Err(io::Error::other("this plugin was built without its web view")),
        };
        let stderr = child.stderr.take().expect("the helper's standard error is a pipe");
        ioctl_fionbio(&stderr, true)?;
        let writer = HelperWriter { socket: ours.try_clone()?, unsent: VecDeque::new() };
        let helper = Self {
            child,
            socket: ours,
            stderr: Some(stderr),
            received: FrameBuffer::default(),
            stderr_tail: String::new(),
        };
        Ok((helper, writer))
    }

    /// Takes the messages that have arrived, of which no more than a piece is read: a page that never stops sending does
    /// not keep the caller from everything else. What is left keeps the socket readable.
    ///
    /// # Errors
    ///
    /// The connection has ended, or what has arrived is no message.
    pub fn receive(&mut self) -> Result<Vec<(ViewNumber, FromHelper)>, HelperError> {
        let mut piece = [0; PIECE_BYTES];
        match self.socket.read(&mut piece) {
            Ok(0) => return Err(connection_error(io::ErrorKind::UnexpectedEof)),
            Ok(count) => self.received.push(&piece[..count]),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(WireError::Connection(error).into()),
        }
        let mut messages = Vec::new();
        while let Some(message) = self.received.next()? {
            messages.push(message);
        }
        Ok(messages)
    }

    /// Logs what the helper has written to its standard error.
    pub fn read_stderr(&mut self) {
        let mut piece = [0; 1024];
        while let Some(stderr) = &mut self.stderr {
            match stderr.read(&mut piece) {
                // Closed: it would count as readable for ever.
                Ok(0) => self.stderr = None,
                Ok(count) => {
                    let text = String::from_utf8_lossy(&piece[..count]);
                    tracing::debug!(target: "nice_plug_webview::helper", "{}", text.trim_end());
                    self.stderr_tail.push_str(&text);
                    if self.stderr_tail.len() > 2 * STDERR_TAIL_BYTES {
                        let start =
                            self.stderr_tail.ceil_char_boundary(self.stderr_tail.len() - STDERR_TAIL_BYTES);
                        self.stderr_tail.drain(..start);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) => {
                    tracing::debug!("the helper's standard error cannot be read: {error}");
                    self.stderr = None;
                }
            }
        }
    }

    /// What becomes readable when messages arrive.
    pub fn socket(&self) -> &UnixStream {
        &self.socket
    }

    /// What becomes readable when there is something to log.
    pub fn stderr(&self) -> Option<&ChildStderr> {
        self.stderr.as_ref()
    }

    /// Ends the helper and all its children, and says how it had ended if it had.
    pub fn kill(mut self) -> HelperExit {
        self.kill_group();
        let status = self.child.wait();
        self.read_stderr();
        let stderr_tail = self.stderr_tail.trim();
        let missing = stderr_tail
            .split_once("error while loading shared libraries: ")
            .and_then(|(_, rest)| rest.split(':').next());
        match missing {
            Some(library) => HelperExit::LibraryMissing(library.to_owned()),
            None => HelperExit::Crashed(match (stderr_tail.lines().last(), status) {
                (Some(line), _) => line.to_owned(),
                (None, Ok(status)) => status.to_string(),
                (None, Err(error)) => error.to_string(),
            }),
        }
    }

    /// Sends the whole group a signal that nothing survives. It is the child's own, whose id stays taken until the child is
    /// waited for.
    fn kill_group(&self) {
        let _ = kill_process_group(Pid::from_child(&self.child), Signal::KILL);
    }
}

impl HelperWriter {
    /// Sends a message about a view, at once or when the helper is ready for it.
    ///
    /// # Errors
    ///
    /// The message is too long, the connection has ended, or too much waits already.
    pub fn send(&mut self, view: ViewNumber, message: &ToHelper) -> Result<(), HelperError> {
        self.unsent.extend(wire::encode(view, message)?);
        if self.unsent.len() > MAX_UNSENT_BYTES {
            return Err(HelperError::NotReading);
        }
        self.flush()
    }

    /// Sends what is waiting to be sent, as far as the helper takes it.
    ///
    /// # Errors
    ///
    /// The connection has ended.
    pub fn flush(&mut self) -> Result<(), HelperError> {
        while !self.unsent.is_empty() {
            match self.socket.write(self.unsent.as_slices().0) {
                Ok(0) => return Err(connection_error(io::ErrorKind::WriteZero)),
                Ok(count) => drop(self.unsent.drain(..count)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(WireError::Connection(error).into()),
            }
        }
        Ok(())
    }

    /// Whether something waits to be sent.
    pub fn has_unsent(&self) -> bool {
        !self.unsent.is_empty()
    }
}

fn connection_error(kind: io::ErrorKind) -> HelperError {
    WireError::Connection(kind.into()).into()
}
