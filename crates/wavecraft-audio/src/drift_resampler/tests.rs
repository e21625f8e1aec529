use super::*;
use crate::frame_ring::{FrameWriter, frame_ring};
use crate::processor_slot::Block;

const RATE_HZ: u32 = 48_000;

struct JoinedClocks {
    writer: FrameWriter,
    reader: DriftResampler,
    counters: Arc<Counters>,
    written: usize,
    signal_hz: f64,
    write_rate_hz: f64,
    output: Vec<f32>,
}

impl JoinedClocks {
    fn new(spec: DriftResamplerSpec) -> Self {
        let counters = Arc::new(Counters::default());
        let (writer, reader) =
            frame_ring(spec.capacity_frames(), spec.input_block_frames, Arc::clone(&counters));
        let reader = DriftResampler::new(reader, &spec, Arc::clone(&counters));
        let write_rate_hz = f64::from(spec.input_rate_hz);
        Self { writer, reader, counters, written: 0, signal_hz: 440.0, write_rate_hz, output: Vec::new() }
    }

    fn write(&mut self, frames: usize) {
        let place =
            |frame: usize| (frame as f64 * self.signal_hz / self.write_rate_hz) * std::f64::consts::TAU;
        let block: Vec<_> = (0..frames).map(|frame| place(self.written + frame).sin() as f32).collect();
        self.written += frames;
        self.writer.write(Block { left: &block, right: &block });
    }

    fn read(&mut self, frames: usize) {
        let (mut left, mut right) = (vec![9.0; frames], vec![9.0; frames]);
        self.reader.read(&mut left, &mut right);
        assert_eq!(left, right);
        self.output.extend(left);
    }

    /// Runs both sides in turn.
    fn go_on(&mut self, blocks: usize) {
        for _ in 0..blocks {
            self.write(128);
            self.read(128);
        }
    }

    /// Lets the ring run dry, and returns for how many blocks there is no sound once the input is back.
    fn wait_after_gap(&mut self) -> usize {
        let underruns = self.counters.underruns();
        while self.counters.underruns() == underruns {
            self.read(128);
        }
        let mut blocks = 0;
        while !self.reader.is_running {
            self.go_on(1);
            blocks += 1;
        }
        blocks
    }

    /// Whether the newest frames are frames that were written, bit by bit.
    fn comes_through_untouched(&self, frames: usize) -> bool {
        let newest = &self.output[self.output.len() - frames..];
        let is_written = |start: usize| {
            newest.iter().enumerate().all(|(frame, sample)| {
                let place =
                    ((start + frame) as f64 * self.signal_hz / self.write_rate_hz) * std::f64::consts::TAU;
                sample.to_bits() == (place.sin() as f32).to_bits()
            })
        };
        let latest = self.written - frames;
        (latest.saturating_sub(4_000)..=latest).any(is_written)
    }

    /// Runs both sides by their own clocks for some seconds.
    fn run(&mut self, spec: DriftResamplerSpec, drift: f64, seconds: f64) {
        let write_every = spec.input_block_frames as f64 / (f64::from(spec.input_rate_hz) * (1.0 + drift));
        let read_every = spec.output_block_frames as f64 / f64::from(spec.output_rate_hz);
        let (mut next_write, mut next_read) = (0.0_f64, 0.1 * read_every);
        while next_write.min(next_read) < seconds {
            if next_write <= next_read {
                self.write(spec.input_block_frames);
                next_write += write_every;
            } else {
                self.read(spec.output_block_frames);
                next_read += read_every;
            }
        }
    }
}

/// The largest second difference: a sine's is small everywhere, and a click's is not.
fn roughness(signal: &[f32]) -> f32 {
    signal.windows(3).map(|three| (three[0] - 2.0 * three[1] + three[2]).abs()).fold(0.0, f32::max)
}

fn spec(input_rate_hz: u32, input_block_frames: usize, output_block_frames: usize) -> DriftResamplerSpec {
    DriftResamplerSpec { input_rate_hz, output_rate_hz: RATE_HZ, input_block_frames, output_block_frames }
}

#[test]
fn samples_come_through_untouched_while_the_clocks_agree() {
    let spec = spec(RATE_HZ, 128, 128);
    let mut clocks = JoinedClocks::new(spec);
    clocks.run(spec, 0.0, 10.0);
    assert_eq!((clocks.counters.underruns(), clocks.counters.overruns()), (0, 0));
    assert!(clocks.comes_through_untouched(48_000));
}

