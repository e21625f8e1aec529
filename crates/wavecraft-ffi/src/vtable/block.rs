//! What one call of [`ProcessBlockFunction`](super::ProcessBlockFunction) is about.

use std::ffi::c_void;

use wavecraft_events::{MidiEvent, TransportInfo};

/// The most channels that a block can have, and the most that its side chain can have.
pub const MAX_CHANNELS: usize = 32;

/// A block, to be processed in place, with all that comes and goes with it.
///
/// It may grow at its end: `size` says how much of it the caller knows, and what is beyond counts as null or 0.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct ProcessBlock {
    /// How many bytes this struct has, this field included.
    pub size: u32,
    /// The frames in each channel.
    pub num_samples: u32,
    /// How many channels there are, in and out: as many as the instance was prepared for.
    pub num_channels: u32,
    /// How many channels the side chain has: as many as the instance was prepared for, or none.
    pub num_side_chain_channels: u32,
    /// A pointer to the samples of each channel, no two overlapping.
    pub channels: *const *mut f32,
    /// A pointer to the samples of each channel of the side chain; of several side chains one after another, in the order
    /// in which the plugin declares them. Null is silence. They are only read, and may be those of the main channels.
    pub side_chain: *const *const f32,
    /// The MIDI events of the block, in the order of their frames. Null if there are none. What is at or beyond the block's
    /// end counts as at its last frame.
    pub midi_in: *const MidiEvent,
    /// How many MIDI events there are.
    pub num_midi_in: u32,
    /// From which frame the frames of the events are counted, in frames before the block's first: 0 unless the block is the
    /// later part of a longer one.
    pub midi_origin: u32,
    /// Takes the MIDI events that the plugin puts out. Null if nobody wants them.
    pub midi_out: *const MidiSink,
    /// Where the song is at the block's first frame. Null if it goes on from where it was, or, after [`Prepare`] and
    /// [`Reset`], from its beginning.
    ///
    /// [`Prepare`]: super::Prepare
    /// [`Reset`]: super::Reset
    pub transport: *const TransportInfo,
}

impl ProcessBlock {
    /// What `size` says, in bytes.
    pub const SIZE: u32 = size_of::<Self>() as u32;
}

/// Takes MIDI events that the library has and the server wants.
///
/// It is valid during the call that it is passed to. `write` may be called any number of times, each adding to what came
/// before; it copies what it is given.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct MidiSink {
    /// Takes `count` events, whose frames are counted from the block's first. It is passed the sink's `context`, and never
    /// unwinds.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub write: Option<unsafe extern "C" fn(context: *mut c_void, events: *const MidiEvent, count: u32)>,
    /// The server's own; nothing that the library may touch.
    pub context: *mut c_void,
}

#[cfg(test)]
mod tests {
    use std::mem::offset_of;

    use super::*;

    const POINTER: usize = size_of::<*const ()>();

    #[test]
    fn a_block_is_four_numbers_and_what_they_count() {
        let numbers = [
            offset_of!(ProcessBlock, size),
            offset_of!(ProcessBlock, num_samples),
            offset_of!(ProcessBlock, num_channels),
            offset_of!(ProcessBlock, num_side_chain_channels),
        ];
        assert_eq!(numbers, [0, 4, 8, 12]);
        let pointers = [
            offset_of!(ProcessBlock, channels),
            offset_of!(ProcessBlock, side_chain),
            offset_of!(ProcessBlock, midi_in),
        ];
        assert_eq!(pointers, std::array::from_fn(|index| 16 + index * POINTER));
        let counts = 16 + 3 * POINTER;
        assert_eq!(
            (offset_of!(ProcessBlock, num_midi_in), offset_of!(ProcessBlock, midi_origin)),
            (counts, counts + 4)
        );
        assert_eq!(offset_of!(ProcessBlock, midi_out), counts + 8);
        assert_eq!(offset_of!(ProcessBlock, transport), counts + 8 + POINTER);
        assert_eq!(size_of::<ProcessBlock>(), counts + 8 + 2 * POINTER);
    }

    #[test]
    fn a_midi_event_is_eight_bytes() {
        let offsets =
            [offset_of!(MidiEvent, frame), offset_of!(MidiEvent, bytes), offset_of!(MidiEvent, length)];
        assert_eq!(offsets, [0, 4, 7]);
        assert_eq!((size_of::<MidiEvent>(), align_of::<MidiEvent>()), (8, 4));
    }

    #[test]
    fn a_transport_is_four_long_numbers_and_four_short_ones() {
        let offsets = [
            offset_of!(TransportInfo, tempo_bpm),
            offset_of!(TransportInfo, position_beats),
            offset_of!(TransportInfo, bar_start_beats),
            offset_of!(TransportInfo, position_samples),
            offset_of!(TransportInfo, bar_number),
            offset_of!(TransportInfo, time_signature_numerator),
            offset_of!(TransportInfo, time_signature_denominator),
            offset_of!(TransportInfo, playing),
        ];
        assert_eq!(offsets, [0, 8, 16, 24, 32, 36, 40, 44]);
        assert_eq!(size_of::<TransportInfo>(), 48);
    }

    #[test]
    fn a_midi_sink_is_a_function_and_its_context() {
        assert_eq!((offset_of!(MidiSink, write), offset_of!(MidiSink, context)), (0, POINTER));
        assert_eq!(size_of::<MidiSink>(), 2 * POINTER);
    }
}
