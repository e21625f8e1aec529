//! The program from outside, on every system: what it says and how it ends.
#![cfg(feature = "audio")]
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use std::process::Command;

#[test]
fn a_port_that_is_taken_is_said_so() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = Command::new(env!("CARGO_BIN_EXE_wavecraft-dev-server"))
        .args(["--port", &port, "--no-audio", "--no-ui"])
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("--port takes another port"), "{said}");
}

#[test]
fn devices_are_listed() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_wavecraft-dev-server")).arg("--list-devices").output().unwrap();
    assert!(output.status.success());
    assert!(String::from_utf8_lossy(&output.stdout).contains("input device"));
}
