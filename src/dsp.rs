//! The signal chain, usable without any plugin framework:
//!
//! ```text
//! input gain -> low cut -> high cut -> drive -> mix with the dry input -> auto gain -> output gain
//! |____________________________________ delta, then bypass ____________________________________|
//! ```
//!
//! [`Chain`] goes through two lists of processors, one before the mix and one after it. Each processor is a type in a file of
//! its own that implements one trait; [`ChainSettings`] says what all of them are to do.
//!
//! Realtime safety, of this module and all below it: memory is allocated when a chain is built and never after.
//! [`Chain::process`] neither locks, waits, logs nor panics, whatever the samples and settings.

mod auto_gain;
mod chunk;
pub mod cut;
mod delay_line;
pub mod drive;
mod dry_path;
mod equal_gain_crossfade;
mod first_order;
mod gain;
mod linear_smoother;
mod processor;
mod vector_instructions;

pub use chunk::{CHUNK_FRAMES, Chunk, MAX_CHANNELS};
pub use cut::Slope;
pub use drive::{Character, DriveChannels, OfflineOversampling, Oversampling};
pub use processor::{Latency, Processor};

use fearless_simd::dispatch;
use wavecraft_metering::loudness::LoudnessMeter;

use auto_gain::AutoGain;
use chunk::SMALLEST_SAMPLE;
use dry_path::DryPath;
use linear_smoother::SmoothedControl;
use processor::{ProcessorList, crossfade_frames, smoothing_frames};
use vector_instructions::level;

/// What the signal passes before it is mixed with the dry input, in this order.
type BeforeMix = (gain::InputGain, cut::Cuts, drive::Drive);
/// What it passes after the mix, in this order.
type AfterMix = (gain::OutputGain,);

// The dry signal that bypass plays is delayed as far as the mix.
const _: () = assert!(AfterMix::MAX_LATENCY_FRAMES == 0, "what comes after the mix may not be late");

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
    /// What the drive stage takes for its two channels.
    pub drive_channels: DriveChannels,
    /// The drive stage's factor while nobody listens; the latency has room for either.
    pub offline_oversampling: OfflineOversampling,
    /// Before the output gain, bring what is processed to the loudness of the input.
    pub auto_gain: bool,
    /// Hear what the strip changes: its output without the input.
    pub delta: bool,
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
            drive_channels: DriveChannels::LeftRight,
            offline_oversampling: OfflineOversampling::AsLive,
            auto_gain: false,
            delta: false,
        }
    }
}

impl ChainSettings {
    /// How late the output is with these settings, in frames. Only `oversampling` and `offline_oversampling` decide: the
    /// later of both, so that a bounce is as late as what was heard.
    pub fn latency_frames(&self) -> u32 {
        BeforeMix::latency_frames(self) as u32
    }

    /// The settings for a chain that renders offline: its drive stage runs at the factor that is meant for that. The latency
    /// stays.
    pub fn rendered_offline(self) -> Self {
        // What either factor needs of the latency is the same when they change places.
        match self.offline_oversampling.factor() {
            Some(factor) => Self {
                oversampling: factor,
                offline_oversampling: OfflineOversampling::of(self.oversampling),
                ..self
            },
            None => self,
        }
    }
}

/// What a chain measures for whoever looks on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measurement {
    /// Of the last 400 ms of the input, by BS.1770-4, in LUFS; minus infinity for silence.
    pub input_loudness_lufs: f32,
    /// Of the last 400 ms of the output, likewise.
    pub output_loudness_lufs: f32,
    /// The level after the drive stage over that before it, in about the last 400 ms, in dB.
    pub drive_gain_db: f32,
}

