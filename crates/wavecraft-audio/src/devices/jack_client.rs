//! A client of JACK in all the directions that are needed, which JACK calls once for each block: what is heard in it is
//! played in it.
//!
//! With a client for each direction, JACK would call the two one after the other and, on a machine that is late, one of them
//! alone; whatever joined them would add latency, and at times run dry.
//!
//! Guarantees of the callback: nothing is allocated, freed, locked or logged, as far as the processor keeps to that.

use std::sync::Arc;

use jack::{
    AsyncClient, AudioIn, AudioOut, Client, ClientOptions, Control, Frames, NotificationHandler, Port,
    ProcessHandler, ProcessScope,
};
use tracing::debug;

use crate::callbacks::{DuplexCallback, InputCallback, OutputCallback};
use crate::counters::Counters;
use crate::processor::MAX_CHANNELS;

/// Frames that are brought from one order of samples to the other at once.
const PIECE_FRAMES: usize = 1_024;

/// A client that runs until it is dropped. That its server has gone shows by its no longer being called: libjack's own
/// word of it comes as to a signal handler.
pub(crate) struct JackStream {
    _client: AsyncClient<Notifications, BlockHandler>,
}

/// What is run for each block.
pub(crate) enum JackCallback {
    /// With what is heard, and for what to play.
    Duplex(DuplexCallback),
    /// With what is heard.
    Input(InputCallback),
    /// For what to play.
    Output(OutputCallback),
}

/// What JACK calls for each block.
struct BlockHandler {
    /// None where nothing is heard.
    inputs: Option<[Port<AudioIn>; MAX_CHANNELS]>,
    /// None where nothing is played.
    outputs: Option<[Port<AudioOut>; MAX_CHANNELS]>,
    callback: JackCallback,
    /// Room for a piece of a block, interleaved.
    interleaved: Box<[f32]>,
    clock: BlockClock,
    counters: Arc<Counters>,
}

/// What JACK tells of itself.
struct Notifications {
    rate_hz: u32,
    counters: Arc<Counters>,
}

/// Notices blocks that JACK has left out: the sound has a gap there.
#[derive(Debug, Default)]
struct BlockClock {
    /// When the next block should begin, in frames.
    expected: Option<Frames>,
    /// Whether the block before began later than it should.
    was_late: bool,
}

impl JackStream {
    /// Lets JACK call `callback`, which was made for this rate, and connects the ports that are to be heard and those that
    /// are to play. The user may connect others.
    pub fn start(
        client_name: &str,
        rate_hz: u32,
        [heard, played]: [Vec<String>; 2],
        callback: JackCallback,
        counters: &Arc<Counters>,
    ) -> Result<Self, jack::Error> {
        let (client, _) = Client::new(client_name, ClientOptions::NO_START_SERVER)?;
        let inputs = match callback {
            JackCallback::Output(_) => None,
            _ => Some([
                client.register_port("input_1", AudioIn::default())?,
                client.register_port("input_2", AudioIn::default())?,
            ]),
        };
        let outputs = match callback {
            JackCallback::Input(_) => None,
            _ => Some([
                client.register_port("output_1", AudioOut::default())?,
                client.register_port("output_2", AudioOut::default())?,
            ]),
        };
        let into = names(inputs.as_ref());
        let out_of = names(outputs.as_ref());
        let counters = Arc::clone(counters);
        let notifications = Notifications { rate_hz, counters: Arc::clone(&counters) };
        let interleaved = vec![0.0; PIECE_FRAMES * MAX_CHANNELS].into();
        let clock = BlockClock::default();
        let handler = BlockHandler { inputs, outputs, callback, interleaved, clock, counters };
        let client = client.activate_async(notifications, handler)?;
        for (from, to) in heard.into_iter().zip(into).chain(out_of.into_iter().zip(played)) {
            if let Err(error) = client.as_client().connect_ports_by_name(&from, &to) {
                debug!(%error, "{from} is not connected to {to}");
            }
        }
        Ok(Self { _client: client })
    }
}

fn names<T>(ports: Option<&[Port<T>; MAX_CHANNELS]>) -> Vec<String> {
    ports.into_iter().flatten().map(|port| port.name().unwrap_or_default()).collect()
}

