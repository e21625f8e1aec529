//! Plugins in the short form, driven as a host does, under an allocator that aborts the process on any allocation where
//! blocks are processed.

#![allow(unsafe_code, reason = "nice-plug refers to parameters by pointers")]

use std::cell::Cell;
use std::sync::Arc;

use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use wavecraft_ffi::{FfiProcessor, PluginDescription, PluginLibrary};
use wavecraft_plugin::nice_plug::prelude::{Param, Params, Plugin, ProcessMode, ProcessStatus};
use wavecraft_plugin::prelude::*;
use wavecraft_plugin::wavecraft_nice_plug::driver::{
    Activation as DriverActivation, HeadlessPlugin, ParameterEvent,
};
use wavecraft_plugin::wavecraft_nice_plug::export::measured_symbols;
use wavecraft_plugin::wavecraft_nice_plug::parameters::{ParameterKind, ParameterTable, RecallScope};
use wavecraft_plugin::{Exported, Hosted};

#[global_allocator]
static ALLOCATOR: AllocDisabler = AllocDisabler;

const LATENCY_SAMPLES: u32 = 7;

#[derive(Choose, Clone, Copy, Debug, PartialEq)]
enum Polarity {
    Normal,
    #[choose("Turned round")]
    Inverted,
}

/// One parameter of each kind.
#[derive(Parameters)]
struct EveryParameters {
    #[parameter(decibels("Gain", -24.0..=24.0, 0.0))]
    gain: Decibels,
    #[parameter(group = "More", percent("Mix", 100.0))]
    mix: Percent,
    #[parameter(id = "cutoff", group = "More", frequency("Cutoff", 20.0..=20_000.0, 1_000.0))]
    cutoff_hz: Frequency,
    #[parameter(group = "More", time("Attack", 0.1..=1_000.0, 10.0))]
    attack_ms: Time,
    #[parameter(group = "More", number("Pitch", -12.0..=12.0, 0.0, "semitones"))]
    pitch: Number,
    #[parameter(choice("Polarity", Polarity::Normal))]
    polarity: Choice<Polarity>,
    #[parameter(toggle("Mute", false).non_automatable().not_in_presets())]
    mute: Toggle,
    #[meter(id = "gr", gain_reduction("Reduction", -24.0))]
    reduction: Meter,
    #[meter(level("Played").stereo())]
    played: Meter,
}

thread_local! {
    /// How often this test's plugin was reset, and the gain in dB that stood at the last of its resets.
    static RESETS: Cell<(u32, f32)> = const { Cell::new((0, 0.0)) };
}

/// A gain that is late by [`LATENCY_SAMPLES`] and rings for as long.
#[derive(Default)]
struct Every {
    line: [[f32; LATENCY_SAMPLES as usize]; 2],
    position: usize,
}

impl AudioPlugin for Every {
    const INFO: Info = Info {
        name: "Every",
        vendor: "Tests",
        clap_id: "test.every",
        vst3_id: *b"TestEvery0000001",
        ..info!(Effect)
    };
    type Parameters = EveryParameters;

    fn reset(&mut self, parameters: &EveryParameters) {
        *self = Self::default();
        let (resets, _) = RESETS.get();
        RESETS.set((resets + 1, parameters.gain.next()));
    }

    fn process(&mut self, block: &mut Block, parameters: &EveryParameters) {
        block.for_each_frame(|frame| {
            let mut gain = parameters.gain.next_gain();
            if parameters.polarity.value() == Polarity::Inverted {
                gain = -gain;
            }
            for (line, sample) in self.line.iter_mut().zip(frame) {
                *sample = std::mem::replace(&mut line[self.position], *sample) * gain;
            }
            self.position = (self.position + 1) % LATENCY_SAMPLES as usize;
            parameters.reduction.write(gain_to_db(gain.abs()));
        });
        parameters.played.measure(block.channels());
    }

    fn latency_samples(&self) -> u32 {
        LATENCY_SAMPLES
    }

    fn tail_samples(&self) -> u32 {
        LATENCY_SAMPLES
    }
}

impl Exported for Every {
    #[cfg(feature = "editor")]
    fn page_files() -> wavecraft_plugin::wavecraft_nice_plug::editor::AssetMap {
        wavecraft_plugin::wavecraft_nice_plug::editor::AssetMap::new()
    }
}

fn active() -> HeadlessPlugin<Hosted<Every>> {
    let mut plugin = HeadlessPlugin::new();
    let activation = DriverActivation {
        sample_rate_hz: 48_000.0,
        max_block_frames: 512,
        channels: 2,
        side_chain_channels: 0,
        process_mode: ProcessMode::Realtime,
    };
    plugin.activate(activation).expect("a valid activation");
    plugin
}

