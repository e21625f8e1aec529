//! The drive stage: gain into a curve at a higher sample rate, and its loudness back.
//!
//! A change of character or oversampling, and going from 0 dB to some, are switches: a second voice is warmed up with
//! the signal until its filters are full, and then fades in over the first.
//!
//! Realtime safety: both voices are built beforehand; nothing allocates.

pub mod compensation;
mod dc_blocker;
mod half_band;
mod oversampler;
mod shaper;
mod tape;
mod voice;

pub use oversampler::Oversampling;
pub use shaper::Character;
pub use voice::DriveSetting;

use super::chunk::{CHUNK_FRAMES, Chunk};
use super::crossfade::Crossfade;
use super::delay::Delay;
use super::glide::{Glide, MappedValues};
use voice::{DriveLevels, Voice};

/// The drive stage with its two voices.
#[derive(Clone, Debug)]
pub struct Drive {
    level_db: Glide,
    levels_db: MappedValues,
    current: Voice,
    previous: Voice,
    crossfade: Crossfade,
    amounts: [f32; CHUNK_FRAMES],
    is_switching: bool,
    past: Delay,
    scratch: Chunk,
}

impl Drive {
    /// A stage that stands where the controls say.
    ///
    /// `glide_frames` is how long the level takes to each new value, `crossfade_frames` how long voices overlap.
    pub fn new(sample_rate_hz: f64, glide_frames: u32, crossfade_frames: u32) -> Self {
        compensation::prepare();
        let setting = DriveSetting {
            character: Character::default(),
            oversampling: Oversampling::default(),
            is_engaged: false,
        };
        let voice = Voice::new(setting, sample_rate_hz);
        Self {
            level_db: Glide::new(0.0, glide_frames),
            levels_db: MappedValues::default(),
            current: voice.clone(),
            previous: voice,
            crossfade: Crossfade::new(crossfade_frames),
            amounts: [1.0; CHUNK_FRAMES],
            is_switching: false,
            past: Delay::new(Oversampling::max_latency_frames()),
            scratch: Chunk::silent(0, 0),
        }
    }

    fn setting(drive_db: f32, character: Character, oversampling: Oversampling) -> DriveSetting {
        DriveSetting { character, oversampling, is_engaged: drive_db > 0.0 }
    }

    /// Forgets the past signal and stands where the controls say, without gliding there.
    pub fn reset(&mut self, drive_db: f32, character: Character, oversampling: Oversampling) {
        self.level_db.jump(drive_db);
        self.crossfade.finish();
        self.is_switching = false;
        self.current.reset(Self::setting(drive_db, character, oversampling));
        self.past.reset();
    }

    /// Starts for new controls: `drive_db` in [0, 36]. A switch thrown while the last one still fades waits for its turn.
    pub fn set(&mut self, drive_db: f32, character: Character, oversampling: Oversampling) {
        self.level_db.set_target(drive_db);
        let setting = Self::setting(drive_db, character, oversampling);
        let differs = if setting.is_engaged {
            setting != self.current.setting()
        } else {
            // A character that is not heard needs no fade.
            (setting.oversampling, false)
                != (self.current.setting().oversampling, self.current.setting().is_engaged)
        };
        if differs && !self.crossfade.is_running() {
            std::mem::swap(&mut self.current, &mut self.previous);
            self.current.reset(setting);
            // The filters are twice as long as they are late.
            let warm_up = if setting.is_engaged { 2 * self.current.latency_frames() } else { 0 };
            self.crossfade.start_after(warm_up as u32);
        }
    }

    /// How many frames it takes until a new setting can be taken.
    pub fn frames_until_switch(&self) -> usize {
        self.crossfade.remaining_frames()
    }

    /// How late the stage comes out for a setting, in frames.
    pub fn latency_frames(oversampling: Oversampling) -> usize {
        oversampling.latency_frames()
    }

    /// Drives the chunk in place.
    pub fn process(&mut self, chunk: &mut Chunk) {
        self.past.write(chunk);
        let are_moving = self.level_db.is_moving();
        let levels_db = self.levels_db.advance(&mut self.level_db, chunk.frames(), |db| db);
        let levels = DriveLevels { levels_db, are_moving };
        self.is_switching = self.crossfade.is_running();
        if self.is_switching {
            self.scratch.copy_from(chunk);
            self.previous.process(&self.past, levels, chunk);
            self.current.process(&self.past, levels, &mut self.scratch);
            self.amounts[..chunk.frames()].copy_from_slice(self.crossfade.next_amounts(chunk.frames()));
            chunk.blend(&self.scratch, &self.amounts[..chunk.frames()]);
        } else {
            self.current.process(&self.past, levels, chunk);
        }
    }

    /// Reads from `signal` what is in step with the chunk processed last, through a change of latency as well.
    pub fn read_aligned(&mut self, signal: &Delay, chunk: &mut Chunk) {
        if self.is_switching {
            signal.read(self.previous.latency_frames(), chunk);
            self.scratch.copy_from(chunk);
            signal.read(self.current.latency_frames(), &mut self.scratch);
            chunk.blend(&self.scratch, &self.amounts[..chunk.frames()]);
        } else {
            signal.read(self.current.latency_frames(), chunk);
        }
    }

    /// How many frames go on after the input has ended, until they are 120 dB down.
    pub fn tail_frames(&self) -> u32 {
        self.current.tail_frames()
    }
}
