//! The user's presets: a folder that any number of programs use at once.
//!
//! What is no preset, or cannot be read, is never written over.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, SystemTime};

use super::file_name;
use super::preset_file::{PresetFile, PresetFileError, checked_name};
use super::watch::{BankSubscription, BankWatch};
use super::{EXTENSION, MAX_FILE_BYTES};
use crate::shared_folder::{FolderError, FolderLock};

/// How long a file's time may stay the same while it is written again: FAT, the coarsest of file systems, counts in steps of
/// two seconds. What was read sooner after it was written is read once more the next time.
const CLOCK_TICK: Duration = Duration::from_secs(2);

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

impl From<FolderError> for BankError {
    fn from(error: FolderError) -> Self {
        match error {
            FolderError::Busy(folder) => Self::Busy(folder),
            FolderError::Io { path, source } => Self::Io { path, source },
        }
    }
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
        let lock = self.lock()?;
        let entries = self.list()?;
        let namesake = entries.iter().find(|entry| entry.is_named(&preset.about.name));
        let stem = match namesake {
            Some(_) if !replace => return Err(BankError::Exists(preset.about.name.clone())),
            Some(entry) => entry.stem.clone(),
            None => self.free_stem(&preset.about.name, &entries),
        };
        lock.write(&self.path(&stem), &preset.text())?;
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
        let lock = self.lock()?;
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
            lock.write(&self.path(stem), &preset.text())?;
            self.notify();
            return Ok(stem.to_owned());
        }
        lock.write(&self.path(&renamed), &preset.text())?;
        lock.remove(&self.path(stem))?;
        self.notify();
        Ok(renamed)
    }

    /// Deletes a preset's file.
    ///
    /// # Errors
    ///
    /// [`BankError`]; nothing was changed then.
    pub fn delete(&self, stem: &str) -> Result<(), BankError> {
        let lock = self.lock()?;
        if !self.list()?.iter().any(|entry| entry.stem == stem) {
            return Err(BankError::Missing(stem.to_owned()));
        }
        lock.remove(&self.path(stem))?;
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

    /// The right to change the folder.
    pub(super) fn lock(&self) -> Result<FolderLock, BankError> {
        let lock = FolderLock::take(&self.folder)?;
        self.watch.renew();
        Ok(lock)
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

/// The text of a file, unless it is too long for a preset.
pub(super) fn read_limited(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?.take(MAX_FILE_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_FILE_BYTES {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it is too long for a preset"));
    }
    Ok(text)
}
