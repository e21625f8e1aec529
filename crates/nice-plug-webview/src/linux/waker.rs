//! Waiting, and waking from other threads whoever waits.

use std::io::{self, Read, Write};
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::net::UnixStream;

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
    pub fn descriptor(&self) -> RawFd {
        self.receiver.as_raw_fd()
    }
}

/// Waits for something to read there; used with [`poll`].
pub fn readable(descriptor: RawFd) -> libc::pollfd {
    libc::pollfd { fd: descriptor, events: libc::POLLIN, revents: 0 }
}

/// Waits until something of what is watched happens, or for so many milliseconds; for as long as it takes with -1.
#[allow(unsafe_code)]
pub fn poll(watched: &mut [libc::pollfd], timeout_ms: libc::c_int) {
    // SAFETY: the pointer and the count are those of one slice. An interruption is a wake-up like any other.
    unsafe { libc::poll(watched.as_mut_ptr(), watched.len() as libc::nfds_t, timeout_ms) };
}
