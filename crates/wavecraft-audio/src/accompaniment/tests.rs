use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use assert_no_alloc::assert_no_alloc;
use wavecraft_metering::meters;

use super::*;
use crate::instance_exchange::InstanceExchange;
use crate::midi_file::Song;
use crate::midi_ring::MidiInputs;
use crate::played_midi::PlayedMidi;
use crate::problem::AudioProblem;
use crate::processor::{BlockInput, BlockProcessor, Preparation, ProcessorSource};
use crate::processor_instance::{InstanceSettings, ProcessorInstance};
use crate::processor_slot::ProcessorSlot;
use crate::signal::SignalGenerator;

const BLOCK_FRAMES: usize = 64;

/// Puts out a tenth for each key that is held, and the side chain's first channel on top.
#[derive(Clone, Default)]
struct Keys {
    held: Vec<(u8, u8)>,
}

impl BlockProcessor for Keys {
    fn process(&mut self, channels: &mut [&mut [f32]], input: &BlockInput<'_>, _: &mut PlayedMidi) {
        assert!(input.midi.windows(2).all(|pair| pair[0].frame <= pair[1].frame));
        let mut events = input.midi.iter().peekable();
        let frames = channels.first().map_or(0, |channel| channel.len());
        for frame in 0..frames {
            while let Some(event) = events.next_if(|event| event.frame as usize <= frame) {
                let [status, key, velocity] = event.bytes;
                let note = (status & 0x0f, key);
                match status & 0xf0 {
                    0x90 if velocity > 0 && !self.held.contains(&note) => self.held.push(note),
                    0x80 | 0x90 => self.held.retain(|held| *held != note),
                    _ => {}
                }
            }
            let side = input.side_chain.first().map_or(0.0, |side| side[frame]);
            let sample = self.held.len() as f32 * 0.1 + side;
            for channel in &mut *channels {
                channel[frame] = sample;
            }
        }
        assert!(events.next().is_none(), "all are within the block");
    }
}

impl ProcessorSource for Keys {
    fn create(&mut self, _: Preparation) -> Result<Box<dyn BlockProcessor>, AudioProblem> {
        Ok(Box::new(Self { held: Vec::with_capacity(2_048) }))
    }

    fn side_chain_channels(&self, _: usize) -> usize {
        1
    }
}

fn instance() -> ProcessorInstance {
    let settings = InstanceSettings {
        max_channels: 2,
        has_side_chain: true,
        sample_rate_hz: 48_000.0,
        max_block_frames: BLOCK_FRAMES,
    };
    ProcessorInstance::create(&mut Keys::default(), settings).unwrap()
}

fn slot(
    queue: MidiQueue,
    song: Option<SongPlayer>,
    side_chain: SideChainFeed,
) -> (ProcessorSlot, InstanceExchange) {
    let accompaniment = Accompaniment::new(48_000.0, None, song, side_chain, queue);
    let (writer, _) = meters(48_000.0);
    ProcessorSlot::new(instance(), 48_000.0, BLOCK_FRAMES, writer, accompaniment, PlayedMidi::for_nobody())
}

fn run(slot: &mut ProcessorSlot) -> Vec<f32> {
    let mut heard = vec![0.0; BLOCK_FRAMES];
    assert_no_alloc(|| heard.copy_from_slice(slot.run(BLOCK_FRAMES, |_, _| {}).left));
    heard
}

fn song(events: Vec<(u64, MidiEvent)>, length_frames: u64) -> SongPlayer {
    let changes = vec![(0, TransportInfo::default())];
    SongPlayer::new(Song { events, changes, frames: length_frames, length_frames, left_out: 0 })
}

fn is_near(heard: &[f32], expected: f32) -> bool {
    heard.iter().all(|sample| (sample - expected).abs() < 1e-6)
}

