use std::fs;
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use plugin_test_support::is_under_wine;

use super::places::is_passing;
use super::*;

const PATIENCE: Duration = Duration::from_secs(10);

/// A project, and what is noticed in it.
struct Project {
    // Goes before the folder does: Wine keeps what is watched, and Rust's standard library tries again for ever.
    watch: SourceWatch,
    folder: tempfile::TempDir,
    changes: mpsc::Receiver<Instant>,
    /// Longer than a change takes to be noticed.
    quiet: Duration,
}

impl Project {
    fn new() -> Self {
        Self::prepared(false, |_| ["src", "Cargo.toml", "build.rs"].map(PathBuf::from).to_vec())
    }

    /// `prepare` gets the project's folder, and returns its sources, from there.
    fn prepared(polls: bool, prepare: impl FnOnce(&Path) -> Vec<PathBuf>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("project");
        fs::create_dir_all(root.join("src/deep")).unwrap();
        for file in ["src/deep/dsp.rs", "src/deep/.dsp.rs.new", "Cargo.toml", "aside"] {
            fs::write(root.join(file), "").unwrap();
        }
        let sources = prepare(&root).into_iter().map(|source| root.join(source)).collect();
        let (changed, changes) = mpsc::channel();
        let watch =
            SourceWatch::start(sources, polls, move || changed.send(Instant::now()).unwrap_or_default())
                .unwrap();
        let quiet = Duration::from_millis(150) + if polls { POLL_INTERVAL } else { Duration::ZERO };
        Self { watch, folder, changes, quiet }
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("project")
    }

    /// Whether a save is noticed. Nothing that was noticed before counts.
    fn notices(&self, save: impl FnOnce(&Path)) -> bool {
        self.settle();
        let saved = Instant::now();
        save(&self.root());
        let left = || PATIENCE.saturating_sub(saved.elapsed());
        while let Ok(noticed) = self.changes.recv_timeout(left()) {
            if noticed >= saved {
                return true;
            }
        }
        false
    }

    /// Waits until what has happened is over: nothing more of it comes, and the watch has done what it was asked for.
    fn settle(&self) {
        while self.changes.recv_timeout(self.quiet).is_ok() {}
    }

    fn notices_dsp(&self) -> bool {
        self.notices(|root| fs::write(root.join("src/dsp.rs"), "a source").unwrap())
    }
}

#[test]
fn a_file_that_is_written_over_is_noticed() {
    let save = |root: &Path| fs::write(root.join("src/deep/dsp.rs"), "written over").unwrap();
    assert!(Project::new().notices(save));
}

#[test]
fn a_file_that_is_put_in_the_place_of_another_is_noticed_each_time() {
    let project = Project::new();
    for _ in 0..3 {
        assert!(project.notices(|root| {
            fs::write(root.join("src/deep/.dsp.rs.new"), "").unwrap();
            fs::rename(root.join("src/deep/.dsp.rs.new"), root.join("src/deep/dsp.rs")).unwrap();
        }));
        assert!(project.notices(|root| {
            fs::write(root.join("aside"), "").unwrap();
            fs::rename(root.join("aside"), root.join("Cargo.toml")).unwrap();
        }));
    }
}

#[test]
fn a_file_that_was_not_there_before_is_noticed() {
    assert!(Project::new().notices(|root| fs::write(root.join("build.rs"), "fn main() {}").unwrap()));
}

#[test]
fn a_file_that_goes_and_comes_again_is_noticed_each_time() {
    // As `git stash` and a change of branches do it.
    let project = Project::new();
    for file in ["src/deep/dsp.rs", "Cargo.toml"] {
        for _ in 0..2 {
            assert!(project.notices(|root| fs::remove_file(root.join(file)).unwrap()), "{file}");
            assert!(project.notices(|root| fs::write(root.join(file), "1").unwrap()), "{file}");
        }
    }
}

#[test]
fn a_new_folder_is_noticed_and_so_is_what_comes_into_it() {
    let project = Project::new();
    assert!(project.notices(|root| fs::create_dir(root.join("src/new")).unwrap()));
    assert!(project.notices(|root| fs::write(root.join("src/new/gain.rs"), "").unwrap()));
}

