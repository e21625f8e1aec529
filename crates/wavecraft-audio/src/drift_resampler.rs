//! Where two devices meet: the input writes at its pace, the output reads at its own.
//!
//! Guarantees of [`DriftResampler::read`]: everything was allocated before. It never allocates, locks, waits or logs, and
//! always fills what it is given: with silence where there is nothing else.
//!
//! Two devices never run at quite the same rate, even if both claim it. How full the ring is, on average, shows the
//! difference, and the reader then goes a little faster or slower, between the samples. While the clocks agree, samples
//! come through untouched, and again so once a loss has been worked off. The same way joins devices of different rates.

use std::sync::Arc;

use crate::counters::Counters;
use crate::fade_in::FadeIn;
use crate::frame_ring::FrameReader;
use crate::interpolator::Interpolator;
use crate::processor::MAX_CHANNELS;

/// Most output frames that are computed at once.
const PIECE_FRAMES: usize = 256;

/// The reader's pace never differs by more than this part from the nominal one: a tenth of a semitone is not heard.
const MAX_CORRECTION: f64 = 0.005;

/// How long the ring's level is averaged, in seconds.
const AVERAGING_S: f64 = 1.0;

/// How long the reader takes to work off a deviation, in seconds. Several times the averaging, for stability.
const CORRECTING_S: f64 = 3.0;

/// A deviation that has been brought below this, in frames, is worked off. A drift that is worth following keeps more.
const REST_FRAMES: f64 = 2.0;

/// The most by which the pace differs from 1 to bring the reader from between the samples back onto them.
const MAX_REALIGN: f64 = 0.000_2;

/// Nearer than this to a sample, in samples, the reader is on it: the difference is below any converter's noise.
const ON_SAMPLE: f64 = 1e-6;

/// How long the sound takes to come back after a gap.
const RETURN_MS: f32 = 5.0;

/// When a gap begins, the last frame dies away over so many frames.
const GAP_FADE_FRAMES: usize = 64;

/// After a gap, the reader waits for this many times as many frames as before.
const PREFILL_GROWTH: f64 = 1.5;

/// A gap after so long a time without one, in seconds, was an accident, and says nothing against the usual wait: else
/// a day of work would add up all its accidents to a long latency.
const FORGIVING_S: f64 = 60.0;

/// However short the blocks are, this much waits before reading begins, in seconds: threads without real-time priority
/// are held up for some milliseconds now and then.
const MIN_PREFILL_S: f64 = 0.01;

/// The ring's least size: a device's blocks may turn out larger than it promised.
const MIN_CAPACITY_FRAMES: usize = 16_384;

/// Rates and block sizes on both sides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct DriftResamplerSpec {
    /// Frames a second that are written.
    pub input_rate_hz: u32,
    /// Frames a second that are read.
    pub output_rate_hz: u32,
    /// How many frames are usually written at once.
    pub input_block_frames: usize,
    /// How many frames are usually read at once.
    pub output_block_frames: usize,
}

impl DriftResamplerSpec {
    /// Input frames for each output frame.
    fn step(&self) -> f64 {
        f64::from(self.input_rate_hz) / f64::from(self.output_rate_hz)
    }

    /// An output block, in input frames.
    fn read_frames(&self) -> f64 {
        self.output_block_frames as f64 * self.step()
    }

    /// How many frames wait before reading begins. One block of each side is what may be on its way; the other of the
    /// output's lets its callback come early by a whole block.
    fn prefill_frames(&self) -> f64 {
        let blocks_frames = self.input_block_frames as f64 + 2.0 * self.read_frames();
        blocks_frames.max(f64::from(self.input_rate_hz) * MIN_PREFILL_S)
    }

    /// A ring that holds this many frames has room for larger blocks and longer waits, should they be needed.
    pub fn capacity_frames(&self) -> usize {
        ((self.prefill_frames() * 4.0).ceil() as usize).max(MIN_CAPACITY_FRAMES)
    }
}

/// What reads a ring at a pace of its own.
pub(crate) struct DriftResampler {
    ring: FrameReader,
    counters: Arc<Counters>,
    kernel: Interpolator,
    nominal_step: f64,
    /// Interleaved: what the kernel covers, then what comes next.
    work: Box<[f32]>,
    /// Where between two samples the next frame lies, in [0, 1).
    fraction: f64,
    spec: DriftResamplerSpec,
    /// How many times the usual number of frames to wait for. It grows with each gap that follows on another.
    prefill_factor: f64,
    /// How many frames were read since the newest gap.
    frames_since_gap: u64,
    max_prefill_frames: f64,
    is_running: bool,
    /// The newest frame that was read.
    last: [f32; MAX_CHANNELS],
    /// For how many frames more it is heard after a gap has begun.
    fade_out_frames: usize,
    level: FillLevel,
    fade: FadeIn,
}

