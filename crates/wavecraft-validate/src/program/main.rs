//! `wavecraft-validate`: the checks on any CLAP file, and the validators that others have made, in one table.
//!
//! Nothing of a plugin runs in this process: each check runs in a child, another process of this same program, so that a
//! crash is that check's failure and the next one begins anew.

mod child;
mod identify;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod malloc;
mod validators;
mod vst3;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use wavecraft_validate::{CHECKS, Check, CheckResult, NotPassed, Report, Row, Subject};

/// How long a check may take.
const PATIENCE: Duration = Duration::from_mins(3);

/// What the program ends with where a plugin cannot be looked at.
const CANNOT: u8 = 2;

/// Checks what must hold for any plugin, on a CLAP file.
///
/// clap-validator, pluginval and the VST3 SDK's validator run as well where they are installed; the latter two take the VST3
/// that lies beside the CLAP file.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// The CLAP file
    #[arg(required_unless_present_any = ["identify", "list"])]
    bundle: Option<PathBuf>,

    /// Only this check; may be given several times
    #[arg(long, value_name = "NAME")]
    check: Vec<String>,

    /// The file in which the plugin's parameters are recorded
    #[arg(long, value_name = "FILE")]
    parameter_ids: Option<PathBuf>,

    /// Print the result as JSON
    #[arg(long)]
    json: bool,

    /// List the checks and what each means
    #[arg(long)]
    list: bool,

    /// Print the plugins in CLAP and VST3 files, as a line of JSON for each
    #[arg(long, value_name = "FILE", num_args = 1.., conflicts_with = "bundle")]
    identify: Vec<PathBuf>,

    /// For a child: run the check on the plugin with this id, and write the outcome to the file
    #[arg(long, hide = true, num_args = 2, value_names = ["ID", "FILE"])]
    as_child: Option<Vec<String>>,

    /// For a child: print the plugins in this process
    #[arg(long, hide = true)]
    identify_as_child: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.list {
        for check in CHECKS {
            println!("{:<18}  {}", check.name, check.meaning);
        }
        return ExitCode::SUCCESS;
    }
    if arguments.identify_as_child {
        return identify::in_this_process(&arguments.identify);
    }
    if !arguments.identify.is_empty() {
        return identify::in_children(&arguments.identify);
    }
    let bundle = arguments.bundle.as_deref().expect("clap has asked for it");
    let outcome = match &arguments.as_child {
        Some(to) => run_as_child(&arguments, bundle, &to[0], Path::new(&to[1])),
        None => run(&arguments, bundle),
    };
    outcome.unwrap_or_else(|words| {
        eprintln!("error: {words}");
        ExitCode::from(CANNOT)
    })
}

fn run(arguments: &Arguments, bundle: &Path) -> Result<ExitCode, String> {
    let chosen = chosen(&arguments.check)?;
    let mut reports = Vec::new();
    let plugins = identify::plugins_of(bundle).map_err(|words| format!("{}: {words}", bundle.display()))?;
    for plugin in plugins {
        let rows = chosen.iter().map(|check| row(arguments, bundle, &plugin.id, check)).collect();
        reports.push(Report { plugin, rows });
    }
    // These look at the whole file at once.
    if arguments.check.is_empty()
        && let Some(last) = reports.last_mut()
    {
        last.rows.extend(validators::run(bundle));
    }
    if arguments.json {
        println!("{}", serde_json::to_string_pretty(&reports).map_err(|error| error.to_string())?);
    } else {
        let tables: Vec<String> = reports.iter().map(ToString::to_string).collect();
        println!("{}", tables.join("\n\n"));
    }
    let is_clean = reports.iter().all(Report::is_clean);
    Ok(if is_clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn chosen(names: &[String]) -> Result<Vec<&'static Check>, String> {
    if names.is_empty() {
        return Ok(CHECKS.iter().collect());
    }
    let find = |name: &String| {
        let known = || CHECKS.iter().map(|check| check.name).collect::<Vec<_>>().join(", ");
        let found = CHECKS.iter().find(|check| check.name == name);
        found.ok_or_else(|| format!("there is no check `{name}`; there are {}", known()))
    };
    names.iter().map(find).collect()
}

/// Has a child run a check.
fn row(arguments: &Arguments, bundle: &Path, plugin: &str, check: &Check) -> Row {
    let failed = |words| Row::new(check.name, check.meaning, Err(NotPassed::Failed(words)));
    let outcome = match tempfile::NamedTempFile::new() {
        Ok(file) => file.into_temp_path(),
        Err(error) => return failed(format!("a file for its outcome cannot be made: {error}")),
    };
    let mut command = child::command();
    command.arg(bundle).args(["--check", check.name]);
    if let Some(file) = &arguments.parameter_ids {
        command.arg("--parameter-ids").arg(file);
    }
    command.arg("--as-child").arg(plugin).arg(&outcome);
    let ended = match child::run(command, PATIENCE) {
        Ok(ended) => ended,
        Err(error) => return failed(format!("its process did not start: {error}")),
    };
    let written = std::fs::read_to_string(&outcome).unwrap_or_default();
    // A crash after the check, when the library goes, is a crash as well.
    match (ended.is_success(), serde_json::from_str(&written)) {
        (true, Ok(row)) => row,
        _ => failed(ended.words()),
    }
}

fn run_as_child(
    arguments: &Arguments,
    bundle: &Path,
    plugin: &str,
    outcome: &Path,
) -> Result<ExitCode, String> {
    let [check] = chosen(&arguments.check)?[..] else { return Err("a child runs one check".to_owned()) };
    let row = Row::new(check.name, check.meaning, run_check(arguments, bundle, plugin, check));
    let text = serde_json::to_string(&row).map_err(|error| error.to_string())?;
    std::fs::write(outcome, text).map_err(|error| error.to_string())?;
    Ok(ExitCode::SUCCESS)
}

fn run_check(arguments: &Arguments, bundle: &Path, plugin: &str, check: &Check) -> CheckResult {
    let failed = |words: String| NotPassed::Failed(words);
    let subjects = Subject::load(bundle).map_err(|error| failed(error.to_string()))?;
    let subject = subjects.into_iter().find(|subject| subject.id() == plugin);
    let mut subject =
        subject.ok_or_else(|| failed(format!("the plugin `{plugin}` is not in it any more")))?;
    if let Some(file) = &arguments.parameter_ids {
        subject = subject.with_parameter_ids(file);
    }
    check.run(&subject)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn an_unknown_check_is_named_with_those_that_there_are() {
        let words = chosen(&["block_size".to_owned()]).err().unwrap();
        assert!(words.starts_with("there is no check `block_size`; there are identity, "), "{words}");
    }
}
