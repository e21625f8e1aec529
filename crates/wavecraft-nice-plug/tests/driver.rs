//! The headless driver: life cycle, blocks, automation, and what it refuses.

#![allow(unsafe_code, reason = "calls the driver's C-style entry point")]
#![allow(clippy::float_cmp, reason = "samples and values pass through unchanged, to the bit")]

use std::sync::atomic::Ordering;

use nice_plug::prelude::{ProcessMode, ProcessStatus};
use wavecraft_nice_plug::driver::{
    ActivateError, Activation, BlockInput, HeadlessPlugin, ParameterError, ParameterEvent, ProcessError,
    RawBlock,
};
use wavecraft_test_plugins::{Busy, DelayedGain};

type Accurate = DelayedGain<true>;
type Blockwise = DelayedGain<false>;

const STEREO: Activation = Activation {
    sample_rate_hz: 48_000.0,
    max_block_frames: 64,
    channels: 2,
    side_chain_channels: 0,
    process_mode: ProcessMode::Realtime,
};
const MONO: Activation = Activation { channels: 1, ..STEREO };

fn active<P: nice_plug::prelude::Plugin>(activation: Activation) -> HeadlessPlugin<P> {
    let mut plugin = HeadlessPlugin::new();
    plugin.activate(activation).expect("a valid activation");
    plugin
}

fn event<P: nice_plug::prelude::Plugin>(
    plugin: &HeadlessPlugin<P>,
    frame: usize,
    id: &str,
    text: &str,
) -> ParameterEvent {
    let index = plugin.parameters().index_of(id).expect("a known id");
    let normalized = plugin.parameters().parse(index, text).expect("a known value");
    ParameterEvent { frame, index, normalized }
}

#[test]
fn a_driver_can_move_to_another_thread() {
    fn is_send<T: Send>(_: &T) {}
    let mut plugin = active::<Accurate>(MONO);
    is_send(&plugin);
    let process = move || plugin.process(&mut [&mut [1.0; 8]]).map(|_| ());
    assert_eq!(std::thread::spawn(process).join().expect("no panic"), Ok(()));
}

#[test]
fn the_life_cycle_is_that_of_a_host() {
    let mut plugin = active::<Accurate>(STEREO);
    plugin.activate(MONO).unwrap();
    plugin.reset();
    plugin.deactivate();
    plugin.deactivate();
    let life = &plugin.plugin_mut().life;
    assert_eq!(life[..], ["activate", "reset", "deactivate", "activate", "reset", "reset", "deactivate"]);
    let config = plugin.plugin_mut().buffer_config.expect("activated");
    assert_eq!((config.sample_rate, config.max_buffer_size), (48_000.0, 64));
}

#[test]
fn long_blocks_are_split_and_short_ones_are_not() {
    let mut plugin = active::<Accurate>(STEREO);
    let mut left: Vec<f32> = (0..150).map(|index| index as f32).collect();
    let mut right: Vec<f32> = left.iter().map(|sample| -sample).collect();
    let expected = (left.clone(), right.clone());
    plugin.process(&mut [&mut left, &mut right]).unwrap();
    plugin.process(&mut [&mut [0.0; 3], &mut [0.0; 3]]).unwrap();
    plugin.process(&mut [&mut [], &mut []]).unwrap();
    assert_eq!((left, right), expected);
    assert_eq!(plugin.plugin_mut().blocks, [(0, 64), (64, 64), (128, 22), (150, 3)]);
}

#[test]
fn automation_is_sample_accurate_where_the_plugin_says_so() {
    let mut plugin = active::<Accurate>(MONO);
    let events = [
        event(&plugin, 0, "gain", "24"),
        event(&plugin, 10, "mute", "on"),
        event(&plugin, 10, "gain", "0"),
        event(&plugin, 99, "mute", "off"),
        event(&plugin, 100, "polarity", "Inverted"),
    ];
    let mut samples = [1.0; 100];
    plugin.process_with_events(&mut [&mut samples], &events).unwrap();
    let gain = 10.0_f32.powf(24.0 / 20.0);
    assert!(samples[..10].iter().all(|sample| (sample - gain).abs() < 1.0e-4));
    assert!(samples[10..99].iter().all(|&sample| sample == 0.0));
    assert_eq!(samples[99], 1.0, "a change at the last frame");
    assert_eq!(plugin.plugin_mut().blocks, [(0, 10), (10, 64), (74, 25), (99, 1)]);
    plugin.process(&mut [&mut samples]).unwrap();
    assert_eq!(samples[99], -1.0, "a change beyond the block holds from the next one on");
}