#[test]
fn what_concerns_no_source_is_not_noticed() {
    let project = Project::new();
    fs::write(project.root().join("README.md"), "beside a single source").unwrap();
    fs::write(project.root().join("src/.dsp.rs.swp"), "an editor's own").unwrap();
    fs::create_dir(project.root().join("target")).unwrap();
    // Changes come in order: what is noticed first is the source.
    let saved = Instant::now();
    fs::write(project.root().join("src/dsp.rs"), "a source").unwrap();
    assert!(project.changes.recv_timeout(PATIENCE).unwrap() >= saved);
}

#[test]
fn files_of_editors_are_no_sources() {
    for name in [".dsp.rs.swp", "#dsp.rs#", "dsp.rs~"] {
        assert!(is_passing(Path::new(name)), "{name}");
    }
    assert!(!is_passing(Path::new("/home/.config/plugin/src/dsp.rs")));
}

#[test]
fn a_folder_of_sources_that_goes_and_comes_again_is_watched_again() {
    if is_under_wine() {
        // There, a folder that is removed keeps its name until nobody watches it.
        return;
    }
    let project = Project::new();
    for _ in 0..3 {
        assert!(project.notices(|root| fs::remove_dir_all(root.join("src")).unwrap()));
        assert!(project.notices(|root| fs::create_dir(root.join("src")).unwrap()));
        assert!(project.notices_dsp());
        assert!(project.notices_dsp(), "and goes on being watched");
    }
}

#[test]
fn a_folder_of_sources_that_another_is_put_in_the_place_of_is_watched_again() {
    let project = Project::new();
    assert!(project.notices(|root| {
        fs::create_dir(root.join("new")).unwrap();
        fs::rename(root.join("src"), root.join("old")).unwrap();
        fs::rename(root.join("new"), root.join("src")).unwrap();
    }));
    assert!(project.notices_dsp());
    assert!(project.notices(|root| fs::create_dir_all(root.join("src/deep")).unwrap()));
    assert!(project.notices(|root| fs::write(root.join("src/deep/dsp.rs"), "").unwrap()));
}

/// Windows renames no folder while another in it is watched.
#[cfg(unix)]
#[test]
fn a_project_that_goes_and_comes_again_is_watched_again() {
    let project = Project::new();
    let aside = project.folder.path().join("elsewhere");
    assert!(project.notices(|root| fs::rename(root, &aside).unwrap()));
    assert!(project.notices(|root| fs::rename(&aside, root).unwrap()));
    assert!(project.notices_dsp());
    assert!(project.notices(|root| fs::remove_dir_all(root).unwrap()));
    assert!(project.notices(|root| fs::create_dir_all(root.join("src")).unwrap()));
    assert!(project.notices_dsp());
}

#[test]
fn a_source_far_below_a_folder_that_is_replaced_is_watched_again() {
    let project = Project::prepared(false, |root| {
        fs::create_dir_all(root.join("crates/gain/src")).unwrap();
        vec!["crates/gain/src".into(), "crates/gain/Cargo.toml".into()]
    });
    assert!(project.notices(|root| {
        fs::rename(root.join("crates"), root.join("old")).unwrap();
        fs::create_dir_all(root.join("crates/gain/src")).unwrap();
    }));
    for file in ["crates/gain/src/lib.rs", "crates/gain/Cargo.toml", "crates/gain/src/lib.rs"] {
        assert!(project.notices(|root| fs::write(root.join(file), "").unwrap()), "{file}");
    }
}

#[test]
fn what_is_added_is_watched_from_then_on() {
    let project = Project::new();
    let outside = project.folder.path().join("outside");
    fs::create_dir(&outside).unwrap();
    fs::write(outside.join("table.txt"), "").unwrap();
    project.watch.add(vec![outside.join("table.txt")]);
    assert!(project.notices(|_| fs::write(outside.join("table.txt"), "1").unwrap()));
    assert!(project.notices_dsp());
}

