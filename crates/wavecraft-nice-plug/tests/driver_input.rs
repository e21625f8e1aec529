//! The headless driver: MIDI in and out, side chains, layouts, and the song.

#![allow(unsafe_code, reason = "calls the driver's C-style entry point")]
#![allow(clippy::float_cmp, reason = "samples and values pass through unchanged, to the bit")]

use nice_plug::midi::Key;
use nice_plug::prelude::{NoteEvent, Plugin, ProcessMode};
use wavecraft_nice_plug::driver::{
    self, ActivateError, Activation, BlockInput, HeadlessPlugin, MIDI_OUTPUT_EVENTS, MidiEvent,
    ParameterEvent, ProcessError, RawBlock, TransportInfo,
};
use wavecraft_test_plugins::DelayedGain;
use wavecraft_test_plugins::ducker::Ducker;
use wavecraft_test_plugins::listener::Listener;

fn activation(channels: usize, side_chain_channels: usize) -> Activation {
    Activation {
        sample_rate_hz: 48_000.0,
        max_block_frames: 64,
        channels,
        side_chain_channels,
        process_mode: ProcessMode::Realtime,
    }
}

fn active<P: Plugin>(channels: usize, side_chain_channels: usize) -> HeadlessPlugin<P> {
    let mut plugin = HeadlessPlugin::new();
    plugin.activate(activation(channels, side_chain_channels)).expect("a valid activation");
    plugin
}

fn play<const MIDI: u8>(plugin: &mut HeadlessPlugin<Listener<MIDI>>, midi: &[MidiEvent], frames: usize) {
    let mut samples = vec![0.0; frames];
    let input = BlockInput { midi, ..BlockInput::default() };
    plugin.process_block(&mut [&mut samples], &input).expect("a valid block");
}

#[test]
fn notes_come_at_their_frames_however_the_block_is_split() {
    let mut plugin = active::<Listener<2>>(1, 0);
    let frames = [0, 0, 63, 64, 149, 149, 7_000];
    play(&mut plugin, &frames.map(|frame| MidiEvent::note_on(frame, 3, 60, 127)), 150);
    let heard: Vec<u64> = plugin.plugin_mut().events.iter().map(|(frame, _)| *frame).collect();
    assert_eq!(heard, [0, 0, 63, 64, 149, 149, 149], "what is beyond the block counts as at its end");
    let out: Vec<u32> = plugin.midi_output().iter().map(|event| event.frame).collect();
    assert_eq!(out, [0, 0, 63, 64, 149, 149, 149]);
    assert_eq!(plugin.midi_output()[0].message(), [0x93, 72, 127], "an octave higher");
    play(&mut plugin, &[], 10);
    assert!(plugin.midi_output().is_empty(), "each block has its own");
}

#[test]
fn parameter_changes_do_not_move_notes() {
    let mut plugin = active::<Listener<2>>(1, 0);
    let mut samples = [0.0; 100];
    let events = [3, 50, 51].map(|frame| ParameterEvent { frame, index: 0, normalized: 0.5 });
    let midi = [2, 3, 50, 99].map(|frame| MidiEvent::note_on(frame, 0, 60, 1));
    let input = BlockInput { events: &events, midi: &midi, ..BlockInput::default() };
    plugin.process_block(&mut [&mut samples], &input).unwrap();
    let heard: Vec<u64> = plugin.plugin_mut().events.iter().map(|(frame, _)| *frame).collect();
    assert_eq!(heard, [2, 3, 50, 99]);
    let begun: Vec<i64> = plugin.plugin_mut().told.iter().map(|told| told.position_samples).collect();
    assert_eq!(begun, [0, 3, 50, 51], "the block was in four parts");
    let broken = [ParameterEvent { frame: 3, index: 1, normalized: 0.5 }];
    let input = BlockInput { events: &broken, midi: &midi, ..BlockInput::default() };
    assert!(plugin.process_block(&mut [&mut samples], &input).is_err());
    assert_eq!(plugin.plugin_mut().events.len(), 4, "nothing of an invalid block is processed");
}

