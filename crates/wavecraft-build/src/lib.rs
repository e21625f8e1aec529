//! What a plugin's build script calls, and nothing else:
//!
//! ```no_run
//! // in `main`
//! wavecraft_build::plugin();
//! ```
//!
//! It links the library as hosts need it, and lists the files of the page that was built into `ui/dist` and those of the
//! presets in `presets`. A plugin takes them in by `wavecraft_nice_plug::page_files!()` and `preset_files!()`, which
//! `wavecraft_plugin::export!` calls.

mod page;
mod presets;

use std::env;
use std::path::{Path, PathBuf};

/// Where the built page is, below the folder of the plugin's manifest.
const PAGE: &str = "ui/dist";

/// Where the presets are that the plugin comes with, below the folder of the plugin's manifest.
const PRESETS: &str = "presets";

/// The list of the presets' files, in the folder that cargo gives a build script for what it writes.
const PRESET_LIST: &str = "presets.rs";

/// The list of the page's files, in the folder that cargo gives a build script for what it writes.
const LIST: &str = "page.rs";

/// Does all that a plugin's build script has to do. Called by cargo, through the script.
///
/// Without a built page, taking it in is a compiler's error that names the command which builds it.
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
    let package = variable("CARGO_MANIFEST_DIR");
    list_page(&Path::new(&package).join(PAGE));
    list_presets(&Path::new(&package).join(PRESETS));
}

/// Keeps the library in the host's memory after the host has unloaded it, on Linux.
///
/// A thread of the host that has run the library's code destroys its thread-local values when it ends. Rust registers that
/// in a way that does not keep the library loaded: were it unloaded before the thread ends, the host would crash.
fn keep_loaded() -> &'static str {
    "-Wl,-z,nodelete"
}

fn list_page(page: &Path) {
    println!("cargo::rerun-if-changed={}", page.display());
    let list = if page.join("index.html").is_file() {
        page::list(page)
    } else {
        let missing = format!("there is no built page in {}: `cargo xtask page` builds it", page.display());
        Ok(format!("compile_error!({missing:?})"))
    };
    let written = list.and_then(|list| std::fs::write(PathBuf::from(variable("OUT_DIR")).join(LIST), list));
    written.unwrap_or_else(|error| panic!("{}: {error}", page.display()));
}

fn list_presets(folder: &Path) {
    // A folder that is not there would have the script run anew on every occasion.
    if folder.is_dir() {
        println!("cargo::rerun-if-changed={}", folder.display());
    }
    let list = presets::list(folder);
    let written =
        list.and_then(|list| std::fs::write(PathBuf::from(variable("OUT_DIR")).join(PRESET_LIST), list));
    written.unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
}

/// A variable that cargo sets for build scripts.
fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| panic!("{name} is not set: this is called by a build script"))
}
