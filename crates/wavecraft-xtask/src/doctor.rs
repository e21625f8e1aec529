//! `cargo xtask doctor`: what this machine has and lacks, and which plugins stand in each other's way. It changes nothing.

mod machine;
mod plugins;

use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::Result;

use crate::project::Project;
use crate::setup::{self, Lack, Need};
use crate::system::System;

/// The command line of `cargo xtask doctor`.
#[derive(clap::Args)]
pub struct Arguments {
    /// What to look at (default: what `cargo xtask setup` sets up)
    #[arg(value_enum, hide_possible_values = true)]
    needs: Vec<Need>,
}

/// The columns of a line's first word or two.
const COLUMNS: usize = 14;

/// The columns of a need's name.
const NAME_COLUMNS: usize = 17;

/// Says what there is and what is missing. Fails if anything is.
pub fn run(arguments: &Arguments) -> Result<ExitCode> {
    let project = Project::load()?;
    println!("Programs\n{}", table(&machine::programs()));
    let needs = setup::chosen(project.is_wavecraft(), &arguments.needs)?;
    let system = System::current();
    let lacks: Vec<(Need, Vec<Lack>)> =
        needs.iter().map(|need| (*need, setup::lacking(&project, *need, system))).collect();
    println!("Needs\n{}", needs_table(&lacks));
    println!("Installed plugins\n{}", plugins::section(&project));
    let missing: Vec<String> =
        lacks.iter().filter(|(_, lacks)| !lacks.is_empty()).map(|(need, _)| need.name()).collect();
    println!("{}", closing(&missing, system));
    Ok(if missing.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Lines of two columns.
fn table(rows: &[(String, String)]) -> String {
    rows.iter().fold(String::new(), |mut table, (name, value)| {
        let _ = writeln!(table, "  {name:<COLUMNS$}{value}");
        table
    })
}

fn needs_table(lacks: &[(Need, Vec<Lack>)]) -> String {
    let mut table = String::new();
    for (need, lacks) in lacks {
        let word = if lacks.is_empty() { "ready" } else { "missing" };
        let _ = writeln!(table, "  {word:<COLUMNS$}{:<NAME_COLUMNS$}{}", need.name(), need.description());
        for Lack { name, remedy } in lacks {
            let _ = writeln!(table, "  {:COLUMNS$}  {name}: {remedy}", "");
        }
    }
    table
}

fn closing(missing: &[String], system: System) -> String {
    if missing.is_empty() {
        return "Everything is there.".to_owned();
    }
    let needs = missing.join(" ");
    if system == System::Debian {
        format!(
            "`cargo xtask setup {needs}` installs what is missing; each command also installs what it needs itself."
        )
    } else {
        format!("When the above is installed, `cargo xtask setup {needs}` does the rest.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_stands_below_what_it_is_needed_for() {
        let lacks = [
            (Need::Standalone, Vec::new()),
            (Need::Page, vec![Lack { name: "Node.js".to_owned(), remedy: "package nodejs".to_owned() }]),
        ];
        let expected = "  ready         standalone       to build the standalone\n  missing       page             to build the page\n                  \
                        Node.js: package nodejs\n";
        assert_eq!(needs_table(&lacks), expected);
    }

    #[test]
    fn the_last_line_says_what_to_do() {
        assert_eq!(closing(&[], System::Debian), "Everything is there.");
        let missing = ["page".to_owned(), "editor".to_owned()];
        assert!(closing(&missing, System::Debian).starts_with("`cargo xtask setup page editor` installs"));
        assert!(closing(&missing, System::MacOs).starts_with("When the above is installed"));
    }
}
