//! A block of sound, and what comes with it.
//!
//! Realtime safety: nothing here allocates, locks or waits.

use nice_plug::prelude::{NoteEvent, Transport};
use wavecraft_nice_plug::driver::MAX_CHANNELS;

use crate::events::BlockEvents;

/// A block of sound, to be processed in place.
///
/// It may be part of a host's block, which is cut where parameters change and sixty times a second for the meters.
pub struct Block<'a, 'b> {
    channels: &'a mut [&'b mut [f32]],
    side_chain: Option<&'a [&'a [f32]]>,
    transport: &'a Transport,
    events: &'a mut dyn BlockEvents,
}

impl<'a, 'b> Block<'a, 'b> {
    pub(crate) fn new(
        channels: &'a mut [&'b mut [f32]],
        side_chain: Option<&'a [&'a [f32]]>,
        transport: &'a Transport,
        events: &'a mut dyn BlockEvents,
    ) -> Self {
        Self { channels, side_chain, transport, events }
    }

    /// The samples of each channel, all of the same length: as many as in [`Activation`](crate::Activation).
    pub fn channels(&mut self) -> &mut [&'b mut [f32]] {
        self.channels
    }

    /// The samples of each channel of the side chain, as long as the block's; `None` in a layout without one. Where nothing
    /// is connected, it is silent: hosts do not tell these apart.
    ///
    /// It may be kept while the block changes:
    ///
    /// ```
    /// # use wavecraft_plugin::Block;
    /// fn duck(block: &mut Block) {
    ///     let Some([key, ..]) = block.side_chain() else { return };
    ///     for channel in block.channels() {
    ///         for (sample, key) in channel.iter_mut().zip(*key) {
    ///             *sample *= 1.0 - key.abs().min(1.0);
    ///         }
    ///     }
    /// }
    /// ```
    pub fn side_chain(&self) -> Option<&'a [&'a [f32]]> {
        self.side_chain
    }

    /// How many frames there are.
    pub fn frames(&self) -> usize {
        self.channels.first().map_or(0, |channel| channel.len())
    }

    /// The sample rate, in Hz.
    pub fn sample_rate_hz(&self) -> f32 {
        self.transport.sample_rate
    }

    /// Where the song is at the block's first frame, and how fast it goes. Hosts tell more or less of it.
    pub fn transport(&self) -> &Transport {
        self.transport
    }

    /// The next note or controller of this block, in the order of time. Its `timing` counts frames of this block.
    ///
    /// A plugin gets what it asks for by [`Info::midi_input`](crate::Info::midi_input), note expressions where the host has
    /// them, and no system-exclusive messages. What it does not take from a block is gone with it.
    pub fn next_event(&mut self) -> Option<NoteEvent<()>> {
        self.events.next_up_to(u32::MAX)
    }

    /// The same, up to and at a frame of this block: what is to be heard from that frame on.
    pub fn next_event_at(&mut self, frame: usize) -> Option<NoteEvent<()>> {
        self.events.next_up_to(frame as u32)
    }

    /// Sends a note or controller to the host, of a kind that [`Info::midi_output`](crate::Info::midi_output) announces. Its
    /// `timing` counts frames of this block; events are sent in the order of time.
    ///
    /// # Errors
    ///
    /// The event itself, if the host does not take it: it has no room for more, or the kind was not announced.
    pub fn send_event(&mut self, event: NoteEvent<()>) -> Result<(), NoteEvent<()>> {
        self.events.send(event)
    }

    /// Puts a sample into every channel of a frame, which must be less than [`frames`](Self::frames).
    pub fn set_frame(&mut self, frame: usize, sample: f32) {
        for channel in &mut *self.channels {
            if let Some(place) = channel.get_mut(frame) {
                *place = sample;
            }
        }
    }

    /// Changes the block frame by frame: each is one sample of each channel.
    pub fn for_each_frame(&mut self, mut change: impl FnMut(&mut [f32])) {
        let count = self.channels.len().min(MAX_CHANNELS);
        let mut frame = [0.0; MAX_CHANNELS];
        for index in 0..self.frames() {
            for (sample, channel) in frame.iter_mut().zip(&*self.channels) {
                *sample = channel[index];
            }
            change(&mut frame[..count]);
            for (sample, channel) in frame.iter().zip(&mut *self.channels) {
                channel[index] = *sample;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::events::PieceEvents;
    use crate::events::tests::ListHost;

    #[test]
    fn frames_are_changed_in_place() {
        let (mut left, mut right) = ([1.0, 2.0], [3.0, 4.0]);
        let mut channels = [left.as_mut_slice(), right.as_mut_slice()];
        let transport = Transport::new(48_000.0);
        let mut host = ListHost::default();
        let mut events = PieceEvents::new(&mut host);
        let mut block = Block::new(&mut channels, None, &transport, &mut events);
        assert_eq!((block.frames(), block.next_event(), block.side_chain()), (2, None, None));
        block.for_each_frame(|frame| frame.swap(0, 1));
        assert_eq!((left, right), ([3.0, 4.0], [1.0, 2.0]));
    }
}
