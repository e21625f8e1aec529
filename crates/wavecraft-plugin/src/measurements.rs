//! What a plugin measures beside the levels before and after it.

use wavecraft_metering::{Meter, Signal};

/// The meters of a plugin's own and its signals, as they stand among its parameters. `#[derive(Parameters)]` finds them by their attributes.
pub trait Measurements {
    /// Each meter and its id, in the order of their fields. Ids differ. Not on the audio thread.
    fn meters(&self) -> Vec<(&'static str, Meter)> {
        Vec::new()
    }

    /// Each signal and its id, likewise.
    fn signals(&self) -> Vec<(&'static str, Signal)> {
        Vec::new()
    }
}
