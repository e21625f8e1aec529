//! A plugin's author adds one line to a nice-plug plugin, and its library is to do all that the development
//! server asks.

#![allow(unsafe_code, reason = "the functions that C calls")]
#![allow(clippy::float_cmp, reason = "samples and values pass through unchanged, to the bit")]

use std::ffi::c_void;
use std::ptr;
use std::sync::Arc;

use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use nice_plug::prelude::*;
use wavecraft_ffi::vtable::{
    DevProcessorVTable, DevProcessorVTableV2, MidiSink, ProcessBlock, STATUS_OK, STATUS_REFUSED,
};
use wavecraft_ffi::{
    BlockInput, Capability, FfiProcessError, FfiProcessor, FfiStateError, MidiEvent, PluginLibrary,
    PluginParamLoader, ProcessorError, TransportInfo,
};
use wavecraft_ipc::ParameterKind;
use wavecraft_nice_plug::driver::{Activation, HeadlessPlugin};
use wavecraft_nice_plug::export::{self, parameter_info, parameter_infos};
use wavecraft_nice_plug::measured::NoMeters;
use wavecraft_nice_plug::parameters::ParameterTable;
use wavecraft_test_plugins::ducker::Ducker;
use wavecraft_test_plugins::listener::Listener;
use wavecraft_test_plugins::{Busy, DelayedGain};

// It compiles for any plugin, and exports functions of the right types.
wavecraft_nice_plug::export_dev_processor!(Gain);

#[global_allocator]
static ALLOCATOR: AllocDisabler = AllocDisabler;

type Gain = DelayedGain<true>;

/// The order of the parameters of [`Gain`] is gain, mute, polarity, delay, trim.
const DEFAULTS: [f32; 5] = [0.5, 0.0, 0.0, 0.0, 1.0];

fn library<P: Plugin>() -> Arc<PluginLibrary> {
    // SAFETY: what is exported keeps to the contract.
    unsafe { PluginLibrary::linked(P::NAME, export::symbols::<P>()) }
}

fn processor<P: Plugin>() -> FfiProcessor {
    FfiProcessor::create(&library::<P>()).expect("an instance")
}

/// The library as one of the first version: without version 2.
fn first_version<P: Plugin>() -> Arc<PluginLibrary> {
    let symbols = export::vtable::PluginSymbols { dev_processor_v2: None, ..export::symbols::<P>() };
    // SAFETY: as above.
    unsafe { PluginLibrary::linked(P::NAME, symbols) }
}

fn table<P: Plugin>() -> (DevProcessorVTable, &'static DevProcessorVTableV2) {
    // SAFETY: the table lives as long as the program.
    (export::dev_create_processor::<P>(), unsafe { &*export::dev_processor_v2::<P, NoMeters>() })
}

#[test]
fn it_offers_everything() {
    assert_eq!(*library::<Gain>().capability(), Capability::Live);
    let (first, second) = table::<Gain>();
    assert_eq!((first.version, second.version, second.size), (1, 2, DevProcessorVTableV2::SIZE));
}

#[test]
fn parameters_are_described_in_the_order_of_their_values() {
    let parameters = PluginParamLoader::load(&library::<Gain>()).unwrap();
    let ids: Vec<_> = parameters.iter().map(|parameter| parameter.id.as_str()).collect();
    assert_eq!(ids, ["gain", "mute", "polarity", "delay", "trim"]);
    let [gain, mute, polarity, delay, trim] = &parameters[..] else { panic!("five") };
    assert_eq!((gain.kind, gain.value.get(), gain.default.get()), (ParameterKind::Float, 0.5, 0.5));
    assert_eq!((gain.min, gain.max, gain.unit.as_deref()), (Some(-24.0), Some(24.0), Some("dB")));
    assert_eq!((gain.steps, gain.text.as_str(), gain.name.as_str()), (None, "0.0 dB", "Gain"));
    assert_eq!(
        (mute.kind, mute.steps, mute.min, &mute.variants),
        (ParameterKind::Bool, Some(1), None, &None)
    );
    assert_eq!((polarity.kind, polarity.steps), (ParameterKind::Enum, Some(1)));
    assert_eq!(polarity.variants.as_deref(), Some(&["Normal".to_owned(), "Inverted".to_owned()][..]));
    assert_eq!((delay.kind, delay.steps, delay.max), (ParameterKind::Int, Some(4_096), Some(4_096.0)));
    assert_eq!((trim.value.get(), trim.default.get()), (1.0, 1.0));
}

