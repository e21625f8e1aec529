//! The CLAP entry as a host meets it: through C, and with all that hosts get wrong.
#![allow(unsafe_code, reason = "a host calls through C")]
#![allow(clippy::unwrap_used, clippy::float_cmp, reason = "tests; what is heard is exact")]

mod host;
#[cfg(feature = "session")]
mod presets;

use std::cell::Cell;
use std::ffi::c_char;
use std::hint::black_box;
use std::ptr;

use clap_sys::ext::render::{CLAP_EXT_RENDER, CLAP_RENDER_OFFLINE, clap_plugin_render};
use clap_sys::process::CLAP_PROCESS_ERROR;
use wavecraft_plugin::prelude::*;
use wavecraft_plugin::wavecraft_nice_plug::clap_entry::Entry;
use wavecraft_plugin::wavecraft_nice_plug::export_clap;
use wavecraft_plugin::{Exported, Hosted};

use host::{Host, Ports, call, port};

/// The latency of this plugin, in frames for each step of its parameter "ahead".
const FRAMES_PER_STEP: u32 = 10;

#[derive(Choose, Clone, Copy, Debug, PartialEq)]
enum Ahead {
    None,
    Some,
    More,
}

#[derive(Parameters)]
struct GainParameters {
    #[parameter(decibels("Gain", -24.0..=24.0, 0.0))]
    gain: Decibels,
    #[parameter(choice("Ahead", Ahead::Some))]
    ahead: Choice<Ahead>,
}

/// A gain that is late by a step's frames, or says so.
#[derive(Default)]
struct Gain {
    latency: u32,
}

thread_local! {
    /// Whether the last activation on this thread was for bouncing.
    static IS_OFFLINE: Cell<bool> = const { Cell::new(false) };
    /// What the last block on this thread has made of a denormal number.
    static SCALED_DENORMAL: Cell<f32> = const { Cell::new(0.0) };
}

/// A normal result of a denormal operand, which the optimizer must not compute in advance.
fn scaled_denormal() -> f32 {
    black_box(black_box(f32::from_bits(1)) * black_box(1.0e30))
}

impl Gain {
    fn look(&mut self, parameters: &GainParameters) {
        self.latency = FRAMES_PER_STEP * parameters.ahead.value() as u32;
    }
}

impl AudioPlugin for Gain {
    const INFO: Info = Info {
        name: "Gain",
        vendor: "Tests",
        clap_id: "test.gain",
        vst3_id: *b"TestGain00000001",
        ..info!(Effect)
    };
    type Parameters = GainParameters;

    fn activate(&mut self, activation: &Activation, parameters: &GainParameters) {
        IS_OFFLINE.set(activation.is_offline);
        self.look(parameters);
    }

    fn process(&mut self, block: &mut Block, parameters: &GainParameters) {
        self.look(parameters);
        SCALED_DENORMAL.set(scaled_denormal());
        block.for_each_frame(|frame| {
            let gain = parameters.gain.next_gain();
            for sample in frame {
                *sample *= gain;
            }
        });
    }

    fn latency_samples(&self) -> u32 {
        self.latency
    }
}

impl Exported for Gain {
    fn factory_presets() -> &'static [(&'static str, &'static str)] {
        &[
            (
                "loud",
                "name = 'Loud'\nauthor = 'Ann'\ntags = ['bass', 'drums']\ndescription = 'Up.'\n[values]\ngain = '12 dB'\n",
            ),
            ("late", "name = 'Late'\n[values]\nahead = 'More'\ngain = '12 dB'\n"),
            ("default", "name = 'Default'\n"),
            ("hot", "name = 'Too hot'\n[values]\ngain = '100 dB'\n"),
        ]
    }

    #[cfg(feature = "editor")]
    fn page_files() -> wavecraft_plugin::wavecraft_nice_plug::editor::AssetMap {
        wavecraft_plugin::wavecraft_nice_plug::editor::AssetMap::new()
    }
}

export_clap!(Hosted<Gain>);

