//! Sample rates.

use crate::Subject;
use crate::check::{CheckResult, Passed, failed};
use crate::plugin::{HostError, Plugin, Take};
use crate::settings::settings;
use crate::signal::{first_not_finite, noise};

pub const MEANING: &str =
    "every sample rate from 8 to 192 kHz is refused, or gives sound without a number that is none";

const RATES_HZ: [f64; 9] =
    [8_000.0, 11_025.0, 22_050.0, 44_100.0, 48_000.0, 88_200.0, 96_000.0, 176_400.0, 192_000.0];

pub fn run(subject: &Subject) -> CheckResult {
    let mut plugin = Plugin::new(subject)?;
    let parameters = plugin.parameters();
    let mut refused = Vec::new();
    for rate_hz in RATES_HZ {
        let frames = (rate_hz / 4.0) as usize;
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
            if let Some(place) = first_not_finite(&output) {
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
