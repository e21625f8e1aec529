//! Auto gain: what is processed is brought to the loudness of the input, so that bypass neither wins nor loses by being
//! louder.
//!
//! It stands before the output gain, which stays a trim of the user's own: what is turned there is heard.
//!
//! Two gains make it up. One is expected: what the input gain, the drive and the mix do to a programme of -18 dBFS RMS is
//! known beforehand, and moves with them. The other is measured: the loudness by BS.1770-4 of the input over that of what is
//! processed and has the expected gain, both gated, over a memory that begins at the last change of a setting and grows to
//! ten seconds. It follows slowly, and stays where it is in silence.
//!
//! Realtime safety: the memory is an array; nothing allocates. While it is off, nothing is measured.

use wavecraft_metering::loudness::{
    ABSOLUTE_GATE_LUFS, LoudnessMeter, MOMENTARY_STEPS, gated_power, power_from_lufs,
};

use super::ChainSettings;
use super::chunk::Chunk;
use super::drive::compensation::{MAX_DRIVE_DB, OutputGain};
use super::linear_smoother::{SmoothedControl, gain_from_db, gains_from_db};
use super::processor::smoothing_frames;

/// The most that both gains together raise or lower, in dB.
const MAX_DB: f32 = 30.0;

/// How many steps of 100 ms are remembered at most.
const MEMORY_STEPS: usize = 100;

/// By which part of the way the measured gain goes on with each step: 63 % in about 350 ms.
const STEP_PART: f32 = 0.25;

/// The momentary powers, K-weighted, of both signals at the end of a step.
#[derive(Clone, Copy, Debug, Default)]
struct Powers {
    dry: f64,
    wet: f64,
}

/// The gain, and what it is measured by.
#[derive(Clone, Debug)]
pub struct AutoGain {
    is_on: bool,
    /// The settings that change the loudness.
    settings: ChainSettings,
    /// In dB, as the settings have it.
    expected: SmoothedControl,
    expected_db: f32,
    /// In dB, as it is measured.
    measured: SmoothedControl,
    measured_db: f32,
    dry: LoudnessMeter,
    wet: LoudnessMeter,
    /// The last steps with sound, as a ring.
    memory: [Powers; MEMORY_STEPS],
    /// Where the next one goes.
    next: usize,
    /// How many steps with sound there were since a setting changed, or since it began.
    steps: usize,
    /// How many steps the meters have gone through since they began.
    filled_steps: usize,
}

impl AutoGain {
    /// Off, for a sample rate.
    pub fn new(sample_rate_hz: f64) -> Self {
        let meter = LoudnessMeter::new(sample_rate_hz as f32);
        Self {
            is_on: false,
            settings: ChainSettings::default(),
            expected: SmoothedControl::new(smoothing_frames(sample_rate_hz)),
            expected_db: 0.0,
            measured: SmoothedControl::new(meter.step_frames() as u32),
            measured_db: 0.0,
            dry: meter.clone(),
            wet: meter,
            memory: [Powers::default(); MEMORY_STEPS],
            next: 0,
            steps: 0,
            filled_steps: 0,
        }
    }

    /// Forgets what was measured and stands at what is expected.
    pub fn reset(&mut self, settings: &ChainSettings) {
        self.is_on = false;
        self.set(settings);
        self.expected.reset(self.expected_db);
        self.measured.reset(0.0);
    }

    /// Starts for other settings.
    pub fn set(&mut self, settings: &ChainSettings) {
        let was_on = std::mem::replace(&mut self.is_on, settings.auto_gain);
        if !self.is_on {
            (self.expected_db, self.measured_db) = (0.0, 0.0);
        } else if !was_on {
            self.dry.reset();
            self.wet.reset();
            (self.steps, self.filled_steps) = (0, 0);
            self.measured_db = 0.0;
            self.take(settings);
        } else if self.settings != loudness_settings(settings) {
            self.steps = 0;
            self.take(settings);
        }
        self.expected.set_target(self.expected_db);
        self.measured.set_target(self.measured_db);
    }