/// An instrument that adds nothing to what is there.
#[derive(Default)]
struct Quiet;

#[derive(Parameters)]
struct NoParameters {}

impl AudioPlugin for Quiet {
    const INFO: Info = Info {
        name: "Quiet",
        vendor: "Tests",
        clap_id: "test.quiet",
        vst3_id: *b"TestQuiet0000001",
        ..info!(Instrument)
    };
    type Parameters = NoParameters;

    fn process(&mut self, _: &mut Block, _: &NoParameters) {}
}

impl Exported for Quiet {
    #[cfg(feature = "editor")]
    fn page_files() -> wavecraft_plugin::wavecraft_nice_plug::editor::AssetMap {
        wavecraft_plugin::wavecraft_nice_plug::editor::AssetMap::new()
    }
}

/// The index of the parameter that decides the latency: after the bypass and the gain.
const AHEAD: u32 = 2;
const GAIN: u32 = 1;

#[test]
fn the_first_activation_asks_for_no_restart_and_tells_the_latency() {
    let host = Host::of(&clap_entry);
    host.activate();
    assert_eq!((host.restarts(), host.latency(), host.asked.latency_changes.get()), (0, 10, 1));
    host.pass(None);
    host.deactivate();
    host.activate();
    host.pass(None);
    assert_eq!((host.restarts(), host.asked.latency_changes.get()), (0, 1));
    host.deactivate();
}

#[test]
fn a_change_of_latency_asks_for_one_restart() {
    let host = Host::of(&clap_entry);
    host.activate();
    host.pass(None);
    host.pass(Some(host.value_event(AHEAD, 2.0)));
    host.pass(None);
    assert_eq!((host.restarts(), host.latency()), (1, 10), "until the host has restarted the plugin");
    host.deactivate();
    host.activate();
    host.pass(None);
    assert_eq!((host.restarts(), host.latency(), host.asked.latency_changes.get()), (0, 20, 2));
    host.deactivate();
}

#[test]
fn going_offline_asks_for_no_restart_and_holds_from_the_next_activation() {
    let host = Host::of(&clap_entry);
    host.activate();
    host.pass(None);
    let table = host.table::<clap_plugin_render>(CLAP_EXT_RENDER);
    assert!(call!(table, set, host.plugin, CLAP_RENDER_OFFLINE));
    assert!(!call!(table, set, host.plugin, 7));
    host.pass(None);
    assert_eq!((host.restarts(), IS_OFFLINE.get()), (0, false));
    host.deactivate();
    host.activate();
    assert_eq!((host.restarts(), IS_OFFLINE.get()), (0, true));
    host.deactivate();
}

#[test]
fn a_state_with_another_latency_asks_for_one_restart_before_any_block() {
    let host = Host::of(&clap_entry);
    let usual = host.save();
    host.activate();
    host.pass(Some(host.value_event(AHEAD, 2.0)));
    host.deactivate();
    let late = host.save();
    assert!(host.load(&usual));
    host.restarts();

    host.activate();
    host.pass(None);
    assert!(host.load(&usual));
    assert_eq!(host.restarts(), 0, "the latency is the same");
    assert!(host.load(&late));
    assert_eq!(host.restarts(), 1);
    host.pass(None);
    assert_eq!(host.restarts(), 0, "the host knows");
    host.deactivate();
    host.activate();
    assert_eq!((host.restarts(), host.latency()), (0, 20));
    host.deactivate();
}

#[test]
fn a_parameter_past_the_last_one_is_none() {
    let host = Host::of(&clap_entry);
    let count = call!(host.params(), count, host.plugin);
    assert_eq!(count, 3);
    assert!(host.info(count - 1).is_some());
    for index in [count, count + 1, u32::MAX] {
        assert!(host.info(index).is_none(), "{index}");
    }
}

