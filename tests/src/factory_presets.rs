//! The strip's factory presets, as values of its parameters, and the strip under them.

use wavecraft::{Strip, Wavecraft};
use wavecraft_ipc::ParameterHost;
use wavecraft_nice_plug::driver::{Activation, HeadlessPlugin};
use wavecraft_nice_plug::parameters::{ParameterTable, TableHost};
use wavecraft_plugin::Exported;
use wavecraft_session::PresetFile;

/// The rate of all sound here, in Hz.
pub const RATE_HZ: u32 = 48_000;

/// Frames in a block.
const BLOCK_FRAMES: usize = 128;

/// A preset of the strip.
#[derive(Clone, Debug)]
pub struct FactoryPreset {
    /// What the user reads.
    pub name: String,
    /// What it is good for.
    pub tags: Vec<String>,
    /// What it is good for, in a sentence.
    pub description: String,
    /// Every parameter that presets set.
    pub values: Vec<PresetValue>,
}

/// What a preset gives a parameter.
#[derive(Clone, Copy, Debug)]
pub struct PresetValue {
    /// Which parameter.
    pub index: usize,
    /// Its value, normalized.
    pub normalized: f32,
    /// Whether it has steps, as a switch has.
    pub is_stepped: bool,
}

impl FactoryPreset {
    /// The value of a parameter in decibels.
    ///
    /// # Panics
    ///
    /// If presets do not set it, or not in decibels.
    pub fn decibels(&self, id: &str) -> f64 {
        let table = ParameterTable::of_plugin::<Wavecraft>();
        let index = table.index_of(id).expect("the strip has the parameter");
        let value = self.values.iter().find(|value| value.index == index).expect("presets set it");
        let text = table.format(index, value.normalized).expect("the table has the parameter");
        text.strip_suffix(" dB").and_then(|text| text.parse().ok()).expect("it is in decibels")
    }

    /// The preset at a part of the way to another, in [0, 1], with the switches as a third has them.
    pub fn between(&self, other: &Self, part: f32, switches: &Self) -> Self {
        let ends = self.values.iter().zip(&other.values).zip(&switches.values);
        let values = ends.map(|((from, to), switch)| {
            let between = from.normalized + part * (to.normalized - from.normalized);
            let normalized = if from.is_stepped { switch.normalized } else { between };
            PresetValue { normalized, ..*from }
        });
        Self { values: values.collect(), ..self.clone() }
    }
}

/// All of them.
pub fn all() -> Vec<FactoryPreset> {
    let table = ParameterTable::of_plugin::<Wavecraft>();
    let host = TableHost::new(&table);
    let parameters = host.all_parameters();
    let of_file = |(stem, text): &(&str, &str)| {
        let file = PresetFile::parse(text).unwrap_or_else(|error| panic!("{stem}: {error}"));
        let resolved = file.resolve(&host, &parameters).unwrap_or_else(|error| panic!("{stem}: {error}"));
        let values = resolved.values.iter().map(|(id, value)| {
            let index = table.index_of(id).expect("the table has what it was asked for");
            let is_stepped =
                parameters.iter().any(|parameter| parameter.id == *id && parameter.steps.is_some());
            PresetValue { index, normalized: value.get(), is_stepped }
        });
        FactoryPreset {
            name: file.about.name,
            tags: file.about.tags,
            description: file.about.description.unwrap_or_default(),
            values: values.collect(),
        }
    };
    Strip::factory_presets().iter().map(of_file).collect()
}

/// The strip on a channel of sound, which presets are given while it plays.
pub struct PlayingStrip(HeadlessPlugin<Wavecraft>);

impl PlayingStrip {
    /// Stands on a preset.
    pub fn on(preset: &FactoryPreset) -> Self {
        let mut strip = Self(HeadlessPlugin::new());
        strip.recall(preset);
        let activation = Activation::new(RATE_HZ as f32, BLOCK_FRAMES, 1);
        strip.0.activate(activation).expect("the strip runs on one channel");
        strip
    }

    /// Sets every parameter as the preset says, as a page's load of it does: all between two blocks.
    pub fn recall(&mut self, preset: &FactoryPreset) {
        for value in &preset.values {
            self.0.set_parameter(value.index, value.normalized).expect("the preset is of this strip");
        }
    }

    /// Turns a switch on that presets leave as it is.
    pub fn switch_on(&mut self, id: &str) {
        self.0.set_parameter_by_id(id, 1.0).expect("the strip has the switch");
    }

    /// What comes out for `input`.
    pub fn play(&mut self, input: &[f32]) -> Vec<f32> {
        let mut output = input.to_vec();
        for block in output.chunks_mut(BLOCK_FRAMES) {
            self.0.process(&mut [block]).expect("the strip plays");
        }
        output
    }
}
