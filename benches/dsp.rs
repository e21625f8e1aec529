//! The DSP alone, for whoever works on it: `cargo bench --package wavecraft-benches -- Tape`.

use divan::Bencher;
use divan::counter::ItemsCount;
use wavecraft_benches::cases::{self, Format, Run, TURN_FRAMES};

fn main() {
    divan::main();
}

/// A turn of each case: items are frames.
#[divan::bench(args = cases::all())]
fn chain(bencher: Bencher<'_, '_>, case: &cases::Case) {
    let mut run = Run::new(case, Format::USUAL);
    bencher.counter(ItemsCount::new(TURN_FRAMES)).bench_local(|| run.turn());
}
