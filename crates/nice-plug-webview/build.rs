//! Builds the program that shows pages on Linux, so that the library can carry it.

use std::path::{Path, PathBuf};
use std::process::{Command, exit};
use std::{env, fs};

/// What the helper links, and the packages that bring it along for the developer.
const LIBRARY: &str = "webkit2gtk-4.1";
const PACKAGES: &str =
    "Debian, Ubuntu: libwebkit2gtk-4.1-dev; Fedora: webkit2gtk4.1-devel; Arch: webkit2gtk-4.1";

/// The sources that the helper compiles as well.
const SHARED: [&str; 5] =
    ["src/limits.rs", "src/linux/messages.rs", "src/linux/wire.rs", "src/origin.rs", "src/script_message.rs"];

fn main() {
    for path in ["build.rs", "helper/Cargo.toml", "helper/Cargo.lock", "helper/src"].into_iter().chain(SHARED)
    {
        println!("cargo::rerun-if-changed={path}");
    }
    for name in ["PKG_CONFIG", "PKG_CONFIG_PATH"] {
        println!("cargo::rerun-if-env-changed={name}");
    }
    let is_wanted = env::var_os("CARGO_FEATURE_LINUX_HELPER").is_some();
    if !is_wanted || variable("CARGO_CFG_TARGET_OS") != "linux" {
        return;
    }
    check_library();
    let out = PathBuf::from(variable("OUT_DIR"));
    let program = build_helper(&out);
    if let Err(error) = fs::copy(&program, out.join("helper")) {
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

/// Builds the helper with all optimisations, whatever the profile: its work is starting quickly and being small.
fn build_helper(out: &Path) -> PathBuf {
    let folder = PathBuf::from(variable("CARGO_MANIFEST_DIR")).join("helper");
    let target_folder = shared_folder(out).join("nice-plug-webview-helper");
    let (target, host) = (variable("TARGET"), variable("HOST"));

    let mut command = Command::new(variable("CARGO"));
    command.args(["build", "--release", "--locked", "--manifest-path"]).arg(folder.join("Cargo.toml"));
    command.arg("--target-dir").arg(&target_folder);
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
    match command.status() {
        Ok(status) if status.success() => output.join("release/nice-plug-webview-helper"),
        Ok(_) => {
            fail("the helper in crates/nice-plug-webview/helper does not build; the messages above say why")
        }
        Err(error) => fail(&format!("cargo does not start: {error}")),
    }
}

/// A folder that all profiles and sets of features share, so that the helper is built once: the target folder. Cargo puts
/// `out` at `<target folder>[/<target>]/<profile>/build/<package>/out`.
fn shared_folder(out: &Path) -> &Path {
    out.ancestors()
        .find(|folder| folder.ends_with("build"))
        .and_then(|build| build.parent()?.parent())
        .unwrap_or(out)
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
