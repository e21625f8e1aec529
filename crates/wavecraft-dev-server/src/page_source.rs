//! Where the page comes from: a folder with its build, or Vite, which runs as a child.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep;

/// The ports for Vite, in the order of preference: the first is the one that it takes by itself.
const VITE_PORTS: std::ops::Range<u16> = 5173..5193;

/// In which variable of its environment the page finds the address of the protocol, while Vite serves it.
const SERVER_VARIABLE: &str = "VITE_WAVECRAFT_SERVER";

/// How often is looked whether Vite answers, or has ended.
const READINESS_INTERVAL: Duration = Duration::from_millis(50);

/// Runs the page's own server, and ends its whole group as soon as standard input ends, as it does when this program has
/// ended in whichever way. Vite has the same input: it takes the end for a wish to stop.
#[cfg(unix)]
const WATCHED_VITE: &str = "exec 3<&0\n\
                            (\n\
                            cat <&3 > /dev/null\n\
                            trap '' TERM\n\
                            kill -s TERM -- -$$\n\
                            sleep 0.3\n\
                            kill -s KILL -- -$$\n\
                            ) &\n\
                            npm run dev -- --strictPort --port \"$1\" <&3\n";

/// Where the page comes from.
#[derive(Debug, Default)]
pub enum PageSource {
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
    child: Arc<Mutex<Child>>,
    port: u16,
    /// Its end is what ends the child.
    alive: Option<ChildStdin>,
}

/// Why there is no page.
#[derive(Debug, thiserror::Error)]
pub enum PageSourceError {
    /// There is no build to serve.
    #[error("{} has no built page; build it first, or leave --release out", .0.display())]
    NotBuilt(PathBuf),
    /// No port is left for Vite.
    #[error(
        "the page's own server was not started: the ports {} to {} are all taken; end what listens there",
        VITE_PORTS.start,
        VITE_PORTS.end - 1
    )]
    NoPort,
    /// Vite has ended.
    #[error("the page's own server ended with {0}; -v shows what it says")]
    Ended(ExitStatus),
    /// Vite was not started.
    #[error("the page's own server was not started: {0}; install Node.js, or use --no-ui")]
    NotStarted(#[source] io::Error),
}

impl PageSource {
    /// The page of a folder: its build, or Vite if it has a script `dev`. Where there is neither, there is no page.
    ///
    /// `server` is where the page finds the protocol; `shows_output` lets Vite speak to the terminal.
    ///
    /// # Errors
    ///
    /// [`PageSourceError`]; the server can go on without a page.
    pub fn open(
        folder: &Path,
        built: bool,
        server: SocketAddr,
        shows_output: bool,
    ) -> Result<Self, PageSourceError> {
        if !has_dev_script(folder) && !folder.join("dist").is_dir() {
            return Ok(Self::None);
        }
        if built {
            let build = folder.join("dist");
            if !build.join("index.html").is_file() {
                return Err(PageSourceError::NotBuilt(build));
            }
            return Ok(Self::Built(build));
        }
        if !has_dev_script(folder) {
            return Ok(Self::None);
        }
        ViteProcess::start(folder, server, shows_output).map(Self::Vite)
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
            Self::Vite(vite) => Some(format!("http://127.0.0.1:{}/", vite.port)),
        }
    }

    /// The port of another server that delivers the page: Vite's.
    pub fn port(&self) -> Option<u16> {
        match self {
            Self::None | Self::Built(_) => None,
            Self::Vite(vite) => Some(vite.port),
        }
    }

    /// Something to wait for until the page can be opened.
    pub fn readiness(&self) -> PageReadiness {
        match self {
            Self::None | Self::Built(_) => PageReadiness(None),
            Self::Vite(vite) => PageReadiness(Some((Arc::clone(&vite.child), vite.port))),
        }
    }
}

/// A page that may still be starting.
#[derive(Debug)]
pub struct PageReadiness(Option<(Arc<Mutex<Child>>, u16)>);

impl PageReadiness {
    /// Returns as soon as the page can be opened.
    ///
    /// # Errors
    ///
    /// [`PageSourceError::Ended`] when it never will.
    pub async fn wait(self) -> Result<(), PageSourceError> {
        let Some((child, port)) = self.0 else { return Ok(()) };
        let answer = async {
            while !answers(port).await.unwrap_or(false) {
                sleep(READINESS_INTERVAL).await;
            }
        };
        tokio::select! {
            () = answer => Ok(()),
            status = end_of(&child) => Err(PageSourceError::Ended(status)),
        }
    }
}

/// Whether an HTTP server answers at this port, whatever it says.
async fn answers(port: u16) -> io::Result<bool> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
    let request = format!("HEAD / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut start = [0; 5];
    stream.read_exact(&mut start).await?;
    Ok(start == *b"HTTP/")
}

