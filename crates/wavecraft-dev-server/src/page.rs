//! Where the page comes from: a folder with its build, or Vite, which runs as a child.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};

/// The port that Vite serves on unless it is told otherwise.
const VITE_PORT: u16 = 5173;

/// Runs the page's own server until standard input ends, as it does when this program has ended in whichever way; then
/// ends the whole group. Vite itself gets an input that never ends: it takes an end for a wish to stop.
#[cfg(unix)]
const WATCHED_VITE: &str = "tail -f /dev/null | npm run dev -- --strictPort &\n\
                            cat > /dev/null\n\
                            trap '' TERM\n\
                            kill -s TERM -- -$$\n\
                            sleep 0.3\n\
                            kill -s KILL -- -$$\n";

/// The page that is served.
#[derive(Debug, Default)]
pub enum Page {
    /// None: pages come from elsewhere.
    #[default]
    None,
    /// A built page, which this server delivers itself.
    Built(PathBuf),
    /// Vite, with hot module reload.
    Vite(ViteProcess),
}

/// Vite as a child. It ends when this is dropped, and also when this program is killed.
#[derive(Debug)]
pub struct ViteProcess {
    child: Child,
    /// Its end is what ends the child.
    alive: Option<ChildStdin>,
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum PageError {
    /// There is no build to serve.
    #[error("{} has no built page; build it first, or leave --release out", .0.display())]
    NotBuilt(PathBuf),
    /// Vite was not started.
    #[error("the page's own server was not started: {0}; install Node.js, or use --no-ui")]
    NotStarted(#[source] io::Error),
}

impl Page {
    /// The page of a folder: its build, or Vite if it has a script `dev`. Where there is neither, there is no page.
    ///
    /// `shows_output` lets Vite speak to the terminal.
    ///
    /// # Errors
    ///
    /// [`PageError`]; the server can go on without a page.
    pub fn open(folder: &Path, built: bool, shows_output: bool) -> Result<Self, PageError> {
        if !has_dev_script(folder) && !folder.join("dist").is_dir() {
            return Ok(Self::None);
        }
        if built {
            let build = folder.join("dist");
            if !build.join("index.html").is_file() {
                return Err(PageError::NotBuilt(build));
            }
            return Ok(Self::Built(build));
        }
        if !has_dev_script(folder) {
            return Ok(Self::None);
        }
        ViteProcess::start(folder, shows_output).map(Self::Vite).map_err(PageError::NotStarted)
    }

    /// The folder that this server delivers.
    pub fn folder(&self) -> Option<&Path> {
        match self {
            Self::Built(folder) => Some(folder),
            Self::None | Self::Vite(_) => None,
        }
    }

    /// Where to open the page, given the server's own address.
    pub fn url(&self, server: &str) -> Option<String> {
        match self {
            Self::None => None,
            Self::Built(_) => Some(format!("http://{server}/")),
            Self::Vite(_) => Some(format!("http://localhost:{VITE_PORT}/")),
        }
    }

    /// The ports of other servers that deliver the page.
    pub fn ports() -> [u16; 1] {
        [VITE_PORT]
    }
}

impl ViteProcess {
    #[cfg(unix)]
    fn start(folder: &Path, shows_output: bool) -> io::Result<Self> {
        use std::os::unix::process::CommandExt;

        let mut command = Command::new("sh");
        command.args(["-c", WATCHED_VITE]);
        // A group of its own: what Vite starts is ended with it, and Ctrl-C reaches this program alone.
        command.process_group(0);
        Self::spawn(&mut command, folder, shows_output)
    }

    #[cfg(not(unix))]
    fn start(folder: &Path, shows_output: bool) -> io::Result<Self> {
        let mut command = Command::new("cmd");
        command.args(["/C", "npm run dev -- --strictPort"]);
        Self::spawn(&mut command, folder, shows_output)
    }

    fn spawn(command: &mut Command, folder: &Path, shows_output: bool) -> io::Result<Self> {
        let stdout = if shows_output { Stdio::inherit() } else { Stdio::null() };
        let mut child = command.current_dir(folder).stdin(Stdio::piped()).stdout(stdout).spawn()?;
        let alive = child.stdin.take();
        Ok(Self { child, alive })
    }
}

impl Drop for ViteProcess {
    fn drop(&mut self) {
        drop(self.alive.take());
        // Elsewhere the end of its input does not end it.
        #[cfg(not(unix))]
        {
            let id = self.child.id().to_string();
            let _ = Command::new("taskkill").args(["/T", "/F", "/PID", &id]).output();
        }
        // Whatever it ended with is of no interest; that it has ended is.
        let _ = self.child.wait();
    }
}

fn has_dev_script(folder: &Path) -> bool {
    let manifest = fs::read_to_string(folder.join("package.json")).unwrap_or_default();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap_or_default();
    manifest["scripts"]["dev"].is_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_page_there_is_none() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(Page::open(folder.path(), false, false), Ok(Page::None)));
        assert!(matches!(Page::open(folder.path(), true, false), Ok(Page::None)));
    }

    #[test]
    fn a_built_page_is_served_from_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("dist")).unwrap();
        assert!(matches!(Page::open(folder.path(), true, false), Err(PageError::NotBuilt(_))));
        fs::write(folder.path().join("dist/index.html"), "").unwrap();
        let page = Page::open(folder.path(), true, false).unwrap();
        assert_eq!(page.folder(), Some(folder.path().join("dist").as_path()));
        assert_eq!(page.url("127.0.0.1:9000").as_deref(), Some("http://127.0.0.1:9000/"));
    }
}
