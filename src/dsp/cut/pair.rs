//! Both cuts in one pass: while the low cut works on a frame, the high cut works on one that the low cut has left before, side
//! by side in the lanes of one vector.
//!
//! Realtime safety: arithmetic alone, on buffers of fixed sizes.

use std::ops::Range;

use multiversion::multiversion;

use super::cascade::Cascade;
use super::sections::{Lanes, SectionBank, SectionStates};
use crate::dsp::chunk::{CHUNK_FRAMES, Chunk, MAX_CHANNELS};

/// By how many frames the high cut is behind. From a frame's way into the low cut to its way out of the high cut, each step
/// waits for the one before: that takes some three times as long as the processor takes to do a frame's work.
const LAG_FRAMES: usize = 4;

/// Both channels of the low cut, then both of the high cut.
const LANES: usize = 2 * MAX_CHANNELS;
const LOW: usize = 0;
const HIGH: usize = MAX_CHANNELS;

/// How many steps a chunk takes.
const MOST_STEPS: usize = CHUNK_FRAMES + LAG_FRAMES;

/// What the pass works with. Of what is left in it from one chunk to the next, nothing is heard.
#[derive(Clone, Debug)]
#[repr(align(64))]
pub struct CutPair {
    bank: SectionBank<LANES>,
    /// What goes into the low cut in each step.
    input: [[f32; MAX_CHANNELS]; MOST_STEPS],
    /// What comes out of each step, [`LAG_FRAMES`] further on: that of the low cut is the high cut's input there.
    output: [[f32; LANES]; MOST_STEPS + LAG_FRAMES],
}

impl CutPair {
    /// Nothing to be heard.
    pub fn new() -> Self {
        Self {
            bank: SectionBank::new(),
            input: [[0.0; MAX_CHANNELS]; MOST_STEPS],
            output: [[0.0; LANES]; MOST_STEPS + LAG_FRAMES],
        }
    }

    /// Filters the chunk in place, as the low cut and then the high cut would, bit for bit. Neither may be off.
    pub fn process(&mut self, low: &mut Cascade, high: &mut Cascade, chunk: &mut Chunk) {
        if chunk.frames() < LAG_FRAMES {
            low.process(chunk);
            high.process(chunk);
            return;
        }
        // Those sections that one has less than the other pass what they get.
        match low.slope().sections().max(high.slope().sections()) {
            0 | 1 => self.process_sections::<1>(low, high, chunk),
            2 => self.process_sections::<2>(low, high, chunk),
            _ => self.process_sections::<4>(low, high, chunk),
        }
    }

