//! The whole chain, in the format that its targets are stated for: 500 times faster than real time with drive at 4x, 2,000
//! times with both cuts at their steepest and nothing else, 3,000 times with nothing on.

use std::time::Duration;

use wavecraft::dsp::{Character, Oversampling};

use crate::cases::{self, Case, Format, Run, TURN_FRAMES};
use crate::row::Row;
use crate::timing::compare;

const WITH_DRIVE: f64 = 500.0;
const WITH_CUTS: f64 = 2_000.0;
const WITH_NOTHING: f64 = 3_000.0;

const BUDGET: Duration = Duration::from_millis(300);

/// The chain's cost for each frame, beside real time; with nothing on, beside copying the same blocks as well.
pub fn measure() -> Vec<Row> {
    let [neutral, copied] = neutral();
    let mut rows = vec![neutral.with_ratio_at_least(WITH_NOTHING), copied];
    rows.push(beside_real_time(&cases::cuts()).with_ratio_at_least(WITH_CUTS));
    rows.push(beside_real_time(&cases::without_drive()));
    let mut driven: Vec<Case> =
        Character::ALL.map(|character| cases::drive(character, Oversampling::X4)).into();
    driven.extend(Character::ALL.map(cases::everything));
    driven.push(cases::everything_moving());
    rows.extend(driven.iter().map(|case| beside_real_time(case).with_ratio_at_least(WITH_DRIVE)));
    rows
}

fn neutral() -> [Row; 2] {
    let mut run = Run::new(&cases::neutral(), Format::USUAL);
    let mut copies = Run::new(&cases::neutral(), Format::USUAL);
    let turns: [&mut dyn FnMut(); 2] = [&mut || run.turn(), &mut || copies.turn_of_copies()];
    let [chain, copying] = compare(BUDGET, turns).map(|timing| timing.per_frame(TURN_FRAMES));
    let row = Row::timed("chain, neutral", chain);
    [
        row.clone().beside_real_time(Format::USUAL.rate_hz),
        row.in_times_of("memcpy of the same blocks", copying.median),
    ]
}

fn beside_real_time(case: &Case) -> Row {
    let mut run = Run::new(case, Format::USUAL);
    let [timing] = compare(BUDGET, [&mut || run.turn()]);
    let row = Row::timed(format!("chain, {}", case.name), timing.per_frame(TURN_FRAMES));
    row.beside_real_time(Format::USUAL.rate_hz)
}
