//! What building the plugin's library takes, as `cargo xtask dev` builds it: after a change, and with `--clean-build` from
//! nothing.

use std::time::{Duration, Instant};

use wavecraft_tests::workspace_copy::WorkspaceCopy;

use crate::order::Order;
use crate::row::{Quantity, Row};
use crate::timing::Timing;

/// What is edited to and fro: a constant of the tape character.
const SOURCE: &str = "src/dsp/drive/tape.rs";
const STATES: [&str; 2] = ["COMPRESSION_MS: f64 = 40.0;", "COMPRESSION_MS: f64 = 40.5;"];

const BUILDS: usize = 5;

pub fn measure(order: &Order) -> Vec<Row> {
    let workspace = workspace_copy(order);
    let from_nothing = order.has_clean_build.then(|| {
        workspace.forget_builds();
        time(|| workspace.build())
    });
    let (mut changed, mut unchanged) = (Vec::new(), Vec::new());
    for number in 0..BUILDS {
        workspace.edit(SOURCE, STATES[number % 2], STATES[(number + 1) % 2]);
        changed.push(time(|| workspace.build()));
        unchanged.push(time(|| workspace.build()));
    }
    let unchanged = Timing::of(unchanged).median;
    let changed =
        Row::timed("library for `cargo xtask dev`, one constant of the DSP changed", Timing::of(changed));
    let from_nothing = from_nothing
        .map(|took| Row::new("library for `cargo xtask dev`, from nothing", Quantity::time(took)));
    let rows = [changed].into_iter().chain(from_nothing);
    rows.map(|row| row.in_times_of("the same with nothing to do", unchanged)).collect()
}

/// A copy of the sources that is built; the host tests keep theirs in the same place.
pub fn workspace_copy(order: &Order) -> WorkspaceCopy {
    WorkspaceCopy::new(&order.target.join("tmp").display().to_string())
}

/// How long something takes.
pub fn time(action: impl FnOnce()) -> Duration {
    let started = Instant::now();
    action();
    started.elapsed()
}
