//! The user's presets: a folder that any number of programs use at once.
//!
//! - **Nothing is half written.** A file is written beside its place, flushed to the disk, and renamed.
//! - **Nothing is lost.** Whoever changes the folder holds a lock on a file in it, from looking what is there to renaming;
//!   the system lets go of it when a program is killed. What is no preset, or cannot be read, is never written over.
//! - **What killed programs left behind** goes with the next change: nobody who holds the lock has a file half written.

use std::collections::HashMap;
use std::fs::{self, File, TryLockError};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use tempfile::NamedTempFile;

use super::file_name;
use super::preset_file::{PresetFile, PresetFileError, checked_name};
use super::watch::{BankSubscription, BankWatch};
use super::{EXTENSION, MAX_FILE_BYTES};

/// The file whose lock is held by whoever changes the folder.
const LOCK: &str = ".lock";

/// What files are called that are being written.
const UNFINISHED: &str = ".unfinished-";

/// How long somebody else may be changing the folder. A change takes milliseconds; a program that was stopped in the middle
/// of one must not stop the others.
const LOCK_LIMIT: Duration = Duration::from_secs(2);

/// How long a file's time may stay the same while it is written again: FAT, the coarsest of file systems, counts in steps of
/// two seconds. What was read sooner after it was written is read once more the next time.
const CLOCK_TICK: Duration = Duration::from_secs(2);

/// How long to wait before looking at the lock again.
const LOCK_PAUSE: Duration = Duration::from_millis(2);

/// A folder with presets of the user's.
///
/// From any thread but the audio thread. Reading never waits; a change waits for another program's at most two seconds.
#[derive(Debug)]
pub struct UserBank {
    folder: PathBuf,
    /// What was read of each file, for as long as it is the same file.
    read: Mutex<HashMap<PathBuf, KnownFile>>,
    watch: BankWatch,
}

/// By what two versions of a file are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    modified: SystemTime,
    length_bytes: u64,
}

/// What was read of which version of a file.
type KnownFile = (Stamp, Result<PresetFile, String>);

/// A file of a bank.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// Its name without the ending.
    pub stem: String,
    /// What is in it, or why it is none.
    pub preset: Result<PresetFile, String>,
}