fn process(plugin: &mut HeadlessPlugin<Hosted<Every>>, samples: &mut [f32]) -> ProcessStatus {
    process_with(plugin, samples, &[])
}

fn process_with(
    plugin: &mut HeadlessPlugin<Hosted<Every>>,
    samples: &mut [f32],
    events: &[ParameterEvent],
) -> ProcessStatus {
    let mut right = samples.to_vec();
    assert_no_alloc(|| plugin.process_with_events(&mut [samples, &mut right], events)).expect("a valid block")
}

/// The steady part of a block of ones: the gain of each frame.
fn gains(plugin: &mut HeadlessPlugin<Hosted<Every>>, events: &[ParameterEvent]) -> Vec<f32> {
    let mut samples = [1.0; 512];
    process_with(plugin, &mut samples, events);
    samples[LATENCY_SAMPLES as usize..].to_vec()
}

/// 1, 2, 3 and so on.
fn ramp(frames: usize) -> Vec<f32> {
    (1..=frames).map(|frame| frame as f32).collect()
}

#[test]
fn parameters_are_what_the_struct_says_after_a_bypass() {
    let table = ParameterTable::of_plugin::<Hosted<Every>>();
    let described: Vec<_> = table
        .iter()
        .enumerate()
        .map(|(index, parameter)| {
            let default = table.format(index, parameter.default).unwrap();
            (&*parameter.id, parameter.group.as_deref(), parameter.kind, default)
        })
        .collect();
    let expected = [
        ("bypass", None, ParameterKind::Bool, "Off"),
        ("gain", None, ParameterKind::Float, "0.0 dB"),
        ("mix", Some("More"), ParameterKind::Float, "100 %"),
        ("cutoff", Some("More"), ParameterKind::Float, "1.00 kHz"),
        ("attack_ms", Some("More"), ParameterKind::Float, "10.0 ms"),
        ("pitch", Some("More"), ParameterKind::Float, "0.00 semitones"),
        ("polarity", None, ParameterKind::Enum, "Normal"),
        ("mute", None, ParameterKind::Bool, "Off"),
    ];
    assert_eq!(described, expected.map(|(id, group, kind, text)| (id, group, kind, text.to_owned())));
    assert!(table.get(0).unwrap().is_bypass && !table.get(7).unwrap().is_automatable);
    let recalled_by = |index: usize| table.get(index).unwrap().recalled_by;
    let expected = [RecallScope::Nothing, RecallScope::Everything, RecallScope::Slots];
    assert_eq!([recalled_by(0), recalled_by(1), recalled_by(7)], expected);
    assert_eq!(table.get(6).unwrap().variants, ["Normal", "Turned round"]);
}

#[test]
fn hosts_show_the_same_text_however_they_put_it_together() {
    // VST3 hosts are given the text and the unit apart, CLAP hosts both in one.
    let parameters = EveryParameters::default();
    let units_of_their_own = [
        parameters.gain.nice_plug().unit(),
        parameters.mix.nice_plug().unit(),
        parameters.cutoff_hz.nice_plug().unit(),
        parameters.attack_ms.nice_plug().unit(),
        parameters.pitch.nice_plug().unit(),
        parameters.polarity.nice_plug().unit(),
        parameters.mute.nice_plug().unit(),
    ];
    assert_eq!(units_of_their_own, [""; 7]);
    for (_, pointer, _) in parameters.param_map() {
        for step in 0..=50_u8 {
            let normalized = f32::from(step) / 50.0;
            // SAFETY: the parameters live.
            let [with_unit, alone] =
                [true, false].map(|unit| unsafe { pointer.normalized_value_to_string(normalized, unit) });
            assert_eq!((alone.as_str(), alone.trim()), (with_unit.as_str(), alone.as_str()));
        }
    }
    let units: Vec<_> =
        ParameterTable::of_plugin::<Hosted<Every>>().iter().map(|parameter| parameter.unit.clone()).collect();
    let expected = ["", "dB", "%", "Hz", "ms", "semitones", "", ""];
    assert_eq!(units, expected.map(|unit| (!unit.is_empty()).then(|| unit.to_owned())));
}

#[test]
fn every_text_shown_may_be_typed() {
    let table = ParameterTable::of_plugin::<Hosted<Every>>();
    for index in 0..table.len() {
        for step in 0..=50_u8 {
            let text = table.format(index, f32::from(step) / 50.0).unwrap();
            let typed = table.parse(index, &text).unwrap_or_else(|| panic!("{text} is refused"));
            assert_eq!(table.format(index, typed).unwrap(), text);
        }
    }
}

