//! What users set. Ids are part of saved projects: they never change.

use wavecraft_plugin::prelude::*;

/// In the order in which hosts list them.
#[derive(Parameters)]
pub struct @type@Parameters {
    #[parameter(id = "attack", group = "Envelope", time("Attack", 1.0..=2_000.0, 5.0))]
    pub attack_ms: Time,
    #[parameter(id = "release", group = "Envelope", time("Release", 1.0..=5_000.0, 200.0))]
    pub release_ms: Time,
    #[parameter(group = "Output", decibels("Level", -24.0..=12.0, -6.0))]
    pub level: Decibels,
}
