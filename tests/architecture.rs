//! ARCHITECTURE.md is short, and what it names is there.
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use std::fs;
use std::path::{Path, PathBuf};

/// Six lines of a hundred characters.
const LONGEST_PARAGRAPH: usize = 600;

/// What the page names and need not be there: what somebody might add, and a record of tests.
const MAY_BE_ABSENT: [&str; 2] = ["src/dsp/compressor.rs", "tests/bare-machine.toml"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn page() -> String {
    fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap()
}

/// The lines that are not in a drawing.
fn text(page: &str) -> Vec<&str> {
    let mut is_drawing = false;
    let mut lines = Vec::new();
    for line in page.lines() {
        if line.starts_with("```") {
            is_drawing = !is_drawing;
        } else if !is_drawing {
            lines.push(line);
        }
    }
    lines
}

#[test]
fn no_paragraph_is_longer_than_six_lines() {
    let page = page();
    let is_long = |line: &&str| !line.starts_with('|') && line.chars().count() > LONGEST_PARAGRAPH;
    let long: Vec<&str> = text(&page).into_iter().filter(is_long).collect();
    assert!(long.is_empty(), "{long:#?}");
}

#[test]
fn the_glossary_has_at_most_twenty_words() {
    let page = page();
    let glossary = page.split("\n## Words\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let words =
        glossary.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| word ")).count();
    assert!((1..=20).contains(&words), "{words} words");
}

#[test]
fn every_file_and_folder_that_is_named_is_there() {
    let page = text(&page()).join("\n");
    let in_code = page.split('`').skip(1).step_by(2);
    let is_path = |text: &&str| {
        let first = text.split('/').next().unwrap_or_default();
        ["benches", "bench", "crates", "docs", "src", "tests", "ui", "xtask"].contains(&first)
            && !text.contains(char::is_whitespace)
    };
    let paths: Vec<&str> = in_code.filter(is_path).collect();
    assert!(paths.len() > 30, "{paths:?}");
    // A path below `src` or `tests` may be a crate's own, in a section about that crate.
    let crates = fs::read_dir(root().join("crates")).unwrap().map(|entry| entry.unwrap().path());
    let folders: Vec<PathBuf> = crates.chain([root()]).collect();
    let is_missing = |path: &&str| {
        let of_a_crate = path.starts_with("src") || path.starts_with("tests") || path.starts_with("ui");
        let candidates = if of_a_crate { &folders[..] } else { &folders[folders.len() - 1..] };
        !MAY_BE_ABSENT.contains(path) && !candidates.iter().any(|folder| folder.join(path).exists())
    };
    // What a project has of its own, made by `new`.
    let templates = root().join("crates/wavecraft-xtask/templates");
    let is_of_a_project = |path: &str| {
        ["shared", "effect"].iter().any(|folder| templates.join(folder).join(path).exists())
            || path == "ui/.wavecraft"
    };
    let missing: Vec<&str> =
        paths.into_iter().filter(is_missing).filter(|path| !is_of_a_project(path)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