#[test]
fn drifting_clocks_are_followed_without_a_click() {
    for drift in [-500e-6, 300e-6] {
        let spec = spec(RATE_HZ, 256, 192);
        let mut clocks = JoinedClocks::new(spec);
        clocks.run(spec, drift, 120.0);
        assert_eq!((clocks.counters.underruns(), clocks.counters.overruns()), (0, 0), "{drift}");
        let smooth = roughness(&clocks.output[RATE_HZ as usize..]);
        assert!(smooth < 0.004, "{drift}: {smooth}");
    }
}

#[test]
fn different_rates_are_joined() {
    for rate_hz in [44_100, 96_000, 16_000] {
        let spec = spec(rate_hz, 256, 256);
        let mut clocks = JoinedClocks::new(spec);
        clocks.run(spec, 50e-6, 60.0);
        assert_eq!((clocks.counters.underruns(), clocks.counters.overruns()), (0, 0), "{rate_hz}");
        let steady = &clocks.output[RATE_HZ as usize..];
        assert!(roughness(steady) < 0.004, "{rate_hz}");
        let crossings = steady.windows(2).filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0).count();
        let hz = crossings as f64 / (steady.len() as f64 / f64::from(RATE_HZ));
        assert!((hz - 440.0).abs() < 0.5, "{rate_hz}: {hz} Hz");
    }
}

#[test]
fn a_gap_is_counted_once_and_begins_and_ends_softly() {
    let mut clocks = JoinedClocks::new(spec(RATE_HZ, 128, 128));
    for _ in 0..100 {
        clocks.write(128);
        clocks.read(128);
    }
    for _ in 0..10 {
        clocks.read(128);
    }
    assert_eq!(clocks.counters.underruns(), 1);
    assert!(clocks.output[clocks.output.len() - 128..].iter().all(|sample| *sample == 0.0));
    for _ in 0..100 {
        clocks.write(128);
        clocks.read(128);
    }
    assert_eq!(clocks.counters.underruns(), 1);
    assert!(roughness(&clocks.output) < 0.1, "{}", roughness(&clocks.output));
}

#[test]
fn a_reader_that_stands_still_costs_blocks_and_never_half_frames() {
    let mut clocks = JoinedClocks::new(spec(RATE_HZ, 128, 128));
    for _ in 0..500 {
        clocks.write(128);
    }
    assert_eq!(clocks.counters.overruns(), 0, "nobody has missed anything yet");
    clocks.read(128);
    for _ in 0..500 {
        clocks.write(128);
    }
    assert!(clocks.counters.overruns() > 0);
    for _ in 0..100 {
        clocks.read(100);
    }
}

#[test]
fn the_order_of_callbacks_is_no_drift() {
    let spec = spec(RATE_HZ, 128, 128);
    let mut clocks = JoinedClocks::new(spec);
    clocks.run(spec, 0.0, 5.001);
    // From now on, the output is called before the input in each cycle, and no longer after it.
    for _ in 0..5 * 375 {
        clocks.read(128);
        clocks.write(128);
    }
    assert_eq!(clocks.counters.underruns(), 0);
    assert!(clocks.comes_through_untouched(48_000));
}

#[test]
fn samples_come_through_untouched_again_once_a_loss_has_been_worked_off() {
    let spec = spec(RATE_HZ, 128, 128);
    let mut clocks = JoinedClocks::new(spec);
    clocks.run(spec, 0.0, 5.001);
    // Two blocks of the input are lost; the reader slows down until the ring is as full as before.
    clocks.read(128);
    clocks.read(128);
    clocks.go_on(5 * 375);
    assert!(!clocks.comes_through_untouched(48_000), "nothing was corrected");
    clocks.go_on(30 * 375);
    assert_eq!(clocks.counters.underruns(), 0);
    assert!(clocks.comes_through_untouched(48_000));
    let smooth = roughness(&clocks.output[RATE_HZ as usize..]);
    assert!(smooth < 0.004, "{smooth}");
}

#[test]
fn gaps_in_a_row_lengthen_the_wait_and_a_long_good_run_shortens_it_again() {
    let mut clocks = JoinedClocks::new(spec(RATE_HZ, 128, 128));
    clocks.go_on(100);
    let mut waits = Vec::new();
    for good_blocks in [100, 100, 100, 90 * 375, 100] {
        clocks.go_on(good_blocks);
        waits.push(clocks.wait_after_gap());
    }
    assert!(waits[0] < waits[1] && waits[1] < waits[2], "{waits:?}");
    assert!(waits[3] < waits[0] && waits[3] < waits[4], "{waits:?}");
}
