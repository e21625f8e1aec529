//! `cargo xtask bundle`: the plugin in the shapes that hosts load, and the standalone.

pub mod assemble;
mod build_paths;
mod class_names;
mod info_plist;
pub(crate) mod install;
pub mod universal;
pub(crate) mod windows_resources;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::files;
use crate::page;
use crate::process;
use crate::project::{EDITOR_FEATURE, Project, STANDALONE_FEATURE};
use crate::report;
use crate::setup::platform_toolchain::{self, PlatformToolchain};
use crate::setup::{self, Need};
use crate::system::System;
use windows_resources::FileType;

/// The command line of `cargo xtask bundle`.
#[derive(clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    profile: ProfileArguments,

    /// Also put the plugin where this system's hosts look, for this user
    #[arg(long, conflicts_with = "target")]
    install: bool,

    /// On macOS, for both of its processors
    #[arg(long, conflicts_with = "target")]
    universal: bool,

    /// Build for another system than this one
    #[arg(long, value_name = "TARGET", value_parser = [platform_toolchain::WINDOWS])]
    target: Option<String>,
}

/// The system that bundles are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// This one.
    Own,
    /// Windows with an Intel or AMD processor, from whichever system this is.
    Windows,
}

impl Platform {
    /// What the machine needs to make bundles for it.
    pub fn needs(self) -> &'static [Need] {
        match self {
            Self::Own => NEEDS,
            Self::Windows => &[Need::Windows],
        }
    }

    /// A cargo that does something for it, up to the choice of packages.
    pub fn cargo(self, project: &Project, subcommand: &str) -> Result<Command> {
        match self {
            Self::Own => {
                let mut command = process::cargo(&project.root);
                command.arg(subcommand);
                Ok(command)
            }
            Self::Windows => {
                let toolchain = PlatformToolchain::find(project, &[platform_toolchain::WINDOWS])
                    .context("the toolchain that was set up is not to be found")?;
                Ok(toolchain.command(project, subcommand, platform_toolchain::WINDOWS))
            }
        }
    }

    /// Where cargo builds for it, without the folder of the profile.
    fn target_folder(self, project: &Project) -> PathBuf {
        match self {
            Self::Own => project.target_directory.clone(),
            Self::Windows => platform_toolchain::target_folder(project),
        }
    }

    /// Where cargo puts the results for it.
    pub fn build_folder(self, project: &Project, profile: Profile) -> PathBuf {
        let target = if self == Self::Windows { platform_toolchain::WINDOWS } else { "" };
        self.target_folder(project).join(target).join(profile.folder())
    }

    /// Cargo's arguments for it and a profile.
    fn arguments(self, profile: Profile) -> Vec<&'static str> {
        let target: &[&str] = match self {
            Self::Own => &[],
            Self::Windows => &["--target", platform_toolchain::WINDOWS],
        };
        [target, profile.arguments()].concat()
    }

    /// How the names of programs end.
    fn program_suffix(self) -> &'static str {
        if self == Self::Windows { ".exe" } else { std::env::consts::EXE_SUFFIX }
    }
}

/// The choice between the profiles on the command line.
#[derive(clap::Args)]
pub struct ProfileArguments {
    /// Build optimised (the default)
    #[arg(long, conflicts_with = "debug")]
    release: bool,

    /// Build quickly, for debugging
    #[arg(long)]
    debug: bool,
}

impl ProfileArguments {
    /// The profile chosen.
    pub fn profile(&self) -> Profile {
        if self.debug && !self.release { Profile::Debug } else { Profile::Release }
    }
}

/// How cargo builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// As it is heard.
    Release,
    /// As it is debugged.
    Debug,
    /// As it builds quickest, for tests of what is no matter of speed: nothing is optimised, dependencies, macros and build
    /// scripts included.
    Unoptimized,
    /// As `cargo xtask dev` plays it: the debug profile without what debuggers need, in a folder of its own. Each folder has a
    /// lock, and an editor's `cargo check` holds that of the debug profile for as long as it takes.
    Development,
}

