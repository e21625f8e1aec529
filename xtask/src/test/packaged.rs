//! A project that stands on packaged crates, outside of the repository: made, tested and bundled by its own commands, its
//! page built from the packages that the archive of `wavecraft-xtask` carries.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use wavecraft_xtask::bundle;
use wavecraft_xtask::files;
use wavecraft_xtask::process;
use wavecraft_xtask::project::Project;
use wavecraft_xtask::test::stage::{Run, Stage};
use wavecraft_xtask::test::tally::Tally;

use crate::package_crates;

/// What a package has when it comes from `npm pack` alone: a checkout's sources are copied without what they are built to.
const BUILT: &str = "ui/.wavecraft/core/dist/index.js";

/// From archives to bundles.
pub const STAGE: Stage = Stage {
    name: "packaged",
    description: "a project on packaged crates",
    needs: bundle::NEEDS,
    takes_filters: false,
    is_foundation: false,
    is_asked_for_alone: true,
    run: |run| {
        let folder = std::env::temp_dir().join(format!("wavecraft-packaged-{}", std::process::id()));
        let outcome = make_and_test(run, &folder);
        files::remove(&folder)?;
        outcome.map(|()| Tally::of_check(true))
    },
};

fn make_and_test(run: &Run, folder: &Path) -> Result<()> {
    let unpacked = package_crates::package(run.project)?;
    let project = folder.join("packaged-gain");
    let program = std::env::current_exe().context("this program does not know where it is")?;
    let mut new = process::cargo_at(program, &run.project.root);
    new.arg("new").arg(&project).args(["--vendor", "Acme", "--from"]).arg(&unpacked);
    process::run(&mut new, "make a project on packaged crates")?;
    for command in [&["test"] as &[&str], &["bundle", "--debug"]] {
        let mut cargo = process::cargo(&project);
        cargo.arg("xtask").args(command);
        process::run(&mut cargo, &format!("run `cargo xtask {}` in it", command.join(" ")))?;
    }
    ensure!(project.join(BUILT).is_file(), "the page was not built from the packages in the archive");
    let bundles = fs::read_dir(project.join("target/bundled")).map_or(0, Iterator::count);
    ensure!(bundles == 3, "there are {bundles} bundles in {}", Project::shown(&project));
    Ok(())
}
