//! A JACK client of the test's own, wired to the server's both ends: it plays a signal into the server, and records what
//! comes back frame by frame, on JACK's clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use jack::{AsyncClient, AudioIn, AudioOut, Client, ClientOptions, Control, Port, ProcessScope};

use crate::dev_server::PATIENCE;
use crate::quadrature::Frame;
use crate::scheduling_monitor::shortest_stall;
use crate::sound_servers::{Jack, RATE_HZ};
use crate::stalls::Stall;

/// The client's name. JACK adds a number to that of a second one.
const NAME: &str = "wire";

/// A signal: the frame of each number, counted from the beginning.
type Signal = Box<dyn FnMut(usize) -> Frame + Send>;

/// A client that plays and records until it is finished.
pub struct JackWire {
    client: AsyncClient<(), Wire>,
    recorded_frames: Arc<AtomicUsize>,
}

/// What came back. Frame n of it was recorded while frame n of the signal was played.
pub struct Recording {
    /// All frames, left and right.
    pub frames: Vec<Frame>,
    /// Each call of JACK.
    pub cycles: Vec<Cycle>,
}

/// A call of JACK, which is for one block.
#[derive(Clone, Copy, Debug)]
pub struct Cycle {
    /// When this client was called. Whatever hears its output is called after it.
    pub began: Instant,
    /// The number of the block's first frame.
    pub first_frame: usize,
    /// When the block began, by JACK's clock.
    frame_time: u32,
}

/// What runs on JACK's thread. Whatever it writes to was allocated before.
struct Wire {
    inputs: [Port<AudioIn>; 2],
    outputs: [Port<AudioOut>; 2],
    signal: Signal,
    recording: Recording,
    recorded_frames: Arc<AtomicUsize>,
}

impl JackWire {
    /// Plays a signal into the server's input from now on, for so many seconds at most, and records the server's output.
    pub fn start(jack: &Jack, most_s: usize, signal: impl FnMut(usize) -> Frame + Send + 'static) -> Self {
        let into = [1, 2].map(|channel| jack.port(&format!("wavecraft:input_{channel}")));
        let out_of = [1, 2].map(|channel| jack.port(&format!("wavecraft:output_{channel}")));
        Self::start_between(&into, &out_of, most_s, signal)
    }

    /// The same with the ports of another client, left and right.
    pub fn start_between(
        into: &[impl AsRef<str>; 2],
        out_of: &[impl AsRef<str>; 2],
        most_s: usize,
        signal: impl FnMut(usize) -> Frame + Send + 'static,
    ) -> Self {
        let wired = Self::listen_to(out_of, most_s, signal);
        for (channel, into) in into.iter().enumerate() {
            wired.connect(&format!("{}:played_{channel}", wired.name()), into.as_ref());
        }
        wired
    }

    /// Records the server's output alone. JACK calls this client after the server, in the same block.
    pub fn listen(jack: &Jack, most_s: usize) -> Self {
        let out_of = [1, 2].map(|channel| jack.port(&format!("wavecraft:output_{channel}")));
        Self::listen_to(&out_of, most_s, |_| [0.0; 2])
    }

    fn listen_to(
        out_of: &[impl AsRef<str>; 2],
        most_s: usize,
        signal: impl FnMut(usize) -> Frame + Send + 'static,
    ) -> Self {
        let (client, _) = Client::new(NAME, ClientOptions::NO_START_SERVER).expect("JACK runs");
        let input = |name: &str| client.register_port(name, AudioIn::default()).expect("JACK has room");
        let output = |name: &str| client.register_port(name, AudioOut::default()).expect("JACK has room");
        let frames = Vec::with_capacity(most_s * RATE_HZ as usize);
        let recorded_frames = Arc::new(AtomicUsize::new(0));
        let wire = Wire {
            inputs: [input("heard_0"), input("heard_1")],
            outputs: [output("played_0"), output("played_1")],
            signal: Box::new(signal),
            recording: Recording { cycles: Vec::with_capacity(frames.capacity() / 16), frames },
            recorded_frames: Arc::clone(&recorded_frames),
        };
        let client = client.activate_async((), wire).expect("JACK calls it");
        let wired = Self { client, recorded_frames };
        for (channel, out_of) in out_of.iter().enumerate() {
            wired.connect(out_of.as_ref(), &format!("{}:heard_{channel}", wired.name()));
        }
        wired
    }

    fn name(&self) -> &str {
        self.client.as_client().name()
    }

    fn connect(&self, from: &str, to: &str) {
        let connected = self.client.as_client().connect_ports_by_name(from, to);
        connected.unwrap_or_else(|error| panic!("{from} to {to}: {error}"));
    }

    /// The time now, in frames of JACK's clock.
    pub fn frame_time(&self) -> u32 {
        self.client.as_client().frame_time()
    }

    /// The time now, in microseconds of JACK's clock.
    pub fn time_us(&self) -> u64 {
        self.client.as_client().time()
    }

