//! Input and output in the same memory.

use crate::Subject;
use crate::check::{CheckResult, Passed, failed, skipped};
use crate::plugin::{Plugin, Take};
use crate::settings::settings;
use crate::signal::{difference, noise};

pub const MEANING: &str = "input and output give the same sound in the same memory as apart";

const FRAMES: usize = 9_000;
const RATE_HZ: f64 = 48_000.0;

pub fn run(subject: &Subject) -> CheckResult {
    let mut plugin = Plugin::new(subject)?;
    if plugin.layout().input_channels() == 0 {
        return skipped("it has no audio input");
    }
    if !plugin.layout().is_in_place {
        return skipped("its ports do not say that they may share their memory");
    }
    let parameters = plugin.parameters();
    let input = noise(plugin.layout().input_channels(), FRAMES);
    for setting in settings(&parameters) {
        // Each in an instance of its own, so that nothing is left of the other.
        let play = |take| Plugin::set_up(subject, &setting, RATE_HZ)?.play(RATE_HZ, take);
        let take = Take::of(&input, FRAMES);
        let (apart, _) = play(take)?;
        let (shared, _) = play(Take { in_place: true, ..take })?;
        if let Some(place) = difference(&apart, &shared) {
            return failed(format!(
                "with {}, the sound in the same memory differs by {:.2e}, most at {place}",
                setting.name, place.value
            ));
        }
    }
    Ok(Passed::default())
}
