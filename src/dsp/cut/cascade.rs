//! A Butterworth filter of one slope whose corner may move: when its coefficients are computed, and when its tail ends.
//!
//! Realtime safety: see [`super`]. A state variable filter stays stable when its coefficients change at audio rate,
//! which a direct form does not (Zavalishin, "The Art of VA Filter Design", chapter 4.4).

use super::design::{CascadeDesign, SectionCoefficients, Side, butterworth_q};
use super::sections::{self, SectionBank, SectionStates};
use super::{COEFFICIENT_FRAMES, Slope};
use crate::dsp::chunk::{CHUNK_FRAMES, Chunk, MAX_CHANNELS};
use crate::dsp::linear_smoother::LinearSmoother;

// At most once in a chunk are coefficients computed.
const _: () = assert!(COEFFICIENT_FRAMES as usize >= CHUNK_FRAMES);

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
    /// The coefficients, on their way to those of the next frame for which they are computed, or at rest.
    bank: SectionBank,
    /// Frames since the last frame for which coefficients were computed.
    position: u32,
    /// Whether the bank has the coefficients to which it goes next.
    is_planned: bool,
    states: SectionStates,
}

impl Cascade {
    /// A cascade that is off. Its corner takes `smoothing_frames` to each new frequency, rounded up to a multiple of
    /// [`COEFFICIENT_FRAMES`].
    pub fn new(side: Side, sample_rate_hz: f64, smoothing_frames: u32) -> Self {
        Self {
            side,
            slope: Slope::Off,
            sample_rate_hz,
            corner_hz: 1.0,
            corner: LinearSmoother::new(0.0, smoothing_frames),
            design: CascadeDesign::new(side, 1),
            bank: SectionBank::PASS,
            position: 0,
            is_planned: false,
            states: SectionStates::default(),
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
        let mut coefficients = SectionCoefficients::PASS;
        self.design.coefficients(self.corner_now_hz(), self.sample_rate_hz, &mut coefficients);
        self.bank = SectionBank::resting(&coefficients, self.design.correction());
    }

    /// The slope, for as long as this cascade lives.
    pub fn slope(&self) -> Slope {
        self.slope
    }

    /// Starts for a new corner: with the next frame, or where it moves already, with the next for which coefficients are
    /// computed.
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

    fn corner_now_hz(&self) -> f64 {
        f64::from(self.corner.value()).exp2()
    }

    /// The coefficients that count from now on, and what the sections keep of the past signal.
    pub(super) fn parts(&mut self) -> (&SectionBank, &mut SectionStates) {
        (&self.bank, &mut self.states)
    }

    /// Computes the coefficients that a chunk of so many frames takes. Comes before each chunk.
    pub(super) fn plan(&mut self, frames: usize) {
        let next = (COEFFICIENT_FRAMES - self.position) % COEFFICIENT_FRAMES;
        self.is_planned = (next as usize) < frames && self.corner.is_smoothing();
        if self.is_planned {
            self.corner.skip(COEFFICIENT_FRAMES as usize);
            let corner_hz = self.corner_now_hz();
            self.design.coefficients(corner_hz, self.sample_rate_hz, self.bank.next_mut());
        }
    }

    /// Sees to it that [`bank`](Self::bank) is right. Returns for how many frames its coefficients go on as they do now, or `None`
    /// if they rest.
    pub(super) fn prepare(&mut self) -> Option<usize> {
        if self.position == 0 {
            if !self.is_planned {
                self.bank.rest();
                return None;
            }
            self.is_planned = false;
            self.bank.go();
        }
        Some((COEFFICIENT_FRAMES - self.position) as usize)
    }

    /// Moves on by as many frames as [`prepare`](Self::prepare) has returned, or by fewer.
    pub(super) fn advance(&mut self, frames: usize) {
        self.position = (self.position + frames as u32) % COEFFICIENT_FRAMES;
        self.bank.set_elapsed(self.position);
    }

    fn process_sections<const SECTIONS: usize>(&mut self, chunk: &mut Chunk) {
        self.plan(chunk.frames());
        let [mut left, mut right] = chunk.sides_mut();
        while !left.is_empty() {
            let moving = self.prepare();
            let frames = moving.map_or(left.len(), |frames| frames.min(left.len()));
            let (left_now, left_later) = left.split_at_mut(frames);
            let (right_now, right_later) = right.split_at_mut(frames);
            let sides = [left_now, right_now];
            sections::run::<SECTIONS>(&mut self.states, &self.bank, sides);
            if moving.is_some() {
                self.advance(frames);
            }
            [left, right] = [left_later, right_later];
        }
        let last = chunk.frames() - 1;
        let last =
            [0, 1].map(|channel| if channel < chunk.channels() { chunk.channel(channel)[last] } else { 0.0 });
        self.end_tail(last);
    }

    /// Once the last frame of the output and the state are all but silent, makes the state so.
    pub(super) fn end_tail(&mut self, last: [f32; MAX_CHANNELS]) {
        if last.iter().all(|sample| sample.abs() < SILENT_SAMPLE) && self.states.are_silent() {
            self.states = SectionStates::default();
        }
    }
}

/// Below this an output counts as silence: -300 dBFS.
const SILENT_SAMPLE: f32 = 1e-15;

#[cfg(test)]
mod tests {
    use super::*;

