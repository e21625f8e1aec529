//! Where an analyser finds the frames of signals.

use crate::{SignalListener, SignalPosition, SignalSet};

/// Reads a plugin's signals, by their place in the order of their descriptions.
pub trait SignalSource: Send {
    /// Begins or ends to listen to a signal. Only what is listened to can be read.
    fn set_listening(&mut self, index: usize, is_listening: bool);

    /// Reads the newest frames of a signal, as many as there is room for in both, and tells where it stands. `None` if that is
    /// not known; the position without frames, if there are too few of them yet.
    fn read(&mut self, index: usize, left: &mut [f32], right: &mut [f32]) -> Option<SignalRead>;
}

/// What came of reading.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SignalRead {
    /// Where the signal stands.
    pub position: SignalPosition,
    /// Whether there are frames.
    pub has_frames: bool,
}

/// Reads the signals of a plugin in this process.
#[derive(Debug)]
pub struct SignalReaders {
    signals: SignalSet,
    listeners: Vec<Option<SignalListener>>,
}

impl SignalReaders {
    /// Listens to none of them yet.
    pub fn new(signals: SignalSet) -> Self {
        let listeners = (0..signals.len()).map(|_| None).collect();
        Self { signals, listeners }
    }
}

impl SignalSource for SignalReaders {
    fn set_listening(&mut self, index: usize, is_listening: bool) {
        let (Some(signal), Some(listener)) = (self.signals.get(index), self.listeners.get_mut(index)) else {
            return;
        };
        if is_listening != listener.is_some() {
            *listener = is_listening.then(|| signal.listen());
        }
    }

    fn read(&mut self, index: usize, left: &mut [f32], right: &mut [f32]) -> Option<SignalRead> {
        let listener = self.listeners.get(index)?.as_ref()?;
        let read = listener.read(left, right);
        Some(SignalRead { position: read.unwrap_or_else(|| listener.position()), has_frames: read.is_some() })
    }
}