#[test]
fn events_out_of_order_come_late_but_do() {
    let mut plugin = active::<Listener<2>>(1, 0);
    play(&mut plugin, &[MidiEvent::note_on(100, 0, 60, 1), MidiEvent::note_off(3, 0, 60, 0)], 150);
    let heard: Vec<u64> = plugin.plugin_mut().events.iter().map(|(frame, _)| *frame).collect();
    assert_eq!(heard, [100, 64], "where the part begins that the list has got to");
}

#[test]
fn a_plugin_gets_what_it_asks_for() {
    let midi = [
        MidiEvent::note_on(0, 0, 60, 64),
        MidiEvent::new(1, &[0xa0, 60, 127]).unwrap(),
        MidiEvent::controller(2, 0, 64, 127),
        MidiEvent::pitch_bend(3, 0, 16_383),
        MidiEvent::new(4, &[0xd0, 127]).unwrap(),
        MidiEvent::new(5, &[0xc0, 5]).unwrap(),
        MidiEvent::note_on(6, 0, 60, 0),
    ];
    let mut everything = active::<Listener<2>>(1, 0);
    play(&mut everything, &midi, 64);
    let heard = &everything.plugin_mut().events;
    assert_eq!(heard.len(), 7);
    assert!(matches!(heard[3].1, NoteEvent::MidiPitchBend { value: 1.0, .. }));
    assert!(matches!(heard[4].1, NoteEvent::MidiChannelPressure { pressure: 1.0, .. }));
    assert!(matches!(heard[6].1, NoteEvent::NoteOff { key: Key::Number(60), .. }));
    let sent: Vec<&[u8]> = everything.midi_output().iter().map(MidiEvent::message).collect();
    assert_eq!(sent[..2], [[0x90, 72, 64], [0xa0, 72, 127]]);
    assert_eq!(sent[4..6], [[0xd0, 127], [0xc0, 5]]);

    let mut notes = active::<Listener<1>>(1, 0);
    play(&mut notes, &midi, 64);
    let frames: Vec<u64> = notes.plugin_mut().events.iter().map(|(frame, _)| *frame).collect();
    assert_eq!(frames, [0, 1, 6]);
    let mut nothing = active::<Listener<0>>(1, 0);
    play(&mut nothing, &midi, 64);
    assert!(nothing.plugin_mut().events.is_empty());
}

#[test]
fn of_ten_thousand_events_in_a_second_none_is_lost() {
    let mut plugin = active::<Listener<2>>(1, 0);
    let midi: Vec<MidiEvent> =
        (0..10_000_u32).map(|index| MidiEvent::note_on(index * 48 / 10, 0, (index % 128) as u8, 1)).collect();
    play(&mut plugin, &midi, 48_000);
    let heard = std::mem::take(&mut plugin.plugin_mut().events);
    assert!(heard.iter().zip(&midi).all(|((frame, _), event)| *frame == u64::from(event.frame)));
    assert_eq!((heard.len(), plugin.midi_output().len()), (10_000, 10_000));
}

#[test]
fn what_there_is_no_room_for_goes_back_to_the_plugin_and_is_counted() {
    let mut plugin = active::<Listener<2>>(1, 0);
    play(&mut plugin, &vec![MidiEvent::note_on(0, 0, 60, 1); MIDI_OUTPUT_EVENTS + 5], 64);
    assert_eq!((plugin.midi_output().len(), plugin.refused_midi_output()), (MIDI_OUTPUT_EVENTS, 5));
    assert_eq!(plugin.plugin_mut().not_taken, 5);
}

#[test]
fn a_block_with_an_event_that_cannot_be_is_left_alone() {
    let mut plugin = active::<Listener<2>>(1, 0);
    let exclusive = MidiEvent { frame: 0, bytes: [0xf0, 0x7e, 0xf7], length: 3 };
    let midi = [MidiEvent::note_on(0, 0, 60, 1), exclusive];
    let input = BlockInput { midi: &midi, ..BlockInput::default() };
    let refused = plugin.process_block(&mut [&mut [0.0; 8]], &input);
    assert_eq!(refused, Err(ProcessError::InvalidMidi { index: 1 }));
    let input = BlockInput { midi: &midi[..1], ..BlockInput::default() };
    let refused = plugin.process_block(&mut [&mut []], &input);
    assert_eq!(refused, Err(ProcessError::InvalidMidi { index: 0 }), "there is no frame to play it at");
    assert!(plugin.plugin_mut().events.is_empty());
}