#[test]
fn descriptions_show_the_values_of_now() {
    let mut plugin = HeadlessPlugin::<Gain>::new();
    plugin.set_parameter_by_id("gain", 0.75).unwrap();
    let gain = parameter_info(plugin.parameters(), 0).unwrap();
    assert_eq!((gain.value.get(), gain.default.get(), gain.text.as_str()), (0.75, 0.5, "12.0 dB"));
    assert_eq!(parameter_infos(plugin.parameters())[0], gain);
    assert_eq!(parameter_info(plugin.parameters(), 5), None);
    assert!(parameter_infos(&ParameterTable::of_plugin::<Busy>()).is_empty());
}

#[test]
fn the_sound_is_that_of_the_driver() {
    let mut values = DEFAULTS;
    (values[0], values[3], values[4]) = (0.625, 5.0 / 4_096.0, 0.5);
    let noise: Vec<f32> =
        (0..1_000_u32).map(|frame| (frame.wrapping_mul(2_654_435_761) as i32) as f32 / 2.2e9).collect();
    let (mut left, mut right) = (noise.clone(), noise.clone());
    let mut processor = processor::<Gain>();
    processor.prepare(48_000.0, 100, 2).unwrap();
    processor.set_parameters(&values).unwrap();
    processor.process(&mut [&mut left, &mut right]).unwrap();

    let mut plugin = HeadlessPlugin::<Gain>::new();
    let activation = Activation {
        sample_rate_hz: 48_000.0,
        max_block_frames: 100,
        channels: 2,
        side_chain_channels: 0,
        process_mode: ProcessMode::Realtime,
    };
    plugin.activate(activation).unwrap();
    plugin.set_parameters(&values).unwrap();
    let (mut expected_left, mut expected_right) = (noise.clone(), noise);
    plugin.process(&mut [&mut expected_left, &mut expected_right]).unwrap();
    assert_eq!((left, right), (expected_left, expected_right));
    assert_eq!(processor.latency_samples(), 5);
}

#[test]
fn values_that_do_not_fit_are_refused() {
    let mut processor = processor::<Gain>();
    for values in [&[][..], &DEFAULTS[1..], &[0.5, 0.0, 0.0, 0.0, 1.5], &[f32::NAN; 5]] {
        assert_eq!(processor.set_parameters(values), Err(FfiProcessError::ParametersRefused), "{values:?}");
    }
    assert_eq!(processor.set_parameters(&DEFAULTS), Ok(()), "even before it is prepared");
}

#[test]
fn texts_go_both_ways() {
    let mut processor = processor::<Gain>();
    assert_eq!(processor.format_parameter(0, 0.75).as_deref(), Some("12.0 dB"));
    assert_eq!(processor.parse_parameter(0, "-12 dB"), Some(0.25));
    assert_eq!(processor.parse_parameter(0, "25"), None);
    assert_eq!(processor.parse_parameter(0, ""), None);
    assert_eq!((processor.format_parameter(0, f32::NAN), processor.format_parameter(5, 0.0)), (None, None));
}

#[test]
fn a_state_moves_to_the_next_instance_whole_or_not_at_all() {
    let mut first = processor::<Gain>();
    first.prepare(48_000.0, 64, 1).unwrap();
    first.set_parameters(&[0.25, 0.0, 1.0, 0.0, 1.0]).unwrap();
    let state = first.save_state().unwrap();
    let mut second = processor::<Gain>();
    second.prepare(48_000.0, 64, 1).unwrap();
    second.load_state(&state).unwrap();
    let mut samples = [1.0; 4];
    second.process(&mut [&mut samples]).unwrap();
    assert!((samples[3] + 0.251).abs() < 0.001, "{}", samples[3]);
    let FfiStateError::Refused { reason } = second.load_state(&state[..state.len() / 2]).unwrap_err() else {
        panic!("another error")
    };
    assert!(reason.contains("damaged or cut short"), "{reason}");
    assert_eq!(second.save_state(), Ok(state));
}