#[test]
fn values_come_in_their_units() {
    let parameters = EveryParameters::default();
    assert!((parameters.mix.value() - 1.0).abs() < 1e-6);
    assert!((parameters.cutoff_hz.value() - 1_000.0).abs() < 0.01);
    assert!((parameters.attack_ms.value() - 10.0).abs() < 1e-4);
    assert!(!parameters.mute.value() && parameters.pitch.value().abs() < 1e-6);
}

#[test]
fn sound_is_the_authors_and_latency_and_tail_are_reported() {
    let mut plugin = active();
    assert_eq!(plugin.latency_samples(), LATENCY_SAMPLES);
    let mut samples = ramp(64);
    assert_eq!(process(&mut plugin, &mut samples), ProcessStatus::Tail(LATENCY_SAMPLES));
    assert_eq!(samples[..9], [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 2.0]);
}

#[test]
fn the_first_block_starts_at_the_values_that_stand_at_its_first_frame() {
    let loud = db_to_gain(24.0);
    let mut plugin = active();
    plugin.set_parameter_by_id("gain", 1.0).unwrap();
    assert!(
        gains(&mut plugin, &[]).iter().all(|gain| (gain - loud).abs() < 1e-4),
        "set before the first block"
    );

    let quiet =
        ParameterEvent { frame: 0, index: plugin.parameters().index_of("gain").unwrap(), normalized: 0.0 };
    let glide = gains(&mut plugin, &[quiet]);
    assert!(glide[0] > 0.9 * loud && glide[504] < glide[0], "later values are glided to");

    plugin.reset();
    let turned = ParameterEvent { normalized: 1.0, ..quiet };
    let after_reset = gains(&mut plugin, &[turned]);
    assert!(after_reset.iter().all(|gain| (gain - loud).abs() < 1e-4), "an event at the first frame counts");
}

#[test]
fn what_changes_within_the_first_block_is_glided_to() {
    let mut plugin = active();
    let gain = plugin.parameters().index_of("gain").unwrap();
    let turned = ParameterEvent { frame: 100, index: gain, normalized: 1.0 };
    let gains = gains(&mut plugin, &[turned]);
    assert!(gains[..93].iter().all(|gain| (gain - 1.0).abs() < 1e-6));
    assert!((gains[93] - 1.0).abs() < 0.1 && gains[504] > gains[93]);
}

#[test]
fn a_bypass_that_is_set_before_the_first_block_does_not_fade_in() {
    let mut plugin = active();
    plugin.set_parameter_by_id("polarity", 1.0).unwrap();
    plugin.set_parameter_by_id("bypass", 1.0).unwrap();
    assert_eq!(gains(&mut plugin, &[]), [1.0; 505]);
}

#[test]
fn the_author_hears_of_a_reset_once_and_with_the_first_frames_values() {
    let mut plugin = active();
    plugin.set_parameter_by_id("gain", 1.0).unwrap();
    process(&mut plugin, &mut [0.0; 64]);
    process(&mut plugin, &mut [0.0; 64]);
    assert_eq!(RESETS.get(), (1, 24.0));
    plugin.reset();
    plugin.reset();
    plugin.set_parameter_by_id("gain", 0.5).unwrap();
    process(&mut plugin, &mut [0.0; 64]);
    assert_eq!(RESETS.get(), (2, 0.0));
}

#[test]
fn bypass_is_the_input_in_step_with_the_sound() {
    let mut plugin = active();
    plugin.set_parameter_by_id("gain", 1.0).unwrap();
    plugin.set_parameter_by_id("bypass", 1.0).unwrap();
    plugin.reset();
    let mut samples = ramp(512);
    process(&mut plugin, &mut samples);
    let delayed = [0.0; LATENCY_SAMPLES as usize].into_iter().chain(ramp(512 - LATENCY_SAMPLES as usize));
    assert_eq!(samples, delayed.collect::<Vec<_>>());
}

#[test]
fn switching_the_bypass_makes_no_step_and_allocates_nothing() {
    let mut plugin = active();
    plugin.set_parameter_by_id("polarity", 1.0).unwrap();
    plugin.reset();
    let mut heard = Vec::new();
    for round in 0..60_u8 {
        plugin.set_parameter_by_id("bypass", f32::from(u8::from((20..40).contains(&round)))).unwrap();
        let mut samples = [1.0; 256];
        process(&mut plugin, &mut samples);
        heard.extend(samples);
    }
    let steady = &heard[LATENCY_SAMPLES as usize..];
    assert!(steady.windows(2).all(|pair| (pair[1] - pair[0]).abs() < 0.01), "a fade of 20 ms, from -1 to 1");
    assert_eq!((steady[5_000], steady[10_000], steady[15_000]), (-1.0, 1.0, -1.0));
}

