//! The library that hosts load: under 6 MB; links neither GTK nor `WebKit`.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::bench::Bench;
use crate::bench::row::{Quantity, Row};
use wavecraft_xtask::bundle::{self, Kind, Profile};
use wavecraft_xtask::process;
use wavecraft_xtask::project::Project;
use wavecraft_xtask::setup;

/// Parts of the names of libraries that a host must not be made to load.
const TOOLKITS: [&str; 4] = ["gtk", "gdk", "webkit", "javascriptcore"];

pub fn measure(bench: &Bench) -> Result<Vec<Row>> {
    let library = library(bench)?;
    let bytes = std::fs::metadata(library).context("could not look at the library")?.len();
    let megabytes = bytes as f64 / 1e6;
    let size = Row::new("plugin library", Quantity::new(megabytes, "MB"));
    let mut rows = vec![size.with_measured_below(&Quantity::new(6.0, "MB"), megabytes)];
    if cfg!(target_os = "linux") {
        let listing = process::output_of(Command::new("ldd").arg(library));
        let listing = listing.context("`ldd` could not say what the library links")?;
        let linked = Quantity::new(toolkits_in(&listing) as f64, "");
        let row = Row::new("libraries of GTK and WebKit that it links", linked);
        rows.push(row.with_measured_below(&Quantity::new(1.0, ""), toolkits_in(&listing) as f64));
    }
    Ok(rows)
}

/// The library in the CLAP bundle, built on first use.
pub fn library(bench: &Bench) -> Result<&Path> {
    if let Some(library) = bench.library.get() {
        return Ok(library);
    }
    let built = bench.build(|| build(&bench.project))?;
    Ok(bench.library.get_or_init(|| built))
}

/// Makes the bundles, and returns the library among them: on Linux and Windows the CLAP bundle itself.
fn build(project: &Project) -> Result<PathBuf> {
    setup::ensure(project, bundle::NEEDS)?;
    let bundles = bundle::make(project, Profile::Release)?;
    let clap = bundles.into_iter().find(|bundle| bundle.kind == Kind::Clap);
    let clap = clap.context("the plugin exports no CLAP")?.path;
    Ok(if cfg!(target_os = "macos") { clap.join("Contents/MacOS/Wavecraft") } else { clap })
}

/// How many of the libraries that `ldd` lists belong to a toolkit.
fn toolkits_in(listing: &str) -> usize {
    let is_toolkit = |line: &&str| TOOLKITS.iter().any(|toolkit| line.to_lowercase().contains(toolkit));
    listing.lines().filter(is_toolkit).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn toolkits_are_recognised_by_their_libraries() {
        let listing =
            "\tlibgtk-3.so.0 => /lib/libgtk-3.so.0\n\tlibc.so.6 => /lib/libc.so.6\n\tlibWebKit2.so => x\n";
        assert_eq!(toolkits_in(listing), 2);
        assert_eq!(toolkits_in("\tlibm.so.6 => /lib/libm.so.6\n"), 0);
    }
}
