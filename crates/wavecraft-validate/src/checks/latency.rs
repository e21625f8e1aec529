//! The latency that the plugin reports.

use crate::Subject;
use crate::check::{CheckResult, NotPassed, Passed, failed, skipped};
use crate::checks::bypass::{bypass, bypassed};
use crate::plugin::{Plugin, Take};
use crate::settings::settings;
use crate::signal::silence;

pub const MEANING: &str = "the sound is late by exactly the latency that is reported to the host";

const RATE_HZ: f64 = 48_000.0;
const FRAMES: usize = 48_000;
/// Where the impulse is: what comes early is seen as well.
const IMPULSE: usize = 9_600;

pub fn run(subject: &Subject) -> CheckResult {
    let mut plugin = Plugin::new(subject)?;
    if plugin.layout().input_channels() == 0 {
        return skipped("it has no audio input to be late by");
    }
    match bypass(&mut plugin) {
        Ok(bypass) => {
            let parameters = plugin.parameters();
            let mut latencies = Vec::new();
            for setting in settings(&parameters) {
                let found = bypassed(&mut plugin, &bypass, &setting)?;
                let Some(delay) = found.delay_frames else {
                    return skipped("its bypass is not exact, so that no delay can be told");
                };
                assert_equal(
                    found.latency_frames,
                    delay,
                    &format!("with {} and its bypass on", setting.name),
                )?;
                latencies.push(delay);
            }
            latencies.sort_unstable();
            latencies.dedup();
            let list: Vec<String> = latencies.iter().map(ToString::to_string).collect();
            Ok(Passed::with(format!("{} frames", list.join(", "))))
        }
        Err(_) => by_impulse(&mut plugin),
    }
}

fn assert_equal(reported: usize, actual: usize, when: &str) -> Result<(), NotPassed> {
    if reported == actual {
        return Ok(());
    }
    failed(format!("{when}, it reports {reported} frames, and the sound is {actual} frames late"))
}

/// Without a bypass: an impulse that comes out as one tells where it is.
fn by_impulse(plugin: &mut Plugin) -> CheckResult {
    let mut input = silence(plugin.layout().input_channels(), FRAMES);
    for channel in &mut input {
        channel[IMPULSE] = 0.5;
    }
    plugin.settle(RATE_HZ)?;
    let (output, latency) = plugin.play(RATE_HZ, Take { has_notes: false, ..Take::of(&input, FRAMES) })?;
    let Some(channel) = output.first() else { return skipped("it has no audio output") };
    let energy = |sample: &f32| f64::from(*sample) * f64::from(*sample);
    let total: f64 = channel.iter().map(energy).sum();
    let strongest =
        channel.iter().enumerate().max_by(|(_, one), (_, other)| energy(one).total_cmp(&energy(other)));
    match strongest {
        Some((frame, sample)) if total > 0.0 && energy(sample) > 0.999 * total && frame >= IMPULSE => {
            assert_equal(latency, frame - IMPULSE, "at its defaults")?;
            Ok(Passed::with(format!("{latency} frames")))
        }
        _ => skipped(
            "it has no bypass, and at its defaults an impulse does not stay one, so that no delay can be told",
        ),
    }
}