#[test]
fn what_it_does_not_run_with_is_refused_in_its_words() {
    let mut processor = processor::<Gain>();
    let ProcessorError::Refused { reason } = processor.prepare(48_000.0, 64, 3).unwrap_err() else {
        panic!("another error")
    };
    assert!(reason.contains("does not run with 3 channels"), "{reason}");
    assert!(matches!(processor.prepare(48_000.0, 1 << 25, 2), Err(ProcessorError::Refused { .. })));
    let mut busy = self::processor::<Busy>();
    assert!(matches!(busy.prepare(600_000.0, 64, 2), Err(ProcessorError::Refused { .. })));
    assert_eq!(busy.process(&mut [&mut [1.0], &mut [1.0]]), Err(FfiProcessError::NotPrepared));
}

#[test]
fn version_1_runs_at_the_defaults_in_blocks_of_any_form() {
    let mut processor = FfiProcessor::create(&first_version::<Gain>()).unwrap();
    for channels in [2, 1, 3] {
        processor.prepare(48_000.0, 100_000, channels).unwrap();
        let mut samples = vec![vec![0.25; 5_000]; channels];
        let mut block: Vec<_> = samples.iter_mut().map(Vec::as_mut_slice).collect();
        processor.process(&mut block).unwrap();
        assert!(
            samples.iter().all(|channel| channel.iter().all(|&sample| sample == 0.25)),
            "gain 0 dB, no delay"
        );
    }
}

#[test]
fn a_part_in_which_the_plugin_reports_an_error_is_as_it_came() {
    // Busy fails on parts of 13 frames, and plays 0.25 otherwise.
    let mut processor = processor::<Busy>();
    processor.prepare(48_000.0, 20, 2).unwrap();
    let (mut left, mut right) = ([0.5; 33], [0.75; 33]);
    processor.process(&mut [&mut left, &mut right]).unwrap();
    assert_eq!((left[19], left[20], right[32]), (0.25, 0.5, 0.75));
}

#[test]
fn null_pointers_do_no_harm() {
    let (_, table) = table::<Gain>();
    let nothing = ptr::null_mut();
    // SAFETY: the contract allows null, or the functions check it.
    unsafe {
        let instance: *mut c_void = table.create.unwrap()();
        (table.drop.unwrap())(nothing);
        for instance in [nothing, instance] {
            (table.process.unwrap())(instance, ptr::null_mut(), 2, 64);
            (table.process.unwrap())(instance, [ptr::null_mut(); 2].as_mut_ptr(), 2, 64);
            assert_eq!((table.set_parameters.unwrap())(instance, ptr::null(), 5), STATUS_REFUSED);
            assert_eq!((table.format_parameter.unwrap())(instance, 0, 0.5, ptr::null()), STATUS_REFUSED);
            assert_eq!((table.load_state.unwrap())(instance, ptr::null(), 9, ptr::null()), STATUS_REFUSED);
            assert_eq!((table.save_state.unwrap())(instance, ptr::null()), STATUS_REFUSED);
            let text = "-12 dB";
            let parse = table.parse_parameter.unwrap();
            assert_eq!(parse(instance, 0, text.as_ptr(), text.len(), ptr::null_mut()), STATUS_REFUSED);
            assert_eq!(parse(instance, 0, ptr::null(), 6, ptr::null_mut()), STATUS_REFUSED);
            assert_eq!((table.prepare.unwrap())(instance, 0.0, 64, 2, 0, ptr::null()), STATUS_REFUSED);
            (table.set_sample_rate.unwrap())(instance, f32::NAN);
            (table.reset.unwrap())(instance);
            assert_eq!((table.latency_samples.unwrap())(instance), 0);
            assert_eq!((table.has_panicked.unwrap())(instance), 0);
        }
        assert!((table.open_state.unwrap())(nothing).is_null());
        let reader = (table.open_state.unwrap())(instance);
        for reader in [nothing, reader] {
            assert_eq!((table.read_state.unwrap())(reader, ptr::null()), STATUS_REFUSED);
            (table.close_state.unwrap())(reader);
        }
        (table.drop.unwrap())(instance);
        export::free_string(ptr::null_mut());
    }
}

