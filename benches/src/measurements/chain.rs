//! The whole chain, at the format that the targets are stated for.

use std::time::Duration;

use wavecraft::dsp::{Character, Oversampling};

use crate::cases::{self, Format, Run, TURN_FRAMES};
use crate::record::Record;
use crate::timing::compare;

/// The chain's cost for each frame, in the cases that have targets, and that of copying the same blocks.
pub fn measure() -> Vec<Record> {
    let mut cases = vec![cases::neutral(), cases::without_drive()];
    cases.extend(Character::ALL.map(|character| cases::drive(character, Oversampling::X4)));
    cases.extend(Character::ALL.map(cases::everything));
    cases.push(cases::everything_moving());

    let mut records = Vec::new();
    for case in cases {
        let mut run = Run::new(&case, Format::USUAL);
        let mut copies = Run::new(&case, Format::USUAL);
        let [chain, copying] =
            compare(Duration::from_millis(300), [&mut || run.turn(), &mut || copies.turn_of_copies()]);
        records.push(Record::time(&case.name, chain.per(TURN_FRAMES), "ns/frame"));
        records.push(Record::time(format!("{}: copying", case.name), copying.per(TURN_FRAMES), "ns/frame"));
    }
    records
}
