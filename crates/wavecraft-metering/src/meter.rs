//! Meters that a plugin's author declares and writes.
//!
//! Realtime safety: making a meter allocates; writing it is a comparison and a plain store, and never allocates, locks, waits
//! or fails.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use atomic_float::AtomicF32;

use crate::level::peak;

/// The range of a level meter unless it says otherwise, in dBFS.
const LEVEL_RANGE_DB: RangeInclusive<f32> = -60.0..=6.0;

/// What a meter measures. It decides what becomes of several values within one frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MeterKind {
    /// A magnitude, linear: 1 is full scale. The largest counts; what is not written is silence.
    Level,
    /// The gain of a compressor and its kin, in dB: 0 or less. The lowest counts; what is not written is 0.
    GainReduction,
    /// Anything else. The last counts, and stays until another is written.
    Value,
}

impl MeterKind {
    /// What a channel shows when nothing was written.
    fn at_rest(self, kept: f32) -> f32 {
        match self {
            Self::Level | Self::GainReduction => 0.0,
            Self::Value => kept,
        }
    }

    /// Adds a value to what was kept. Most samples are no extreme, and a comparison costs less than a store; what is no
    /// number compares as none.
    fn add(self, kept: &AtomicF32, value: f32) {
        let value = if self == Self::Level { value.abs() } else { value };
        let earlier = kept.load(Ordering::Relaxed);
        let counts = match self {
            Self::Level => value > earlier,
            Self::GainReduction => value < earlier,
            Self::Value => !value.is_nan(),
        };
        if counts {
            kept.store(value, Ordering::Relaxed);
        }
    }

    /// What remains of an earlier and a later value. A later one that is no number is left out.
    pub(crate) fn merged(self, earlier: f32, later: f32) -> f32 {
        match self {
            Self::Level => earlier.max(later),
            Self::GainReduction => earlier.min(later),
            Self::Value if later.is_nan() => earlier,
            Self::Value => later,
        }
    }
}

/// What is told of a meter.
#[derive(Clone, Debug, PartialEq)]
pub struct MeterDescription {
    /// By which it is asked for. No two meters of a plugin have the same.
    pub id: String,
    /// What users read.
    pub name: String,
    /// What it measures.
    pub kind: MeterKind,
    /// How many channels it has: 1 or more.
    pub channels: usize,
    /// What it is shown in: "dB" for levels, whose values are linear all the same, and gain reductions.
    pub unit: Option<String>,
    /// The lower end of what is shown, in its unit.
    pub min: Option<f32>,
    /// The upper end of what is shown, in its unit.
    pub max: Option<f32>,
}

/// A meter of a plugin's own: declared once, written on the audio thread. Clones are of the same meter.
///
/// About sixty times a second what was written becomes part of a meter frame; see [`MeterKind`] for what counts then.
///
/// # Realtime safety
///
/// Writing is safe on the audio thread. From several threads at once it is harmless, but a value may be lost.
#[derive(Clone, Debug)]
pub struct Meter {
    shared: Arc<Shared>,
}

#[derive(Clone, Debug)]
struct Declaration {
    name: String,
    kind: MeterKind,
    unit: String,
    range: RangeInclusive<f32>,
}

#[derive(Debug)]
struct Shared {
    declaration: Declaration,
    /// What was written in the frame of now, for each channel. Both sides are on the audio thread; atomics make it shareable.
    values: Box<[AtomicF32]>,
    /// As the writer has found with the last frame.
    is_read: AtomicBool,
}

/// A meter of one channel for the peaks of a sound, shown from -60 to 6 dBFS. Allocates.
pub fn level(name: impl Into<String>) -> Meter {
    Meter::new(name.into(), MeterKind::Level, "dB".to_owned(), LEVEL_RANGE_DB)
}

/// A meter of one channel for the gain of a compressor and its kin, in dB, shown from 0 down to `min_db`, which is negative.
/// Allocates.
pub fn gain_reduction(name: impl Into<String>, min_db: f32) -> Meter {
    Meter::new(name.into(), MeterKind::GainReduction, "dB".to_owned(), -min_db.abs()..=0.0)
}

/// A meter of one channel for anything else: its range, and its unit or "". Allocates.
pub fn value(name: impl Into<String>, range: RangeInclusive<f32>, unit: impl Into<String>) -> Meter {
    Meter::new(name.into(), MeterKind::Value, unit.into(), range)
}

