//! Where to watch for changes of sources.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use notify::event::ModifyKind;
use notify::{Event, EventKind, RecursiveMode};

/// What is watched for some sources, as they lie now, and what an event there means.
///
/// A folder that is removed takes its watch along, and one that comes in its place has none. So the folders around each
/// source are watched as well, up to that of the project.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Places {
    /// What is watched, by its real path.
    watched: BTreeMap<PathBuf, Depth>,
    /// Folders of sources, by their real paths.
    folders: BTreeSet<PathBuf>,
    /// Files that are sources.
    files: BTreeSet<PathBuf>,
    /// What may be replaced so that other places have to be watched: sources, the folders around them, and links.
    pivots: BTreeSet<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Depth {
    Itself,
    All,
}

impl Places {
    /// The places of folders, with all below them, and of files. One that is not there is waited for.
    pub fn of(sources: &[PathBuf]) -> Self {
        let mut places = Self::default();
        for source in sources {
            let source = std::path::absolute(source).unwrap_or_else(|_| source.clone());
            places.add_surroundings(&source);
            match source.canonicalize() {
                Ok(real) if real.is_dir() => {
                    places.watch(&real, Depth::All);
                    places.add_links(&real, &mut BTreeSet::new());
                    places.folders.insert(real);
                }
                Ok(real) => places.add_file(&real),
                Err(_) => {}
            }
        }
        // What lies in a folder that is watched with all below it is watched already; once more would end that.
        let deep: Vec<PathBuf> = places
            .watched
            .iter()
            .filter(|(_, depth)| **depth == Depth::All)
            .map(|(path, _)| path.clone())
            .collect();
        places
            .watched
            .retain(|path, _| !deep.iter().any(|folder| path != folder && path.starts_with(folder)));
        places
    }

    /// What to watch, and how deep.
    pub fn watched(&self) -> impl Iterator<Item = (&Path, RecursiveMode)> {
        self.watched.iter().map(|(path, depth)| {
            (
                path.as_path(),
                if *depth == Depth::All { RecursiveMode::Recursive } else { RecursiveMode::NonRecursive },
            )
        })
    }

    /// Whether an event tells that a source has changed.
    pub fn concern(&self, event: &Event) -> bool {
        event.paths.iter().any(|path| {
            !is_passing(path)
                && (self.files.contains(path) || self.folders.iter().any(|folder| path.starts_with(folder)))
        })
    }

    /// Whether other places may have to be watched after an event.
    pub fn are_changed_by(&self, event: &Event) -> bool {
        let comes_or_goes = matches!(
            event.kind,
            EventKind::Create(_)
                | EventKind::Remove(_)
                | EventKind::Modify(ModifyKind::Name(_))
                | EventKind::Any
                | EventKind::Other
        );
        let is_link = |path: &Path| fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
        comes_or_goes
            && event.paths.iter().any(|path| {
                self.pivots.contains(path)
                    || self.watched.contains_key(path)
                    || (self.folders.iter().any(|folder| path.starts_with(folder)) && is_link(path))
            })
    }

    /// The folders around a source up to that of its project, the nearest that is there in any case, and where links on the
    /// way to it lie.
    fn add_surroundings(&mut self, source: &Path) {
        let is_project = |folder: &&Path| folder.join("Cargo.toml").is_file();
        let project = source.ancestors().skip(1).filter(is_project).last();
        let mut is_anchored = false;
        for path in source.ancestors() {
            let (Some(parent), Some(name)) = (path.parent(), path.file_name()) else { return };
            let is_within = project.is_some_and(|project| parent.starts_with(project));
            let is_link = fs::symlink_metadata(path).is_ok_and(|metadata| metadata.is_symlink());
            if (is_anchored && !is_within && !is_link) || !parent.is_dir() {
                continue;
            }
            is_anchored = true;
            if let Ok(parent) = parent.canonicalize() {
                self.pivots.insert(parent.join(name));
                if path == source {
                    self.files.insert(parent.join(name));
                }
                self.watch(&parent, Depth::Itself);
            }
        }
    }

    /// Editors put a new file in the place of the old one, which ends a watch of the file itself.
    fn add_file(&mut self, file: &Path) {
        self.files.insert(file.to_owned());
        if let Some(folder) = file.parent() {
            self.watch(folder, Depth::Itself);
        }
    }

    /// Links below a folder: what is written through a link is changed where the file itself lies.
    fn add_links(&mut self, folder: &Path, seen: &mut BTreeSet<PathBuf>) {
        // Links may lead to one another's folders.
        if !folder.canonicalize().is_ok_and(|real| seen.insert(real)) {
            return;
        }
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
            if is_link {
                self.pivots.insert(path.clone());
            }
            match path.canonicalize() {
                // A link to a folder around the sources leads to what is built, which is no source.
                Ok(real) if is_link && folder.starts_with(&real) => {}
                Ok(real) if real.is_dir() => {
                    if is_link {
                        self.watch(&real, Depth::All);
                        self.folders.insert(real);
                    }
                    self.add_links(&path, seen);
                }
                Ok(real) if is_link => self.add_file(&real),
                _ => {}
            }
        }
    }

    fn watch(&mut self, path: &Path, depth: Depth) {
        let known = self.watched.entry(path.to_owned()).or_insert(depth);
        *known = depth.max(*known);
    }
}

/// Whether it is a file that editors make for the time of editing.
pub(super) fn is_passing(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with('.') || name.starts_with('#') || name.ends_with('~')
}
