//! Values for all parameters at once, under which a plugin is tried.

use clack_host::utils::ClapId;

use crate::plugin::Parameter;
use crate::signal::Random;

/// Values for all parameters but the bypass.
pub struct Setting {
    /// What it is, as in "with …".
    pub name: &'static str,
    /// The values.
    pub values: Vec<(ClapId, f64)>,
}

/// The settings under which checks of sound are made: the defaults, and others in which the plugin has something to do.
pub fn settings(parameters: &[Parameter]) -> Vec<Setting> {
    let mut random = Random::new(7);
    let all = |name, value: &mut dyn FnMut(&Parameter) -> f64| Setting {
        name,
        values: parameters
            .iter()
            .filter(|parameter| parameter.is_writable && !parameter.is_bypass)
            .map(|parameter| (parameter.id, value(parameter)))
            .collect(),
    };
    vec![
        all("all parameters at their defaults", &mut |parameter| parameter.default),
        all("all parameters at a quarter of their range", &mut |parameter| parameter.at(0.25)),
        all("all parameters at three quarters of their range", &mut |parameter| parameter.at(0.75)),
        all("all parameters at random values", &mut |parameter| parameter.at(random.next())),
    ]
}