impl Profile {
    /// Cargo's arguments for it.
    pub fn arguments(self) -> &'static [&'static str] {
        match self {
            Self::Release => &["--release"],
            Self::Debug => &[],
            // Without symbols it is a tenth as large, and so is the setup that is packed of it.
            Self::Unoptimized => &[
                "--config",
                "profile.dev.opt-level=0",
                "--config",
                "profile.dev.package.\"*\".opt-level=0",
                "--config",
                "profile.dev.debug=false",
                "--config",
                "profile.dev.strip='symbols'",
            ],
            // Here rather than in each project's manifest. What debuggers need is a third of a rebuild's work and most of the
            // library, of which each reload leaves a copy in memory.
            Self::Development => &[
                "--profile",
                "live",
                "--config",
                "profile.live.inherits='dev'",
                "--config",
                "profile.live.debug=false",
            ],
        }
    }

    /// The folder within the target folder that cargo builds into.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Release => "release",
            Self::Debug | Self::Unoptimized => "debug",
            Self::Development => "live",
        }
    }
}

/// Something that was bundled: a file, or a folder that the system treats as one.
pub struct Bundle {
    /// Which kind it is.
    pub kind: Kind,
    /// Where it is.
    pub path: PathBuf,
}

/// The kinds of bundles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A CLAP plugin.
    Clap,
    /// A VST3 plugin.
    Vst3,
    /// A program of its own.
    Standalone,
}

impl Kind {
    fn of(path: &Path) -> Self {
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("clap") => Self::Clap,
            Some("vst3") => Self::Vst3,
            _ => Self::Standalone,
        }
    }

    /// What musicians call it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Clap => "CLAP",
            Self::Vst3 => "VST3",
            Self::Standalone => "Standalone",
        }
    }
}

/// What the machine needs to make bundles.
pub const NEEDS: &[Need] = &[Need::Standalone, Need::Editor];

