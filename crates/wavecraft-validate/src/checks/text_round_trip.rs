//! The texts of values.

use crate::Subject;
use crate::check::{CheckResult, Passed, failed, skipped};
use crate::plugin::{Parameter, Plugin};

pub const MEANING: &str = "every text that a parameter shows may be typed, and then shows as the same text";

/// How many values of a range are tried.
const VALUES: u32 = 200;

pub fn run(subject: &Subject) -> CheckResult {
    let mut plugin = Plugin::new(subject)?;
    let parameters = plugin.parameters();
    if parameters.is_empty() {
        return skipped("it has no parameters");
    }
    for parameter in &parameters {
        for value in values(parameter) {
            try_value(&mut plugin, parameter, value).or_else(failed)?;
        }
    }
    Ok(Passed::with(format!("{} parameters", parameters.len())))
}

fn values(parameter: &Parameter) -> Vec<f64> {
    let steps = (parameter.max - parameter.min).abs() as u32;
    let count = if parameter.is_stepped { steps.min(10 * VALUES) } else { VALUES };
    (0..=count).map(|index| parameter.at(f64::from(index) / f64::from(count.max(1)))).collect()
}

fn try_value(plugin: &mut Plugin, parameter: &Parameter, value: f64) -> Result<(), String> {
    let Parameter { id, name, .. } = parameter;
    let text = plugin.text(*id, value).ok_or(format!("`{name}` has no text for {value}"))?;
    let typed = plugin
        .typed(*id, &text)
        .ok_or(format!("`{name}` shows {value} as \"{text}\" and does not take that text"))?;
    let again = plugin.text(*id, typed).ok_or(format!("`{name}` has no text for {typed}"))?;
    if again != text {
        return Err(format!(
            "`{name}` shows {value} as \"{text}\"; typed, that is {typed}, which shows as \"{again}\""
        ));
    }
    if parameter.is_stepped && (typed - value).abs() > parameter.tolerance() {
        return Err(format!("`{name}` shows {value} as \"{text}\"; typed, that is {typed}"));
    }
    Ok(())
}
