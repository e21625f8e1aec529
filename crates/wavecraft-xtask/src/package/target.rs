//! What a package is for.

use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process;

/// The systems that there are packages for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PackageSystem {
    /// Any Linux, and Debian and its kin.
    Linux,
    /// Windows 10 and later.
    Windows,
    /// macOS.
    MacOs,
}

/// A kind of machine, by the compiler's name for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Its system.
    pub system: PackageSystem,
    /// Its processor, as names of packages have it.
    pub architecture: String,
    /// All of its name.
    pub triple: String,
}

impl Target {
    /// A target by its name, such as `x86_64-pc-windows-gnu`.
    pub fn named(triple: &str) -> Result<Self> {
        let system = if triple.contains("-windows-") {
            PackageSystem::Windows
        } else if triple.contains("-apple-darwin") {
            PackageSystem::MacOs
        } else if triple.contains("-linux-") {
            PackageSystem::Linux
        } else {
            bail!("there are no packages for {triple}");
        };
        let architecture = triple.split('-').next().unwrap_or_default().to_owned();
        Ok(Self { system, architecture, triple: triple.to_owned() })
    }

    /// Every Mac. What is linked is the same for both processors.
    pub fn universal() -> Self {
        let triple = "aarch64-apple-darwin".to_owned();
        Self { system: PackageSystem::MacOs, architecture: "universal".into(), triple }
    }

    /// The machine that this program runs on, as its compiler calls it.
    pub fn of_this_machine() -> Result<Self> {
        let said = process::output_of(Command::new("rustc").arg("-vV")).context("rustc does not start")?;
        let host = said.lines().find_map(|line| line.strip_prefix("host: "));
        Self::named(host.context("rustc does not say what it builds for")?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn systems_are_told_by_the_compilers_names() {
        let cases = [
            ("x86_64-unknown-linux-gnu", PackageSystem::Linux, "x86_64"),
            ("x86_64-pc-windows-gnu", PackageSystem::Windows, "x86_64"),
            ("aarch64-pc-windows-msvc", PackageSystem::Windows, "aarch64"),
            ("aarch64-apple-darwin", PackageSystem::MacOs, "aarch64"),
        ];
        for (triple, system, architecture) in cases {
            let target = Target::named(triple).unwrap();
            assert_eq!((target.system, target.architecture.as_str()), (system, architecture), "{triple}");
        }
        assert!(Target::named("wasm32-unknown-unknown").is_err());
        assert!(Target::of_this_machine().is_ok());
    }
}
