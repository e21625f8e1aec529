//! The signal chain, usable without any plugin framework:
//!
//! ```text
//! input gain -> low cut -> high cut -> drive -> mix with the dry input -> output gain
//! |______________________________ bypass, without a click ______________________________|
//! ```
//!
//! [`Chain`] shows it at a glance; each processor has a file of its own.
//!
//! Realtime safety, of this module and all below it: memory is allocated when a chain is built and never after.
//! [`Chain::process`] neither locks, waits, logs nor panics, whatever the samples and settings.

mod chunk;
mod crossfade;
pub mod cut;
mod delay;
pub mod drive;
mod first_order;
mod glide;

pub use chunk::{CHUNK_FRAMES, Chunk, MAX_CHANNELS};
pub use cut::Slope;
pub use drive::{Character, Oversampling};

use chunk::SMALLEST_SAMPLE;
use cut::{Cut, Side};
use delay::Delay;
use drive::Drive;
use glide::{Glide, MappedValues, gain_from_db};

/// How long a control takes to each new value.
const GLIDE_MS: f64 = 20.0;
/// How long the old and the new sound of a switch overlap.
const CROSSFADE_MS: f64 = 20.0;

/// Inputs beyond this, +180 dBFS, are no sound, and the filters' sums could overflow.
const LARGEST_INPUT: f32 = 1e9;

/// What the chain is to do: the parameters in the chain's own units.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChainSettings {
    /// Hear the input alone.
    pub bypass: bool,
    /// Before everything else, in dB, in [-24, 24].
    pub input_gain_db: f32,
    /// In Hz, in [20, 1,000].
    pub low_cut_hz: f32,
    /// Off or how steep.
    pub low_cut_slope: Slope,
    /// In Hz, in [1,000, 20,000].
    pub high_cut_hz: f32,
    /// Off or how steep.
    pub high_cut_slope: Slope,
    /// In dB, in [0, 36]. At 0 the drive stage is transparent.
    pub drive_db: f32,
    /// The drive stage's curve.
    pub character: Character,
    /// The drive stage's factor; decides the latency.
    pub oversampling: Oversampling,
    /// From the input alone, 0, to the processed signal alone, 1.
    pub mix: f32,
    /// After everything else, in dB, in [-24, 24].
    pub output_gain_db: f32,
}

impl Default for ChainSettings {
    /// Neutral: the output is the input, late by the latency.
    fn default() -> Self {
        Self {
            bypass: false,
            input_gain_db: 0.0,
            low_cut_hz: 20.0,
            low_cut_slope: Slope::Off,
            high_cut_hz: 20_000.0,
            high_cut_slope: Slope::Off,
            drive_db: 0.0,
            character: Character::Soft,
            oversampling: Oversampling::X4,
            mix: 1.0,
            output_gain_db: 0.0,
        }
    }
}

impl ChainSettings {
    /// How late the output is with these settings, in frames. Only `oversampling` decides.
    pub fn latency_frames(&self) -> u32 {
        Drive::latency_frames(self.oversampling) as u32
    }
}

/// A control that scales the signal, frame by frame.
#[derive(Clone, Debug)]
struct Control {
    glide: Glide,
    values: MappedValues,
}

impl Control {
    fn new(glide_frames: u32) -> Self {
        Self { glide: Glide::new(0.0, glide_frames), values: MappedValues::default() }
    }

    /// The value that the control rests on, unless it moves.
    fn rests_on(&self, value: f32) -> bool {
        !self.glide.is_moving() && self.glide.target().to_bits() == value.to_bits()
    }
}

/// The whole strip for one or two channels.
#[derive(Clone, Debug)]
pub struct Chain {
    settings: ChainSettings,
    input_gain_db: Control,
    low_cut: Cut,
    high_cut: Cut,
    drive: Drive,
    mix: Control,
    output_gain_db: Control,
    bypass: Control,
    dry_past: Delay,
    dry: Chunk,
    wet: Chunk,
}

impl Chain {
    /// A chain for a sample rate, at rest on `settings`. Allocates all that it will ever need.
    pub fn new(sample_rate_hz: f32, settings: ChainSettings) -> Self {
        let sample_rate_hz = f64::from(sample_rate_hz);
        let frames = |milliseconds: f64| (milliseconds / 1_000.0 * sample_rate_hz).round() as u32;
        let (glide, crossfade) = (frames(GLIDE_MS), frames(CROSSFADE_MS));
        let mut chain = Self {
            settings,
            input_gain_db: Control::new(glide),
            low_cut: Cut::new(Side::Low, sample_rate_hz, glide, crossfade),
            high_cut: Cut::new(Side::High, sample_rate_hz, glide, crossfade),
            drive: Drive::new(sample_rate_hz, glide, crossfade),
            mix: Control::new(glide),
            output_gain_db: Control::new(glide),
            bypass: Control::new(crossfade),
            dry_past: Delay::new(Oversampling::max_latency_frames()),
            dry: Chunk::silent(0, 0),
            wet: Chunk::silent(0, 0),
        };
        chain.reset(settings);
        chain
    }

