//! The validators that others have made, where they are installed.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use wavecraft_validate::{CheckResult, NotPassed, Passed, Row};

use crate::child;

/// How long a validator may take: pluginval goes through many.
const PATIENCE: Duration = Duration::from_mins(10);

struct Validator {
    name: &'static str,
    /// The names that its program may have.
    programs: &'static [&'static str],
    arguments: &'static [&'static str],
    format: Format,
}

#[derive(PartialEq, Eq)]
enum Format {
    Clap,
    Vst3,
}

const VALIDATORS: [Validator; 3] = [
    Validator {
        name: "clap-validator",
        programs: &["clap-validator"],
        arguments: &["validate"],
        format: Format::Clap,
    },
    Validator {
        name: "pluginval",
        programs: &["pluginval", "Pluginval"],
        // Ten is the strictest; five is what hosts ask.
        arguments: &["--strictness-level", "10", "--validate-in-process", "--validate"],
        format: Format::Vst3,
    },
    Validator {
        name: "VST3 validator",
        programs: &["vst3-validator", "validator"],
        arguments: &[],
        format: Format::Vst3,
    },
];

/// What each says of the CLAP file, or of the VST3 beside it.
pub fn run(bundle: &Path) -> Vec<Row> {
    VALIDATORS.iter().map(|validator| Row::new(validator.name, "", ask(validator, bundle))).collect()
}

fn ask(validator: &Validator, bundle: &Path) -> CheckResult {
    let Some(program) = validator.programs.iter().find_map(|name| find_program(name)) else {
        return Err(NotPassed::Skipped("not installed".to_owned()));
    };
    let vst3 = bundle.with_extension("vst3");
    let plugin = if validator.format == Format::Clap { bundle } else { vst3.as_path() };
    if !plugin.exists() {
        return Err(NotPassed::Skipped(format!("there is no {} beside the CLAP file", plugin.display())));
    }
    let mut command = Command::new(program);
    command.args(validator.arguments).arg(plugin);
    match child::run(command, PATIENCE) {
        Ok(ended) if ended.is_success() => {
            let last = ended.said.lines().rev().find(|line| !line.trim().is_empty());
            Ok(Passed { remark: last.map(|line| line.trim().to_owned()) })
        }
        Ok(ended) => Err(NotPassed::Failed(ended.words())),
        Err(error) => Err(NotPassed::Failed(format!("it did not start: {error}"))),
    }
}

fn find_program(name: &str) -> Option<PathBuf> {
    let file_name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(&file_name))
        .find(|candidate| candidate.is_file())
}
