//! The parameters, as the host, the page and the user see them: ids, ranges, defaults, units, text.
//!
//! Ids are part of every saved project and never change. What the parameters do to the sound is in [`crate::dsp`].

mod text;

use std::sync::Arc;

use nice_plug::prelude::*;

use crate::dsp::{ChainSettings, Character, Oversampling, Slope};

/// A setting with a fixed list of values, each with the text that the user reads.
///
/// It is an integer parameter rather than nice-plug's `EnumParam`, which accepts nothing but the exact text of a
/// variant when the user types one.
trait Choice: Copy + Send + Sync + 'static {
    /// Every value, in the order of the parameter's steps, with its text. The order is part of saved projects.
    const CHOICES: &'static [(Self, &'static str)];
}

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

/// All parameters of the channel strip, in the order in which hosts list them.
#[derive(Params)]
pub struct WavecraftParams {
    /// The size of the page's window.
    #[cfg(feature = "editor")]
    #[persist = "editor"]
    pub editor_state: Arc<wavecraft_nice_plug::editor::EditorState>,
    /// The host's bypass.
    #[id = "bypass"]
    pub bypass: BoolParam,
    /// Before everything else.
    #[nested(group = "Input")]
    pub input: InputParams,
    /// The two cuts.
    #[nested(group = "Filters")]
    pub filters: FilterParams,
    /// The drive stage.
    #[nested(group = "Drive")]
    pub drive: DriveParams,
    /// After everything else.
    #[nested(group = "Output")]
    pub output: OutputParams,
}

/// The group "Input".
#[derive(Params)]
pub struct InputParams {
    /// In dB.
    #[id = "input_gain"]
    pub gain_db: FloatParam,
}

/// The group "Filters".
#[derive(Params)]
pub struct FilterParams {
    /// Corner of the low cut, as log2 of Hz: the knob's travel is logarithmic.
    #[id = "low_cut_freq"]
    pub low_cut_log2_hz: FloatParam,
    /// Steepness of the low cut: an index into [`Slope`]'s choices.
    #[id = "low_cut_slope"]
    pub low_cut_slope: IntParam,
    /// Corner of the high cut, as log2 of Hz.
    #[id = "high_cut_freq"]
    pub high_cut_log2_hz: FloatParam,
    /// Steepness of the high cut: an index into [`Slope`]'s choices.
    #[id = "high_cut_slope"]
    pub high_cut_slope: IntParam,
}

/// The group "Drive".
#[derive(Params)]
pub struct DriveParams {
    /// Gain into the stage, in dB. At 0 the stage is transparent.
    #[id = "drive"]
    pub drive_db: FloatParam,
    /// The curve: an index into [`Character`]'s choices.
    #[id = "character"]
    pub character: IntParam,
    /// The factor: an index into [`Oversampling`]'s choices. It changes the latency.
    #[id = "oversampling"]
    pub oversampling: IntParam,
}

/// The group "Output".
#[derive(Params)]
pub struct OutputParams {
    /// How much of the output is processed, in percent.
    #[id = "mix"]
    pub mix_percent: FloatParam,
    /// In dB.
    #[id = "output_gain"]
    pub gain_db: FloatParam,
}

impl Default for WavecraftParams {
    fn default() -> Self {
        Self {
            #[cfg(feature = "editor")]
            editor_state: crate::editor::state(),
            bypass: BoolParam::new("Bypass", false)
                .make_bypass()
                .with_string_to_value(Arc::new(text::parse_switch)),
            input: InputParams { gain_db: decibels("Input", -24.0, 24.0) },
            filters: FilterParams {
                low_cut_log2_hz: corner("Low cut", 20.0, 1_000.0, 20.0),
                low_cut_slope: choice::<Slope>("Low cut slope", 0),
                high_cut_log2_hz: corner("High cut", 1_000.0, 20_000.0, 20_000.0),
                high_cut_slope: choice::<Slope>("High cut slope", 0),
            },
            drive: DriveParams {
                drive_db: decibels("Drive", 0.0, 36.0),
                character: choice::<Character>("Character", 0),
                oversampling: choice::<Oversampling>("Oversampling", 2).non_automatable(),
            },
            output: OutputParams {
                mix_percent: percent("Mix", 100.0),
                gain_db: decibels("Output", -24.0, 24.0),
            },
        }
    }
}

impl WavecraftParams {
    /// What the signal chain is to do now.
    ///
    /// # Realtime safety
    ///
    /// Reads atomics and computes two powers; the audio thread calls it once for each block.
    pub fn chain_settings(&self) -> ChainSettings {
        let Self { bypass, input, filters, drive, output, .. } = self;
        ChainSettings {
            bypass: bypass.value(),
            input_gain_db: input.gain_db.value(),
            low_cut_hz: filters.low_cut_log2_hz.value().exp2(),
            low_cut_slope: chosen(&filters.low_cut_slope),
            high_cut_hz: filters.high_cut_log2_hz.value().exp2(),
            high_cut_slope: chosen(&filters.high_cut_slope),
            drive_db: drive.drive_db.value(),
            character: chosen(&drive.character),
            oversampling: chosen(&drive.oversampling),
            mix: output.mix_percent.value() / 100.0,
            output_gain_db: output.gain_db.value(),
        }
    }
}

fn percent(name: &str, default: f32) -> FloatParam {
    FloatParam::new(name, default, FloatRange::Linear { min: 0.0, max: 100.0 })
        .with_unit(" %")
        .with_value_to_string(Arc::new(|percent| text::format_fixed(percent, 0)))
        .with_string_to_value(Arc::new(|text| text::parse_within(text, &["%", "percent"], 0.0, 100.0)))
}

fn decibels(name: &str, min_db: f32, max_db: f32) -> FloatParam {
    FloatParam::new(name, 0.0, FloatRange::Linear { min: min_db, max: max_db })
        .with_unit(" dB")
        .with_value_to_string(Arc::new(|db| text::format_fixed(db, 1)))
        .with_string_to_value(Arc::new(move |text| text::parse_within(text, &["db"], min_db, max_db)))
}

fn corner(name: &str, min_hz: f32, max_hz: f32, default_hz: f32) -> FloatParam {
    let (min, max) = (min_hz.log2(), max_hz.log2());
    FloatParam::new(name, default_hz.log2(), FloatRange::Linear { min, max })
        .with_unit("Hz")
        .with_value_to_string(Arc::new(|log2_hz| text::format_hz(log2_hz.exp2())))
        .with_string_to_value(Arc::new(move |text| {
            text::parse_within(text, &["hz"], min_hz, max_hz).map(|hz| hz.log2().clamp(min, max))
        }))
}

fn choice<T: Choice>(name: &str, default_index: i32) -> IntParam {
    IntParam::new(name, default_index, IntRange::Linear { min: 0, max: T::CHOICES.len() as i32 - 1 })
        .with_value_to_string(Arc::new(|index| T::CHOICES[index as usize].1.to_owned()))
        .with_string_to_value(Arc::new(|text| {
            text::parse_choice(text, T::CHOICES.iter().map(|choice| choice.1)).map(|index| index as i32)
        }))
}

fn chosen<T: Choice>(param: &IntParam) -> T {
    T::CHOICES[param.value() as usize].0
}

#[cfg(test)]
mod tests {
    use super::*;
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