    /// Forgets the past signal and stands on `settings`, without gliding there.
    ///
    /// # Realtime safety
    ///
    /// May be called on the audio thread.
    pub fn reset(&mut self, settings: ChainSettings) {
        self.settings = settings;
        self.input_gain_db.glide.jump(settings.input_gain_db);
        self.low_cut.reset(settings.low_cut_hz, settings.low_cut_slope);
        self.high_cut.reset(settings.high_cut_hz, settings.high_cut_slope);
        self.drive.reset(settings.drive_db, settings.character, settings.oversampling);
        self.mix.glide.jump(settings.mix);
        self.output_gain_db.glide.jump(settings.output_gain_db);
        self.bypass.glide.jump(f32::from(settings.bypass));
        self.dry_past.reset();
    }

    /// Starts for other settings: values glide, switches crossfade, beginning with the next frame processed.
    ///
    /// # Realtime safety
    ///
    /// May be called on the audio thread, before every block if need be.
    pub fn set(&mut self, settings: ChainSettings) {
        self.settings = settings;
        self.input_gain_db.glide.set_target(settings.input_gain_db);
        self.mix.glide.set_target(settings.mix);
        self.output_gain_db.glide.set_target(settings.output_gain_db);
        self.bypass.glide.set_target(f32::from(settings.bypass));
        self.apply_switches();
    }

    /// Processes a block of any length in place: one slice for each channel, one or two, of equal lengths. Channels beyond
    /// two are left as they are.
    ///
    /// # Realtime safety
    ///
    /// See the module. Samples may be anything: what is no number or far beyond all sound counts as silence.
    pub fn process(&mut self, channels: &mut [&mut [f32]]) {
        let count = channels.len().min(MAX_CHANNELS);
        let total = channels[..count].iter().map(|channel| channel.len()).min().unwrap_or(0);
        let mut start = 0;
        while start < total {
            // A chunk ends where a switch that had to wait may be taken, whatever the host's blocks are.
            let frames = self.frames_until_switch().min(CHUNK_FRAMES).min(total - start);
            self.apply_switches();
            self.wet.resize(count, frames);
            for (samples, channel) in self.wet.iter_mut().zip(channels.iter()) {
                for (sample, input) in samples.iter_mut().zip(&channel[start..]) {
                    *sample = audible(*input);
                }
            }
            self.process_chunk();
            for (index, channel) in channels[..count].iter_mut().enumerate() {
                channel[start..start + frames].copy_from_slice(self.wet.channel(index));
            }
            start += frames;
        }
    }

    /// How many frames go on after the input has ended, until they are 120 dB down.
    pub fn tail_frames(&self) -> u32 {
        self.drive.tail_frames() + self.low_cut.tail_frames() + self.high_cut.tail_frames()
    }

    /// The chain itself, on `wet`.
    fn process_chunk(&mut self) {
        let frames = self.wet.frames();
        self.dry_past.write(&self.wet);

        apply_gain(&mut self.input_gain_db, &mut self.wet);
        self.low_cut.process(&mut self.wet);
        self.high_cut.process(&mut self.wet);
        self.drive.process(&mut self.wet);

        let needs_dry = !(self.mix.rests_on(1.0) && self.bypass.rests_on(0.0));
        if needs_dry {
            self.dry.resize(self.wet.channels(), frames);
            self.drive.read_aligned(&self.dry_past, &mut self.dry);
        }
        if !self.mix.rests_on(1.0) {
            let dry_amounts = self.mix.values.advance(&mut self.mix.glide, frames, |wet| 1.0 - wet);
            self.wet.blend(&self.dry, dry_amounts);
        }
        apply_gain(&mut self.output_gain_db, &mut self.wet);
        if !self.bypass.rests_on(0.0) {
            let bypassed = self.bypass.values.advance(&mut self.bypass.glide, frames, |bypassed| bypassed);
            self.wet.blend(&self.dry, bypassed);
        }
    }

    fn apply_switches(&mut self) {
        let settings = &self.settings;
        self.low_cut.set(settings.low_cut_hz, settings.low_cut_slope);
        self.high_cut.set(settings.high_cut_hz, settings.high_cut_slope);
        self.drive.set(settings.drive_db, settings.character, settings.oversampling);
    }

    /// How many frames it takes until the next crossfade ends; more than a chunk if none runs.
    fn frames_until_switch(&self) -> usize {
        [
            self.low_cut.frames_until_switch(),
            self.high_cut.frames_until_switch(),
            self.drive.frames_until_switch(),
        ]
        .into_iter()
        .filter(|frames| *frames > 0)
        .min()
        .unwrap_or(usize::MAX)
    }
}

fn apply_gain(control: &mut Control, chunk: &mut Chunk) {
    if !control.rests_on(0.0) {
        chunk.apply_gains(control.values.advance(&mut control.glide, chunk.frames(), gain_from_db));
    }
}

/// The sample, or silence where it is none.
fn audible(sample: f32) -> f32 {
    // As integers, magnitudes compare like the numbers do, what is no number comes last, and denormals cost nothing.
    let magnitude = sample.to_bits() & !(1 << 31);
    if (SMALLEST_SAMPLE.to_bits()..=LARGEST_INPUT.to_bits()).contains(&magnitude) { sample } else { 0.0 }
}

#[cfg(test)]
mod tests;
