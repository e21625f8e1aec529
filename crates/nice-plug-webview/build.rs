//! Builds the program that shows pages on Linux, so that the library can carry it.
//!
//! The program is a package of its own, with dependencies of its own. Its sources are copied to the folder that cargo gives
//! this script, and built there; nothing is written anywhere else. On Windows, `webview2_loader` finds what is carried there.

#[path = "build/webview2_loader.rs"]
mod webview2_loader;

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::{Command, exit};
use std::{env, fs, io};

/// What the helper links, and the packages that bring it along for the developer.
const LIBRARY: &str = "webkit2gtk-4.1";
const PACKAGES: &str =
    "Debian, Ubuntu: libwebkit2gtk-4.1-dev; Fedora: webkit2gtk4.1-devel; Arch: webkit2gtk-4.1";

/// The folder of the helper's own sources.
const SOURCES: &str = "helper/src";

/// The helper's manifest and lock file, and their names where the helper is built.
const MANIFESTS: [(&str, &str); 2] =
    [("helper/Cargo.toml.in", "helper/Cargo.toml"), ("helper/Cargo.lock.in", "helper/Cargo.lock")];

/// The sources of the library that the helper compiles as well. It finds them from its own.
const SHARED: [&str; 5] =
    ["src/limits.rs", "src/linux/messages.rs", "src/linux/wire.rs", "src/origin.rs", "src/script_message.rs"];

/// The variables that say which WebKitGTK is linked.
const VARIABLES: [&str; 2] = ["PKG_CONFIG", "PKG_CONFIG_PATH"];

/// What folders of this machine are called in the helper: cargo's own, and the one that the helper is built in.
const CARGO_FOLDER: &str = "cargo";
const HELPER_FOLDER: &str = "nice-plug-webview-helper";

/// The finished helper, and the file beside it that tells what it was built from.
const PROGRAM: &str = "helper";
const DIGEST: &str = "helper.digest";

fn main() {
    let manifests = MANIFESTS.iter().map(|(path, _)| *path);
    for path in ["build.rs", "build", SOURCES].into_iter().chain(manifests).chain(SHARED) {
        println!("cargo::rerun-if-changed={path}");
    }
    for name in VARIABLES {
        println!("cargo::rerun-if-env-changed={name}");
    }
    let out = PathBuf::from(variable("OUT_DIR"));
    if webview2_loader::is_wanted() {
        webview2_loader::provide(&out);
    }
    let is_wanted = env::var_os("CARGO_FEATURE_LINUX_HELPER").is_some();
    if !is_wanted || variable("CARGO_CFG_TARGET_OS") != "linux" {
        return;
    }
    check_library();
    let files =
        files().unwrap_or_else(|error| fail(&format!("the helper's sources cannot be read: {error}")));
    let digest = digest(&files);
    if is_finished(&out, &digest) {
        return;
    }
    let program = built_elsewhere(&out, &digest).unwrap_or_else(|| build_helper(&out, &files));
    if let Err(error) = finish(&program, &out, &digest) {
        fail(&format!("{} cannot be copied: {error}", program.display()));
    }
}

/// Says at once what is missing, instead of after some minutes among the messages of a dependency.
fn check_library() {
    let pkg_config = env::var_os("PKG_CONFIG").unwrap_or_else(|| "pkg-config".into());
    let found = Command::new(&pkg_config).args(["--exists", "--print-errors", LIBRARY]).output();
    match found {
        Ok(output) if output.status.success() => {}
        Ok(output) => fail(&format!(
            "the feature `linux-helper` needs the development files of {LIBRARY} ({PACKAGES}).\n{}",
            String::from_utf8_lossy(&output.stderr)
        )),
        Err(error) => fail(&format!(
            "the feature `linux-helper` needs pkg-config and the development files of {LIBRARY} ({PACKAGES}): \
             {} does not start: {error}",
            Path::new(&pkg_config).display()
        )),
    }
}

/// All that the helper is built from: each file's path where it is built, in order, and what is in it.
fn files() -> io::Result<Vec<(PathBuf, Vec<u8>)>> {
    let mut paths: Vec<(PathBuf, PathBuf)> =
        MANIFESTS.iter().map(|(from, to)| (from.into(), to.into())).collect();
    let mut sources: Vec<PathBuf> = SHARED.iter().map(PathBuf::from).collect();
    for entry in fs::read_dir(SOURCES)? {
        sources.push(entry?.path());
    }
    sources.sort();
    paths.extend(sources.into_iter().map(|path| (path.clone(), path)));
    paths.into_iter().map(|(from, to)| Ok((to, fs::read(from)?))).collect()
}