#[test]
fn levels_before_and_after_are_measured() {
    let mut plugin = active();
    plugin.set_parameter_by_id("gain", 0.0).unwrap();
    plugin.reset();
    let meters = plugin.plugin_mut().meters();
    for _ in 0..4 {
        process(&mut plugin, &mut [0.5; 512]);
    }
    let frame = meters.drain().expect("2,048 frames are more than a sixtieth of a second");
    assert!((frame.input[0].peak - 0.5).abs() < 1e-6);
    assert!((frame.output[1].peak - 0.5 * db_to_gain(-24.0)).abs() < 1e-6);
}

#[test]
fn meters_of_its_own_leave_with_the_levels() {
    let mut plugin = active();
    plugin.set_parameter_by_id("gain", 0.25).unwrap();
    plugin.reset();
    let meters = plugin.plugin_mut().meters();
    assert_eq!(meters.own_meters().iter().map(|meter| &*meter.id).collect::<Vec<_>>(), ["gr", "played"]);
    let mut values = Vec::new();
    for _ in 0..2 {
        // A second that nobody reads: what was deepest and loudest in it counts.
        for block in 0..40 {
            process(&mut plugin, &mut [if block == 11 { 0.5 } else { 0.1 }; 512]);
        }
        assert!(meters.drain_with_values(&mut values).is_some());
        let [reduction_db, left, right] = values[..] else { panic!("{values:?}") };
        let expected = 0.5 * db_to_gain(-12.0);
        assert!((reduction_db + 12.0).abs() < 1e-3, "{reduction_db}");
        assert!((left - expected).abs() < 1e-5 && (right - expected).abs() < 1e-5, "{left} {right}");
    }
}

#[test]
fn the_same_meters_are_read_through_the_c_table() {
    // SAFETY: the functions are those of the contract, and part of this program.
    #[allow(unsafe_code, reason = "says that they are")]
    let library = unsafe { PluginLibrary::linked("every", measured_symbols::<Hosted<Every>>()) };
    let description = PluginDescription::load(&library).unwrap().expect("it is of version 2");
    assert_eq!((&*description.name, &*description.vendor), ("Every", "Tests"));
    let channels = description.audio_layouts.iter().map(|layout| layout.main_output_channels);
    assert_eq!(channels.collect::<Vec<_>>(), [2, 1]);
    let [reduction, played] = &description.meters[..] else { panic!("{:?}", description.meters) };
    assert_eq!((&*reduction.id, reduction.min, played.channels), ("gr", Some(-24.0), 2));

    let mut processor = FfiProcessor::create(&library).unwrap();
    processor.prepare(48_000.0, 512, 2).unwrap();
    let mut meters = processor.meter_reader().expect("it has meters");
    let mut values = [f32::NAN; 3];
    assert!(!meters.read(&mut values), "nothing was processed");
    for _ in 0..4 {
        let (mut left, mut right) = ([0.5; 512], [0.25; 512]);
        assert_no_alloc(|| processor.process(&mut [&mut left, &mut right])).unwrap();
    }
    assert!(!meters.read(&mut values[..2]), "there are three values");
    assert!(meters.read(&mut values));
    assert!(values.iter().zip([0.0_f32, 0.5, 0.25]).all(|(a, b)| a.to_bits() == b.to_bits()), "{values:?}");
    assert!(!meters.read(&mut values), "each frame is read once");
    drop(processor);
    assert!(!meters.read(&mut values), "after its end there is nothing, and no harm");
}

#[test]
fn a_state_of_a_later_version_is_refused_whole() {
    let mut plugin = active();
    plugin.set_parameter_by_id("gain", 1.0).unwrap();
    let saved = String::from_utf8(plugin.save_state()).unwrap();
    assert!(saved.contains(<Hosted<Every> as Plugin>::VERSION));
    plugin.set_parameter_by_id("gain", 0.25).unwrap();
    let later = saved.replace(<Hosted<Every> as Plugin>::VERSION, "999.0.0");
    assert!(plugin.load_state(later.as_bytes()).unwrap_err().to_string().contains("999.0.0"));
    let gain = plugin.parameters().index_of("gain").unwrap();
    assert_eq!(plugin.parameters().value(gain), Some(0.25));
    plugin.load_state(saved.as_bytes()).unwrap();
    assert_eq!(plugin.parameters().value(gain), Some(1.0));
}

