//! One file for each measurement: what it does, what its figures stand beside and what they must reach.

mod accuracy;
#[cfg(feature = "hosts")]
mod build;
mod chain;
#[cfg(all(feature = "hosts", target_os = "linux"))]
mod editor;
mod first_start;
mod frames;
pub mod instructions;
#[cfg(all(feature = "hosts", target_os = "linux"))]
mod knob;
#[cfg(all(feature = "hosts", target_os = "linux"))]
mod latency;
mod library;
mod loading;
mod meters;
mod new_project;
mod page;
mod plugin;
mod processors;
mod protocol;
#[cfg(all(feature = "hosts", target_os = "linux"))]
mod save_to_sound;
mod signals;
#[cfg(all(feature = "hosts", target_os = "linux"))]
mod sound;
mod websocket;

use anyhow::Result;

use crate::order::{Measurement, Order};
use crate::row::Row;

/// Makes one of them.
pub fn measure(measurement: Measurement, order: &Order) -> Result<Vec<Row>> {
    match measurement {
        Measurement::Chain => Ok(chain::measure()),
        Measurement::Plugin => plugin::measure(),
        Measurement::Meters => Ok(meters::measure()),
        Measurement::Signals => Ok(signals::measure()),
        Measurement::Protocol => protocol::measure(),
        Measurement::Websocket => websocket::measure(),
        Measurement::Frames => frames::measure(order),
        Measurement::Page => page::measure(&order.page.join("dist")),
        Measurement::Library => library::measure(&order.library),
        Measurement::Loading => loading::measure(&order.library),
        #[cfg(feature = "hosts")]
        Measurement::Build => Ok(build::measure(order)),
        Measurement::FirstStart => first_start::measure(order),
        Measurement::NewProject => new_project::measure(order),
        Measurement::Accuracy => Ok(accuracy::measure()),
        Measurement::Instructions => instructions::measure(),
        Measurement::Processors => Ok(processors::measure()),
        #[cfg(all(feature = "hosts", target_os = "linux"))]
        Measurement::Knob => Ok(knob::measure()),
        #[cfg(all(feature = "hosts", target_os = "linux"))]
        Measurement::Latency => Ok(latency::measure()),
        #[cfg(all(feature = "hosts", target_os = "linux"))]
        Measurement::SaveToSound => Ok(save_to_sound::measure(order)),
        #[cfg(all(feature = "hosts", target_os = "linux"))]
        Measurement::Editor => Ok(editor::measure()),
        #[cfg(not(all(feature = "hosts", target_os = "linux")))]
        _ => anyhow::bail!("it is measured on Linux, with the feature `hosts` of this program"),
    }
}
