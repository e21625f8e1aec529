//! By how much the sound is late that the plugin has processed.
//!
//! It can be told where the output is nearly the input at some delay: in white noise, of which no frame resembles another, the
//! largest correlation is then at that delay and nowhere else. A sound that comes before the reported latency is a fault,
//! since hosts play it too early. A sound that comes after it is one as well, unless the delay is what the plugin is for:
//! then some parameter, moved alone, lets sound arrive at another time.

use clack_host::utils::ClapId;

use crate::check::{NotPassed, failed};
use crate::plugin::{HostError, Parameter, Plugin, Take};
use crate::settings::{Setting, settings};
use crate::signal::{noise, silence};

/// By then, what fades at the beginning is over.
const SETTLED: usize = 48_000;
/// What is compared.
const COMPARED: usize = 2_048;
/// How much later than it reports a plugin is looked for.
const SEARCHED: usize = 8_192;
/// The peaks of the noise, from the loudest: what distorts or compresses lets the quieter one pass as it is.
const GAINS: [f32; 2] = [1.0, 0.04];
/// This part of the output's power is the input's: what lacks is what a filter at the edge of the band takes away.
const LIKENESS: f64 = 0.98;
/// Less than this part of the input, in amplitude, is no sound that has passed, but what is left of it.
const LEAST_GAIN: f64 = 1e-3;
/// Sound has arrived where it exceeds this part of its peak.
const ARRIVED: f32 = 1e-4;

/// What is known of the processed sound.
pub struct Processed {
    /// Why nothing more can be told, or what else is worth saying.
    pub remark: Option<String>,
    /// Whether the delay was told at all.
    pub is_measured: bool,
}

/// A delay beside what was reported while it was measured.
#[derive(Clone, Copy)]
struct Measured {
    delay: usize,
    reported: usize,
}

/// Measures under each setting under which it can, with the bypass off if there is one.
///
/// # Errors
///
/// [`NotPassed::Failed`] if what was measured is not what was reported.
pub fn measure(plugin: &mut Plugin, rate_hz: f64) -> Result<Processed, NotPassed> {
    let parameters = plugin.parameters();
    let settings = settings(&parameters);
    let mut remark = None;
    let mut is_measured = false;
    for setting in &settings {
        let Some(Measured { delay, reported }) = delay(plugin, setting, rate_hz)? else { continue };
        is_measured = true;
        if delay == reported {
            continue;
        }
        let words = format!(
            "with {}, it reports {reported} frames, and the sound that it has processed is {delay} frames late",
            setting.name
        );
        if delay < reported {
            return failed(format!("{words}: hosts would play it {} frames too early", reported - delay));
        }
        match parameter_that_moves_it(plugin, &parameters, setting, rate_hz)? {
            Some(parameter) => {
                remark = Some(format!(
                    "with {}, sound comes {} frames after its latency, which `{parameter}` changes: that is taken for \
                     its effect",
                    setting.name,
                    delay - reported
                ));
            }
            None => return failed(format!("{words}, which no parameter changes")),
        }
    }
    plugin.set(&settings[0].values);
    if !is_measured {
        remark = Some(
            "the processed sound's is not measurable: with no setting that was tried is it nearly the input"
                .to_owned(),
        );
    }
    Ok(Processed { remark, is_measured })
}

/// By how much the output is late, where it is nearly the input.
fn delay(plugin: &mut Plugin, setting: &Setting, rate_hz: f64) -> Result<Option<Measured>, HostError> {
    plugin.set(&setting.values);
    plugin.settle(rate_hz)?;
    let frames = SETTLED + COMPARED;
    for gain in GAINS {
        let mut input = noise(plugin.layout().input_channels(), frames);
        input.iter_mut().flatten().for_each(|sample| *sample *= gain);
        let (output, reported) =
            plugin.play(rate_hz, Take { has_notes: false, ..Take::of(&input, frames) })?;
        let delays = input.iter().zip(&output).map(|(from, to)| delay_of(from, to, reported));
        // A channel that is later than another is so on purpose.
        if let Some(delays) = delays.collect::<Option<Vec<usize>>>()
            && let Some(delay) = delays.into_iter().min()
        {
            return Ok(Some(Measured { delay, reported }));
        }
    }
    Ok(None)
}