    const RATE_HZ: f64 = 48_000.0;
    /// 20 ms.
    const GLIDE_FRAMES: u32 = 960;

    /// A filter of single numbers whose sections are designed anew for every frame of a glide, by their definition.
    fn designed_for_every_frame(side: Side, slope: Slope, corners_hz: [f64; 2], input: &[f32]) -> Vec<f64> {
        let design = CascadeDesign::new(side, slope.sections());
        let mut states = [[0.0_f64; 2]; 4];
        let (mut last, mut output) = (0.0, 0.0);
        let filtered = input.iter().enumerate().map(|(frame, sample)| {
            let position = ((frame + 1) as f64 / f64::from(GLIDE_FRAMES)).min(1.0);
            let corner_hz = corners_hz[0] * (corners_hz[1] / corners_hz[0]).powf(position);
            let mut coefficients = SectionCoefficients::PASS;
            design.coefficients(corner_hz, RATE_HZ, &mut coefficients);
            let SectionCoefficients { keep, cross, gain, mix } = coefficients;
            let mut value = f64::from(*sample);
            for (index, [first, second]) in states.iter_mut().enumerate() {
                let difference = value - *second;
                let filtered = mix[0][index] * value + mix[1][index] * *first + mix[2][index] * *second;
                (*first, *second) = (
                    keep[index] * *first + cross[index] * difference,
                    *second + cross[index] * *first + gain[index] * difference,
                );
                value = filtered;
            }
            let correction = design.correction();
            output = correction.b0 * value + correction.b1 * last + correction.pole * output;
            last = value;
            output
        });
        filtered.collect()
    }

    #[test]
    fn a_corner_that_glides_two_octaves_in_20_ms_sounds_as_if_designed_for_every_frame() {
        // All frequencies in turn, again and again.
        let input: Vec<f32> = (0..3 * GLIDE_FRAMES).map(|n| ((n * n) as f32 * 0.013).sin()).collect();
        for slope in [Slope::Db12, Slope::Db24, Slope::Db48] {
            for (side, corners_hz) in
                [(Side::Low, [200.0, 800.0]), (Side::Low, [320.0, 80.0]), (Side::High, [4_000.0, 16_000.0])]
            {
                let mut cascade = Cascade::new(side, RATE_HZ, GLIDE_FRAMES);
                cascade.reset(corners_hz[0] as f32, slope);
                cascade.set_corner(corners_hz[1] as f32);
                let mut output = Vec::new();
                for part in input.chunks(CHUNK_FRAMES) {
                    let mut chunk = Chunk::silent(1, part.len());
                    chunk.channel_mut(0).copy_from_slice(part);
                    cascade.process(&mut chunk);
                    output.extend_from_slice(chunk.channel(0));
                }
                let expected = designed_for_every_frame(side, slope, corners_hz, &input);
                let power =
                    |values: &mut dyn Iterator<Item = f64>| values.map(|value| value * value).sum::<f64>();
                let error = power(
                    &mut output.iter().zip(&expected).map(|(output, expected)| f64::from(*output) - expected),
                );
                let error_db = 10.0 * (error / power(&mut expected.iter().copied())).log10();
                assert!(error_db < -50.0, "{side:?}, {slope:?}, {corners_hz:?}: {error_db} dB");
            }
        }
    }
}
