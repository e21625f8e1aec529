//! `cargo xtask dev`: the plugin on real audio, its page, and its next build on every save.

use std::collections::HashSet;
use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::thread;

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

use crate::bundle::Profile;
use crate::codegen;
use crate::page;
use crate::process;
use crate::project::Project;
use crate::report;
use crate::run;
use crate::setup::{self, Need};
use crate::tools::{WITHOUT_DEBUG_INFORMATION, build_tool};

/// The package of the development server, which is also the name of its program.
const SERVER_PACKAGE: &str = "wavecraft-dev-server";

/// The feature of that package which brings the system's audio devices.
const AUDIO_FEATURE: &str = "audio";

/// The folder below `target` for copies of the library that plays.
const COPIES: &str = "wavecraft-dev";

/// The command line of `cargo xtask dev`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Build the plugin optimised, and serve the built page
    #[arg(long)]
    release: bool,

    /// Play what was built at the start, whatever is saved
    #[arg(long)]
    no_reload: bool,

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
    let library = build_library_beside_setup(&project, release, has_page)?;
    if has_page {
        renew_parameter_ids(&project, &library);
    }
    let server = build_server(&project, Profile::Debug)?;

    let mut command = Command::new(&server);
    if arguments.help_server {
        command.arg("--help");
    } else {
        let plugin = &project.plugin;
        command.arg("--library").arg(&library).arg("--ui-dir").arg(&plugin.page_folder);
        command.args(["--plugin-name", &plugin.name, "--plugin-version", &plugin.version.to_string()]);
        command.arg("--presets-dir").arg(plugin.presets_folder());
        if release {
            command.arg("--release");
        }
        command.args(arguments.passed_on.iter().filter(|option| *option != "--release"));
        if !arguments.no_reload && !passes_on("--no-reload") {
            command.arg("--copies-dir").arg(project.target_directory.join(COPIES));
            for source in plugin_sources(&project.root, &project.plugin.package)? {
                command.arg("--watch").arg(source);
            }
            // Last of all: the rest of the command line is the build's.
            let build = rebuild_command(&project, release);
            command.arg("--").arg(build.get_program()).args(build.get_args());
            process::hide_this_package(&mut command);
        }
        report::status("Running", Project::shown(&server));
    }
    run::become_program(&mut command, &server)
}

/// The page's sources learn of new parameters.
fn renew_parameter_ids(project: &Project, library: &Path) {
    let renewed = codegen::parameter_ids(project, library)
        .and_then(|file| if file.is_current()? { Ok(()) } else { file.write() });
    // The page works without; its types alone are not checked against the plugin's ids then.
    if let Err(error) = renewed {
        report::warning(format_args!("{error:#}"));
    }
}

/// Builds the plugin's library, and fetches meanwhile what the machine lacks: the library takes no system package.
fn build_library_beside_setup(project: &Project, release: bool, has_page: bool) -> Result<PathBuf> {
    // The server plays through the same system libraries as the standalone.
    let needs: &[Need] = if has_page { &[Need::Standalone, Need::Page] } else { &[Need::Standalone] };
    let prepare = || {
        // A page that is built already is served without Node.js.
        let needs = if release { &needs[..1] } else { needs };
        setup::ensure(project, needs)?;
        if release && has_page {
            page::ensure_built(project)?;
        }
        Ok(())
    };
    if !library_path(project, release).is_file() {
        report::status(
            "Starting",
            "for the first time: the plugin is built, and beside it the machine is set up; then the development server is \
             built. That takes some two minutes, and less where a plugin was built before. Next time it takes seconds.",
        );
    }
    if setup::may_ask_the_user() {
        prepare()?;
        return build_library(project, release);
    }
    thread::scope(|scope| {
        let preparing = scope.spawn(prepare);
        let built = build_library(project, release);
        // What is missing on the machine explains more than a build that failed for it.
        preparing.join().expect("setup does not panic").and(built)
    })
}

