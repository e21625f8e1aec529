//! The bypass.

use crate::Subject;
use crate::check::{CheckResult, NotPassed, Passed, failed, skipped};
use crate::plugin::{Parameter, Plugin, Take};
use crate::settings::{Setting, settings};
use crate::signal::{difference, noise, part};

pub const MEANING: &str =
    "an effect has a bypass, and with it the output is the input, delayed and nothing else";

const RATE_HZ: f64 = 48_000.0;
/// By then, what a bypass fades is over.
pub const FADED: usize = 48_000;
/// What is compared.
const COMPARED: usize = 4_800;
/// How much later than it reports a plugin is looked for.
const SEARCHED: usize = 8_192;

/// What a bypassed plugin did to noise.
pub struct Bypassed {
    /// By how many frames its output is the input's delayed copy, if it is one.
    pub delay_frames: Option<usize>,
    /// The latency that it reports.
    pub latency_frames: usize,
}

pub fn run(subject: &Subject) -> CheckResult {
    let mut plugin = Plugin::new(subject)?;
    let bypass = bypass(&mut plugin)?;
    let parameters = plugin.parameters();
    for setting in settings(&parameters) {
        let bypassed = bypassed(&mut plugin, &bypass, &setting)?;
        if bypassed.delay_frames.is_none() {
            return failed(format!(
                "with {} and `{}` on, the output is no delayed copy of the input, at any delay up to {} frames",
                setting.name,
                bypass.name,
                bypassed.latency_frames + SEARCHED
            ));
        }
    }
    Ok(Passed::default())
}

/// The parameter by which the host bypasses the plugin, of an effect whose output could be its input.
pub fn bypass(plugin: &mut Plugin) -> Result<Parameter, NotPassed> {
    if plugin.layout().input_channels() == 0 {
        return skipped("it has no audio input that could pass");
    }
    if plugin.layout().output_channels() != plugin.layout().input_channels() {
        return skipped("input and output have different numbers of channels");
    }
    let bypass = plugin.parameters().into_iter().find(|parameter| parameter.is_bypass);
    bypass.ok_or_else(|| {
        NotPassed::Failed(
            "no parameter is the host's bypass (CLAP_PARAM_IS_BYPASS; in nice-plug `BoolParam::make_bypass`): the host \
             cannot bypass it without a jump of the latency"
                .to_owned(),
        )
    })
}

/// Plays noise through the bypassed plugin, and finds it in what comes out.
pub fn bypassed(plugin: &mut Plugin, bypass: &Parameter, setting: &Setting) -> Result<Bypassed, NotPassed> {
    plugin.set(&setting.values);
    plugin.set(&[(bypass.id, bypass.max)]);
    plugin.settle(RATE_HZ)?;
    let frames = FADED + COMPARED;
    let input = noise(plugin.layout().input_channels(), frames);
    let (output, latency_frames) = plugin.play(RATE_HZ, Take::of(&input, frames))?;
    plugin.set(&[(bypass.id, bypass.min)]);

    let heard = part(&output, FADED..frames);
    let is_delay = |delay: &usize| difference(&part(&input, FADED - delay..frames - delay), &heard).is_none();
    // All others cost little: they differ at once.
    let is_near = |delay: &usize| {
        let frame = FADED + 1;
        let differs = |(from, to): (&Vec<f32>, &Vec<f32>)| (from[frame - delay] - to[frame]).abs() > 1e-4;
        !input.iter().zip(&output).any(differs)
    };
    let delays = std::iter::once(latency_frames).chain(0..=latency_frames + SEARCHED);
    let delay_frames = delays.filter(|delay| *delay < FADED).filter(is_near).find(is_delay);
    Ok(Bypassed { delay_frames, latency_frames })
}
