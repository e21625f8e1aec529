//! Everything that is marked real-time safe, under an allocator that aborts the process on any allocation.

#![allow(unsafe_code, reason = "calls the driver's C-style entry point")]

use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use nice_plug::prelude::{Plugin, ProcessMode};
use wavecraft_nice_plug::driver::{
    Activation, BlockInput, HeadlessPlugin, MidiEvent, ParameterEvent, RawBlock, TransportInfo,
};
use wavecraft_test_plugins::ducker::Ducker;
use wavecraft_test_plugins::listener::Listener;
use wavecraft_test_plugins::{Busy, DelayedGain};

#[global_allocator]
static ALLOCATOR: AllocDisabler = AllocDisabler;

fn active<P: Plugin>(channels: usize) -> HeadlessPlugin<P> {
    let mut plugin = HeadlessPlugin::new();
    let activation = Activation {
        sample_rate_hz: 48_000.0,
        max_block_frames: 512,
        channels,
        side_chain_channels: 0,
        process_mode: ProcessMode::Realtime,
    };
    plugin.activate(activation).expect("a valid activation");
    plugin
}

#[test]
fn processing_allocates_nothing_while_parameters_change() {
    for channels in [1, 2] {
        let mut plugin = active::<DelayedGain<true>>(channels);
        let (mut left, mut right) = (vec![0.5; 4_096], vec![0.5; 4_096]);
        let mut values = [0.5, 0.0, 0.0, 0.0, 1.0];
        for frames in [1, 17, 64, 512, 4_096] {
            for round in 0..20 {
                let normalized = round as f32 / 20.0;
                values[0] = normalized;
                let events = [
                    ParameterEvent { frame: frames / 3, index: 1, normalized },
                    ParameterEvent { frame: frames / 2, index: 3, normalized },
                    ParameterEvent { frame: frames + 1, index: 4, normalized },
                ];
                assert_no_alloc(|| {
                    plugin.set_parameters(&values).unwrap();
                    plugin.set_parameter_by_id("polarity", normalized).unwrap();
                    let block = &mut [&mut left[..frames], &mut right[..frames]];
                    plugin.process_with_events(&mut block[..channels], &events).unwrap();
                    plugin.process(&mut block[..channels]).unwrap();
                    let pointers = [block[0].as_mut_ptr(), block[1].as_mut_ptr()];
                    let raw = RawBlock {
                        channels: pointers.as_ptr(),
                        channel_count: channels,
                        side_chain: std::ptr::null(),
                        side_chain_count: 0,
                        frame_count: frames,
                        midi_origin: 0,
                    };
                    let input = BlockInput { events: &events, ..BlockInput::default() };
                    // SAFETY: the pointers are those of two live slices, which nothing else touches meanwhile.
                    unsafe { plugin.process_raw(&raw, &input) }.unwrap();
                    let _ = (plugin.latency_samples(), plugin.take_restart_request(), plugin.activation());
                });
            }
        }
        assert_no_alloc(|| plugin.reset());
    }
}

#[test]
fn refusing_allocates_nothing() {
    let mut plugin = active::<DelayedGain<true>>(1);
    let broken = [ParameterEvent { frame: 0, index: 0, normalized: f32::NAN }];
    assert_no_alloc(|| {
        assert!(plugin.process(&mut []).is_err());
        assert!(plugin.process_with_events(&mut [&mut [0.0; 8]], &broken).is_err());
        assert!(plugin.set_parameters(&[]).is_err());
        assert!(plugin.set_parameter(0, f32::NAN).is_err());
        assert!(plugin.set_parameter_by_id("nothing", 0.0).is_err());
    });
}

#[test]
fn scheduling_tasks_and_silencing_extra_ports_allocates_nothing() {
    let mut plugin = active::<Busy>(2);
    let (mut left, mut right) = (vec![0.0; 4_096], vec![0.0; 4_096]);
    for _ in 0..200 {
        assert_no_alloc(|| plugin.process(&mut [&mut left, &mut right]).unwrap());
    }
}

#[test]
fn events_in_and_out_and_the_transport_allocate_nothing() {
    let mut plugin = active::<Listener<2>>(1);
    let midi: Vec<MidiEvent> =
        (0..10_000_u32).map(|index| MidiEvent::controller(index / 3, 0, 1, (index % 128) as u8)).collect();
    let transport = TransportInfo::at_tempo(90.0);
    let mut samples = vec![0.0; 4_096];
    let input = BlockInput { midi: &midi, transport: Some(&transport), ..BlockInput::default() };
    assert_no_alloc(|| {
        plugin.process_block(&mut [&mut samples], &input).unwrap();
        plugin.process_block(&mut [&mut samples], &input).unwrap();
        assert!(plugin.set_tempo(60.0) && !plugin.set_tempo(f64::NAN));
        let _ = (plugin.transport(), plugin.midi_output(), plugin.refused_midi_output());
    });
    assert_eq!((plugin.midi_output().len(), plugin.refused_midi_output()), (10_000, 0));
    let foreign = [MidiEvent { frame: 0, bytes: [0xf0, 0, 0], length: 3 }];
    let input = BlockInput { midi: &foreign, ..BlockInput::default() };
    assert_no_alloc(|| assert!(plugin.process_block(&mut [&mut samples], &input).is_err()));
}

#[test]
fn a_side_chain_allocates_nothing() {
    let mut plugin = HeadlessPlugin::<Ducker>::new();
    let activation = Activation {
        sample_rate_hz: 48_000.0,
        max_block_frames: 512,
        channels: 6,
        side_chain_channels: 3,
        process_mode: ProcessMode::Realtime,
    };
    plugin.activate(activation).unwrap();
    let side = vec![0.25; 4_096];
    let mut channels = vec![vec![1.0; 4_096]; 6];
    let mut block: Vec<&mut [f32]> = channels.iter_mut().map(Vec::as_mut_slice).collect();
    let input = BlockInput { side_chain: &[&side, &side, &side], ..BlockInput::default() };
    assert_no_alloc(|| {
        plugin.process_block(&mut block, &input).unwrap();
        plugin.process(&mut block).unwrap();
    });
    assert!(channels.iter().flatten().all(|sample| (sample - 0.75).abs() < 1e-6));
}
