//! Sample rates.

use crate::Subject;
use crate::check::{CheckResult, Passed, failed};
use crate::plugin::{HostError, Plugin, Take};
use crate::settings::settings;
use crate::signal::{first_above, first_not_finite, noise};

pub const MEANING: &str =
    "every sample rate from 1 to 768 kHz is refused, or gives sound that stays within bounds";

const RATES_HZ: [f64; 17] = [
    1_000.0, 2_000.0, 4_000.0, 8_000.0, 11_025.0, 16_000.0, 22_050.0, 32_000.0, 44_100.0, 48_000.0, 88_200.0,
    96_000.0, 176_400.0, 192_000.0, 384_000.0, 705_600.0, 768_000.0,
];

/// How much is played, in seconds, and at least in frames: what grows takes its time.
const TAKE_S: f64 = 0.25;
const MIN_FRAMES: usize = 4_096;

/// What no gain explains: +120 dBFS. A filter whose corner has passed half of the sample rate gets there in no time.
const LOUDEST: f32 = 1e6;

pub fn run(subject: &Subject) -> CheckResult {
    let mut plugin = Plugin::new(subject)?;
    let parameters = plugin.parameters();
    let mut refused = Vec::new();
    for rate_hz in RATES_HZ {
        let frames = ((rate_hz * TAKE_S) as usize).max(MIN_FRAMES);
        let input = noise(plugin.layout().input_channels(), frames);
        for setting in settings(&parameters) {
            plugin.set(&setting.values);
            let output = match plugin.play(rate_hz, Take::of(&input, frames)) {
                Ok((output, _)) => output,
                Err(HostError::Activate { .. }) => {
                    refused.push(format!("{rate_hz} Hz"));
                    break;
                }
                Err(error) => return failed(format!("at {rate_hz} Hz, with {}, {error}", setting.name)),
            };
            if let Some(place) = first_not_finite(&output).or_else(|| first_above(&output, LOUDEST)) {
                return failed(format!(
                    "at {rate_hz} Hz, with {}, the output is {} at {place}",
                    setting.name, place.value
                ));
            }
        }
    }
    if refused.len() == RATES_HZ.len() {
        return failed("it refuses every sample rate");
    }
    if refused.is_empty() {
        Ok(Passed::default())
    } else {
        Ok(Passed::with(format!("it refuses {}", refused.join(", "))))
    }
}