    fn process_sections<const SECTIONS: usize>(
        &mut self,
        low: &mut Cascade,
        high: &mut Cascade,
        chunk: &mut Chunk,
    ) {
        let frames = chunk.frames();
        low.plan(frames);
        high.plan(frames);
        let [left, right] = chunk.sides_mut();
        for ((frame, left), right) in self.input.iter_mut().zip(&*left).zip(&*right) {
            *frame = [*left, *right];
        }
        let mut states = SectionStates::default();
        states.copy_cut::<LOW, 0, MAX_CHANNELS>(low.states());
        states.copy_cut::<HIGH, 0, MAX_CHANNELS>(high.states());

        let (low_works, high_works) = (0..frames, LAG_FRAMES..frames + LAG_FRAMES);
        // From which steps on they need other coefficients, or begin to work, and whether they move until then.
        let mut due = [low_works.start, high_works.start];
        let mut moves = [false; 2];
        let mut step = 0;
        while step < high_works.end {
            if step == due[0] {
                let length = low.prepare();
                self.bank.copy_cut::<LOW>(low.bank());
                moves[0] = length.is_some();
                due[0] = length.map_or(usize::MAX, |frames| step + frames);
            }
            if step == due[1] {
                let length = high.prepare();
                self.bank.copy_cut::<HIGH>(high.bank());
                moves[1] = length.is_some();
                due[1] = length.map_or(usize::MAX, |frames| step + frames);
            }
            self.bank.copy_position::<LOW>(low.bank());
            self.bank.copy_position::<HIGH>(high.bank());
            // The low cut has no use for coefficients after its end.
            if due[0] >= low_works.end {
                due[0] = usize::MAX;
            }
            let steps = step..due[0].min(due[1]).min(high_works.end);
            let spans = Spans::of(&steps, &low_works, &high_works);
            let input = &self.input[steps.clone()];
            let output = &mut self.output[steps.start..steps.end + LAG_FRAMES];
            if moves[0] || moves[1] {
                run_moving::<SECTIONS>(&mut states, &self.bank, &spans, input, output);
            } else {
                run_still::<SECTIONS>(&mut states, &self.bank, &spans, input, output);
            }
            if moves[0] {
                low.advance(spans.low_alone + spans.both);
            }
            if moves[1] {
                high.advance(spans.both + spans.high_alone);
            }
            step = steps.end;
        }

        low.states_mut().copy_cut::<0, LOW, LANES>(&states);
        high.states_mut().copy_cut::<0, HIGH, LANES>(&states);
        for ((frame, left), right) in self.output[2 * LAG_FRAMES..].iter().zip(left).zip(right) {
            [_, _, *left, *right] = *frame;
        }
        let [left, right, ..] = self.output[low_works.end - 1 + LAG_FRAMES];
        low.end_tail([left, right]);
        let [.., left, right] = self.output[high_works.end - 1 + LAG_FRAMES];
        high.end_tail([left, right]);
    }
}

/// How many steps of a run only the low cut works, then both of them, then only the high cut.
#[derive(Clone, Copy, Debug)]
struct Spans {
    low_alone: usize,
    both: usize,
    high_alone: usize,
}

impl Spans {
    fn of(steps: &Range<usize>, low_works: &Range<usize>, high_works: &Range<usize>) -> Self {
        let low_alone = high_works.start.clamp(steps.start, steps.end) - steps.start;
        let high_alone = steps.end - low_works.end.clamp(steps.start, steps.end);
        Self { low_alone, both: steps.len() - low_alone - high_alone, high_alone }
    }
}

#[multiversion(targets("x86_64+avx2"))]
fn run_still<const SECTIONS: usize>(
    states: &mut SectionStates<LANES>,
    bank: &SectionBank<LANES>,
    spans: &Spans,
    input: &[[f32; MAX_CHANNELS]],
    output: &mut [[f32; LANES]],
) {
    run(
        states,
        spans,
        input,
        output,
        #[inline(always)]
        |states, frame| states.step_still::<SECTIONS>(bank, frame),
    );
}

#[multiversion(targets("x86_64+avx2"))]
fn run_moving<const SECTIONS: usize>(
    states: &mut SectionStates<LANES>,
    bank: &SectionBank<LANES>,
    spans: &Spans,
    input: &[[f32; MAX_CHANNELS]],
    output: &mut [[f32; LANES]],
) {
    let mut position = bank.position();
    run(
        states,
        spans,
        input,
        output,
        #[inline(always)]
        |states, frame| states.step_moving::<SECTIONS>(bank, &mut position, frame),
    );
}

/// Always both at once, whether they work or not: what one does that does not work is taken back.
#[inline(always)]
fn run(
    states: &mut SectionStates<LANES>,
    spans: &Spans,
    input: &[[f32; MAX_CHANNELS]],
    output: &mut [[f32; LANES]],
    mut step: impl FnMut(&mut SectionStates<LANES>, Lanes<LANES>) -> [f32; LANES],
) {
    // Of their own, so that they stay in registers.
    let mut steady = *states;
    let both_end = spans.low_alone + spans.both;
    if spans.low_alone > 0 {
        run_steps(&mut steady, 0..spans.low_alone, input, output, &mut step);
        steady.copy_cut::<HIGH, HIGH, LANES>(states);
    }
    run_steps(&mut steady, spans.low_alone..both_end, input, output, &mut step);
    if spans.high_alone > 0 {
        let low_end = steady;
        run_steps(&mut steady, both_end..both_end + spans.high_alone, input, output, &mut step);
        steady.copy_cut::<LOW, LOW, LANES>(&low_end);
    }
    *states = steady;
}

