//! Where a rendering goes: a file in the making beside its destination, which takes its place when it is complete.
//!
//! Until then whatever is there stays as it is, and what is never completed vanishes. A file that is replaced keeps its mode
//! and its owner. One with several names (hard links), or whose owner cannot be kept, is not replaced but written over from
//! the complete rendering, so that all of its names go on meaning the same file.

use std::ffi::OsStr;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Seek};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use wavecraft_audio::is_same_file;

use crate::render::RenderError;
use crate::signals::RemovedOnExit;

/// How many symbolic links are followed, as on Linux.
const MAX_LINKS: usize = 40;

/// How the names of files end that are no WAV files, and would be mistaken for others.
const OTHER_EXTENSIONS: [&str; 12] =
    ["aif", "aiff", "aifc", "flac", "mp3", "ogg", "oga", "opus", "m4a", "aac", "caf", "w64"];

/// A file in the making.
pub(crate) struct Destination {
    temporary: NamedTempFile,
    /// What ends the program at once removes it as well.
    removed: RemovedOnExit,
    path: PathBuf,
    /// Whether a file is there, which is to be replaced or written over.
    existing: Option<Way>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Replace,
    WriteOver,
}

impl Destination {
    /// Begins a file that is to become the one at `path`, or the one that a symbolic link there points to.
    pub(crate) fn beside(path: &Path) -> Result<Self, RenderError> {
        let unwritable = |source| RenderError::Output { path: path.to_owned(), source };
        let extension = path.extension().and_then(OsStr::to_str).map(str::to_ascii_lowercase);
        if extension.is_some_and(|extension| OTHER_EXTENSIONS.contains(&extension.as_str())) {
            return Err(RenderError::NotWav(path.to_owned()));
        }
        let (resolved, existing) = match fs::metadata(path) {
            Ok(metadata) if metadata.is_file() => (path.canonicalize().map_err(unwritable)?, Some(metadata)),
            Ok(metadata) if metadata.is_dir() => return Err(RenderError::Folder(path.to_owned())),
            Ok(_) => return Err(RenderError::NotAFile(path.to_owned())),
            Err(_) => (behind_links(path).map_err(unwritable)?, None),
        };
        if let Some(metadata) = &existing {
            // Who may do anything may write a file that is marked as read-only, too; it was marked for a reason.
            if metadata.permissions().readonly() {
                return Err(RenderError::ReadOnly(path.to_owned()));
            }
            OpenOptions::new().write(true).open(&resolved).map_err(unwritable)?;
        }
        let folder = match resolved.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        };
        if !folder.is_dir() {
            return Err(RenderError::NoFolder(path.to_owned()));
        }
        let temporary = temporary_in(folder).map_err(unwritable)?;
        let existing = existing.map(|metadata| take_after(temporary.as_file(), &metadata));
        let removed = RemovedOnExit::new(temporary.path());
        Ok(Self { temporary, removed, path: resolved, existing })
    }

    /// The file to write into.
    pub(crate) fn file(&self) -> Result<File, RenderError> {
        self.temporary.reopen().map_err(|source| RenderError::Output { path: self.path.clone(), source })
    }

    /// Whether it is this file, under whichever name, that will be no more.
    pub(crate) fn is_at(&self, other: &Path) -> bool {
        is_same_file(&self.path, other)
    }

    /// Puts the complete file in its place.
    pub(crate) fn complete(self) -> Result<(), RenderError> {
        let Self { temporary, removed, path, existing } = self;
        let failed = |source| RenderError::Output { path: path.clone(), source };
        // What the system has not yet written may turn out not to fit, and what is there is worth waiting for.
        if existing.is_some() {
            temporary.as_file().sync_all().map_err(failed)?;
        }
        if existing == Some(Way::WriteOver) {
            // From here on it is the only whole rendering.
            drop(removed);
            return write_over(temporary, path);
        }
        temporary.persist(&path).map(drop).map_err(|error| failed(error.error))
    }
}

/// Copies the complete file into the one that is there. If that fails halfway, the complete one stays.
fn write_over(mut temporary: NamedTempFile, path: PathBuf) -> Result<(), RenderError> {
    let copied = (|| {
        let from = temporary.as_file_mut();
        from.rewind()?;
        // What is there is cut only at the end, so that it needs no more room than it has to.
        let mut to = OpenOptions::new().write(true).open(&path)?;
        let bytes = io::copy(from, &mut to)?;
        to.set_len(bytes)?;
        to.sync_all()
    })();
    match copied {
        Ok(()) => Ok(()),
        Err(source) => {
            let kept = temporary.path().to_owned();
            // It stays where it is whether or not its handle can be given away.
            let _ = temporary.keep();
            Err(RenderError::HalfWritten { path, kept, source })
        }
    }
}

/// The file that a path means which is not there yet.
fn behind_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&path) {
            Ok(target) => path = path.parent().unwrap_or(Path::new("")).join(target),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many symbolic links"))
}

fn temporary_in(folder: &Path) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".render-").suffix(".wav");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // Temporary files are private; this one is to become what the user's umask says.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

/// Gives the new file the owner and the mode of the one that is there, and says how it can take its place.
#[cfg(unix)]
fn take_after(new: &File, existing: &Metadata) -> Way {
    use std::os::unix::fs::{MetadataExt, fchown};

    let has_owner = |metadata: Metadata| (metadata.uid(), metadata.gid()) == (existing.uid(), existing.gid());
    let is_owned = new.metadata().is_ok_and(has_owner)
        || fchown(new, Some(existing.uid()), Some(existing.gid())).is_ok();
    let is_replaceable =
        existing.nlink() == 1 && is_owned && new.set_permissions(existing.permissions()).is_ok();
    if is_replaceable { Way::Replace } else { Way::WriteOver }
}

#[cfg(not(unix))]
fn take_after(_new: &File, _existing: &Metadata) -> Way {
    Way::Replace
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rendering_that_cannot_be_copied_into_its_place_stays_beside_it() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let temporary = temporary_in(folder.path()).expect("a temporary file");
        fs::write(temporary.path(), "rendered").expect("a file to write");
        let result = write_over(temporary, folder.path().join("no such folder/out.wav"));
        let Err(RenderError::HalfWritten { kept, .. }) = result else { panic!("{result:?}") };
        assert_eq!(fs::read_to_string(kept).expect("a file to read"), "rendered");
    }
}
