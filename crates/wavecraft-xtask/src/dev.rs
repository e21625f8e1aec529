//! `cargo xtask dev`: the plugin on real audio, its page, and its next build on every save.

mod plugin_sources;

use std::ffi::OsString;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::thread;

use anyhow::Result;

use crate::bundle::Profile;
use crate::codegen;
use crate::page;
use crate::process;
use crate::project::Project;
use crate::report;
use crate::run;
use crate::setup::{self, Need};
use crate::tools::build_tool;

/// The package of the development server, which is also the name of its program.
const SERVER_PACKAGE: &str = "wavecraft-dev-server";

/// The feature of that package which brings the system's audio devices.
const AUDIO_FEATURE: &str = "audio";

/// By this the server learns whose options it reads, and tells of mistakes as that command.
const STARTED_BY: (&str, &str) = ("WAVECRAFT_STARTED_BY", "cargo xtask dev");

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
    let profile = if release { Profile::Release } else { Profile::Development };
    let library = build_library_beside_setup(&project, profile, has_page)?;
    if has_page {
        renew_plugin_ids(&project, &library);
    }
    let server = build_server(&project, Profile::Development)?;

    let mut command = Command::new(&server);
    command.env(STARTED_BY.0, STARTED_BY.1);
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
            for source in plugin_sources::of(&project)? {
                command.arg("--watch").arg(source);
            }
            // Last of all: the rest of the command line is the build's.
            let build = rebuild_command(&project, profile);
            command.arg("--").arg(build.get_program()).args(build.get_args());
            process::hide_this_package(&mut command);
        }
        report::status("Running", Project::shown(&server));
    }
    run::become_program(&mut command, &server)
}

/// The page's sources learn of new parameters.
fn renew_plugin_ids(project: &Project, library: &Path) {
    let renewed = codegen::plugin_ids(project, library)
        .and_then(|file| if file.is_current()? { Ok(()) } else { file.write() });
    // The page works without; its types alone are not checked against the plugin's ids then.
    if let Err(error) = renewed {
        report::warning(format_args!("{error:#}"));
    }
}

/// Builds the plugin's library, and fetches meanwhile what the machine lacks: the library takes no system package.
fn build_library_beside_setup(project: &Project, profile: Profile, has_page: bool) -> Result<PathBuf> {
    // The server plays through the same system libraries as the standalone.
    let needs: &[Need] = if has_page { &[Need::Standalone, Need::Page] } else { &[Need::Standalone] };
    let prepare = || {
        // A page that is built already is served without Node.js.
        let takes_built_page = profile == Profile::Release;
        setup::ensure(project, if takes_built_page { &needs[..1] } else { needs })?;
        if takes_built_page && has_page {
            page::ensure_built(project)?;
        }
        Ok(())
    };
    if !library_path(project, profile).is_file() {
        report::status(
            "Starting",
            "for the first time: the plugin is built, and beside it the machine is set up; then the development server is \
             built. That takes some two minutes, and less where a plugin was built before. Next time it takes seconds.",
        );
    }
    if setup::may_ask_the_user() {
        prepare()?;
        return build_library(project, profile);
    }
    thread::scope(|scope| {
        let preparing = scope.spawn(prepare);
        let built = build_library(project, profile);
        // What is missing on the machine explains more than a build that failed for it.
        preparing.join().expect("setup does not panic").and(built)
    })
}

/// The plugin's library, without hosts' interfaces and window. The development profile builds it in a moment, with its
/// dependencies optimised all the same.
pub fn build_library(project: &Project, profile: Profile) -> Result<PathBuf> {
    page::make_folder(project)?;
    process::run(&mut library_command(project, profile), "build the plugin")?;
    Ok(library_path(project, profile))
}

fn library_path(project: &Project, profile: Profile) -> PathBuf {
    let file_name = format!(
        "{}{}{}",
        std::env::consts::DLL_PREFIX,
        project.plugin.package.replace('-', "_"),
        std::env::consts::DLL_SUFFIX
    );
    project.target_directory.join(profile.folder()).join(file_name)
}

/// What builds the library.
fn library_command(project: &Project, profile: Profile) -> Command {
    let mut command = process::cargo(&project.root);
    command.args(["rustc", "--package", &project.plugin.package, "--lib", "--crate-type", "cdylib"]);
    // The server knows nothing of CLAP and VST3, and each rebuild would have to compile them.
    command.arg("--no-default-features").args(profile.arguments());
    command
}

