//! Processor instances on their way to the audio thread and back.
//!
//! Guarantees: both rings are allocated once. The audio thread takes an instance only when it can give one back, so none
//! is ever freed there.

use rtrb::{Consumer, Producer, PushError, RingBuffer};

use crate::crossfade::Remaining;
use crate::processor_instance::ProcessorInstance;

/// Instances that may be on their way at once: the supervisor sends the next one when the last has had its turn.
const CAPACITY: usize = 2;

/// An instance that the audio thread no longer needs.
pub(crate) struct ReturnedInstance {
    /// To be dropped by whoever gets it.
    pub instance: Box<ProcessorInstance>,
    /// Which instance remains: with [`Remaining::Old`], this one came and failed before it was heard alone.
    pub remaining: Remaining,
}

/// The supervisor's end.
pub(crate) struct InstanceExchange {
    arriving: Producer<Box<ProcessorInstance>>,
    returned: Consumer<ReturnedInstance>,
}

/// The audio thread's end.
pub(crate) struct InstanceInbox {
    arriving: Consumer<Box<ProcessorInstance>>,
    returned: Producer<ReturnedInstance>,
    /// An instance that has found no room, until it does.
    waiting: Option<ReturnedInstance>,
}

/// An exchange and its inbox.
pub(crate) fn instance_exchange() -> (InstanceExchange, InstanceInbox) {
    let (arriving, arrivals) = RingBuffer::new(CAPACITY);
    let (returns, returned) = RingBuffer::new(CAPACITY);
    let inbox = InstanceInbox { arriving: arrivals, returned: returns, waiting: None };
    (InstanceExchange { arriving, returned }, inbox)
}

impl InstanceExchange {
    /// Sends an instance, or gives it back if others still wait.
    pub fn send(&mut self, instance: Box<ProcessorInstance>) -> Result<(), Box<ProcessorInstance>> {
        self.arriving.push(instance).map_err(|PushError::Full(instance)| instance)
    }

    /// An instance that has come back, if there is one.
    pub fn returned(&mut self) -> Option<ReturnedInstance> {
        self.returned.pop().ok()
    }
}

impl InstanceInbox {
    /// The next instance, if there is one and nothing waits to be given back.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn next(&mut self) -> Option<Box<ProcessorInstance>> {
        self.flush();
        if self.waiting.is_some() {
            return None;
        }
        self.arriving.pop().ok()
    }

    /// Gives an instance back.
    ///
    /// # Realtime safety
    ///
    /// Safe: an instance that finds no room is kept until it does, and no other is taken before.
    pub fn give_back(&mut self, returned: ReturnedInstance) {
        self.waiting = Some(returned);
        self.flush();
    }

    fn flush(&mut self) {
        if let Some(returned) = self.waiting.take()
            && let Err(PushError::Full(returned)) = self.returned.push(returned)
        {
            self.waiting = Some(returned);
        }
    }
}
