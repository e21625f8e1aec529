//! What a plugin's build script calls, and nothing else:
//!
//! ```no_run
//! // in `main`
//! wavecraft_build::plugin();
//! ```
//!
//! It links the library as hosts need it and, with the plugin's feature `editor`, embeds the page that was built into
//! `ui/dist`. The plugin takes the page's files in by `wavecraft_nice_plug::page_files!()`.

mod page;

use std::env;
use std::path::{Path, PathBuf};

/// Where the built page is, below the folder of the plugin's manifest.
const PAGE: &str = "ui/dist";

/// The list of the page's files, in the folder that cargo gives a build script for what it writes.
const LIST: &str = "page.rs";

/// Does all that a plugin's build script has to do. Called by cargo, through the script.
///
/// Without a built page it says so as an error of cargo's, which names the command that builds it.
///
/// # Panics
///
/// Outside of a build script, where cargo has not set the variables that tell of the package; and where a file of the page
/// cannot be read.
pub fn plugin() {
    println!("cargo::rerun-if-changed=build.rs");
    if variable("CARGO_CFG_TARGET_OS") == "linux" {
        println!("cargo::rustc-link-arg={}", keep_loaded());
    }
    if env::var_os("CARGO_FEATURE_EDITOR").is_some() {
        embed_page(&Path::new(&variable("CARGO_MANIFEST_DIR")).join(PAGE));
    }
}

/// Keeps the library in the host's memory after the host has unloaded it, on Linux.
///
/// A thread of the host that has run the library's code destroys its thread-local values when it ends. Rust registers that
/// in a way that does not keep the library loaded: were it unloaded before the thread ends, the host would crash.
fn keep_loaded() -> &'static str {
    "-Wl,-z,nodelete"
}

fn embed_page(page: &Path) {
    println!("cargo::rerun-if-changed={}", page.display());
    if !page.join("index.html").is_file() {
        println!("cargo::error=there is no built page in {}: `cargo xtask page` builds it", page.display());
        return;
    }
    let written =
        page::list(page).and_then(|list| std::fs::write(PathBuf::from(variable("OUT_DIR")).join(LIST), list));
    written.unwrap_or_else(|error| panic!("{}: {error}", page.display()));
}

/// A variable that cargo sets for build scripts.
fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set: this is called by a build script"))
}
