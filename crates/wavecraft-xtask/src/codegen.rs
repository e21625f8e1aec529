//! `cargo xtask codegen`: the file of the page's sources that follows from the plugin's parameters and meters.
//!
//! A repository with more such files has a command of its own, and shows them by [`Generated`] as well.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
use wavecraft_ffi::{PluginDescription, PluginLibrary, PluginParamLoader};
use wavecraft_ipc::plugin_ids_module;

use crate::bundle::Profile;
use crate::dev;
use crate::project::Project;
use crate::report;

/// The command line of `cargo xtask codegen`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Write nothing, and fail if a file is not as it would be written
    #[arg(long)]
    pub check: bool,
}

/// A file as it should be.
pub struct Generated {
    /// Where it is.
    pub path: PathBuf,
    /// What it should hold.
    pub content: Vec<u8>,
}

/// Writes the file if it differs, or says that it does.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let project = Project::load()?;
    let library = dev::build_library(&project, Profile::Development)?;
    write_or_check(&[plugin_ids(&project, &library)?], arguments.check)
}

/// The file with the ids of the parameters, meters and signals, from the plugin's library.
pub fn plugin_ids(project: &Project, library: &Path) -> Result<Generated> {
    let loaded = PluginLibrary::load(library).context("could not load the plugin's library")?;
    let parameters = PluginParamLoader::load(&loaded).context("could not read the plugin's parameters")?;
    let description = PluginDescription::load(&loaded).context("could not read the plugin's description")?;
    let PluginDescription { meters, signals, .. } = description.unwrap_or_default();
    let text = plugin_ids_module(
        parameters.iter().map(|parameter| parameter.id.as_str()),
        meters.iter().map(|meter| meter.id.as_str()),
        signals.iter().map(|signal| signal.id.as_str()),
    );
    Ok(Generated { path: project.plugin.parameter_ids_file.clone(), content: text.into_bytes() })
}

/// Writes the files that differ and says so, or with `check` names them and fails.
pub fn write_or_check(files: &[Generated], check: bool) -> Result<ExitCode> {
    let mut stale = Vec::new();
    for file in files {
        let shown = Project::shown(&file.path);
        if file.is_current()? {
            report::status("Unchanged", shown);
        } else if check {
            report::failure("Stale", &shown);
            stale.push(shown);
        } else {
            file.write()?;
            report::status("Wrote", shown);
        }
    }
    if !stale.is_empty() {
        bail!("out of date: {}; renew with: cargo xtask codegen", stale.join(", "));
    }
    Ok(ExitCode::SUCCESS)
}

impl Generated {
    /// Whether the file is as it should be. One that is not there is not.
    pub fn is_current(&self) -> Result<bool> {
        // Git may have turned the line ends of a text.
        let is_same_text = |held: &[u8]| {
            str::from_utf8(held).is_ok_and(|text| text.replace("\r\n", "\n").as_bytes() == self.content)
        };
        match fs::read(&self.path) {
            Ok(held) => Ok(held == self.content || is_same_text(&held)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
            Err(error) => Err(error).with_context(|| format!("could not read {}", self.path.display())),
        }
    }

    /// Writes it.
    pub fn write(&self) -> Result<()> {
        let folder = self.path.parent().context("every file is in a folder")?;
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&self.path, &self.content))
            .with_context(|| format!("could not write {}", self.path.display()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_current_once_it_is_written_whatever_its_line_ends() {
        let folder = tempfile::tempdir().unwrap();
        let file = Generated { path: folder.path().join("generated/ids.ts"), content: "one\ntwo\n".into() };
        assert!(!file.is_current().unwrap());
        file.write().unwrap();
        assert!(file.is_current().unwrap());
        fs::write(&file.path, "one\r\ntwo\r\n").unwrap();
        assert!(file.is_current().unwrap());
        fs::write(&file.path, "one\n").unwrap();
        let error = write_or_check(&[file], true).unwrap_err().to_string();
        assert!(error.contains("ids.ts; renew with: cargo xtask codegen"), "{error}");
    }
}
