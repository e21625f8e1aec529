//! What surrounds the tape's curve: compression by level, and treble that is lifted before the curve and lowered
//! after it, so that a quiet signal comes out flat and a loud one loses treble first.
//!
//! Realtime safety: arithmetic alone, at the base rate.

use fearless_simd::{Simd, SimdBase, SimdFloat, dispatch, f64x2};

use crate::dsp::chunk::{CHUNK_FRAMES, Chunk, MAX_CHANNELS};
use crate::dsp::first_order::FirstOrder;
use crate::dsp::vector_instructions::level;

/// The mean square from which the compressor works: half of full scale's square, a sine that touches it.
const THRESHOLD_POWER: f32 = 0.5;
const COMPRESSION_MS: f64 = 40.0;
const EMPHASIS_HZ: f64 = 3_000.0;
const EMPHASIS_GAIN: f64 = 2.0;

/// Where that lies above this fraction of the sample rate, the emphasis is around it: the bilinear transform has no place
/// for anything from half of the rate on. So it is below 6.7 kHz.
const HIGHEST_EMPHASIS: f64 = 0.45;

/// What the emphasis does to the RMS of a programme: 1.38 where all ten octaves are equally loud, since it doubles the
/// amplitude in three of them, and 1 where there is no treble. Most music lies between.
pub const PROGRAMME_EMPHASIS: f64 = 1.19;

/// Below this mean square, the envelope counts as silent: -300 dBFS.
const SILENT_POWER: f64 = 1e-30;

/// The gain for a signal of a steady mean square: one for quiet signals, two to one for loud ones.
///
/// In single precision, as the samples are: that puts what it is off by at -140 dB of the signal.
#[inline(always)]
pub fn steady_compression(power: f32) -> f32 {
    // Two to one: the fourth root of the power is the square root of the amplitude.
    1.0 / (1.0 + power / THRESHOLD_POWER).sqrt().sqrt()
}

/// Makes gains of mean squares.
fn compressions(powers: &mut [f32]) {
    dispatch!(level(), _simd => for power in powers {
        *power = steady_compression(*power);
    });
}

/// Treble up by [`EMPHASIS_GAIN`] around [`EMPHASIS_HZ`], and down again: H(s) = (1 + s r) / (1 + s / r), r^2 the gain,
/// through the bilinear transform; the inverse has the polynomials exchanged.
fn emphasis_and_inverse(sample_rate_hz: f64) -> [FirstOrder; 2] {
    let root = EMPHASIS_GAIN.sqrt();
    let fraction = (EMPHASIS_HZ / sample_rate_hz).min(HIGHEST_EMPHASIS);
    let tangent = (std::f64::consts::PI * fraction).tan();
    let (zero, pole) = (root / tangent, 1.0 / (root * tangent));
    let [b0, b1, a1] = [1.0 + zero, 1.0 - zero, 1.0 - pole].map(|value| value / (1.0 + pole));
    [FirstOrder::new(b0, b1, -a1), FirstOrder::new(1.0 / b0, a1 / b0, -b1 / b0)]
}

/// The tape's machinery for all channels.
#[derive(Clone, Debug)]
pub struct Tape {
    emphasis: FirstOrder,
    de_emphasis: FirstOrder,
    smoothing: f64,
    power: f64,
}

impl Tape {
    /// For a sample rate, with a silent past.
    pub fn new(sample_rate_hz: f64) -> Self {
        let [emphasis, de_emphasis] = emphasis_and_inverse(sample_rate_hz);
        Self {
            emphasis,
            de_emphasis,
            smoothing: 1.0 - (-1_000.0 / (COMPRESSION_MS * sample_rate_hz)).exp(),
            power: 0.0,
        }
    }

    /// Forgets the past signal.
    pub fn reset(&mut self) {
        self.emphasis.reset();
        self.de_emphasis.reset();
        self.power = 0.0;
    }

    /// Before the curve. Both channels are compressed alike, by the sum of their squares with this weight, so that nothing
    /// moves in the stereo image.
    pub fn record(&mut self, chunk: &mut Chunk, weight: f64) {
        let frames = chunk.frames();
        let mut gains = [0.0_f32; CHUNK_FRAMES];
        dispatch!(level(), simd => self.follow(simd, chunk.sides_mut(), weight, &mut gains[..frames]));
        compressions(&mut gains);
        chunk.apply_gains(&gains[..frames]);
        self.emphasis.process_chunk(chunk);
    }

    /// Fills `powers` with the mean square as it is at each frame.
    #[inline(always)]
    fn follow<S: Simd>(
        &mut self,
        simd: S,
        [left, right]: [&mut [f32]; MAX_CHANNELS],
        weight: f64,
        powers: &mut [f32],
    ) {
        let share = self.smoothing * weight;
        let kept = f64x2::splat(simd, 1.0 - self.smoothing);
        // Of two lanes, for the instruction: both are the same.
        let mut power = f64x2::splat(simd, self.power);
        for ((slot, left), right) in powers.iter_mut().zip(left).zip(right) {
            let (left, right) = (f64::from(*left), f64::from(*right));
            power = kept.mul_add(power, share * (left * left + right * right));
            *slot = power[0] as f32;
        }
        self.power = if power[0] < SILENT_POWER { 0.0 } else { power[0] };
    }

    /// After the curve.
    pub fn play(&mut self, chunk: &mut Chunk) {
        self.de_emphasis.process_chunk(chunk);
    }
}
