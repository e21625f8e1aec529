//! Where the things under test are.

use std::path::PathBuf;

/// The folder with the bundles, as `cargo xtask test` leaves them.
pub fn folder() -> PathBuf {
    let folder = std::env::var_os("WAVECRAFT_BUNDLE_DIR").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/bundled")),
        PathBuf::from,
    );
    assert!(folder.is_dir(), "no bundles in {}: run these tests with `cargo xtask test`", folder.display());
    folder
}

/// The CLAP bundle.
pub fn clap() -> PathBuf {
    folder().join("Wavecraft.clap")
}

/// The VST3 bundle.
pub fn vst3() -> PathBuf {
    folder().join("Wavecraft.vst3")
}

/// The library inside of the CLAP bundle: on Linux and Windows the bundle itself.
pub fn library() -> PathBuf {
    if cfg!(target_os = "macos") { clap().join("Contents/MacOS/Wavecraft") } else { clap() }
}

/// The folder with the bundles for Windows, as the stage of the tests for Windows leaves them.
pub fn windows_folder() -> PathBuf {
    let folder = std::env::var_os("WAVECRAFT_WINDOWS_BUNDLE_DIR").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/platforms/bundled")),
        PathBuf::from,
    );
    assert!(folder.is_dir(), "no bundles in {}: run these tests with `cargo xtask test`", folder.display());
    folder
}

/// The CLAP bundle for Windows.
pub fn windows_clap() -> PathBuf {
    windows_folder().join("Wavecraft.clap")
}

/// The VST3 bundle for Windows.
pub fn windows_vst3() -> PathBuf {
    windows_folder().join("Wavecraft.vst3")
}

/// The standalone program for Windows.
pub fn windows_program() -> PathBuf {
    windows_folder().join("Wavecraft.exe")
}

/// The setup for Windows, as the stage of the tests for Windows has made it.
pub fn windows_setup() -> PathBuf {
    PathBuf::from(
        std::env::var_os("WAVECRAFT_WINDOWS_SETUP")
            .expect("`cargo xtask test --stage windows` says where the setup is"),
    )
}

/// The standalone program.
pub fn program() -> PathBuf {
    if cfg!(target_os = "macos") {
        folder().join("Wavecraft.app/Contents/MacOS/Wavecraft")
    } else {
        folder().join(format!("Wavecraft{}", std::env::consts::EXE_SUFFIX))
    }
}
