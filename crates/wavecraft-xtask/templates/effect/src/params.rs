//! What users set. Ids are part of saved projects: they never change.

use wavecraft_plugin::prelude::*;

/// In the order in which hosts list them.
#[derive(Parameters)]
pub struct @type@Parameters {
    /// How often a second the level goes up and down.
    #[parameter(id = "rate", frequency("Rate", 0.1..=20.0, 4.0))]
    pub rate_hz: Frequency,
    /// How far down it goes.
    #[parameter(percent("Depth", 50.0))]
    pub depth: Percent,
    #[parameter(decibels("Level", -24.0..=24.0, 0.0))]
    pub level: Decibels,
}
