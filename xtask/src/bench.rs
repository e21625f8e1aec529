//! `cargo xtask bench`: builds for release what the design promises something of, and the program of the package
//! `wavecraft-benches`, which measures it.

#[path = "../../benches/src/order.rs"]
mod order;

use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result};
use clap::ValueEnum;

use crate::test::bare;
use order::{FirstStart, Measurement, Order};
use wavecraft_xtask::bundle::{self, Kind, Profile};
use wavecraft_xtask::project::Project;
use wavecraft_xtask::setup;
use wavecraft_xtask::{dev, page, process, report};

const PACKAGE: &str = "wavecraft-benches";

/// The command line of `cargo xtask bench`.
#[derive(clap::Args)]
pub struct Arguments {
    /// Only these measurements, and nothing written to bench/
    #[arg(value_name = "MEASUREMENT", hide_possible_values = true)]
    only: Vec<Measurement>,

    /// List the measurements
    #[arg(long)]
    list: bool,

    /// Also measure builds from nothing, one of them on a bare machine, which takes minutes
    #[arg(long)]
    clean_build: bool,

    /// What the measuring program asks for: how long a first start takes on a bare machine, as JSON
    #[arg(long, hide = true)]
    first_start: bool,
}

/// What must be there before something can be measured.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Need {
    /// The built page.
    Page,
    /// The bundles, with the plugin's library among them.
    Bundles,
    /// The development server.
    DevServer,
    /// The measuring program's feature `hosts`, and what its hosts and sound servers take.
    Hosts,
    /// Chromium, and the packages that drive it.
    Browser,
}

impl Need {
    /// All of them, in the order in which they are built.
    const ALL: [Self; 5] = [Self::Page, Self::Bundles, Self::DevServer, Self::Hosts, Self::Browser];

    fn of(measurement: Measurement) -> &'static [Self] {
        match measurement {
            Measurement::Knob | Measurement::Latency => &[Self::Bundles, Self::DevServer, Self::Hosts],
            Measurement::Frames => &[Self::Page, Self::Bundles, Self::DevServer, Self::Browser],
            Measurement::Page => &[Self::Page],
            Measurement::Library | Measurement::Loading => &[Self::Bundles],
            Measurement::Build => &[Self::Hosts],
            Measurement::SaveToSound => &[Self::DevServer, Self::Hosts],
            Measurement::Editor => &[Self::Bundles, Self::Hosts],
            Measurement::Chain
            | Measurement::Plugin
            | Measurement::Meters
            | Measurement::Signals
            | Measurement::Protocol
            | Measurement::Websocket
            | Measurement::FirstStart
            | Measurement::NewProject
            | Measurement::Accuracy
            | Measurement::Instructions
            | Measurement::Processors => &[],
        }
    }

    fn is_of_any(self, measurements: &[Measurement]) -> bool {
        measurements.iter().any(|measurement| Self::of(*measurement).contains(&self))
    }
}

/// Builds what is needed, and has it measured.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let all = Measurement::value_variants();
    if arguments.list {
        for measurement in all {
            println!("{:<14}  {}", measurement.name(), measurement.description());
        }
        return Ok(ExitCode::SUCCESS);
    }
    let project = Project::load()?;
    if arguments.first_start {
        let (first, again) = bare::time_to_page(&project)?;
        println!("{}", serde_json::to_string(&FirstStart { first, again })?);
        return Ok(ExitCode::SUCCESS);
    }
    let chosen = if arguments.only.is_empty() { all } else { &arguments.only };
    let mut order = Order {
        has_clean_build: arguments.clean_build,
        page: project.plugin.page_folder.clone(),
        target: project.target_directory.clone(),
        xtask: std::env::current_exe().context("this program does not know where it is")?,
        report: arguments.only.is_empty().then(|| project.root.join("bench")),
        ..Order::default()
    };
    let mut missing = Vec::new();
    for need in Need::ALL.into_iter().filter(|need| need.is_of_any(chosen)) {
        // What does not need it can still be measured; the report says what is missing.
        if let Err(error) = prepare(&project, need, &mut order) {
            report::error(&error);
            missing.push((need, format!("{error:#}")));
        }
    }
    for &measurement in chosen {
        match missing.iter().find(|(need, _)| Need::of(measurement).contains(need)) {
            Some((_, reason)) => order.impossible.push((measurement, reason.clone())),
            None => order.measurements.push(measurement),
        }
    }
    let status = Command::new(build_program(&project, &order)?)
        .arg(serde_json::to_string(&order).context("a path is no text")?)
        // By these, hosts and servers find what they load and start.
        .env("WAVECRAFT_BUNDLE_DIR", bundle::folder(&project))
        .env("WAVECRAFT_DEV_SERVER", &order.dev_server)
        .status()
        .context("the measuring program did not start")?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Builds or installs something that measurements need, and says in the order where it is.
fn prepare(project: &Project, need: Need, order: &mut Order) -> Result<()> {
    match need {
        Need::Page => page::ensure_built(project).map(drop),
        Need::Bundles => {
            setup::ensure(project, bundle::NEEDS)?;
            let mut bundles = bundle::make(project, Profile::Release)?.into_iter();
            let clap = bundles.find(|bundle| bundle.kind == Kind::Clap);
            let clap = clap.context("the plugin exports no CLAP")?.path;
            order.library =
                if cfg!(target_os = "macos") { clap.join("Contents/MacOS/Wavecraft") } else { clap };
            Ok(())
        }
        Need::DevServer => {
            setup::ensure(project, &[setup::Need::Standalone])?;
            order.dev_server = dev::build_server(project, Profile::Release)?;
            Ok(())
        }
        Need::Hosts => {
            setup::ensure(project, bundle::NEEDS)?;
            setup::ensure(project, &[setup::Need::TestSound, setup::Need::WindowTests])
        }
        Need::Browser => setup::ensure(project, &[setup::Need::Page, setup::Need::BrowserTests]),
    }
}

/// Builds the program that measures; what hosts and sound servers take is left out where nothing needs them.
fn build_program(project: &Project, order: &Order) -> Result<PathBuf> {
    let mut build = process::cargo(&project.root);
    build.args(["build", "--release", "--package", PACKAGE]);
    if Need::Hosts.is_of_any(&order.measurements) {
        build.args(["--features", "hosts"]);
    }
    process::run(&mut build, "build the measuring program")?;
    let file_name = format!("{PACKAGE}{}", std::env::consts::EXE_SUFFIX);
    Ok(project.target_directory.join("release").join(file_name))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_measurement_is_described_and_bears_a_name_of_its_own() {
        let all = Measurement::value_variants();
        assert!(all.iter().all(|measurement| !measurement.description().is_empty()));
        let names: HashSet<String> = all.iter().map(|measurement| measurement.name()).collect();
        assert_eq!(names.len(), all.len());
        assert!(names.contains("first-start"), "{names:?}");
    }
}
