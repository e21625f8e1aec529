//! What measuring the levels adds to `process`: under 5 % of what the chain costs.

use std::time::Duration;

use wavecraft::dsp::{Character, Oversampling};
use wavecraft_metering::meters;

use crate::analysis::noise;
use crate::cases::{self, Format, Run, TURN_FRAMES};
use crate::row::{Quantity, Row};
use crate::timing::compare;

const LARGEST_SHARE_PERCENT: f64 = 5.0;

/// The cost of the meters alone for each frame, beside that of two chains.
pub fn measure() -> Vec<Row> {
    let frames = Format::USUAL.block_frames;
    let (mut writer, reader) = meters(Format::USUAL.rate_hz);
    let input = noise(0.5, TURN_FRAMES);
    let (mut left, mut right) = (vec![0.0; frames], vec![0.0; frames]);
    let mut copy = |with_meters: bool| {
        for input in input.chunks_exact(frames) {
            left.copy_from_slice(input);
            right.copy_from_slice(input);
            if with_meters {
                // Between the two, the compiler must not know that the samples stay what they are.
                writer.process_metered(&mut [&mut left, &mut right], |channels| {
                    std::hint::black_box(channels);
                });
            } else {
                std::hint::black_box(&mut [&mut left, &mut right]);
            }
        }
        reader.drain();
    };
    let copy = std::cell::RefCell::new(&mut copy);
    let drive_case = cases::drive(Character::Soft, Oversampling::X4);
    let everything_case = cases::everything(Character::Soft);
    let mut drive = Run::new(&drive_case, Format::USUAL);
    let mut everything = Run::new(&everything_case, Format::USUAL);
    let [metered, bare, drive, everything] = compare(
        Duration::from_secs(1),
        [
            &mut || copy.borrow_mut()(true),
            &mut || copy.borrow_mut()(false),
            &mut || drive.turn(),
            &mut || everything.turn(),
        ],
    )
    .map(|timing| timing.per_frame(TURN_FRAMES));
    let meters = Quantity::new((metered.median.value - bare.median.value).max(0.0), "ns/frame");
    [(drive_case, drive), (everything_case, everything)]
        .into_iter()
        .map(|(case, chain)| {
            let row = Row { spread: Some(metered.spread), ..Row::new("meters in process", meters) };
            row.in_percent_of(format!("chain, {}", case.name), chain.median)
                .with_ratio_below(LARGEST_SHARE_PERCENT)
        })
        .collect()
}
