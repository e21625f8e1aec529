//! `cargo xtask setup`: everything that the machine needs beyond a Rust toolchain.
//!
//! What is needed is listed by purpose ([`Need`]), so that each command asks for no more than it uses. Whether
//! something is there is seen from what it provides, a program or a file, and not from a package manager's records:
//! that holds on every system, and takes a few milliseconds.

mod needs;
mod node;
mod packages;
pub mod page_packages;
pub mod platform_toolchain;
pub mod python;

use std::fs::{self, File};
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::project::Project;
use crate::report;
use crate::system::System;
use needs::Requirement;
use platform_toolchain::PlatformToolchain;

pub use needs::Need;
pub use packages::{is_root, may_ask_the_user};
pub use platform_toolchain::is_debian;

/// The command line of `cargo xtask setup`.
#[derive(clap::Args)]
pub struct Arguments {
    /// What to set up, such as `page`; `cargo xtask doctor` names them (default: everything; in a plugin's
    /// project, all but `windows`)
    #[arg(value_enum, hide_possible_values = true)]
    needs: Vec<Need>,
}

/// Whether there is a Node.js that pages can be built with.
pub fn has_node() -> bool {
    node::is_recent_enough()
}

/// Installs what is asked for, and says what is ready.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let project = Project::load()?;
    let needs = chosen(project.is_wavecraft(), &arguments.needs)?;
    ensure(&project, needs)?;
    for need in needs {
        report::status("Ready", need.description());
    }
    Ok(ExitCode::SUCCESS)
}

/// The needs that were asked for, or all that the project can have: those of Wavecraft's own repository are of no use elsewhere.
pub fn chosen(is_wavecraft: bool, asked_for: &[Need]) -> Result<&[Need]> {
    let (usual, on_request) = if is_wavecraft {
        (Need::value_variants(), &[][..])
    } else {
        (Need::OF_PROJECTS, Need::OF_PROJECTS_ON_REQUEST)
    };
    let mut known = usual.iter().chain(on_request);
    if let Some(unknown) = asked_for.iter().find(|need| known.clone().all(|known| known != *need)) {
        let names: Vec<String> = known.by_ref().map(|need| need.name()).collect();
        bail!(
            "`{}` is for the tests of Wavecraft itself; a plugin's project needs no more than {}",
            unknown.name(),
            names.join(", ")
        );
    }
    Ok(if asked_for.is_empty() { usual } else { asked_for })
}

/// Installs what is missing for some purposes. Silent, and without delay, when nothing is.
pub fn ensure(project: &Project, needs: &[Need]) -> Result<()> {
    let system = System::current();
    if is_complete(project, needs, system) {
        return Ok(());
    }

    // Two commands at once must not both install; the second finds everything done.
    fs::create_dir_all(&project.target_directory).context("could not create the target folder")?;
    let lock_path = project.target_directory.join(".setup-lock");
    let lock =
        File::create(&lock_path).with_context(|| format!("could not create {}", lock_path.display()))?;
    lock.lock().context("could not wait for another setup to finish")?;

    let missing = missing_requirements(project, needs, system);
    if !missing.is_empty() {
        packages::install(&missing, system)?;
    }
    if needs.contains(&Need::HostTests) && !python::is_ready(&project.root) {
        create_python_environment(project)?;
    }
    if needs_page_packages(needs) && !page_packages::are_ready(project) {
        install_page_packages(project)?;
    }
    for need in needs.iter().filter(|need| lacks_toolchain(project, **need)) {
        PlatformToolchain::install(project, need.targets())?;
    }
    Ok(())
}

/// Something that is missing for a purpose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lack {
    /// What it is.
    pub name: String,
    /// How it gets there.
    pub remedy: String,
}

/// What is missing for a purpose.
pub fn lacking(project: &Project, need: Need, system: System) -> Vec<Lack> {
    let missing = missing_requirements(project, &[need], system);
    let lack = |requirement: &&Requirement| Lack {
        name: requirement.name.to_owned(),
        remedy: packages::remedy(requirement, system),
    };
    let mut lacks: Vec<Lack> = missing.iter().map(lack).collect();
    let unfinished = match need {
        Need::HostTests if !python::is_ready(&project.root) => Some("the tests' Python environment in .venv"),
        Need::Page if !page_packages::are_ready(project) => Some("the page's npm packages"),
        _ if lacks_toolchain(project, need) => Some("the Rust toolchain for other systems"),
        _ => None,
    };
    let made_by_setup = || format!("`cargo xtask setup {}` brings it", need.name());
    lacks.extend(unfinished.map(|name| Lack { name: name.to_owned(), remedy: made_by_setup() }));
    lacks
}

fn is_complete(project: &Project, needs: &[Need], system: System) -> bool {
    missing_requirements(project, needs, system).is_empty()
        && (!needs.contains(&Need::HostTests) || python::is_ready(&project.root))
        && (!needs_page_packages(needs) || page_packages::are_ready(project))
        && !needs.iter().any(|need| lacks_toolchain(project, *need))
}

fn lacks_toolchain(project: &Project, need: Need) -> bool {
    !need.targets().is_empty() && PlatformToolchain::find(project, need.targets()).is_none()
}

fn needs_page_packages(needs: &[Need]) -> bool {
    needs.contains(&Need::Page)
}

fn missing_requirements(project: &Project, needs: &[Need], system: System) -> Vec<&'static Requirement> {
    let mut lists: Vec<&'static [Requirement]> = Vec::new();
    for need in needs {
        match need {
            // A finished environment no longer asks what it was made with.
            Need::HostTests if python::is_ready(&project.root) => {}
            _ if !need.targets().is_empty() && system == System::Debian => {
                lists.push(needs::requirements(*need, system));
                lists.push(PlatformToolchain::debian_requirements(project, need.targets()));
            }
            _ => lists.push(needs::requirements(*need, system)),
        }
    }
    needs::missing(&lists, needs::is_present)
}

fn create_python_environment(project: &Project) -> Result<()> {
    let started = Instant::now();
    report::status("Creating", "the tests' Python environment in .venv");
    python::create(&project.root)?;
    report::status("Created", format_args!(".venv in {}", report::duration(started.elapsed())));
    Ok(())
}

fn install_page_packages(project: &Project) -> Result<()> {
    let started = Instant::now();
    report::status("Installing", "the page's packages (with npm)");
    page_packages::install(project)?;
    report::status(
        "Installed",
        format_args!("the page's packages in {}", report::duration(started.elapsed())),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plugins_project_is_not_asked_for_what_wavecrafts_own_tests_need() {
        assert_eq!(chosen(false, &[]).unwrap(), Need::OF_PROJECTS);
        assert_eq!(chosen(true, &[]).unwrap(), Need::value_variants());
        assert_eq!(chosen(false, &[Need::Page]).unwrap(), [Need::Page]);
        assert_eq!(chosen(false, &[Need::Windows]).unwrap(), [Need::Windows]);
        let error = chosen(false, &[Need::Page, Need::BareMachine]).unwrap_err().to_string();
        assert!(error.starts_with("`bare-machine` is for the tests of Wavecraft itself"), "{error}");
        assert!(error.ends_with("standalone, editor, page, window-tests, windows"), "{error}");
    }
}