impl DriftResampler {
    /// The reader of a ring that is written as described.
    pub fn new(ring: FrameReader, spec: &DriftResamplerSpec, counters: Arc<Counters>) -> Self {
        let kernel = Interpolator::new(spec.step());
        let longest_step = spec.step() * (1.0 + MAX_CORRECTION);
        let work_frames = kernel.taps() + (PIECE_FRAMES as f64 * longest_step).ceil() as usize + 1;
        Self {
            ring,
            counters,
            nominal_step: spec.step(),
            work: vec![0.0; work_frames * MAX_CHANNELS].into(),
            kernel,
            fraction: 0.0,
            spec: *spec,
            prefill_factor: 1.0,
            frames_since_gap: 0,
            max_prefill_frames: spec.capacity_frames() as f64 / 2.0,
            is_running: false,
            last: [0.0; MAX_CHANNELS],
            fade_out_frames: 0,
            level: FillLevel::new(spec),
            fade: FadeIn::new(RETURN_MS, spec.output_rate_hz),
        }
    }

    /// Fills both channels, which are of equal lengths.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn read(&mut self, left: &mut [f32], right: &mut [f32]) {
        if !self.is_running && !self.start(left.len()) {
            self.fade_out(left, right);
            return;
        }
        let correction = self.level.correction(self.ring.available_frames(), left.len());
        let step = match correction {
            Some(correction) => self.nominal_step * (1.0 + correction),
            None => homing_step(self.fraction, left.len()),
        };
        for (left, right) in left.chunks_mut(PIECE_FRAMES).zip(right.chunks_mut(PIECE_FRAMES)) {
            if self.is_running {
                self.read_piece(left, right, step);
            } else {
                self.fade_out(left, right);
            }
        }
    }

    /// Begins to read if enough has come together for blocks as large as they are by now.
    fn start(&mut self, output_block_frames: usize) -> bool {
        let input_block_frames = self.counters.input().block_frames() as usize;
        self.spec.input_block_frames = self.spec.input_block_frames.max(input_block_frames);
        self.spec.output_block_frames = self.spec.output_block_frames.max(output_block_frames);
        let prefill_frames =
            (self.spec.prefill_frames() * self.prefill_factor).min(self.max_prefill_frames).ceil() as usize;
        let available = self.ring.available_frames();
        let taps = self.kernel.taps();
        if available < prefill_frames + taps {
            return false;
        }
        // What came before is late, and what the kernel still covers is from before the gap.
        self.ring.discard(available - prefill_frames - taps);
        self.ring.read(&mut self.work[..taps * MAX_CHANNELS]);
        self.fraction = 0.0;
        self.ring.begin();
        self.level = FillLevel::new(&self.spec);
        self.fade.restart();
        self.is_running = true;
        true
    }

    fn read_piece(&mut self, left: &mut [f32], right: &mut [f32], step: f64) {
        let wanted = left.len();
        let available = self.ring.available_frames();
        let possible = self.frames_from(available, step).min(wanted);
        let taken = (self.fraction + possible as f64 * step) as usize;
        let taps = self.kernel.taps();
        self.ring.read(&mut self.work[taps * MAX_CHANNELS..(taps + taken) * MAX_CHANNELS]);

        let is_exact = step.to_bits() == 1.0_f64.to_bits() && self.fraction == 0.0;
        let mut place = self.fraction;
        for (left, right) in left[..possible].iter_mut().zip(&mut right[..possible]) {
            let start = place as usize;
            if is_exact {
                let middle = (start + taps - 1 - self.kernel.delay()) * MAX_CHANNELS;
                (*left, *right) = (self.work[middle], self.work[middle + 1]);
            } else {
                let window = &self.work[start * MAX_CHANNELS..(start + taps) * MAX_CHANNELS];
                [*left, *right] = self.kernel.at(window, place - start as f64);
            }
            place += step;
        }
        self.work.copy_within(taken * MAX_CHANNELS..(taken + taps) * MAX_CHANNELS, 0);
        self.fraction = (place - taken as f64).clamp(0.0, 1.0 - f64::EPSILON);
        if self.fraction < ON_SAMPLE {
            self.fraction = 0.0;
        }
        self.fade.apply(&mut left[..possible], &mut right[..possible]);
        self.frames_since_gap += possible as u64;
        if possible < wanted {
            self.stop_at(left, right, possible);
        } else if let ([.., left], [.., right]) = (&*left, &*right) {
            self.last = [*left, *right];
        }
    }

    /// How many output frames can be made when so many input frames come in addition.
    fn frames_from(&self, available: usize, step: f64) -> usize {
        let mut frames = ((available as f64 + 1.0 - self.fraction) / step) as usize;
        while frames > 0 && (self.fraction + frames as f64 * step) as usize > available {
            frames -= 1;
        }
        frames
    }

    /// The ring has run dry at a frame: ends the sound, and waits for more than the last time.
    fn stop_at(&mut self, left: &mut [f32], right: &mut [f32], end: usize) {
        if end > 0 {
            self.last = [left[end - 1], right[end - 1]];
        }
        self.is_running = false;
        self.counters.add_underrun();
        let is_accident = self.frames_since_gap as f64 > FORGIVING_S * f64::from(self.spec.output_rate_hz);
        self.prefill_factor = if is_accident { 1.0 } else { self.prefill_factor * PREFILL_GROWTH };
        self.frames_since_gap = 0;
        self.fade_out_frames = GAP_FADE_FRAMES;
        self.fade_out(&mut left[end..], &mut right[end..]);
    }

    /// Lets the last frame die away, over several blocks if they are short, and then fills with silence.
    fn fade_out(&mut self, left: &mut [f32], right: &mut [f32]) {
        for (left, right) in left.iter_mut().zip(right) {
            self.fade_out_frames = self.fade_out_frames.saturating_sub(1);
            let gain = self.fade_out_frames as f32 / GAP_FADE_FRAMES as f32;
            (*left, *right) = (self.last[0] * gain, self.last[1] * gain);
        }
    }
}

