//! `cargo xtask codegen`: the files that follow from the Rust sources. One is that of every plugin project; programs of the
//! workspace print the others, so that this one needs none of what they are made from.

use std::fs;
use std::process::{ExitCode, Stdio};

use anyhow::{Context, Result, bail};

use wavecraft_xtask::bundle::Profile;
use wavecraft_xtask::codegen::{self, Arguments, Generated};
use wavecraft_xtask::dev;
use wavecraft_xtask::process;
use wavecraft_xtask::project::Project;

use crate::icon;

/// A file, and the example that prints it.
struct GeneratedFile {
    /// From the workspace's root.
    path: &'static str,
    package: &'static str,
    example: &'static str,
    /// In place of the package's default features.
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
        path: "ui/src/response/drive-curves.json",
        package: "wavecraft",
        example: "drive_curves",
        features: &[],
    },
    GeneratedFile {
        path: "ui/src/response/latencies.json",
        package: "wavecraft",
        example: "latencies",
        features: &[],
    },
];

/// A file that another package holds as well, since each is packaged by itself.
struct CopiedFile {
    /// From the workspace's root.
    path: &'static str,
    original: &'static str,
}

const COPIES: [CopiedFile; 1] = [CopiedFile {
    path: "ui/packages/vite/page-error.js",
    original: "crates/nice-plug-webview/src/page_error.js",
}];

/// Writes the files that differ, or names them.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let project = Project::load()?;
    let library = dev::build_library(&project, Profile::Development)?;
    let mut files = vec![codegen::plugin_ids(&project, &library)?];
    for file in &FILES {
        files.push(Generated {
            path: project.root.join(file.path),
            content: file.generate(&project)?.into_bytes(),
        });
    }
    for copy in &COPIES {
        files.push(Generated {
            path: project.root.join(copy.path),
            content: copy.text(&project)?.into_bytes(),
        });
    }
    files.push(Generated { path: project.root.join(icon::PATH), content: icon::content()? });
    codegen::write_or_check(&files, arguments.check)
}

impl CopiedFile {
    /// What the file should hold.
    fn text(&self, project: &Project) -> Result<String> {
        let original = project.root.join(self.original);
        let text = fs::read_to_string(&original)
            .with_context(|| format!("could not read {}", original.display()))?;
        Ok(format!("// Written by `cargo xtask codegen`, from {}.\n{text}", self.original))
    }
}

impl GeneratedFile {
    /// What the file should hold.
    fn generate(&self, project: &Project) -> Result<String> {
        let mut command = process::cargo(&project.root);
        command.args(["run", "--quiet", "--package", self.package, "--example", self.example]);
        // As the library was built just before, which is most of what an example is built from.
        command.args(Profile::Development.arguments()).arg("--no-default-features");
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
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn copies_are_as_their_originals() {
        let project = Project::load().unwrap();
        for copy in &COPIES {
            let written = fs::read_to_string(project.root.join(copy.path)).unwrap();
            assert!(written == copy.text(&project).unwrap(), "`cargo xtask codegen` writes {}", copy.path);
        }
    }

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