#[test]
fn values_that_no_parameter_has_do_no_harm() {
    let host = Host::of(&clap_entry);
    let mut text = [1 as c_char; 64];
    for index in 0..3 {
        let id = host.info(index).unwrap().id;
        for value in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert!(!call!(host.params(), value_to_text, host.plugin, id, value, text.as_mut_ptr(), 64));
        }
        for value in [-1e9, 1e9, f64::MAX] {
            call!(host.params(), value_to_text, host.plugin, id, value, text.as_mut_ptr(), 64);
        }
        assert!(!call!(host.params(), value_to_text, host.plugin, id, 0.0, text.as_mut_ptr(), 0));
    }
    host.activate();
    for value in [f64::NAN, f64::INFINITY, -1e9, 1e9] {
        host.pass(Some(host.value_event(GAIN, value)));
        host.pass(Some(host.value_event(AHEAD, value)));
    }
    host.deactivate();
}

#[test]
fn a_rate_or_block_that_nothing_can_process_is_refused() {
    let host = Host::of(&clap_entry);
    for (rate_hz, frames) in
        [(0.0, 64), (-1.0, 64), (f64::NAN, 64), (f64::INFINITY, 64), (48_000.0, u32::MAX)]
    {
        assert!(!call!(host.plugin, activate, host.plugin, rate_hz, 1, frames), "{rate_hz} Hz, {frames}");
    }
    host.activate();
    host.pass(None);
    host.deactivate();
}

#[test]
fn a_block_before_the_activation_is_an_error() {
    let host = Host::of(&clap_entry);
    assert_eq!(host.process(Ports::default(), 64, None), CLAP_PROCESS_ERROR);
    assert_eq!(call!(host.plugin, process, host.plugin, ptr::null()), CLAP_PROCESS_ERROR);
}

#[test]
fn an_output_that_is_missing_is_an_error_and_the_others_are_silent() {
    let host = Host::of(&clap_entry);
    host.activate();
    let (mut left, mut right) = ([1.0; 64], [1.0; 64]);
    let mut input = [left.as_mut_ptr(), right.as_mut_ptr()];
    let mut heard = [0.5; 64];
    for mut channels in [vec![heard.as_mut_ptr(), ptr::null_mut()], vec![heard.as_mut_ptr()], vec![]] {
        // SAFETY: nobody else looks at it now; the pointers to it stay as they are.
        unsafe { heard.as_mut_ptr().write(0.5) };
        let has_any = !channels.is_empty();
        let (mut input, mut output) = (port(&mut input), port(&mut channels));
        assert_eq!(host.process(Ports::new(&mut input, &mut output), 64, None), CLAP_PROCESS_ERROR);
        assert!(!has_any || heard == [0.0; 64]);
        output.data32 = ptr::null_mut();
        output.channel_count = 2;
        assert_eq!(host.process(Ports::new(&mut input, &mut output), 64, None), CLAP_PROCESS_ERROR);
    }
    assert_eq!(host.process(Ports::default(), 64, None), CLAP_PROCESS_ERROR);
    host.deactivate();
}

#[test]
fn an_input_that_is_missing_is_silence() {
    let host = Host::of(&clap_entry);
    host.activate();
    let mut left = [1.0_f32; 64];
    let mut cases = [
        (vec![left.as_mut_ptr(), ptr::null_mut()], [1.0, 0.0]),
        (vec![ptr::null_mut(), ptr::null_mut()], [0.0, 0.0]),
        (vec![left.as_mut_ptr()], [1.0, 0.0]),
        (vec![], [0.0, 0.0]),
    ];
    for (channels, expected) in &mut cases {
        // What lay in the buffers before must not be heard.
        let (mut left_out, mut right_out) = ([0.25_f32; 64], [0.25_f32; 64]);
        let mut out = [left_out.as_mut_ptr(), right_out.as_mut_ptr()];
        let (mut input, mut output) = (port(channels), port(&mut out));
        let status = host.process(Ports::new(&mut input, &mut output), 64, None);
        assert_ne!(status, CLAP_PROCESS_ERROR);
        assert_eq!((left_out, right_out), ([expected[0]; 64], [expected[1]; 64]), "{channels:?}");
    }
    let (mut left_out, mut right_out) = ([0.25_f32; 64], [0.25_f32; 64]);
    let mut out = [left_out.as_mut_ptr(), right_out.as_mut_ptr()];
    let mut output = port(&mut out);
    host.process(Ports { inputs: None, outputs: Some(&mut output) }, 64, None);
    assert_eq!((left_out, right_out), ([0.0; 64], [0.0; 64]));
    host.deactivate();
}

