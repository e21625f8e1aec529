//! The latency that the plugin reports.

mod processed;

use crate::Subject;
use crate::check::{CheckResult, NotPassed, Passed, failed, skipped};
use crate::checks::bypass::{bypass, bypassed};
use crate::plugin::{Parameter, Plugin};
use crate::settings::settings;

pub const MEANING: &str = "the sound is late by exactly the latency that is reported to the host";

const RATE_HZ: f64 = 48_000.0;

pub fn run(subject: &Subject) -> CheckResult {
    let mut plugin = Plugin::new(subject)?;
    let (inputs, outputs) = (plugin.layout().input_channels(), plugin.layout().output_channels());
    if inputs == 0 || outputs == 0 {
        return skipped("it has no audio input that comes out late");
    }
    let bypassed = match bypass(&mut plugin) {
        Ok(bypass) => Some(measure_bypassed(&mut plugin, &bypass)?),
        Err(_) => None,
    };
    let processed = processed::measure(&mut plugin, RATE_HZ)?;
    let bypassed = bypassed.flatten();
    if bypassed.is_none() && !processed.is_measured {
        return skipped(
            "no delay can be told: it has no exact bypass, and with no setting that was tried is the output nearly the input",
        );
    }
    let remarks: Vec<String> = bypassed.into_iter().chain(processed.remark).collect();
    Ok(if remarks.is_empty() { Passed::default() } else { Passed::with(remarks.join("; ")) })
}

/// The latencies of the bypassed plugin, in words; `None` if its bypass is not exact.
fn measure_bypassed(plugin: &mut Plugin, bypass: &Parameter) -> Result<Option<String>, NotPassed> {
    let parameters = plugin.parameters();
    let mut latencies = Vec::new();
    for setting in settings(&parameters) {
        let found = bypassed(plugin, bypass, &setting)?;
        let Some(delay) = found.delay_frames else { return Ok(None) };
        if found.latency_frames != delay {
            return failed(format!(
                "with {} and its bypass on, it reports {} frames, and the sound is {delay} frames late",
                setting.name, found.latency_frames
            ));
        }
        latencies.push(delay);
    }
    latencies.sort_unstable();
    latencies.dedup();
    let list: Vec<String> = latencies.iter().map(ToString::to_string).collect();
    Ok(Some(format!("{} frames", list.join(", "))))
}
