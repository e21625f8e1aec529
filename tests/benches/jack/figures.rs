//! The measurements.

use std::time::Duration;

use serde_json::json;
use wavecraft_tests::bare_client::BareClient;
use wavecraft_tests::dev_server::DevServer;
use wavecraft_tests::jack_wire::JackWire;
use wavecraft_tests::sound_servers::{Jack, RATE_HZ};
use wavecraft_tests::{knob, quadrature, steadiness};

const BLOCK_FRAMES: u32 = 128;
const BLOCK: Duration = Duration::from_nanos(1_000_000_000 * BLOCK_FRAMES as u64 / RATE_HZ as u64);

/// How much of the sound through the bare client is recorded.
const BARE_FRAMES: usize = 5 * RATE_HZ as usize;

const UNDERRUNS_IN: Duration = Duration::from_mins(1);
const KNOB_TURNS: usize = 400;

/// What the server adds to the way of the sound, and whether it keeps up for a minute.
pub fn latency() {
    let milliseconds = |frames: &usize| *frames as f64 * 1_000.0 / f64::from(RATE_HZ);
    {
        let jack = Jack::start(BLOCK_FRAMES);
        let bare = BareClient::start(&jack);
        let (into, out_of) = (BareClient::INPUTS, BareClient::OUTPUTS);
        let wire = JackWire::start_between(&into, &out_of, 30, quadrature::frame);
        wire.wait_for(BARE_FRAMES);
        let delays = steadiness::delays_frames(&wire.finish().frames);
        print_times("through a bare client", delays.iter().map(milliseconds).collect(), "ms");
        drop(bare);
    }
    let jack = Jack::start(BLOCK_FRAMES);
    let server = start(&jack);
    // A plugin without latency: what is measured is the server's own.
    server.page().set("oversampling", "Off");
    let heard = steadiness::listen(&jack, &server, BLOCK_FRAMES, UNDERRUNS_IN);
    let delays = heard.delays_frames();
    print("frames at their level", 100.0 * delays.len() as f64 / heard.count() as f64, "%");
    print_times("through the server", delays.iter().map(milliseconds).collect(), "ms");
    let underruns: u64 = heard.news.iter().map(|(_, underruns)| underruns).sum();
    print("underruns", underruns as f64, "");
    print("underruns without a stall", heard.stalls.unexplained(&heard.news) as f64, "");
    print("stalls of the machine", heard.stalls.count() as f64, "");
}

/// Which block of the sound is the first that follows a page's message.
pub fn knob() {
    let jack = Jack::start(BLOCK_FRAMES);
    let server = start(&jack);
    let turns = knob::turns(&jack, &server, KNOB_TURNS);
    assert!(turns.len() > KNOB_TURNS / 2, "gaps in all but {} of {KNOB_TURNS} turns", turns.len());
    let milliseconds = |duration: Duration| duration.as_secs_f64() * 1e3;
    let until_heard = turns.iter().map(|turn| milliseconds(turn.until_heard)).collect();
    let until_next = turns.iter().map(|turn| milliseconds(turn.until_next_block)).collect();
    print_times("until the block that follows", until_heard, "ms");
    print_times("until the next block", until_next, "ms");
    print("a block", milliseconds(BLOCK), "ms");
    let in_time = turns.iter().filter(|turn| turn.blocks_after_answer <= 1).count();
    print("followed by the next block", 100.0 * in_time as f64 / turns.len() as f64, "%");
    print("readable turns", 100.0 * turns.len() as f64 / KNOB_TURNS as f64, "%");
}

fn start(jack: &Jack) -> DevServer {
    let server = DevServer::start(&jack.environment(), &["--backend", "jack"]);
    let status = server.page().wait_for_phase("runningFullDuplex");
    assert_eq!(status["buffer_size"], BLOCK_FRAMES, "{status}");
    server
}

fn print(name: &str, value: f64, unit: &str) {
    println!("{}", json!({"name": name, "value": value, "unit": unit}));
}

/// The median, with what lies between the quartiles as a share of it.
fn print_times(name: &str, mut values: Vec<f64>, unit: &str) {
    assert!(!values.is_empty(), "{name}: nothing was measured");
    values.sort_by(f64::total_cmp);
    let [low, median, high] = [1, 2, 3].map(|quarter| values[values.len() * quarter / 4]);
    let spread = (high - low) / median;
    println!("{}", json!({"name": name, "value": median, "unit": unit, "spread": spread}));
}