#[test]
fn the_end_of_a_note_that_is_dropped_ends_all_notes() {
    let inputs = MidiInputs::default();
    let (mut slot, _exchange) = slot(inputs.begin_run_with_room_for(8), None, SideChainFeed::Silence);
    let (mut keyboard, mut page) = (inputs.connect(), inputs.connect());
    page.play(MidiEvent::note_on(0, 5, 10, 100));
    run(&mut slot);
    assert!((0..8).all(|key| keyboard.play(MidiEvent::note_on(0, 0, key, 100))));
    assert!(!keyboard.play(MidiEvent::note_on(0, 0, 100, 100)));
    // There is no room for these either: nobody else lets go of the keys.
    assert!(!(0..8).any(|key| keyboard.play(MidiEvent::note_off(0, 0, key, 0))));
    assert_eq!(inputs.lost_events(), 9);
    run(&mut slot);
    assert!(is_near(&run(&mut slot), 0.0), "what was held before the loss has ended as well");
    page.play(MidiEvent::note_on(0, 5, 10, 100));
    run(&mut slot);
    assert!(is_near(&run(&mut slot), 0.1), "it goes on with the next note");
}

#[test]
fn no_note_hangs_however_often_messages_are_dropped_meanwhile() {
    let inputs = MidiInputs::default();
    let (mut slot, _exchange) = slot(inputs.begin_run_with_room_for(16), None, SideChainFeed::Silence);
    let is_over = Arc::new(AtomicBool::new(false));
    let players: Vec<_> = (0..3)
        .map(|channel| {
            let (mut connection, is_over) = (inputs.connect(), Arc::clone(&is_over));
            thread::spawn(move || {
                while !is_over.load(Ordering::Relaxed) {
                    for key in 0..20 {
                        connection.play(MidiEvent::note_on(0, channel, key, 100));
                    }
                    for key in 0..20 {
                        connection.play(MidiEvent::note_off(0, channel, key, 0));
                    }
                }
            })
        })
        .collect();
    while inputs.lost_events() < 10_000 {
        run(&mut slot);
    }
    is_over.store(true, Ordering::Relaxed);
    for player in players {
        player.join().unwrap();
    }
    (0..3).for_each(|_| drop(run(&mut slot)));
    assert!(is_near(&run(&mut slot), 0.0));
}

#[test]
fn whoever_goes_lets_go_of_what_it_held_and_of_nothing_else() {
    let inputs = MidiInputs::default();
    let (mut slot, _exchange) = slot(inputs.begin_run(), None, SideChainFeed::Silence);
    let (mut keyboard, mut page) = (inputs.connect(), inputs.connect());
    keyboard.play(MidiEvent::note_on(0, 0, 60, 100));
    page.play(MidiEvent::note_on(0, 0, 64, 100));
    run(&mut slot);
    assert!(is_near(&run(&mut slot), 0.2));
    drop(page);
    run(&mut slot);
    assert!(is_near(&run(&mut slot), 0.1));
}

#[test]
fn a_note_is_heard_in_the_next_block_at_the_latest() {
    let inputs = MidiInputs::default();
    let (mut slot, _exchange) = slot(inputs.begin_run(), None, SideChainFeed::Silence);
    run(&mut slot);
    let mut keyboard = inputs.connect();
    keyboard.play(MidiEvent::note_on(0, 0, 60, 100));
    assert!((run(&mut slot)[BLOCK_FRAMES - 1] - 0.1).abs() < 1e-6);
}

#[test]
fn messages_of_all_sources_come_in_the_order_of_their_frames_and_a_later_one_waits() {
    let inputs = MidiInputs::default();
    let events = vec![(10, MidiEvent::note_on(0, 0, 1, 1)), (100, MidiEvent::note_off(0, 0, 1, 0))];
    let song = song(events, 96_000);
    let (mut slot, _exchange) = slot(inputs.begin_run(), Some(song), SideChainFeed::Silence);
    let device = slot.accompaniment_mut();
    device.add_device_event(5, &[0x91, 7, 1]);
    device.add_device_event(6, &[0xf8]);
    device.add_device_event(70, &[0x81, 7, 0]);
    let heard = [run(&mut slot), run(&mut slot)].concat();
    for (range, expected) in [(0..5, 0.0), (5..10, 0.1), (10..70, 0.2), (70..100, 0.1), (100..128, 0.0)] {
        assert!(is_near(&heard[range.clone()], expected), "{range:?}");
    }
}

