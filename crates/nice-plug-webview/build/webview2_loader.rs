//! Microsoft's WebView2Loader.dll, which the library carries where MinGW links it.
//!
//! The crate webview2-com-sys ships it. Cargo does not tell a build script where its package's dependencies are, so cargo
//! is asked about a package of its own that has this one dependency.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The crate that ships the DLL, in the version that wry stands on.
const VERSION: &str = "0.39.1";

/// The DLL's name, here and where the library finds it.
const DLL: &str = "WebView2Loader.dll";

/// Whether the library that is being built carries the DLL. Microsoft's own linker takes a static library in its place.
pub fn is_wanted() -> bool {
    crate::variable("CARGO_CFG_TARGET_OS") == "windows" && crate::variable("CARGO_CFG_TARGET_ENV") == "gnu"
}

/// Puts the DLL where the library takes it from.
pub fn provide(out: &Path) {
    let folder = match crate::variable("CARGO_CFG_TARGET_ARCH").as_str() {
        "x86_64" => "x64",
        "x86" => "x86",
        "aarch64" => "arm64",
        other => crate::fail(&format!("WebView2 does not exist for {other}")),
    };
    let shipped = crate_folder(out).join(folder).join(DLL);
    if let Err(error) = fs::copy(&shipped, out.join(DLL)) {
        crate::fail(&format!("{} cannot be copied: {error}", shipped.display()));
    }
}

/// Where cargo has put the crate that ships the DLL.
fn crate_folder(out: &Path) -> PathBuf {
    let asking = out.join("webview2-loader");
    let manifest = asking.join("Cargo.toml");
    let text = format!(
        "[workspace]\n\n[package]\nname = \"webview2-loader\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [lib]\npath = \"lib.rs\"\n\n[dependencies]\nwebview2-com-sys = \"={VERSION}\"\n"
    );
    let written = fs::create_dir_all(&asking)
        .and_then(|()| fs::write(&manifest, text))
        .and_then(|()| fs::write(asking.join("lib.rs"), ""));
    if let Err(error) = written {
        crate::fail(&format!("{} cannot be written: {error}", manifest.display()));
    }
    // What is built here has the crate as well, so that cargo has it by now and as a rule needs no network.
    let said = metadata(&manifest, &["--offline"]).or_else(|_| metadata(&manifest, &[]));
    let said = said.unwrap_or_else(|complaint| {
        crate::fail(&format!("cargo does not find the crate webview2-com-sys {VERSION}:\n{complaint}"))
    });
    manifest_path(&said)
        .and_then(|manifest| manifest.parent().map(Path::to_owned))
        .unwrap_or_else(|| crate::fail("cargo does not say where the crate webview2-com-sys is"))
}

fn metadata(manifest: &Path, options: &[&str]) -> Result<String, String> {
    let mut command = Command::new(crate::variable("CARGO"));
    command.args(["metadata", "--format-version", "1", "--manifest-path"]).arg(manifest).args(options);
    let output = command.output().map_err(|error| format!("cargo does not start: {error}"))?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The crate's manifest in what `cargo metadata` says. A library that reads JSON would be built for every target, to find
/// one text: the package's description begins with name and version, and the next manifest is its own.
fn manifest_path(metadata: &str) -> Option<PathBuf> {
    let (_, package) = metadata.split_once("{\"name\":\"webview2-com-sys\",\"version\":")?;
    let (_, path) = package.split_once("\"manifest_path\":\"")?;
    let (path, _) = path.split_once('"')?;
    Some(PathBuf::from(path.replace("\\\\", "\\")))
}
