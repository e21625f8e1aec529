//! The place in a callback where the processor runs: with meters on both sides, and the change to the next instance.
//!
//! Guarantees of [`ProcessorSlot::run`]: everything was allocated by [`ProcessorSlot::new`] or came with an instance, and
//! every instance leaves through the [`InstanceInbox`]. It never allocates, frees, locks, waits or logs, as far as the
//! processor keeps to that, and works on any number of frames up to the largest block.

use wavecraft_metering::MeterWriter;

use crate::crossfade::{Crossfade, Remaining};
use crate::instance_exchange::{InstanceExchange, InstanceInbox, ReturnedInstance, instance_exchange};
use crate::processor::MAX_CHANNELS;
use crate::processor_instance::ProcessorInstance;

/// An instance with its meters and buffers.
pub(crate) struct ProcessorSlot {
    instance: Box<ProcessorInstance>,
    /// The instance that is coming in, and how far it is.
    next: Option<(Box<ProcessorInstance>, Crossfade)>,
    inbox: InstanceInbox,
    meters: MeterWriter,
    sample_rate_hz: f32,
    max_block_frames: usize,
    buffers: [Box<[f32]>; MAX_CHANNELS],
    /// What the next instance makes of the same input.
    next_buffers: [Box<[f32]>; MAX_CHANNELS],
}

impl ProcessorSlot {
    /// A slot for an instance that was made for this rate and this largest block, and the exchange for the next ones.
    pub fn new(
        instance: ProcessorInstance,
        sample_rate_hz: f32,
        max_block_frames: usize,
        meters: MeterWriter,
    ) -> (Self, InstanceExchange) {
        let (exchange, inbox) = instance_exchange();
        let buffers = || std::array::from_fn(|_| vec![0.0; max_block_frames].into());
        let slot = Self {
            instance: Box::new(instance),
            next: None,
            inbox,
            meters,
            sample_rate_hz,
            max_block_frames,
            buffers: buffers(),
            next_buffers: buffers(),
        };
        (slot, exchange)
    }

    /// The largest block, in frames.
    pub fn max_block_frames(&self) -> usize {
        self.max_block_frames
    }

    /// Processes a block that `fill` provides, and returns it: as many channels as the processor has.
    ///
    /// # Realtime safety
    ///
    /// Safe if `fill` is. At most [`max_block_frames`](Self::max_block_frames) frames are processed.
    pub fn run(&mut self, frames: usize, fill: impl FnOnce(&mut [&mut [f32]])) -> Block<'_> {
        let frames = frames.min(self.max_block_frames);
        self.take_next();
        let next_channels = self.next.as_ref().map_or(1, |(next, _)| next.channels());
        let channels = self.instance.channels().max(next_channels);
        let [left, right] = &mut self.buffers;
        let mut both = [&mut left[..frames], &mut right[..frames]];
        let block = &mut both[..channels];
        fill(block);
        let (instance, next, next_buffers) = (&mut self.instance, &mut self.next, &mut self.next_buffers);
        // The meters cut the block where they make a frame.
        self.meters.process_metered(block, |block| match next {
            Some((next, crossfade)) => {
                let frames = block.first().map_or(0, |channel| channel.len());
                let [left, right] = next_buffers;
                let mut coming = [&mut left[..frames], &mut right[..frames]];
                let coming = &mut coming[..channels];
                coming.iter_mut().zip(block.iter()).for_each(|(coming, heard)| coming.copy_from_slice(heard));
                instance.process(block);
                next.process(coming);
                if next.has_failed() {
                    crossfade.turn_back();
                }
                crossfade.mix(block, coming);
                block.iter_mut().zip(coming).for_each(|(block, mixed)| block.copy_from_slice(mixed));
            }
            None => instance.process(block),
        });
        self.let_go();
        let [left, right] = &self.buffers;
        let (left, right) = (&left[..frames], &right[..frames]);
        if channels == 1 { Block { left, right: left } } else { Block { left, right } }
    }

    /// Begins to change to the next instance, if one has come and none is coming in.
    fn take_next(&mut self) {
        if self.next.is_none()
            && let Some(next) = self.inbox.next()
        {
            let crossfade = Crossfade::new(self.sample_rate_hz, next.latency_frames());
            self.next = Some((next, crossfade));
        }
    }

    /// Gives back the instance that has had its turn.
    fn let_go(&mut self) {
        let remaining = self.next.as_ref().and_then(|(_, crossfade)| crossfade.remaining());
        let Some(remaining) = remaining else { return };
        let Some((next, _)) = self.next.take() else { return };
        let instance = match remaining {
            Remaining::New => std::mem::replace(&mut self.instance, next),
            Remaining::Old => next,
        };
        self.inbox.give_back(ReturnedInstance { instance, remaining });
    }
}

/// A block of stereo sound. A mono processor's stands on both sides.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block<'a> {
    /// The left channel.
    pub left: &'a [f32],
    /// The right channel, as long as the left.
    pub right: &'a [f32],
}