/// Why a bank was not changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BankError {
    /// There is a preset of that name.
    #[error("there is a preset named `{0}`")]
    Exists(String),
    /// There is no such file.
    #[error("there is no preset `{0}`")]
    Missing(String),
    /// The preset cannot be written as it is.
    #[error(transparent)]
    Refused(#[from] PresetFileError),
    /// Another program has been changing the folder for too long.
    #[error("another program is changing the presets in {}; try again", .0.display())]
    Busy(PathBuf),
    /// The folder or a file in it cannot be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which one.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// All banks of this process: instances of a plugin share one, and with it one watch of the folder.
static BANKS: Mutex<Vec<Weak<UserBank>>> = Mutex::new(Vec::new());

impl UserBank {
    /// The bank of this folder, which is made when the first preset is saved.
    pub fn open(folder: &Path) -> Arc<Self> {
        let mut banks = BANKS.lock().unwrap_or_else(PoisonError::into_inner);
        banks.retain(|bank| bank.strong_count() > 0);
        if let Some(bank) = banks.iter().filter_map(Weak::upgrade).find(|bank| bank.folder == folder) {
            return bank;
        }
        let bank = Arc::new(Self {
            folder: folder.to_owned(),
            read: Mutex::default(),
            watch: BankWatch::new(folder.to_owned()),
        });
        banks.push(Arc::downgrade(&bank));
        bank
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Calls `changed` after each change, on a thread of the system's or of whoever made it, until the subscription is
    /// dropped.
    pub fn subscribe(&self, changed: impl Fn() + Send + Sync + 'static) -> BankSubscription {
        self.watch.subscribe(Arc::new(changed))
    }

    /// Tells whoever has subscribed of a change that was made here.
    pub(super) fn notify(&self) {
        self.watch.notify();
    }

    /// All files of the bank, those that are no presets with the reason.
    pub(super) fn entries(&self) -> Vec<Entry> {
        self.watch.renew();
        self.list().unwrap_or_default()
    }

    /// What a file holds, or why it is no preset.
    pub(super) fn entry(&self, stem: &str) -> Option<Entry> {
        self.entries().into_iter().find(|entry| entry.stem == stem)
    }

    /// The text of a file, whatever it is.
    pub(super) fn text(&self, stem: &str) -> Result<String, BankError> {
        let entry = self.entry(stem).ok_or_else(|| BankError::Missing(stem.to_owned()))?;
        let path = self.path(&entry.stem);
        read_limited(&path).map_err(|source| BankError::Io { path, source })
    }

    /// Saves a preset, and returns its file's name without the ending. One of the same name is replaced only if `replace`
    /// says so.
    ///
    /// # Errors
    ///
    /// [`BankError`]; nothing was changed then.
    pub fn save(&self, preset: &PresetFile, replace: bool) -> Result<String, BankError> {
        let _lock = self.lock()?;
        let entries = self.list()?;
        let namesake = entries.iter().find(|entry| entry.is_named(&preset.about.name));
        let stem = match namesake {
            Some(_) if !replace => return Err(BankError::Exists(preset.about.name.clone())),
            Some(entry) => entry.stem.clone(),
            None => self.free_stem(&preset.about.name, &entries),
        };
        self.write(&self.path(&stem), &preset.text())?;
        self.notify();
        Ok(stem)
    }

    /// Gives a preset another name, and returns its file's new name without the ending.
    ///
    /// # Errors
    ///
    /// [`BankError`]; nothing was changed then. A program that is killed in the middle may leave the preset under both
    /// names.
    pub fn rename(&self, stem: &str, name: &str) -> Result<String, BankError> {
        let name = checked_name(name)?;
        let _lock = self.lock()?;
        let entries = self.list()?;
        let missing = || BankError::Missing(stem.to_owned());
        let entry = entries.iter().find(|entry| entry.stem == stem).ok_or_else(missing)?;
        let malformed = |reason: &String| BankError::Refused(PresetFileError::Malformed(reason.clone()));
        let mut preset = entry.preset.as_ref().map_err(malformed)?.clone();
        if entries.iter().any(|other| other.stem != stem && other.is_named(&name)) {
            return Err(BankError::Exists(name));
        }
        let others: Vec<Entry> = entries.iter().filter(|other| other.stem != stem).cloned().collect();
        let is_same = |candidate: &str| file_name::folded(candidate) == file_name::folded(stem);
        preset.about.name.clone_from(&name);
        let renamed = Some(file_name::stem(&name)).filter(|candidate| is_same(candidate));
        let renamed = renamed.unwrap_or_else(|| self.free_stem(&name, &others));
        if is_same(&renamed) {
            // The same file to some systems: only what is in it changes.
            self.write(&self.path(stem), &preset.text())?;
            self.notify();
            return Ok(stem.to_owned());
        }
        self.write(&self.path(&renamed), &preset.text())?;
        self.remove(stem)?;
        self.notify();
        Ok(renamed)
    }

    /// Deletes a preset's file.
    ///
    /// # Errors
    ///
    /// [`BankError`]; nothing was changed then.
    pub fn delete(&self, stem: &str) -> Result<(), BankError> {
        let _lock = self.lock()?;
        if !self.list()?.iter().any(|entry| entry.stem == stem) {
            return Err(BankError::Missing(stem.to_owned()));
        }
        self.remove(stem)?;
        self.notify();
        Ok(())
    }

    /// The files, as they are.
    fn list(&self) -> Result<Vec<Entry>, BankError> {
        let failed = |source| BankError::Io { path: self.folder.clone(), source };
        let files = match fs::read_dir(&self.folder) {
            Ok(files) => files,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed(error)),
        };
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        let mut kept = HashMap::with_capacity(read.len());
        let mut entries = Vec::new();
        for file in files {
            let path = file.map_err(failed)?.path();
            let is_preset = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case(EXTENSION));
            let stem = path.file_stem().and_then(|stem| stem.to_str());
            let Some(stem) = stem.filter(|stem| is_preset && !stem.starts_with('.')) else { continue };
            // A file that was deleted meanwhile is none.
            let Ok(metadata) = fs::metadata(&path) else { continue };
            let stamp = Stamp::of(&metadata);
            let preset = match read.remove(&path) {
                Some((known, preset)) if Some(known) == stamp => preset,
                _ => match read_limited(&path) {
                    Ok(text) => PresetFile::parse(&text).map_err(|error| error.to_string()),
                    Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                    Err(error) => Err(error.to_string()),
                },
            };
            entries.push(Entry { stem: stem.to_owned(), preset: preset.clone() });
            if let Some(stamp) = stamp {
                kept.insert(path, (stamp, preset));
            }
        }
        *read = kept;
        Ok(entries)
    }

    /// A name that no file has, on whatever file system.
    fn free_stem(&self, name: &str, entries: &[Entry]) -> String {
        file_name::unique_stem(name, |stem| {
            let folded = file_name::folded(stem);
            // The file system itself knows which names are one to it.
            entries.iter().any(|entry| file_name::folded(&entry.stem) == folded)
                || fs::symlink_metadata(self.path(stem)).is_ok()
        })
    }

    fn path(&self, stem: &str) -> PathBuf {
        self.folder.join(format!("{stem}.{EXTENSION}"))
    }

    /// The right to change the folder, until the file is closed.
    pub(super) fn lock(&self) -> Result<File, BankError> {
        let failed = |path: &Path, source| BankError::Io { path: path.to_owned(), source };
        fs::create_dir_all(&self.folder).map_err(|error| failed(&self.folder, error))?;
        let path = self.folder.join(LOCK);
        let file = File::options().create(true).append(true).open(&path);
        let file = file.map_err(|error| failed(&path, error))?;
        let begun = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => break,
                // A file system without locks: renaming is still whole.
                Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => break,
                Err(TryLockError::Error(error)) => return Err(failed(&path, error)),
                Err(TryLockError::WouldBlock) if begun.elapsed() >= LOCK_LIMIT => {
                    return Err(BankError::Busy(self.folder.clone()));
                }
                Err(TryLockError::WouldBlock) => thread::sleep(LOCK_PAUSE),
            }
        }
        self.watch.renew();
        self.remove_unfinished();
        Ok(file)
    }

    /// Removes what killed programs were writing. With the lock.
    fn remove_unfinished(&self) {
        for file in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            if file.file_name().to_string_lossy().starts_with(UNFINISHED) {
                // What cannot be removed does no harm.
                let _ = fs::remove_file(file.path());
            }
        }
    }

    /// Writes a file whole, or not at all. With the lock.
    pub(super) fn write(&self, path: &Path, text: &str) -> Result<(), BankError> {
        let write = || -> io::Result<()> {
            unfinished_file(&self.folder, text)?.persist(path)?;
            self.sync_folder()
        };
        write().map_err(|source| BankError::Io { path: path.to_owned(), source })
    }

    fn remove(&self, stem: &str) -> Result<(), BankError> {
        let path = self.path(stem);
        fs::remove_file(&path)
            .and_then(|()| self.sync_folder())
            .map_err(|source| BankError::Io { path: path.clone(), source })
    }

    /// Makes names last as well, where the system has a way.
    fn sync_folder(&self) -> io::Result<()> {
        if cfg!(unix) { File::open(&self.folder)?.sync_all() } else { Ok(()) }
    }
}

impl Stamp {
    /// The stamp of a file that was written long enough ago that its next version has another one.
    fn of(metadata: &fs::Metadata) -> Option<Self> {
        let modified = metadata.modified().ok()?;
        let is_settled = modified.elapsed().is_ok_and(|age| age > CLOCK_TICK);
        is_settled.then_some(Self { modified, length_bytes: metadata.len() })
    }
}

impl Entry {
    fn is_named(&self, name: &str) -> bool {
        self.preset.as_ref().is_ok_and(|preset| preset.about.name == name)
    }
}

/// A file with this text, on the disk, that is named when it is persisted.
pub(crate) fn unfinished_file(folder: &Path, text: &str) -> io::Result<NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(UNFINISHED);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // As any file that a user makes: what others may do with it is the user's to say.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// The text of a file, unless it is too long for a preset.
pub(super) fn read_limited(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(MAX_FILE_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_FILE_BYTES {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is too long for a preset"));
    }
    Ok(text)
}
