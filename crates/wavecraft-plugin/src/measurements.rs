//! What a plugin measures beside the levels before and after it, and what it says of its parameters.

use wavecraft_metering::{Meter, Signal};

/// The meters of a plugin's own and its signals, as they stand among its parameters, and what the parameters do.
/// `#[derive(Parameters)]` finds them by their attributes, and the descriptions in the fields' documentation.
pub trait Measurements {
    /// Each meter and its id, in the order of their fields. Ids differ. Not on the audio thread.
    fn meters(&self) -> Vec<(&'static str, Meter)> {
        Vec::new()
    }

    /// Each signal and its id, likewise.
    fn signals(&self) -> Vec<(&'static str, Signal)> {
        Vec::new()
    }

    /// What parameters do to the sound: ids, and a sentence for users each. Not on the audio thread.
    fn descriptions(&self) -> Vec<(&'static str, &'static str)> {
        Vec::new()
    }
}
