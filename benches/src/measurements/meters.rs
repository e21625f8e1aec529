//! What measuring the levels and writing meters of one's own adds to `process`: under 5 % of what the chain costs.

use std::cell::RefCell;
use std::time::Duration;

use wavecraft::dsp::{Character, Oversampling};
use wavecraft_metering::meter::{gain_reduction, level, value};
use wavecraft_metering::{Meter, MeterReader, MeterWriter, meters_with_own};

use crate::analysis::noise;
use crate::cases::{self, Format, Run, TURN_FRAMES};
use crate::row::{Quantity, Row};
use crate::timing::compare;

const LARGEST_SHARE_PERCENT: f64 = 5.0;

/// The meters of a plugin that has one of each kind of its own, and writes them once a block, or the gain reduction by each
/// sample.
struct OwnMeters {
    level: Meter,
    reduction: Meter,
    value: Meter,
}

impl OwnMeters {
    fn new() -> Self {
        let level = level("Level").stereo();
        Self { level, reduction: gain_reduction("Reduction", -24.0), value: value("Value", 0.0..=1.0, "") }
    }

    fn write_block(&self, channels: &[&mut [f32]]) {
        self.level.measure(channels);
        self.reduction.write(-channels[0][0].abs());
        self.value.write(channels[0][0]);
    }

    fn write_samples(&self, channels: &[&mut [f32]]) {
        for sample in &*channels[0] {
            self.reduction.write(-sample.abs());
        }
    }
}

/// Blocks of noise that are copied, with the meters around or without.
struct Copies {
    input: Vec<f32>,
    left: Vec<f32>,
    right: Vec<f32>,
    writer: MeterWriter,
    reader: MeterReader,
    own: OwnMeters,
}

impl Copies {
    fn new() -> Self {
        let own = OwnMeters::new();
        let named = [("level", &own.level), ("reduction", &own.reduction), ("value", &own.value)];
        let (writer, reader) =
            meters_with_own(Format::USUAL.rate_hz, named.map(|(id, meter)| (id, meter.clone())));
        let block = || vec![0.0; Format::USUAL.block_frames];
        Self { input: noise(0.5, TURN_FRAMES), left: block(), right: block(), writer, reader, own }
    }

    /// One turn. Between the copies, the compiler must not know that the samples stay what they are.
    fn turn(&mut self, is_metered: bool, write: impl Fn(&OwnMeters, &[&mut [f32]])) {
        let Self { input, left, right, writer, reader, own } = self;
        let process = |channels: &mut [&mut [f32]]| {
            std::hint::black_box(&mut *channels);
            write(own, channels);
        };
        for input in input.chunks_exact(left.len()) {
            left.copy_from_slice(input);
            right.copy_from_slice(input);
            if is_metered {
                writer.process_metered(&mut [left, right], process);
            } else {
                process(&mut [left, right]);
            }
        }
        reader.drain();
    }
}

/// The cost of the meters alone for each frame, beside that of two chains.
pub fn measure() -> Vec<Row> {
    let copies = RefCell::new(Copies::new());
    let drive_case = cases::drive(Character::Soft, Oversampling::X4);
    let everything_case = cases::everything(Character::Soft);
    let mut drive = Run::new(&drive_case, Format::USUAL);
    let mut everything = Run::new(&everything_case, Format::USUAL);
    let [metered, own, by_sample, bare, drive, everything] = compare(
        Duration::from_secs(1),
        [
            &mut || copies.borrow_mut().turn(true, |_, _| {}),
            &mut || copies.borrow_mut().turn(false, OwnMeters::write_block),
            &mut || copies.borrow_mut().turn(false, OwnMeters::write_samples),
            &mut || copies.borrow_mut().turn(false, |_, _| {}),
            &mut || drive.turn(),
            &mut || everything.turn(),
        ],
    )
    .map(|timing| timing.per_frame(TURN_FRAMES));
    let chains = [(drive_case, drive), (everything_case, everything)];
    let measured = [
        ("meters in process", &metered, true),
        ("three own meters, written by block", &own, true),
        // What that may cost is for the plugin's author to weigh.
        ("an own meter, written by sample", &by_sample, false),
    ];
    measured
        .into_iter()
        .flat_map(|(name, timing, is_bound)| {
            let cost = Quantity::new((timing.median.value - bare.median.value).max(0.0), "ns/frame");
            chains.each_ref().map(|(case, chain)| {
                let row = Row { spread: timing.spread, ..Row::new(name, cost) };
                let row = row.in_percent_of(format!("chain, {}", case.name), chain.median);
                if is_bound { row.with_ratio_below(LARGEST_SHARE_PERCENT) } else { row }
            })
        })
        .collect()
}