async fn end_of(child: &Mutex<Child>) -> ExitStatus {
    loop {
        let ended = child.lock().unwrap_or_else(PoisonError::into_inner).try_wait();
        if let Ok(Some(status)) = ended {
            return status;
        }
        sleep(READINESS_INTERVAL).await;
    }
}

impl ViteProcess {
    fn start(folder: &Path, server: SocketAddr, shows_output: bool) -> Result<Self, PageSourceError> {
        let port = free_port().ok_or(PageSourceError::NoPort)?;
        let mut command = vite_command(port);
        // The page runs on this computer, whichever network it is that the server listens on.
        command.env(SERVER_VARIABLE, format!("ws://127.0.0.1:{}", server.port()));
        let stdout = if shows_output { Stdio::inherit() } else { Stdio::null() };
        let mut child = command
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(stdout)
            .spawn()
            .map_err(PageSourceError::NotStarted)?;
        let alive = child.stdin.take();
        Ok(Self { child: Arc::new(Mutex::new(child)), port, alive })
    }
}

impl Drop for ViteProcess {
    fn drop(&mut self) {
        drop(self.alive.take());
        let mut child = self.child.lock().unwrap_or_else(PoisonError::into_inner);
        // Elsewhere the end of its input does not end it.
        #[cfg(not(unix))]
        {
            let id = child.id().to_string();
            let _ = Command::new("taskkill").args(["/T", "/F", "/PID", &id]).output();
        }
        // Whatever it ended with is of no interest; that it has ended is.
        let _ = child.wait();
    }
}

#[cfg(unix)]
fn vite_command(port: u16) -> Command {
    use std::os::unix::process::CommandExt;

    let mut command = Command::new("sh");
    command.args(["-c", WATCHED_VITE, "sh", &port.to_string()]);
    // A group of its own: what Vite starts is ended with it, and Ctrl-C reaches this program alone.
    command.process_group(0);
    command
}

#[cfg(not(unix))]
fn vite_command(port: u16) -> Command {
    let mut command = Command::new("cmd");
    command.arg("/C").arg(format!("npm run dev -- --strictPort --port {port}"));
    command
}

/// The first of Vite's ports that nobody listens on.
fn free_port() -> Option<u16> {
    VITE_PORTS.into_iter().find(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok())
}

fn has_dev_script(folder: &Path) -> bool {
    let manifest = fs::read_to_string(folder.join("package.json")).unwrap_or_default();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap_or_default();
    manifest["scripts"]["dev"].is_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 9_000);

    #[test]
    fn without_a_page_there_is_none() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(PageSource::open(folder.path(), false, SERVER, false), Ok(PageSource::None)));
        assert!(matches!(PageSource::open(folder.path(), true, SERVER, false), Ok(PageSource::None)));
    }

    #[test]
    fn a_built_page_is_served_from_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("dist")).unwrap();
        assert!(matches!(
            PageSource::open(folder.path(), true, SERVER, false),
            Err(PageSourceError::NotBuilt(_))
        ));
        fs::write(folder.path().join("dist/index.html"), "").unwrap();
        let page = PageSource::open(folder.path(), true, SERVER, false).unwrap();
        assert_eq!(page.folder(), Some(folder.path().join("dist").as_path()));
        assert_eq!(page.url("127.0.0.1:9000").as_deref(), Some("http://127.0.0.1:9000/"));
        assert_eq!(page.port(), None);
    }

    #[test]
    fn without_a_page_no_other_server_s_pages_are_trusted() {
        assert_eq!(PageSource::None.port(), None);
    }

    #[cfg(unix)]
    #[tokio::test]
    async fn a_page_whose_server_ends_never_gets_ready() {
        let folder = tempfile::tempdir().unwrap();
        let manifest = r#"{"scripts": {"dev": "exit 3"}}"#;
        fs::write(folder.path().join("package.json"), manifest).unwrap();
        let page = PageSource::open(folder.path(), false, SERVER, false).unwrap();
        assert!(matches!(page.readiness().wait().await, Err(PageSourceError::Ended(_))));
    }

    #[tokio::test]
    async fn a_page_is_ready_as_soon_as_its_server_answers() {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let child = Command::new("sleep").arg("100").spawn().unwrap();
        let child = Arc::new(Mutex::new(child));
        let mut ready = tokio::spawn(PageReadiness(Some((Arc::clone(&child), port))).wait());
        let (mut stream, _) = listener.accept().await.unwrap();
        // That somebody listens is no answer yet.
        assert!(tokio::time::timeout(Duration::from_millis(200), &mut ready).await.is_err());
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        assert!(ready.await.unwrap().is_ok());
        child.lock().unwrap().kill().unwrap();
        child.lock().unwrap().wait().unwrap();
    }

    #[test]
    fn a_port_that_is_taken_is_left_to_its_owner() {
        let Some(first) = free_port() else { panic!("no port is free") };
        let _taken = TcpListener::bind((Ipv4Addr::LOCALHOST, first)).unwrap();
        assert_ne!(free_port(), Some(first));
    }
}
