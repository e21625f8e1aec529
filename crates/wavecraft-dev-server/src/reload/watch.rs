//! Notices that a source was saved.

use std::path::{Path, PathBuf};

use notify::{EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tracing::{debug, warn};

/// Watches sources until it is dropped.
pub(super) struct SourceWatch {
    _watcher: RecommendedWatcher,
}

impl SourceWatch {
    /// Calls `changed` after each change below a folder of `sources`, and of each file among them. It is called on a
    /// thread of its own, several times for one save. A source that does not exist is watched for if its folder does.
    pub fn start(sources: &[PathBuf], changed: impl Fn() + Send + 'static) -> notify::Result<Self> {
        let (folders, files): (Vec<PathBuf>, Vec<PathBuf>) =
            sources.iter().map(|source| absolute(source)).partition(|source| source.is_dir());
        let mut watched: Vec<(PathBuf, RecursiveMode)> =
            folders.iter().map(|folder| (folder.clone(), RecursiveMode::Recursive)).collect();
        for file in &files {
            // Editors put a new file in the place of the old one, which ends a watch of the file itself.
            if let Some(folder) = file.parent() {
                let is_watched = watched.iter().any(|(watched, _)| watched == folder);
                if folder.is_dir() && !is_watched {
                    watched.push((folder.to_owned(), RecursiveMode::NonRecursive));
                }
            }
        }
        let concerns = move |path: &PathBuf| {
            !is_passing(path)
                && (files.contains(path) || folders.iter().any(|folder| path.starts_with(folder)))
        };
        let mut watcher =
            notify::recommended_watcher(move |event: notify::Result<notify::Event>| match event {
                Ok(event) if matches!(event.kind, EventKind::Access(_)) => {}
                Ok(event) if event.need_rescan() || event.paths.iter().any(&concerns) => {
                    debug!(?event, "a source has changed");
                    changed();
                }
                Ok(_) => {}
                Err(error) => warn!("a source may have changed unseen: {error}"),
            })?;
        for (path, mode) in watched {
            watcher.watch(&path, mode)?;
        }
        Ok(Self { _watcher: watcher })
    }
}

/// The path under which changes are reported.
fn absolute(path: &Path) -> PathBuf {
    path.canonicalize().or_else(|_| std::path::absolute(path)).unwrap_or_else(|_| path.to_owned())
}

/// Whether it is a file that editors make for the time of editing.
fn is_passing(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with('.') || name.starts_with('#') || name.ends_with('~')
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::mpsc;
    use std::time::Duration;

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(10);

    #[test]
    fn what_is_saved_is_noticed_in_whichever_way() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        fs::create_dir_all(root.join("src/deep")).unwrap();
        fs::write(root.join("src/deep/dsp.rs"), "").unwrap();
        fs::write(root.join("Cargo.toml"), "").unwrap();
        let (changed, changes) = mpsc::channel();
        let sources = [root.join("src"), root.join("Cargo.toml"), root.join("build.rs")];
        let _watch = SourceWatch::start(&sources, move || changed.send(()).unwrap()).unwrap();
        let noticed = |what: &str| {
            assert!(changes.recv_timeout(PATIENCE).is_ok(), "{what}");
            // What else comes of the same save is over when a save of something else is noticed.
            while changes.try_recv().is_ok() {}
        };
        fs::write(root.join("src/deep/dsp.rs"), "written over").unwrap();
        noticed("a file that was written over");
        fs::write(root.join("src/deep/.dsp.rs.new"), "beside").unwrap();
        fs::rename(root.join("src/deep/.dsp.rs.new"), root.join("src/deep/dsp.rs")).unwrap();
        noticed("a file that was put in its place");
        fs::write(root.join("aside"), "beside").unwrap();
        fs::rename(root.join("aside"), root.join("Cargo.toml")).unwrap();
        noticed("a single file that was put in its place");
        fs::write(root.join("build.rs"), "fn main() {}").unwrap();
        noticed("a file that was not there before");
        fs::create_dir(root.join("src/new")).unwrap();
        noticed("a new folder");
    }

    #[test]
    fn files_of_editors_are_no_sources() {
        for name in [".dsp.rs.swp", "#dsp.rs#", "dsp.rs~"] {
            assert!(is_passing(Path::new(name)), "{name}");
        }
        assert!(!is_passing(Path::new("/home/.config/plugin/src/dsp.rs")));
    }
}