/// What the server builds the library with when a source was saved: the same, so that only what was saved is built.
fn rebuild_command(project: &Project, profile: Profile) -> Command {
    let mut command = library_command(project, profile);
    let colours = std::io::stderr().is_terminal();
    let format = if colours { "json-diagnostic-rendered-ansi" } else { "json" };
    // Not quiet: the server learns what cargo waits for, and keeps the rest to itself.
    command.args(["--message-format", format]);
    // The server runs wherever the user stands.
    command.arg("--manifest-path").arg(project.root.join("Cargo.toml"));
    command
}

/// The server.
pub fn build_server(project: &Project, profile: Profile) -> Result<PathBuf> {
    build_tool(project, SERVER_PACKAGE, AUDIO_FEATURE, profile, "build the development server")
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;

    use super::*;

    /// A project without dependencies, which builds in a moment.
    fn project(folder: &Path) -> Project {
        fs::create_dir(folder.join("src")).unwrap();
        fs::write(folder.join("src/lib.rs"), "").unwrap();
        let manifest = "[package]\nname = \"tiny\"\nedition = \"2024\"\n[workspace]\n";
        fs::write(folder.join("Cargo.toml"), manifest).unwrap();
        fs::write(folder.join("bundler.toml"), "[tiny]\nname = \"Tiny\"\nidentifier = \"t.t\"\n").unwrap();
        // Projects share a build folder, which has locks of its own.
        fs::create_dir(folder.join(".cargo")).unwrap();
        let shared = folder.join("shared");
        let config = format!("[build]\nbuild-dir = '{}'\ntarget-dir = 'target'\n", shared.display());
        fs::write(folder.join(".cargo/config.toml"), config).unwrap();
        Project::around(Some(folder.to_owned())).unwrap()
    }

    /// Holds cargo's lock on a folder, as each of its runs does that builds there.
    fn hold(folder: &Path) -> File {
        fs::create_dir_all(folder).unwrap();
        let lock = File::create(folder.join(".cargo-lock")).unwrap();
        lock.lock().unwrap();
        lock
    }

    #[test]
    fn where_no_page_was_built_a_build_without_a_change_compiles_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let project = project(folder.path());
        fs::create_dir(folder.path().join("ui")).unwrap();
        fs::write(folder.path().join("ui/package.json"), "{}").unwrap();
        // As a plugin's own does.
        let script = r#"fn main() { println!("cargo::rerun-if-changed=ui/dist"); }"#;
        fs::write(folder.path().join("build.rs"), script).unwrap();
        page::make_folder(&project).unwrap();
        let compiles = || {
            let mut build = library_command(&project, Profile::Development);
            let output = build.env_remove("CARGO_TARGET_DIR").arg("--offline").output().unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            assert!(output.status.success(), "{said}");
            said.contains("Compiling")
        };
        assert!(compiles());
        assert!(!compiles());
        // A page that is built is noticed all the same.
        fs::write(folder.path().join("ui/dist/index.html"), "").unwrap();
        assert!(compiles());
    }

    #[test]
    fn neither_a_first_build_nor_a_rebuild_waits_for_an_editor_s_cargo_check() {
        let folder = tempfile::tempdir().unwrap();
        let project = project(folder.path());
        let _editor = ["target/debug", "shared/debug"].map(|held| hold(&folder.path().join(held)));
        for mut build in
            [library_command(&project, Profile::Development), rebuild_command(&project, Profile::Development)]
        {
            build.env_remove("CARGO_TARGET_DIR").arg("--offline");
            let mut child = build.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
            for line in BufReader::new(child.stderr.take().unwrap()).lines() {
                let line = line.unwrap();
                // Other runs of cargo on this computer may hold the cache of packages, which is no editor's doing.
                let waits_for_a_folder = line.contains("Blocking") && !line.contains("package cache");
                assert!(!waits_for_a_folder, "{build:?}: {line}");
            }
            assert!(child.wait().unwrap().success(), "{build:?}");
        }
        let library = library_path(&project, Profile::Development);
        assert!(folder.path().join("target/live").join(library.file_name().unwrap()).is_file());
    }
}
