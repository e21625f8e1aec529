//! How long sound is on its way through a JACK client, as JACK's own meter tells.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use jack::{AsyncClient, AudioIn, AudioOut, Client, ClientOptions, Control, Port, ProcessScope};

use crate::dev_server::PATIENCE;
use crate::sound_servers::Jack;

/// The bare client's name.
const NAME: &str = "bare";

/// The least that a JACK client can do: what it hears it plays in the same block.
pub struct BareClient {
    _client: AsyncClient<(), PassThrough>,
}

struct PassThrough {
    input: Port<AudioIn>,
    output: Port<AudioOut>,
}

impl BareClient {
    /// Where sound goes into it.
    pub const INPUT: &'static str = "bare:in";

    /// Where it comes out.
    pub const OUTPUT: &'static str = "bare:out";

    /// Joins a server.
    pub fn start(_jack: &Jack) -> Self {
        let (client, _) = Client::new(NAME, ClientOptions::NO_START_SERVER).expect("JACK runs");
        let pass_through = PassThrough {
            input: client.register_port("in", AudioIn::default()).expect("JACK has room"),
            output: client.register_port("out", AudioOut::default()).expect("JACK has room"),
        };
        Self { _client: client.activate_async((), pass_through).expect("JACK calls it") }
    }
}

impl jack::ProcessHandler for PassThrough {
    fn process(&mut self, _: &Client, scope: &ProcessScope) -> Control {
        self.output.as_mut_slice(scope).copy_from_slice(self.input.as_slice(scope));
        Control::Continue
    }
}

/// Round trips into one port and out of another, in frames, for some time.
pub fn round_trips_frames(jack: &Jack, into: &str, out_of: &str, duration: Duration) -> Vec<f64> {
    let mut meter = jack
        .command("stdbuf")
        .args(["-oL", "jack_iodelay"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("jack_iodelay is installed");
    let started = Instant::now();
    while !jack.ports().contains("jack_delay:out") {
        assert!(started.elapsed() < PATIENCE, "jack_iodelay does not start");
        thread::sleep(Duration::from_millis(50));
    }
    jack.connect("jack_delay:out", into);
    jack.connect(out_of, "jack_delay:in");
    let output = BufReader::new(meter.stdout.take().expect("it is piped"));
    let reader = thread::spawn(move || {
        // What the meter itself doubts it marks: it has met a gap, or not settled yet.
        let lines = output.lines().map_while(Result::ok).filter(|line| !line.contains("??"));
        let frames =
            lines.filter_map(|line| line.split_whitespace().next().and_then(|word| word.parse().ok()));
        frames.collect::<Vec<f64>>()
    });
    thread::sleep(duration);
    let _ = meter.kill();
    let _ = meter.wait();
    // The next meter bears the same name.
    while jack.ports().contains("jack_delay:") {
        assert!(started.elapsed() < duration + PATIENCE, "jack_iodelay does not end");
        thread::sleep(Duration::from_millis(20));
    }
    reader.join().expect("it only reads")
}