#[test]
fn channels_that_the_plugin_does_not_have_are_silent() {
    let host = Host::of(&clap_entry);
    host.activate();
    let mut samples = [[1.0_f32; 64]; 6];
    let mut channels = samples.each_mut().map(|channel| channel.as_mut_ptr());
    let (mut input, mut output) = (port(&mut channels), port(&mut channels));
    let status = host.process(Ports::new(&mut input, &mut output), 64, None);
    assert_ne!(status, CLAP_PROCESS_ERROR);
    assert_eq!(samples[..2], [[1.0; 64]; 2]);
    assert_eq!(samples[2..], [[0.0; 64]; 4]);
    host.deactivate();
}

#[test]
fn an_instruments_block_begins_as_silence() {
    let host = Host::of(&Entry::<Hosted<Quiet>>::ENTRY);
    host.activate();
    let (mut left, mut right) = ([0.25_f32; 64], [0.25_f32; 64]);
    let mut channels = [left.as_mut_ptr(), right.as_mut_ptr()];
    let mut output = port(&mut channels);
    let status = host.process(Ports { inputs: None, outputs: Some(&mut output) }, 64, None);
    assert_ne!(status, CLAP_PROCESS_ERROR);
    assert_eq!((left, right), ([0.0; 64], [0.0; 64]));
    host.deactivate();
}

#[test]
fn a_block_without_frames_only_hands_over_values() {
    let host = Host::of(&clap_entry);
    host.activate();
    assert_ne!(host.process(Ports::default(), 0, Some(host.value_event(GAIN, 1.0))), CLAP_PROCESS_ERROR);
    let mut value = 0.0;
    let id = host.info(GAIN).unwrap().id;
    assert!(call!(host.params(), get_value, host.plugin, id, &raw mut value));
    assert_eq!(value, 1.0);
    host.deactivate();
}

#[cfg(any(target_arch = "x86_64", target_arch = "aarch64"))]
#[test]
fn a_denormal_that_the_host_hands_over_counts_as_zero() {
    let host = Host::of(&clap_entry);
    host.activate();
    assert!(scaled_denormal() > 0.0, "denormals exist before");
    SCALED_DENORMAL.set(1.0);
    host.pass(None);
    assert_eq!(SCALED_DENORMAL.get(), 0.0);
    assert!(scaled_denormal() > 0.0, "and after");
    host.deactivate();
}

/// Prints what blocks of denormals cost beside blocks of noise.
#[test]
#[ignore = "a measurement"]
fn blocks_of_denormals_beside_blocks_of_noise() {
    let host = Host::of(&clap_entry);
    host.activate();
    let time = |sample: &dyn Fn(usize) -> f32| {
        let input: [[f32; 64]; 2] = std::array::from_fn(|_| std::array::from_fn(sample));
        let mut output = [[0.0_f32; 64]; 2];
        let start = std::time::Instant::now();
        for _ in 0..200_000 {
            let mut from = input.each_ref().map(|channel| channel.as_ptr().cast_mut());
            let mut to = output.each_mut().map(|channel| channel.as_mut_ptr());
            let (mut from, mut to) = (port(&mut from), port(&mut to));
            host.process(Ports::new(&mut from, &mut to), 64, None);
        }
        start.elapsed().as_secs_f64() * 1e9 / 200_000.0 / 64.0
    };
    let noise = time(&|frame| ((frame * 7_919 % 64) as f32 - 32.0) / 64.0);
    let denormals = time(&|frame| f32::from_bits(1 + (frame * 7_919 % 64) as u32));
    println!("noise {noise:.1} ns a frame, denormals {denormals:.1}, {:.2} times", denormals / noise);
    host.deactivate();
}
