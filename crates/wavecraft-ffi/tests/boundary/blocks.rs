//! A compressor listens to its side chain, a keyboard plays into it, and the song goes on: all of that comes with the block.

use assert_no_alloc::assert_no_alloc;
use wavecraft_ffi::{
    BlockInput, FfiProcessError, FfiProcessor, MidiEvent, PluginLibrary, ProcessorError, TransportInfo,
};

use crate::libraries::{Built, build};

fn processor(built: &Built, max_block_frames: usize, side_chain_channels: usize) -> FfiProcessor {
    let library = PluginLibrary::load(&built.path).expect("a library");
    let mut processor = FfiProcessor::create(&library).expect("an instance");
    processor
        .prepare_with_side_chain(48_000.0, max_block_frames, 1, side_chain_channels)
        .expect("it is ready");
    processor
}

#[test]
fn a_side_chain_arrives_in_parts_and_is_silent_when_absent() {
    let built = build("live.c", &[]);
    let mut processor = processor(&built, 64, 2);
    let side: Vec<f32> = (0..150_u8).map(f32::from).collect();
    let mut samples = [1.0; 150];
    let input = BlockInput { side_chain: &[&side, &side], ..BlockInput::default() };
    assert_no_alloc(|| processor.process_block(&mut [&mut samples], &input, |_| ())).unwrap();
    let expected: Vec<f32> = side.iter().map(|side| 0.5 + 2.0 * side).collect();
    assert_eq!(samples[..], expected);
    processor.process(&mut [&mut samples[..4]]).unwrap();
    assert_eq!(samples[..2], [0.25, 1.25]);
}

#[test]
fn events_keep_their_frames_however_the_block_is_split() {
    let built = build("live.c", &[]);
    let frames = [0, 0, 63, 64, 149, 149, 900];
    let midi = frames.map(|frame| MidiEvent::note_on(frame, 0, 60, 100));
    for max_block_frames in [1, 7, 64, 150, 1_000] {
        let mut processor = processor(&built, max_block_frames, 0);
        let mut samples = [0.0; 150];
        let input = BlockInput { midi: &midi, ..BlockInput::default() };
        let mut heard = Vec::with_capacity(16);
        assert_no_alloc(|| processor.process_block(&mut [&mut samples], &input, |event| heard.push(event)))
            .unwrap();
        let expected = frames.map(|frame| MidiEvent::note_on(frame.min(149), 1, 60, 100));
        assert_eq!(heard, expected, "blocks of {max_block_frames}");
    }
}

#[test]
fn ten_thousand_events_in_a_block_are_all_handed_on() {
    let built = build("live.c", &[]);
    let mut processor = processor(&built, 512, 0);
    let midi: Vec<MidiEvent> = (0..10_000_u32)
        .map(|index| MidiEvent::controller(index * 48 / 10, 0, 1, (index % 128) as u8))
        .collect();
    let mut samples = vec![0.0; 48_000];
    let mut count = 0;
    let input = BlockInput { midi: &midi, ..BlockInput::default() };
    processor.process_block(&mut [&mut samples], &input, |_| count += 1).unwrap();
    assert_eq!(count, 10_000);
}

#[test]
fn the_song_position_reaches_the_library_at_the_block_s_first_frame() {
    let built = build("live.c", &["LATENCY_IS_BAR"]);
    let mut processor = processor(&built, 64, 0);
    let transport = TransportInfo { bar_number: 17, ..TransportInfo::default() };
    let input = BlockInput { transport: Some(&transport), ..BlockInput::default() };
    processor.process_block(&mut [&mut [0.0; 150]], &input, |_| ()).unwrap();
    assert_eq!(processor.latency_samples(), 17);
}

#[test]
fn a_block_of_which_something_cannot_be_is_as_it_came() {
    let built = build("live.c", &[]);
    let mut processor = processor(&built, 4, 1);
    let mut samples = [1.0; 8];
    let foreign = MidiEvent { frame: 0, bytes: [0xf0, 0, 0], length: 3 };
    let (note, side) = (MidiEvent::note_on(0, 0, 60, 1), [0.0; 8]);
    let halted = TransportInfo { tempo_bpm: 0.0, ..TransportInfo::default() };
    for (input, error) in [
        (
            BlockInput { side_chain: &[&side, &side], ..BlockInput::default() },
            FfiProcessError::SideChainCount { expected: 1, found: 2 },
        ),
        (BlockInput { side_chain: &[&side[1..]], ..BlockInput::default() }, FfiProcessError::UnequalLengths),
        (
            BlockInput { midi: &[note, foreign], ..BlockInput::default() },
            FfiProcessError::InvalidMidi { index: 1 },
        ),
        (BlockInput { transport: Some(&halted), ..BlockInput::default() }, FfiProcessError::InvalidTransport),
    ] {
        assert_eq!(processor.process_block(&mut [&mut samples], &input, |_| ()), Err(error));
    }
    assert_eq!(samples, [1.0; 8]);
    let refused = processor.prepare_with_side_chain(48_000.0, 64, 1, 33);
    assert_eq!(refused, Err(ProcessorError::InvalidSideChainCount(33)));
}

#[test]
fn a_library_that_declines_a_block_is_believed() {
    let built = build("live.c", &["REFUSES_BLOCKS"]);
    let mut processor = processor(&built, 64, 0);
    assert_eq!(processor.process(&mut [&mut [1.0; 8]]), Err(FfiProcessError::BlockRefused));
}

#[test]
fn version_1_gets_the_channels_alone() {
    let built = build("half.c", &[]);
    let mut processor = processor(&built, 64, 1);
    let (side, midi) = ([9.0; 100], [MidiEvent::note_on(0, 0, 60, 1)]);
    let input = BlockInput { side_chain: &[&side], midi: &midi, ..BlockInput::default() };
    let mut samples = [1.0; 100];
    processor.process_block(&mut [&mut samples], &input, |_| panic!("there is no MIDI")).unwrap();
    let (mut other, mut expected) = (self::processor(&built, 64, 0), [1.0; 100]);
    other.process(&mut [&mut expected]).unwrap();
    assert_eq!(samples, expected);
}