/// Makes the bundles, installs them if asked to, and lists them.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let project = Project::load()?;
    let platform = if arguments.target.is_some() { Platform::Windows } else { Platform::Own };
    setup::ensure(&project, platform.needs())?;
    let profile = arguments.profile.profile();
    let bundles = if arguments.universal {
        universal::make(&project, profile)?
    } else {
        make_for(&project, profile, platform)?
    };
    for bundle in &bundles {
        let size = report::size(size_of(&bundle.path)?);
        println!("{:<10}  {:>9}  {}", bundle.kind.name(), size, Project::shown(&bundle.path));
    }
    if arguments.install {
        install::install(&bundles)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Builds everything and bundles it. [`NEEDS`] must have been set up.
pub fn make(project: &Project, profile: Profile) -> Result<Vec<Bundle>> {
    make_for(project, profile, Platform::Own)
}

/// The same for a system that may be another. [`Platform::needs`] must have been set up.
pub fn make_for(project: &Project, profile: Profile, platform: Platform) -> Result<Vec<Bundle>> {
    page::ensure_built(project)?;
    if project.plugin.has_standalone {
        build_standalone_for(project, profile, platform)?;
    }
    // The plugin is made a dynamic library here and not by its manifest: cargo gives those one and the same file name
    // whatever the features, so that the standalone's build and the plugin's would undo each other's work. The plugin
    // comes last all the same, for the case that the manifest does so; hosts must not get the standalone's features.
    let mut command = platform.cargo(project, "rustc")?;
    command.args(["--package", &project.plugin.package, "--lib", "--crate-type", "cdylib"]);
    command.args(["--features", &project.plugin.feature(EDITOR_FEATURE)]).args(profile.arguments());
    build_paths::hide(&mut command, project, profile);
    if platform == Platform::Windows {
        command.args(windows_resources::linking(project, FileType::Library)?);
    }
    process::run(&mut command, "build the plugin")?;

    report::status(
        "Bundling",
        format_args!("{} {} ({})", project.plugin.name, project.plugin.version, profile.folder()),
    );
    finish(project, platform, |project| assemble::in_own_process(project, profile, platform))
}

/// Has what was built put into bundles, and completes these.
fn finish(
    project: &Project,
    platform: Platform,
    assemble: impl FnOnce(&Project) -> Result<()>,
) -> Result<Vec<Bundle>> {
    let folder = folder_for(project, platform);
    files::remove(&folder)?;
    assemble(project)?;

    let mut bundles = list(&folder)?;
    if bundles.is_empty() {
        bail!("the library exports neither CLAP nor VST3, so that there was nothing to bundle");
    }
    if platform == Platform::Own && System::current() == System::MacOs {
        for bundle in &bundles {
            info_plist::complete(bundle, &project.plugin.identifier, &project.plugin.version.to_string())?;
        }
    }
    bundles.sort_by_key(|bundle| bundle.kind);
    Ok(bundles)
}

/// Builds the standalone program. [`NEEDS`] must have been set up.
pub fn build_standalone(project: &Project, profile: Profile) -> Result<()> {
    build_standalone_for(project, profile, Platform::Own)
}

fn build_standalone_for(project: &Project, profile: Profile, platform: Platform) -> Result<()> {
    if !project.plugin.has_standalone {
        bail!("package `{}` has no standalone program to build", project.plugin.package);
    }
    page::ensure_built(project)?;
    let subcommand = if platform == Platform::Windows { "rustc" } else { "build" };
    let mut command = platform.cargo(project, subcommand)?;
    command.args(["--package", &project.plugin.package, "--bin", &project.plugin.package]);
    for feature in [STANDALONE_FEATURE, EDITOR_FEATURE] {
        command.args(["--features", &project.plugin.feature(feature)]);
    }
    command.args(profile.arguments());
    build_paths::hide(&mut command, project, profile);
    if platform == Platform::Windows {
        command.args(windows_resources::linking(project, FileType::Program)?);
    }
    process::run(&mut command, "build the standalone")
}

/// Where the bundles are.
pub fn folder(project: &Project) -> PathBuf {
    folder_for(project, Platform::Own)
}

/// Where the bundles for a system are.
pub fn folder_for(project: &Project, platform: Platform) -> PathBuf {
    platform.target_folder(project).join("bundled")
}

/// The bundles in a folder.
fn list(folder: &Path) -> Result<Vec<Bundle>> {
    let entries = fs::read_dir(folder).with_context(|| format!("could not read {}", folder.display()))?;
    entries
        .map(|entry| {
            let path = entry.with_context(|| format!("could not read {}", folder.display()))?.path();
            Ok(Bundle { kind: Kind::of(&path), path })
        })
        .collect()
}

/// The bytes of a file, or of all the files in a folder.
fn size_of(path: &Path) -> Result<u64> {
    let context = || format!("could not measure {}", path.display());
    let metadata = fs::symlink_metadata(path).with_context(context)?;
    if !metadata.is_dir() {
        return Ok(metadata.len());
    }
    let mut bytes = 0;
    for entry in fs::read_dir(path).with_context(context)? {
        bytes += size_of(&entry.with_context(context)?.path())?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_extension() {
        assert_eq!(Kind::of(Path::new("bundled/Wavecraft.clap")), Kind::Clap);
        assert_eq!(Kind::of(Path::new("bundled/Wavecraft.vst3")), Kind::Vst3);
        assert_eq!(Kind::of(Path::new("bundled/Wavecraft.app")), Kind::Standalone);
        assert_eq!(Kind::of(Path::new("bundled/Wavecraft.exe")), Kind::Standalone);
        assert_eq!(Kind::of(Path::new("bundled/Wavecraft")), Kind::Standalone);
    }

    #[test]
    fn a_folder_is_as_large_as_its_files() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("inner")).unwrap();
        fs::write(folder.path().join("a"), [0; 10]).unwrap();
        fs::write(folder.path().join("inner/b"), [0; 32]).unwrap();
        assert_eq!(size_of(folder.path()).unwrap(), 42);
    }
}
