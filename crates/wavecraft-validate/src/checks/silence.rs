//! Silence at the input.

use clack_extensions::tail::TailLength;

use crate::Subject;
use crate::check::{CheckResult, Passed, failed};
use crate::plugin::{Plugin, Take};
use crate::settings::settings;
use crate::signal::{db, first_above, first_not_finite, noise, peak, silence};

pub const MEANING: &str =
    "silence at the input gives finite output, and an effect falls silent unless its tail is infinite";

const RATE_HZ: f64 = 48_000.0;
const SECOND: usize = 48_000;
/// What an effect has beyond the tail that it reports.
const PATIENCE: usize = 10;
/// Whoever sounds on for longer than so many seconds is not waited for.
const LONGEST_TAIL: usize = 60;
/// -120 dBFS.
const SILENT: f32 = 1e-6;

pub fn run(subject: &Subject) -> CheckResult {
    let mut plugin = Plugin::new(subject)?;
    let parameters = plugin.parameters();
    let channels = plugin.layout().input_channels();
    let sound = noise(channels, SECOND / 4);
    let nothing = silence(channels, SECOND);
    let mut sounds_on = false;
    for setting in settings(&parameters) {
        plugin.set(&setting.values);
        plugin.settle(RATE_HZ)?;
        let heard = plugin.activated(RATE_HZ, |active| {
            active.play(Take::of(&sound, SECOND / 4))?;
            let quiet = Take { has_notes: false, ..Take::of(&nothing, SECOND) };
            let mut last = active.play(quiet)?;
            let mut seconds = 1;
            let tail_seconds = match active.tail() {
                TailLength::Finite(frames) if frames as usize / SECOND <= LONGEST_TAIL => {
                    frames as usize / SECOND
                }
                _ => return Ok((last, None)),
            };
            while channels > 0
                && first_above(&last, SILENT).is_some()
                && first_not_finite(&last).is_none()
                && seconds < tail_seconds + PATIENCE
            {
                last = active.play(quiet)?;
                seconds += 1;
            }
            Ok((last, Some(seconds)))
        })?;
        let (last, seconds) = heard.value;
        if let Some(place) = first_not_finite(&last) {
            return failed(format!(
                "with {} and silence at the input, the output is {} at {place}",
                setting.name, place.value
            ));
        }
        let Some(seconds) = seconds else {
            sounds_on = true;
            continue;
        };
        if channels > 0 && first_above(&last, SILENT).is_some() {
            return failed(format!(
                "with {}, {seconds} seconds of silence at the input end at {:.1} dBFS at the output, and the tail that it \
                 reports is over",
                setting.name,
                db(f64::from(peak(&last)))
            ));
        }
    }
    if sounds_on {
        Ok(Passed::with("it says that it sounds on for more than a minute"))
    } else {
        Ok(Passed::default())
    }
}
