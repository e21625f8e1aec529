//! Each processor on its own and the chain, at every format.

use std::time::Duration;

use crate::cases::{self, Format, Run, TURN_FRAMES};
use crate::row::Row;
use crate::timing::compare;

const BLOCKS_FRAMES: [usize; 3] = [16, 64, 512];
const RATES_HZ: [f32; 2] = [48_000.0, 96_000.0];

/// The cost of each case for each frame. What is not named in a case is off.
pub fn measure() -> Vec<Row> {
    let mut rows = Vec::new();
    for case in cases::all() {
        for rate_hz in RATES_HZ {
            for channels in [1, 2] {
                for block_frames in BLOCKS_FRAMES {
                    let format = Format { rate_hz, channels, block_frames };
                    let mut run = Run::new(&case, format);
                    let [timing] = compare(Duration::from_millis(25), [&mut || run.turn()]);
                    let row = Row::timed(&case.name, timing.per_frame(TURN_FRAMES));
                    rows.push(Row { format: Some(format), ..row });
                }
            }
        }
    }
    rows
}
