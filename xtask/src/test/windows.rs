//! What is built for Windows, run under Wine: the bundles, unoptimised, in a host that is built for both systems, and the
//! setup with these bundles. The tests are told by variables where things are: `WAVECRAFT_BUNDLE_DIR` and
//! `WAVECRAFT_WINDOWS_BUNDLE_DIR`, the bundles for both, `WAVECRAFT_PLUGIN_HOST` and `WAVECRAFT_WINDOWS_PLUGIN_HOST`, the
//! host, `WAVECRAFT_WINDOWS_SETUP`, the setup, and `WAVECRAFT_WINE_PREFIX`, Wine's own folder. Endurance tests run the crates'
//! own tests there as well, which `WAVECRAFT_WINDOWS_UNITS` lists: a line for each program, its folder, a tab and its place.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

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

/// The crates whose tests run under Wine. Those of wavecraft-derive, a compiler's plugin, run where the compiler does; most of
/// wavecraft-xtask's start cargo, which is not there; and nice-plug-webview's windows need a browser.
const UNITS: [&str; 12] = [
    "wavecraft-audio",
    "wavecraft-build",
    "wavecraft-dev-server",
    "wavecraft-events",
    "wavecraft-ffi",
    "wavecraft-ipc",
    "wavecraft-metering",
    "wavecraft-nice-plug",
    "wavecraft-plugin",
    "wavecraft-session",
    "wavecraft-standalone",
    "wavecraft-validate",
];

/// The features of theirs that bring in further tests.
const UNIT_FEATURES: &str = "wavecraft-dev-server/audio,wavecraft-plugin/hosts,wavecraft-validate/program";

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
    if run.is_endurance() && !run.tries_needs {
        command.args(["--test", "windows_units"]).env("WAVECRAFT_WINDOWS_UNITS", build_units(project)?);
    }
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

/// Builds the crates' tests, and returns the list of them.
fn build_units(project: &Project) -> Result<String> {
    let mut command = Platform::Windows.cargo(project, "test")?;
    // With the examples, one of which is a library that tests load.
    command.args(["--no-run", "--locked", "--message-format", "json-render-diagnostics"]);
    command.args(["--features", UNIT_FEATURES]);
    command.args(Profile::Unoptimized.arguments());
    for package in UNITS {
        command.args(["--package", package]);
    }
    let output = command.stderr(Stdio::inherit()).output().context("cargo does not start")?;
    ensure!(output.status.success(), "the crates' tests could not be built for Windows");
    let mut list = String::new();
    for line in String::from_utf8_lossy(&output.stdout).lines() {
        let Ok(message) = serde_json::from_str::<Value>(line) else { continue };
        let (Some(program), Some(manifest)) =
            (message["executable"].as_str(), message["manifest_path"].as_str())
        else {
            continue;
        };
        if message["profile"]["test"] == true {
            let folder = Path::new(manifest).parent().context("a manifest is in a folder")?;
            writeln!(list, "{}\t{program}", folder.display())?;
        }
    }
    Ok(list)
}

/// Builds the host, and returns where it is.
fn build_host(project: &Project, platform: Platform, profile: Profile) -> Result<PathBuf> {
    let mut command = platform.cargo(project, "build")?;
    command.args(["--package", HOST, "--locked"]).args(profile.arguments());
    process::run(&mut command, "build the host")?;
    let suffix = if platform == Platform::Windows { ".exe" } else { std::env::consts::EXE_SUFFIX };
    Ok(platform.build_folder(project, profile).join(format!("{HOST}{suffix}")))
}
