//! What measuring the levels adds to `process`.

use std::time::Duration;

use wavecraft::dsp::{Character, Oversampling};
use wavecraft_metering::meters;

use crate::analysis::noise;
use crate::cases::{self, Format, Run, TURN_FRAMES};
use crate::record::Record;
use crate::timing::compare;

/// The cost of the meters alone for each frame, and that of the chains that they are compared with.
pub fn measure() -> Vec<Record> {
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
    let mut neutral = Run::new(&cases::neutral(), Format::USUAL);
    let mut drive = Run::new(&cases::drive(Character::Soft, Oversampling::X4), Format::USUAL);
    let mut everything = Run::new(&cases::everything(Character::Soft), Format::USUAL);
    let [metered, bare, neutral, drive, everything] = compare(
        Duration::from_secs(1),
        [
            &mut || copy.borrow_mut()(true),
            &mut || copy.borrow_mut()(false),
            &mut || neutral.turn(),
            &mut || drive.turn(),
            &mut || everything.turn(),
        ],
    )
    .map(|timing| timing.per(TURN_FRAMES));
    let meters = (metered.median_ns - bare.median_ns).max(0.0);
    vec![
        Record { spread: Some(metered.spread), ..Record::figure("meters", meters, "ns/frame") },
        Record::time("neutral", neutral, "ns/frame"),
        Record::time("drive Soft 4x", drive, "ns/frame"),
        Record::time("everything, drive Soft 4x", everything, "ns/frame"),
    ]
}
