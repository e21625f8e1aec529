//! The settings of the strip whose cost is measured: the whole chain, and each processor on its own.

use serde::Serialize;
use wavecraft::dsp::{Chain, ChainSettings, Character, Oversampling, Slope};

use crate::analysis::noise;

/// How many frames one turn of a measurement processes: long enough for the clock, short enough to fit between two
/// interruptions.
pub const TURN_FRAMES: usize = 4_096;

/// One setting of the strip.
#[derive(Clone, Debug)]
pub struct Case {
    /// What is on, in words.
    pub name: String,
    /// The strip's settings.
    pub settings: ChainSettings,
    /// Whether cuts and drive move all the time, as under automation.
    pub is_moving: bool,
}

impl Case {
    fn still(name: impl Into<String>, settings: ChainSettings) -> Self {
        Self { name: name.into(), settings, is_moving: false }
    }
}

/// The shape of the blocks that a case is run with.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Format {
    /// The sample rate.
    pub rate_hz: f32,
    /// One or two.
    pub channels: usize,
    /// The length of a block.
    pub block_frames: usize,
}

impl Format {
    /// What the targets are stated for: 48 kHz, stereo, blocks of 64.
    pub const USUAL: Self = Self { rate_hz: 48_000.0, channels: 2, block_frames: 64 };
}

/// How an oversampling factor is written.
pub fn factor_name(oversampling: Oversampling) -> &'static str {
    match oversampling {
        Oversampling::Off => "off",
        Oversampling::X2 => "2x",
        Oversampling::X4 => "4x",
        Oversampling::X8 => "8x",
    }
}

/// The slopes of the cuts.
pub const SLOPES: [Slope; 3] = [Slope::Db12, Slope::Db24, Slope::Db48];

/// The strip with nothing on.
pub fn neutral() -> Case {
    Case::still("neutral", ChainSettings::default())
}

/// One cut alone, at this slope.
pub fn low_cut(slope: Slope) -> Case {
    let settings = ChainSettings { low_cut_hz: 80.0, low_cut_slope: slope, ..ChainSettings::default() };
    Case::still(format!("low cut {} dB/oct", 12 * slope.sections()), settings)
}

/// The other one.
pub fn high_cut(slope: Slope) -> Case {
    let settings = ChainSettings { high_cut_hz: 12_000.0, high_cut_slope: slope, ..ChainSettings::default() };
    Case::still(format!("high cut {} dB/oct", 12 * slope.sections()), settings)
}

/// Both cuts at their steepest.
pub fn cuts() -> Case {
    let low = low_cut(Slope::Db48).settings;
    let settings = ChainSettings {
        low_cut_hz: low.low_cut_hz,
        low_cut_slope: low.low_cut_slope,
        ..high_cut(Slope::Db48).settings
    };
    Case::still("both cuts 48 dB/oct", settings)
}

/// Everything but the drive: gains, cuts at 48 dB/oct, half of the dry signal.
pub fn without_drive() -> Case {
    let settings = ChainSettings { input_gain_db: 3.0, mix: 0.5, output_gain_db: -3.0, ..cuts().settings };
    Case::still("everything but drive", settings)
}

/// The drive alone.
pub fn drive(character: Character, oversampling: Oversampling) -> Case {
    let settings = ChainSettings { drive_db: 12.0, character, oversampling, ..ChainSettings::default() };
    Case::still(format!("drive {character:?} {}", factor_name(oversampling)), settings)
}

/// All that there is, at once.
pub fn everything(character: Character) -> Case {
    let settings = ChainSettings { drive_db: 12.0, character, ..without_drive().settings };
    Case::still(format!("everything, drive {character:?} 4x"), settings)
}

/// All at once, and knobs that turn without an end: each block brings new corners and a new drive.
pub fn everything_moving() -> Case {
    let still = everything(Character::Soft);
    Case { name: format!("{}, all moving", still.name), is_moving: true, ..still }
}

/// Every case of the detailed table.
pub fn all() -> Vec<Case> {
    let neutral_settings = ChainSettings::default();
    let gains = ChainSettings { input_gain_db: 3.0, output_gain_db: -3.0, ..neutral_settings };
    let mut cases = vec![
        neutral(),
        Case::still("bypass", ChainSettings { bypass: true, ..neutral_settings }),
        Case::still("input and output gain", gains),
        Case::still("mix", ChainSettings { mix: 0.5, ..neutral_settings }),
    ];
    for slope in SLOPES {
        cases.extend([low_cut(slope), high_cut(slope)]);
    }
    for character in Character::ALL {
        cases.extend(Oversampling::ALL.map(|oversampling| drive(character, oversampling)));
    }
    cases.push(without_drive());
    cases.extend(Character::ALL.map(everything));
    cases.push(everything_moving());
    cases
}

/// A chain at work on blocks of noise, in place, as a host has it work.
pub struct Run {
    chain: Chain,
    case: Case,
    input: Vec<f32>,
    blocks: [Vec<f32>; 2],
    format: Format,
    turns: u32,
}

impl Run {
    /// Stands ready.
    pub fn new(case: &Case, format: Format) -> Self {
        Self {
            chain: Chain::new(format.rate_hz, case.settings),
            case: case.clone(),
            // A peak of -6 dBFS.
            input: noise(0.5, TURN_FRAMES),
            blocks: std::array::from_fn(|_| vec![0.0; format.block_frames]),
            format,
            turns: 0,
        }
    }

    /// Processes [`TURN_FRAMES`] frames. The settings are handed over before each block, as the plugin does.
    pub fn turn(&mut self) {
        let mut settings = self.case.settings;
        for (index, input) in self.input.chunks_exact(self.format.block_frames).enumerate() {
            if self.case.is_moving {
                let position = ((self.turns as usize * 7 + index) % 50) as f32 / 50.0;
                settings.low_cut_hz = 80.0 + 200.0 * position;
                settings.high_cut_hz = 12_000.0 - 4_000.0 * position;
                settings.drive_db = 12.0 + 6.0 * position;
            }
            self.chain.set(settings);
            for block in &mut self.blocks[..self.format.channels] {
                block.copy_from_slice(input);
            }
            let [left, right] = &mut self.blocks;
            match self.format.channels {
                1 => self.chain.process(&mut [left]),
                _ => self.chain.process(&mut [left, right]),
            }
            std::hint::black_box(&mut self.blocks);
        }
        self.turns += 1;
    }

    /// The same without the chain: what feeding it takes, and the yardstick `memcpy`.
    pub fn turn_of_copies(&mut self) {
        for input in self.input.chunks_exact(self.format.block_frames) {
            for block in &mut self.blocks[..self.format.channels] {
                block.copy_from_slice(input);
            }
            std::hint::black_box(&mut self.blocks);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_cases_bear_the_same_name() {
        let mut names: Vec<String> = all().into_iter().map(|case| case.name).collect();
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), count);
    }

    #[test]
    fn blocks_fill_a_turn() {
        for block_frames in [16, 64, 512] {
            assert_eq!(TURN_FRAMES % block_frames, 0);
        }
    }
}