impl ProcessHandler for BlockHandler {
    fn process(&mut self, _: &Client, scope: &ProcessScope) -> Control {
        if self.clock.misses_before(scope.last_frame_time(), scope.n_frames()) {
            self.counters.add_underrun();
        }
        let heard = self.inputs.as_ref().map(|ports| ports.each_ref().map(|port| port.as_slice(scope)));
        let played = self.outputs.as_mut().map(|ports| ports.each_mut().map(|port| port.as_mut_slice(scope)));
        match (&mut self.callback, heard, played) {
            (JackCallback::Duplex(callback), Some(heard), Some(played)) => callback.run(heard, played),
            (JackCallback::Input(callback), Some(heard), _) => take(callback, heard, &mut self.interleaved),
            (JackCallback::Output(callback), _, Some(played)) => {
                fill(callback, played, &mut self.interleaved);
            }
            _ => {}
        }
        Control::Continue
    }
}

/// Hands what is heard to a callback that takes it interleaved.
fn take(callback: &mut InputCallback, [left, right]: [&[f32]; MAX_CHANNELS], interleaved: &mut [f32]) {
    for (left, right) in left.chunks(PIECE_FRAMES).zip(right.chunks(PIECE_FRAMES)) {
        let piece = &mut interleaved[..left.len() * MAX_CHANNELS];
        for ((frame, left), right) in piece.chunks_exact_mut(MAX_CHANNELS).zip(left).zip(right) {
            (frame[0], frame[1]) = (*left, *right);
        }
        callback.take(piece);
    }
}

/// Asks a callback that gives it interleaved for what to play.
fn fill(callback: &mut OutputCallback, [left, right]: [&mut [f32]; MAX_CHANNELS], interleaved: &mut [f32]) {
    for (left, right) in left.chunks_mut(PIECE_FRAMES).zip(right.chunks_mut(PIECE_FRAMES)) {
        let piece = &mut interleaved[..left.len() * MAX_CHANNELS];
        callback.fill(piece);
        for ((frame, left), right) in piece.chunks_exact(MAX_CHANNELS).zip(left).zip(right) {
            (*left, *right) = (frame[0], frame[1]);
        }
    }
}

impl NotificationHandler for Notifications {
    fn sample_rate(&mut self, _: &Client, rate_hz: Frames) -> Control {
        if rate_hz != self.rate_hz {
            self.counters.input().mark_lost();
        }
        Control::Continue
    }
}

impl BlockClock {
    /// Whether blocks are missing before this one, which begins at a time of JACK's clock and has so many frames.
    ///
    /// A block that is called late may be told the time of the next one, which is then told the same. So a gap counts only
    /// once the block after it is late as well.
    fn misses_before(&mut self, time: Frames, frames: Frames) -> bool {
        let expected = self.expected.unwrap_or(time);
        // The clock goes round: only differences tell which is later.
        let is_late = (time.wrapping_sub(expected) as i32) > 0;
        let misses = is_late && self.was_late;
        self.was_late = is_late && !misses;
        self.expected = Some(if misses { time } else { expected }.wrapping_add(frames));
        misses
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK_FRAMES: Frames = 128;

    /// How many gaps there are among blocks that are told these times, in blocks.
    fn gaps(begin: Frames, blocks: &[u32]) -> usize {
        let mut clock = BlockClock::default();
        let times = blocks.iter().map(|block| begin.wrapping_add(block * BLOCK_FRAMES));
        times.filter(|time| clock.misses_before(*time, BLOCK_FRAMES)).count()
    }

    #[test]
    fn blocks_in_a_row_have_no_gap_even_where_the_clock_goes_round() {
        assert_eq!(gaps(0, &[0, 1, 2, 3, 4, 5]), 0);
        assert_eq!(gaps(Frames::MAX - 200, &[0, 1, 2, 3, 4, 5]), 0);
    }

    #[test]
    fn a_late_block_that_is_told_the_time_of_the_next_is_no_gap() {
        assert_eq!(gaps(0, &[0, 2, 2, 3, 5, 5, 6, 7]), 0);
    }

    #[test]
    fn blocks_that_are_left_out_are_one_gap_each_time() {
        assert_eq!(gaps(0, &[0, 1, 3, 4, 5, 6]), 1);
        assert_eq!(gaps(0, &[0, 1, 9, 10, 11, 12, 13, 15, 16, 17]), 2);
        assert_eq!(gaps(Frames::MAX - 200, &[0, 1, 3, 4, 5, 6]), 1);
    }
}
