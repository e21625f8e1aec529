//! A chain of second-order sections, in double precision, both channels at once.
//!
//! Realtime safety: see [`super`]. A state variable filter stays stable when its coefficients change at audio rate,
//! which a direct form does not (Zavalishin, "The Art of VA Filter Design", chapter 4.4).

use super::design::{Correction, MAX_SECTIONS, SectionCoefficients, Side, butterworth_q, section};
use super::{COEFFICIENT_FRAMES, Slope};
use crate::dsp::chunk::{Chunk, MAX_CHANNELS};
use crate::dsp::glide::Glide;

/// Below this the state counts as silence and is cleared, so that a tail ends: -300 dBFS.
const SILENCE: f64 = 1e-15;

type Frame = [f64; MAX_CHANNELS];

/// The two integrators of a section, for each channel.
#[derive(Clone, Copy, Debug, Default)]
struct SectionState {
    first: Frame,
    second: Frame,
}

impl SectionState {
    /// One frame through the section (Simper, "Linear Trapezoidal Integrated State Variable Filter", 2013).
    #[inline(always)]
    fn process(&mut self, coefficients: &SectionCoefficients, input: Frame) -> Frame {
        let SectionCoefficients { a1, a2, a3, mix } = *coefficients;
        let mut output = [0.0; MAX_CHANNELS];
        for channel in 0..MAX_CHANNELS {
            let difference = input[channel] - self.second[channel];
            let band_pass = a1 * self.first[channel] + a2 * difference;
            let low_pass = self.second[channel] + a2 * self.first[channel] + a3 * difference;
            self.first[channel] = 2.0 * band_pass - self.first[channel];
            self.second[channel] = 2.0 * low_pass - self.second[channel];
            output[channel] = mix[0] * input[channel] + mix[1] * band_pass + mix[2] * low_pass;
        }
        output
    }
}

/// A Butterworth filter of one slope with a gliding corner.
#[derive(Clone, Debug)]
pub struct Cascade {
    side: Side,
    slope: Slope,
    sample_rate_hz: f64,
    /// log2 of the corner in Hz.
    corner: Glide,
    /// At the last and at the next frame for which coefficients are computed; both the same while the corner rests.
    from: [SectionCoefficients; MAX_SECTIONS],
    to: [SectionCoefficients; MAX_SECTIONS],
    /// Frames since `from`.
    position: u32,
    states: [SectionState; MAX_SECTIONS],
    correction: Option<Correction>,
    correction_state: Frame,
}

impl Cascade {
    /// A cascade that is off.
    pub fn new(side: Side, sample_rate_hz: f64, glide_frames: u32) -> Self {
        Self {
            side,
            slope: Slope::Off,
            sample_rate_hz,
            corner: Glide::new(0.0, glide_frames),
            from: Default::default(),
            to: Default::default(),
            position: 0,
            states: Default::default(),
            correction: None,
            correction_state: Default::default(),
        }
    }

    /// Forgets the past signal and stands at a corner with a slope.
    pub fn reset(&mut self, corner_hz: f32, slope: Slope) {
        self.slope = slope;
        self.corner.jump(corner_hz.log2());
        self.states = Default::default();
        self.correction_state = Default::default();
        self.correction = match slope {
            Slope::Off => None,
            _ => Correction::for_cascade(self.side, slope.sections()),
        };
        self.to = self.coefficients();
        self.from = self.to;
        self.position = 0;
    }

    /// The slope, for as long as this cascade lives.
    pub fn slope(&self) -> Slope {
        self.slope
    }

    /// Starts for a new corner.
    pub fn set_corner(&mut self, corner_hz: f32) {
        self.corner.set_target(corner_hz.log2());
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
        let corner_hz = f64::from(self.corner.value()).exp2();
        let sections = self.slope.sections();
        let mut coefficients = [SectionCoefficients::default(); MAX_SECTIONS];
        for (index, coefficients) in coefficients[..sections].iter_mut().enumerate() {
            *coefficients = section(self.side, corner_hz, self.sample_rate_hz, index, sections);
        }
        coefficients
    }

    fn process_sections<const SECTIONS: usize>(&mut self, chunk: &mut Chunk) {
        let mut frame = 0;
        while frame < chunk.frames() {
            if self.is_moving() {
                self.step_coefficients();
                let coefficients = self.current_coefficients::<SECTIONS>();
                self.run(&coefficients, chunk, frame..frame + 1);
                frame += 1;
            } else {
                let coefficients = std::array::from_fn(|index| self.to[index]);
                self.run::<SECTIONS>(&coefficients, chunk, frame..chunk.frames());
                frame = chunk.frames();
            }
        }
        self.end_tail(chunk);
    }

    fn is_moving(&self) -> bool {
        self.position > 0 || self.corner.is_moving()
    }

    /// Moves on by one frame: to the next set of coefficients where the last one is reached.
    fn step_coefficients(&mut self) {
        if self.position == 0 {
            self.corner.skip(COEFFICIENT_FRAMES as usize);
            self.to = self.coefficients();
        }
        self.position += 1;
    }

    fn current_coefficients<const SECTIONS: usize>(&mut self) -> [SectionCoefficients; SECTIONS] {
        let position = f64::from(self.position) / f64::from(COEFFICIENT_FRAMES);
        let coefficients = std::array::from_fn(|index| self.from[index].towards(&self.to[index], position));
        if self.position == COEFFICIENT_FRAMES {
            self.position = 0;
            self.from = self.to;
        }
        coefficients
    }

    #[inline(always)]
    fn run<const SECTIONS: usize>(
        &mut self,
        coefficients: &[SectionCoefficients; SECTIONS],
        chunk: &mut Chunk,
        frames: std::ops::Range<usize>,
    ) {
        let mut states: [SectionState; SECTIONS] = std::array::from_fn(|index| self.states[index]);
        for frame in frames {
            let mut value = chunk.frame(frame);
            for (state, coefficients) in states.iter_mut().zip(coefficients) {
                value = state.process(coefficients, value);
            }
            if let Some(correction) = &self.correction {
                value = correct(correction, &mut self.correction_state, value);
            }
            chunk.set_frame(frame, value);
        }
        self.states[..SECTIONS].copy_from_slice(&states);
    }

    /// Once input and state are all but silent, makes them so.
    fn end_tail(&mut self, chunk: &Chunk) {
        let is_silent = |frame: &Frame| frame.iter().all(|value| value.abs() < SILENCE);
        if is_silent(&chunk.frame(chunk.frames() - 1))
            && is_silent(&self.correction_state)
            && self.states.iter().all(|state| is_silent(&state.first) && is_silent(&state.second))
        {
            self.states = Default::default();
            self.correction_state = Default::default();
        }
    }
}

/// One frame through the correction, in transposed direct form II.
#[inline(always)]
fn correct(correction: &Correction, state: &mut Frame, input: Frame) -> Frame {
    let mut output = input;
    for channel in 0..MAX_CHANNELS {
        output[channel] = correction.b0 * input[channel] + state[channel];
        state[channel] = correction.b1 * input[channel] + correction.pole * output[channel];
    }
    output
}
