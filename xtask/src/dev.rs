//! `cargo xtask dev`: the plugin on real audio, and its page.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::Result;

use crate::bundle::assemble::BundleNames;
use crate::page;
use crate::process;
use crate::project::{PLUGIN_PACKAGE, Project};
use crate::report;
use crate::run;
use crate::setup::{self, Need};

/// The package of the development server, which is also the name of its program.
const SERVER_PACKAGE: &str = "wavecraft-dev-server";

/// The feature of that package which brings the system's audio devices.
const AUDIO_FEATURE: &str = "audio";

/// The command line of `cargo xtask dev`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Build the plugin optimised, and serve the built page
    #[arg(long)]
    release: bool,

    /// What the server is given, such as `--input voice.wav`; `cargo xtask dev --help-server` lists it all
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "OPTIONS")]
    passed_on: Vec<OsString>,

    /// List the server's options
    #[arg(long)]
    help_server: bool,
}

/// Builds the plugin's library and the server, then becomes the server.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let project = Project::load()?;
    // Among the server's options they mean the same.
    let passes_on = |name: &str| arguments.passed_on.iter().any(|option| option == name);
    let release = arguments.release || passes_on("--release");
    let has_page = !passes_on("--no-ui") && !passes_on("--list-devices") && !arguments.help_server;
    // The server plays through the same system libraries as the standalone.
    setup::ensure(&project, &[Need::Standalone])?;
    if has_page && release {
        page::ensure_built(&project)?;
    } else if has_page {
        setup::ensure(&project, &[Need::Page])?;
    }
    let library = build_library(&project, release)?;
    let server = build_server(&project)?;

    let mut command = Command::new(&server);
    if arguments.help_server {
        command.arg("--help");
    } else {
        command.arg("--library").arg(&library).arg("--ui-dir").arg(project.root.join("ui"));
        let names = BundleNames::load(&project.root)?;
        command.args(["--plugin-name", &names.name, "--plugin-version", &project.version.to_string()]);
        if release {
            command.arg("--release");
        }
        command.args(arguments.passed_on.iter().filter(|option| *option != "--release"));
        report::status("Running", Project::shown(&server));
    }
    run::become_program(&mut command, &server)
}

/// The plugin's library. Its dev profile builds in a moment, with its dependencies optimised all the same.
fn build_library(project: &Project, release: bool) -> Result<PathBuf> {
    let mut command = process::cargo(&project.root);
    command.args(["rustc", "--package", PLUGIN_PACKAGE, "--lib", "--crate-type", "cdylib"]);
    if release {
        command.arg("--release");
    }
    process::run(&mut command, "build the plugin")?;
    let file_name = format!(
        "{}{}{}",
        std::env::consts::DLL_PREFIX,
        PLUGIN_PACKAGE.replace('-', "_"),
        std::env::consts::DLL_SUFFIX
    );
    Ok(project.target_directory.join(if release { "release" } else { "debug" }).join(file_name))
}

/// The server itself is always optimised: nobody edits it while it runs.
fn build_server(project: &Project) -> Result<PathBuf> {
    let mut command = process::cargo(&project.root);
    command.args(["build", "--release", "--package", SERVER_PACKAGE, "--features", AUDIO_FEATURE]);
    process::run(&mut command, "build the development server")?;
    let file_name = format!("{SERVER_PACKAGE}{}", std::env::consts::EXE_SUFFIX);
    Ok(project.target_directory.join("release").join(file_name))
}
