//! The helper process: starting it from memory, talking to it without ever waiting, and ending it with all its children.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};
use std::os::unix::fs::OpenOptionsExt;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};

use thiserror::Error;

use super::messages::{FromHelper, ToHelper};
use super::wire::{self, FrameBuffer, ViewNumber, WireError};

/// The program, unless the library was built without.
#[cfg(feature = "linux-helper")]
static PROGRAM: Option<&[u8]> = Some(include_bytes!(concat!(env!("OUT_DIR"), "/helper")));
#[cfg(not(feature = "linux-helper"))]
static PROGRAM: Option<&[u8]> = None;

/// How much may wait for a helper that does not read, before it counts as hung.
const LARGEST_BACKLOG_BYTES: usize = 64 * 1024 * 1024;
/// How much is read from the socket at once.
const PIECE_BYTES: usize = 16 * 1024;
/// How much of what the helper says on its way out is kept.
const LAST_WORDS_BYTES: usize = 4096;

/// What hosts preload and bundle for themselves, and what breaks other programs.
const HOST_LIBRARIES: [&str; 2] = ["LD_LIBRARY_PATH", "LD_PRELOAD"];

/// A running helper.
pub struct Helper {
    child: Child,
    socket: UnixStream,
    /// Its standard error, until it closes it.
    errors: Option<ChildStderr>,
    received: FrameBuffer,
    to_send: VecDeque<u8>,
    last_words: String,
    /// Whether a document has begun since the start.
    pub has_document: bool,
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
    /// It takes no messages any more.
    #[error("the helper reads nothing")]
    ReadsNothing,
}

/// How a helper ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// The system lacks a library, of this name where it is known.
    LibraryMissing(String),
    /// Anything else, in its last words.
    Died(String),
}

impl Helper {
    /// Starts the program at `path`, or else the one inside this library.
    ///
    /// With `keeps_host_libraries`, it looks for libraries where the host does.
    ///
    /// # Errors
    ///
    /// The system refuses, or there is no program.
    pub fn start(path: Option<&Path>, keeps_host_libraries: bool) -> Result<Self, HelperError> {
        Self::start_program(path, keeps_host_libraries).map_err(HelperError::Start)
    }

    fn start_program(path: Option<&Path>, keeps_host_libraries: bool) -> io::Result<Self> {
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
        let errors = child.stderr.take().expect("the helper's errors go to a pipe");
        set_nonblocking(errors.as_raw_fd())?;
        Ok(Self {
            child,
            socket: ours,
            errors: Some(errors),
            received: FrameBuffer::default(),
            to_send: VecDeque::new(),
            last_words: String::new(),
            has_document: false,
        })
    }

    /// Sends a message about a view, at once or when the helper is ready for it.
    ///
    /// # Errors
    ///
    /// The message is too long, the connection has ended, or too much waits already.
    pub fn send(&mut self, view: ViewNumber, message: &ToHelper) -> Result<(), HelperError> {
        self.to_send.extend(wire::encode(view, message)?);
        if self.to_send.len() > LARGEST_BACKLOG_BYTES {
            return Err(HelperError::ReadsNothing);
        }
        self.write()
    }

    /// Sends what is waiting to be sent, as far as the helper takes it.
    ///
    /// # Errors
    ///
    /// The connection has ended.
    pub fn write(&mut self) -> Result<(), HelperError> {
        while !self.to_send.is_empty() {
            match self.socket.write(self.to_send.as_slices().0) {
                Ok(0) => return Err(connection_error(io::ErrorKind::WriteZero)),
                Ok(count) => drop(self.to_send.drain(..count)),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => break,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(WireError::Connection(error).into()),
            }
        }
        Ok(())
    }

    /// Whether something waits to be sent.
    pub fn has_backlog(&self) -> bool {
        !self.to_send.is_empty()
    }

