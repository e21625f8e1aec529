//! Plugins in the short form, driven as a host does, under an allocator that aborts the process on any allocation where
//! blocks are processed.

use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use wavecraft_ffi::{FfiProcessor, PluginDescription, PluginLibrary};
use wavecraft_plugin::nice_plug::prelude::{Plugin, ProcessMode, ProcessStatus};
use wavecraft_plugin::prelude::*;
use wavecraft_plugin::wavecraft_nice_plug::driver::{Activation as DriverActivation, HeadlessPlugin};
use wavecraft_plugin::wavecraft_nice_plug::export::measured_symbols;
use wavecraft_plugin::wavecraft_nice_plug::parameters::{ParameterKind, ParameterTable};
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
    #[parameter(toggle("Mute", false).non_automatable())]
    mute: Toggle,
    #[meter(id = "gr", gain_reduction("Reduction", -24.0))]
    reduction: Meter,
    #[meter(level("Played").stereo())]
    played: Meter,
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

    fn reset(&mut self, _: &EveryParameters) {
        *self = Self::default();
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
    let mut right = samples.to_vec();
    assert_no_alloc(|| plugin.process(&mut [samples, &mut right])).expect("a valid block")
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
    assert_eq!(table.get(6).unwrap().variants, ["Normal", "Turned round"]);
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
