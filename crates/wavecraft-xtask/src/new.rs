//! `cargo xtask new`: a plugin project, complete and small, whose every line belongs to its author.
//!
//! `answers` is what the author says of it, `identity` what follows from that (ids and names of packages and types), `origin`
//! where it takes Wavecraft from, `template` the files.

mod answers;
mod identity;
mod origin;
mod template;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use anyhow::{Context, Result, bail};

use crate::process;
use crate::report;
use crate::sources;
use answers::Answers;
use identity::Identity;
use origin::Origin;

/// The command line of `cargo xtask new`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The folder to make, which is also the package's name
    path: PathBuf,

    /// What users read, such as "My Tremolo" (default: the folder's name in words)
    #[arg(long)]
    name: Option<String>,

    /// Who makes it
    #[arg(long)]
    vendor: Option<String>,

    /// What it does with sound
    #[arg(long, value_enum)]
    kind: Option<Kind>,

    /// The licence that it is under
    #[arg(long, value_enum, default_value_t = Licence::Mit)]
    licence: Licence,

    /// Where Wavecraft comes from: a checkout's folder, a git URL, or a version (default: this checkout)
    #[arg(long, value_name = "PATH|URL|VERSION")]
    from: Option<String>,

    /// The git revision to take, with a git URL in --from
    #[arg(long, requires = "from")]
    rev: Option<String>,
}

/// What a plugin does with sound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// Changes what comes in
    Effect,
    /// Plays notes
    Instrument,
}

/// The licence of a project.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Licence {
    /// The MIT licence
    Mit,
    /// The Apache licence, version 2.0
    Apache,
    /// Either of the two, at the user's choice
    MitOrApache,
    /// None: all rights reserved
    None,
}

/// Writes the project, and says what to do next.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let target = std::path::absolute(&arguments.path).context("could not tell where the project is to be")?;
    refuse_occupied(&target)?;
    let answers = Answers::get(arguments)?;
    let origin = Origin::choose(arguments.from.as_deref(), arguments.rev.as_deref(), &target)?;
    let identity = Identity::new(&target, &answers)?;
    let files = template::files(&identity, &answers, &origin);
    write_whole(&target, &files)?;
    complete_lock_file(&target);
    report::status(
        "Created",
        format_args!("{} {} in {}", answers.kind.article_and_name(), identity.name, arguments.path.display()),
    );
    if let Err(reason) = commit(&target) {
        report::warning(format_args!("the project is not committed to git: {reason:#}"));
    }
    if !crate::setup::has_node() {
        report::warning(
            "there is no Node.js 20.19 or later on this machine: https://nodejs.org. The page needs it.",
        );
    }
    println!("\n    cd {}\n    cargo xtask dev\n", arguments.path.display());
    Ok(ExitCode::SUCCESS)
}

impl Kind {
    fn article_and_name(self) -> &'static str {
        match self {
            Self::Effect => "an effect,",
            Self::Instrument => "an instrument,",
        }
    }
}

/// Nothing of anybody's is overwritten.
fn refuse_occupied(target: &Path) -> Result<()> {
    match fs::read_dir(target) {
        Ok(mut entries) => match entries.next() {
            Some(_) => bail!(
                "{} is there already and is not empty; name a folder that is not there yet",
                target.display()
            ),
            None => Ok(()),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error).with_context(|| format!("could not look into {}", target.display())),
    }
}

/// Writes all files into a folder beside the target, which then takes the target's name: nothing half-written stays.
fn write_whole(target: &Path, files: &[template::File]) -> Result<()> {
    let parent = target.parent().context("a project cannot be the root of the file system")?;
    fs::create_dir_all(parent).with_context(|| format!("could not create {}", parent.display()))?;
    let unfinished = parent.join(format!(".{}.unfinished-{}", file_name(target), std::process::id()));
    let written = write_all(&unfinished, files).and_then(|()| {
        // An empty folder gives its place; on Windows a rename does not take it.
        let _ = fs::remove_dir(target);
        fs::rename(&unfinished, target).with_context(|| format!("could not create {}", target.display()))
    });
    if written.is_err() {
        // What went wrong is already being told.
        let _ = fs::remove_dir_all(&unfinished);
    }
    written
}

fn write_all(folder: &Path, files: &[template::File]) -> Result<()> {
    for file in files {
        let path = folder.join(&file.path);
        let parent = path.parent().expect("a file is in a folder");
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, &file.text))
            .with_context(|| format!("could not write {}", path.display()))?;
    }
    Ok(())
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Makes it a git repository with one commit, unless it lies in one.
fn commit(target: &Path) -> Result<()> {
    let git = |arguments: &[&str]| {
        let mut command = Command::new("git");
        command.current_dir(target).args(arguments).stdin(Stdio::null());
        let output = command.output().context("git did not start")?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!("git {}: {}", arguments[0], said.trim().lines().last().unwrap_or("it failed"));
        }
        Ok(())
    };
    if git(&["rev-parse", "--is-inside-work-tree"]).is_ok() {
        bail!("it lies in a repository already");
    }
    git(&["init", "--quiet"])?;
    git(&["add", "--all"])?;
    git(&["commit", "--quiet", "--message", "A plugin made with cargo xtask new"])
}

/// Has cargo add the project's own packages to its lock file, if it can do so without the network. Otherwise the first build
/// does.
fn complete_lock_file(target: &Path) {
    let mut metadata = process::cargo(target);
    metadata.args(["metadata", "--offline", "--format-version", "1"]);
    let _ = metadata.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
}

/// The lock file of the checkout that this program is built from: with it a project has the versions that are tested, and
/// shares what is built already.
fn lock_file() -> Option<String> {
    fs::read_to_string(sources::checkout()?.join("Cargo.lock")).ok()
}

#[cfg(test)]
mod tests;
