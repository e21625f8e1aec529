//! The parameters, as the host, the page and the user see them: ids, ranges, defaults, units, text.
//!
//! Ids are part of every saved project and never change. What the parameters do to the sound is in [`crate::dsp`].

mod kinds;
mod table;
mod text;

use nice_plug::prelude::*;

use crate::dsp::{ChainSettings, Character, Oversampling, Slope};
use kinds::{Choice, Decibels, Frequency, Kind, Percent, Switch};

impl Choice for Slope {
    const CHOICES: &'static [(Self, &'static str)] = &[
        (Self::Off, "Off"),
        (Self::Db12, "12 dB/oct"),
        (Self::Db24, "24 dB/oct"),
        (Self::Db48, "48 dB/oct"),
    ];
}

impl Choice for Character {
    const CHOICES: &'static [(Self, &'static str)] =
        &[(Self::Soft, "Soft"), (Self::Tape, "Tape"), (Self::Tube, "Tube"), (Self::Hard, "Hard")];
}

impl Choice for Oversampling {
    const CHOICES: &'static [(Self, &'static str)] =
        &[(Self::Off, "Off"), (Self::X2, "2x"), (Self::X4, "4x"), (Self::X8, "8x")];
}

table::parameters! {
    ungrouped {
        /// The host's bypass.
        bypass: Switch = "bypass" => Switch::param("Bypass", false).make_bypass();
    }

    group input: InputParams = "Input" {
        input_gain_db: Decibels = "input_gain" => Decibels::param("Input", -24.0..=24.0, 0.0);
    }

    group filters: FilterParams = "Filters" {
        low_cut_hz: Frequency = "low_cut_freq" => Frequency::param("Low cut", 20.0..=1_000.0, 20.0);
        low_cut_slope: Slope = "low_cut_slope" => Slope::param("Low cut slope", Slope::Off);
        high_cut_hz: Frequency = "high_cut_freq" => Frequency::param("High cut", 1_000.0..=20_000.0, 20_000.0);
        high_cut_slope: Slope = "high_cut_slope" => Slope::param("High cut slope", Slope::Off);
    }

    group drive: DriveParams = "Drive" {
        /// At 0 dB the drive stage is transparent.
        drive_db: Decibels = "drive" => Decibels::param("Drive", 0.0..=36.0, 0.0);
        character: Character = "character" => Character::param("Character", Character::Soft);
        /// Not for automation: it changes the latency.
        oversampling: Oversampling = "oversampling" =>
            Oversampling::param("Oversampling", Oversampling::X4).non_automatable();
    }

    group output: OutputParams = "Output" {
        mix: Percent = "mix" => Percent::param("Mix", 100.0);
        output_gain_db: Decibels = "output_gain" => Decibels::param("Output", -24.0..=24.0, 0.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use wavecraft_nice_plug::parameters::ParameterTable;

    /// Id, name, group and default of every parameter. Saved projects and automation depend on ids and order.
    const PARAMETERS: [[&str; 4]; 11] = [
        ["bypass", "Bypass", "", "Off"],
        ["input_gain", "Input", "Input", "0.0 dB"],
        ["low_cut_freq", "Low cut", "Filters", "20.0 Hz"],
        ["low_cut_slope", "Low cut slope", "Filters", "Off"],
        ["high_cut_freq", "High cut", "Filters", "20.0 kHz"],
        ["high_cut_slope", "High cut slope", "Filters", "Off"],
        ["drive", "Drive", "Drive", "0.0 dB"],
        ["character", "Character", "Drive", "Soft"],
        ["oversampling", "Oversampling", "Drive", "4x"],
        ["mix", "Mix", "Output", "100 %"],
        ["output_gain", "Output", "Output", "0.0 dB"],
    ];

    fn table() -> ParameterTable {
        ParameterTable::new(Arc::new(WavecraftParams::default()))
    }

    #[test]
    fn parameters_stay_what_they_are() {
        let table = table();
        assert_eq!(table.len(), PARAMETERS.len());
        for (index, (parameter, expected)) in table.iter().zip(PARAMETERS).enumerate() {
            let default = table.format(index, parameter.default).unwrap();
            let group = parameter.group.as_deref().unwrap_or_default();
            assert_eq!([&*parameter.id, &*parameter.name, group, &*default], expected);
        }
    }

    #[test]
    fn frequencies_are_logarithmic() {
        let table = table();
        let text = |id, normalized| table.format(table.index_of(id).unwrap(), normalized).unwrap();
        assert_eq!(text("low_cut_freq", 0.5), "141 Hz");
        assert_eq!(text("low_cut_freq", 1.0), "1.00 kHz");
        assert_eq!(text("high_cut_freq", 0.5), "4.47 kHz");
        assert_eq!(text("high_cut_freq", 0.0), "1.00 kHz");
    }

    #[test]
    fn every_text_shown_may_be_typed() {
        let table = table();
        for index in 0..table.len() {
            for step in 0..=20_u8 {
                let text = table.format(index, f32::from(step) / 20.0).unwrap();
                let typed = table.parse(index, &text).unwrap_or_else(|| panic!("{text} is refused"));
                assert_eq!(table.format(index, typed).unwrap(), text);
            }
        }
    }

    #[test]
    fn the_defaults_are_neutral() {
        let neutral = ChainSettings::default();
        let ChainSettings { low_cut_hz, high_cut_hz, .. } = WavecraftParams::default().chain_settings();
        assert!((low_cut_hz / neutral.low_cut_hz - 1.0).abs() < 1e-6);
        assert!((high_cut_hz / neutral.high_cut_hz - 1.0).abs() < 1e-6);
        let settings = WavecraftParams::default().chain_settings();
        assert_eq!(settings, ChainSettings { low_cut_hz, high_cut_hz, ..neutral });
    }
}