/// A number that tells whether another build would come to the same.
fn digest(files: &[(PathBuf, Vec<u8>)]) -> String {
    let mut hasher = DefaultHasher::new();
    files.hash(&mut hasher);
    let compiler = Command::new(variable("RUSTC")).arg("-vV").output().map(|output| output.stdout);
    compiler.unwrap_or_default().hash(&mut hasher);
    variable("TARGET").hash(&mut hasher);
    VARIABLES.map(env::var_os).hash(&mut hasher);
    [CARGO_FOLDER, HELPER_FOLDER].hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Whether a build script's folder has the helper that a digest stands for.
fn is_finished(out: &Path, digest: &str) -> bool {
    fs::read_to_string(out.join(DIGEST)).is_ok_and(|finished| finished == digest)
}

/// The helper as this script has built it for another profile or another set of features: it is always the same, and takes
/// a minute or two. Those builds are looked for where cargo puts them, which is `<target folder>/<profile>/build/<package>/out`.
/// Where cargo puts them elsewhere, none is found, and the helper is built.
fn built_elsewhere(out: &Path, digest: &str) -> Option<PathBuf> {
    let package = env!("CARGO_PKG_NAME");
    let target_folder = out.ancestors().nth(4)?;
    let builds = fs::read_dir(target_folder).ok()?.flatten().filter_map(|profile| {
        let builds = fs::read_dir(profile.path().join("build")).ok()?;
        Some(builds.flatten().filter(|build| build.file_name().to_string_lossy().starts_with(package)))
    });
    let mut outs = builds.flatten().map(|build| build.path().join("out"));
    outs.find(|other| is_finished(other, digest)).map(|other| other.join(PROGRAM))
}

/// Puts the helper where the library takes it from. The digest comes last, so that nobody takes a half-written helper.
fn finish(program: &Path, out: &Path, digest: &str) -> io::Result<()> {
    if let Err(error) = fs::remove_file(out.join(DIGEST))
        && error.kind() != io::ErrorKind::NotFound
    {
        return Err(error);
    }
    fs::copy(program, out.join(PROGRAM))?;
    fs::write(out.join(DIGEST), digest)
}

/// Builds the helper with all optimisations, whatever the profile: its work is starting quickly and being small.
fn build_helper(out: &Path, files: &[(PathBuf, Vec<u8>)]) -> PathBuf {
    let sources = out.join("sources");
    if let Err(error) = copy_sources(&sources, files) {
        fail(&format!("the helper's sources cannot be copied to {}: {error}", sources.display()));
    }
    let target_folder = out.join("target");
    let (target, host) = (variable("TARGET"), variable("HOST"));

    let mut command = Command::new(variable("CARGO"));
    command.args(["build", "--release", "--locked"]);
    command.arg("--manifest-path").arg(sources.join("helper/Cargo.toml"));
    command.arg("--target-dir").arg(&target_folder);
    // The user's settings may name a folder for what comes before the results.
    command.env("CARGO_BUILD_BUILD_DIR", &target_folder);
    let mut output = target_folder;
    if target != host {
        command.args(["--target", &target]);
        output.push(&target);
    }
    // The settings of the build around this one, such as a linter in the compiler's place or instrumentation.
    for name in [
        "CARGO_BUILD_TARGET",
        "CARGO_ENCODED_RUSTFLAGS",
        "CARGO_MAKEFLAGS",
        "RUSTC_WORKSPACE_WRAPPER",
        "RUSTFLAGS",
    ] {
        command.env_remove(name);
    }
    command.env("CARGO_ENCODED_RUSTFLAGS", hide_folders(out));
    match command.status() {
        Ok(status) if status.success() => output.join("release/nice-plug-webview-helper"),
        Ok(_) => fail(
            "the helper of nice-plug-webview does not build; the messages above say why. Its crates come from crates.io, \
             which takes the network the first time",
        ),
        Err(error) => fail(&format!("cargo does not start: {error}")),
    }
}

/// Arguments for the compiler that keep the names of this machine's folders out of the helper, so that it is the same
/// wherever it is built.
fn hide_folders(out: &Path) -> String {
    let cargo = env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo = cargo.or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let folders =
        cargo.map(|folder| (folder, CARGO_FOLDER)).into_iter().chain([(out.to_owned(), HELPER_FOLDER)]);
    let arguments: Vec<String> =
        folders.map(|(folder, name)| format!("--remap-path-prefix={}={name}", folder.display())).collect();
    arguments.join("\x1f")
}

/// Writes the files that differ: cargo builds anew what comes from a file with a new time.
fn copy_sources(folder: &Path, files: &[(PathBuf, Vec<u8>)]) -> io::Result<()> {
    for (path, content) in files {
        let path = folder.join(path);
        if fs::read(&path).is_ok_and(|there| there == *content) {
            continue;
        }
        fs::create_dir_all(path.parent().unwrap_or(folder))?;
        fs::write(&path, content)?;
    }
    Ok(())
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| fail(&format!("cargo has not set {name}")))
}

fn fail(message: &str) -> ! {
    for line in message.trim().lines() {
        println!("cargo::error={line}");
    }
    exit(1)
}
