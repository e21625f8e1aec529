//! Starting a program whose bytes are in memory.

use std::fs::File;
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::Child;

use rustix::fs::{MemfdFlags, memfd_create};

/// Starts a program whose bytes are in memory, without leaving a file; `start` starts the one at a path.
///
/// # Errors
///
/// The system neither executes memory nor has a folder for a program.
pub fn start_from_memory(program: &[u8], start: &dyn Fn(&Path) -> io::Result<Child>) -> io::Result<Child> {
    let from_memory = memory_file(program).and_then(|file| {
        // The child still has the descriptor when the path is looked up; exec closes it.
        start(Path::new(&format!("/proc/self/fd/{}", file.as_raw_fd())))
    });
    from_memory.or_else(|error| {
        tracing::debug!("the helper cannot be started from memory ({error}), so from a file");
        start_from_file(program, start)
    })
}

fn memory_file(content: &[u8]) -> io::Result<File> {
    let mut file = File::from(memfd_create(c"nice-plug-webview-helper", MemfdFlags::CLOEXEC)?);
    file.write_all(content)?;
    Ok(file)
}

/// For systems that forbid to execute memory: a file that only this user can use, gone as soon as the program runs.
fn start_from_file(program: &[u8], start: &dyn Fn(&Path) -> io::Result<Child>) -> io::Result<Child> {
    let folder = std::env::var_os("XDG_RUNTIME_DIR").map_or_else(std::env::temp_dir, PathBuf::from);
    let mut result = Err(io::Error::other("no folder for the helper"));
    // The runtime folder may forbid programs; the temporary one less often does.
    for folder in [folder, std::env::temp_dir()] {
        let path =
            folder.join(format!("nice-plug-webview-helper-{}-{:p}", std::process::id(), &raw const result));
        let written = File::options()
            .write(true)
            .create_new(true)
            .mode(0o700)
            .open(&path)
            .and_then(|mut file| file.write_all(program));
        result = written.and_then(|()| start_when_closed(&path, start));
        let _ = std::fs::remove_file(&path);
        if result.is_ok() {
            break;
        }
    }
    result
}

/// Starts a program that was just written. Another thread of the host that forks at this moment holds the file open a
/// little longer, and an open file cannot be executed.
fn start_when_closed(path: &Path, start: &dyn Fn(&Path) -> io::Result<Child>) -> io::Result<Child> {
    let mut result = start(path);
    for _ in 0..50 {
        match &result {
            Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy => {
                std::thread::sleep(std::time::Duration::from_millis(2));
                result = start(path);
            }
            _ => break,
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    fn a_program() -> Vec<u8> {
        std::fs::read("/proc/self/exe").unwrap()
    }

    /// Starts this test program such that it lists its tests, which is quickly done.
    fn start(program: &Path) -> io::Result<Child> {
        Command::new(program).arg("--list").stdout(Stdio::null()).spawn()
    }

    #[test]
    fn a_program_starts_from_memory() {
        let file = memory_file(&a_program()).unwrap();

        let mut child = start(Path::new(&format!("/proc/self/fd/{}", file.as_raw_fd()))).unwrap();

        assert!(child.wait().unwrap().success());
    }

    #[test]
    fn a_program_starts_from_a_file_that_is_gone_at_once() {
        let used = std::cell::RefCell::new(PathBuf::new());

        let mut child = start_from_file(&a_program(), &|path| {
            *used.borrow_mut() = path.to_owned();
            start(path)
        })
        .unwrap();

        assert!(!used.borrow().exists());
        assert!(child.wait().unwrap().success());
    }
}
