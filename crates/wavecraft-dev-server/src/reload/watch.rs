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
    use std::time::{Duration, Instant};

    use super::*;

    const PATIENCE: Duration = Duration::from_secs(10);

    /// Whether a save is noticed in a project that nothing else happens in.
    fn is_noticed(save: impl FnOnce(&Path)) -> bool {
        let project = tempfile::tempdir().unwrap();
        let root = project.path();
        fs::create_dir_all(root.join("src/deep")).unwrap();
        for file in ["src/deep/dsp.rs", "src/deep/.dsp.rs.new", "Cargo.toml", "aside"] {
            fs::write(root.join(file), "").unwrap();
        }
        let (changed, changes) = mpsc::channel();
        let sources = [root.join("src"), root.join("Cargo.toml"), root.join("build.rs")];
        let _watch = SourceWatch::start(&sources, move || changed.send(()).unwrap()).unwrap();
        save(root);
        changes.recv_timeout(PATIENCE).is_ok()
    }

    #[test]
    fn a_file_that_is_written_over_is_noticed() {
        assert!(is_noticed(|root| fs::write(root.join("src/deep/dsp.rs"), "written over").unwrap()));
    }

    #[test]
    fn a_file_that_is_put_in_the_place_of_another_is_noticed() {
        let replace =
            |root: &Path| fs::rename(root.join("src/deep/.dsp.rs.new"), root.join("src/deep/dsp.rs"));
        assert!(is_noticed(|root| replace(root).unwrap()));
    }

    #[test]
    fn a_single_file_that_another_is_put_in_the_place_of_is_noticed() {
        assert!(is_noticed(|root| fs::rename(root.join("aside"), root.join("Cargo.toml")).unwrap()));
    }

    #[test]
    fn a_file_that_was_not_there_before_is_noticed() {
        assert!(is_noticed(|root| fs::write(root.join("build.rs"), "fn main() {}").unwrap()));
    }

    #[test]
    fn a_new_folder_is_noticed() {
        assert!(is_noticed(|root| fs::create_dir(root.join("src/new")).unwrap()));
    }

    #[test]
    fn what_concerns_no_source_is_not_noticed() {
        let project = tempfile::tempdir().unwrap();
        let root = project.path();
        fs::create_dir(root.join("src")).unwrap();
        let (changed, changes) = mpsc::channel();
        let sources = [root.join("src"), root.join("Cargo.toml")];
        let _watch = SourceWatch::start(&sources, move || changed.send(Instant::now()).unwrap()).unwrap();
        fs::write(root.join("README.md"), "beside a single source").unwrap();
        fs::write(root.join("src/.dsp.rs.swp"), "an editor's own").unwrap();
        // Changes come in order: what is noticed first is the source.
        let saved = Instant::now();
        fs::write(root.join("src/dsp.rs"), "a source").unwrap();
        assert!(changes.recv_timeout(PATIENCE).unwrap() >= saved);
    }

    #[test]
    fn files_of_editors_are_no_sources() {
        for name in [".dsp.rs.swp", "#dsp.rs#", "dsp.rs~"] {
            assert!(is_passing(Path::new(name)), "{name}");
        }
        assert!(!is_passing(Path::new("/home/.config/plugin/src/dsp.rs")));
    }
}
