//! The parameters, as the host, the page and the user see them: ids, ranges, defaults, units, text.
//!
//! Ids are part of every saved project and never change. What the parameters do to the sound is in [`crate::dsp`].

use wavecraft_plugin::prelude::*;

use crate::dsp::{ChainSettings, Character, DriveChannels, OfflineOversampling, Oversampling, Slope};

impl Choose for Slope {
    const CHOICES: &'static [(Self, &'static str)] = &[
        (Self::Off, "Off"),
        (Self::Db12, "12 dB/oct"),
        (Self::Db24, "24 dB/oct"),
        (Self::Db48, "48 dB/oct"),
    ];
}

impl Choose for Character {
    const CHOICES: &'static [(Self, &'static str)] =
        &[(Self::Soft, "Soft"), (Self::Tape, "Tape"), (Self::Tube, "Tube"), (Self::Hard, "Hard")];
}

impl Choose for Oversampling {
    const CHOICES: &'static [(Self, &'static str)] =
        &[(Self::Off, "Off"), (Self::X2, "2x"), (Self::X4, "4x"), (Self::X8, "8x")];
}

impl Choose for DriveChannels {
    const CHOICES: &'static [(Self, &'static str)] = &[
        (Self::LeftRight, "Left/right"),
        (Self::MidSide, "Mid/side"),
        (Self::Mid, "Mid"),
        (Self::Side, "Side"),
    ];
}

impl Choose for OfflineOversampling {
    const CHOICES: &'static [(Self, &'static str)] =
        &[(Self::AsLive, "As live"), (Self::X2, "2x"), (Self::X4, "4x"), (Self::X8, "8x")];
}

/// All parameters of the channel strip, in the order in which hosts list them. Each has the name of the field of
/// [`ChainSettings`] that its value goes to.
#[derive(Parameters)]
#[parameters(settings = ChainSettings)]
pub struct StripParameters {
    /// Lets the sound through as it comes in, in time with other tracks.
    #[parameter(toggle("Bypass", false).make_bypass())]
    bypass: Toggle,

    /// The level before everything else: how hard the sound meets the drive.
    #[parameter(id = "input_gain", group = "Input", decibels("Input", -24.0..=24.0, 0.0))]
    input_gain_db: Decibels,

    /// Takes away what lies below this frequency, as steeply as its slope says.
    #[parameter(id = "low_cut_freq", group = "Filters", frequency("Low cut", 20.0..=1_000.0, 20.0))]
    low_cut_hz: Frequency,
    /// How steeply the low cut falls; Off takes nothing away.
    #[parameter(group = "Filters", choice("Low cut slope", Slope::Off))]
    low_cut_slope: Choice<Slope>,
    /// Takes away what lies above this frequency, as steeply as its slope says.
    #[parameter(id = "high_cut_freq", group = "Filters", frequency("High cut", 1_000.0..=20_000.0, 20_000.0))]
    high_cut_hz: Frequency,
    /// How steeply the high cut falls; Off takes nothing away.
    #[parameter(group = "Filters", choice("High cut slope", Slope::Off))]
    high_cut_slope: Choice<Slope>,

    /// How far the sound is pushed into the curve, while its loudness stays; 0 dB changes nothing.
    #[parameter(id = "drive", group = "Drive", decibels("Drive", 0.0..=36.0, 0.0))]
    drive_db: Decibels,
    /// The shape of the curve, and so which harmonics the drive adds.
    #[parameter(group = "Drive", choice("Character", Character::Soft))]
    character: Choice<Character>,
    /// How cleanly the drive is computed: more keeps aliasing down, and costs time and latency.
    ///
    /// Not for automation, as it changes the latency, and no part of presets: how well, not how, it sounds.
    #[parameter(group = "Drive", choice("Oversampling", Oversampling::X4).non_automatable().not_in_presets())]
    oversampling: Choice<Oversampling>,

    /// How much of what you hear is processed; the rest is the dry sound, in time with it.
    #[parameter(group = "Output", percent("Mix", 100.0))]
    mix: Percent,
    /// The level after everything else.
    #[parameter(id = "output_gain", group = "Output", decibels("Output", -24.0..=24.0, 0.0))]
    output_gain_db: Decibels,

