//! Plugins in the short form that listen to a side chain, take and send notes, follow the song, and run in any number of
//! channels, under an allocator that aborts the process on any allocation where blocks are processed.

#![allow(clippy::float_cmp, reason = "samples pass through unchanged, to the bit")]

use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use wavecraft_plugin::nice_plug::prelude::{Plugin, ProcessMode};
use wavecraft_plugin::prelude::*;
use wavecraft_plugin::wavecraft_nice_plug::driver::{
    self, Activation as DriverActivation, BlockInput, HeadlessPlugin, MidiEvent, TransportInfo,
};
use wavecraft_plugin::{Exported, Hosted};

#[global_allocator]
static ALLOCATOR: AllocDisabler = AllocDisabler;

#[derive(Parameters)]
struct NoParameters {}

macro_rules! exported {
    ($plugin:ident) => {
        impl Exported for $plugin {
            #[cfg(feature = "editor")]
            fn page_files() -> wavecraft_plugin::wavecraft_nice_plug::editor::AssetMap {
                wavecraft_plugin::wavecraft_nice_plug::editor::AssetMap::new()
            }
        }
    };
}

/// Takes what its side chain hears from every channel, and transposes notes by an octave. Notes down where the song was at
/// the first frame of each piece.
struct Follower {
    side_chain_channels: usize,
    heard: Vec<(usize, u32)>,
    positions: Vec<(i64, f64, usize)>,
    /// How many events its host did not take.
    refused: usize,
}

impl Default for Follower {
    fn default() -> Self {
        Self {
            side_chain_channels: 0,
            heard: Vec::with_capacity(20_000),
            positions: Vec::with_capacity(1_000),
            refused: 0,
        }
    }
}

impl AudioPlugin for Follower {
    const INFO: Info = Info {
        name: "Follower",
        vendor: "Tests",
        clap_id: "test.follower",
        vst3_id: *b"TestFollower0001",
        layouts: &[
            Layout::effect(2).with_side_chain(2),
            Layout::effect(2),
            Layout::effect(1).with_side_chain(1),
            Layout::effect(6).with_side_chain(1),
            Layout::effect(8),
        ],
        midi_input: MidiConfig::Basic,
        midi_output: MidiConfig::Basic,
        ..info!(Effect)
    };
    type Parameters = NoParameters;

    fn activate(&mut self, activation: &Activation, _: &NoParameters) {
        self.side_chain_channels = activation.side_chain_channels;
    }

    fn process(&mut self, block: &mut Block, _: &NoParameters) {
        let song = block.transport();
        let position = (song.pos_samples.unwrap_or(-1), song.pos_beats.unwrap_or(f64::NAN), block.frames());
        self.positions.push(position);
        for frame in 0..block.frames() {
            while let Some(event) = block.next_event_at(frame) {
                self.heard.push((frame, event.timing()));
                if let NoteEvent::NoteOn { timing, voice_id, channel, key: Key::Number(key), velocity } =
                    event
                {
                    let key = Key::Number(key + 12);
                    let note = NoteEvent::NoteOn { timing, voice_id, channel, key, velocity };
                    self.refused += usize::from(block.send_event(note).is_err());
                }
            }
        }
        assert_eq!(block.side_chain().map_or(0, <[&[f32]]>::len), self.side_chain_channels);
        let side_chain = block.side_chain().unwrap_or_default();
        for channel in block.channels() {
            for key in side_chain {
                channel.iter_mut().zip(*key).for_each(|(sample, key)| *sample -= key);
            }
        }
    }
}

exported!(Follower);

fn active(channels: usize, side_chain_channels: usize) -> HeadlessPlugin<Hosted<Follower>> {
    let mut plugin = HeadlessPlugin::new();
    let activation = DriverActivation {
        sample_rate_hz: 48_000.0,
        max_block_frames: 4_096,
        channels,
        side_chain_channels,
        process_mode: ProcessMode::Realtime,
    };
    plugin.activate(activation).expect("a layout that it declares");
    plugin
}

#[test]
fn it_has_the_layouts_and_midi_that_it_declares() {
    let layouts: Vec<(usize, usize)> = driver::layouts::<Hosted<Follower>>()
        .iter()
        .map(|layout| (layout.channels, layout.side_chain_channels))
        .collect();
    assert_eq!(layouts, [(2, 2), (2, 0), (1, 1), (6, 1), (8, 0)]);
    assert_eq!(<Hosted<Follower> as Plugin>::MIDI_INPUT, MidiConfig::Basic);
    assert_eq!(<Hosted<Follower> as Plugin>::MIDI_OUTPUT, MidiConfig::Basic);
}

