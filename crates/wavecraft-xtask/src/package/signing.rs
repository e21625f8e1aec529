//! Signatures, where there is a certificate; where there is none, that is said.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context, Result};

use crate::files;
use crate::process;
use crate::report;

/// The file (PKCS #12) with the certificate and key that sign for Windows, and its password.
const WINDOWS_CERTIFICATE: &str = "WINDOWS_CERTIFICATE";
const WINDOWS_PASSWORD: &str = "WINDOWS_CERTIFICATE_PASSWORD";

/// The address of a server that attests the time, without which a signature ends with its certificate.
const WINDOWS_TIME: &str = "WINDOWS_TIMESTAMP_URL";

/// Signs a program, a library or a setup for Windows: by `signtool` there, by `osslsigncode` elsewhere.
pub fn sign_for_windows(path: &Path, name: &str) -> Result<()> {
    let Some(certificate) = variable(WINDOWS_CERTIFICATE) else {
        say_once(format_args!(
            "nothing: {WINDOWS_CERTIFICATE} names no certificate, so Windows will warn of the setup"
        ));
        return Ok(());
    };
    let password = variable(WINDOWS_PASSWORD).unwrap_or_default();
    let purpose = format!("sign {}", path.display());
    if cfg!(windows) {
        let mut sign = Command::new("signtool");
        sign.args(["sign", "/fd", "sha256", "/d", name, "/f"]).arg(certificate).arg("/p").arg(password);
        if let Some(server) = variable(WINDOWS_TIME) {
            sign.arg("/tr").arg(server).args(["/td", "sha256"]);
        }
        return process::run_quietly(sign.arg(path), &purpose);
    }
    let signed = path.with_added_extension("signed");
    files::remove(&signed)?;
    let mut sign = Command::new("osslsigncode");
    sign.args(["sign", "-h", "sha256", "-n", name, "-pkcs12"]).arg(certificate).arg("-pass").arg(password);
    if let Some(server) = variable(WINDOWS_TIME) {
        sign.arg("-ts").arg(server);
    }
    process::run_quietly(sign.arg("-in").arg(path).arg("-out").arg(&signed), &purpose)?;
    std::fs::rename(&signed, path).with_context(|| format!("could not replace {}", path.display()))
}

/// A variable that is set and not empty.
pub fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// Says what is not signed, once for a whole package.
pub fn say_once(message: std::fmt::Arguments) {
    static SAID: AtomicBool = AtomicBool::new(false);
    if !SAID.swap(true, Ordering::Relaxed) {
        report::status("Signing", message);
    }
}
