//! What the strip's two signals add to `process`: under 2 % of what the chain costs while a page sees them, and nothing while none
//! does. Beside them stands what it takes to copy the same frames into as much memory and do no more: sixteen bytes a frame.

use std::cell::RefCell;
use std::time::Duration;

use wavecraft::dsp::{Character, Oversampling};
use wavecraft_metering::signal::{HISTORY_FRAMES, Signal, spectrum};

use crate::analysis::noise;
use crate::cases::{self, Format, Run, TURN_FRAMES};
use crate::row::{Quantity, Row};
use crate::timing::{Timing, compare};

const LARGEST_SHARE_PERCENT: f64 = 2.0;

/// As much as two loads of a number may be, where a block is 64 frames.
const LARGEST_IDLE_SHARE_PERCENT: f64 = 0.5;

/// Blocks of noise that are copied, and written to signals before and after.
struct Copies {
    input: Vec<f32>,
    left: Vec<f32>,
    right: Vec<f32>,
}

impl Copies {
    fn new() -> Self {
        let block = || vec![0.0; Format::USUAL.block_frames];
        Self { input: noise(0.5, TURN_FRAMES), left: block(), right: block() }
    }

    /// One turn with signals.
    fn turn(&mut self, signals: &[Signal]) {
        self.turn_with(|channels| {
            for signal in std::hint::black_box(signals) {
                signal.write(channels);
            }
        });
    }

    /// One turn. Between the copies, the compiler must not know that the samples stay what they are.
    fn turn_with(&mut self, mut take: impl FnMut(&[&mut [f32]])) {
        let Self { input, left, right } = self;
        for input in input.chunks_exact(left.len()) {
            left.copy_from_slice(input);
            right.copy_from_slice(input);
            let mut channels = [left.as_mut_slice(), right.as_mut_slice()];
            take(&channels);
            std::hint::black_box(&mut channels);
        }
    }
}

/// As much memory as both signals have.
struct Memory {
    channels: Vec<Vec<f32>>,
    next: usize,
}

impl Memory {
    fn new() -> Self {
        Self { channels: vec![vec![0.0; HISTORY_FRAMES]; 4], next: 0 }
    }

    /// Keeps a block of both channels, twice.
    fn keep(&mut self, sides: [&[f32]; 2]) {
        let block = self.next..self.next + sides[0].len();
        for (channel, side) in self.channels.iter_mut().zip(sides.into_iter().cycle()) {
            channel[block.clone()].copy_from_slice(side);
        }
        self.next = block.end % HISTORY_FRAMES;
        std::hint::black_box(&mut self.channels);
    }
}

/// The cost of the signals alone for each frame, beside that of two chains.
pub fn measure() -> Vec<Row> {
    let copies = RefCell::new(Copies::new());
    let pair = || [spectrum("Before"), spectrum("After")];
    let (seen, unseen) = (pair(), pair());
    let _listeners = seen.each_ref().map(Signal::listen);
    let drive_case = cases::drive(Character::Soft, Oversampling::X4);
    let everything_case = cases::everything(Character::Soft);
    let mut drive = Run::new(&drive_case, Format::USUAL);
    let mut everything = Run::new(&everything_case, Format::USUAL);
    let mut memory = Memory::new();
    let [on, off, copied, bare, drive, everything] = compare(
        Duration::from_secs(1),
        [
            &mut || copies.borrow_mut().turn(&seen),
            &mut || copies.borrow_mut().turn(&unseen),
            &mut || copies.borrow_mut().turn_with(|channels| memory.keep([&*channels[0], &*channels[1]])),
            &mut || copies.borrow_mut().turn(&[]),
            &mut || drive.turn(),
            &mut || everything.turn(),
        ],
    )
    .map(|timing| timing.per_frame(TURN_FRAMES));
    let alone =
        |timing: &Timing| Quantity::new((timing.median.value - bare.median.value).max(0.0), "ns/frame");
    let chains = [(drive_case, drive), (everything_case, everything)];
    let measured = [
        ("two signals in process, which a page sees", &on, LARGEST_SHARE_PERCENT),
        ("two signals in process, which no page sees", &off, LARGEST_IDLE_SHARE_PERCENT),
    ];
    let mut rows: Vec<Row> = measured
        .into_iter()
        .flat_map(|(name, timing, largest_percent)| {
            let cost = alone(timing);
            chains.each_ref().map(|(case, chain)| {
                let row = Row { spread: timing.spread, ..Row::new(name, cost) };
                let row = row.in_percent_of(format!("chain, {}", case.name), chain.median);
                row.with_ratio_below(largest_percent)
            })
        })
        .collect();
    let copying = "copying these frames into as much memory";
    rows.push(Row::new(measured[0].0, alone(&on)).in_times_of(copying, alone(&copied)));
    rows
}
