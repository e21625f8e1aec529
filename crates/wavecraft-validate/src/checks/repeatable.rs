//! The same sound twice.

use crate::Subject;
use crate::check::{CheckResult, Passed, failed};
use crate::plugin::{Plugin, Take};
use crate::settings::settings;
use crate::signal::{difference, noise};

pub const MEANING: &str =
    "the same input gives the same sound after a reset, after another activation, and in another instance";

const FRAMES: usize = 9_000;
const RATE_HZ: f64 = 48_000.0;

pub fn run(subject: &Subject) -> CheckResult {
    let mut plugin = Plugin::new(subject)?;
    let parameters = plugin.parameters();
    let input = noise(plugin.layout().input_channels(), FRAMES);
    for setting in settings(&parameters) {
        let mut plugin = Plugin::set_up(subject, &setting, RATE_HZ)?;
        let take = Take::of(&input, FRAMES);
        let both = plugin.activated(RATE_HZ, |active| {
            let first = active.play(take)?;
            active.reset();
            Ok((first, active.play(take)?))
        })?;
        let (first, after_reset) = both.value;
        let (after_activation, _) = plugin.play(RATE_HZ, take)?;
        let (of_another, _) = Plugin::set_up(subject, &setting, RATE_HZ)?.play(RATE_HZ, take)?;
        for (when, again) in [
            ("after a reset", &after_reset),
            ("after it was deactivated and activated", &after_activation),
            ("in another instance", &of_another),
        ] {
            if let Some(place) = difference(&first, again) {
                return failed(format!(
                    "with {}, the sound {when} differs by {:.2e}, most at {place}",
                    setting.name, place.value
                ));
            }
        }
    }
    Ok(Passed::default())
}
