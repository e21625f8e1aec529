//! A copy of this workspace, whose sources may be edited while the development server plays what is built from them.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::children;
use crate::dev_server::DevServer;
use crate::sound_servers::silent_environment;

/// What is no source of the plugin, and is not copied.
const LEFT_OUT: [&str; 5] = ["target", "ui", "node_modules", ".git", ".venv"];

/// The sources, with a target folder of their own that is kept from run to run. One at a time has it.
pub struct WorkspaceCopy {
    root: PathBuf,
    target: PathBuf,
    _claim: File,
    _turn: MutexGuard<'static, ()>,
}

impl WorkspaceCopy {
    /// The sources as they are, and the library built from them, in a folder below `parent`, which is cargo's folder for
    /// tests.
    pub fn new(parent: &str) -> Self {
        static TURN: Mutex<()> = Mutex::new(());
        let turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = Path::new(parent).join("dev_server_reload");
        fs::create_dir_all(&folder).expect("the target folder is ours");
        let claim = File::create(folder.join("lock")).expect("the target folder is ours");
        claim.lock().expect("the system can lock files");
        let (root, target) = (folder.join("workspace"), folder.join("target"));
        copy_sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(".."), &root);
        // As `cargo xtask dev` does: if it is missing, cargo builds anew on each occasion.
        fs::create_dir_all(root.join("ui/dist")).expect("the copy is ours");
        let workspace = Self { root, target, _claim: claim, _turn: turn };
        workspace.build();
        workspace
    }

    /// Builds the library, as the server does when a source was saved.
    pub fn build(&self) {
        let mut build = Command::new(env!("CARGO"));
        build.args(self.build_arguments()).env("CARGO_TARGET_DIR", &self.target);
        children::hide_package(&mut build);
        let output = build.output().expect("cargo starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// Forgets all that was built: the next build begins from nothing.
    pub fn forget_builds(&self) {
        fs::remove_dir_all(&self.target).expect("the target folder is ours");
    }

    /// The library that was built last.
    pub fn library(&self) -> PathBuf {
        let name = format!("{}wavecraft{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
        self.target.join("live").join(name)
    }

    /// As `cargo xtask dev` has them.
    fn build_arguments(&self) -> Vec<String> {
        let manifest = self.root.join("Cargo.toml").display().to_string();
        ["rustc", "--package", "wavecraft", "--lib", "--crate-type", "cdylib", "--no-default-features"]
            .into_iter()
            .chain(["--profile", "live", "--message-format", "json"])
            .chain(["--manifest-path", &manifest])
            .map(str::to_owned)
            .collect()
    }

    /// A server that plays a tone through the plugin into a file, with its own files in `folder`.
    pub fn serve_tone(&self, folder: &Path, recording: &Path) -> DevServer {
        let recording = recording.display().to_string();
        let environment = silent_environment(folder);
        self.serve(folder, environment, &["--input", "sine:1000", "--output", &recording])
    }

    /// A server with these options that builds what is saved and plays it, with its copies of libraries in `folder`.
    pub fn serve(
        &self,
        folder: &Path,
        mut environment: Vec<(&'static str, String)>,
        options: &[&str],
    ) -> DevServer {
        // Cargo finds what it has downloaded by it.
        environment.retain(|(name, _)| *name != "HOME");
        environment.extend(std::env::var("HOME").map(|home| ("HOME", home)));
        environment.push(("CARGO_TARGET_DIR", self.target.display().to_string()));
        let copies = folder.join("copies").display().to_string();
        let sources = self.root.join("src").display().to_string();
        let mut options = options.to_vec();
        options.extend(["--copies-dir", &copies, "--watch", &sources, "--", env!("CARGO")]);
        let build = self.build_arguments();
        options.extend(build.iter().map(String::as_str));
        DevServer::start_with_library(&self.library(), &environment, &options)
    }

    /// Holds cargo's lock on a folder of the target folder, as each of its runs does that builds there.
    pub fn hold_cargo_lock(&self, profile: &str) -> File {
        let folder = self.target.join(profile);
        fs::create_dir_all(&folder).expect("the target folder is ours");
        let lock = File::create(folder.join(".cargo-lock")).expect("the target folder is ours");
        lock.lock().expect("the system can lock files");
        lock
    }

    /// Changes a source in one place, as an editor would.
    pub fn edit(&self, file: &str, from: &str, to: &str) {
        let path = self.root.join(file);
        let source = fs::read_to_string(&path).expect("the source is there");
        assert!(source.contains(from), "{file} no longer has {from:?}, which is to be edited");
        fs::write(path, source.replacen(from, to, 1)).expect("the copy is ours");
    }
}

/// Copies what has changed: what has not keeps its time, so that it is not built again. What is gone is removed.
fn copy_sources(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("the target folder is ours");
    for entry in fs::read_dir(to).expect("it is there").flatten() {
        if !from.join(entry.file_name()).exists() {
            let path = entry.path();
            let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
            removed.expect("the copy is ours");
        }
    }
    for entry in fs::read_dir(from).expect("the sources are there").flatten() {
        if LEFT_OUT.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        let (source, copy) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy_sources(&source, &copy);
        } else {
            let content = fs::read(&source).expect("the source is there");
            if fs::read(&copy).ok().as_ref() != Some(&content) {
                fs::write(&copy, content).expect("the copy is ours");
            }
        }
    }
}