#[inline(always)]
fn run_steps(
    states: &mut SectionStates<LANES>,
    steps: Range<usize>,
    input: &[[f32; MAX_CHANNELS]],
    output: &mut [[f32; LANES]],
    step: &mut impl FnMut(&mut SectionStates<LANES>, Lanes<LANES>) -> [f32; LANES],
) {
    // Of its own, so that it stays in registers.
    let mut steady = *states;
    let end = steps.end.min(input.len()).min(output.len().saturating_sub(LAG_FRAMES));
    for index in steps.start..end {
        let [left, right] = input[index];
        let [low_left, low_right, ..] = output[index];
        let frame = [f64::from(left), f64::from(right), f64::from(low_left), f64::from(low_right)];
        output[index + LAG_FRAMES] = step(&mut steady, frame);
    }
    *states = steady;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dsp::Slope;
    use crate::dsp::cut::Side;

    const SLOPES: [Slope; 3] = [Slope::Db12, Slope::Db24, Slope::Db48];

    /// A low cut and a high cut.
    fn cuts(slopes: [Slope; 2]) -> [Cascade; 2] {
        let mut cuts = [Side::Low, Side::High].map(|side| Cascade::new(side, 48_000.0, 90));
        cuts[0].reset(80.0, slopes[0]);
        cuts[1].reset(9_000.0, slopes[1]);
        cuts
    }

    /// Compares both ways through chunks of changing lengths, while now the one corner moves and now the other.
    fn assert_same(slopes: [Slope; 2], channels: usize) {
        let ([mut low, mut high], [mut low_alone, mut high_alone]) = (cuts(slopes), cuts(slopes));
        let mut pair = CutPair::new();
        let lengths = [64, 17, 1, 5, 64, 3, 4, 33, 64, 64].into_iter().cycle();
        let (mut frame, mut loudest) = (0_u16, 0.0_f32);
        for (index, frames) in lengths.take(120).enumerate() {
            let corners_hz =
                [80.0 + 40.0 * (index / 7 % 3) as f32, 9_000.0 - 2_000.0 * (index / 11 % 2) as f32];
            for cut in [&mut low, &mut low_alone] {
                cut.set_corner(corners_hz[0]);
            }
            for cut in [&mut high, &mut high_alone] {
                cut.set_corner(corners_hz[1]);
            }
            let mut chunk = Chunk::silent(channels, frames);
            // At the end, silence: the tails end as well.
            for sample in (0..frames).filter(|_| index < 60) {
                frame += 1;
                for channel in 0..channels {
                    chunk.channel_mut(channel)[sample] = (f32::from(frame) * (0.31 + channel as f32)).sin();
                }
            }
            let mut expected = chunk.clone();
            pair.process(&mut low, &mut high, &mut chunk);
            low_alone.process(&mut expected);
            high_alone.process(&mut expected);
            for channel in 0..channels {
                let bits =
                    |chunk: &Chunk| chunk.channel(channel).iter().map(|it| it.to_bits()).collect::<Vec<_>>();
                assert_eq!(bits(&chunk), bits(&expected), "{slopes:?}, chunk {index}");
                loudest = chunk.channel(channel).iter().fold(loudest, |loudest, it| loudest.max(it.abs()));
            }
        }
        assert!(loudest > 0.3);
    }

    #[test]
    fn both_at_once_sound_as_one_after_the_other_bit_for_bit() {
        for low in SLOPES {
            for high in SLOPES {
                for channels in [1, 2] {
                    assert_same([low, high], channels);
                }
            }
        }
    }
}
