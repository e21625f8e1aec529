//! What building the plugin's library takes, as `cargo xtask dev` builds it: after a change, and with `--clean-build` from
//! nothing.
//!
//! The sources are edited in a copy with a target folder of its own, so that nothing here touches what is being worked on.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::bench::Bench;
use crate::bench::row::{Quantity, Row};
use wavecraft_xtask::dev;
use wavecraft_xtask::files::remove;
use wavecraft_xtask::process;
use wavecraft_xtask::project::Project;

/// What no build of the library reads.
const LEFT_OUT: [&str; 5] = ["target", "ui", "node_modules", ".git", ".venv"];

/// What is edited: a constant of the tape character.
const FILE: &str = "src/dsp/drive/tape.rs";
const CONSTANT: &str = "COMPRESSION_MS: f64 = 40.0";

const BUILDS: usize = 5;

pub fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let folder = bench.project.target_directory.join("bench-build");
    let copy = copy_project(&bench.project, &folder)?;
    let mut from_nothing = None;
    if bench.has_clean_build {
        remove(&copy.target_directory)?;
        from_nothing = Some(build(&copy)?);
    } else {
        bench.build(|| build(&copy))?;
    }
    let (mut changed, mut unchanged) = (Vec::new(), Vec::new());
    for number in 1..=BUILDS {
        edit(&copy.root, number)?;
        changed.push(build(&copy)?);
        unchanged.push(build(&copy)?);
    }
    let unchanged = median(unchanged);
    let row = |what: &str, took: Duration| {
        let times = Quantity::new(took.as_secs_f64() / unchanged.as_secs_f64(), "times");
        Row::new(what, seconds(took)).beside("the same with nothing to do", seconds(unchanged), times)
    };
    let mut rows =
        vec![row("library for `cargo xtask dev`, one constant of the DSP changed", median(changed))];
    rows.extend(from_nothing.map(|took| row("library for `cargo xtask dev`, from nothing", took)));
    Ok(rows)
}

/// A fresh copy of the sources, with what was built from the last one.
fn copy_project(project: &Project, folder: &Path) -> Result<Project> {
    let root = folder.join("workspace");
    remove(&root)?;
    copy_folder(&project.root, &root)?;
    Ok(Project { root, target_directory: folder.join("target"), plugin: project.plugin.clone() })
}

/// Files keep their times, by which cargo sees what has changed.
fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("could not create {}", to.display()))?;
    for entry in fs::read_dir(from).with_context(|| format!("could not look into {}", from.display()))? {
        let entry = entry.with_context(|| format!("could not look into {}", from.display()))?;
        if LEFT_OUT.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        let (source, copy): (PathBuf, PathBuf) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy_folder(&source, &copy)?;
        } else {
            let copied = fs::copy(&source, &copy).and_then(|_| {
                File::options().append(true).open(&copy)?.set_modified(fs::metadata(&source)?.modified()?)
            });
            copied.with_context(|| format!("could not copy {}", source.display()))?;
        }
    }
    Ok(())
}

/// Gives the constant its `number`th other value.
fn edit(root: &Path, number: usize) -> Result<()> {
    let path = root.join(FILE);
    let source = fs::read_to_string(&path).with_context(|| format!("could not read {}", path.display()))?;
    let edited = edited(&source, number)?;
    fs::write(&path, edited).with_context(|| format!("could not write {}", path.display()))
}

fn edited(source: &str, number: usize) -> Result<String> {
    ensure!(source.contains(CONSTANT), "{FILE} no longer has `{CONSTANT}`, which is what is edited");
    // Digits behind the value: the next edit finds the same beginning.
    let (before, after) = source.split_once(CONSTANT).unwrap_or_default();
    let rest = after.trim_start_matches(|character: char| character.is_ascii_digit());
    Ok(format!("{before}{CONSTANT}{number}{rest}"))
}

fn build(copy: &Project) -> Result<Duration> {
    let mut command = dev::library_command(copy, false);
    command.arg("--quiet").env("CARGO_TARGET_DIR", &copy.target_directory);
    let started = Instant::now();
    process::run_quietly(&mut command, "build a copy of the plugin")?;
    Ok(started.elapsed())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn seconds(duration: Duration) -> Quantity {
    Quantity::new(duration.as_secs_f64(), "s")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_constant_can_be_edited_again_and_again() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(FILE);
        let source = fs::read_to_string(path).unwrap();
        let first = edited(&source, 1).unwrap();
        assert!(first.contains("= 40.01;"), "{first}");
        assert_eq!(edited(&first, 2).unwrap(), edited(&source, 2).unwrap());
        assert!(edited("nothing", 1).is_err());
    }

    #[test]
    fn copies_keep_their_times_and_leave_out_what_is_built() {
        let (from, to) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        for name in ["src/lib.rs", "target/x", "ui/page"] {
            let path = from.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "text").unwrap();
        }
        copy_folder(from.path(), to.path()).unwrap();
        let time = |folder: &Path| fs::metadata(folder.join("src/lib.rs")).unwrap().modified().unwrap();
        assert_eq!(time(to.path()), time(from.path()));
        assert!(!to.path().join("target").exists() && !to.path().join("ui").exists());
    }
}