/// The plugin's library. Its dev profile builds in a moment, with its dependencies optimised all the same.
pub fn build_library(project: &Project, release: bool) -> Result<PathBuf> {
    process::run(&mut library_command(project, release), "build the plugin")?;
    Ok(library_path(project, release))
}

fn library_path(project: &Project, release: bool) -> PathBuf {
    let file_name = format!(
        "{}{}{}",
        std::env::consts::DLL_PREFIX,
        project.plugin.package.replace('-', "_"),
        std::env::consts::DLL_SUFFIX
    );
    project.target_directory.join(if release { "release" } else { "debug" }).join(file_name)
}

/// What builds the library.
pub fn library_command(project: &Project, release: bool) -> Command {
    let mut command = process::cargo(&project.root);
    command.args(["rustc", "--package", &project.plugin.package, "--lib", "--crate-type", "cdylib"]);
    // The server knows nothing of CLAP and VST3, and each rebuild would have to compile them.
    command.arg("--no-default-features");
    if release {
        command.arg("--release");
    } else {
        // What debuggers need is a third of a rebuild's work and most of the library, of which each reload leaves a copy
        // in memory.
        command.args(WITHOUT_DEBUG_INFORMATION);
    }
    command
}

/// What the server builds the library with when a source was saved: the same, so that only what was saved is built.
fn rebuild_command(project: &Project, release: bool) -> Command {
    let mut command = library_command(project, release);
    let colours = std::io::stderr().is_terminal();
    let format = if colours { "json-diagnostic-rendered-ansi" } else { "json" };
    command.args(["--quiet", "--message-format", format]);
    // The server runs wherever the user stands.
    command.arg("--manifest-path").arg(project.root.join("Cargo.toml"));
    command
}

/// What the plugin is built from: the sources of its package and of those that it depends on in this workspace.
fn plugin_sources(root: &Path, plugin: &str) -> Result<Vec<PathBuf>> {
    let mut command = MetadataCommand::new();
    command.no_deps().manifest_path(root.join("Cargo.toml"));
    let metadata = command.exec().context("cargo could not describe the workspace")?;
    let mut sources = vec![root.join("Cargo.toml"), root.join("Cargo.lock")];
    for folder in local_packages(&metadata, plugin) {
        sources.extend(["src", "build.rs", "Cargo.toml"].map(|name| folder.join(name)));
    }
    sources.dedup();
    Ok(sources)
}

/// The folders of the plugin's package and of all in this workspace that it is built from.
fn local_packages<'a>(metadata: &'a Metadata, plugin: &'a str) -> Vec<PathBuf> {
    let (mut found, mut waiting) = (HashSet::new(), vec![plugin]);
    let mut folders = Vec::new();
    while let Some(name) = waiting.pop() {
        let package = metadata.packages.iter().find(|package| package.name.as_str() == name);
        let Some(package) = package.filter(|_| found.insert(name)) else { continue };
        folders.extend(package.manifest_path.parent().map(|folder| folder.as_std_path().to_owned()));
        let built_from = package
            .dependencies
            .iter()
            .filter(|dependency| dependency.path.is_some() && dependency.kind != DependencyKind::Development);
        waiting.extend(built_from.map(|dependency| dependency.name.as_str()));
    }
    folders
}

/// The server.
pub fn build_server(project: &Project, profile: Profile) -> Result<PathBuf> {
    build_tool(project, SERVER_PACKAGE, AUDIO_FEATURE, profile, "build the development server")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_plugin_is_built_from_is_watched_and_nothing_else() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
        let sources = plugin_sources(&root, "wavecraft").unwrap();
        for name in
            ["src", "build.rs", "Cargo.lock", "crates/wavecraft-nice-plug/src", "crates/wavecraft-ffi/src"]
        {
            assert!(sources.contains(&root.join(name)), "{name} is missing in {sources:?}");
        }
        for name in ["ui", "target", "xtask/src", "crates/wavecraft-dev-server/src", "tests/src"] {
            assert!(!sources.contains(&root.join(name)), "{name} is in {sources:?}");
        }
    }
}