#[test]
fn the_side_chain_is_cut_where_the_meters_cut_the_block() {
    for (channels, side_chain_channels) in [(2, 2), (1, 1), (6, 1)] {
        let mut plugin = active(channels, side_chain_channels);
        let key: Vec<f32> = (0..3_000_u16).map(f32::from).collect();
        let side_chain = vec![&key[..]; side_chain_channels];
        let mut samples = vec![vec![1.0; 3_000]; channels];
        let mut block: Vec<&mut [f32]> = samples.iter_mut().map(Vec::as_mut_slice).collect();
        let input = BlockInput { side_chain: &side_chain, ..BlockInput::default() };
        assert_no_alloc(|| plugin.process_block(&mut block, &input)).unwrap();
        let expected: Vec<f32> = key.iter().map(|key| 1.0 - key * side_chain_channels as f32).collect();
        assert!(samples.iter().all(|channel| *channel == expected), "{channels} channels");
    }
}

#[test]
fn without_a_side_chain_it_runs_as_well_in_seven_point_one() {
    for channels in [2, 8] {
        let mut plugin = active(channels, 0);
        let mut samples = vec![vec![0.5; 3_000]; channels];
        let mut block: Vec<&mut [f32]> = samples.iter_mut().map(Vec::as_mut_slice).collect();
        assert_no_alloc(|| plugin.process(&mut block)).unwrap();
        assert!(samples.iter().flatten().all(|&sample| sample == 0.5));
        plugin.set_parameter_by_id("bypass", 1.0).unwrap();
        let mut block: Vec<&mut [f32]> = samples.iter_mut().map(Vec::as_mut_slice).collect();
        assert_no_alloc(|| plugin.process(&mut block)).unwrap();
        assert!(samples.iter().flatten().all(|&sample| sample == 0.5), "the bypass has as many channels");
    }
}

#[test]
fn notes_go_in_and_out_at_their_frames_and_none_of_ten_thousand_is_lost() {
    let mut plugin = active(2, 0);
    let midi: Vec<MidiEvent> =
        (0..10_000_u32).map(|index| MidiEvent::note_on(index * 4_096 / 10_000, 0, 60, 100)).collect();
    let (mut left, mut right) = (vec![0.0; 4_096], vec![0.0; 4_096]);
    let input = BlockInput { midi: &midi, ..BlockInput::default() };
    assert_no_alloc(|| plugin.process_block(&mut [&mut left, &mut right], &input)).unwrap();
    let sent: Vec<MidiEvent> = midi.iter().map(|event| MidiEvent::note_on(event.frame, 0, 72, 100)).collect();
    assert_eq!(plugin.midi_output(), sent);
    assert_eq!((plugin.refused_midi_output(), plugin.plugin_mut().plugin().refused), (0, 0));
}

#[test]
fn each_piece_knows_where_the_song_is() {
    let mut plugin = active(2, 0);
    let song =
        TransportInfo { position_samples: 48_000, position_beats: 1.5, ..TransportInfo::at_tempo(90.0) };
    let (mut left, mut right) = (vec![0.0; 2_000], vec![0.0; 2_000]);
    let input = BlockInput { transport: Some(&song), ..BlockInput::default() };
    assert_no_alloc(|| plugin.process_block(&mut [&mut left, &mut right], &input)).unwrap();
    let bar_note = MidiEvent::note_on(0, 0, 60, 1);
    let input = BlockInput { midi: &[bar_note], ..BlockInput::default() };
    plugin.process_block(&mut [&mut left[..10], &mut right[..10]], &input).unwrap();
    let Follower { positions, heard, .. } = plugin.plugin_mut().plugin();
    let frames: Vec<usize> = positions.iter().map(|(_, _, frames)| *frames).collect();
    assert_eq!(frames, [800, 800, 400, 10]);
    let samples: Vec<i64> = positions.iter().map(|(samples, ..)| *samples).collect();
    assert_eq!(samples, [48_000, 48_800, 49_600, 50_000]);
    assert_eq!(heard[..], [(0, 0)]);
    for &(samples, beats, _) in positions {
        assert!((beats - samples as f64 / 48_000.0 * 1.5).abs() < 1e-9, "{beats} beats at {samples}");
    }
}
