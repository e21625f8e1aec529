//! Samples that are no sound.

use crate::Subject;
use crate::check::{CheckResult, Passed, failed, skipped};
use crate::plugin::{Plugin, Take};
use crate::settings::settings;
use crate::signal::{db, first_not_finite, noise, part, rms};

pub const MEANING: &str = "NaN, infinity and denormal numbers at the input do not outlive their block, and a second later the \
                           sound is as loud as without them";

const RATE_HZ: f64 = 48_000.0;
const SECOND: usize = 48_000;
/// Where the block with the invalid samples begins, and its length.
const POISON_START: usize = 5_120;
const BLOCK: usize = 512;

const POISONS: [(&str, f32); 5] = [
    ("NaN", f32::NAN),
    ("infinity", f32::INFINITY),
    ("negative infinity", f32::NEG_INFINITY),
    ("a denormal number", 1e-40),
    ("a negative denormal number", -1e-42),
];

pub fn run(subject: &Subject) -> CheckResult {
    let mut plugin = Plugin::new(subject)?;
    let channels = plugin.layout().input_channels();
    if channels == 0 {
        return skipped("it has no audio input");
    }
    let parameters = plugin.parameters();
    let frames = POISON_START + BLOCK + SECOND + SECOND / 10;
    let clean = noise(channels, frames);
    for setting in settings(&parameters) {
        plugin.set(&setting.values);
        plugin.settle(RATE_HZ)?;
        let (expected, latency) = plugin.play(RATE_HZ, Take::of(&clean, frames))?;
        let end = frames - SECOND / 10..frames;
        let expected_db = db(rms(&part(&expected, end.clone())));
        for (what, poison) in POISONS {
            let mut input = clean.clone();
            for channel in &mut input {
                for sample in channel[POISON_START..POISON_START + BLOCK].iter_mut().step_by(3) {
                    *sample = poison;
                }
            }
            let (output, _) = plugin.play(RATE_HZ, Take::of(&input, frames))?;
            // What the plugin delays comes out as much later.
            let first = POISON_START + BLOCK + latency;
            let after = part(&output, first..frames);
            if let Some(place) = first_not_finite(&after) {
                return failed(format!(
                    "with {}, {what} at the input is still heard {} frames after the end of its block: the output is {}",
                    setting.name, place.frame, place.value
                ));
            }
            let level_db = db(rms(&part(&output, end.clone())));
            if (level_db - expected_db).abs() > 1.0 && level_db.max(expected_db) > -120.0 {
                return failed(format!(
                    "with {}, the output is at {level_db:.1} dBFS one second after {what} at the input, and at \
                     {expected_db:.1} dBFS without it",
                    setting.name
                ));
            }
        }
    }
    Ok(Passed::default())
}
