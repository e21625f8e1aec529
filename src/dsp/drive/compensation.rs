//! How much the drive stage turns its output down so that more drive is more colour, not more loudness.
//!
//! Realtime safety: tables, computed once for all instances by [`prepare`], outside the audio thread; afterwards a look
//! into them neither allocates nor waits.

use std::sync::OnceLock;

use fearless_simd::dispatch;

use super::shaper::{Character, Shaper};
use super::tape::{PROGRAMME_EMPHASIS, steady_compression};
use crate::dsp::chunk::CHUNK_FRAMES;
use crate::dsp::linear_smoother::{gain_from_db, whole_number};
use crate::dsp::vector_instructions::level;

/// The most drive there is, in dB.
pub const MAX_DRIVE_DB: f32 = 36.0;

/// The level whose loudness stays: -18 dBFS RMS, where most people mix.
const REFERENCE_RMS: f64 = 0.125_892_54;

const ENTRIES_PER_DB: usize = 4;
const ENTRIES: usize = MAX_DRIVE_DB as usize * ENTRIES_PER_DB + 1;

/// The programme is taken as normally distributed, as mixed music nearly is: these many points within four standard
/// deviations. The curves are smooth, so the mean converges fast.
const POINTS: usize = 128;
const DEVIATIONS: f64 = 4.0;

/// The output gain for each character, by drive.
type Tables = [[f32; ENTRIES]; Character::ALL.len()];

static TABLES: OnceLock<Tables> = OnceLock::new();

/// Computes the tables, if nobody has before; which also lets all that has versions for several CPUs look at its features. Takes about a millisecond.
pub fn prepare() {
    look_up(&[0.0; ENTRIES], &mut []);
    TABLES.get_or_init(|| {
        Character::ALL.map(|character| {
            std::array::from_fn(|entry| {
                compensate(character, gain_from_db(entry as f32 / ENTRIES_PER_DB as f32))
            })
        })
    });
}

/// The gain after a character, by its drive.
#[derive(Clone, Copy, Debug)]
pub struct OutputGain(&'static [f32; ENTRIES]);

impl OutputGain {
    /// That of a character.
    ///
    /// # Panics
    ///
    /// Never once [`prepare`] has run, as building a drive stage makes sure.
    pub fn of(character: Character) -> Self {
        let tables = TABLES.get().expect("building a drive stage prepares the tables");
        Self(&tables[character as usize])
    }

    /// The gain for one drive in dB, in [0, 36].
    pub fn at(self, drive_db: f32) -> f32 {
        let mut gain = [drive_db];
        self.apply(&mut gain);
        gain[0]
    }

    /// From each drive in dB, in [0, 36], to the gain, in place; between the entries on a straight line.
    pub fn apply(self, drives_db: &mut [f32]) {
        for drives_db in drives_db.chunks_mut(CHUNK_FRAMES) {
            dispatch!(level(), _simd => look_up(self.0, drives_db));
        }
    }
}

/// One step after the other for all of them, as vector instructions take it.
#[inline(always)]
fn look_up(table: &[f32; ENTRIES], drives_db: &mut [f32]) {
    let mut entries = [0_i32; CHUNK_FRAMES];
    for (entry, drive_db) in entries.iter_mut().zip(&mut *drives_db) {
        let position = drive_db.clamp(0.0, MAX_DRIVE_DB) * ENTRIES_PER_DB as f32;
        // Rounded by half less: the entry below. Of a number that is whole it may be the one before, all of the way from there.
        *entry = whole_number(position - 0.5).clamp(0, ENTRIES as i32 - 2);
        *drive_db = position - *entry as f32;
    }
    // Most of the time the drive stays between two entries for as long as a chunk lasts.
    let entry = entries[0];
    if entries[..drives_db.len()].iter().fold(0, |differing, other| differing | (other ^ entry)) == 0 {
        let (from, to) = (table[entry as usize], table[entry as usize + 1]);
        for gain in drives_db {
            *gain = from + (to - from) * *gain;
        }
        return;
    }
    let [mut from, mut to] = [[0.0; CHUNK_FRAMES]; 2];
    for ((from, to), entry) in from.iter_mut().zip(&mut to).zip(&entries[..drives_db.len()]) {
        let entry = *entry as usize;
        (*from, *to) = (table[entry], table[entry + 1]);
    }
    for ((gain, from), to) in drives_db.iter_mut().zip(from).zip(to) {
        *gain = from + (to - from) * *gain;
    }
}

/// The RMS of the reference before the stage over that after it.
fn compensate(character: Character, drive_gain: f32) -> f32 {
    let mut rms = REFERENCE_RMS * f64::from(drive_gain);
    let mut emphasis = 1.0;
    if character == Character::Tape {
        rms *= f64::from(steady_compression((rms * rms) as f32));
        // The curve works on more than there was, and is turned down by as much.
        emphasis = PROGRAMME_EMPHASIS;
    }
    rms *= emphasis;
    let mut shaper = Shaper::new();
    // Sums of the weight, the output and its square.
    let mut sums = [0.0_f64; 3];
    for point in 0..POINTS {
        let deviation = DEVIATIONS * (2.0 * (point as f64 + 0.5) / POINTS as f64 - 1.0);
        let weight = (-0.5 * deviation * deviation).exp();
        let mut samples = [(rms * deviation) as f32; 2];
        // Hard looks at the sample before: the second of two equal ones is the curve itself.
        shaper.process(character, &mut samples);
        let output = f64::from(samples[1]);
        sums = [sums[0] + weight, sums[1] + weight * output, sums[2] + weight * output * output];
    }
    // What is constant does not pass the DC blocker, nor is it loud.
    let mean = sums[1] / sums[0];
    let power = sums[2] / sums[0] - mean * mean;
    (REFERENCE_RMS * emphasis / power.sqrt()) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn little_drive_is_undone_and_much_drive_is_bounded() {
        prepare();
        for character in Character::ALL {
            let db = |drive_db| 20.0 * OutputGain::of(character).at(drive_db).log10();
            assert!(db(0.0).abs() < 0.5, "{character:?}: {} dB", db(0.0));
            assert!(db(3.0) < -2.0, "{character:?}: {} dB", db(3.0));
            assert!((-24.0..-8.0).contains(&db(36.0)), "{character:?}: {} dB", db(36.0));
        }
    }
}
