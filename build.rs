//! How the plugin's library is linked, and the page that it carries.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    // A thread of the host that has run this library's code destroys its thread-local values when it ends. On Linux, Rust
    // registers that in a way that does not keep the library loaded: were it unloaded first, the host would crash.
    if env::var("CARGO_CFG_TARGET_OS").as_deref() == Ok("linux") {
        println!("cargo::rustc-link-arg=-Wl,-z,nodelete");
    }
    if env::var_os("CARGO_FEATURE_EDITOR").is_some() {
        embed_page();
    }
}

/// Writes the list of the built page's files, with their contents, for `src/editor.rs` to include.
fn embed_page() {
    let page = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("ui/dist");
    println!("cargo::rerun-if-changed={}", page.display());
    if !page.join("index.html").is_file() {
        println!("cargo::error=there is no built page in ui/dist: `cargo xtask bundle` builds it first");
        return;
    }
    let mut paths = Vec::new();
    collect_files(&page, &mut paths);
    paths.sort();
    let mut list = String::from("[\n");
    for path in &paths {
        let name = path.strip_prefix(&page).expect("it lies within").to_string_lossy().replace('\\', "/");
        let file = path.to_string_lossy();
        // Writing to a string does not fail.
        let _ = writeln!(list, "({name:?}, {:?}, include_bytes!({file:?}).as_slice()),", mime(path));
    }
    list.push(']');
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("page.rs");
    fs::write(out, list).expect("cargo has made the folder");
}

fn collect_files(folder: &Path, paths: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let path = entry.unwrap_or_else(|error| panic!("{}: {error}", folder.display())).path();
        if path.is_dir() {
            collect_files(&path, paths);
        } else {
            paths.push(path);
        }
    }
}

/// The media type of a file, by its name.
fn mime(path: &Path) -> String {
    let mime = mime_guess::from_path(path).first_or_octet_stream();
    if mime.type_() == "text" { format!("{mime}; charset=utf-8") } else { mime.to_string() }
}
