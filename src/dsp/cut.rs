//! The low cut and the high cut: Butterworth filters of 12, 24 or 48 dB per octave whose corner may move at any speed.
//!
//! Realtime safety: nothing allocates; the state is a few numbers. A moving corner computes coefficients once every
//! [`COEFFICIENT_FRAMES`] frames and goes between them in straight lines; one at rest computes none, and a cut that
//! is off costs nothing.

mod cascade;
pub mod design;
mod pair;
mod sections;

use cascade::Cascade;
pub use design::Side;

use super::ChainSettings;
use super::chunk::Chunk;
use super::equal_gain_crossfade::EqualGainCrossfade;
use super::processor::{Processor, crossfade_frames, smoothing_frames};

/// How steep a cut is, in dB per octave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Slope {
    /// No cut.
    #[default]
    Off,
    /// Second order.
    Db12,
    /// Fourth order.
    Db24,
    /// Eighth order.
    Db48,
}

impl Slope {
    /// How many second-order sections the slope needs.
    pub fn sections(self) -> usize {
        match self {
            Self::Off => 0,
            Self::Db12 => 1,
            Self::Db24 => 2,
            Self::Db48 => 4,
        }
    }
}

/// While the corner moves, its coefficients are computed this often, in frames.
pub const COEFFICIENT_FRAMES: u32 = 64;

/// One cut of the strip, with its two cascades: when the slope changes, they crossfade.
#[derive(Clone, Debug)]
pub struct Cut<const IS_HIGH: bool> {
    current: Cascade,
    previous: Cascade,
    crossfade: EqualGainCrossfade,
    scratch: Chunk,
}

/// Passes what lies above its corner.
type LowCut = Cut<false>;
/// Passes what lies below its corner.
type HighCut = Cut<true>;

/// The low cut and then the high cut.
#[derive(Clone, Debug)]
pub struct Cuts {
    low: LowCut,
    high: HighCut,
}

impl Processor for Cuts {
    fn new(sample_rate_hz: f64) -> Self {
        Self { low: LowCut::new(sample_rate_hz), high: HighCut::new(sample_rate_hz) }
    }

    fn reset(&mut self, settings: &ChainSettings) {
        self.low.reset(settings);
        self.high.reset(settings);
    }

    fn set(&mut self, settings: &ChainSettings) {
        self.low.set(settings);
        self.high.set(settings);
    }

    fn process(&mut self, chunk: &mut Chunk) {
        if let (Some(low), Some(high)) = (self.low.alone(), self.high.alone()) {
            pair::process(low, high, chunk);
        } else {
            self.low.process(chunk);
            self.high.process(chunk);
        }
    }

    fn tail_frames(&self) -> u32 {
        self.low.tail_frames() + self.high.tail_frames()
    }

    fn frames_until_switch(&self) -> Option<usize> {
        [self.low.frames_until_switch(), self.high.frames_until_switch()].into_iter().flatten().min()
    }
}

impl<const IS_HIGH: bool> Cut<IS_HIGH> {
    const SIDE: Side = if IS_HIGH { Side::High } else { Side::Low };

    /// The corner in Hz, and the slope.
    fn setting(settings: &ChainSettings) -> (f32, Slope) {
        match Self::SIDE {
            Side::Low => (settings.low_cut_hz, settings.low_cut_slope),
            Side::High => (settings.high_cut_hz, settings.high_cut_slope),
        }
    }

    /// What is heard, if the cut is on and does not crossfade.
    fn alone(&mut self) -> Option<&mut Cascade> {
        (self.current.slope() != Slope::Off && !self.crossfade.is_running()).then_some(&mut self.current)
    }
}

impl<const IS_HIGH: bool> Processor for Cut<IS_HIGH> {
    fn new(sample_rate_hz: f64) -> Self {
        let cascade = Cascade::new(Self::SIDE, sample_rate_hz, smoothing_frames(sample_rate_hz));
        Self {
            current: cascade.clone(),
            previous: cascade,
            crossfade: EqualGainCrossfade::new(crossfade_frames(sample_rate_hz)),
            scratch: Chunk::silent(0, 0),
        }
    }

    fn reset(&mut self, settings: &ChainSettings) {
        let (corner_hz, slope) = Self::setting(settings);
        self.crossfade.finish();
        self.current.reset(corner_hz, slope);
    }

    fn set(&mut self, settings: &ChainSettings) {
        let (corner_hz, slope) = Self::setting(settings);
        if slope != self.current.slope() && !self.crossfade.is_running() {
            std::mem::swap(&mut self.current, &mut self.previous);
            self.current.reset(corner_hz, slope);
            self.crossfade.start_after(0);
        }
        self.current.set_corner(corner_hz);
        if self.crossfade.is_running() {
            self.previous.set_corner(corner_hz);
        }
    }

    fn process(&mut self, chunk: &mut Chunk) {
        if self.crossfade.is_running() {
            self.scratch.copy_from(chunk);
            self.previous.process(chunk);
            self.current.process(&mut self.scratch);
            chunk.blend(&self.scratch, self.crossfade.next_amounts(chunk.frames()));
        } else {
            self.current.process(chunk);
        }
    }

    fn tail_frames(&self) -> u32 {
        self.current.tail_frames()
    }

    fn frames_until_switch(&self) -> Option<usize> {
        self.crossfade.remaining_frames()
    }
}
