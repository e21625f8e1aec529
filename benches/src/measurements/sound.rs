//! The development server under a JACK server of its own.

use std::time::Duration;

use wavecraft_tests::dev_server::DevServer;
use wavecraft_tests::sound_servers::{Jack, RATE_HZ};

/// The blocks that the design promises something of.
pub const BLOCK_FRAMES: u32 = 128;

/// How long so many frames last.
pub fn duration(frames: usize) -> Duration {
    Duration::from_secs_f64(frames as f64 / f64::from(RATE_HZ))
}

/// The server, once it plays.
pub fn start(jack: &Jack) -> DevServer {
    let server = DevServer::start(&jack.environment(), &["--backend", "jack"]);
    let status = server.page().wait_for_phase("runningFullDuplex");
    assert_eq!(status["buffer_size"], BLOCK_FRAMES, "{status}");
    server
}
