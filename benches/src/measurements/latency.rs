//! What the development server adds to the way of the sound at 128 frames, under JACK: nothing, and no underrun in 60 s.

use std::time::Duration;

use wavecraft_tests::bare_client::BareClient;
use wavecraft_tests::jack_wire::JackWire;
use wavecraft_tests::sound_servers::{Jack, RATE_HZ};
use wavecraft_tests::{quadrature, steadiness};

use super::sound::{self, BLOCK_FRAMES};
use crate::row::{Quantity, Row};
use crate::timing::Timing;

/// How much of the sound through the bare client is recorded.
const BARE_FRAMES: usize = 5 * RATE_HZ as usize;

const UNDERRUNS_IN: Duration = Duration::from_mins(1);

pub fn measure() -> Vec<Row> {
    let bare = through_bare_client();
    let jack = Jack::start(BLOCK_FRAMES);
    let server = sound::start(&jack);
    // A plugin without latency: what is measured is the server's own.
    server.page().set("oversampling", "Off");
    let heard = steadiness::listen(&jack, &server, BLOCK_FRAMES, UNDERRUNS_IN);
    let delays = heard.delays_frames();
    let at_their_level = Quantity::new(100.0 * delays.len() as f64 / heard.count() as f64, "%");
    let through_server = timing(delays);
    let [ours, own] = [through_server.median, bare.median];
    let added = Quantity::new((ours.value - own.value) / 1e6, "ms");
    let ratio = Quantity::new(ours.value / own.value, "times");
    let latency = Row::new("latency that the development server adds, at 128 frames", added)
        .beside_at("a bare JACK client's own", own, ratio)
        .with_below(sound::duration(1).as_secs_f64() * 1e3);
    let count = |count: u64| Quantity::new(count as f64, "");
    let underruns = heard.news.iter().map(|(_, underruns)| underruns).sum();
    let unexplained = heard.stalls.unexplained(&heard.news);
    vec![
        Row { spread: through_server.spread, ..latency },
        Row::new("underruns in 60 s of it, in all", count(underruns))
            .beside("stalls of over a quarter of a block", count(heard.stalls.count() as u64)),
        Row::new("of these, without a stall of the machine before", count(unexplained)).with_below(1.0),
        Row::new("frames of these 60 s that are heard at their level", at_their_level),
    ]
}

fn through_bare_client() -> Timing {
    let jack = Jack::start(BLOCK_FRAMES);
    let _bare = BareClient::start(&jack);
    let (into, out_of) = (BareClient::INPUTS, BareClient::OUTPUTS);
    let wire = JackWire::start_between(&into, &out_of, 30, quadrature::frame);
    wire.wait_for(BARE_FRAMES);
    timing(steadiness::delays_frames(&wire.finish().frames))
}

fn timing(delays_frames: Vec<usize>) -> Timing {
    assert!(!delays_frames.is_empty(), "no frame was heard at its level");
    Timing::of(delays_frames.into_iter().map(sound::duration).collect())
}
