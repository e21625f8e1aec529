//! The file by which whoever has a package can tell that it is whole: `sha256sum --check SHA256SUMS`.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

/// What it is called.
pub const FILE_NAME: &str = "SHA256SUMS";

/// What packages end with.
const ENDINGS: [&str; 4] = [".tar.gz", ".deb", ".exe", ".pkg"];

/// Writes the sums of all packages of a version in a folder, whatever system they are for and whenever they were made.
pub fn write(folder: &Path, stem_of_version: &str) -> Result<PathBuf> {
    let context = || format!("could not look into {}", folder.display());
    let mut names = Vec::new();
    for entry in fs::read_dir(folder).with_context(context)? {
        let name = entry.with_context(context)?.file_name().to_string_lossy().into_owned();
        let is_package = ENDINGS.iter().any(|ending| name.ends_with(ending));
        if is_package && name.starts_with(&format!("{stem_of_version}-")) {
            names.push(name);
        }
    }
    names.sort();
    let mut text = String::new();
    for name in names {
        let path = folder.join(&name);
        let content = fs::read(&path).with_context(|| format!("could not read {}", path.display()))?;
        let _ = writeln!(text, "{:x}  {name}", Sha256::digest(content));
    }
    let path = folder.join(FILE_NAME);
    fs::write(&path, text).with_context(|| format!("could not write {}", path.display()))?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_of_the_version_are_listed_in_order_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        for name in [
            "gain-1.0.0-linux-x86_64.tar.gz",
            "gain-1.0.0-linux-x86_64.deb",
            "gain-0.9.0-linux-x86_64.deb",
            "notes",
        ] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let text = fs::read_to_string(write(folder.path(), "gain-1.0.0").unwrap()).unwrap();
        let of_nothing = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let expected = format!(
            "{of_nothing}  gain-1.0.0-linux-x86_64.deb\n{of_nothing}  gain-1.0.0-linux-x86_64.tar.gz\n"
        );
        assert_eq!(text, expected);
    }
}
