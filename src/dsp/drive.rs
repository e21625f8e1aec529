//! The drive stage: gain into a curve at a higher sample rate, and its loudness back.
//!
//! A change of character, channels or oversampling, and going from 0 dB to some, are switches: a second path processes the signal
//! until its filters are full, and then both crossfade.
//!
//! Realtime safety: both paths are built beforehand; nothing allocates.

mod channels;
pub mod compensation;
mod dc_blocker;
mod drive_path;
mod gain_meter;
mod half_band;
mod oversampler;
mod shaper;
mod tape;

pub use channels::DriveChannels;
pub use oversampler::{OfflineOversampling, Oversampling};
pub use shaper::Character;

use fearless_simd::dispatch;

use super::ChainSettings;
use super::chunk::{Chunk, MAX_CHANNELS};
use super::delay_line::DelayLine;
use super::equal_gain_crossfade::EqualGainCrossfade;
use super::linear_smoother::SmoothedControl;
use super::processor::{Latency, Processor, crossfade_frames, smoothing_frames};
use super::vector_instructions::level;
use drive_path::{DriveLevels, DrivePath, DriveSetting};
use gain_meter::GainMeter;

/// The drive stage with its two paths.
#[derive(Clone, Debug)]
pub struct Drive {
    level_db: SmoothedControl,
    current: DrivePath,
    previous: DrivePath,
    crossfade: EqualGainCrossfade,
    /// Whether the chunk processed last was mixed from both paths.
    is_crossfading: bool,
    /// Whether the chunk processed last had one channel: then all choices of channels are one.
    is_mono: bool,
    /// What came in, for paths that only delay it, or all the more.
    input: DelayLine,
    /// The largest magnitude that came in since somebody asked, for each channel, as bits: they compare like the numbers do.
    input_peaks: [u32; MAX_CHANNELS],
    gain: GainMeter,
    is_gain_measured: bool,
    scratch: Chunk,
}

impl Drive {
    /// The largest magnitude that has come in on each channel since the last call, linear.
    pub(super) fn take_input_peaks(&mut self) -> [f32; MAX_CHANNELS] {
        std::mem::take(&mut self.input_peaks).map(f32::from_bits)
    }

    /// Measures from now on what the stage does to the level, or no longer.
    pub(super) fn measure_gain(&mut self, is_measured: bool) {
        if is_measured && !self.is_gain_measured {
            self.gain.reset();
        }
        self.is_gain_measured = is_measured;
    }

    /// The level after the stage over that before it in about the last 400 ms, in dB, while it is measured.
    pub(super) fn gain_db(&self) -> f32 {
        self.gain.gain_db()
    }

    fn setting(settings: &ChainSettings) -> DriveSetting {
        DriveSetting {
            character: settings.character,
            channels: settings.drive_channels,
            oversampling: settings.oversampling,
            latency_frames: Self::latency_frames(settings),
            is_engaged: settings.drive_db > 0.0,
        }
    }
}

impl Processor for Drive {
    const MAX_LATENCY_FRAMES: usize = Oversampling::MAX_LATENCY_FRAMES;

    fn new(sample_rate_hz: f64) -> Self {
        compensation::prepare();
        let path = DrivePath::new(Self::setting(&ChainSettings::default()), sample_rate_hz);
        Self {
            level_db: SmoothedControl::new(smoothing_frames(sample_rate_hz)),
            current: path.clone(),
            previous: path,
            crossfade: EqualGainCrossfade::new(crossfade_frames(sample_rate_hz)),
            is_crossfading: false,
            is_mono: false,
            input: DelayLine::new(Self::MAX_LATENCY_FRAMES),
            input_peaks: [0; MAX_CHANNELS],
            gain: GainMeter::new(sample_rate_hz),
            is_gain_measured: false,
            scratch: Chunk::silent(0, 0),
        }
    }

    fn reset(&mut self, settings: &ChainSettings) {
        self.level_db.reset(settings.drive_db);
        self.crossfade.finish();
        self.is_crossfading = false;
        self.current.reset(Self::setting(settings));
        self.input.reset();
        self.gain.reset();
    }

    fn set(&mut self, settings: &ChainSettings) {
        self.level_db.set_target(settings.drive_db);
        let mut setting = Self::setting(settings);
        if self.is_mono {
            setting.channels = self.current.setting().channels;
        }
        let differs = if setting.is_engaged {
            setting != self.current.setting()
        } else {
            // Of a stage that is not heard the delay alone matters.
            (setting.latency_frames, false)
                != (self.current.setting().latency_frames, self.current.setting().is_engaged)
        };
        if differs && !self.crossfade.is_running() {
            std::mem::swap(&mut self.current, &mut self.previous);
            self.current.reset(setting);
            // The filters are twice as long as they are late.
            let filling_frames = if setting.is_engaged { 2 * self.current.latency_frames() } else { 0 };
            self.crossfade.start_after(filling_frames as u32);
        }
    }

    fn process(&mut self, chunk: &mut Chunk) {
        self.input.write(chunk);
        self.is_mono = chunk.channels() == 1;
        dispatch!(level(), _simd => for (peak, samples) in self.input_peaks.iter_mut().zip(chunk.iter_mut()) {
            for sample in samples {
                *peak = (*peak).max(sample.to_bits() & !(1 << 31));
            }
        });
        let are_moving = self.level_db.is_smoothing();
        let levels_db = self.level_db.next_values(chunk.frames(), |_| {});
        let levels = DriveLevels { levels_db, are_moving };
        self.is_crossfading = self.crossfade.is_running();
        if self.is_crossfading {
            self.scratch.copy_from(chunk);
            self.previous.process(&self.input, levels, chunk);
            self.current.process(&self.input, levels, &mut self.scratch);
            chunk.blend(&self.scratch, self.crossfade.next_amounts(chunk.frames()));
        } else {
            self.current.process(&self.input, levels, chunk);
        }
        if self.is_gain_measured {
            self.scratch.resize(chunk.channels(), chunk.frames());
            self.input.read(self.current.latency_frames(), &mut self.scratch);
            self.gain.add(&self.scratch, chunk);
        }
    }

    fn latency_frames(settings: &ChainSettings) -> usize {
        let live = settings.oversampling.latency_frames();
        settings.offline_oversampling.factor().map_or(live, |offline| live.max(offline.latency_frames()))
    }

    fn latency(&self) -> Latency<'_> {
        let frames = self.current.latency_frames();
        if self.is_crossfading {
            let amounts = self.crossfade.last_amounts();
            Latency::Crossfade { from_frames: self.previous.latency_frames(), to_frames: frames, amounts }
        } else {
            Latency::Constant { frames }
        }
    }

    fn tail_frames(&self) -> u32 {
        self.current.tail_frames()
    }

    fn frames_until_switch(&self) -> Option<usize> {
        self.crossfade.remaining_frames()
    }
}
