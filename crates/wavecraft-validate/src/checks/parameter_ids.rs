//! The parameters that saved projects and automation know.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::Subject;
use crate::check::{CheckResult, Passed, failed, skipped};
use crate::plugin::{Parameter, Plugin};

pub const MEANING: &str =
    "every parameter that was recorded is still there, by the same id and with the same range";

/// With this variable set, what there is now is recorded.
const RECORD_VARIABLE: &str = "WAVECRAFT_RECORD";

const HEADER: &str = "\
# The parameters by which saved projects and automation know this plugin: id, range, name; tabs between.
# WAVECRAFT_RECORD=1 cargo xtask test    writes this file.
";

/// What is recorded of a parameter: its range, as its ends' texts and how it is divided, and its name.
type Recorded = (String, String);

pub fn run(subject: &Subject) -> CheckResult {
    let Some(file) = &subject.parameter_ids else {
        return skipped("no file of recorded ids was named");
    };
    let mut plugin = Plugin::new(subject)?;
    let parameters = plugin.parameters();
    let now: Vec<(String, Recorded)> =
        parameters.iter().map(|parameter| described(&mut plugin, parameter)).collect();
    if std::env::var_os(RECORD_VARIABLE).is_some_and(|value| value == "1") {
        return record(subject.id(), &now, file);
    }
    let Ok(text) = fs::read_to_string(file) else {
        return failed(format!(
            "{} is not there; `WAVECRAFT_RECORD=1 cargo xtask test` writes it, and it belongs into the repository",
            file.display()
        ));
    };
    compare(&recorded(&text, subject.id()), &now, file)
}

fn described(plugin: &mut Plugin, parameter: &Parameter) -> (String, Recorded) {
    let mut end = |value: f64| plugin.text(parameter.id, value).unwrap_or_else(|| value.to_string());
    let (from, to) = (end(parameter.min), end(parameter.max));
    let steps = if parameter.is_stepped {
        format!(", {} choices", parameter.max - parameter.min + 1.0)
    } else {
        String::new()
    };
    (format!("{:#010x}", parameter.id.get()), (format!("{from} to {to}{steps}"), parameter.name.clone()))
}

fn compare(recorded: &BTreeMap<String, Recorded>, now: &[(String, Recorded)], file: &Path) -> CheckResult {
    for (id, (range, name)) in recorded {
        let Some((_, (range_now, _))) = now.iter().find(|(known, _)| known == id) else {
            return failed(format!(
                "`{name}` ({id}) is gone: projects that were saved with it lose its value"
            ));
        };
        if range_now != range {
            return failed(format!(
                "`{name}` ({id}) was {range} and is {range_now}: automation and saved projects mean other values now; where \
                 that is wanted, `WAVECRAFT_RECORD=1 cargo xtask test` records it"
            ));
        }
    }
    let new: Vec<&str> =
        now.iter().filter(|(id, _)| !recorded.contains_key(id)).map(|(_, (_, name))| name.as_str()).collect();
    if !new.is_empty() {
        return failed(format!(
            "`{}` is not in {} yet: `WAVECRAFT_RECORD=1 cargo xtask test` records it",
            new.join("`, `"),
            file.display()
        ));
    }
    Ok(Passed::with(format!("{} parameters", now.len())))
}

/// The recorded parameters of one plugin; a line in brackets begins each plugin's.
fn recorded(text: &str, plugin: &str) -> BTreeMap<String, Recorded> {
    let heading = format!("[{plugin}]");
    let mut lines = text.lines().skip_while(|line| *line != heading);
    lines.next();
    let own = lines.take_while(|line| !line.starts_with('['));
    let entry = |line: &str| {
        let mut fields = line.split('\t').map(str::to_owned);
        Some((fields.next()?, (fields.next()?, fields.next()?)))
    };
    own.filter(|line| !line.starts_with('#')).filter_map(entry).collect()
}

fn record(plugin: &str, now: &[(String, Recorded)], file: &Path) -> CheckResult {
    let old = fs::read_to_string(file).unwrap_or_default();
    let mut text = HEADER.to_owned();
    // Those of other plugins of the same library stay.
    let mut is_kept = false;
    for line in old.lines() {
        if line.starts_with('[') {
            is_kept = line != format!("[{plugin}]");
        }
        if is_kept && !line.is_empty() {
            text += line;
            text.push('\n');
        }
    }
    let _ = writeln!(text, "[{plugin}]");
    for (id, (range, name)) in now {
        let _ = writeln!(text, "{id}\t{range}\t{name}");
    }
    match fs::write(file, text) {
        Ok(()) => Ok(Passed::with(format!("recorded in {}", file.display()))),
        Err(error) => failed(format!("{} cannot be written: {error}", file.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::NotPassed;

    fn parameter(id: &str, range: &str, name: &str) -> (String, Recorded) {
        (id.to_owned(), (range.to_owned(), name.to_owned()))
    }

    fn words(result: CheckResult) -> String {
        match result {
            Ok(_) => "passed".to_owned(),
            Err(NotPassed::Failed(words) | NotPassed::Skipped(words)) => words,
        }
    }

    fn with_record(recorded_as: &[(String, Recorded)], now: &[(String, Recorded)]) -> String {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("ids.txt");
        record("a.b.other", &[parameter("0x9", "0 to 1", "Other")], &file).unwrap();
        record("a.b.c", recorded_as, &file).unwrap();
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(recorded(&text, "a.b.other").len(), 1, "{text}");
        words(compare(&recorded(&text, "a.b.c"), now, &file))
    }

    #[test]
    fn what_is_as_recorded_passes_whatever_its_order_and_name() {
        let (gain, mix) = (parameter("0x1", "0 dB to 6 dB", "Gain"), parameter("0x2", "0 to 1", "Mix"));
        let renamed = parameter("0x1", "0 dB to 6 dB", "Input gain");
        assert_eq!(with_record(&[gain, mix.clone()], &[mix, renamed]), "passed");
    }

    #[test]
    fn a_parameter_that_is_gone_changed_or_new_is_named() {
        let gain = parameter("0x1", "0 dB to 6 dB", "Gain");
        let wider = parameter("0x1", "0 dB to 12 dB", "Gain");
        let mix = parameter("0x2", "0 to 1", "Mix");
        let gone = with_record(&[gain.clone(), mix.clone()], std::slice::from_ref(&gain));
        assert!(gone.starts_with("`Mix` (0x2) is gone"), "{gone}");
        let changed = with_record(std::slice::from_ref(&gain), &[wider]);
        assert!(changed.starts_with("`Gain` (0x1) was 0 dB to 6 dB and is 0 dB to 12 dB"), "{changed}");
        let new = with_record(std::slice::from_ref(&gain), &[gain.clone(), mix]);
        assert!(new.starts_with("`Mix` is not in ") && new.contains("WAVECRAFT_RECORD=1"), "{new}");
    }
}
