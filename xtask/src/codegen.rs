//! `cargo xtask codegen`: the files that follow from the Rust sources. Programs of the workspace print them, so that this
//! one needs none of what they are made from.

use std::fs;
use std::io::ErrorKind;
use std::process::{ExitCode, Stdio};

use anyhow::{Context, Result, bail};

use wavecraft_xtask::process;
use wavecraft_xtask::project::Project;
use wavecraft_xtask::report;

/// The command line of `cargo xtask codegen`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Write nothing, and fail if a file is not as it would be written
    #[arg(long)]
    check: bool,
}

/// A file, and the example that prints it.
struct GeneratedFile {
    /// From the workspace's root.
    path: &'static str,
    package: &'static str,
    example: &'static str,
    features: &'static [&'static str],
}

/// All of them.
const FILES: [GeneratedFile; 3] = [
    GeneratedFile {
        path: "ui/packages/core/src/protocol/index.ts",
        package: "wavecraft-ipc",
        example: "typescript",
        features: &["typescript"],
    },
    GeneratedFile {
        path: "ui/src/generated/parameters.ts",
        package: "wavecraft",
        example: "page_parameters",
        features: &[],
    },
    GeneratedFile {
        path: "ui/src/response/drive-curves.json",
        package: "wavecraft",
        example: "drive_curves",
        features: &[],
    },
];

/// Writes the files that differ, or names them.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let project = Project::load()?;
    let mut stale = Vec::new();
    for file in &FILES {
        let generated = file.generate(&project)?;
        if file.kept(&project)? == generated {
            report::status("Unchanged", file.path);
        } else if arguments.check {
            report::failure("Stale", file.path);
            stale.push(file.path);
        } else {
            file.write(&project, &generated)?;
            report::status("Wrote", file.path);
        }
    }
    if !stale.is_empty() {
        bail!("out of date: {}; renew with: cargo xtask codegen", stale.join(", "));
    }
    Ok(ExitCode::SUCCESS)
}

impl GeneratedFile {
    /// What the file should hold.
    fn generate(&self, project: &Project) -> Result<String> {
        let mut command = process::cargo(&project.root);
        command.args(["run", "--quiet", "--package", self.package, "--example", self.example]);
        for feature in self.features {
            command.args(["--features", feature]);
        }
        let output = command
            .stderr(Stdio::inherit())
            .output()
            .with_context(|| format!("could not generate {}: cargo did not start", self.path))?;
        if !output.status.success() {
            bail!("could not generate {}: cargo ended with {}", self.path, output.status);
        }
        String::from_utf8(output.stdout).with_context(|| format!("{} would not be text", self.path))
    }

    /// What the file holds; nothing if there is none.
    fn kept(&self, project: &Project) -> Result<String> {
        match fs::read_to_string(project.root.join(self.path)) {
            // Git may have turned the line ends.
            Ok(text) => Ok(text.replace("\r\n", "\n")),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
            Err(error) => Err(error).with_context(|| format!("could not read {}", self.path)),
        }
    }

    fn write(&self, project: &Project, text: &str) -> Result<()> {
        let path = project.root.join(self.path);
        let folder = path.parent().expect("every path has a folder");
        fs::create_dir_all(folder)
            .and_then(|()| fs::write(&path, text))
            .with_context(|| format!("could not write {}", self.path))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_file_is_there_once_and_names_the_command_if_it_can() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut paths = HashSet::new();
        for file in FILES {
            let text = fs::read_to_string(root.join(file.path)).expect(file.path);
            // JSON has no comments.
            let can_name = Path::new(file.path).extension().is_some_and(|extension| extension == "ts");
            assert_eq!(text.contains("cargo xtask codegen"), can_name, "{}", file.path);
            assert!(paths.insert(file.path), "{}", file.path);
        }
    }
}
