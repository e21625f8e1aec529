#![allow(clippy::float_cmp, reason = "copies and halves are exact")]

use std::sync::atomic::{AtomicU32, Ordering};

use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use wavecraft_metering::meters;

use super::*;
use crate::accompaniment::SideChainFeed;
use crate::crossfade::Remaining;
use crate::drift_resampler::DriftResamplerSpec;
use crate::frame_ring::frame_ring;
use crate::instance_exchange::InstanceExchange;
use crate::midi_ring::MidiInputs;
use crate::played_midi::PlayedMidi;
use crate::problem::AudioProblem;
use crate::processor::{BlockInput, BlockProcessor, Preparation, ProcessorSource};
use crate::processor_instance::{InstanceSettings, ProcessorInstance};
use crate::signal::SignalGenerator;

/// Aborts the tests when something allocates that promises not to.
#[global_allocator]
static ALLOCATOR: AllocDisabler = AllocDisabler;

/// Multiplies by a gain that the test may change.
#[derive(Clone)]
struct Gain {
    /// The gain's bits.
    gain: Arc<AtomicU32>,
    most_channels: usize,
}

impl Gain {
    fn new(gain: f32, most_channels: usize) -> Self {
        Self { gain: Arc::new(AtomicU32::new(gain.to_bits())), most_channels }
    }

    fn set(&self, gain: f32) {
        self.gain.store(gain.to_bits(), Ordering::Relaxed);
    }
}

impl BlockProcessor for Gain {
    fn process(&mut self, channels: &mut [&mut [f32]], _: &BlockInput<'_>, _: &mut PlayedMidi) {
        let gain = f32::from_bits(self.gain.load(Ordering::Relaxed));
        for sample in channels.iter_mut().flat_map(|channel| channel.iter_mut()) {
            *sample *= gain;
        }
    }
}

impl ProcessorSource for Gain {
    fn create(&mut self, preparation: Preparation) -> Result<Box<dyn BlockProcessor>, AudioProblem> {
        if preparation.channels > self.most_channels {
            return Err(AudioProblem::other("too many channels"));
        }
        Ok(Box::new(self.clone()))
    }
}

fn settings(max_block_frames: usize) -> InstanceSettings {
    InstanceSettings { max_channels: 2, has_side_chain: false, sample_rate_hz: 48_000.0, max_block_frames }
}

fn instance(channels: usize, max_block_frames: usize, gain: f32) -> (ProcessorInstance, Gain) {
    let mut source = Gain::new(gain, channels);
    (ProcessorInstance::create(&mut source, settings(max_block_frames)).unwrap(), source)
}

fn slot_with_exchange(
    channels: usize,
    max_block_frames: usize,
    gain: f32,
) -> (ProcessorSlot, InstanceExchange, Gain) {
    let (instance, gain) = instance(channels, max_block_frames, gain);
    // The reader may go: frames that find no room are dropped.
    let (writer, _) = meters(48_000.0);
    let queue = MidiInputs::default().begin_run();
    let accompaniment = Accompaniment::new(48_000.0, None, None, SideChainFeed::Silence, queue);
    let (slot, exchange) = ProcessorSlot::new(
        instance,
        48_000.0,
        max_block_frames,
        writer,
        accompaniment,
        PlayedMidi::for_nobody(),
    );
    (slot, exchange, gain)
}

fn slot(channels: usize, max_block_frames: usize, gain: f32) -> (ProcessorSlot, Gain) {
    let (slot, _, gain) = slot_with_exchange(channels, max_block_frames, gain);
    (slot, gain)
}

fn joined(channels: usize, gain: f32) -> (InputCallback, impl Fn(usize) -> OutputCallback, Gain) {
    let counters = Arc::new(Counters::default());
    let spec = DriftResamplerSpec {
        input_rate_hz: 48_000,
        output_rate_hz: 48_000,
        input_block_frames: 64,
        output_block_frames: 64,
    };
    let (writer, reader) = frame_ring(spec.capacity_frames(), 64, Arc::clone(&counters));
    let (slot, gain) = slot(channels, 64, gain);
    let input = InputCallback::new(slot, Some(writer), 2, None, Arc::clone(&counters));
    let reader = std::cell::Cell::new(Some(DriftResampler::new(reader, &spec, Arc::clone(&counters))));
    let output = move |device_channels| {
        let feed = Feed::Input(Box::new(reader.take().unwrap()));
        OutputCallback::new(feed, device_channels, 48_000, Arc::clone(&counters))
    };
    (input, output, gain)
}