impl Meter {
    fn new(name: String, kind: MeterKind, unit: String, range: RangeInclusive<f32>) -> Self {
        Self::of(Declaration { name, kind, unit, range }, 1)
    }

    fn of(declaration: Declaration, channels: usize) -> Self {
        // Silence, no reduction, and the value that is nearest to nothing.
        let (start, end) = (*declaration.range.start(), *declaration.range.end());
        let initial = match declaration.kind {
            MeterKind::Level | MeterKind::GainReduction => 0.0,
            MeterKind::Value => 0.0_f32.min(end).max(start),
        };
        let values = (0..channels.max(1)).map(|_| AtomicF32::new(initial)).collect();
        let is_read = AtomicBool::new(false);
        Self { shared: Arc::new(Shared { declaration, values, is_read }) }
    }

    /// The same with so many channels, and at least one. Allocates: where the meter is declared.
    #[must_use]
    pub fn with_channels(self, channels: usize) -> Self {
        Self::of(self.shared.declaration.clone(), channels)
    }

    /// The same with two channels. Allocates: where the meter is declared.
    #[must_use]
    pub fn stereo(self) -> Self {
        self.with_channels(2)
    }

    /// The same, shown over another range of its unit. Allocates: where the meter is declared.
    #[must_use]
    pub fn with_range(self, range: RangeInclusive<f32>) -> Self {
        let declaration = Declaration { range, ..self.shared.declaration.clone() };
        Self::of(declaration, self.channels())
    }

    /// How many channels it has.
    pub fn channels(&self) -> usize {
        self.shared.values.len()
    }

    /// What is told of the meter under an id. Allocates.
    pub fn describe(&self, id: &str) -> MeterDescription {
        let Declaration { name, kind, unit, range } = &self.shared.declaration;
        let finite = |end: f32| end.is_finite().then_some(end);
        MeterDescription {
            id: id.to_owned(),
            name: name.clone(),
            kind: *kind,
            channels: self.channels(),
            unit: (!unit.is_empty()).then(|| unit.clone()),
            min: finite(*range.start()),
            max: finite(*range.end()),
        }
    }

    /// Writes a value to all channels: a linear magnitude, a gain in dB, or a value in the meter's unit. What is no number is
    /// left out.
    ///
    /// # Realtime safety
    ///
    /// Safe, once for each sample or once for each block.
    pub fn write(&self, value: f32) {
        for cell in &self.shared.values {
            self.shared.declaration.kind.add(cell, value);
        }
    }

    /// The same for one channel, counted from 0. One that the meter does not have is left out.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    pub fn write_channel(&self, channel: usize, value: f32) {
        if let Some(cell) = self.shared.values.get(channel) {
            self.shared.declaration.kind.add(cell, value);
        }
    }

    /// Writes the largest magnitude of each channel of a block. Where the meter has fewer channels, the last of them takes all
    /// that remain; where it has more, they show the block's last.
    ///
    /// # Realtime safety
    ///
    /// Safe; it passes over the samples once.
    pub fn measure(&self, block: &[&mut [f32]]) {
        let Some(last) = self.channels().checked_sub(1) else { return };
        let mut newest = 0.0;
        for (channel, samples) in block.iter().enumerate() {
            newest = peak(samples);
            self.write_channel(channel.min(last), newest);
        }
        for channel in block.len()..self.channels() {
            self.write_channel(channel, newest);
        }
    }

    /// Whether somebody reads the plugin's meters, such as an open page: what takes long to measure may be left out
    /// otherwise. It is told with each meter frame; the last reader's leaving is noticed about a second later.
    ///
    /// # Realtime safety
    ///
    /// Safe: one load.
    pub fn is_read(&self) -> bool {
        self.shared.is_read.load(Ordering::Relaxed)
    }

    /// What each channel was in the frame that ends, and a new beginning.
    fn take_into(&self, values: &mut [f32]) {
        let Declaration { kind, range, .. } = &self.shared.declaration;
        for (value, cell) in values.iter_mut().zip(&self.shared.values) {
            let kept = cell.load(Ordering::Relaxed);
            cell.store(kind.at_rest(kept), Ordering::Relaxed);
            // A gain of 0 is infinitely many decibels, which no page can read.
            *value = if kept.is_finite() { kept } else { kept.min(*range.end()).max(*range.start()) };
        }
    }
}