    /// How much the system's clock that runs evenly is ahead of JACK's, in microseconds: JACK's is not slowed and quickened to
    /// keep pace with the world's.
    pub fn clock_lead_us(&self) -> f64 {
        let look = || {
            let before = self.time_us();
            let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
            let after = self.time_us();
            let now_us = now.tv_sec as f64 * 1e6 + now.tv_nsec as f64 / 1e3;
            (after - before, now_us - before.midpoint(after) as f64)
        };
        // Of several looks the one counts in which the least came between.
        let looks = (0..20).map(|_| look());
        looks.min_by_key(|(between, _)| *between).map_or(0.0, |(_, lead_us)| lead_us)
    }

    /// When a time in microseconds was or will be, in frames of JACK's clock.
    pub fn frame_time_at(&self, time_us: u64) -> u32 {
        self.client.as_client().time_to_frames(time_us)
    }

    /// How many frames are recorded.
    pub fn recorded_frames(&self) -> usize {
        self.recorded_frames.load(Ordering::Acquire)
    }

    /// Waits until so many frames are recorded.
    pub fn wait_for(&self, frames: usize) {
        let started = Instant::now();
        let most = Duration::from_secs_f64(frames as f64 / f64::from(RATE_HZ)) + PATIENCE;
        while self.recorded_frames() < frames {
            assert!(started.elapsed() < most, "JACK no longer calls");
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Ends the client.
    pub fn finish(self) -> Recording {
        let (_client, (), wire) = self.client.deactivate().expect("JACK runs");
        wire.recording
    }
}

impl jack::ProcessHandler for Wire {
    fn process(&mut self, _: &Client, scope: &ProcessScope) -> Control {
        let Recording { frames, cycles } = &mut self.recording;
        let block_frames = scope.n_frames() as usize;
        let start = frames.len();
        if start + block_frames > frames.capacity() || cycles.len() == cycles.capacity() {
            self.outputs.iter_mut().for_each(|port| port.as_mut_slice(scope).fill(0.0));
            return Control::Continue;
        }
        cycles.push(Cycle { began: Instant::now(), first_frame: start, frame_time: scope.last_frame_time() });
        let [left, right] = &mut self.outputs;
        let played = left.as_mut_slice(scope).iter_mut().zip(right.as_mut_slice(scope));
        for (frame, (left, right)) in played.enumerate() {
            [*left, *right] = (self.signal)(start + frame);
        }
        let [left, right] = &self.inputs;
        let heard = left.as_slice(scope).iter().zip(right.as_slice(scope));
        frames.extend(heard.map(|(left, right)| [*left, *right]));
        self.recorded_frames.store(frames.len(), Ordering::Release);
        Control::Continue
    }
}

impl Recording {
    /// The number of the frame that was recorded at a time of JACK's clock, or of the first one after it.
    pub fn frame_at(&self, time: u32) -> usize {
        // The clock goes round: only differences tell which is later.
        let is_before = |cycle: &Cycle| (cycle.frame_time.wrapping_sub(time) as i32) <= 0;
        let next = self.cycles.partition_point(is_before);
        let Some(cycle) = next.checked_sub(1).and_then(|cycle| self.cycles.get(cycle)) else {
            return 0;
        };
        let end = self.cycles.get(next).map_or(self.frames.len(), |next| next.first_frame);
        (cycle.first_frame + time.wrapping_sub(cycle.frame_time) as usize).min(end)
    }

    /// When a frame was recorded, by JACK's clock.
    pub fn time_of(&self, frame: usize) -> u32 {
        let cycle = &self.cycles[self.cycle_of(frame)];
        cycle.frame_time.wrapping_add((frame - cycle.first_frame) as u32)
    }

    /// The number of the cycle in which a frame was played and recorded.
    pub fn cycle_of(&self, frame: usize) -> usize {
        self.cycles.partition_point(|cycle| cycle.first_frame <= frame).saturating_sub(1)
    }

    /// When JACK was late: it called later than it should by a [stall](shortest_stall), or left a block out.
    pub fn late_calls(&self) -> Vec<Stall> {
        let calls = self.cycles.windows(2).filter_map(|calls| {
            let (before, call) = (&calls[0], &calls[1]);
            let block_frames = call.first_frame - before.first_frame;
            let block = Duration::from_secs(1) * block_frames as u32 / RATE_HZ;
            let length = (call.began - before.began).saturating_sub(block);
            let leaves_out = call.frame_time.wrapping_sub(before.frame_time) as usize > block_frames;
            (leaves_out || length > shortest_stall(block)).then_some(Stall { ended: call.began, length })
        });
        calls.collect()
    }

    /// The number of the first cycle that began after this.
    pub fn cycle_after(&self, time: Instant) -> usize {
        self.cycles.partition_point(|cycle| cycle.began <= time)
    }
}