#[test]
fn callbacks_allocate_nothing_whatever_the_blocks() {
    let (mut input, output, gain) = joined(2, 1.0);
    let mut output = output(2);
    let (generated, _) = slot(2, 64, 1.0);
    let source = Source::Signal(SignalGenerator::new("sweep".parse().unwrap(), 48_000));
    let feed = Feed::Source(source, Box::new(generated));
    let mut generator = OutputCallback::new(feed, 2, 48_000, Arc::default());
    let mut both_ways = DuplexCallback::new(slot(2, 64, 1.0).0, 48_000, None, Arc::default());
    let (sound, mut sink) = (vec![0.5_f32; 2 * 5_000], vec![0.0_f32; 2 * 5_000]);
    assert_no_alloc(|| {
        for frames in [64, 1, 63, 0, 65, 640, 5_000, 7, 64, 64, 64] {
            input.take(&sound[..2 * frames]);
            output.fill(&mut sink[..2 * frames]);
            generator.fill(&mut sink[..2 * frames]);
            let (left, right) = sink[..2 * frames].split_at_mut(frames);
            both_ways.run([&sound[..frames], &sound[..frames]], [left, right]);
            gain.set(frames as f32 / 5_000.0);
        }
        // Starved, then fed again.
        for _ in 0..100 {
            output.fill(&mut sink[..2 * 64]);
        }
        for _ in 0..10_000 {
            input.take(&sound[..2 * 64]);
            output.fill(&mut sink[..2 * 64]);
        }
    });
}

#[test]
fn a_change_of_gain_is_heard_in_the_next_block() {
    let (mut slot, gain) = slot(1, 64, 0.5);
    assert_eq!(slot.run(4, |channels, _| channels[0].fill(1.0)).left, [0.5; 4]);
    gain.set(0.25);
    assert_eq!(slot.run(4, |channels, _| channels[0].fill(1.0)).right, [0.25; 4]);
}