    /// Takes the messages that have arrived, of which no more than a piece is read: a page that never stops sending does
    /// not keep its caller from everything else. What is left keeps the socket readable.
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
    pub fn read_errors(&mut self) {
        let mut piece = [0; 1024];
        while let Some(errors) = &mut self.errors {
            match errors.read(&mut piece) {
                // Closed: it would count as readable for ever.
                Ok(0) => self.errors = None,
                Ok(count) => {
                    let text = String::from_utf8_lossy(&piece[..count]);
                    tracing::debug!(target: "nice_plug_webview::helper", "{}", text.trim_end());
                    self.last_words.push_str(&text);
                    if self.last_words.len() > 2 * LAST_WORDS_BYTES {
                        let start =
                            self.last_words.ceil_char_boundary(self.last_words.len() - LAST_WORDS_BYTES);
                        self.last_words.drain(..start);
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) => {
                    tracing::debug!("the helper's standard error cannot be read: {error}");
                    self.errors = None;
                }
            }
        }
    }

    /// What becomes readable when messages arrive.
    pub fn socket(&self) -> RawFd {
        self.socket.as_raw_fd()
    }

    /// What becomes readable when there are errors to log.
    pub fn errors(&self) -> Option<RawFd> {
        self.errors.as_ref().map(AsRawFd::as_raw_fd)
    }

    /// Ends the helper and all its children, and says how it had ended if it had.
    pub fn end(mut self) -> End {
        // Not waited for: a helper that is on its way out may need a moment for its last words.
        self.kill_group();
        let status = self.child.wait();
        self.read_errors();
        let last_words = self.last_words.trim();
        let missing = last_words
            .split_once("error while loading shared libraries: ")
            .and_then(|(_, rest)| rest.split(':').next());
        match missing {
            Some(library) => End::LibraryMissing(library.to_owned()),
            None => End::Died(match (last_words.lines().last(), status) {
                (Some(words), _) => words.to_owned(),
                (None, Ok(status)) => status.to_string(),
                (None, Err(error)) => error.to_string(),
            }),
        }
    }

    /// Sends the whole group a signal that nothing survives.
    #[allow(unsafe_code)]
    fn kill_group(&self) {
        // SAFETY: a plain system call. The group is the child's own, whose id stays taken until the child is waited for.
        unsafe { libc::kill(-(self.child.id() as libc::pid_t), libc::SIGKILL) };
    }
}

fn connection_error(kind: io::ErrorKind) -> HelperError {
    WireError::Connection(kind.into()).into()
}

/// Starts a program whose bytes are in memory, without leaving a file.
fn start_from_memory(program: &[u8], start: &dyn Fn(&Path) -> io::Result<Child>) -> io::Result<Child> {
    let from_memory = memory_file(program).and_then(|file| {
        // The child still has the descriptor when the path is looked up; exec closes it.
        start(Path::new(&format!("/proc/self/fd/{}", file.as_raw_fd())))
    });
    from_memory.or_else(|error| {
        tracing::debug!("the helper cannot be started from memory ({error}), so from a file");
        start_from_file(program, start)
    })
}

#[allow(unsafe_code)]
fn memory_file(content: &[u8]) -> io::Result<File> {
    // SAFETY: the name is a C string, and the result is checked before it becomes a file's only owner.
    let mut file = unsafe {
        let descriptor = libc::memfd_create(c"nice-plug-webview-helper".as_ptr(), libc::MFD_CLOEXEC);
        if descriptor < 0 {
            return Err(io::Error::last_os_error());
        }
        File::from_raw_fd(descriptor)
    };
    file.write_all(content)?;
    Ok(file)
}

/// For systems that forbid to execute memory: a file that only this user can use, gone as soon as the program runs.
fn start_from_file(program: &[u8], start: &dyn Fn(&Path) -> io::Result<Child>) -> io::Result<Child> {
    let folder = std::env::var_os("XDG_RUNTIME_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
    let mut result = Err(io::Error::other("no folder for the helper"));
    // The runtime folder may forbid programs; the temporary one less often does.
    for folder in [folder, std::env::temp_dir()] {
        let path =
            folder.join(format!("nice-plug-webview-helper-{}-{:p}", std::process::id(), &raw const result));
        let written = File::options()
            .write(true)
            .create_new(true)
            .mode(0o700)
            .open(&path)
            .and_then(|mut file| file.write_all(program));
        result = written.and_then(|()| start_when_closed(&path, start));
        let _ = std::fs::remove_file(&path);
        if result.is_ok() {
            break;
        }
    }
    result
}

/// Starts a program that was just written. Another thread of the host that forks at this moment holds the file open a
/// little longer, and an open file cannot be executed.
fn start_when_closed(path: &Path, start: &dyn Fn(&Path) -> io::Result<Child>) -> io::Result<Child> {
    let mut result = start(path);
    for _ in 0..50 {
        match &result {
            Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy => {
                std::thread::sleep(std::time::Duration::from_millis(2));
                result = start(path);
            }
            _ => break,
        }
    }
    result
}

#[allow(unsafe_code)]
fn set_nonblocking(descriptor: RawFd) -> io::Result<()> {
    // SAFETY: plain system calls on a descriptor that the caller owns.
    let result = unsafe {
        let flags = libc::fcntl(descriptor, libc::F_GETFL);
        libc::fcntl(descriptor, libc::F_SETFL, flags | libc::O_NONBLOCK)
    };
    if result < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn a_program() -> Vec<u8> {
        std::fs::read("/proc/self/exe").unwrap()
    }

    /// Starts this test program such that it lists its tests, which is quickly done.
    fn start(program: &Path) -> io::Result<Child> {
        Command::new(program).arg("--list").stdout(Stdio::null()).spawn()
    }

    #[test]
    fn a_program_starts_from_memory() {
        let file = memory_file(&a_program()).unwrap();

        let mut child = start(Path::new(&format!("/proc/self/fd/{}", file.as_raw_fd()))).unwrap();

        assert!(child.wait().unwrap().success());
    }

    #[test]
    fn a_program_starts_from_a_file_that_is_gone_at_once() {
        let used = std::cell::RefCell::new(PathBuf::new());

        let mut child = start_from_file(&a_program(), &|path| {
            *used.borrow_mut() = path.to_owned();
            start(path)
        })
        .unwrap();

        assert!(!used.borrow().exists());
        assert!(child.wait().unwrap().success());
    }
}
