//! What keeps the compiler from working on more threads than there are processors, as cargo does: a pipe with a byte for each
//! further thread, which the compiler takes one from and gives back.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread;

use nix::sys::stat::Mode;
use nix::unistd::mkfifo;

/// The variable in which the compiler looks for it.
pub(super) const VARIABLE: &str = "CARGO_MAKEFLAGS";

/// A pipe with a name, until it is dropped.
pub(super) struct JobServer {
    path: PathBuf,
    /// What was written stays there while it is open.
    pipe: File,
}

impl JobServer {
    /// Makes one in `folder`, in the place of what an earlier build has left there.
    ///
    /// # Errors
    ///
    /// When the folder is not there, or its file system has no pipes.
    pub fn create(folder: &Path) -> io::Result<Self> {
        let path = folder.join("jobs");
        super::removed(&path)?;
        mkfifo(&path, Mode::S_IRUSR | Mode::S_IWUSR)?;
        // Opened for one direction alone, it would wait for the other.
        let pipe = File::options().read(true).write(true).open(&path)?;
        // The compiler has one thread in any case.
        let further_threads = thread::available_parallelism().map_or(0, |threads| threads.get() - 1);
        let mut server = Self { path, pipe };
        server.pipe.write_all(&vec![b'+'; further_threads])?;
        Ok(server)
    }

    /// The value of [`VARIABLE`].
    pub fn flags(&self) -> String {
        format!("-j --jobserver-auth=fifo:{}", self.path.display())
    }
}

impl Drop for JobServer {
    fn drop(&mut self) {
        // The next one removes what is left.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    #[test]
    fn there_is_a_byte_for_each_further_processor_and_nothing_is_left() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("jobs"), "left").unwrap();
        let mut server = JobServer::create(folder.path()).unwrap();
        assert!(server.flags().ends_with("/jobs"));
        let further_threads = thread::available_parallelism().unwrap().get() - 1;
        server.pipe.write_all(b"end").unwrap();
        let mut bytes = vec![0; further_threads + 3];
        server.pipe.read_exact(&mut bytes).unwrap();
        assert_eq!(bytes, [vec![b'+'; further_threads], b"end".to_vec()].concat());
        drop(server);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
