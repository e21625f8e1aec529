//! Projects that stand on packaged crates, outside of the repository, and what `projects` shows of those that stand on the
//! checkout: the effect takes the crates from a folder where they were unpacked, the instrument by their version from a
//! registry. Their pages are built from the packages that the archive of `wavecraft-xtask` carries.

mod registry;

use std::fs;

use anyhow::{Context, Result, ensure};

use wavecraft_xtask::project::Project;
use wavecraft_xtask::test::stage::{Run, Stage};
use wavecraft_xtask::test::tally::Tally;

use super::projects::{NEEDS, OF_ANY_ORIGIN, Projects};
use crate::package_crates;

/// The module of the tests of a project that stands on a registry.
const MODULE: &str = "registry::";

/// What a package has when it comes from `npm pack` alone: a checkout's sources are copied without what they are built to.
const BUILT: &str = "ui/.wavecraft/core/dist/index.js";

/// From archives to plugins in hosts. It builds everything anew that a change of the crates touches.
pub const STAGE: Stage = Stage {
    name: "packaged",
    description: "projects on packaged crates",
    needs: NEEDS,
    takes_filters: true,
    is_foundation: false,
    is_asked_for_alone: true,
    run: test,
};

fn test(run: &Run) -> Result<Tally> {
    let projects = Projects::prepare(run.project, "packaged")?;
    let packaged = package_crates::package(run.project)?;
    let registry = registry::make(run.project, &packaged)?;
    // Cargo finds it from every folder below.
    let configuration = projects.folder.join(".cargo/config.toml");
    fs::create_dir_all(projects.folder.join(".cargo"))
        .and_then(|()| fs::write(&configuration, registry::configuration(&registry)))
        .with_context(|| format!("could not write {}", configuration.display()))?;
    let variables = [
        ("WAVECRAFT_EFFECT_FROM", packaged.unpacked.clone()),
        ("WAVECRAFT_INSTRUMENT_FROM", packaged.version.into()),
        ("WAVECRAFT_REGISTRY", registry),
    ];
    let tally = projects.test(run, &[&OF_ANY_ORIGIN[..], &[MODULE]].concat(), &variables)?;
    if tally.has_passed() && run.passed_on.is_empty() && !run.tries_needs {
        for name in ["my-tremolo", "my-synth"] {
            let project = projects.folder.join(name);
            ensure!(
                project.join(BUILT).is_file(),
                "the page of {name} was not built from what npm has packed"
            );
            let bundles = fs::read_dir(project.join("target/bundled")).map_or(0, Iterator::count);
            ensure!(bundles == 3, "there are {bundles} bundles of {}", Project::shown(&project));
        }
    }
    projects.remove_after(tally)
}
