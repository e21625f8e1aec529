//! Makes modules of the guide's Rust: one for each page, of the files that its examples name.
//!
//! An example that begins with a comment such as `// src/dsp.rs` is that file of a project; all others of a page follow each
//! other in its `src/lib.rs`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// What a file of examples has in scope that names no file itself.
const PRELUDE: &str = "use wavecraft_plugin::prelude::*;\n";

fn main() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/guide");
    println!("cargo::rerun-if-changed={}", guide.display());
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it for build scripts"));
    // The page of the guide's plugins in a build with windows, and their presets: none.
    for list in ["page.rs", "presets.rs"] {
        fs::write(out.join(list), "[]").expect("cargo has made the folder");
    }

    let mut modules = String::new();
    for page in pages(&guide) {
        let text = fs::read_to_string(&page).expect("the page is there");
        let files = files(&text);
        if files.is_empty() {
            continue;
        }
        let name = page.file_stem().expect("a page has a name").to_string_lossy().replace('-', "_");
        let folder = out.join(&name);
        fs::create_dir_all(&folder).expect("cargo has made the folder around");
        for (file, text) in &files {
            fs::write(folder.join(file), text).expect("the folder is there");
        }
        if files.contains_key("lib.rs") {
            let root = folder.join("lib.rs").display().to_string();
            let _ = writeln!(modules, "#[path = {root:?}]\npub mod {name};");
        }
    }
    fs::write(out.join("pages.rs"), modules).expect("cargo has made the folder");
}

fn pages(guide: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(guide).expect("the guide is in the repository");
    let paths = entries.map(|entry| entry.expect("the folder can be read").path());
    let mut pages: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect();
    pages.sort();
    pages
}

/// The files that a page's examples make, by name.
fn files(page: &str) -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for example in page.split("\n```rust\n").skip(1) {
        let example = example.split("\n```").next().expect("there is a first part");
        let first = example.lines().next().unwrap_or_default();
        let named = first.strip_prefix("// ").and_then(|path| path.rsplit_once('/')).map(|(_, name)| name);
        let file = files
            .entry(named.unwrap_or("lib.rs").to_owned())
            .or_insert_with(|| if named.is_some() { String::new() } else { PRELUDE.to_owned() });
        // A file that is included cannot describe the module around it.
        for line in example.lines().filter(|line| !line.starts_with("//!")) {
            file.push_str(line);
            file.push('\n');
        }
    }
    files
}
