//! The list of a plugin's presets, as Rust.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// The ending of presets' files.
const EXTENSION: &str = "toml";

/// An array of `(file's name without its ending, contents)`, in the order of the names. Empty without a folder.
pub(crate) fn list(folder: &Path) -> io::Result<String> {
    let mut paths = Vec::new();
    match fs::read_dir(folder) {
        Ok(entries) => {
            for entry in entries {
                paths.push(entry?.path());
            }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(error),
    }
    paths.retain(|path: &PathBuf| path.extension().is_some_and(|ending| ending == EXTENSION));
    paths.sort();
    let mut list = String::from("[\n");
    for path in &paths {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let file = path.to_string_lossy();
        // Writing to a string does not fail.
        let _ = writeln!(list, "({name:?}, include_str!({file:?})),");
    }
    list.push(']');
    Ok(list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_are_listed_in_order_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["warm.toml", "README.md", "clean.toml"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        let list = list(folder.path()).unwrap();
        let lines: Vec<&str> = list.lines().collect();
        assert_eq!(lines.len(), 4, "{list}");
        assert!(lines[1].starts_with("(\"clean\", include_str!("), "{list}");
        assert!(lines[2].starts_with("(\"warm\", include_str!("), "{list}");
    }

    #[test]
    fn without_a_folder_there_are_none() {
        assert_eq!(list(Path::new("/no/such/presets")).unwrap(), "[\n]");
    }
}