#[test]
fn what_the_audio_thread_calls_needs_no_memory() {
    let mut processor = processor::<Gain>();
    processor.prepare(48_000.0, 128, 2).unwrap();
    let (mut left, mut right) = (vec![0.5; 1_000], vec![0.5; 1_000]);
    for (round, frames) in (0_u8..).zip([0, 1, 128, 129, 1_000]) {
        let mut values = DEFAULTS;
        values[0] = f32::from(round) / 8.0;
        assert_no_alloc(|| {
            processor.set_parameters(&values).unwrap();
            processor.process(&mut [&mut left[..frames], &mut right[..frames]]).unwrap();
            processor.reset();
            let _ = (processor.latency_samples(), processor.has_panicked());
            assert!(processor.set_parameters(&[f32::NAN; 5]).is_err());
        });
    }
}

#[test]
fn what_the_plugin_keeps_beyond_its_parameters_is_read_while_it_plays() {
    let library = library::<Gain>();
    let mut playing = FfiProcessor::create(&library).unwrap();
    let mut reader = playing.state_reader().expect("the table has readers");
    let saved = playing.save_state().unwrap();
    let with_note = String::from_utf8(saved).unwrap().replace(r#""note":"\"\"""#, r#""note":"\"kept\"""#);
    playing.load_state(with_note.as_bytes()).unwrap();
    playing.set_parameters(&[0.25, 1.0, 0.0, 0.0, 1.0]).unwrap();
    playing.prepare(48_000.0, 64, 2).unwrap();

    let (stop, stopped) = std::sync::mpsc::channel::<()>();
    let audio = std::thread::spawn(move || {
        while stopped.try_recv().is_err() {
            playing.process(&mut [&mut [0.5; 64], &mut [0.5; 64]]).unwrap();
        }
    });
    let read: Vec<Vec<u8>> = (0..100).map(|_| reader.read().unwrap()).collect();
    stop.send(()).unwrap();
    audio.join().unwrap();
    // The instance is gone, and what it kept is still there.
    let state = reader.read().unwrap();
    assert!(read.iter().all(|read| *read == state));
    let text = String::from_utf8(state.clone()).unwrap();
    assert!(text.contains("kept") && text.contains(r#""params":{}"#), "{text}");

    let mut next = FfiProcessor::create(&library).unwrap();
    next.set_parameters(&[0.75, 0.0, 0.0, 0.0, 1.0]).unwrap();
    let before = String::from_utf8(next.save_state().unwrap()).unwrap();
    next.load_state(&state).unwrap();
    let after = String::from_utf8(next.save_state().unwrap()).unwrap();
    assert_eq!(after, before.replace(r#""note":"\"\"""#, r#""note":"\"kept\"""#));
    assert!(after.contains("kept"), "{after}");
}

#[test]
fn a_plugin_that_keeps_nothing_else_hands_nothing_on() {
    let mut processor = processor::<Busy>();
    assert_eq!(processor.state_reader().expect("it can be asked").read().unwrap(), Vec::<u8>::new());
}

#[test]
fn side_chains_midi_and_transport_reach_the_plugin_as_through_the_driver() {
    let mut ducker = processor::<Ducker>();
    ducker.prepare_with_side_chain(48_000.0, 64, 2, 2).unwrap();
    let side = [0.25; 150];
    let (mut left, mut right) = ([1.0; 150], [0.5; 150]);
    let input = BlockInput { side_chain: &[&side, &side], ..BlockInput::default() };
    ducker.process_block(&mut [&mut left, &mut right], &input, |_| ()).unwrap();
    assert_eq!((left, right), ([0.75; 150], [0.375; 150]));

    let frames = [0, 63, 64, 149, 9_000];
    let midi = frames.map(|frame| MidiEvent::note_on(frame, 0, 60, 100));
    for max_block_frames in [7, 64, 150, 1_000] {
        let mut listener = processor::<Listener<2>>();
        listener.prepare(48_000.0, max_block_frames, 1).unwrap();
        let transport = TransportInfo::at_tempo(90.0);
        let input = BlockInput { midi: &midi, transport: Some(&transport), ..BlockInput::default() };
        let mut heard = Vec::with_capacity(8);
        let mut samples = [0.0; 150];
        assert_no_alloc(|| listener.process_block(&mut [&mut samples], &input, |event| heard.push(event)))
            .unwrap();
        assert_eq!(heard, frames.map(|frame| MidiEvent::note_on(frame.min(149), 0, 72, 100)));
    }
}

/// Takes what the plugin puts out.
unsafe extern "C" fn push(heard: *mut c_void, events: *const MidiEvent, count: u32) {
    // SAFETY: called with the vector of the test below and what the library hands out.
    unsafe {
        (*heard.cast::<Vec<MidiEvent>>())
            .extend_from_slice(std::slice::from_raw_parts(events, count as usize));
    }
}

#[test]
fn a_library_splits_blocks_that_are_longer_than_announced_and_keeps_the_frames() {
    let (_, table) = table::<Listener<2>>();
    let mut heard: Vec<MidiEvent> = Vec::new();
    let mut samples = [0.0_f32; 100];
    let channels = [samples.as_mut_ptr()];
    let midi = [0, 15, 16, 99, 200].map(|frame| MidiEvent::note_on(1_000 + frame, 0, 60, 1));
    let sink = MidiSink { write: Some(push), context: (&raw mut heard).cast() };
    let block = ProcessBlock {
        size: ProcessBlock::SIZE,
        num_samples: 100,
        num_channels: 1,
        num_side_chain_channels: 0,
        channels: channels.as_ptr(),
        side_chain: ptr::null(),
        midi_in: midi.as_ptr(),
        num_midi_in: 5,
        midi_origin: 1_000,
        midi_out: &raw const sink,
        transport: ptr::null(),
    };
    // SAFETY: the block is as the contract says, or the function checks it.
    unsafe {
        let instance = table.create.unwrap()();
        let process_block = table.process_block.unwrap();
        assert_eq!(process_block(instance, &raw const block), STATUS_REFUSED, "it is not prepared");
        assert_eq!((table.prepare.unwrap())(instance, 48_000.0, 16, 1, 0, ptr::null()), STATUS_OK);
        assert_eq!(process_block(instance, &raw const block), STATUS_OK);
        let foreign = [midi[0], MidiEvent { frame: 0, bytes: [0xf0, 1, 2], length: 3 }];
        let halted = TransportInfo { tempo_bpm: f64::NAN, ..TransportInfo::default() };
        for bad in [
            ProcessBlock { size: ProcessBlock::SIZE - 1, ..block },
            ProcessBlock { num_channels: 2, ..block },
            ProcessBlock { num_channels: 0, ..block },
            ProcessBlock { channels: ptr::null(), ..block },
            ProcessBlock { side_chain: channels.as_ptr().cast(), num_side_chain_channels: 1, ..block },
            ProcessBlock { midi_in: ptr::null(), ..block },
            ProcessBlock { midi_in: foreign.as_ptr(), num_midi_in: 2, ..block },
            ProcessBlock { midi_in: midi.as_ptr().wrapping_byte_add(1), ..block },
            ProcessBlock { transport: &raw const halted, ..block },
        ] {
            assert_eq!(process_block(instance, &raw const bad), STATUS_REFUSED, "{bad:?}");
        }
        for (instance, block) in [(instance, ptr::null()), (ptr::null_mut(), &raw const block)] {
            assert_eq!(process_block(instance, block), STATUS_REFUSED);
        }
        let silent = ProcessBlock { midi_out: ptr::null(), ..block };
        assert_eq!(process_block(instance, &raw const silent), STATUS_OK, "nobody wants the events");
        (table.drop.unwrap())(instance);
    }
    assert_eq!(heard, [0, 15, 16, 99, 99].map(|frame| MidiEvent::note_on(frame, 0, 72, 1)));
}