    fn take(&mut self, settings: &ChainSettings) {
        self.settings = loudness_settings(settings);
        self.expected_db = expected_db(settings).clamp(-MAX_DB, MAX_DB);
        self.measured_db = bounded(self.measured_db, self.expected_db);
    }

    /// Whether the input is asked for.
    pub fn is_on(&self) -> bool {
        self.is_on
    }

    /// The gain that it is on its way to, in dB; 0 while it is off.
    pub fn gain_db(&self) -> f32 {
        self.expected_db + self.measured_db
    }

    /// Measures and raises or lowers what is processed. `dry` is the input as late as it; any chunk while it is off.
    pub fn process(&mut self, wet: &mut Chunk, dry: &Chunk) {
        if !self.expected.is_constantly(0.0) {
            wet.apply_gains(self.expected.next_values(wet.frames(), gains_from_db));
        }
        let mut has_step_ended = false;
        if self.is_on {
            dry.measure(&mut self.dry);
            has_step_ended = wet.measure(&mut self.wet) > 0;
        }
        if !self.measured.is_constantly(0.0) {
            wet.apply_gains(self.measured.next_values(wet.frames(), gains_from_db));
        }
        // What is measured now is for the frames that follow.
        if has_step_ended {
            self.end_step();
        }
    }

    /// How many frames it takes until another gain is measured; no chunk goes on beyond.
    pub fn frames_until_step(&self) -> Option<usize> {
        self.is_on.then(|| self.wet.frames_until_step())
    }

    fn end_step(&mut self) {
        self.filled_steps = (self.filled_steps + 1).min(MOMENTARY_STEPS);
        let powers = Powers { dry: self.dry.momentary_power(), wet: self.wet.momentary_power() };
        let gate = power_from_lufs(ABSOLUTE_GATE_LUFS);
        if self.filled_steps < MOMENTARY_STEPS || powers.dry < gate || powers.wet < gate {
            return;
        }
        self.memory[self.next] = powers;
        self.next = (self.next + 1) % MEMORY_STEPS;
        self.steps = (self.steps + 1).min(MEMORY_STEPS + MOMENTARY_STEPS - 1);
        // The first ones after a change are in part of what was before it.
        let count = (self.steps + 1).saturating_sub(MOMENTARY_STEPS).max(1);
        let newest = (0..count).map(|age| self.memory[(self.next + MEMORY_STEPS - 1 - age) % MEMORY_STEPS]);
        let dry = gated_power(newest.clone().map(|powers| powers.dry));
        let wet = gated_power(newest.map(|powers| powers.wet));
        if let (Some(dry), Some(wet)) = (dry, wet) {
            let target_db = bounded(10.0 * (dry / wet).log10() as f32, self.expected_db);
            self.measured_db += STEP_PART * (target_db - self.measured_db);
            self.measured.set_target(self.measured_db);
        }
    }
}

/// The measured gain with which both together stay within bounds.
fn bounded(measured_db: f32, expected_db: f32) -> f32 {
    (expected_db + measured_db).clamp(-MAX_DB, MAX_DB) - expected_db
}

/// The settings without those that leave the loudness before the output gain as it is.
fn loudness_settings(settings: &ChainSettings) -> ChainSettings {
    let ChainSettings { bypass, output_gain_db, delta, .. } = ChainSettings::default();
    ChainSettings { bypass, output_gain_db, delta, ..*settings }
}

/// The gain against what the settings do to a programme of -18 dBFS RMS, apart from the cuts, in dB.
fn expected_db(settings: &ChainSettings) -> f32 {
    let &ChainSettings { input_gain_db, drive_db, character, mix, .. } = settings;
    let change_db = if drive_db > 0.0 {
        // With more before it the curve is driven as with more drive, and compensated as with less.
        let driven_db = drive_db + input_gain_db;
        let compensation = OutputGain::of(character).at(drive_db);
        let needed = OutputGain::of(character).at(driven_db.clamp(0.0, MAX_DRIVE_DB));
        20.0 * (compensation / needed).log10() + driven_db.min(0.0)
    } else {
        input_gain_db
    };
    // The input and what is processed add up in phase.
    -20.0 * (1.0 - mix + mix * gain_from_db(change_db)).log10()
}
