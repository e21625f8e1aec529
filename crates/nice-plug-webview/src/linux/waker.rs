//! Waiting, and waking from other threads whoever waits.

use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::time::Duration;

use rustix::event::{self, PollFd, PollFlags};

/// Both ends of a signal without content. Signals that nobody has noticed yet are one.
pub struct Waker {
    sender: UnixStream,
    receiver: UnixStream,
}

impl Waker {
    /// Nothing signalled yet.
    pub fn new() -> io::Result<Self> {
        let (sender, receiver) = UnixStream::pair()?;
        sender.set_nonblocking(true)?;
        receiver.set_nonblocking(true)?;
        Ok(Self { sender, receiver })
    }

    /// Signals, from any thread and without waiting.
    pub fn wake(&self) {
        // A full socket is a signal that is yet to be noticed.
        let _ = (&self.sender).write(&[0]);
    }

    /// Notices all signals so far.
    pub fn clear(&self) {
        let mut signals = [0; 64];
        while matches!((&self.receiver).read(&mut signals), Ok(count) if count > 0) {}
    }

    /// What becomes readable upon a signal.
    pub fn descriptor(&self) -> BorrowedFd<'_> {
        self.receiver.as_fd()
    }
}

/// Waits for something to read there; used with [`poll`].
pub fn readable(descriptor: BorrowedFd<'_>) -> PollFd<'_> {
    PollFd::from_borrowed_fd(descriptor, PollFlags::IN)
}

/// Waits until something of what is watched happens, or for so long; without an end with `None`.
pub fn poll(watched: &mut [PollFd<'_>], timeout: Option<Duration>) {
    let timeout = timeout.and_then(|timeout| timeout.try_into().ok());
    // An interruption is a wake-up like any other.
    let _ = event::poll(watched, timeout.as_ref());
}
