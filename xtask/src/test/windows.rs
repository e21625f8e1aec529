//! What is built for Windows, run under Wine: the bundles, unoptimised, in a host that is built for both systems, and the
//! setup with these bundles. The tests are told by variables where things are: `WAVECRAFT_BUNDLE_DIR` and
//! `WAVECRAFT_WINDOWS_BUNDLE_DIR`, the bundles for both, `WAVECRAFT_PLUGIN_HOST` and `WAVECRAFT_WINDOWS_PLUGIN_HOST`, the
//! host, `WAVECRAFT_WINDOWS_SETUP`, the setup, and `WAVECRAFT_WINE_PREFIX`, Wine's own folder.

use std::path::PathBuf;

use anyhow::{Result, bail};

use wavecraft_xtask::bundle::{self, Platform, Profile};
use wavecraft_xtask::package;
use wavecraft_xtask::process;
use wavecraft_xtask::project::Project;
use wavecraft_xtask::setup::Need;
use wavecraft_xtask::setup::platform_toolchain;
use wavecraft_xtask::test::cargo_test;
use wavecraft_xtask::test::stage::{Run, Stage};
use wavecraft_xtask::test::tally::Tally;

use crate::HOST_TESTS_PACKAGE;

/// The package of the host.
const HOST: &str = "plugin-host";

/// What was built for Windows, under Wine. It builds much that nothing else here does, in some five minutes.
pub const STAGE: Stage = Stage {
    name: "windows",
    description: "Windows, under Wine",
    needs: &[
        Need::Standalone,
        Need::Page,
        Need::TestSound,
        Need::WindowTests,
        Need::Windows,
        Need::WindowsTests,
    ],
    takes_filters: true,
    is_foundation: false,
    is_asked_for_alone: true,
    run: test,
};

fn test(run: &Run) -> Result<Tally> {
    let project = run.project;
    let bundles = bundle::folder(project);
    if !bundles.is_dir() {
        bail!("there are no bundles in {}: the stage `bundles` makes them", Project::shown(&bundles));
    }
    let windows_bundles = bundle::folder_for(project, Platform::Windows);
    let packages = platform_toolchain::target_folder(project).join("package");
    let setup = if !run.tries_needs || !windows_bundles.is_dir() {
        let bundles = bundle::make_for(project, Profile::Unoptimized, Platform::Windows)?;
        Some(package::make_windows_setup(project, bundles, &packages)?)
    } else {
        None
    };
    let [host, windows_host] = [(Platform::Own, Profile::Debug), (Platform::Windows, Profile::Unoptimized)]
        .map(|(platform, profile)| build_host(project, platform, profile));

    let mut command = process::cargo(&project.root);
    command.args(["test", "--package", HOST_TESTS_PACKAGE, "--features", "windows"]);
    command.args(["--test", "windows", "--test", "windows_files", "--test", "windows_setup"]);
    command.env("WAVECRAFT_BUNDLE_DIR", bundles);
    command.env("WAVECRAFT_WINDOWS_BUNDLE_DIR", windows_bundles);
    command.env("WAVECRAFT_PLUGIN_HOST", host?);
    command.env("WAVECRAFT_WINDOWS_PLUGIN_HOST", windows_host?);
    if let Some(setup) = setup {
        command.env("WAVECRAFT_WINDOWS_SETUP", setup);
    }
    command.env("WAVECRAFT_WINE_PREFIX", platform_toolchain::target_folder(project).join("wine"));
    cargo_test::run(command, run)
}

/// Builds the host, and returns where it is.
fn build_host(project: &Project, platform: Platform, profile: Profile) -> Result<PathBuf> {
    let mut command = platform.cargo(project, "build")?;
    command.args(["--package", HOST, "--locked"]).args(profile.arguments());
    process::run(&mut command, "build the host")?;
    let suffix = if platform == Platform::Windows { ".exe" } else { std::env::consts::EXE_SUFFIX };
    Ok(platform.build_folder(project, profile).join(format!("{HOST}{suffix}")))
}