#[test]
fn channels_are_brought_to_each_other() {
    let mut mono = [0.0; 2];
    deinterleave(&[1.0, 0.5, 0.0, 1.0], 2, &mut [&mut mono]);
    assert_eq!(mono, [0.75, 0.5]);
    let (mut left, mut right) = ([0.0; 2], [0.0; 2]);
    deinterleave(&[1.0, 0.5], 1, &mut [&mut left, &mut right]);
    assert_eq!((left, right), ([1.0, 0.5], [1.0, 0.5]));
    deinterleave(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 3, &mut [&mut left, &mut right]);
    assert_eq!((left, right), ([1.0, 4.0], [2.0, 5.0]));

    let block = Block { left: &[1.0, f32::NAN], right: &[0.5, f32::INFINITY] };
    let mut data = [9.0; 2];
    interleave(block, 1, &mut data);
    assert_eq!(data, [0.75, 0.0]);
    let mut data = [9.0; 8];
    interleave(block, 4, &mut data);
    assert_eq!(data, [1.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
}

#[test]
fn sound_goes_through_and_comes_up_softly() {
    let (mut input, output, _) = joined(2, 0.5);
    let mut output = output(1);
    let mut heard = Vec::new();
    for _ in 0..200 {
        input.take(&[1.0_f32; 128]);
        let mut block = [0.0_f32; 64];
        output.fill(&mut block);
        heard.extend(block);
    }
    assert_eq!(heard[..64], [0.0; 64]);
    let steepest = heard.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
    assert!(steepest < 0.01, "{steepest}");
    assert_eq!(heard[10_000..], vec![0.5; heard.len() - 10_000]);
}

/// What a device that hears and plays at once gets for these channels, whatever it had before.
fn both_ways(callback: &mut DuplexCallback, left: &[f32], right: &[f32]) -> (Vec<f32>, Vec<f32>) {
    let mut played = (vec![9.0; left.len()], vec![9.0; left.len()]);
    callback.run([left, right], [&mut played.0, &mut played.1]);
    played
}

#[test]
fn a_device_that_hears_and_plays_at_once_plays_what_it_hears_in_the_same_block() {
    let counters = Arc::new(Counters::default());
    let mut callback = DuplexCallback::new(slot(2, 64, 0.5).0, 48_000, None, Arc::clone(&counters));
    let (first, _) = both_ways(&mut callback, &[1.0; 4_000], &[1.0; 4_000]);
    let steepest = first.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(first[0], f32::max);
    assert!(steepest < 0.01, "it comes up softly, and not by {steepest}");
    // Longer than the largest block of the processor, and no multiple of it.
    let ramp: Vec<f32> = (0..150).map(|frame| frame as f32).collect();
    let (left, right) = both_ways(&mut callback, &ramp, &[1.0; 150]);
    assert_eq!((left, right), (ramp.iter().map(|sample| 0.5 * sample).collect(), vec![0.5; 150]));
    for counted in [counters.input(), counters.output()] {
        assert_eq!((counted.callbacks(), counted.block_frames()), (2, 150));
    }
}

#[test]
fn a_mono_processor_between_two_channels_gets_their_mix_and_what_is_no_number_is_silent() {
    let mut callback = DuplexCallback::new(slot(1, 64, 1.0).0, 48_000, None, Arc::default());
    both_ways(&mut callback, &[0.0; 4_000], &[0.0; 4_000]);
    let (left, right) = both_ways(&mut callback, &[1.0, f32::NAN, 0.5], &[0.5, 1.0, f32::INFINITY]);
    assert_eq!(left, [0.75, 0.0, 0.0]);
    assert_eq!(left, right);
}

/// Puts out its side chain.
struct SideChainOut;

impl BlockProcessor for SideChainOut {
    fn process(&mut self, channels: &mut [&mut [f32]], input: &BlockInput<'_>, _: &mut PlayedMidi) {
        for (channel, side) in channels.iter_mut().zip(input.side_chain) {
            channel.copy_from_slice(side);
        }
    }
}

impl ProcessorSource for SideChainOut {
    fn create(&mut self, _: Preparation) -> Result<Box<dyn BlockProcessor>, AudioProblem> {
        Ok(Box::new(Self))
    }

    fn side_chain_channels(&self, _: usize) -> usize {
        2
    }
}

#[test]
fn a_device_that_hears_and_plays_at_once_gives_the_side_chain_the_channels_that_it_has() {
    let heard_in = |numbers: [usize; MAX_CHANNELS]| {
        let settings = InstanceSettings { has_side_chain: true, ..settings(64) };
        let instance = ProcessorInstance::create(&mut SideChainOut, settings).unwrap();
        let queue = MidiInputs::default().begin_run();
        let accompaniment = Accompaniment::new(48_000.0, None, None, SideChainFeed::InputDevice, queue);
        let (slot, _) = ProcessorSlot::new(
            instance,
            48_000.0,
            64,
            meters(48_000.0).0,
            accompaniment,
            PlayedMidi::for_nobody(),
        );
        let mut callback = DuplexCallback::new(slot, 48_000, Some(numbers), Arc::default());
        both_ways(&mut callback, &[0.0; 4_000], &[0.0; 4_000]);
        both_ways(&mut callback, &[0.25; 100], &[0.5; 100])
    };
    assert_eq!(heard_in([0, 1]), (vec![0.25; 100], vec![0.5; 100]));
    assert_eq!(heard_in([1, 1]), (vec![0.5; 100], vec![0.5; 100]));
    assert_eq!(heard_in([2, 0]), (vec![0.0; 100], vec![0.25; 100]));
}

fn fill_with_ones(channels: &mut [&mut [f32]], _: &mut [&mut [f32]; MAX_CHANNELS]) {
    for channel in channels {
        channel.fill(1.0);
    }
}

#[test]
fn instances_change_without_allocating_or_freeing_on_the_audio_thread() {
    let (mut slot, mut exchange, _) = slot_with_exchange(2, 64, 0.5);
    let mut gain = 0.5;
    for turn in 0..20 {
        let next_gain = 0.75 - gain;
        // Mono and stereo take turns.
        let (next, _) = instance(1 + turn % 2, 64, next_gain);
        assert!(exchange.send(Box::new(next)).is_ok());
        let between = f32::min(gain, next_gain) - 1e-6..=f32::max(gain, next_gain) + 1e-6;
        let mut returned = None;
        while returned.is_none() {
            let is_between = assert_no_alloc(|| {
                let block = slot.run(64, fill_with_ones);
                block.left.iter().chain(block.right).all(|sample| between.contains(sample))
            });
            assert!(is_between, "turn {turn}");
            returned = exchange.returned();
        }
        assert_eq!(returned.map(|returned| returned.remaining), Some(Remaining::New));
        let block = slot.run(64, fill_with_ones);
        assert_eq!((block.left, block.right), (&[next_gain; 64][..], &[next_gain; 64][..]), "turn {turn}");
        gain = next_gain;
    }
}

#[test]
fn a_second_instance_waits_for_the_first() {
    let (mut slot, mut exchange, _) = slot_with_exchange(2, 64, 1.0);
    for gain in [0.5, 0.25] {
        assert!(exchange.send(Box::new(instance(2, 64, gain).0)).is_ok());
    }
    assert!(exchange.send(Box::new(instance(2, 64, 0.0).0)).is_err(), "there is room for two");
    let mut levels = Vec::new();
    for _ in 0..200 {
        levels.extend_from_slice(slot.run(64, fill_with_ones).left);
        drop(exchange.returned());
    }
    let first = levels.iter().position(|level| *level == 0.5).unwrap();
    assert!(levels[..first].iter().all(|level| (0.5..=1.0).contains(level)));
    assert!(levels[first..].iter().all(|level| (0.25..=0.500_001).contains(level)));
    assert_eq!(levels.last(), Some(&0.25));
}

/// Fails at once, or when it has processed some blocks.
struct Failing {
    blocks_left: usize,
}

impl BlockProcessor for Failing {
    fn process(&mut self, _channels: &mut [&mut [f32]], _: &BlockInput<'_>, _: &mut PlayedMidi) {
        self.blocks_left = self.blocks_left.saturating_sub(1);
    }

    fn has_failed(&self) -> bool {
        self.blocks_left == 0
    }
}

impl ProcessorSource for Failing {
    fn create(&mut self, _: Preparation) -> Result<Box<dyn BlockProcessor>, AudioProblem> {
        Ok(Box::new(Self { blocks_left: self.blocks_left }))
    }
}

#[test]
fn an_instance_that_fails_while_it_comes_in_gives_way_to_the_one_before() {
    // 30 ms unheard are 23 blocks; the fade is over after 38.
    for (blocks_left, is_heard) in [(1, false), (20, false), (30, true)] {
        let (mut slot, mut exchange, _) = slot_with_exchange(1, 64, 0.5);
        let next = ProcessorInstance::create(&mut Failing { blocks_left }, settings(64)).unwrap();
        assert!(exchange.send(Box::new(next)).is_ok());
        let mut heard = Vec::new();
        let returned = loop {
            heard.extend_from_slice(slot.run(64, fill_with_ones).left);
            if let Some(returned) = exchange.returned() {
                break returned;
            }
            assert!(heard.len() < 48_000);
        };
        assert_eq!(returned.remaining, Remaining::Old, "after {blocks_left} blocks");
        assert_eq!(heard.iter().any(|sample| *sample > 0.51), is_heard, "after {blocks_left} blocks");
        let steepest = heard.windows(2).map(|pair| (pair[1] - pair[0]).abs()).fold(0.0, f32::max);
        assert!(steepest < 0.005, "after {blocks_left} blocks: {steepest}");
        assert_eq!(slot.run(4, fill_with_ones).left, [0.5; 4]);
    }
}
