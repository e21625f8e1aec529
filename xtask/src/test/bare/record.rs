//! For which lists of needs the README's commands have passed on a bare machine: a file that is committed.
//!
//! A run of the whole takes half an hour, and its outcome depends on needs, so it is due when a file that names needs has
//! changed, when a test program declares other ones, or when the project stands on other libraries of the system.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use wavecraft_xtask::process;
use wavecraft_xtask::project::Project;
use wavecraft_xtask::report;

/// The files and folders that name needs of the README's commands or set them up. Stages that are asked for by name are no
/// part of these commands.
const SOURCES: &[&str] = &[
    "crates/wavecraft-xtask/src/bundle.rs",
    "crates/wavecraft-xtask/src/dev.rs",
    "crates/wavecraft-xtask/src/page.rs",
    "crates/wavecraft-xtask/src/setup",
    "crates/wavecraft-xtask/src/setup.rs",
    "crates/wavecraft-xtask/src/test",
    "tests/requirements.txt",
    "tests/support/src/needs.rs",
    "xtask/src/test.rs",
    "xtask/src/test/bare.rs",
    "xtask/src/test/bare/enter.sh",
    "xtask/src/test/bare/machine",
    "xtask/src/test/bare/machine.rs",
    "xtask/src/test/bare/readme.rs",
    "xtask/src/test/browser.rs",
    "xtask/src/test/hosts.rs",
    "xtask/src/test/units.rs",
];

/// How a test program begins to declare its needs.
const DECLARATION: &str = "needs!(";

/// Where the libraries are listed that everything is built from.
const LOCK_FILES: &[&str] = &["Cargo.lock", "crates/nice-plug-webview/helper/Cargo.lock.in"];

#[derive(Deserialize)]
struct Record {
    needs: String,
}

/// What stands for all lists of needs as they are now.
pub fn digest(project: &Project) -> Result<String> {
    let list = process::output_of(process::git(project).args(["ls-files", "--"]).args(SOURCES));
    let list = list.context("git does not list the files that name needs")?;
    let mut text = String::new();
    for file in list.lines() {
        let content =
            fs::read_to_string(project.root.join(file)).with_context(|| format!("could not read {file}"))?;
        text += &content;
    }
    let declared =
        process::output_of(process::git(project).args(["grep", "--no-color", DECLARATION, "--", "*.rs"]));
    text += &declared.context("git finds no test program that declares its needs")?;
    for file in LOCK_FILES {
        let lock =
            fs::read_to_string(project.root.join(file)).with_context(|| format!("could not read {file}"))?;
        text += &system_libraries(&lock).join("\n");
    }
    hash(project, &text)
}

/// What they were when the whole last passed, if it ever did.
pub fn passed(project: &Project) -> Result<Option<String>> {
    let path = file(project);
    if !path.exists() {
        return Ok(None);
    }
    let text = fs::read_to_string(&path).with_context(|| format!("could not read {}", path.display()))?;
    let record: Record =
        toml::from_str(&text).with_context(|| format!("could not understand {}", path.display()))?;
    Ok(Some(record.needs))
}

/// Records that the whole has passed.
pub fn write(project: &Project, digest: &str) -> Result<()> {
    let text = format!(
        "# Written by `cargo xtask test --bare` when both commands of the README have passed on a bare machine: what stands for\n\
         # the lists of needs at that time. While they are the same, `--bare=auto` has nothing to try.\n\
         needs = \"{digest}\"\n"
    );
    let path = file(project);
    if fs::read_to_string(&path).is_ok_and(|before| before == text) {
        return Ok(());
    }
    fs::write(&path, text).with_context(|| format!("could not write {}", path.display()))?;
    report::status("Recorded", format_args!("that it passed, in {}; commit it", Project::shown(&path)));
    Ok(())
}

fn file(project: &Project) -> PathBuf {
    project.root.join("tests").join("bare-machine.toml")
}

/// The crates that bind a library of the system bear such names.
fn system_libraries(lock: &str) -> Vec<&str> {
    let names = lock.lines().filter_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
    names.filter(|name| name.ends_with("-sys")).collect()
}

fn hash(project: &Project, text: &str) -> Result<String> {
    let mut child = process::git(project)
        .args(["hash-object", "--stdin"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("git did not start")?;
    child.stdin.take().expect("it is piped").write_all(text.as_bytes()).context("git does not read")?;
    let output = child.wait_with_output().context("git did not end")?;
    ensure!(output.status.success(), "git computes no hash");
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libraries_of_the_system_are_found_in_a_lock_file() {
        let lock = "[[package]]\nname = \"alsa-sys\"\nversion = \"0.4.0\"\n\n[[package]]\nname = \"serde\"\n";
        assert_eq!(system_libraries(lock), ["alsa-sys"]);
    }

    #[test]
    fn every_source_exists() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        for path in SOURCES.iter().chain(LOCK_FILES) {
            assert!(root.join(path).exists(), "{path}");
        }
    }
}
