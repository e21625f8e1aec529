//! Notes, for an instrument.

use crate::Subject;
use crate::check::{CheckResult, NotPassed, Passed, failed, skipped};
use crate::plugin::{Active, Blocks, HostError, MAX_FRAMES, Note, Plugin, Take};
use crate::signal::{db, first_above, peak};

pub const MEANING: &str = "an instrument is heard when a key is pressed, falls silent after the last was let go, and loses \
                           none of ten thousand notes";

const RATE_HZ: f64 = 48_000.0;
const SECOND: usize = 48_000;
/// -120 dBFS.
const SILENT: f32 = 1e-6;
/// How long an instrument may ring, in seconds.
const LONGEST_RING: usize = 30;

/// How many keys are pressed or let go in the flood.
const FLOOD: usize = 10_000;
/// How long that takes: less than a second, so that a host's long block has more than a thousand of them.
const FLOOD_FRAMES: usize = SECOND / 2;
/// The keys of the flood.
const FLOOD_KEYS: std::ops::Range<u8> = 24..108;

pub fn run(subject: &Subject) -> CheckResult {
    let mut plugin = Plugin::new(subject)?;
    let layout = plugin.layout();
    if layout.notes.is_none() || layout.input_channels() > 0 || layout.output_channels() == 0 {
        return skipped("it is no instrument: it takes no notes, or changes sound that comes in");
    }
    let outcome = plugin.activated(RATE_HZ, |active| {
        let one = [note(0, 60, true), note(SECOND, 60, false)];
        let heard_at_first = play(active, &one, SECOND)?;
        let left_at_first = ring(active)?;
        play(active, &flood(), FLOOD_FRAMES)?;
        let left_of_flood = ring(active)?;
        let heard_at_last = play(active, &one, SECOND)?;
        Ok([heard_at_first, left_at_first, left_of_flood, heard_at_last])
    })?;
    let [heard_at_first, left_at_first, left_of_flood, heard_at_last] = outcome.value;
    let is_silent = |peak: f32| peak <= SILENT;
    if is_silent(heard_at_first) {
        return failed("with all parameters at their defaults, a key that is held for a second is not heard");
    }
    if !is_silent(left_at_first) {
        return still_sounds("a key was let go", left_at_first);
    }
    if !is_silent(left_of_flood) {
        let after =
            format!("the last of {FLOOD} notes, a key each that is pressed or let go, of which one was lost");
        return still_sounds(&after, left_of_flood);
    }
    if is_silent(heard_at_last) {
        return failed(format!("after {FLOOD} notes in half a second, a key that is pressed is not heard"));
    }
    Ok(Passed::default())
}

fn still_sounds(after: &str, peak: f32) -> Result<Passed, NotPassed> {
    let level = db(f64::from(peak));
    failed(format!("{LONGEST_RING} seconds after {after}, the output is still at {level:.1} dBFS"))
}

/// Each key is let go before the next but eleven is pressed.
fn flood() -> Vec<Note> {
    let keys = FLOOD_KEYS.len();
    let at = |event: usize| event * FLOOD_FRAMES / FLOOD;
    let mut notes: Vec<Note> = (0..FLOOD / 2)
        .flat_map(|index| {
            let key = FLOOD_KEYS.start + (index % keys) as u8;
            let end = (2 * index + 23).min(FLOOD - 1);
            [note(at(2 * index), key, true), note(at(end), key, false)]
        })
        .collect();
    notes.sort_by_key(|note| note.frame);
    notes
}

fn note(frame: usize, key: u8, is_on: bool) -> Note {
    Note { frame, key, is_on }
}

/// Plays notes, and returns how loud the loudest sample was. Those at the end come with the block that follows.
fn play(active: &mut Active<'_>, notes: &[Note], frames: usize) -> Result<f32, HostError> {
    let take = Take { has_notes: false, notes, blocks: Blocks(&[MAX_FRAMES]), ..Take::of(&[], frames) };
    let heard = active.play(take)?;
    let last: Vec<Note> =
        notes.iter().filter(|note| note.frame >= frames).map(|note| Note { frame: 0, ..*note }).collect();
    active.play(Take { has_notes: false, notes: &last, ..Take::of(&[], 512) })?;
    Ok(peak(&heard))
}

/// Waits for silence, and returns how loud the loudest sample of the last second was.
fn ring(active: &mut Active<'_>) -> Result<f32, HostError> {
    let mut last = f32::INFINITY;
    for _ in 0..LONGEST_RING {
        let heard = active.play(Take { has_notes: false, ..Take::of(&[], SECOND) })?;
        last = peak(&heard);
        if first_above(&heard, SILENT).is_none() {
            break;
        }
    }
    Ok(last)
}
