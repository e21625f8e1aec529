//! Installing the system's packages: with apt where there is one, else by telling the user.

use std::io::{IsTerminal, stderr, stdin};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Result, bail};

use crate::process;
use crate::report;
use crate::setup::needs::{Remedy, Requirement, is_present};
use crate::system::System;

/// Options that let apt neither ask, nor install what is merely recommended, nor remove anything: a test's sound
/// server is no reason to take away the one that the user listens to.
const APT_INSTALL: &[&str] = &[
    "apt-get",
    "install",
    "--yes",
    "--no-install-recommends",
    "--no-remove",
    "-o",
    "DPkg::Lock::Timeout=300",
];

/// Installs what is missing, or fails with the exact words of what is to be done.
pub fn install(missing: &[&Requirement], system: System) -> Result<()> {
    match system {
        System::Debian => install_with_apt(missing),
        _ => bail!(explanation(missing)),
    }
}

fn install_with_apt(missing: &[&Requirement]) -> Result<()> {
    let packages = debian_packages(missing);
    let list = packages.join(" ");
    let Some(authority) = Authority::find() else {
        bail!(
            "these packages are missing, and only root may install them: {list}\n\n\
             Run this, then try again:\n    {}",
            command_for_the_user(&packages)
        );
    };

    let started = Instant::now();
    report::status("Installing", format_args!("{list} (with apt)"));
    // Old lists may still serve, so that a failure here is worth no more than a warning.
    let updated =
        process::run_quietly(&mut authority.command(&["apt-get", "update"]), "update the list of packages");
    if let Err(error) = updated {
        report::warning(format_args!("{error:#}"));
    }
    let mut words = APT_INSTALL.to_vec();
    words.extend(&packages);
    process::run_quietly(&mut authority.command(&words), &format!("install {list}")).map_err(|error| {
        error.context(format!("setup stopped; by hand it is:\n    {}", command_for_the_user(&packages)))
    })?;

    let still_missing: Vec<&Requirement> =
        missing.iter().copied().filter(|requirement| !is_present(&requirement.evidence)).collect();
    if !still_missing.is_empty() {
        bail!("apt installed {list}, but this is still missing:\n{}", lines(&still_missing, System::Debian));
    }
    report::status(
        "Installed",
        format_args!("{} in {}", count(packages.len()), report::duration(started.elapsed())),
    );
    Ok(())
}

/// Whether an installation might ask for a password, on the terminal that other programs write to.
pub fn may_ask_the_user() -> bool {
    System::current() == System::Debian && matches!(Authority::find(), Some(Authority::SudoWithPassword))
}

/// By which right packages are installed.
enum Authority {
    Root,
    SudoWithoutPassword,
    SudoWithPassword,
}

impl Authority {
    fn find() -> Option<Self> {
        if is_root() {
            return Some(Self::Root);
        }
        process::find_program("sudo")?;
        let asks_nothing = process::output_of(Command::new("sudo").args(["-n", "true"])).is_some();
        if asks_nothing {
            return Some(Self::SudoWithoutPassword);
        }
        let can_be_asked = stdin().is_terminal() && stderr().is_terminal();
        can_be_asked.then_some(Self::SudoWithPassword)
    }

    fn command(&self, words: &[&str]) -> Command {
        let prefix: &[&str] = match self {
            Self::Root => &[],
            Self::SudoWithoutPassword => &["sudo", "-n"],
            Self::SudoWithPassword => &["sudo"],
        };
        // Without this, some packages ask questions of whoever installs them.
        let quiet = ["env", "DEBIAN_FRONTEND=noninteractive"];
        let all: Vec<&str> = prefix.iter().chain(&quiet).chain(words).copied().collect();
        let mut command = Command::new(all[0]);
        command.args(&all[1..]).stdin(Stdio::null());
        command
    }
}

/// Whether this process has root's rights, seen from who owns its entry in /proc.
#[cfg(target_os = "linux")]
pub fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|entry| entry.uid() == 0)
}

/// Whether this process has root's rights; nothing here installs by them on this system.
#[cfg(not(target_os = "linux"))]
pub fn is_root() -> bool {
    false
}

fn debian_packages(missing: &[&Requirement]) -> Vec<&'static str> {
    let mut packages: Vec<&'static str> = Vec::new();
    for requirement in missing {
        if let Remedy::Packages { debian, .. } = requirement.remedy {
            packages.extend(debian);
        }
    }
    packages.sort_unstable();
    packages.dedup();
    packages
}

fn command_for_the_user(packages: &[&str]) -> String {
    let list = packages.join(" ");
    format!("sudo apt-get update && sudo apt-get install --no-install-recommends {list}")
}

fn explanation(missing: &[&Requirement]) -> String {
    format!(
        "this is missing on the machine:\n{}\n\nInstall it, then try again.",
        lines(missing, System::OtherLinux)
    )
}

/// One line for each requirement: what it is, and how it gets there.
fn lines(missing: &[&Requirement], system: System) -> String {
    let line =
        |requirement: &&Requirement| format!("    {}: {}", requirement.name, remedy(requirement, system));
    missing.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// How a requirement gets onto the machine.
pub fn remedy(requirement: &Requirement, system: System) -> String {
    match &requirement.remedy {
        Remedy::Packages { debian, .. } if system == System::Debian => {
            format!("package {}", debian.join(", "))
        }
        Remedy::Packages { debian, elsewhere } => {
            format!("often packaged as {elsewhere} (Debian: {})", debian.join(", "))
        }
        Remedy::Instruction(instruction) => (*instruction).to_owned(),
    }
}

fn count(packages: usize) -> String {
    if packages == 1 { "1 package".to_owned() } else { format!("{packages} packages") }
}

#[cfg(test)]
mod tests {
    use crate::setup::needs::{Need, requirements};

    use super::*;

    fn all(need: Need, system: System) -> Vec<&'static Requirement> {
        requirements(need, system).iter().collect()
    }

    #[test]
    fn packages_are_sorted_and_named_once() {
        let mut missing = all(Need::Standalone, System::Debian);
        missing.extend(all(Need::Standalone, System::Debian));
        assert_eq!(debian_packages(&missing), ["libasound2-dev", "libjack-jackd2-dev", "pkg-config"]);
    }

    #[test]
    fn the_command_for_the_user_can_be_pasted() {
        assert_eq!(
            command_for_the_user(&["jackd2", "pulseaudio"]),
            "sudo apt-get update && sudo apt-get install --no-install-recommends jackd2 pulseaudio"
        );
    }

    #[test]
    fn other_distributions_are_told_their_own_names() {
        let text = explanation(&all(Need::Standalone, System::OtherLinux));
        assert!(text.contains("ALSA's development files: often packaged as alsa-lib"), "{text}");
        assert!(text.contains("Debian: libasound2-dev"), "{text}");
    }

    #[test]
    fn other_systems_are_told_what_to_do() {
        let text = explanation(&all(Need::Standalone, System::MacOs));
        assert!(text.contains("run `xcode-select --install`"), "{text}");
    }
}