#[test]
fn other_plugins_get_all_changes_at_the_start() {
    let mut plugin = active::<Blockwise>(MONO);
    let events = [event(&plugin, 5, "mute", "on"), event(&plugin, 50, "polarity", "Inverted")];
    let mut samples = [1.0; 64];
    plugin.process_with_events(&mut [&mut samples], &events).unwrap();
    assert!(samples.iter().all(|&sample| sample == 0.0));
    assert_eq!(plugin.plugin_mut().blocks, [(0, 64)]);
}

#[test]
fn events_out_of_order_take_effect_late_but_do() {
    let mut plugin = active::<Accurate>(MONO);
    let events = [event(&plugin, 20, "mute", "on"), event(&plugin, 3, "mute", "off")];
    let mut samples = [1.0; 32];
    plugin.process_with_events(&mut [&mut samples], &events).unwrap();
    assert_eq!(samples, [1.0; 32]);
    assert_eq!(plugin.parameters().value(1), Some(0.0));
}

#[test]
fn smoothers_ramp_in_a_block_and_stand_after_an_activation() {
    let mut plugin = active::<Accurate>(MONO);
    plugin.set_parameter_by_id("trim", 0.0).unwrap();
    let mut samples = [1.0; 64];
    plugin.process(&mut [&mut samples]).unwrap();
    assert!(samples[0] > 0.99 && samples[63] < 0.9 && samples[63] > 0.8, "10 ms are 480 frames");
    plugin.activate(MONO).unwrap();
    samples.fill(1.0);
    plugin.process(&mut [&mut samples]).unwrap();
    assert_eq!(samples, [0.0; 64]);
}

#[test]
fn all_parameters_are_set_at_once_or_none() {
    let mut plugin = active::<Accurate>(MONO);
    let values = |plugin: &HeadlessPlugin<Accurate>| {
        (0..5).map(|index| plugin.parameters().value(index).unwrap()).collect::<Vec<_>>()
    };
    plugin.set_parameters(&[0.75, 1.0, 1.0, 0.25, 0.5]).unwrap();
    let set = values(&plugin);
    assert_eq!(set, [0.75, 1.0, 1.0, 0.25, 0.5]);
    let refused = plugin.set_parameters(&[0.0, 0.0, 0.0, 0.0, f32::NAN]);
    assert!(matches!(refused, Err(ParameterError::InvalidValue { index: 4, .. })));
    let refused = plugin.set_parameters(&[0.0; 4]);
    assert_eq!(refused, Err(ParameterError::WrongCount { expected: 5, found: 4 }));
    assert_eq!(values(&plugin), set);
}

#[test]
fn values_that_are_not_normalized_are_refused() {
    let mut plugin = active::<Accurate>(MONO);
    for value in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, -0.001, 1.001] {
        let refused = plugin.set_parameter(0, value).unwrap_err();
        assert!(matches!(refused, ParameterError::InvalidValue { index: 0, .. }), "{value}");
    }
    assert_eq!(plugin.set_parameter(5, 0.0), Err(ParameterError::UnknownIndex(5)));
    assert_eq!(plugin.set_parameter_by_id("loudness", 0.0), Err(ParameterError::UnknownId));
    assert_eq!(plugin.parameters().value(0), Some(0.5));
}

