//! The log of a command whose programs say more than a person wants to read: while there is one, what they say goes there,
//! and the terminal hears of it in fewer words.

use std::fmt::Display;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context, Result};

static LOG: Mutex<Option<File>> = Mutex::new(None);

/// Starts the log anew in a file, and returns the file's path.
pub fn start(path: &Path) -> Result<PathBuf> {
    let create = || {
        fs::create_dir_all(path.parent().unwrap_or(path))?;
        File::create(path)
    };
    let file = create().with_context(|| format!("could not create {}", path.display()))?;
    *LOG.lock().unwrap_or_else(PoisonError::into_inner) = Some(file);
    Ok(path.to_owned())
}

/// Whether there is one.
pub fn is_kept() -> bool {
    LOG.lock().unwrap_or_else(PoisonError::into_inner).is_some()
}

/// Writes to it, if there is one. A full disk is no reason to stop.
pub fn write(text: impl Display) {
    if let Some(file) = LOG.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
        let _ = write!(file, "{text}");
    }
}