/// The pace at which a reader that has nothing to correct moves, over so many frames, from between two samples onto the
/// nearer one. A little beyond it is aimed at, so that rounding cannot leave the reader just before it.
fn homing_step(fraction: f64, frames: usize) -> f64 {
    if fraction == 0.0 || frames == 0 {
        return 1.0;
    }
    let nearest = if fraction < 0.5 { 0.0 } else { 1.0 };
    let distance = nearest + ON_SAMPLE / 2.0 - fraction;
    1.0 + (distance / frames as f64).clamp(-MAX_REALIGN, MAX_REALIGN)
}

/// How full the ring is, and what follows from it for the reader's pace.
struct FillLevel {
    rate_hz: f64,
    /// Deviations up to this are the blocks' doing and no drift, in frames: of two callbacks in one cycle, either may
    /// come first. `None` where samples pass between the places anyway, so that there is nothing to preserve.
    tolerance_frames: Option<f64>,
    average_frames: f64,
    /// The level to keep, once it is known.
    reference_frames: Option<f64>,
    elapsed_frames: f64,
    step: f64,
    is_correcting: bool,
    correction: f64,
}

impl FillLevel {
    fn new(spec: &DriftResamplerSpec) -> Self {
        let same_rate = spec.input_rate_hz == spec.output_rate_hz;
        let largest_block = (spec.input_block_frames as f64).max(spec.read_frames());
        Self {
            rate_hz: f64::from(spec.input_rate_hz),
            tolerance_frames: same_rate.then_some(largest_block + 1.0),
            average_frames: 0.0,
            reference_frames: None,
            elapsed_frames: 0.0,
            step: spec.step(),
            is_correcting: !same_rate,
            correction: 0.0,
        }
    }

    /// The part by which to go faster (above 0) or slower, given the level before a read of so many output frames;
    /// `None` when the samples should come through untouched.
    fn correction(&mut self, available_frames: usize, output_frames: usize) -> Option<f64> {
        let (level, frames) = (available_frames as f64, output_frames as f64 * self.step);
        if self.elapsed_frames == 0.0 {
            self.average_frames = level;
        }
        self.elapsed_frames += frames;
        let weight = (frames / (self.rate_hz * AVERAGING_S)).min(1.0);
        self.average_frames += (level - self.average_frames) * weight;
        // The first seconds show which level these blocks have when nothing drifts.
        let Some(reference) = self.reference_frames else {
            if self.elapsed_frames > 2.0 * AVERAGING_S * self.rate_hz {
                self.reference_frames = Some(self.average_frames);
            }
            return self.is_correcting.then_some(0.0);
        };
        let deviation = self.average_frames - reference;
        if let Some(tolerance) = self.tolerance_frames {
            if self.is_correcting && deviation.abs() < REST_FRAMES {
                self.is_correcting = false;
                self.correction = 0.0;
            } else if deviation.abs() > tolerance {
                self.is_correcting = true;
            }
        }
        if !self.is_correcting {
            return None;
        }
        let target = (deviation / (self.rate_hz * CORRECTING_S)).clamp(-MAX_CORRECTION, MAX_CORRECTION);
        // The pace itself moves smoothly, so that no change of pitch is sudden.
        self.correction += (target - self.correction) * weight;
        Some(self.correction)
    }
}

#[cfg(test)]
mod tests;
