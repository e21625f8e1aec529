//! A host for one plugin, as a program. The tests run it as it is on this system and on another, and compare what comes out.
//!
//! ```text
//! plugin-host clap|vst3 BUNDLE RECORDING FOLDER [STATE]
//! plugin-host instances|loads|editor CLAP COUNT
//! ```
//!
//! The first plays a recording through the plugin, with a state if one is given; the left channel goes to `output` in the
//! folder, as 32-bit floats, and the state to `state`. A state is what CLAP's hosts keep; that of VST3 is the same without
//! its length in front. The others do something many times and say what it came to.
#![allow(clippy::print_stdout, reason = "it is what the program is for")]

#[cfg(windows)]
mod editor;
#[cfg(windows)]
mod handles;
mod vst3_host;

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail, ensure};
use plugin_test_support::clap_host::ClapHost;

use crate::vst3_host::Vst3Host;

/// Frames in a block.
const BLOCK_FRAMES: usize = 512;

/// Frames after the recording, for what comes late.
const TAIL_FRAMES: usize = 4_800;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words[..] {
        [format @ ("clap" | "vst3"), bundle, recording, folder] => {
            play(format, Path::new(bundle), Path::new(recording), Path::new(folder), None)
        }
        [format @ ("clap" | "vst3"), bundle, recording, folder, state] => {
            play(format, Path::new(bundle), Path::new(recording), Path::new(folder), Some(Path::new(state)))
        }
        ["instances", bundle, count] => instances(Path::new(bundle), count.parse()?),
        ["loads", bundle, count] => loads(Path::new(bundle), count.parse()?),
        #[cfg(windows)]
        ["editor", bundle, count] => editor::open_and_close(Path::new(bundle), count.parse()?),
        _ => bail!("not a command of this program: {}", words.join(" ")),
    }
}

fn play(format: &str, bundle: &Path, recording: &Path, folder: &Path, state: Option<&Path>) -> Result<()> {
    let samples = samples(recording)?;
    let state = state.map(fs::read).transpose().context("the state cannot be read")?;
    let (output, saved) = if format == "clap" {
        let mut host = ClapHost::load(bundle);
        ensure!(state.is_none_or(|state| host.load_state(&state)), "the plugin refuses the state");
        let [output, _] = host.process([&samples, &samples], BLOCK_FRAMES, &[]);
        (output, host.save())
    } else {
        let host = Vst3Host::load(bundle)?;
        if let Some(state) = state {
            host.load_state(state.get(8..).context("the state has no length")?)?;
        }
        let output = host.process(&samples, BLOCK_FRAMES)?;
        let state = host.save()?;
        (output, [&(state.len() as u64).to_le_bytes()[..], &state].concat())
    };
    let bytes: Vec<u8> = output.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    fs::write(folder.join("output"), bytes).context("the output cannot be written")?;
    fs::write(folder.join("state"), saved).context("the state cannot be written")
}

/// A recording's only channel, with silence behind it.
fn samples(path: &Path) -> Result<Vec<f32>> {
    let mut reader = hound::WavReader::open(path).context("the recording cannot be read")?;
    ensure!(reader.spec().channels == 1, "the recording has more than one channel");
    let samples: Result<Vec<f32>, _> =
        reader.samples::<i16>().map(|sample| sample.map(|sample| f32::from(sample) / 32_768.0)).collect();
    let mut samples = samples.context("the recording is not whole")?;
    samples.resize(samples.len() + TAIL_FRAMES, 0.0);
    Ok(samples)
}

/// Some noise, the same each time.
fn noise(frames: usize) -> Vec<f32> {
    let mut random = 1_u32;
    std::iter::repeat_with(|| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 8) as f32 / 16_777_216.0 - 0.5
    })
    .take(frames)
    .collect()
}

/// Makes instances that live at the same time, and has each play the same.
fn instances(bundle: &Path, count: usize) -> Result<()> {
    let first = ClapHost::load(bundle);
    let mut instances: Vec<ClapHost> = (0..count).map(|_| first.another()).collect();
    let input = noise(4_800);
    let mut reference = None;
    for instance in &mut instances {
        let output = instance.process([&input, &input], BLOCK_FRAMES, &[]);
        ensure!(
            *reference.get_or_insert_with(|| output.clone()) == output,
            "an instance plays something else"
        );
    }
    println!("{} instances play the same", instances.len());
    Ok(())
}

/// Loads the library, plays and unloads it, again and again.
fn loads(bundle: &Path, count: usize) -> Result<()> {
    let input = noise(480);
    #[cfg(windows)]
    let mut before = None;
    for _load in 0..count {
        let mut host = ClapHost::load(bundle);
        let [output, _] = host.process([&input, &input], 480, &[]);
        ensure!(output.iter().all(|sample| sample.is_finite()), "the plugin plays no sound");
        drop(host);
        #[cfg(windows)]
        {
            // Unloaded, a library that MinGW has linked would keep what its thread-local values have taken.
            if cfg!(target_env = "gnu") {
                ensure!(handles::is_loaded(bundle), "the library does not stay loaded");
            } else {
                ensure!(!handles::is_loaded(bundle), "the library stays loaded");
            }
            // What the first loads leave behind is the system's own.
            if _load == count / 4 {
                before = Some(handles::Handles::now());
            }
        }
    }
    #[cfg(windows)]
    handles::ensure_none_leaked(before.context("too few loads")?)?;
    println!("{count} times loaded and unloaded");
    Ok(())
}