/// The whole strip for one or two channels.
#[derive(Clone, Debug)]
pub struct Chain {
    settings: ChainSettings,
    before_mix: BeforeMix,
    after_mix: AfterMix,
    auto_gain: AutoGain,
    /// From the dry signal, 0, to the wet one, 1.
    mix: SmoothedControl,
    /// From the wet signal, 0, to what it differs by from the dry one, 1.
    delta: SmoothedControl,
    /// From the wet signal, 0, to the dry one, 1.
    bypass: SmoothedControl,
    dry_path: DryPath,
    /// Of the input and the output, while somebody wants to know.
    loudness: [LoudnessMeter; 2],
    is_measured: bool,
    wet: Chunk,
}

impl Chain {
    /// A chain for a sample rate, standing on `settings`. Allocates all that it will ever need.
    pub fn new(sample_rate_hz: f32, settings: ChainSettings) -> Self {
        // Looks at the processor here, and not on the audio thread.
        level();
        let sample_rate_hz = f64::from(sample_rate_hz);
        let mut chain = Self {
            settings,
            before_mix: BeforeMix::new(sample_rate_hz),
            after_mix: AfterMix::new(sample_rate_hz),
            auto_gain: AutoGain::new(sample_rate_hz),
            mix: SmoothedControl::new(smoothing_frames(sample_rate_hz)),
            delta: SmoothedControl::new(crossfade_frames(sample_rate_hz)),
            bypass: SmoothedControl::new(crossfade_frames(sample_rate_hz)),
            dry_path: DryPath::new::<BeforeMix>(),
            loudness: std::array::from_fn(|_| LoudnessMeter::new(sample_rate_hz as f32)),
            is_measured: false,
            wet: Chunk::silent(0, 0),
        };
        chain.reset(settings);
        chain
    }

    /// Forgets the past signal and stands on `settings` at once.
    ///
    /// # Realtime safety
    ///
    /// May be called on the audio thread.
    pub fn reset(&mut self, settings: ChainSettings) {
        self.settings = settings;
        self.before_mix.reset(&settings);
        self.after_mix.reset(&settings);
        self.auto_gain.reset(&settings);
        self.mix.reset(settings.mix);
        self.delta.reset(f32::from(settings.delta));
        self.bypass.reset(f32::from(settings.bypass));
        self.dry_path.reset();
        self.loudness.iter_mut().for_each(LoudnessMeter::reset);
    }

