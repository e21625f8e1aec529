//! The whole plugin under an allocator that aborts on any allocation, while every parameter moves.

use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use nice_plug::prelude::ProcessMode;
use wavecraft::Wavecraft;
use wavecraft_nice_plug::driver::{Activation, HeadlessPlugin, ParameterEvent};
use wavecraft_tests::recording;

plugin_test_support::needs!(TestSound);

#[global_allocator]
static ALLOCATOR: AllocDisabler = AllocDisabler;

/// Random enough, and the same at each run.
struct Random(u32);

impl Random {
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        self.0 >> 8
    }

    fn normalized(&mut self) -> f32 {
        self.next() as f32 / (1 << 24) as f32
    }
}

fn activation(max_block_frames: usize, channels: usize) -> Activation {
    Activation {
        sample_rate_hz: 48_000.0,
        max_block_frames,
        channels,
        side_chain_channels: 0,
        process_mode: ProcessMode::Realtime,
    }
}

#[test]
fn nothing_allocates_in_any_block_size_while_parameters_move() {
    let recording = recording::samples();
    for block_frames in [1, 17, 64, 512, 4_096] {
        for channels in [1, 2] {
            let mut plugin = HeadlessPlugin::<Wavecraft>::new();
            plugin.activate(activation(block_frames, channels)).unwrap();
            let parameter_count = plugin.parameters().len() as u32;
            let mut random = Random(block_frames as u32);
            let (mut left, mut right) = (vec![0.0; block_frames], vec![0.0; block_frames]);
            for block in recording[..24_000].chunks_exact(block_frames) {
                left.copy_from_slice(block);
                right.copy_from_slice(block);
                let mut events = [ParameterEvent { frame: 0, index: 0, normalized: 0.0 }; 3];
                for event in &mut events {
                    event.frame = random.next() as usize % block_frames;
                    event.index = (random.next() % parameter_count) as usize;
                    event.normalized = random.normalized();
                }
                events.sort_by_key(|event| event.frame);
                assert_no_alloc(|| {
                    if channels == 1 {
                        plugin.process_with_events(&mut [&mut left], &events)
                    } else {
                        plugin.process_with_events(&mut [&mut left, &mut right], &events)
                    }
                })
                .unwrap();
                assert!(left.iter().all(|sample| sample.is_finite()));
            }
        }
    }
}

#[test]
fn meters_tell_of_the_sound_that_was_processed() {
    let mut plugin = HeadlessPlugin::<Wavecraft>::new();
    plugin.activate(activation(512, 2)).unwrap();
    let output_gain = plugin.parameters().index_of("output_gain").unwrap();
    let normalized = plugin.parameters().parse(output_gain, "-12 dB").unwrap();
    plugin.set_parameter(output_gain, normalized).unwrap();
    let reader = plugin.plugin_mut().meters();
    let (mut left, mut right) = (vec![0.5_f32; 24_000], vec![-0.25_f32; 24_000]);
    plugin.process(&mut [&mut left, &mut right]).unwrap();
    reader.discard();
    plugin.process(&mut [&mut vec![0.5; 4_800], &mut vec![-0.25; 4_800]]).unwrap();
    let frame = reader.drain().unwrap();
    assert!((frame.input[0].rms - 0.5).abs() < 1e-6 && (frame.input[1].rms - 0.25).abs() < 1e-6);
    let gain = 10.0_f32.powf(-12.0 / 20.0);
    assert!(
        (frame.output[0].rms - 0.5 * gain).abs() < 1e-5 && (frame.output[1].peak - 0.25 * gain).abs() < 1e-5
    );
}

#[test]
fn the_drive_s_meter_tells_what_arrives_there() {
    let mut plugin = HeadlessPlugin::<Wavecraft>::new();
    plugin.activate(activation(512, 2)).unwrap();
    for (id, text) in [("input_gain", "-12 dB"), ("drive", "12 dB"), ("output_gain", "24 dB")] {
        let index = plugin.parameters().index_of(id).unwrap();
        let normalized = plugin.parameters().parse(index, text).unwrap();
        plugin.set_parameter(index, normalized).unwrap();
    }
    plugin.reset();
    let reader = plugin.plugin_mut().meters();
    let (mut left, mut right) = (vec![0.5_f32; 4_800], vec![-0.25_f32; 4_800]);
    assert_no_alloc(|| plugin.process(&mut [&mut left, &mut right])).unwrap();
    let mut values = Vec::new();
    assert!(reader.drain_with_values(&mut values).is_some());
    let gain = 10.0_f32.powf(-12.0 / 20.0);
    let [left, right, ..] = values[..] else { panic!("{values:?}") };
    assert!((left - 0.5 * gain).abs() < 1e-5 && (right - 0.25 * gain).abs() < 1e-5, "{values:?}");
}

#[test]
fn in_mono_the_drive_s_meter_shows_the_same_on_both_sides() {
    let mut plugin = HeadlessPlugin::<Wavecraft>::new();
    plugin.activate(activation(512, 1)).unwrap();
    let reader = plugin.plugin_mut().meters();
    plugin.process(&mut [&mut vec![0.5; 4_800]]).unwrap();
    let mut values = Vec::new();
    assert!(reader.drain_with_values(&mut values).is_some());
    assert!(values[..2].iter().all(|value| (value - 0.5).abs() < 1e-5), "{values:?}");
}