/// Adds a later frame's values to what earlier ones have come to: one kind for each value. Any thread.
pub fn merge_values(kinds: &[MeterKind], values: &mut [f32], later: &[f32]) {
    for ((kind, value), later) in kinds.iter().zip(values).zip(later) {
        *value = kind.merged(*value, *later);
    }
}

/// The meters of a plugin, in order.
#[derive(Clone, Debug, Default)]
pub(crate) struct MeterSet {
    meters: Box<[Meter]>,
}

impl MeterSet {
    pub(crate) fn new(meters: impl IntoIterator<Item = Meter>) -> Self {
        Self { meters: meters.into_iter().collect() }
    }

    /// The kind of each value in a frame: one for each channel of each meter.
    pub(crate) fn kinds(&self) -> Box<[MeterKind]> {
        let kinds = |meter: &Meter| std::iter::repeat_n(meter.shared.declaration.kind, meter.channels());
        self.meters.iter().flat_map(kinds).collect()
    }

    /// Tells the meters whether somebody reads them.
    pub(crate) fn set_read(&self, is_read: bool) {
        for meter in &self.meters {
            meter.shared.is_read.store(is_read, Ordering::Relaxed);
        }
    }

    /// Ends a frame: one value for each channel of each meter.
    pub(crate) fn take_into(&self, mut values: &mut [f32]) {
        for meter in &self.meters {
            let count = meter.channels().min(values.len());
            let (own, rest) = values.split_at_mut(count);
            meter.take_into(own);
            values = rest;
        }
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "what was written comes back exactly")]
mod tests {
    use super::*;

    fn taken(meter: &Meter) -> Vec<f32> {
        let mut values = vec![f32::NAN; meter.channels()];
        meter.take_into(&mut values);
        values
    }

    #[test]
    fn a_level_keeps_the_largest_magnitude_and_begins_anew() {
        let meter = level("Level");
        for sample in [0.25, -0.75, 0.5, f32::NAN] {
            meter.write(sample);
        }
        assert_eq!(taken(&meter), [0.75]);
        assert_eq!(taken(&meter), [0.0]);
    }

    #[test]
    fn a_gain_reduction_keeps_the_deepest_and_an_infinite_one_is_the_end_of_its_range() {
        let meter = gain_reduction("Reduction", -24.0);
        for gain_db in [-3.0, -9.5, -1.0, f32::NAN] {
            meter.write(gain_db);
        }
        assert_eq!(taken(&meter), [-9.5]);
        assert_eq!(taken(&meter), [0.0]);
        meter.write(f32::NEG_INFINITY);
        assert_eq!(taken(&meter), [-24.0]);
        meter.write(-40.0);
        assert_eq!(taken(&meter), [-40.0], "what can be read is told as it is");
    }

    #[test]
    fn a_value_is_the_last_one_written_and_stays() {
        let meter = value("Cutoff", 20.0..=20_000.0, "Hz");
        assert_eq!(taken(&meter), [20.0]);
        for hz in [900.0, 300.0, f32::NAN] {
            meter.write(hz);
        }
        assert_eq!((taken(&meter), taken(&meter)), (vec![300.0], vec![300.0]));
    }

    #[test]
    fn channels_of_block_and_meter_need_not_agree() {
        let (mut left, mut right) = ([0.5, 0.0], [0.0, -0.75]);
        let mono = level("Mono");
        mono.measure(&[&mut left, &mut right]);
        assert_eq!(taken(&mono), [0.75]);
        let stereo = level("Stereo").stereo();
        stereo.measure(&[&mut left, &mut right]);
        assert_eq!(taken(&stereo), [0.5, 0.75]);
        stereo.measure(&[&mut left]);
        assert_eq!(taken(&stereo), [0.5, 0.5]);
        stereo.write_channel(2, 1.0);
        assert_eq!(taken(&stereo), [0.0, 0.0]);
    }

    #[test]
    fn a_description_says_what_was_declared() {
        let meter = gain_reduction("Reduction", -12.0).with_channels(3);
        let expected = MeterDescription {
            id: "gr".to_owned(),
            name: "Reduction".to_owned(),
            kind: MeterKind::GainReduction,
            channels: 3,
            unit: Some("dB".to_owned()),
            min: Some(-12.0),
            max: Some(0.0),
        };
        assert_eq!(meter.describe("gr"), expected);
        let meter = value("Phase", -1.0..=f32::INFINITY, "").with_channels(0);
        let description = meter.describe("phase");
        assert_eq!((description.channels, description.unit, description.max), (1, None, None));
    }
}