    /// Starts for other settings: values are smoothed, switches crossfade, beginning with the next frame processed. A
    /// switch that is changed while the last change still crossfades waits for its turn.
    ///
    /// # Realtime safety
    ///
    /// May be called on the audio thread, before every block if need be.
    pub fn set(&mut self, settings: ChainSettings) {
        self.settings = settings;
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
            self.apply_settings();
            let frames = self.frames_until_switch().min(CHUNK_FRAMES).min(total - start);
            self.wet.resize(count, frames);
            dispatch!(level(), _simd => for (samples, channel) in self.wet.iter_mut().zip(channels.iter()) {
                for (sample, input) in samples.iter_mut().zip(&channel[start..]) {
                    *sample = audible(*input);
                }
            });
            self.process_chunk();
            for (index, channel) in channels[..count].iter_mut().enumerate() {
                channel[start..start + frames].copy_from_slice(self.wet.channel(index));
            }
            start += frames;
        }
    }

    /// The largest magnitude on each channel of what the drive stage was given since the last call, linear.
    ///
    /// # Realtime safety
    ///
    /// May be called on the audio thread.
    pub fn take_drive_input_peaks(&mut self) -> [f32; MAX_CHANNELS] {
        let (.., drive) = &mut self.before_mix;
        drive.take_input_peaks()
    }

    /// Whether the chain measures what [`measurement`](Self::measurement) returns, which takes time: from the next block on.
    ///
    /// # Realtime safety
    ///
    /// May be called on the audio thread, before every block if need be.
    pub fn set_measured(&mut self, is_measured: bool) {
        if is_measured && !self.is_measured {
            self.loudness.iter_mut().for_each(LoudnessMeter::reset);
        }
        self.is_measured = is_measured;
        let (.., drive) = &mut self.before_mix;
        drive.measure_gain(is_measured);
    }

    /// What was measured of late; `None` unless [`set_measured`](Self::set_measured) says so.
    ///
    /// # Realtime safety
    ///
    /// May be called on the audio thread.
    pub fn measurement(&self) -> Option<Measurement> {
        let (.., drive) = &self.before_mix;
        let [input_loudness_lufs, output_loudness_lufs] =
            self.loudness.each_ref().map(LoudnessMeter::momentary_lufs);
        self.is_measured.then(|| Measurement {
            input_loudness_lufs,
            output_loudness_lufs,
            drive_gain_db: drive.gain_db(),
        })
    }

    /// By how much auto gain raises what is processed, in dB: the value that it is on its way to, and 0 while it is off.
    ///
    /// # Realtime safety
    ///
    /// May be called on the audio thread.
    pub fn auto_gain_db(&self) -> f32 {
        self.auto_gain.gain_db()
    }

    /// How many frames go on after the input has ended, until they are 120 dB down, with the settings of the last block.
    pub fn tail_frames(&self) -> u32 {
        self.before_mix.tail_frames() + self.after_mix.tail_frames()
    }

    /// The chain itself, on `wet`.
    fn process_chunk(&mut self) {
        let frames = self.wet.frames();
        if self.is_measured {
            self.wet.measure(&mut self.loudness[0]);
        }
        self.dry_path.write(&self.wet);
        self.before_mix.process(&mut self.wet);
        let is_mixed = !self.mix.is_constantly(1.0);
        let is_delta = !self.delta.is_constantly(0.0);
        let is_bypassed = !self.bypass.is_constantly(0.0);
        let is_needed = is_mixed || is_delta || is_bypassed || self.auto_gain.is_on();
        self.dry_path.follow(&self.before_mix, is_needed);
        if is_mixed {
            self.wet.blend(
                self.dry_path.chunk(),
                self.mix.next_values(frames, |wet| wet.iter_mut().for_each(|wet| *wet = 1.0 - *wet)),
            );
        }
        self.auto_gain.process(&mut self.wet, self.dry_path.chunk());
        self.after_mix.process(&mut self.wet);
        if is_delta {
            self.wet.subtract(self.dry_path.chunk(), self.delta.next_values(frames, |_| {}));
        }
        if is_bypassed {
            self.wet.blend(self.dry_path.chunk(), self.bypass.next_values(frames, |_| {}));
        }
        if self.is_measured {
            self.wet.measure(&mut self.loudness[1]);
        }
    }

    fn apply_settings(&mut self) {
        self.before_mix.set(&self.settings);
        self.after_mix.set(&self.settings);
        self.auto_gain.set(&self.settings);
        self.mix.set_target(self.settings.mix);
        self.delta.set_target(f32::from(self.settings.delta));
        self.bypass.set_target(f32::from(self.settings.bypass));
    }

    /// How far the next chunk may go: it ends where a switch that has to wait may be taken, and where auto gain moves on,
    /// whatever the host's blocks are.
    fn frames_until_switch(&self) -> usize {
        let frames = [
            self.before_mix.frames_until_switch(),
            self.after_mix.frames_until_switch(),
            self.auto_gain.frames_until_step(),
        ];
        frames.into_iter().flatten().min().unwrap_or(usize::MAX)
    }
}

/// The sample, or silence where it is none.
#[inline(always)]
fn audible(sample: f32) -> f32 {
    // As integers, magnitudes compare like the numbers do, what is no number comes last, and denormals cost nothing.
    let magnitude = sample.to_bits() & !(1 << 31);
    if (SMALLEST_SAMPLE.to_bits()..=LARGEST_INPUT.to_bits()).contains(&magnitude) { sample } else { 0.0 }
}

#[cfg(test)]
mod tests;
