//! How long it takes until a page is seen: `cargo test --release --features linux-helper --test window measure -- --ignored
//! --nocapture`.

use std::time::{Duration, Instant};

use crate::display::{Display, display};
use crate::host::Host;
use crate::opening::{ECHO, GREEN};

const ROUNDS: usize = 11;

#[test]
#[ignore = "a measurement, which needs a machine with nothing else to do"]
fn time_until_the_page_is_seen() {
    let display = display();
    let mut first = Vec::new();
    let mut again = Vec::new();
    let mut calls = Vec::new();
    for _ in 0..ROUNDS {
        let host = Host::showing(GREEN, ECHO);
        for times in [&mut first, &mut again] {
            let parent = display.host_window(400, 300);
            let started = Instant::now();
            let opened = host.open_in(parent);
            calls.push(started.elapsed());
            times.push(until_seen(&display, started));
            drop(opened);
            display.destroy(parent);
        }
    }
    for (what, mut times) in [("first opening", first), ("reopening", again), ("call to open", calls)] {
        times.sort();
        println!(
            "{what:<14} median {:>8.2?}, worst {:>8.2?}",
            times[times.len() / 2],
            times[times.len() - 1]
        );
    }
}

fn until_seen(display: &Display, started: Instant) -> Duration {
    while display.colour_at(200, 150) != [0, 200, 0] {
        assert!(started.elapsed() < crate::display::PATIENCE, "the page is never seen");
        std::thread::sleep(Duration::from_millis(1));
    }
    started.elapsed()
}
