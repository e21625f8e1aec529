//! What users set, and what is measured. Ids are part of saved projects: they never change.

use wavecraft_plugin::prelude::*;

/// The longest look-ahead, in milliseconds.
pub const LONGEST_LOOK_AHEAD_MS: f32 = 10.0;

/// What the compressor listens to.
#[derive(Choose, Clone, Copy, PartialEq)]
pub enum Source {
    Input,
    SideChain,
}

/// In the order in which hosts list them.
#[derive(Parameters)]
pub struct CompressorParameters {
    #[parameter(group = "Compression", decibels("Threshold", -60.0..=0.0, -18.0))]
    pub threshold: Decibels,
    #[parameter(group = "Compression", ratio("Ratio", 4.0))]
    pub ratio: Ratio,
    /// How many decibels wide the bend around the threshold is.
    #[parameter(group = "Compression", decibels("Knee", 0.0..=24.0, 6.0))]
    pub knee: Decibels,
    #[parameter(id = "attack", group = "Compression", time("Attack", 0.05..=200.0, 10.0))]
    pub attack_ms: Time,
    #[parameter(id = "release", group = "Compression", time("Release", 5.0..=2_000.0, 120.0))]
    pub release_ms: Time,
    /// It is the plugin's latency, which hosts do not like to see move.
    #[parameter(
        id = "look_ahead",
        group = "Compression",
        number("Look-ahead", 0.0..=LONGEST_LOOK_AHEAD_MS, 0.0, "ms").non_automatable()
    )]
    pub look_ahead_ms: Number,
    #[parameter(group = "Detector", choice("Source", Source::Input))]
    pub source: Choice<Source>,
    #[parameter(group = "Detector", toggle("High-pass", false))]
    pub high_pass: Toggle,
    #[parameter(id = "corner", group = "Detector", frequency("Corner", 20.0..=1_000.0, 100.0))]
    pub corner_hz: Frequency,
    #[parameter(group = "Detector", toggle("Listen", false))]
    pub listen: Toggle,
    #[parameter(group = "Output", toggle("Auto make-up", false))]
    pub auto_make_up: Toggle,
    #[parameter(group = "Output", decibels("Make-up", -12.0..=24.0, 0.0))]
    pub make_up: Decibels,
    #[parameter(group = "Output", percent("Mix", 100.0))]
    pub mix: Percent,
    /// What the detector hears.
    #[meter(level("Detector"))]
    pub detector: Meter,
    #[meter(gain_reduction("Gain reduction", -24.0))]
    pub reduction: Meter,
    /// What is heard.
    #[signal(spectrum("Spectrum"))]
    pub spectrum: Signal,
}
