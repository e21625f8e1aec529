//! A plugin's signals, in its own process and through the C table, under an allocator that aborts the process on any allocation
//! where blocks are processed.

use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use wavecraft_ffi::{FfiProcessor, PluginDescription, PluginLibrary};
use wavecraft_plugin::nice_plug::prelude::ProcessMode;
use wavecraft_plugin::prelude::*;
use wavecraft_plugin::wavecraft_nice_plug::driver::{Activation as DriverActivation, HeadlessPlugin};
use wavecraft_plugin::wavecraft_nice_plug::export::measured_symbols;
use wavecraft_plugin::wavecraft_nice_plug::measured::Measured;
use wavecraft_plugin::{Exported, Hosted};

#[global_allocator]
static ALLOCATOR: AllocDisabler = AllocDisabler;

#[derive(Parameters)]
struct HalfParameters {
    #[signal(spectrum("Before"))]
    before: Signal,
    #[signal(id = "out", waveform("After").stereo())]
    after: Signal,
}

/// Half of what it hears.
#[derive(Default)]
struct Half;

impl AudioPlugin for Half {
    const INFO: Info = Info {
        name: "Half",
        vendor: "Test",
        clap_id: "test.half",
        vst3_id: *b"TestHalf00000001",
        ..info!(Effect)
    };
    type Parameters = HalfParameters;

    fn process(&mut self, block: &mut Block, parameters: &HalfParameters) {
        parameters.before.write(block.channels());
        block.for_each_frame(|frame| frame.iter_mut().for_each(|sample| *sample *= 0.5));
        parameters.after.write(block.channels());
    }
}

impl Exported for Half {
    wavecraft_plugin::__page_files!();
}

#[test]
fn signals_are_the_sound_where_they_are_written_at_the_host_s_sample_rate() {
    let mut plugin = HeadlessPlugin::<Hosted<Half>>::new();
    let activation = DriverActivation {
        sample_rate_hz: 96_000.0,
        max_block_frames: 512,
        channels: 2,
        side_chain_channels: 0,
        process_mode: ProcessMode::Realtime,
    };
    plugin.activate(activation).unwrap();
    let signals = plugin.plugin_mut().signals();
    let ids: Vec<String> = signals.describe().into_iter().map(|signal| signal.id).collect();
    assert_eq!(ids, ["before", "out"]);
    let (mut left, mut right) = ([1.0; 4_000], [-0.5; 4_000]);
    let mut play = || {
        assert_no_alloc(|| plugin.process(&mut [&mut left, &mut right])).unwrap();
        left.fill(1.0);
        right.fill(-0.5);
    };
    play();
    let (before, after) = (signals.get(0).unwrap().listen(), signals.get(1).unwrap().listen());
    assert_eq!(before.position().end_frame, 0, "nobody has listened so far");
    play();
    let (mut left, mut right) = ([0.0; 4_000], [0.0; 4_000]);
    let position = before.read(&mut left, &mut right).unwrap();
    assert_eq!((position.end_frame, left, right), (4_000, [1.0; 4_000], [-0.5; 4_000]));
    assert!((position.sample_rate_hz - 96_000.0).abs() < 1e-3);
    after.read(&mut left, &mut right).unwrap();
    assert_eq!((left, right), ([0.5; 4_000], [-0.25; 4_000]));
}

#[test]
fn the_same_signals_are_read_through_the_c_table() {
    // SAFETY: the functions are those of the contract, and part of this program.
    #[allow(unsafe_code, reason = "says that they are")]
    let library = unsafe { PluginLibrary::linked("half", measured_symbols::<Hosted<Half>>()) };
    let description = PluginDescription::load(&library).unwrap().unwrap();
    let described: Vec<_> =
        description.signals.iter().map(|signal| (&*signal.id, &*signal.name, signal.channels)).collect();
    assert_eq!(described, [("before", "Before", 1), ("out", "After", 2)]);

    let mut processor = FfiProcessor::create(&library).unwrap();
    processor.prepare(44_100.0, 512, 2).unwrap();
    let mut reader = processor.signal_reader().expect("it has signals");
    let (mut left, mut right) = ([0.0; 512], [0.0; 512]);
    assert!(reader.read(1, &mut left, &mut right).is_none(), "it does not listen yet");
    reader.set_listening(1, true);
    reader.set_listening(7, true);
    let (mut heard, mut other) = ([1.0; 512], [-1.0; 512]);
    assert_no_alloc(|| processor.process(&mut [&mut heard, &mut other])).unwrap();
    let (position, has_frames) = reader.read(1, &mut left, &mut right).expect("it tells where it is");
    assert_eq!((position.end_frame, has_frames, left, right), (512, true, [0.5; 512], [-0.5; 512]));
    assert!((position.sample_rate_hz - 44_100.0).abs() < 1e-3);
    let (_, has_frames) = reader.read(1, &mut [0.0; 600], &mut [0.0; 600]).expect("it tells where it is");
    assert!(!has_frames, "so many were not played");
    assert!(reader.read(7, &mut left, &mut right).is_none());
    drop(processor);
    assert!(reader.read(1, &mut left, &mut right).is_some_and(|(_, has_frames)| has_frames));
}