    /// What the drive works on: left and right, middle and side, or one of these two alone.
    #[parameter(group = "Drive", choice("Drive channels", DriveChannels::LeftRight))]
    drive_channels: Choice<DriveChannels>,
    /// How cleanly the drive is computed while the host bounces; the latency stays.
    ///
    /// Neither for automation nor a part of presets, as `oversampling`.
    #[parameter(
        group = "Drive",
        choice("Offline oversampling", OfflineOversampling::AsLive).non_automatable().not_in_presets()
    )]
    offline_oversampling: Choice<OfflineOversampling>,
    /// Brings what is processed to the loudness of the input, so that bypass compares the sound alone.
    ///
    /// No part of presets: they are compared at equal loudness while it is on, and loading one leaves it on.
    #[parameter(group = "Output", toggle("Auto gain", false).not_in_presets())]
    auto_gain: Toggle,
    /// Plays what the strip changes alone: the difference between what is processed and the dry sound.
    ///
    /// For listening: neither for automation nor a part of presets.
    #[parameter(group = "Output", toggle("Delta", false).non_automatable().not_in_presets())]
    delta: Toggle,

    /// What arrives at the drive stage: after the input gain and the cuts.
    #[meter(level("Drive input").stereo())]
    pub(crate) drive_input: Meter,
    /// The level after the drive stage over that before it.
    #[meter(value("Drive gain", -24.0..=24.0, "dB"))]
    pub(crate) drive_gain: Meter,
    /// Of the last 400 ms of what goes in.
    #[meter(value("Input loudness", -60.0..=0.0, "LUFS"))]
    pub(crate) input_loudness: Meter,
    /// Of the last 400 ms of what comes out.
    #[meter(value("Output loudness", -60.0..=0.0, "LUFS"))]
    pub(crate) output_loudness: Meter,
    /// What auto gain does now.
    #[meter(value("Auto gain", -30.0..=30.0, "dB"))]
    pub(crate) auto_gain_db: Meter,

    /// What goes in.
    #[signal(spectrum("Before"))]
    pub(crate) before: Signal,
    /// What comes out.
    #[signal(spectrum("After"))]
    pub(crate) after: Signal,
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;
    use wavecraft_plugin::wavecraft_nice_plug::parameters::ParameterTable;

    /// Id, name, group and default of every parameter. Saved projects and automation depend on ids and order.
    const PARAMETERS: [[&str; 4]; 15] = [
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
        ["drive_channels", "Drive channels", "Drive", "Left/right"],
        ["offline_oversampling", "Offline oversampling", "Drive", "As live"],
        ["auto_gain", "Auto gain", "Output", "Off"],
        ["delta", "Delta", "Output", "Off"],
    ];

    fn table() -> ParameterTable {
        ParameterTable::new(Arc::new(StripParameters::default()))
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
    fn every_parameter_says_what_it_does() {
        let said = StripParameters::default().descriptions();
        let table = table().with_descriptions(said);
        for parameter in &table {
            let sentence = parameter.description.as_deref().unwrap_or_default();
            assert!(sentence.ends_with('.') && sentence.len() <= 100, "{}: {sentence:?}", parameter.id);
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
    fn values_are_typed_as_people_type_them() {
        let table = table();
        for (id, text, shown) in [
            ("high_cut_freq", "12,500", "12.5 kHz"),
            ("high_cut_freq", "12.500 Hz", "12.5 kHz"),
            ("high_cut_freq", "\u{ff11}\u{ff12}\u{ff0e}\u{ff15}k", "12.5 kHz"),
            ("low_cut_freq", "1,000", "1.00 kHz"),
            ("low_cut_freq", "440HZ", "440 Hz"),
            ("input_gain", "1,5", "1.5 dB"),
            ("output_gain", "\u{2212}3DB", "-3.0 dB"),
            ("drive", "12 db", "12.0 dB"),
            ("mix", "50,0%", "50 %"),
            ("low_cut_slope", "\u{ff12}\u{ff14}", "24 dB/oct"),
            ("character", "TAPE", "Tape"),
            ("oversampling", "2\u{d7}", "2x"),
            ("bypass", "\u{ff2f}\u{ff2e}", "On"),
            ("drive_channels", "mid", "Mid"),
            ("drive_channels", "mid/side", "Mid/side"),
            ("offline_oversampling", "8", "8x"),
            ("delta", "on", "On"),
        ] {
            let index = table.index_of(id).unwrap();
            let typed = table.parse(index, text).and_then(|value| table.format(index, value));
            assert_eq!(typed.as_deref(), Some(shown), "{id}: {text}");
        }
    }

    #[test]
    fn what_lies_beyond_a_range_is_refused_and_has_a_nearest_end() {
        let table = table();
        for (id, text, end) in [
            ("input_gain", "30", 1.0),
            ("output_gain", "-inf", 0.0),
            ("drive", "-1 dB", 0.0),
            ("high_cut_freq", "30k", 1.0),
            ("low_cut_freq", "10", 0.0),
            ("mix", "120%", 1.0),
        ] {
            let index = table.index_of(id).unwrap();
            assert_eq!(
                (table.parse(index, text), table.nearest_end(index, text)),
                (None, Some(end)),
                "{id}: {text}"
            );
        }
    }

    #[test]
    fn the_defaults_are_neutral() {
        let neutral = ChainSettings::default();
        let ChainSettings { low_cut_hz, high_cut_hz, .. } = StripParameters::default().settings();
        assert!((low_cut_hz / neutral.low_cut_hz - 1.0).abs() < 1e-6);
        assert!((high_cut_hz / neutral.high_cut_hz - 1.0).abs() < 1e-6);
        let settings = StripParameters::default().settings();
        assert_eq!(settings, ChainSettings { low_cut_hz, high_cut_hz, ..neutral });
    }
}
