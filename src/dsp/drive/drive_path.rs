//! One version of the drive stage: a character at an oversampling factor, or a plain delay of the same length.
//!
//! Realtime safety: everything is allocated when the path is built, for every setting.

use super::channels::{self, DriveChannels};
use super::compensation::OutputGain;
use super::dc_blocker::DcBlocker;
use super::oversampler::{Oversampler, Oversampling};
use super::shaper::{Character, Shaper};
use super::tape::Tape;
use crate::dsp::chunk::{Chunk, MAX_CHANNELS};
use crate::dsp::delay_line::DelayLine;
use crate::dsp::linear_smoother::{MappedValues, gains_from_db};

/// Everything about the drive stage that crossfades rather than moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DriveSetting {
    /// The curve.
    pub character: Character,
    /// What is driven.
    pub channels: DriveChannels,
    /// The factor.
    pub oversampling: Oversampling,
    /// How late the signal comes out, in frames: at least by what the factor needs.
    pub latency_frames: usize,
    /// False at 0 dB of drive: the signal is only delayed.
    pub is_engaged: bool,
}

/// The drive of each frame of a chunk.
#[derive(Clone, Copy, Debug)]
pub struct DriveLevels<'a> {
    /// In dB.
    pub levels_db: &'a [f32],
    /// Whether they differ.
    pub are_moving: bool,
}

/// A drive stage that keeps its setting.
#[derive(Clone, Debug)]
pub struct DrivePath {
    setting: DriveSetting,
    sides: [(Oversampler, Shaper); MAX_CHANNELS],
    tape: Tape,
    dc_blocker: DcBlocker,
    input_gains: MappedValues,
    output_gains: MappedValues,
}

impl DrivePath {
    /// A path with a silent past.
    pub fn new(setting: DriveSetting, sample_rate_hz: f64) -> Self {
        Self {
            setting,
            sides: Default::default(),
            tape: Tape::new(sample_rate_hz),
            dc_blocker: DcBlocker::new(sample_rate_hz),
            input_gains: MappedValues::default(),
            output_gains: MappedValues::default(),
        }
    }

    /// What the path does.
    pub fn setting(&self) -> DriveSetting {
        self.setting
    }

    /// How late the signal comes out, in frames, engaged or not.
    pub fn latency_frames(&self) -> usize {
        self.setting.latency_frames
    }

    /// Forgets the past signal and takes another setting.
    pub fn reset(&mut self, setting: DriveSetting) {
        self.setting = setting;
        for (oversampler, shaper) in &mut self.sides {
            oversampler.reset();
            shaper.reset();
        }
        self.tape.reset();
        self.dc_blocker.reset();
        // The gains belong to the character.
        self.output_gains = MappedValues::default();
    }

    /// Drives the chunk in place. `input` holds the stage's input up to and including this chunk.
    pub fn process(&mut self, input: &DelayLine, levels: DriveLevels, chunk: &mut Chunk) {
        if !self.setting.is_engaged {
            return input.read(self.latency_frames(), chunk);
        }
        let DriveSetting { channels, oversampling, latency_frames, .. } = self.setting;
        let spare_frames = latency_frames - oversampling.latency_frames();
        if spare_frames > 0 {
            input.read(spare_frames, chunk);
        }
        match channels {
            DriveChannels::MidSide if chunk.channels() == MAX_CHANNELS => {
                channels::encode(chunk);
                self.drive(levels, chunk);
                channels::decode(chunk);
            }
            DriveChannels::Mid | DriveChannels::Side if chunk.channels() == MAX_CHANNELS => {
                self.drive_one(usize::from(channels == DriveChannels::Side), input, levels, chunk);
            }
            _ => self.drive(levels, chunk),
        }
    }

    /// Drives mid, 0, or side, 1, and delays the other.
    fn drive_one(&mut self, driven: usize, input: &DelayLine, levels: DriveLevels, chunk: &mut Chunk) {
        channels::encode(chunk);
        let mut signal = Chunk::silent(1, chunk.frames());
        signal.channel_mut(0).copy_from_slice(chunk.channel(driven));
        self.drive(levels, &mut signal);
        input.read(self.latency_frames(), chunk);
        channels::encode(chunk);
        chunk.channel_mut(driven).copy_from_slice(signal.channel(0));
        channels::decode(chunk);
    }

    /// Drives whatever is in the chunk, in place.
    fn drive(&mut self, levels: DriveLevels, chunk: &mut Chunk) {
        let DriveSetting { character, channels, oversampling, .. } = self.setting;
        chunk.apply_gains(self.input_gains.map(levels.levels_db, levels.are_moving, gains_from_db));
        if character == Character::Tape {
            // The squares of mid and side add up to half of those of left and right.
            let is_mean = channels == DriveChannels::LeftRight || chunk.channels() < MAX_CHANNELS;
            self.tape.record(chunk, if is_mean { 1.0 / chunk.channels() as f64 } else { 1.0 });
        }
        for (samples, (oversampler, shaper)) in chunk.iter_mut().zip(&mut self.sides) {
            oversampler.process(oversampling, samples, |samples| shaper.process(character, samples));
        }
        match character {
            Character::Tape => self.tape.play(chunk),
            Character::Tube => self.dc_blocker.process(chunk),
            Character::Soft | Character::Hard => {}
        }
        let gain = OutputGain::of(character);
        let gains =
            self.output_gains.map(levels.levels_db, levels.are_moving, |drives_db| gain.apply(drives_db));
        chunk.apply_gains(gains);
    }

    /// How many frames go on after the input has ended, until they are 120 dB down.
    pub fn tail_frames(&self) -> u32 {
        let latency = self.latency_frames() as u32;
        match self.setting {
            // The filters are as long again as the latency.
            DriveSetting { is_engaged: true, character: Character::Tube, .. } => {
                2 * latency + self.dc_blocker.tail_frames()
            }
            DriveSetting { is_engaged: true, .. } => 2 * latency,
            _ => latency,
        }
    }
}
