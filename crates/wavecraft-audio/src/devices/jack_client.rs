//! Both ways through JACK as one client, which JACK calls once for each block: what is heard in it is played in it.
//!
//! cpal makes one client for each direction. JACK calls the two one after the other and, on a machine that is late, one of
//! them alone; whatever joins them adds latency, and at times runs dry.
//!
//! Guarantees of the callback: nothing is allocated, freed, locked or logged, as far as the processor keeps to that.

use std::sync::Arc;

use jack::{
    AsyncClient, AudioIn, AudioOut, Client, ClientOptions, Control, Frames, NotificationHandler, Port,
    PortFlags, ProcessHandler, ProcessScope,
};
use tracing::debug;

use crate::callbacks::DuplexCallback;
use crate::counters::Counters;
use crate::processor::MAX_CHANNELS;

/// What JACK calls this program. It adds a number to that of a second one.
const CLIENT_NAME: &str = "wavecraft";

/// Where sound comes from and goes to until the user connects something else.
const SYSTEM_INPUTS: &str = "^system:capture_";
const SYSTEM_OUTPUTS: &str = "^system:playback_";

/// A client that runs until it is dropped. That its server has gone shows by its no longer being called: libjack's own
/// word of it comes as to a signal handler.
pub(crate) struct JackStream {
    _client: AsyncClient<Notifications, BlockHandler>,
}

/// What JACK calls for each block.
struct BlockHandler {
    inputs: [Port<AudioIn>; MAX_CHANNELS],
    outputs: [Port<AudioOut>; MAX_CHANNELS],
    callback: DuplexCallback,
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
    /// Lets JACK call `callback`, which was made for this rate, with what it hears and for what to play.
    pub fn start(
        rate_hz: u32,
        callback: DuplexCallback,
        counters: &Arc<Counters>,
    ) -> Result<Self, jack::Error> {
        let (client, _) = Client::new(CLIENT_NAME, ClientOptions::NO_START_SERVER)?;
        let inputs = [
            client.register_port("in_1", AudioIn::default())?,
            client.register_port("in_2", AudioIn::default())?,
        ];
        let outputs = [
            client.register_port("out_1", AudioOut::default())?,
            client.register_port("out_2", AudioOut::default())?,
        ];
        let into = inputs.each_ref().map(|port| port.name().unwrap_or_default());
        let out_of = outputs.each_ref().map(|port| port.name().unwrap_or_default());
        let counters = Arc::clone(counters);
        let notifications = Notifications { rate_hz, counters: Arc::clone(&counters) };
        let handler = BlockHandler { inputs, outputs, callback, clock: BlockClock::default(), counters };
        let client = client.activate_async(notifications, handler)?;
        connect_system(client.as_client(), &into, &out_of);
        Ok(Self { _client: client })
    }
}

/// Connects as many of the system's ports as there are. The user may connect others.
fn connect_system(client: &Client, into: &[String], out_of: &[String]) {
    let system = |pattern: &str| client.ports(Some(pattern), None, PortFlags::empty());
    let heard = system(SYSTEM_INPUTS).into_iter().zip(into.iter().cloned());
    let played = out_of.iter().cloned().zip(system(SYSTEM_OUTPUTS));
    for (from, to) in heard.chain(played) {
        if let Err(error) = client.connect_ports_by_name(&from, &to) {
            debug!(%error, "{from} is not connected to {to}");
        }
    }
}

impl ProcessHandler for BlockHandler {
    fn process(&mut self, _: &Client, scope: &ProcessScope) -> Control {
        if self.clock.misses_before(scope.last_frame_time(), scope.n_frames()) {
            self.counters.add_underrun();
        }
        let heard = self.inputs.each_ref().map(|port| port.as_slice(scope));
        let played = self.outputs.each_mut().map(|port| port.as_mut_slice(scope));
        self.callback.run(heard, played);
        Control::Continue
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
