//! Where the page comes from: a folder with its build, or Vite, which runs as a child.

use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
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

/// In which variable of its environment Vite finds names under which it may be asked for beside this computer's own.
const HOSTS_VARIABLE: &str = "__VITE_ADDITIONAL_SERVER_ALLOWED_HOSTS";

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
                            npm run dev -- --strictPort --port \"$1\" --host \"$2\" <&3\n";

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
    address: SocketAddr,
    /// Its end is what ends the child.
    alive: Option<ChildStdin>,
}

/// What the page has to know of this server, and what Vite has to know.
#[derive(Clone, Debug)]
pub struct PageSettings {
    /// Whether the page's build is served, rather than the page by Vite.
    pub built: bool,
    /// Where this server listens: the page finds the protocol there. If other computers reach that, they reach Vite as well.
    pub server: SocketAddr,
    /// The names beside this computer's own under which the page is asked for.
    pub hosts: Vec<String>,
    /// Whether Vite speaks to the terminal.
    pub shows_output: bool,
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
    /// # Errors
    ///
    /// [`PageSourceError`]; the server can go on without a page.
    pub fn open(folder: &Path, settings: &PageSettings) -> Result<Self, PageSourceError> {
        if !has_dev_script(folder) && !folder.join("dist").is_dir() {
            return Ok(Self::None);
        }
        if settings.built {
            let build = folder.join("dist");
            if !build.join("index.html").is_file() {
                return Err(PageSourceError::NotBuilt(build));
            }
            return Ok(Self::Built(build));
        }
        if !has_dev_script(folder) {
            return Ok(Self::None);
        }
        ViteProcess::start(folder, settings).map(Self::Vite)
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
            Self::Vite(vite) => Some(format!("http://{}/", address_for_browsers(vite.address))),
        }
    }

    /// The port of another server that delivers the page: Vite's.
    pub fn port(&self) -> Option<u16> {
        match self {
            Self::None | Self::Built(_) => None,
            Self::Vite(vite) => Some(vite.address.port()),
        }
    }

    /// Something to wait for until the page can be opened.
    pub fn readiness(&self) -> PageReadiness {
        match self {
            Self::None | Self::Built(_) => PageReadiness(None),
            Self::Vite(vite) => PageReadiness(Some((Arc::clone(&vite.child), reached(vite.address)))),
        }
    }
}

/// A page that may still be starting.
#[derive(Debug)]
pub struct PageReadiness(Option<(Arc<Mutex<Child>>, SocketAddr)>);

impl PageReadiness {
    /// Returns as soon as the page can be opened.
    ///
    /// # Errors
    ///
    /// [`PageSourceError::Ended`] when it never will.
    pub async fn wait(self) -> Result<(), PageSourceError> {
        let Some((child, address)) = self.0 else { return Ok(()) };
        let answer = async {
            while !answers(address).await.unwrap_or(false) {
                sleep(READINESS_INTERVAL).await;
            }
        };
        tokio::select! {
            () = answer => Ok(()),
            status = end_of(&child) => Err(PageSourceError::Ended(status)),
        }
    }
}

/// An address under which a browser finds who listens there, as people write it.
pub fn address_for_browsers(address: SocketAddr) -> String {
    if address.ip().is_unspecified() { format!("localhost:{}", address.port()) } else { address.to_string() }
}