#[test]
fn the_song_goes_on_from_block_to_block_and_part_to_part() {
    let mut plugin = active::<Listener<2>>(1, 0);
    play(&mut plugin, &[], 100);
    let told = plugin.plugin_mut().told[1];
    assert_eq!((told.position_samples, told.tempo_bpm, told.is_playing), (64, 120.0, true));
    assert!((told.position_beats - 64.0 / 24_000.0).abs() < 1e-12);

    assert!(plugin.set_tempo(60.0));
    let before = plugin.transport();
    play(&mut plugin, &[], 48_000 * 9);
    let after = plugin.transport();
    assert!((after.position_beats - before.position_beats - 9.0).abs() < 1e-9, "nine seconds, nine beats");
    assert_eq!((after.bar_number, after.bar_start_beats), (2, 8.0));

    let waltz = TransportInfo {
        tempo_bpm: 90.0,
        position_beats: 6.0,
        bar_start_beats: 6.0,
        position_samples: 192_000,
        bar_number: 2,
        time_signature_numerator: 3,
        ..TransportInfo::default()
    };
    let input = BlockInput { transport: Some(&waltz), ..BlockInput::default() };
    plugin.process_block(&mut [&mut [0.0; 100]], &input).unwrap();
    let told = plugin.plugin_mut().told.iter().rev().nth(1).copied().unwrap();
    assert_eq!((told.position_samples, told.bar_number, told.tempo_bpm), (192_000, 2, 90.0));
    play(&mut plugin, &[], 1);
    assert_eq!(plugin.plugin_mut().told.last().unwrap().position_samples, 192_100);

    let halted = TransportInfo { playing: 0, ..waltz };
    let input = BlockInput { transport: Some(&halted), ..BlockInput::default() };
    plugin.process_block(&mut [&mut [0.0; 100]], &input).unwrap();
    assert_eq!(plugin.transport(), halted, "a song that is halted stands still");

    plugin.reset();
    let rewound = plugin.transport();
    assert_eq!((rewound.position_samples, rewound.tempo_bpm), (0, 90.0));
    let broken = TransportInfo { tempo_bpm: -1.0, ..waltz };
    let input = BlockInput { transport: Some(&broken), ..BlockInput::default() };
    assert_eq!(plugin.process_block(&mut [&mut [0.0]], &input), Err(ProcessError::InvalidTransport));
}

#[test]
fn a_side_chain_is_heard_frame_by_frame_and_silent_when_absent() {
    let mut plugin = active::<Ducker>(2, 2);
    let (quiet, loud): (Vec<f32>, Vec<f32>) =
        (0..150_u8).map(|frame| (0.0, f32::from(frame) / 256.0)).unzip();
    let (mut left, mut right) = ([1.0; 150], [-1.0; 150]);
    let input = BlockInput { side_chain: &[&quiet, &loud], ..BlockInput::default() };
    plugin.process_block(&mut [&mut left, &mut right], &input).unwrap();
    for frame in 0..150 {
        assert_eq!((left[frame], right[frame]), (1.0 - loud[frame], loud[frame] - 1.0), "frame {frame}");
    }
    let (mut left, mut right) = ([1.0; 150], [-1.0; 150]);
    plugin.process(&mut [&mut left, &mut right]).unwrap();
    assert_eq!((left, right), ([1.0; 150], [-1.0; 150]));
}