/// The delay of one channel; `expected` is tried first.
fn delay_of(input: &[f32], output: &[f32], expected: usize) -> Option<usize> {
    let heard = &output[SETTLED..];
    let power = dot(heard, heard);
    let is_delay = |delay: &usize| {
        let sent = &input[SETTLED - delay..][..heard.len()];
        let (common, sent_power) = (dot(sent, heard), dot(sent, sent));
        let gain = common / sent_power;
        gain.abs() > LEAST_GAIN && common * common >= LIKENESS * power * sent_power
    };
    let delays = std::iter::once(expected).chain(0..expected + SEARCHED);
    delays.filter(|delay| *delay <= SETTLED).find(is_delay)
}

fn dot(one: &[f32], other: &[f32]) -> f64 {
    one.iter().zip(other).map(|(one, other)| f64::from(*one) * f64::from(*other)).sum()
}

/// The name of a parameter that, moved alone, lets sound arrive at another time after the reported latency.
fn parameter_that_moves_it(
    plugin: &mut Plugin,
    parameters: &[Parameter],
    setting: &Setting,
    rate_hz: f64,
) -> Result<Option<String>, HostError> {
    let usual = arrival(plugin, &setting.values, rate_hz)?;
    for parameter in parameters.iter().filter(|parameter| parameter.is_writable && !parameter.is_bypass) {
        for value in [parameter.min, parameter.max] {
            let mut values = setting.values.clone();
            values.retain(|(id, _)| *id != parameter.id);
            values.push((parameter.id, value));
            let arrival = arrival(plugin, &values, rate_hz)?;
            // One that silences it tells nothing.
            if arrival.is_some() && arrival != usual {
                return Ok(Some(parameter.name.clone()));
            }
        }
    }
    Ok(None)
}

/// How many frames after the reported latency the first sound arrives, if any does; below zero, before it.
fn arrival(plugin: &mut Plugin, values: &[(ClapId, f64)], rate_hz: f64) -> Result<Option<isize>, HostError> {
    plugin.set(values);
    plugin.settle(rate_hz)?;
    let channels = plugin.layout().input_channels();
    let mut input = silence(channels, SETTLED);
    for (channel, noise) in input.iter_mut().zip(noise(channels, SETTLED / 2)) {
        channel.extend(noise);
    }
    let frames = SETTLED + SETTLED / 2;
    let (output, reported) = plugin.play(rate_hz, Take { has_notes: false, ..Take::of(&input, frames) })?;
    let peak = output.iter().flatten().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    let arrives = |channel: &Vec<f32>| channel.iter().position(|sample| sample.abs() > ARRIVED * peak);
    let first = output.iter().filter_map(arrives).min();
    Ok(first.map(|frame| frame as isize - (SETTLED + reported) as isize))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Noise after a filter, as long as what is measured.
    fn filtered(taps: &[(usize, f32)]) -> (Vec<f32>, Vec<f32>) {
        let input = noise(1, SETTLED + COMPARED).remove(0);
        let mut output = vec![0.0; input.len()];
        for (delay, gain) in taps {
            for frame in *delay..input.len() {
                output[frame] += gain * input[frame - delay];
            }
        }
        (input, output)
    }

    fn measured(taps: &[(usize, f32)], expected: usize) -> Option<usize> {
        let (input, output) = filtered(taps);
        delay_of(&input, &output, expected)
    }

    #[test]
    fn a_copy_is_found_wherever_it_is_at_any_gain_and_polarity() {
        for delay in [0, 1, 32, 8_000] {
            assert_eq!(measured(&[(delay, -0.3)], 20), Some(delay));
        }
        assert_eq!(measured(&[(9_000, 1.0)], 20), None, "nobody looks so far");
        assert_eq!(measured(&[(9_000, 1.0)], 9_000), Some(9_000));
    }

    #[test]
    fn what_is_only_part_of_the_sound_or_spread_over_frames_is_no_copy() {
        assert_eq!(measured(&[(0, 1.0), (500, 0.5)], 0), None);
        assert_eq!(measured(&[(10, 0.5), (11, 0.5)], 10), None);
        assert_eq!(measured(&[(10, 1.0), (11, 0.05)], 0), Some(10));
        assert_eq!(measured(&[], 0), None);
        assert_eq!(measured(&[(0, 1e-5)], 0), None);
    }
}