#[test]
fn a_device_that_brings_more_than_there_is_room_for_ends_all_notes() {
    let inputs = MidiInputs::default();
    let (mut slot, _exchange) = slot(inputs.begin_run(), None, SideChainFeed::Silence);
    assert_no_alloc(|| {
        for index in 0..2 * DEVICE_EVENTS {
            slot.accompaniment_mut().add_device_event(0, &[0x90, (index % 128) as u8, 1]);
        }
    });
    run(&mut slot);
    assert!(is_near(&run(&mut slot), 0.0));
}

#[test]
fn a_song_begins_anew_where_it_ends_and_the_position_with_it() {
    let events = vec![(0, MidiEvent::note_on(0, 0, 1, 1)), (90, MidiEvent::note_off(0, 0, 1, 0))];
    let inputs = MidiInputs::default();
    let (mut slot, _exchange) = slot(inputs.begin_run(), Some(song(events, 100)), SideChainFeed::Silence);
    let heard: Vec<f32> = (0..5).flat_map(|_| run(&mut slot)).collect();
    for (frame, sample) in heard.iter().enumerate() {
        let expected = if frame % 100 < 90 { 0.1 } else { 0.0 };
        assert!((sample - expected).abs() < 1e-6, "{frame}: {sample}");
    }
    let (transport, next) = slot.accompaniment_mut().transport_at(63);
    assert_eq!((transport.position_samples, next), (319 % 100, usize::MAX));
}

#[test]
fn more_messages_than_a_block_has_room_for_come_with_the_next() {
    let note = |index: usize| {
        let key = (index / 2 % 128) as u8;
        if index.is_multiple_of(2) {
            MidiEvent::note_on(0, 0, key, 1)
        } else {
            MidiEvent::note_off(0, 0, key, 0)
        }
    };
    let count = 2 * SONG_EVENTS + 1;
    let events = (0..count).map(|index| (0, note(index))).collect();
    let inputs = MidiInputs::default();
    let (mut slot, _exchange) = slot(inputs.begin_run(), Some(song(events, 96_000)), SideChainFeed::Silence);
    let mut taken = 0;
    for _ in 0..3 {
        run(&mut slot);
        taken += slot.accompaniment_mut().events().len();
    }
    assert_eq!(taken, count);
    assert!(is_near(&run(&mut slot), 0.1));
}

#[test]
fn a_side_chain_of_one_channel_hears_both() {
    let inputs = MidiInputs::default();
    let signal = Source::Signal(SignalGenerator::new("impulses".parse().unwrap(), 48_000));
    let (mut slot, _exchange) = slot(inputs.begin_run(), None, SideChainFeed::Source(signal));
    let heard: Vec<f32> = (0..750).flat_map(|_| run(&mut slot)).collect();
    assert_eq!(heard.iter().filter(|sample| (**sample - 0.5).abs() < 1e-6).count(), 2);
    assert!(heard.iter().sum::<f32>() < 1.0 + 1e-6);
}

#[test]
fn an_instance_that_takes_over_holds_what_is_held() {
    let inputs = MidiInputs::default();
    let (mut slot, mut exchange) = slot(inputs.begin_run(), None, SideChainFeed::Silence);
    let mut keyboard = inputs.connect();
    keyboard.play(MidiEvent::note_on(0, 0, 60, 100));
    run(&mut slot);
    assert!(exchange.send(Box::new(instance())).is_ok());
    let mut returned = None;
    while returned.is_none() {
        let heard = run(&mut slot);
        assert!(is_near(&heard, 0.1), "neither a gap nor a step: {heard:?}");
        returned = exchange.returned();
    }
    assert!(is_near(&run(&mut slot), 0.1));
    keyboard.play(MidiEvent::note_off(0, 0, 60, 0));
    run(&mut slot);
    assert!(is_near(&run(&mut slot), 0.0));
}
