//! Says what a plugin's library offers, and lets it process a second of a tone:
//! `cargo run -p wavecraft-ffi --example inspect -- target/live/libwavecraft.so`.

use std::error::Error;
use std::f32::consts::TAU;
use std::path::PathBuf;
use std::time::Instant;

use wavecraft_ffi::{FfiProcessor, PluginLibrary, PluginParamLoader};

const SAMPLE_RATE_HZ: f32 = 48_000.0;
const BLOCK_FRAMES: usize = 64;

fn main() -> Result<(), Box<dyn Error>> {
    let path: PathBuf = std::env::args_os().nth(1).ok_or("name the library")?.into();
    let library = PluginLibrary::load(&path)?;
    println!("{}: {}", path.display(), library.capability());

    let parameters = PluginParamLoader::load(&library)?;
    for parameter in &parameters {
        println!("  {:14} {:14} {}", parameter.id, parameter.name, parameter.text);
    }

    let mut processor = FfiProcessor::create(&library)?;
    processor.prepare(SAMPLE_RATE_HZ, BLOCK_FRAMES, 2)?;
    let values: Vec<f32> = parameters.iter().map(|parameter| parameter.value.get()).collect();
    let tone = |frame: usize| 0.5 * (TAU * 1_000.0 * frame as f32 / SAMPLE_RATE_HZ).sin();
    let mut left: Vec<f32> = (0..48_000).map(tone).collect();
    let mut right = left.clone();
    let started = Instant::now();
    for (left, right) in left.chunks_mut(BLOCK_FRAMES).zip(right.chunks_mut(BLOCK_FRAMES)) {
        processor.set_parameters(&values)?;
        processor.process(&mut [left, right])?;
    }
    let seconds = started.elapsed().as_secs_f32();
    let peak = left.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    println!(
        "a second of a tone of -6 dBFS: {:.1} dBFS, in {:.1} ms",
        20.0 * peak.log10(),
        1_000.0 * seconds
    );
    println!("latency: {} samples", processor.latency_samples());
    println!("state: {}", String::from_utf8_lossy(&processor.save_state()?));
    if let Some(message) = processor.take_panic() {
        println!("it panicked: {message}");
    }
    Ok(())
}
