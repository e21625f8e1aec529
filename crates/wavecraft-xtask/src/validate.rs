//! `cargo xtask validate`: what must hold for any plugin, on a bundle.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};

use crate::bundle::{self, Kind, Profile, ProfileArguments};
use crate::project::Project;
use crate::report;
use crate::run;
use crate::setup;
use crate::tools::build_tool;

/// The package of the checks, which is also the name of its program.
const PACKAGE: &str = "wavecraft-validate";

/// The feature of that package which brings its program.
const PROGRAM_FEATURE: &str = "program";

/// The file of the plugin's recorded parameters, below the folder of its manifest.
const PARAMETER_IDS: &str = "tests/parameter-ids.txt";

/// The command line of `cargo xtask validate`.
#[derive(clap::Args)]
pub struct Arguments {
    /// The CLAP file (default: the project's plugin, which is bundled first)
    bundle: Option<PathBuf>,

    #[command(flatten)]
    profile: ProfileArguments,

    /// Only this check; may be given several times
    #[arg(long, value_name = "NAME")]
    check: Vec<String>,

    /// Print the result as JSON
    #[arg(long)]
    json: bool,

    /// List the checks and what each means
    #[arg(long)]
    list: bool,
}

/// Builds the program of the checks, and what it is to look at, then becomes it.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let project = Project::load()?;
    let mut passed_on: Vec<OsString> = Vec::new();
    if arguments.list {
        passed_on.push("--list".into());
    } else if let Some(bundle) = &arguments.bundle {
        passed_on.push(bundle.into());
    } else {
        setup::ensure(&project, bundle::NEEDS)?;
        let bundles = bundle::make(&project, arguments.profile.profile())?;
        let clap = bundles.into_iter().find(|bundle| bundle.kind == Kind::Clap);
        let clap = clap.context(
            "the plugin has no CLAP, which the checks speak: it does not call `export!`, or was built without the \
             feature `hosts`",
        )?;
        passed_on.push(clap.path.into());
        passed_on.push("--parameter-ids".into());
        passed_on.push(project.plugin.folder.join(PARAMETER_IDS).into());
    }
    for check in &arguments.check {
        passed_on.extend(["--check".into(), check.into()]);
    }
    if arguments.json {
        passed_on.push("--json".into());
    }
    let program = program(&project)?;
    if !arguments.list {
        report::status("Validating", Project::shown(passed_on[0].as_ref()));
    }
    run::become_program(Command::new(&program).args(passed_on), &program)
}

/// Builds the program of the checks, which `cargo xtask doctor` asks as well what is in a file.
pub fn program(project: &Project) -> Result<PathBuf> {
    build_tool(project, PACKAGE, PROGRAM_FEATURE, Profile::Development, "build the checks")
}
