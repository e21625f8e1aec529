//! On or off.

use std::sync::Arc;

use nice_plug::params::internals::ParamPtr;
use nice_plug::prelude::{BoolParam, Param};

use super::{Parameter, text};

/// On or off.
#[derive(Debug)]
pub struct Toggle {
    param: BoolParam,
}

/// A switch.
pub fn toggle(name: &str, default: bool) -> Toggle {
    Toggle { param: BoolParam::new(name, default).with_string_to_value(Arc::new(text::parse_switch)) }
}

impl Toggle {
    /// Whether it is on. For the audio thread.
    pub fn value(&self) -> bool {
        self.param.value()
    }

    /// Makes it the host's own bypass switch.
    pub fn make_bypass(self) -> Self {
        Self { param: self.param.make_bypass() }
    }

    /// Hosts cannot automate it.
    pub fn non_automatable(self) -> Self {
        Self { param: self.param.non_automatable() }
    }

    /// Presets leave it as it is, and slots do not: for how the sound is computed rather than what it is, such as
    /// oversampling. Kept as nice-plug's mark for what its own generic windows leave out, of which there are none here.
    pub fn not_in_presets(self) -> Self {
        Self { param: self.param.hide_in_generic_ui() }
    }

    /// The parameter as nice-plug knows it.
    pub fn nice_plug(&self) -> &BoolParam {
        &self.param
    }
}

impl Parameter for Toggle {
    type Value = bool;

    fn value(&self) -> bool {
        self.value()
    }

    fn as_ptr(&self) -> ParamPtr {
        self.param.as_ptr()
    }
}
