//! The library that hosts load: under 6 MB; links neither GTK nor `WebKit`.

use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::row::{Quantity, Row};

const LARGEST_BYTES: f64 = 6e6;

/// Parts of the names of libraries that a host must not be made to load.
const TOOLKITS: [&str; 4] = ["gtk", "gdk", "webkit", "javascriptcore"];

/// The library's size, and on Linux how many libraries of toolkits it links.
pub fn measure(library: &Path) -> Result<Vec<Row>> {
    let bytes = std::fs::metadata(library).context("could not look at the library")?.len();
    let size = Row::new("plugin library", Quantity::new(bytes as f64, "B"));
    let mut rows = vec![size.with_below(LARGEST_BYTES)];
    if cfg!(target_os = "linux") {
        let output = Command::new("ldd").arg(library).output().context("`ldd` did not start")?;
        ensure!(output.status.success(), "`ldd` could not say what the library links");
        let linked = toolkits_in(&String::from_utf8_lossy(&output.stdout)) as f64;
        let row = Row::new("libraries of GTK and WebKit that it links", Quantity::new(linked, ""));
        rows.push(row.with_below(1.0));
    }
    Ok(rows)
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