/// An address under which this computer finds who listens there.
fn reached(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// Whether an HTTP server answers here, whatever it says.
async fn answers(address: SocketAddr) -> io::Result<bool> {
    let mut stream = TcpStream::connect(address).await?;
    let request = format!("HEAD / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
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
    fn start(folder: &Path, settings: &PageSettings) -> Result<Self, PageSourceError> {
        let server = settings.server;
        // Whoever is to reach the server is to reach the page.
        let ip = if server.ip().is_loopback() { Ipv4Addr::LOCALHOST.into() } else { server.ip() };
        let address = free_address(ip).ok_or(PageSourceError::NoPort)?;
        let mut command = vite_command(address);
        command.env(SERVER_VARIABLE, format!("ws://{}", reached(server)));
        // Vite knows addresses by themselves, and takes no list that has an IPv6 address in it.
        let told = std::env::var(HOSTS_VARIABLE).ok().filter(|hosts| !hosts.is_empty());
        let names = settings.hosts.iter().filter(|host| !host.contains(':')).cloned();
        let hosts: Vec<String> = told.into_iter().chain(names).collect();
        if !hosts.is_empty() {
            command.env(HOSTS_VARIABLE, hosts.join(","));
        }
        let stdout = if settings.shows_output { Stdio::inherit() } else { Stdio::null() };
        let mut child = command
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(stdout)
            .spawn()
            .map_err(PageSourceError::NotStarted)?;
        let alive = child.stdin.take();
        Ok(Self { child: Arc::new(Mutex::new(child)), address, alive })
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
fn vite_command(address: SocketAddr) -> Command {
    use std::os::unix::process::CommandExt;

    let mut command = Command::new("sh");
    command.args(["-c", WATCHED_VITE, "sh", &address.port().to_string(), &address.ip().to_string()]);
    // A group of its own: what Vite starts is ended with it, and Ctrl-C reaches this program alone.
    command.process_group(0);
    command
}

#[cfg(not(unix))]
fn vite_command(address: SocketAddr) -> Command {
    let mut command = Command::new("cmd");
    let (ip, port) = (address.ip(), address.port());
    command.arg("/C").arg(format!("npm run dev -- --strictPort --port {port} --host {ip}"));
    command
}

/// The first of Vite's ports that nobody listens on at this address.
fn free_address(ip: IpAddr) -> Option<SocketAddr> {
    VITE_PORTS.map(|port| SocketAddr::new(ip, port)).find(|address| TcpListener::bind(address).is_ok())
}

fn has_dev_script(folder: &Path) -> bool {
    let manifest = fs::read_to_string(folder.join("package.json")).unwrap_or_default();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap_or_default();
    manifest["scripts"]["dev"].is_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open(folder: &Path, built: bool) -> Result<PageSource, PageSourceError> {
        let server = SocketAddr::new(Ipv4Addr::LOCALHOST.into(), 9_000);
        PageSource::open(folder, &PageSettings { built, server, hosts: Vec::new(), shows_output: false })
    }

    #[test]
    fn without_a_page_there_is_none() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(open(folder.path(), false), Ok(PageSource::None)));
        assert!(matches!(open(folder.path(), true), Ok(PageSource::None)));
    }

    #[test]
    fn a_built_page_is_served_from_its_folder() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("dist")).unwrap();
        assert!(matches!(open(folder.path(), true), Err(PageSourceError::NotBuilt(_))));
        fs::write(folder.path().join("dist/index.html"), "").unwrap();
        let page = open(folder.path(), true).unwrap();
        assert_eq!(page.folder(), Some(folder.path().join("dist").as_path()));
        assert_eq!(page.url("127.0.0.1:9000").as_deref(), Some("http://127.0.0.1:9000/"));
        assert_eq!(page.port(), None);
    }

    #[test]
    fn addresses_are_shown_as_browsers_take_them_and_reached_from_this_computer() {
        for (listens, is_shown, is_reached) in [
            ("127.0.0.1:9000", "127.0.0.1:9000", "127.0.0.1:9000"),
            ("[::1]:9000", "[::1]:9000", "[::1]:9000"),
            ("192.168.0.7:9000", "192.168.0.7:9000", "192.168.0.7:9000"),
            ("0.0.0.0:9000", "localhost:9000", "127.0.0.1:9000"),
            ("[::]:9000", "localhost:9000", "[::1]:9000"),
        ] {
            let address = listens.parse().unwrap();
            assert_eq!(
                (address_for_browsers(address).as_str(), reached(address).to_string().as_str()),
                (is_shown, is_reached)
            );
        }
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
        let page = open(folder.path(), false).unwrap();
        assert!(matches!(page.readiness().wait().await, Err(PageSourceError::Ended(_))));
    }

    #[tokio::test]
    async fn a_page_is_ready_as_soon_as_its_server_answers() {
        let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        // Something that runs until it is ended, on every system.
        let mut command = if cfg!(windows) { Command::new("cmd") } else { Command::new("cat") };
        let child = command.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let child = Arc::new(Mutex::new(child));
        let mut ready = tokio::spawn(PageReadiness(Some((Arc::clone(&child), address))).wait());
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
        let free = || free_address(Ipv4Addr::LOCALHOST.into());
        let Some(first) = free() else { panic!("no port is free") };
        let _taken = TcpListener::bind(first).unwrap();
        assert_ne!(free(), Some(first));
    }
}
