//! `cargo xtask package`: what to hand to musicians. On Linux an archive with a script that installs it, and a `.deb`; for
//! Windows a setup; on macOS a `.pkg`.
//!
//! Packages of the same bundles are the same to the last bit: files are in order, bear one time (`contents::time_s`) and
//! belong to nobody in particular.

mod archive;
mod checksums;
mod contents;
mod deb;
mod linked_libraries;
mod linux;
mod macos;
mod notices;
mod signing;
mod target;
mod windows_setup;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};

use self::contents::Contents;
use self::target::{PackageSystem, Target};
use crate::bundle::{self, Bundle, Platform, ProfileArguments};
use crate::project::Project;
use crate::report;
use crate::setup::{self, platform_toolchain};

/// The command line of `cargo xtask package`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    profile: ProfileArguments,

    /// Make the package for another system than this one
    #[arg(long, value_name = "TARGET", value_parser = [platform_toolchain::WINDOWS])]
    target: Option<String>,

    /// On macOS, for both of its processors
    #[arg(long, conflicts_with = "target")]
    universal: bool,

    /// Where the packages go (default: target/package)
    #[arg(long, value_name = "FOLDER")]
    to: Option<PathBuf>,
}

/// Bundles the plugin, packs it, and says where the packages are.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let project = Project::load()?;
    let platform = if arguments.target.is_some() { Platform::Windows } else { Platform::Own };
    setup::ensure(&project, platform.needs())?;
    let profile = arguments.profile.profile();
    let (target, bundles) = match &arguments.target {
        Some(triple) => (Target::named(triple)?, bundle::make_for(&project, profile, platform)?),
        None if arguments.universal => (Target::universal(), bundle::universal::make(&project, profile)?),
        None => (Target::of_this_machine()?, bundle::make(&project, profile)?),
    };
    let folder = arguments.to.clone().unwrap_or_else(|| project.target_directory.join("package"));
    let folder = std::path::absolute(folder).context("could not tell where the packages are to be")?;
    for path in make(&project, &target, bundles, &folder)? {
        say(&path)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Packs bundles for Windows that are made already, and returns where the setup is.
pub fn make_windows_setup(project: &Project, bundles: Vec<Bundle>, folder: &Path) -> Result<PathBuf> {
    let made = make(project, &Target::named(platform_toolchain::WINDOWS)?, bundles, folder)?;
    made.into_iter().next().context("there is no setup among the packages for Windows")
}

/// Packs bundles. Returns where the packages are, and their checksums behind them.
fn make(project: &Project, target: &Target, bundles: Vec<Bundle>, folder: &Path) -> Result<Vec<PathBuf>> {
    fs::create_dir_all(folder).with_context(|| format!("could not create {}", folder.display()))?;
    report::status("Packing", format_args!("{} {}", project.plugin.name, project.plugin.version));
    let mut documents = contents::licences(&project.root)?;
    documents.push(notices::document(project, &target.triple)?);
    let contents = Contents { project, bundles, documents, time_s: contents::time_s(project)? };
    let mut made = pack(&contents, target, folder)?;
    made.push(checksums::write(folder, &contents.stem_of_version())?);
    Ok(made)
}

/// Writes all packages for a system.
fn pack(contents: &Contents, target: &Target, folder: &Path) -> Result<Vec<PathBuf>> {
    match target.system {
        PackageSystem::Linux => {
            // The archive is there also where no `.deb` can be made.
            let packages = [linux::package, deb::package];
            let made = packages.into_iter().map(|package| {
                let (name, package) = package(contents, &target.architecture)?;
                write(folder, &name, &package)
            });
            made.collect()
        }
        PackageSystem::Windows => Ok(vec![windows_setup::package(contents, &target.architecture, folder)?]),
        PackageSystem::MacOs => Ok(vec![macos::package(contents, &target.architecture, folder)?]),
    }
}

fn write(folder: &Path, name: &str, package: &[u8]) -> Result<PathBuf> {
    let path = folder.join(name);
    fs::write(&path, package).with_context(|| format!("could not write {}", path.display()))?;
    Ok(path)
}

fn say(path: &Path) -> Result<()> {
    let size = fs::metadata(path).with_context(|| format!("could not find {}", path.display()))?.len();
    println!("{:>9}  {}", report::size(size), Project::shown(path));
    Ok(())
}