#[test]
fn an_invalid_event_leaves_block_and_parameters_alone() {
    let mut plugin = active::<Accurate>(MONO);
    let mute = event(&plugin, 0, "mute", "on");
    let broken = ParameterEvent { frame: 3, index: 0, normalized: 2.0 };
    let mut samples = [1.0; 8];
    let refused = plugin.process_with_events(&mut [&mut samples], &[mute, broken]);
    assert!(matches!(refused, Err(ProcessError::Parameter(ParameterError::InvalidValue { index: 0, .. }))));
    assert_eq!((samples, plugin.parameters().value(1)), ([1.0; 8], Some(0.0)));
}

#[test]
fn latency_is_what_the_plugin_last_reported() {
    let mut plugin = HeadlessPlugin::<Accurate>::new();
    let delay = event(&plugin, 0, "delay", "100");
    plugin.set_parameter(delay.index, delay.normalized).unwrap();
    plugin.activate(MONO).unwrap();
    assert_eq!(plugin.latency_samples(), 100, "from the activation");
    let delay = event(&plugin, 0, "delay", "7");
    let mut samples = [0.0; 32];
    samples[0] = 1.0;
    plugin.process_with_events(&mut [&mut samples], &[delay]).unwrap();
    assert_eq!(plugin.latency_samples(), 7, "from the process call");
    assert_eq!(samples.iter().position(|&sample| sample == 1.0), Some(7));
}

#[test]
fn denormals_are_flushed_while_the_plugin_runs() {
    let mut plugin = active::<Accurate>(MONO);
    plugin.process(&mut [&mut [0.0; 8]]).unwrap();
    assert!(!plugin.plugin_mut().saw_denormals);
    assert!(std::hint::black_box(f32::MIN_POSITIVE) * std::hint::black_box(0.5) != 0.0, "not any more");
}

#[test]
fn a_reset_forgets_sound_and_song_position() {
    let mut plugin = active::<Accurate>(MONO);
    let delay = event(&plugin, 0, "delay", "10");
    plugin.process_with_events(&mut [&mut [1.0; 8]], &[delay]).unwrap();
    plugin.reset();
    let mut samples = [0.0; 32];
    plugin.process(&mut [&mut samples]).unwrap();
    assert_eq!(samples, [0.0; 32]);
    assert_eq!(plugin.plugin_mut().blocks.last(), Some(&(0, 32)));
}

#[test]
fn configurations_that_cannot_be_are_refused() {
    let mut plugin = HeadlessPlugin::<Accurate>::new();
    for channels in [0, 3, usize::MAX] {
        let refused = plugin.activate(Activation { channels, ..STEREO }).unwrap_err();
        assert!(refused.to_string().contains("Stereo, Mono"), "{refused}");
    }
    for sample_rate_hz in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        let refused = plugin.activate(Activation { sample_rate_hz, ..STEREO });
        assert!(matches!(refused, Err(ActivateError::InvalidSampleRate(_))));
    }
    for max_block_frames in [0, usize::MAX] {
        let refused = plugin.activate(Activation { max_block_frames, ..STEREO });
        assert_eq!(refused, Err(ActivateError::InvalidBlockSize(max_block_frames)));
    }
    assert_eq!(plugin.activation(), None);
    let mut busy = HeadlessPlugin::<Busy>::new();
    let refused = busy.activate(Activation { sample_rate_hz: 1.0e6, ..STEREO }).unwrap_err();
    assert!(
        refused.to_string().starts_with("Busy refuses to run at 1000000 Hz with 2 channels"),
        "{refused}"
    );
    assert_eq!(busy.process(&mut [&mut [0.0; 4], &mut [0.0; 4]]), Err(ProcessError::NotActive));
}

#[test]
fn blocks_that_do_not_fit_are_refused() {
    let mut plugin = HeadlessPlugin::<Accurate>::new();
    assert_eq!(plugin.process(&mut [&mut [0.0; 4]]), Err(ProcessError::NotActive));
    plugin.activate(STEREO).unwrap();
    let refused = plugin.process(&mut [&mut [0.0; 4]]);
    assert_eq!(refused, Err(ProcessError::ChannelCount { expected: 2, found: 1 }));
    let refused = plugin.process(&mut [&mut [0.0; 4], &mut [0.0; 5]]);
    assert_eq!(refused, Err(ProcessError::UnequalLengths));
}

