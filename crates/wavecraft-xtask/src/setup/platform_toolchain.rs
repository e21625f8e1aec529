//! The Rust toolchain that type-checks for macOS and Windows, and builds for Windows.
//!
//! rustup's serves where it has the targets' standard libraries. Debian's has none of them ready-made, but brings the
//! standard library's source, from which cargo builds it along with everything else.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use cargo_metadata::semver::Version;

use crate::process;
use crate::project::Project;
use crate::report;
use crate::setup::needs::{Evidence, Remedy, Requirement};

/// The target of what is built for Windows on other systems, by MinGW.
pub const WINDOWS: &str = "x86_64-pc-windows-gnu";

/// The target that is checked for macOS.
pub const MACOS: &str = "aarch64-apple-darwin";

/// The targets that are checked: one for each system that the plugin is written for beside Linux.
pub const TARGETS: &[&str] = &[MACOS, WINDOWS];

const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_RUSTDOC: &str = "/usr/bin/rustdoc";
const DEBIAN_STANDARD_LIBRARY: &str = "/usr/lib/rustlib/src/rust/library/std/Cargo.toml";

const DEBIAN_PACKAGES: &[Requirement] = &[
    Requirement {
        name: "Debian's cargo",
        evidence: Evidence::File(&[DEBIAN_CARGO]),
        remedy: Remedy::Packages { debian: &["cargo-web"], elsewhere: "cargo" },
    },
    Requirement {
        name: "Debian's Rust compiler",
        evidence: Evidence::File(&[DEBIAN_RUSTC]),
        remedy: Remedy::Packages { debian: &["rustc-web"], elsewhere: "rust" },
    },
    Requirement {
        name: "the source of Rust's standard library",
        evidence: Evidence::File(&[DEBIAN_STANDARD_LIBRARY]),
        remedy: Remedy::Packages { debian: &["rust-web-src"], elsewhere: "rust-src" },
    },
];

/// A toolchain for some of [`TARGETS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlatformToolchain {
    /// The one in use, with the targets added.
    InUse,
    /// Debian's own, beside the one in use.
    Debian,
}

impl PlatformToolchain {
    /// The toolchain that is ready for these targets, if any is.
    pub fn find(project: &Project, targets: &[&str]) -> Option<Self> {
        if has_targets(&project.root, targets) {
            return Some(Self::InUse);
        }
        let is_new_enough =
            debian_version().is_some_and(|version| Some(version) >= project.plugin.rust_version);
        let is_complete = [DEBIAN_CARGO, DEBIAN_STANDARD_LIBRARY].iter().all(|file| Path::new(file).exists());
        (is_new_enough && is_complete).then_some(Self::Debian)
    }

    /// What Debian has to install. Nothing where the toolchain in use serves, and nothing in Debian's relatives, which
    /// do not have these packages.
    pub fn debian_requirements(project: &Project, targets: &[&str]) -> &'static [Requirement] {
        if is_debian() && !has_targets(&project.root, targets) { DEBIAN_PACKAGES } else { &[] }
    }

    /// Adds the targets to rustup's toolchain, where there is one. In Debian its packages were to serve instead.
    pub fn install(project: &Project, targets: &[&str]) -> Result<()> {
        let list = targets.join(" ");
        if let (Some(version), Some(needed)) = (debian_version(), &project.plugin.rust_version)
            && is_debian()
        {
            bail!(
                "{DEBIAN_RUSTC} is version {version}, and the workspace needs {needed}\n\n\
                 Remove the packages of that compiler, or add the targets to rustup's:\n    \
                 rustup target add {list}"
            );
        }
        if process::find_program("rustup").is_none() {
            bail!("this Rust toolchain cannot build for {list}: it is not rustup's, which could add them");
        }
        report::status("Adding", format_args!("{list} (with rustup)"));
        let mut command = Command::new("rustup");
        command.args(["target", "add"]).args(targets).current_dir(&project.root);
        process::run_quietly(&mut command, &format!("add {list} to the Rust toolchain"))
    }

    /// What it is, in words.
    pub fn description(self) -> &'static str {
        match self {
            Self::InUse => "the toolchain in use",
            Self::Debian => "Debian's Rust",
        }
    }

    /// A cargo that does something for one of [`TARGETS`], up to the choice of packages.
    pub fn command(self, project: &Project, subcommand: &str, target: &str) -> Command {
        let mut command = match self {
            Self::InUse => process::cargo(&project.root),
            Self::Debian => debian_cargo(project),
        };
        command.args([subcommand, "--target", target]);
        if self == Self::Debian {
            let harness = if subcommand == "test" { ",test" } else { "" };
            command.args(["-Z", &format!("build-std=std,panic_unwind{harness}")]);
        }
        // Two toolchains in one target folder would undo each other's work.
        command.env("CARGO_TARGET_DIR", target_folder(project));
        // The build scripts of some dependencies compile C. The compiler's headers are enough for what they check, so
        // that any folder does as Apple's SDK.
        if cfg!(target_os = "linux") {
            command.env("CC_aarch64_apple_darwin", "clang").env("SDKROOT", "/");
        }
        command
    }
}

/// Where cargo builds for other systems.
pub fn target_folder(project: &Project) -> PathBuf {
    project.target_directory.join("platforms")
}

fn debian_cargo(project: &Project) -> Command {
    let mut command = process::cargo_at(DEBIAN_CARGO, &project.root);
    // The cargo in use and its libraries are not to be found by this one.
    command.env_remove("CARGO").env_remove("RUSTUP_TOOLCHAIN").env_remove("LD_LIBRARY_PATH");
    command.env("RUSTC", DEBIAN_RUSTC).env("RUSTDOC", DEBIAN_RUSTDOC);
    // Building the standard library from source is an unstable feature, which this unlocks.
    command.env("RUSTC_BOOTSTRAP", "1");
    command
}

/// Whether the toolchain in use has the standard library of each of these targets.
fn has_targets(root: &Path, targets: &[&str]) -> bool {
    let Some(sysroot) =
        process::output_of(Command::new("rustc").args(["--print", "sysroot"]).current_dir(root))
    else {
        return false;
    };
    let libraries = PathBuf::from(sysroot).join("lib").join("rustlib");
    targets.iter().all(|target| libraries.join(target).join("lib").is_dir())
}

fn debian_version() -> Option<Version> {
    let said = process::output_of(Command::new(DEBIAN_RUSTC).arg("--version"))?;
    compiler_version(&said).ok()
}

/// The version in what `rustc --version` says: `rustc 1.96.0 (…)`.
fn compiler_version(said: &str) -> Result<Version> {
    let version = said.split_whitespace().nth(1).with_context(|| format!("no version in {said:?}"))?;
    Version::parse(version).with_context(|| format!("no version in {said:?}"))
}

/// Whether this is Debian itself.
pub fn is_debian() -> bool {
    fs::read_to_string("/etc/os-release").is_ok_and(|text| is_debian_itself(&text))
}

/// Whether /etc/os-release is that of Debian, and not of a distribution made from it.
fn is_debian_itself(os_release: &str) -> bool {
    os_release.lines().any(|line| line.trim() == "ID=debian")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_compiler_version_is_read() {
        let version =
            compiler_version("rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)").unwrap();
        assert_eq!(version, Version::new(1, 96, 0));
        assert!(compiler_version("").is_err());
        assert!(compiler_version("rustc unknown").is_err());
    }

    #[test]
    fn debian_is_told_from_its_relatives() {
        assert!(is_debian_itself("PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\n"));
        assert!(!is_debian_itself("NAME=\"Ubuntu\"\nID=ubuntu\nID_LIKE=debian\n"));
    }
}
