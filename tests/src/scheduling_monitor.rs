//! Who else saw that the machine was late, while a server under test plays through JACK: a watch on its processors, and a
//! bare client in the same JACK, with a tone through it. Neither has to do with the server.

use std::time::Duration;

use crate::bare_client::BareClient;
use crate::jack_wire::{JackWire, Recording};
use crate::quadrature;
use crate::sound_servers::{Jack, RATE_HZ};
use crate::stalls::{StallWatch, Stalls};

/// What of a block a stall takes at least that may cost one. A block is missed when all that is late adds up to one: JACK's
/// server, the clients before the one under test, and that one itself.
pub fn shortest_stall(block: Duration) -> Duration {
    block / 4
}

/// Watches until it is asked what it has seen.
pub struct SchedulingMonitor {
    watch: StallWatch,
    beside: JackWire,
    _bare: BareClient,
}

impl SchedulingMonitor {
    /// Watches from now on, for so many seconds at most, under a JACK that runs in blocks of so many frames. What lasts for
    /// [`shortest_stall`] may cost one.
    pub fn start(jack: &Jack, block_frames: u32, most_s: usize) -> Self {
        let bare = BareClient::start(jack);
        let watch = StallWatch::start(shortest_stall(Duration::from_secs(1) * block_frames / RATE_HZ));
        let (into, out_of) = (BareClient::INPUTS, BareClient::OUTPUTS);
        let beside = JackWire::start_between(&into, &out_of, most_s, quadrature::frame);
        Self { watch, beside, _bare: bare }
    }

    /// When the machine or JACK was late, and the tone through the bare client.
    pub fn finish(self) -> (Stalls, Recording) {
        let recording = self.beside.finish();
        let mut stalls = self.watch.finish();
        stalls.add(recording.late_calls());
        (stalls, recording)
    }
}
