//! `cargo xtask page`, and the built page of other commands: made by Vite when its sources are newer, and left alone
//! otherwise, so that it can be used where there is no Node.js.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Instant, SystemTime};

use anyhow::{Context, Result};

use crate::process;
use crate::project::Project;
use crate::report;
use crate::setup::{self, Need, page_packages};

/// What lies in the page's folder and is no source of it.
const NOT_SOURCES: [&str; 3] = ["dist", "node_modules", "tests"];

/// Builds the page, and says where it is.
pub fn run() -> Result<ExitCode> {
    let project = Project::load()?;
    let built = ensure_built(&project)?;
    println!("{}", Project::shown(&built));
    Ok(ExitCode::SUCCESS)
}

/// Builds the page unless it is up to date, and returns its folder.
pub fn ensure_built(project: &Project) -> Result<PathBuf> {
    let folder = &project.plugin.page_folder;
    let built = folder.join("dist");
    if is_up_to_date(folder, &built)? {
        return Ok(built);
    }
    setup::ensure(project, &[Need::Page])?;
    let started = Instant::now();
    report::status("Building", "the page");
    let mut build = page_packages::npm(project);
    build.args(["run", "--silent", "build"]);
    process::run_quietly(&mut build, "build the page")?;
    report::status("Built", format_args!("the page in {}", report::duration(started.elapsed())));
    Ok(built)
}

/// Makes the folder of the built page, empty, where no page was built yet.
///
/// The plugin's build script has cargo watch that folder. Were it missing, cargo would run the script and compile the plugin
/// anew on each occasion, changed or not.
pub fn make_folder(project: &Project) -> Result<()> {
    let folder = &project.plugin.page_folder;
    if !folder.join("package.json").is_file() {
        return Ok(());
    }
    let built = folder.join("dist");
    fs::create_dir_all(&built).with_context(|| format!("could not make {}", built.display()))
}

/// Whether the built page is newer than everything that it is made of.
fn is_up_to_date(folder: &Path, built: &Path) -> Result<bool> {
    let Ok(built_at) = fs::metadata(built.join("index.html")).and_then(|index| index.modified()) else {
        return Ok(false);
    };
    Ok(newest_change(folder)? < built_at)
}

fn newest_change(folder: &Path) -> Result<SystemTime> {
    let mut newest = SystemTime::UNIX_EPOCH;
    let entries =
        fs::read_dir(folder).with_context(|| format!("could not look into {}", folder.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("could not look into {}", folder.display()))?;
        let path = entry.path();
        let metadata = entry.metadata().with_context(|| format!("could not look at {}", path.display()))?;
        let changed = if metadata.is_dir() {
            if NOT_SOURCES.iter().any(|name| entry.file_name() == *name) {
                continue;
            }
            // The folder's own time tells of files that are gone; not at the top, where the build itself is put.
            newest_change(&path)?.max(metadata.modified()?)
        } else {
            metadata.modified()?
        };
        newest = newest.max(changed);
    }
    Ok(newest)
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::time::Duration;

    use super::*;

    fn set_time(path: &Path, seconds: u64) {
        let file = if path.is_dir() { File::open(path) } else { File::options().append(true).open(path) };
        file.unwrap().set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).unwrap();
    }

    /// A page whose sources are of second 10, and whose build is of second 20.
    fn built_page() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for name in ["src/main.tsx", "dist/index.html", "node_modules/react.js", "tests/page.test.ts"] {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, "").unwrap();
        }
        set_time(&folder.path().join("src/main.tsx"), 10);
        set_time(&folder.path().join("src"), 10);
        set_time(&folder.path().join("dist/index.html"), 20);
        folder
    }

    fn is_current(folder: &tempfile::TempDir) -> bool {
        is_up_to_date(folder.path(), &folder.path().join("dist")).unwrap()
    }

    #[test]
    fn a_build_newer_than_its_sources_is_up_to_date() {
        assert!(is_current(&built_page()));
    }

    #[test]
    fn a_changed_source_asks_for_a_build() {
        let folder = built_page();
        set_time(&folder.path().join("src/main.tsx"), 30);
        assert!(!is_current(&folder));
    }

    #[test]
    fn a_removed_source_asks_for_a_build() {
        let folder = built_page();
        set_time(&folder.path().join("src"), 30);
        assert!(!is_current(&folder));
    }

    #[test]
    fn without_a_build_there_is_one_to_make() {
        let folder = built_page();
        fs::remove_file(folder.path().join("dist/index.html")).unwrap();
        assert!(!is_current(&folder));
    }
}
