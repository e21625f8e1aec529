//! Saving and loading.

use crate::Subject;
use crate::check::{CheckResult, Passed, failed, skipped};
use crate::plugin::{Parameter, Plugin};
use crate::signal::Random;

pub const MEANING: &str =
    "every parameter has the value with which the project was saved, in the same instance and another";

pub fn run(subject: &Subject) -> CheckResult {
    let mut plugin = Plugin::new(subject)?;
    let parameters = plugin.parameters();
    let writable: Vec<&Parameter> = parameters.iter().filter(|parameter| parameter.is_writable).collect();
    if writable.is_empty() {
        return skipped("it has no parameters");
    }
    let mut random = Random::new(3);
    for round in 0..6 {
        let part =
            |random: &mut Random| [0.0, 1.0, 1.0 / 3.0].get(round).copied().unwrap_or_else(|| random.next());
        let set: Vec<_> = writable.iter().map(|known| (known.id, known.at(part(&mut random)))).collect();
        plugin.set(&set);
        let before = plugin.values(&parameters);
        let state = plugin.save()?;
        let changed: Vec<_> =
            set.iter().zip(&writable).map(|((id, value), known)| (*id, away_from(known, *value))).collect();
        plugin.set(&changed);

        let mut other = Plugin::new(subject)?;
        for (instance, which) in [(&mut plugin, "the same instance"), (&mut other, "another instance")] {
            if !instance.load(&state)? {
                return failed(format!(
                    "{which} refuses the state of {} bytes that it has saved",
                    state.len()
                ));
            }
            for (parameter, before) in parameters.iter().zip(&before) {
                let after = instance.value(parameter.id).unwrap_or(f64::NAN);
                if after.is_nan() || (after - before).abs() > parameter.tolerance() {
                    return failed(format!(
                        "`{}` was {before} when the state was saved, and is {after} after {which} has loaded it",
                        parameter.name
                    ));
                }
            }
        }
    }
    Ok(Passed::with(format!("{} parameters", writable.len())))
}

/// A value that is another.
fn away_from(parameter: &Parameter, value: f64) -> f64 {
    if value > parameter.at(0.5) { parameter.min } else { parameter.max }
}
