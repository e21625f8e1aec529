//! Which programs and servers there are.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::process;
use crate::system::System;

/// Name and version of each, or that it is not there.
pub fn programs() -> Vec<(String, String)> {
    let mut rows = vec![
        row("Rust", version("rustc", "rustc ")),
        row("cargo", version("cargo", "cargo ")),
        row("Node.js", version("node", "v")),
        row("npm", version(if cfg!(windows) { "npm.cmd" } else { "npm" }, "")),
        row("git", version("git", "git version ")),
    ];
    if System::current().is_linux() {
        rows.push(row("X server", Some(x_server(|name| std::env::var(name).ok()))));
        let folder = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
        let servers = sound_servers(folder.as_deref(), Path::new("/dev/shm"));
        let servers = if servers.is_empty() {
            "none runs; ALSA's devices are used".to_owned()
        } else {
            servers.join(", ")
        };
        rows.push(row("sound server", Some(servers)));
    }
    rows
}

fn row(name: &str, value: Option<String>) -> (String, String) {
    (name.to_owned(), value.unwrap_or_else(|| "not found".to_owned()))
}

/// What a program says when it is asked for its version, without the words before the number.
fn version(program: &str, before: &str) -> Option<String> {
    let said = process::output_of(Command::new(program).arg("--version"))?;
    let line = said.lines().next()?.trim();
    Some(line.strip_prefix(before).unwrap_or(line).to_owned())
}

fn x_server(variable: impl Fn(&str) -> Option<String>) -> String {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let Some(display) = set("DISPLAY") else {
        return "none here (DISPLAY is not set): windows open in tests alone".to_owned();
    };
    if set("WAYLAND_DISPLAY").is_some() { format!("{display}, under Wayland") } else { display }
}

/// The sound servers that run for this user, seen by the sockets and the shared memory that they listen at.
fn sound_servers(runtime_folder: Option<&Path>, shared_memory: &Path) -> Vec<&'static str> {
    let has_socket = |name: &str| runtime_folder.is_some_and(|folder| folder.join(name).exists());
    let mut servers = Vec::new();
    if has_socket("pipewire-0") {
        servers.push("PipeWire");
    } else if has_socket("pulse/native") {
        servers.push("PulseAudio");
    }
    let is_jack = |entry: std::fs::DirEntry| entry.file_name().to_string_lossy().starts_with("jack_default");
    if std::fs::read_dir(shared_memory).is_ok_and(|entries| entries.filter_map(Result::ok).any(is_jack)) {
        servers.push("JACK");
    }
    servers
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn sound_servers_are_seen_by_what_they_listen_at() {
        let folder = tempfile::tempdir().unwrap();
        let (runtime, memory) = (folder.path().join("runtime"), folder.path().join("memory"));
        fs::create_dir_all(runtime.join("pulse")).unwrap();
        fs::create_dir_all(&memory).unwrap();
        assert!(sound_servers(Some(&runtime), &memory).is_empty());
        fs::write(runtime.join("pulse/native"), "").unwrap();
        assert_eq!(sound_servers(Some(&runtime), &memory), ["PulseAudio"]);
        // PipeWire speaks PulseAudio's protocol as well.
        fs::write(runtime.join("pipewire-0"), "").unwrap();
        fs::write(memory.join("jack_default_0_0"), "").unwrap();
        assert_eq!(sound_servers(Some(&runtime), &memory), ["PipeWire", "JACK"]);
        assert!(sound_servers(None, &runtime).is_empty());
    }

    #[test]
    fn without_an_x_server_the_variable_is_named() {
        let with =
            |display: &'static str| x_server(move |name| (name == "DISPLAY").then(|| display.to_owned()));
        assert_eq!(with(":0"), ":0");
        assert!(with("").contains("DISPLAY is not set"));
    }

    #[test]
    fn a_programs_version_is_the_number_alone() {
        assert!(version("cargo", "cargo ").unwrap().starts_with(|letter: char| letter.is_ascii_digit()));
        assert_eq!(version("no-program-bears-this-name", ""), None);
    }
}
