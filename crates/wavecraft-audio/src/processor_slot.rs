//! The place in a callback where the processor runs: with meters on both sides, and the change to the next instance.
//!
//! Guarantees of [`ProcessorSlot::run`]: everything was allocated by [`ProcessorSlot::new`] or came with an instance, and
//! every instance leaves through the [`InstanceInbox`]. It never allocates, frees, locks, waits or logs, as far as the
//! processor keeps to that, and works on any number of frames up to the largest block.

use wavecraft_events::MidiEvent;
use wavecraft_metering::MeterWriter;

use crate::accompaniment::{Accompaniment, MAX_BLOCK_EVENTS};
use crate::crossfade::{Crossfade, Remaining};
use crate::instance_exchange::{InstanceExchange, InstanceInbox, ReturnedInstance, instance_exchange};
use crate::midi_state::MAX_CHASE;
use crate::played_midi::PlayedMidi;
use crate::processor::MAX_CHANNELS;
use crate::processor_instance::ProcessorInstance;
use crate::side_chain::{SideChainBlock, SideChainBuffers};

/// An instance with its meters and buffers.
pub(crate) struct ProcessorSlot {
    instance: Box<ProcessorInstance>,
    /// The instance that is coming in, and how far it is.
    next: Option<(Box<ProcessorInstance>, Crossfade)>,
    inbox: InstanceInbox,
    accompaniment: Accompaniment,
    side_chain: SideChainBuffers,
    /// The messages of the first block of the instance that is coming in, which begin with those that bring it to where the
    /// other one is. Empty after that block.
    first_events: Vec<MidiEvent>,
    /// The messages of a part of a block.
    part_events: Vec<MidiEvent>,
    /// What is played to others: by the instance that is coming in as soon as there is one.
    played: PlayedMidi,
    /// What the other one plays meanwhile.
    unheard: PlayedMidi,
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
        accompaniment: Accompaniment,
        played: PlayedMidi,
    ) -> (Self, InstanceExchange) {
        let (exchange, inbox) = instance_exchange();
        let buffers = || std::array::from_fn(|_| vec![0.0; max_block_frames].into());
        let slot = Self {
            instance: Box::new(instance),
            next: None,
            inbox,
            accompaniment,
            side_chain: SideChainBuffers::new(max_block_frames),
            first_events: Vec::with_capacity(MAX_BLOCK_EVENTS + MAX_CHASE),
            part_events: Vec::with_capacity(MAX_BLOCK_EVENTS + MAX_CHASE),
            played,
            unheard: PlayedMidi::for_nobody(),
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

    /// What comes with the blocks.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn accompaniment_mut(&mut self) -> &mut Accompaniment {
        &mut self.accompaniment
    }

    /// What is played to others.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn played_mut(&mut self) -> &mut PlayedMidi {
        &mut self.played
    }

    /// Processes a block that `fill` provides, and returns it: as many channels as the processor has. `fill` gets those, and
    /// the two of the side chain, which are there already unless they come with the block.
    ///
    /// # Realtime safety
    ///
    /// Safe if `fill` is. At most [`max_block_frames`](Self::max_block_frames) frames are processed.
    pub fn run(
        &mut self,
        frames: usize,
        fill: impl FnOnce(&mut [&mut [f32]], &mut [&mut [f32]; MAX_CHANNELS]),
    ) -> Block<'_> {
        let frames = frames.min(self.max_block_frames);
        self.take_next();
        let next_channels = self.next.as_ref().map_or(1, |(next, _)| next.channels());
        let channels = self.instance.channels().max(next_channels);
        let [left, right] = &mut self.buffers;
        let mut both = [&mut left[..frames], &mut right[..frames]];
        let block = &mut both[..channels];
        let mut side_chain = self.side_chain.channels_mut(frames);
        let [side_left, side_right] = &mut side_chain;
        self.accompaniment.fill_side_chain(side_left, side_right);
        fill(block, &mut side_chain);
        self.side_chain.mix(frames);
        if frames > 0 {
            self.accompaniment.begin_block(frames);
        }
        if !self.first_events.is_empty() {
            self.first_events.extend_from_slice(self.accompaniment.events());
        }
        let mut accompaniment = BlockAccompaniment {
            of: &self.accompaniment,
            side_chain: &self.side_chain,
            part_events: &mut self.part_events,
        };
        let events = self.accompaniment.events();
        let next_events = if self.first_events.is_empty() { events } else { &self.first_events };
        let (instance, next, next_buffers) = (&mut self.instance, &mut self.next, &mut self.next_buffers);
        let (played, unheard) = (&mut self.played, &mut self.unheard);
        let mut done = 0;
        // The meters cut the block where they make a frame.
        self.meters.process_metered(block, |block| {
            let start = done;
            done += block.first().map_or(0, |channel| channel.len());
            match next {
                Some((next, crossfade)) => {
                    let [left, right] = next_buffers;
                    let mut coming = [&mut left[..done - start], &mut right[..done - start]];
                    let coming = &mut coming[..channels];
                    coming
                        .iter_mut()
                        .zip(block.iter())
                        .for_each(|(coming, heard)| coming.copy_from_slice(heard));
                    accompaniment.process(instance, block, start, events, unheard);
                    accompaniment.process(next, coming, start, next_events, played);
                    if next.has_failed() {
                        crossfade.turn_back();
                    }
                    crossfade.mix(block, coming);
                    block.iter_mut().zip(coming).for_each(|(block, mixed)| block.copy_from_slice(mixed));
                }
                None => accompaniment.process(instance, block, start, events, played),
            }
        });
        self.first_events.clear();
        self.played.end_block(frames, self.accompaniment.block_began(), f64::from(self.sample_rate_hz));
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
            self.first_events.extend(self.accompaniment.state().chase());
            // The next one plays what is held itself.
            self.played.end_held();
        }
    }

    /// Gives back the instance that has had its turn.
    fn let_go(&mut self) {
        let remaining = self.next.as_ref().and_then(|(_, crossfade)| crossfade.remaining());
        let Some(remaining) = remaining else { return };
        let Some((next, _)) = self.next.take() else { return };
        let instance = match remaining {
            Remaining::New => std::mem::replace(&mut self.instance, next),
            Remaining::Old => {
                self.played.end_held();
                next
            }
        };
        self.inbox.give_back(ReturnedInstance { instance, remaining });
    }
}

