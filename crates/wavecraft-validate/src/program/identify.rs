//! Which plugins are in a file.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use wavecraft_validate::{Identity, Subject};

use crate::{child, vst3};

/// How long a file may take to say what is in it.
const PATIENCE: Duration = Duration::from_secs(30);

/// What a line of a child begins with. Plugins write to standard output as well.
const MARK: &str = "wavecraft-validate-plugin: ";

/// A line of `--identify`.
#[derive(Serialize)]
#[serde(untagged)]
enum Line<'a> {
    Plugin {
        file: &'a Path,
        #[serde(flatten)]
        plugin: Identity,
    },
    Error {
        file: &'a Path,
        error: String,
    },
}

/// Prints what is in the files, as lines of JSON. A file that cannot be read has a line that says why.
pub fn in_children(files: &[PathBuf]) -> ExitCode {
    for file in files {
        let lines = match plugins_of(file) {
            Ok(plugins) => plugins.into_iter().map(|plugin| Line::Plugin { file, plugin }).collect(),
            Err(error) => vec![Line::Error { file, error }],
        };
        for line in lines {
            println!("{}", serde_json::to_string(&line).expect("its fields are texts"));
        }
    }
    ExitCode::SUCCESS
}

/// The plugins in a file, by a child. The error does not name the file.
pub fn plugins_of(file: &Path) -> Result<Vec<Identity>, String> {
    if !file.exists() {
        return Err("there is no such file".to_owned());
    }
    let mut command = child::command();
    command.arg("--identify-as-child").arg("--identify").arg(file);
    let ended = child::run(command, PATIENCE).map_err(|error| error.to_string())?;
    let lines = ended.said.lines().filter_map(|line| line.strip_prefix(MARK));
    let mut plugins = Vec::new();
    for line in lines {
        match serde_json::from_str(line) {
            Ok(Found::Plugin(plugin)) => plugins.push(plugin),
            Ok(Found::Error(words)) => return Err(words),
            Err(_) => {}
        }
    }
    if plugins.is_empty() || !ended.is_success() {
        return Err(format!("it cannot be loaded: {}", ended.words()));
    }
    Ok(plugins)
}

/// What a child says.
#[derive(Serialize, Deserialize)]
enum Found {
    Plugin(Identity),
    Error(String),
}

/// Loads a file and prints what is in it.
pub fn in_this_process(files: &[PathBuf]) -> ExitCode {
    for file in files {
        let is_vst3 = file.extension().is_some_and(|extension| extension == "vst3");
        let plugins = if is_vst3 {
            vst3::plugins(file)
        } else {
            let identities =
                |all: Vec<Subject>| all.iter().map(|subject| subject.identity().clone()).collect();
            Subject::load(file).map(identities).map_err(|error| error.to_string())
        };
        let found = match plugins {
            Ok(plugins) => plugins.into_iter().map(Found::Plugin).collect(),
            Err(error) => vec![Found::Error(error)],
        };
        for line in found {
            println!("\n{MARK}{}", serde_json::to_string(&line).expect("its fields are texts"));
        }
    }
    ExitCode::SUCCESS
}