#[test]
fn sample_rates_that_nothing_has_are_refused() {
    let configuration = DriverActivation {
        sample_rate_hz: 1_000.0,
        max_block_frames: 64,
        channels: 2,
        side_chain_channels: 0,
        process_mode: ProcessMode::Realtime,
    };
    let mut plugin = HeadlessPlugin::<Hosted<Every>>::new();
    for sample_rate_hz in [1_000.0, 48_000.0, 768_000.0] {
        plugin
            .activate(DriverActivation { sample_rate_hz, ..configuration })
            .expect("a rate that files have");
    }
    for sample_rate_hz in [0.5, 999.0, 768_001.0, 1e12] {
        let refused = plugin.activate(DriverActivation { sample_rate_hz, ..configuration });
        let words = refused.expect_err("no rate that anything has").to_string();
        assert!(words.starts_with(&format!("Every refuses to run at {sample_rate_hz} Hz")), "{words}");
    }
}

/// Has the page set the gain, for a host that does not hand it on.
fn set_on_page(plugin: &mut HeadlessPlugin<Hosted<Every>>, normalized: f32) {
    let (pending, table) = (plugin.plugin_mut().pending_values(), Arc::clone(plugin.parameters()));
    let gain = table.index_of("gain").expect("there is a gain");
    pending.set(gain, normalized, table.value(gain).expect("it has a value"));
}

fn gain_text(plugin: &HeadlessPlugin<Hosted<Every>>) -> String {
    let table = plugin.parameters();
    let gain = table.index_of("gain").expect("there is a gain");
    table.format(gain, table.value(gain).expect("it has a value")).expect("it has a text")
}

#[test]
fn what_the_host_has_not_handed_on_is_saved() {
    let mut plugin = active();
    let untouched = plugin.save_state();
    set_on_page(&mut plugin, 0.75);
    let saved = plugin.save_state();
    assert_eq!(gain_text(&plugin), "0.0 dB", "it is the host that sets it");
    let mut other = active();
    other.load_state(&saved).unwrap();
    assert_eq!(gain_text(&other), "12.0 dB");

    plugin.load_state(&untouched).unwrap();
    assert_eq!(plugin.save_state(), untouched, "a loaded state counts for more than what was turned before");
}

#[test]
fn a_refused_state_leaves_what_the_host_has_not_handed_on() {
    let mut plugin = active();
    set_on_page(&mut plugin, 0.75);
    let saved = plugin.save_state();
    let later =
        String::from_utf8(saved.clone()).unwrap().replace(<Hosted<Every> as Plugin>::VERSION, "999.0.0");
    assert!(plugin.load_state(later.as_bytes()).is_err());
    assert_eq!(plugin.save_state(), saved);
}

#[test]
fn a_host_that_starts_anew_has_what_it_did_not_hand_on() {
    let mut plugin = active();
    process(&mut plugin, &mut [0.0; 64]);
    set_on_page(&mut plugin, 1.0);
    plugin.reset();
    let loud = db_to_gain(24.0);
    assert!(gains(&mut plugin, &[]).iter().all(|gain| (gain - loud).abs() < 1e-4));

    // The host's automation at the first frame counts for more.
    set_on_page(&mut plugin, 0.75);
    plugin.reset();
    let automated =
        ParameterEvent { frame: 0, index: plugin.parameters().index_of("gain").unwrap(), normalized: 0.5 };
    assert!(gains(&mut plugin, &[automated]).iter().all(|gain| (gain - 1.0).abs() < 1e-4));
}

/// With a page, an instance has slots and presets.
#[cfg(feature = "editor")]
#[test]
fn slots_are_saved_with_the_instance_and_a_refused_state_leaves_them() {
    let mut plugin = active();
    let saved = String::from_utf8(plugin.save_state()).unwrap();
    assert!(saved.contains(r#""session":"{\"version\":1,\"selected\":\"a\""#), "{saved}");
    let other_slot = saved.replace(r#"\"selected\":\"a\""#, r#"\"selected\":\"b\""#);
    plugin.load_state(other_slot.as_bytes()).unwrap();
    let again = String::from_utf8(plugin.save_state()).unwrap();
    assert!(again.contains(r#"\"selected\":\"b\""#), "{again}");
    let refused = saved.replace(<Hosted<Every> as Plugin>::VERSION, "999.0.0");
    assert!(plugin.load_state(refused.as_bytes()).is_err());
    assert_eq!(String::from_utf8(plugin.save_state()).unwrap(), again);
}
