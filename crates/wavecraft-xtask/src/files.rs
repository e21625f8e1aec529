//! Files and folders that commands leave behind, copy, and make anew.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// Removes a file or a folder with all that is in it, if it is there.
pub fn remove(path: &Path) -> Result<()> {
    let removed = match fs::symlink_metadata(path) {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(_) => return Ok(()),
    };
    removed.with_context(|| format!("could not remove {}", path.display()))
}

/// Copies a file, or a folder with all that is in it, with permissions. The destination's folder must be there; a folder of the
/// destination's name must not.
pub fn copy(source: &Path, destination: &Path) -> Result<()> {
    let context = || format!("could not copy {} to {}", source.display(), destination.display());
    if !source.is_dir() {
        // The permissions come along.
        fs::copy(source, destination).with_context(context)?;
        return Ok(());
    }
    fs::create_dir(destination).with_context(context)?;
    for entry in fs::read_dir(source).with_context(context)? {
        let entry = entry.with_context(context)?;
        copy(&entry.path(), &destination.join(entry.file_name()))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_needs_no_removing() {
        let folder = tempfile::tempdir().unwrap();
        remove(&folder.path().join("nothing")).unwrap();
    }
}