#[cfg(unix)]
mod links {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn sources_behind_links_are_watched_where_they_lie() {
        let project = Project::prepared(false, |root| {
            let elsewhere = root.join("../elsewhere");
            fs::create_dir_all(elsewhere.join("shared")).unwrap();
            fs::write(elsewhere.join("table.rs"), "").unwrap();
            fs::rename(root.join("src"), elsewhere.join("src")).unwrap();
            symlink("../elsewhere/src", root.join("src")).unwrap();
            symlink("../shared", elsewhere.join("src/shared")).unwrap();
            symlink("../table.rs", elsewhere.join("src/table.rs")).unwrap();
            // A link that leads around in a circle ends nothing.
            symlink("..", elsewhere.join("src/deep/up")).unwrap();
            vec!["src".into()]
        });
        let elsewhere = project.folder.path().join("elsewhere");
        for file in ["src/dsp.rs", "shared/gain.rs", "table.rs", "src/deep/dsp.rs"] {
            assert!(project.notices(|_| fs::write(elsewhere.join(file), "1").unwrap()), "{file}");
        }
        // As an editor saves that keeps links.
        assert!(project.notices(|_| {
            fs::write(elsewhere.join(".table.rs.new"), "").unwrap();
            fs::rename(elsewhere.join(".table.rs.new"), elsewhere.join("table.rs")).unwrap();
        }));
    }

    #[test]
    fn a_link_that_leads_elsewhere_from_now_on_is_followed() {
        let project = Project::prepared(false, |root| {
            for version in ["one", "two"] {
                fs::create_dir(root.join(version)).unwrap();
                fs::write(root.join("..").join(version), "").unwrap();
            }
            fs::remove_dir_all(root.join("src")).unwrap();
            symlink("one", root.join("src")).unwrap();
            vec!["src".into()]
        });
        assert!(project.notices(|root| {
            symlink("two", root.join("new")).unwrap();
            fs::rename(root.join("new"), root.join("src")).unwrap();
        }));
        assert!(project.notices(|root| fs::write(root.join("two/dsp.rs"), "").unwrap()));
        // The same of a single file among the sources, and of one that was no link before.
        assert!(project.notices(|root| symlink("../../one", root.join("two/table.rs")).unwrap()));
        assert!(project.notices(|root| fs::write(root.join("../one"), "1").unwrap()));
        assert!(project.notices(|root| {
            symlink("../../two", root.join("new")).unwrap();
            fs::rename(root.join("new"), root.join("two/table.rs")).unwrap();
        }));
        assert!(project.notices(|root| fs::write(root.join("../two"), "2").unwrap()));
    }
}

#[test]
fn without_events_sources_are_looked_at() {
    let project = Project::prepared(true, |_| vec!["src".into(), "Cargo.toml".into()]);
    let dsp = |root: &Path| root.join("src/deep/dsp.rs");
    // However soon after the last one, of however old a file, and without a change of the length.
    for content in ["one", "two", "three"] {
        assert!(project.notices(|root| fs::write(dsp(root), content).unwrap()), "{content}");
    }
    assert!(project.notices(|root| {
        let file = fs::File::options().write(true).open(dsp(root)).unwrap();
        file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000)).unwrap();
    }));
    assert!(project.notices(|root| fs::write(root.join("Cargo.toml"), "[package]").unwrap()));
    assert!(project.notices(|root| fs::remove_dir_all(root.join("src")).unwrap()));
    assert!(project.notices(|root| fs::create_dir(root.join("src")).unwrap()));
    assert!(project.notices_dsp());
    let outside = project.folder.path().join("table.txt");
    fs::write(&outside, "").unwrap();
    project.watch.add(vec![outside.clone()]);
    // Added alone it is no change, and neither is what an editor puts beside a source.
    project.settle();
    fs::write(project.root().join("src/.dsp.rs.swp"), "").unwrap();
    assert!(project.changes.recv_timeout(3 * POLL_INTERVAL).is_err());
    assert!(project.notices(|_| fs::write(&outside, "1").unwrap()));
}

#[test]
fn whoever_looks_by_itself_says_why_and_what_to_do() {
    let io_error = |number| ErrorKind::Io(io::Error::from_raw_os_error(number));
    for (reason, words) in [
        (PollReason::of(ErrorKind::MaxFilesWatch), "sudo sysctl fs.inotify.max_user_watches="),
        (PollReason::of(ErrorKind::Generic("no".to_owned())), "does not tell of changes (no)"),
        (PollReason::SilentFileSystem("9p".to_owned(), "/mnt/c/plugin".into()), "/mnt/c/plugin is on 9p"),
    ] {
        let text = reason.to_string();
        assert!(text.starts_with("sources are looked at every 0.5 s: ") && text.contains(words), "{text}");
    }
    if cfg!(target_os = "linux") {
        let text = PollReason::of(io_error(24)).to_string();
        assert!(text.contains("sudo sysctl fs.inotify.max_user_instances="), "{text}");
    }
    assert!(matches!(PollReason::of(io_error(13)), PollReason::Other(_)));
}
