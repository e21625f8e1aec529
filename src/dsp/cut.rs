//! The low cut and the high cut: Butterworth filters of 12, 24 or 48 dB per octave whose corner may move at any speed.
//!
//! Realtime safety: nothing allocates; the state is a few numbers. A moving corner computes coefficients once every
//! [`COEFFICIENT_FRAMES`] frames and goes between them in straight lines; a resting one computes none, and a cut that
//! is off costs nothing.

mod cascade;
pub mod design;
mod sections;

pub use cascade::Cascade;
pub use design::Side;

use super::chunk::Chunk;
use super::crossfade::Crossfade;

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
pub const COEFFICIENT_FRAMES: u32 = 16;

/// One cut of the strip, with its two cascades: when the slope changes, the new one fades in over the old.
#[derive(Clone, Debug)]
pub struct Cut {
    current: Cascade,
    previous: Cascade,
    crossfade: Crossfade,
    scratch: Chunk,
}

impl Cut {
    /// A cut that is off.
    ///
    /// `glide_frames` is how long the corner takes to each new frequency, `crossfade_frames` how long slopes overlap.
    pub fn new(side: Side, sample_rate_hz: f64, glide_frames: u32, crossfade_frames: u32) -> Self {
        let cascade = Cascade::new(side, sample_rate_hz, glide_frames);
        Self {
            current: cascade.clone(),
            previous: cascade,
            crossfade: Crossfade::new(crossfade_frames),
            scratch: Chunk::silent(0, 0),
        }
    }

    /// Forgets the past signal and stands where the controls say, without gliding there.
    pub fn reset(&mut self, corner_hz: f32, slope: Slope) {
        self.crossfade.finish();
        self.current.reset(corner_hz, slope);
    }

    /// Starts for a corner and a slope. A slope that changes while the last change still fades waits for its turn.
    pub fn set(&mut self, corner_hz: f32, slope: Slope) {
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

    /// Filters the chunk in place.
    pub fn process(&mut self, chunk: &mut Chunk) {
        if self.crossfade.is_running() {
            self.scratch.copy_from(chunk);
            self.previous.process(chunk);
            self.current.process(&mut self.scratch);
            chunk.blend(&self.scratch, self.crossfade.next_amounts(chunk.frames()));
        } else {
            self.current.process(chunk);
        }
    }

    /// How many frames it takes until a new slope can be taken.
    pub fn frames_until_switch(&self) -> usize {
        self.crossfade.remaining_frames()
    }

    /// How many frames the cut rings until it is 120 dB down.
    pub fn tail_frames(&self) -> u32 {
        self.current.tail_frames()
    }
}
