//! A Butterworth filter of one slope whose corner may move: when its coefficients are computed, and when its tail ends.
//!
//! Realtime safety: see [`super`]. A state variable filter stays stable when its coefficients change at audio rate,
//! which a direct form does not (Zavalishin, "The Art of VA Filter Design", chapter 4.4).

use super::design::{CascadeDesign, MAX_SECTIONS, SectionCoefficients, Side, butterworth_q};
use super::sections::{SectionBank, SectionStates, run_sections};
use super::{COEFFICIENT_FRAMES, Slope};
use crate::dsp::chunk::{Chunk, MAX_CHANNELS, to_sample};
use crate::dsp::first_order::FirstOrder;
use crate::dsp::linear_smoother::LinearSmoother;

/// A Butterworth filter of one slope with a smoothed corner.
#[derive(Clone, Debug)]
pub struct Cascade {
    side: Side,
    slope: Slope,
    sample_rate_hz: f64,
    /// As it was set last, in Hz.
    corner_hz: f32,
    /// log2 of the corner in Hz.
    corner: LinearSmoother,
    design: CascadeDesign,
    /// At the last and at the next frame for which coefficients are computed; both the same while the corner rests.
    from: [SectionCoefficients; MAX_SECTIONS],
    to: [SectionCoefficients; MAX_SECTIONS],
    /// Frames since `from`.
    position: u32,
    states: SectionStates<MAX_SECTIONS>,
    correction: Option<FirstOrder>,
}

impl Cascade {
    /// A cascade that is off. Its corner takes `smoothing_frames` to each new frequency.
    pub fn new(side: Side, sample_rate_hz: f64, smoothing_frames: u32) -> Self {
        Self {
            side,
            slope: Slope::Off,
            sample_rate_hz,
            corner_hz: 1.0,
            corner: LinearSmoother::new(0.0, smoothing_frames),
            design: CascadeDesign::new(side, 1),
            from: Default::default(),
            to: Default::default(),
            position: 0,
            states: SectionStates::default(),
            correction: None,
        }
    }

    /// Forgets the past signal and stands at a corner with a slope.
    pub fn reset(&mut self, corner_hz: f32, slope: Slope) {
        self.slope = slope;
        self.corner_hz = corner_hz;
        self.corner.reset(corner_hz.log2());
        self.states = SectionStates::default();
        self.position = 0;
        if slope == Slope::Off {
            return;
        }
        self.design = CascadeDesign::new(self.side, slope.sections());
        self.correction = self
            .design
            .correction()
            .map(|correction| FirstOrder::new(correction.b0, correction.b1, correction.pole));
        self.to = self.coefficients();
        self.from = self.to;
    }

    /// The slope, for as long as this cascade lives.
    pub fn slope(&self) -> Slope {
        self.slope
    }

    /// Starts for a new corner.
    pub fn set_corner(&mut self, corner_hz: f32) {
        // It is the same one nearly always, and a logarithm for each block is not free.
        if corner_hz.to_bits() != self.corner_hz.to_bits() {
            self.corner_hz = corner_hz;
            self.corner.set_target(corner_hz.log2());
        }
    }

    /// Filters the chunk in place.
    pub fn process(&mut self, chunk: &mut Chunk) {
        match self.slope {
            Slope::Off => self.corner.skip(chunk.frames()),
            Slope::Db12 => self.process_sections::<1>(chunk),
            Slope::Db24 => self.process_sections::<2>(chunk),
            Slope::Db48 => self.process_sections::<4>(chunk),
        }
    }

    /// How many frames the sharpest section takes to fall by 120 dB.
    pub fn tail_frames(&self) -> u32 {
        let sections = self.slope.sections();
        if sections == 0 {
            return 0;
        }
        // The envelope of a section is e^(-w t / (2 Q)); 120 dB are a factor of 10^6.
        let omega = 2.0 * std::f64::consts::PI * f64::from(self.corner.target().exp2()) / self.sample_rate_hz;
        (1e6_f64.ln() * 2.0 * butterworth_q(sections - 1, sections) / omega).ceil() as u32
    }

    fn coefficients(&self) -> [SectionCoefficients; MAX_SECTIONS] {
        self.design.coefficients(f64::from(self.corner.value()).exp2(), self.sample_rate_hz)
    }

    fn process_sections<const SECTIONS: usize>(&mut self, chunk: &mut Chunk) {
        let mut states = self.states.of_first::<SECTIONS>();
        let [mut left, mut right] = chunk.sides_mut();
        while self.is_moving() && !left.is_empty() {
            let part = left.len().min((COEFFICIENT_FRAMES - self.position) as usize);
            let (moving_left, rest_left) = left.split_at_mut(part);
            let (moving_right, rest_right) = right.split_at_mut(part);
            self.process_moving(&mut states, [moving_left, moving_right]);
            [left, right] = [rest_left, rest_right];
        }
        if !left.is_empty() {
            run_sections(&mut states, &bank(&self.to), self.correction.as_mut(), [left, right]);
        }
        self.states.set_of_first(&states);
        self.end_tail(chunk);
    }

    fn is_moving(&self) -> bool {
        self.position > 0 || self.corner.is_smoothing()
    }

    /// Filters while the corner moves, no further than to the next frame for which coefficients are computed.
    fn process_moving<const SECTIONS: usize>(
        &mut self,
        states: &mut SectionStates<SECTIONS>,
        [left, right]: [&mut [f32]; MAX_CHANNELS],
    ) {
        if self.position == 0 {
            self.corner.skip(COEFFICIENT_FRAMES as usize);
            self.to = self.coefficients();
        }
        let (from, to) = (bank(&self.from), bank(&self.to));
        for (left, right) in left.iter_mut().zip(right) {
            self.position += 1;
            let bank = from.towards(&to, f64::from(self.position) / f64::from(COEFFICIENT_FRAMES));
            let mut frame = states.step_in_turn(&bank, [f64::from(*left), f64::from(*right)]);
            if let Some(correction) = &mut self.correction {
                frame = correction.process(frame);
            }
            [*left, *right] = frame.map(to_sample);
        }
        if self.position == COEFFICIENT_FRAMES {
            self.position = 0;
            self.from = self.to;
        }
    }

    /// Once input and state are all but silent, makes them so.
    fn end_tail(&mut self, chunk: &Chunk) {
        let last = chunk.frames() - 1;
        let mut output = (0..chunk.channels()).map(|channel| chunk.channel(channel)[last]);
        if output.all(|sample| sample.abs() < SILENT_SAMPLE)
            && self.correction.as_ref().is_none_or(FirstOrder::is_silent)
            && self.states.are_silent()
        {
            self.states = SectionStates::default();
            self.correction.as_mut().map(FirstOrder::reset);
        }
    }
}

/// Below this an output counts as silence: -300 dBFS.
const SILENT_SAMPLE: f32 = 1e-15;

/// The coefficients of the first sections, as they are worked with.
fn bank<const SECTIONS: usize>(coefficients: &[SectionCoefficients; MAX_SECTIONS]) -> SectionBank<SECTIONS> {
    SectionBank::new(&std::array::from_fn(|section| coefficients[section]))
}
