//! Both cuts in one pass: while the low cut works on a frame, the high cut works on one that the low cut has left before, side
//! by side in the lanes of one vector.
//!
//! Realtime safety: arithmetic alone, and a few samples on the stack.

use std::ops::Range;

use fearless_simd::{Simd, SimdFrom, dispatch, f64x4};

use super::cascade::Cascade;
use super::sections::{CoefficientSource, Moving, SectionBank, SectionStates, Sections, Still, to_samples};
use crate::dsp::chunk::{Chunk, MAX_CHANNELS};
use crate::dsp::vector_instructions::level;

/// By how many frames the high cut is behind. From a frame's way into the low cut to its way out of the high cut, each step
/// waits for the one before: that takes about twice as long as the processor takes to do a frame's work.
const LAG_FRAMES: usize = 2;

/// The places of the cuts in what is for both.
const LOW: usize = 0;
const HIGH: usize = 1;

/// What the low cut has made of the last frames, each at its step's place in turn: where the high cut finds it
/// [`LAG_FRAMES`] later.
type LowOutput = [[f32; MAX_CHANNELS]; LAG_FRAMES];

/// Filters the chunk in place, as the low cut and then the high cut would, bit for bit. Neither may be off.
pub fn process(low: &mut Cascade, high: &mut Cascade, chunk: &mut Chunk) {
    if chunk.frames() < LAG_FRAMES {
        low.process(chunk);
        high.process(chunk);
        return;
    }
    // Those sections that one has less than the other pass what they get.
    match low.slope().sections().max(high.slope().sections()) {
        0 | 1 => process_sections::<1>(low, high, chunk),
        2 => process_sections::<2>(low, high, chunk),
        _ => process_sections::<4>(low, high, chunk),
    }
}

fn process_sections<const SECTIONS: usize>(low: &mut Cascade, high: &mut Cascade, chunk: &mut Chunk) {
    let frames = chunk.frames();
    low.plan(frames);
    high.plan(frames);
    let [left, right] = chunk.sides_mut();
    let mut low_output = LowOutput::default();
    let high_end = frames + LAG_FRAMES;
    // From which steps on they need other coefficients, and whether these move until then.
    let mut due = [0; 2];
    let mut moves = [false; 2];
    let mut step = 0;
    while step < high_end {
        for (cut, place) in [(&mut *low, LOW), (&mut *high, HIGH)] {
            if step == due[place] {
                let length = cut.prepare();
                moves[place] = length.is_some();
                let start = if place == HIGH { step.max(LAG_FRAMES) } else { step };
                due[place] = length.map_or(usize::MAX, |frames| start + frames);
            }
        }
        // The low cut has no use for coefficients after its end.
        if due[LOW] >= frames {
            due[LOW] = usize::MAX;
        }
        let spans = Spans::of(step..due[LOW].min(due[HIGH]).min(high_end), frames);
        let cuts = [low.parts(), high.parts()];
        let (low_output, sides) = (&mut low_output, [&mut *left, &mut *right]);
        dispatch!(level(), simd => if moves[LOW] || moves[HIGH] {
            run::<_, Moving<f64x4<_>, SECTIONS>, SECTIONS>(simd, cuts, &spans, low_output, sides);
        } else {
            run::<_, Still<f64x4<_>, SECTIONS>, SECTIONS>(simd, cuts, &spans, low_output, sides);
        });
        if moves[LOW] {
            low.advance(spans.low_alone.len() + spans.both.len());
        }
        if moves[HIGH] {
            high.advance(spans.both.len() + spans.high_alone.len());
        }
        step = spans.high_alone.end;
    }
    low.end_tail(low_output[(frames - 1) % LAG_FRAMES]);
    high.end_tail([left[frames - 1], right[frames - 1]]);
}

/// The steps of a run in which only the low cut works, then both of them, then only the high cut.
#[derive(Clone, Debug)]
struct Spans {
    low_alone: Range<usize>,
    both: Range<usize>,
    high_alone: Range<usize>,
}

impl Spans {
    /// Of a chunk of so many frames, in which the low cut begins with the first step.
    fn of(steps: Range<usize>, frames: usize) -> Self {
        let both_start = LAG_FRAMES.clamp(steps.start, steps.end);
        let both_end = frames.clamp(both_start, steps.end);
        Self {
            low_alone: steps.start..both_start,
            both: both_start..both_end,
            high_alone: both_end..steps.end,
        }
    }
}

/// Always both at once, whether they work or not: what becomes of the past of one that does not work is taken back.
#[inline(always)]
fn run<S: Simd, C: CoefficientSource<S, f64x4<S>, 2>, const SECTIONS: usize>(
    simd: S,
    [(low_bank, low_states), (high_bank, high_states)]: [(&SectionBank, &mut SectionStates); 2],
    spans: &Spans,
    low_output: &mut LowOutput,
    [left, right]: [&mut [f32]; MAX_CHANNELS],
) {
    let mut sections = Sections::<f64x4<S>, C, SECTIONS>::load(
        simd,
        [low_bank, high_bank],
        [&*low_states, &*high_states],
        [0, spans.low_alone.len()],
    );
    for step in spans.low_alone.clone() {
        [low_output[step % LAG_FRAMES], _] =
            process_frame(simd, &mut sections, [[left[step], right[step]], [0.0; 2]]);
    }
    if !spans.low_alone.is_empty() {
        sections.restore(simd, HIGH, high_states);
    }
    // Of its own, so that it stays in registers.
    let mut steady = sections;
    for step in spans.both.clone() {
        let low_output = &mut low_output[step % LAG_FRAMES];
        let output = process_frame(simd, &mut steady, [[left[step], right[step]], *low_output]);
        [*low_output, [left[step - LAG_FRAMES], right[step - LAG_FRAMES]]] = output;
    }
    steady.store([&mut *low_states, &mut *high_states]);
    if !spans.high_alone.is_empty() {
        for step in spans.high_alone.clone() {
            let input = [[0.0; 2], low_output[step % LAG_FRAMES]];
            [_, [left[step - LAG_FRAMES], right[step - LAG_FRAMES]]] =
                process_frame(simd, &mut steady, input);
        }
        steady.restore(simd, LOW, low_states);
        steady.store([low_states, high_states]);
    }
}

/// A frame through the low cut, and another one through the high cut.
#[inline(always)]
fn process_frame<S: Simd, C: CoefficientSource<S, f64x4<S>, 2>, const SECTIONS: usize>(
    simd: S,
    sections: &mut Sections<f64x4<S>, C, SECTIONS>,
    [low, high]: [[f32; MAX_CHANNELS]; 2],
) -> [[f32; MAX_CHANNELS]; 2] {
    let input = [f64::from(low[0]), f64::from(low[1]), f64::from(high[0]), f64::from(high[1])];
    to_samples(sections.step(f64x4::simd_from(simd, input)))
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
            process(&mut low, &mut high, &mut chunk);
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