#[test]
fn several_side_chains_come_one_after_another_and_surround_runs() {
    let mut plugin = active::<Ducker>(6, 3);
    for (channel, expected) in [(0, 0.75), (1, 0.5), (2, 0.25)] {
        let mut side = vec![vec![0.0; 70]; 3];
        side[channel].fill(1.0 - expected);
        let side: Vec<&[f32]> = side.iter().map(Vec::as_slice).collect();
        let mut channels = vec![vec![1.0; 70]; 6];
        let mut block: Vec<&mut [f32]> = channels.iter_mut().map(Vec::as_mut_slice).collect();
        let input = BlockInput { side_chain: &side, ..BlockInput::default() };
        plugin.process_block(&mut block, &input).unwrap();
        assert!(channels.iter().flatten().all(|&sample| sample == expected));
    }
    let mut plugin = active::<Ducker>(8, 0);
    let mut channels = [[0.5; 70]; 8];
    let mut block: Vec<&mut [f32]> = channels.iter_mut().map(<[f32; 70]>::as_mut_slice).collect();
    plugin.process(&mut block).unwrap();
    assert_eq!(channels, [[0.5; 70]; 8]);
}

#[test]
fn a_layout_is_chosen_by_main_channels_and_side_chain() {
    let described: Vec<(usize, usize)> = driver::layouts::<Ducker>()
        .iter()
        .map(|layout| (layout.channels, layout.side_chain_channels))
        .collect();
    assert_eq!(described, [(2, 2), (2, 0), (1, 1), (6, 3), (8, 0)]);
    let mut plugin = HeadlessPlugin::<Ducker>::new();
    for (channels, side_chain) in [(2, 2), (2, 0), (1, 1), (1, 0), (6, 3), (6, 0), (8, 0)] {
        assert_eq!(plugin.activate(activation(channels, side_chain)), Ok(()), "{channels} and {side_chain}");
    }
    for (channels, side_chain) in [(2, 1), (8, 2), (3, 0), (0, 0), (33, 0), (2, usize::MAX)] {
        let refused = plugin.activate(activation(channels, side_chain)).unwrap_err();
        assert!(matches!(refused, ActivateError::UnsupportedChannels { .. }));
        assert!(refused.to_string().contains("Stereo with sidechain of 2 channels, Stereo"), "{refused}");
    }
}

#[test]
fn side_chains_that_do_not_fit_are_refused() {
    let mut plugin = active::<Ducker>(2, 2);
    let side = [0.0; 8];
    for (side_chain, error) in [
        (&[&side[..]][..], ProcessError::SideChainCount { expected: 2, found: 1 }),
        (&[&side[..], &side[..7]], ProcessError::UnequalLengths),
    ] {
        let input = BlockInput { side_chain, ..BlockInput::default() };
        assert_eq!(plugin.process_block(&mut [&mut [1.0; 8], &mut [1.0; 8]], &input), Err(error));
    }
    let mut without = active::<DelayedGain<true>>(1, 0);
    let input = BlockInput { side_chain: &[&side], ..BlockInput::default() };
    let refused = without.process_block(&mut [&mut [1.0; 8]], &input);
    assert_eq!(refused, Err(ProcessError::SideChainCount { expected: 0, found: 1 }));
}

#[test]
fn side_chain_pointers_from_c_are_checked_and_may_be_those_of_the_main_channels() {
    let mut plugin = active::<Ducker>(1, 1);
    let mut samples = [0.5_f32; 100];
    let pointer = samples.as_mut_ptr();
    let channels = [pointer];
    let mut call = |side_chain: *const *const f32, side_chain_count: usize| {
        let (channels, midi_origin) = (channels.as_ptr(), 0);
        let block = RawBlock {
            channels,
            channel_count: 1,
            side_chain,
            side_chain_count,
            frame_count: 100,
            midi_origin,
        };
        // SAFETY: the pointers are null or point to the array above, which nothing else touches meanwhile.
        unsafe { plugin.process_raw(&block, &BlockInput::default()) }.map(|_| ())
    };
    for pointer in [std::ptr::null(), pointer.cast_const().wrapping_byte_add(1)] {
        assert_eq!(call([pointer].as_ptr(), 1), Err(ProcessError::InvalidChannelPointer));
    }
    let twice = [pointer.cast_const(); 2];
    let refused = Err(ProcessError::SideChainCount { expected: 1, found: 2 });
    assert_eq!(call(twice.as_ptr(), 2), refused);
    assert_eq!(call(twice.as_ptr(), 1), Ok(()));
    assert_eq!(call(std::ptr::null(), 1), Ok(()), "silence");
    assert_eq!(samples, [0.25; 100], "each frame was turned down by itself");
}
