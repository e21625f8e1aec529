//! What the strip must do to the sound, in numbers.

mod aliasing;
mod analysis;
mod auto_gain;
mod characters;
mod cuts;
mod delta;
mod drive_channels;
mod motion;
mod neutral;
mod offline;
mod robustness;
mod sample_rates;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod samples;

use assert_no_alloc::{AllocDisabler, assert_no_alloc};

use super::{Chain, ChainSettings};

/// Aborts the test run if the chain allocates or frees anything while it processes.
#[global_allocator]
static ALLOCATOR: AllocDisabler = AllocDisabler;

const RATE_HZ: f32 = 48_000.0;
/// What files and hosts have, and the ends of what is promised.
const EVERY_RATE_HZ: [f32; 18] = [
    1_000.0, 2_000.0, 4_000.0, 8_000.0, 11_025.0, 16_000.0, 22_050.0, 32_000.0, 44_100.0, 48_000.0, 88_200.0,
    96_000.0, 176_400.0, 192_000.0, 352_800.0, 384_000.0, 705_600.0, 768_000.0,
];

/// Runs a mono signal through a chain at rest on `settings`, in blocks of `block_frames`.
fn process_blocks(settings: ChainSettings, rate_hz: f32, signal: &[f32], block_frames: usize) -> Vec<f32> {
    let mut chain = Chain::new(rate_hz, settings);
    let mut output = signal.to_vec();
    for block in output.chunks_mut(block_frames) {
        assert_no_alloc(|| chain.process(&mut [block]));
    }
    output
}

fn process(settings: ChainSettings, signal: &[f32]) -> Vec<f32> {
    process_blocks(settings, RATE_HZ, signal, 512)
}

/// Runs a stereo signal through a chain at rest on `settings`.
fn process_stereo(settings: ChainSettings, signal: &[Vec<f32>; 2]) -> [Vec<f32>; 2] {
    process_stereo_changes(settings, &[], signal)
}

/// Runs a stereo signal while the settings change: each one of `changes` holds from its frame on.
fn process_stereo_changes(
    start: ChainSettings,
    changes: &[(usize, ChainSettings)],
    signal: &[Vec<f32>; 2],
) -> [Vec<f32>; 2] {
    let mut chain = Chain::new(RATE_HZ, start);
    let mut output = signal.clone();
    let mut first = 0;
    let ends = changes.iter().map(|(frame, _)| *frame).chain([signal[0].len()]);
    let settings = changes.iter().map(|(_, settings)| Some(*settings)).chain([None]);
    for (end, settings) in ends.zip(settings) {
        let [left, right] = output.each_mut().map(|side| side[first..end].chunks_mut(512));
        for (left, right) in left.zip(right) {
            assert_no_alloc(|| chain.process(&mut [left, right]));
        }
        if let Some(settings) = settings {
            chain.set(settings);
        }
        first = end;
    }
    output
}

/// Runs a mono signal while the settings change: each one of `changes` holds from its frame on.
fn process_changes(
    start: ChainSettings,
    changes: &[(usize, ChainSettings)],
    signal: &[f32],
    block_frames: usize,
) -> Vec<f32> {
    let mut chain = Chain::new(RATE_HZ, start);
    let mut output = signal.to_vec();
    let mut frame = 0;
    let mut changes = changes.iter().peekable();
    while frame < output.len() {
        if let Some((_, settings)) = changes.next_if(|(at, _)| *at == frame) {
            assert_no_alloc(|| chain.set(*settings));
        }
        let next_change = changes.peek().map_or(usize::MAX, |(at, _)| *at);
        // Blocks begin where a host's would, whatever happens between.
        let block_end = (frame / block_frames + 1) * block_frames;
        let end = block_end.min(next_change).min(output.len());
        assert_no_alloc(|| chain.process(&mut [&mut output[frame..end]]));
        frame = end;
    }
    output
}