/// What comes with a block, for each instance that processes it.
struct BlockAccompaniment<'a> {
    of: &'a Accompaniment,
    side_chain: &'a SideChainBuffers,
    part_events: &'a mut Vec<MidiEvent>,
}

impl BlockAccompaniment<'_> {
    /// Processes the part of the block that begins at `start`, in further parts where the song is told anew. `events` are
    /// those of the whole block.
    fn process(
        &mut self,
        instance: &mut ProcessorInstance,
        block: &mut [&mut [f32]],
        start: usize,
        events: &[MidiEvent],
        played: &mut PlayedMidi,
    ) {
        let end = start + block.first().map_or(0, |channel| channel.len());
        let mut done = start;
        while done < end {
            let (transport, next_change) = self.of.transport_at(done);
            let part_end = end.min(next_change);
            let side_chain: SideChainBlock<'_> = self.side_chain.part(done..part_end);
            self.part_events.clear();
            let is_here = |event: &&MidiEvent| (done..part_end).contains(&(event.frame as usize));
            let here = events.iter().filter(is_here);
            self.part_events
                .extend(here.map(|event| MidiEvent { frame: event.frame - done as u32, ..*event }));
            let mut room: [&mut [f32]; MAX_CHANNELS] = Default::default();
            let channels = block.len();
            for (part, channel) in room.iter_mut().zip(block.iter_mut()) {
                *part = &mut channel[done - start..part_end - start];
            }
            played.begin_part(done, part_end);
            instance.process(&mut room[..channels], &side_chain, self.part_events, transport, played);
            done = part_end;
        }
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