#[test]
fn a_generator_with_extra_ports_runs_too() {
    let mut plugin = active::<Busy>(STEREO);
    let (mut left, mut right) = ([5.0; 100], [5.0; 100]);
    let status = plugin.process(&mut [&mut left, &mut right]);
    assert_eq!(status, Ok(ProcessStatus::Tail(7)));
    assert_eq!(
        (left, right),
        ([0.25; 100], [0.25; 100]),
        "no input, and a side chain that is silent each time"
    );
    assert!(plugin.take_restart_request() && !plugin.take_restart_request());
    let refused = plugin.process(&mut [&mut [0.0; 13], &mut [0.0; 13]]);
    assert_eq!(refused, Err(ProcessError::Plugin("thirteen")));
}

#[test]
fn tasks_run_at_once_offline_and_soon_in_real_time() {
    let mut plugin = active::<Busy>(Activation { process_mode: ProcessMode::Offline, ..STEREO });
    let sum = plugin.plugin_mut().sum.clone();
    plugin.process(&mut [&mut [0.0; 4], &mut [0.0; 4]]).unwrap();
    assert_eq!(sum.load(Ordering::Relaxed), 11);
    plugin.activate(STEREO).unwrap();
    for _ in 0..100 {
        plugin.process(&mut [&mut [0.0; 4], &mut [0.0; 4]]).unwrap();
    }
    assert_eq!(plugin.dropped_tasks(), 0);
    drop(plugin);
    assert_eq!(sum.load(Ordering::Relaxed), 11 + 1 + 1_000, "none is lost when the plugin goes");
}

fn raw_block(channels: *const *mut f32, channel_count: usize, frame_count: usize) -> RawBlock {
    let side_chain = std::ptr::null();
    RawBlock { channels, channel_count, side_chain, side_chain_count: 0, frame_count, midi_origin: 0 }
}

#[test]
fn channel_pointers_from_c_are_checked() {
    let mut plugin = active::<Accurate>(STEREO);
    let (mut left, mut right) = ([1.0_f32; 100], [2.0_f32; 100]);
    let (left_pointer, right_pointer) = (left.as_mut_ptr(), right.as_mut_ptr());
    let events = [ParameterEvent { frame: 50, index: 1, normalized: 1.0 }];
    let muted_at_50 = BlockInput { events: &events, ..BlockInput::default() };
    let mut call = |channels: *const *mut f32, count: usize, frames: usize| {
        // SAFETY: the pointers are null or point to the arrays above, which nothing else touches meanwhile.
        unsafe { plugin.process_raw(&raw_block(channels, count, frames), &muted_at_50) }
    };
    let misaligned = left_pointer.wrapping_byte_add(1);
    let overlapping = left_pointer.wrapping_add(99);
    for channels in [
        [left_pointer, std::ptr::null_mut()],
        [left_pointer, misaligned],
        [left_pointer, left_pointer],
        [left_pointer, overlapping],
        [overlapping, left_pointer],
    ] {
        assert_eq!(call(channels.as_ptr(), 2, 100), Err(ProcessError::InvalidChannelPointer));
    }
    assert_eq!(call(std::ptr::null(), 2, 100), Err(ProcessError::InvalidChannelPointer));
    let channels = [left_pointer, right_pointer];
    assert_eq!(call(channels.as_ptr(), 1, 100), Err(ProcessError::ChannelCount { expected: 2, found: 1 }));
    assert_eq!(call(channels.as_ptr(), 2, 0), Ok(ProcessStatus::Normal));
    assert_eq!((left, right), ([1.0; 100], [2.0; 100]));
    plugin.set_parameter(1, 0.0).unwrap();
    let channels = [left.as_mut_ptr(), right.as_mut_ptr()];
    // SAFETY: the pointers point to the arrays above, which nothing else touches meanwhile.
    unsafe { plugin.process_raw(&raw_block(channels.as_ptr(), 2, 100), &muted_at_50) }.unwrap();
    assert_eq!((left[49], right[49], left[50], right[99]), (1.0, 2.0, 0.0, 0.0));
}
