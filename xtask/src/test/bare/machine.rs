//! A Debian in a folder, with this machine's Rust toolchain and Node.js and a C linker, and nothing else. What runs in it
//! has mounts, processes, terminals and shared memory of its own; the network is this machine's.

mod running;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};

pub use running::{Running, fetch_page};
use wavecraft_xtask::files::remove;
use wavecraft_xtask::process;
use wavecraft_xtask::project::Project;
use wavecraft_xtask::report;
use wavecraft_xtask::setup;
use wavecraft_xtask::system::System;

/// Mounts what belongs to a machine, and runs a command in it.
const ENTER: &str = include_str!("enter.sh");

/// The C compiler and linker, which every Rust toolchain needs.
const LINKER: &str = "gcc,libc6-dev";

/// By these, programs learn which certificates they trust. A machine whose network is watched has its own.
const CERTIFICATE_VARIABLES: [&str; 7] = [
    "SSL_CERT_FILE",
    "CURL_CA_BUNDLE",
    "NODE_EXTRA_CA_CERTS",
    "PIP_CERT",
    "REQUESTS_CA_BUNDLE",
    "CARGO_HTTP_CAINFO",
    "GIT_SSL_CAINFO",
];

/// Where the certificates are within the machine; the place where a package of certificates puts them stays free.
const CERTIFICATES: &str = "/opt/certificates.pem";

/// Where Node.js is within the machine.
const NODE: &str = "/opt/node";

/// Why no such machine can be made here, if none can.
pub fn reason_against() -> Option<&'static str> {
    if System::current() != System::Debian || !setup::is_debian() {
        Some("it takes a Debian")
    } else if !setup::is_root() {
        Some("it takes root's rights, to mount and to install")
    } else {
        None
    }
}

/// The Debian that machines are copied from.
pub struct Base {
    /// The folder of all that belongs to bare machines.
    folder: PathBuf,
}

impl Base {
    /// Makes it, unless it is there.
    pub fn make(project: &Project) -> Result<Self> {
        let base = Self { folder: project.target_directory.join("bare") };
        if base.mark().exists() {
            return Ok(base);
        }
        let release = fs::read_to_string("/etc/os-release").context("could not read /etc/os-release")?;
        let suite = release.lines().find_map(|line| line.strip_prefix("VERSION_CODENAME="));
        let suite = suite.context("/etc/os-release names no version of Debian")?;
        let mirror = mirror().context("apt's sources name no mirror of Debian")?;
        report::status("Creating", format_args!("a bare Debian ({suite}, with debootstrap)"));
        let started = Instant::now();
        if let Err(error) = base.bootstrap(suite, &mirror, &[]) {
            report::warning(format_args!("{error:#}; trying again without the mirror's signatures"));
            base.bootstrap(suite, &mirror, &["--no-check-gpg"])?;
        }
        base.configure()?;
        fs::write(base.mark(), "").context("could not mark the bare Debian as finished")?;
        report::status("Created", format_args!("a bare Debian in {}", report::duration(started.elapsed())));
        Ok(base)
    }

    /// A machine as it is before anything is installed.
    pub fn machine(&self, project: &Project) -> Result<Machine> {
        let root = self.folder.join("machine");
        // Nothing is mounted in it: mounts end with the command that made them.
        remove(&root)?;
        let mut copy = Command::new("cp");
        copy.args(["--archive", "--reflink=auto"]).arg(self.root()).arg(&root);
        process::run_quietly(&mut copy, "copy the bare Debian")?;
        let mut machine = Machine {
            root,
            logs: self.folder.clone(),
            directory: project.root.clone(),
            places: Vec::new(),
            path: Vec::new(),
        };
        machine.add_rust(project)?;
        machine.add_node()?;
        Ok(machine)
    }

    fn root(&self) -> PathBuf {
        self.folder.join("debian")
    }

    /// Comes last: only a finished Debian has it beside it.
    fn mark(&self) -> PathBuf {
        self.folder.join("debian-is-finished")
    }

    fn bootstrap(&self, suite: &str, mirror: &str, options: &[&str]) -> Result<()> {
        remove(&self.root())?;
        fs::create_dir_all(&self.folder)
            .with_context(|| format!("could not create {}", self.folder.display()))?;
        let mut command = Command::new("/usr/sbin/debootstrap");
        command.args(["--variant=minbase", &format!("--include={LINKER}")]).args(options);
        command.arg(suite).arg(self.root()).arg(mirror);
        process::run_quietly(&mut command, "create a bare Debian")
    }

    /// The network's side: names, apt's way to the mirror, certificates. Packages are installed without waiting for the disk.
    fn configure(&self) -> Result<()> {
        let root = self.root();
        for file in ["etc/resolv.conf", "etc/hosts"] {
            copy(&Path::new("/").join(file), &root.join(file))?;
        }
        let settings = fs::read_dir("/etc/apt/apt.conf.d").into_iter().flatten().flatten();
        for setting in settings.filter(|entry| reaches_a_mirror(&entry.path())) {
            copy(&setting.path(), &root.join("etc/apt/apt.conf.d").join(setting.file_name()))?;
        }
        fs::write(root.join("etc/dpkg/dpkg.cfg.d/unsafe-io"), "force-unsafe-io\n")
            .context("could not set up the bare Debian's dpkg")?;
        if let Some(certificates) = std::env::var_os("SSL_CERT_FILE") {
            copy(Path::new(&certificates), &root.join(CERTIFICATES.trim_start_matches('/')))?;
        }
        Ok(())
    }
}

/// A place of this machine that a bare one shows as well.
struct Place {
    from: PathBuf,
    to: PathBuf,
    is_writable: bool,
}

/// A bare machine.
pub struct Machine {
    root: PathBuf,
    logs: PathBuf,
    /// The folder in which commands run, as seen from within.
    directory: PathBuf,
    places: Vec<Place>,
    /// The folders of programs that are not Debian's.
    path: Vec<PathBuf>,
}

impl Machine {
    /// Clones what is committed into it.
    pub fn clone_project(&self, project: &Project) -> Result<()> {
        let mut clone = Command::new("git");
        clone
            .args(["clone", "--quiet", "--no-hardlinks"])
            .arg(&project.root)
            .arg(self.within(&self.directory));
        process::run_quietly(&mut clone, "clone the project")
    }

    /// Copies the sources as they are now, with their times, and shows what has been built and downloaded here: at the same
    /// places, so that cargo finds nothing to build.
    pub fn mirror_project(&mut self, project: &Project) -> Result<()> {
        let folder = self.within(&self.directory);
        fs::create_dir_all(&folder).with_context(|| format!("could not create {}", folder.display()))?;
        let copy = "(git ls-files -z; find ui/dist -type f -print0) | tar --null --files-from=- --create --file=- \
                    | tar --extract --file=- --directory=\"$0\"";
        let mut command = Command::new("sh");
        command.args(["-c", copy]).arg(&folder).current_dir(&project.root);
        process::run_quietly(&mut command, "copy the sources")?;
        self.show(&project.target_directory, &project.target_directory, true);
        let registry = cargo_home().join("registry");
        self.show(&registry, Path::new("/root/.cargo/registry"), true);
        self.show(&registry, &registry, true);
        Ok(())
    }

    /// The file to which everything goes that a step says.
    pub fn log(&self, step: &str) -> String {
        Project::shown(&self.log_path(step))
    }

    /// Runs a command to its end, and shows each line that it says.
    pub fn run(
        &self,
        command: &str,
        step: &str,
        look: impl FnMut(&str) + Send + 'static,
    ) -> Result<ExitStatus> {
        self.start(command, step, look)?.wait()
    }

    /// Starts a command.
    pub fn start(
        &self,
        command: &str,
        step: &str,
        look: impl FnMut(&str) + Send + 'static,
    ) -> Result<Running> {
        // Ends with this process at the latest, and with it all that runs in there.
        let mut enter = Command::new("setpriv");
        enter.args(["--pdeathsig", "KILL", "--", "unshare", "--mount", "--pid", "--fork", "--kill-child"]);
        enter.args(["sh", "-c", ENTER, "enter.sh"]).arg(&self.root).arg(&self.directory).arg(command);
        for Place { from, to, is_writable } in &self.places {
            let how = if *is_writable { "rw" } else { "ro" };
            enter.arg(format!("{}:{}:{how}", from.display(), to.display()));
        }
        self.set_environment(&mut enter);
        Running::start(enter.stdin(Stdio::null()), &self.log_path(step), look)
    }

    /// Of this machine's environment, nothing but what the terminal and continuous integration say.
    fn set_environment(&self, command: &mut Command) {
        command.env_clear();
        let kept = ["CI", "NO_COLOR", "TERM"];
        command.envs(kept.iter().filter_map(|name| Some((*name, std::env::var_os(name)?))));
        if self.within(Path::new(CERTIFICATES)).exists() {
            command.envs(CERTIFICATE_VARIABLES.map(|name| (name, CERTIFICATES)));
        }
        let own = self.path.iter().map(PathBuf::as_path);
        let debian = ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];
        let path = std::env::join_paths(own.chain(debian.iter().map(Path::new)));
        command.env("PATH", path.expect("no folder's name has a colon"));
        command.env("HOME", "/root").env("LANG", "C.UTF-8");
    }

    /// The toolchain at the place where it is here, since what was built remembers it.
    fn add_rust(&mut self, project: &Project) -> Result<()> {
        let sysroot =
            process::output_of(Command::new("rustc").args(["--print", "sysroot"]).current_dir(&project.root));
        let sysroot = PathBuf::from(sysroot.context("rustc does not say where its toolchain is")?);
        self.show(&sysroot, &sysroot, false);
        self.path.push(sysroot.join("bin"));
        Ok(())
    }

    /// Node.js and npm, without whatever else lies beside them.
    fn add_node(&mut self) -> Result<()> {
        let program = process::output_of(Command::new("node").args(["--print", "process.execPath"]));
        let program = PathBuf::from(program.context("there is no Node.js on this machine to lend")?);
        let npm = process::find_program("npm").context("there is no npm on this machine to lend")?;
        let script = fs::canonicalize(&npm).with_context(|| format!("could not follow {}", npm.display()))?;
        let npm = script.ancestors().nth(2).context("npm is not where its package is")?;
        ensure!(npm.join("package.json").is_file(), "{} is not npm's package", npm.display());
        let node = Path::new(NODE);
        self.show(&program, &node.join("bin/node"), false);
        self.show(npm, &node.join("lib/node_modules/npm"), false);
        let bin = self.within(&node.join("bin"));
        fs::create_dir_all(&bin).with_context(|| format!("could not create {}", bin.display()))?;
        for name in ["npm", "npx"] {
            let link = format!("../lib/node_modules/npm/bin/{name}-cli.js");
            link_to(&link, &bin.join(name))?;
        }
        self.path.push(node.join("bin"));
        Ok(())
    }

    fn show(&mut self, from: &Path, to: &Path, is_writable: bool) {
        if self.places.iter().all(|place| place.to != to) {
            self.places.push(Place { from: from.to_owned(), to: to.to_owned(), is_writable });
        }
    }

    /// A place within the machine, seen from here.
    fn within(&self, path: &Path) -> PathBuf {
        self.root.join(path.strip_prefix("/").unwrap_or(path))
    }

    fn log_path(&self, step: &str) -> PathBuf {
        self.logs.join(format!("{step}.log"))
    }
}

#[cfg(unix)]
fn link_to(target: &str, link: &Path) -> Result<()> {
    std::os::unix::fs::symlink(target, link).with_context(|| format!("could not create {}", link.display()))
}

#[cfg(not(unix))]
fn link_to(_target: &str, link: &Path) -> Result<()> {
    anyhow::bail!("{} cannot be made on this system", link.display())
}

fn cargo_home() -> PathBuf {
    let default = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cargo");
    std::env::var_os("CARGO_HOME").map_or_else(default, PathBuf::from)
}

/// The first mirror of Debian that apt uses here.
fn mirror() -> Option<String> {
    let mut files: Vec<PathBuf> =
        vec!["/etc/apt/sources.list".into(), "/etc/apt/sources.list.d/debian.sources".into()];
    files.retain(|file| file.is_file());
    files.iter().find_map(|file| mirror_in(&fs::read_to_string(file).ok()?))
}

/// From lines such as `URIs: http://…` or `deb [options] http://… suite main`.
fn mirror_in(sources: &str) -> Option<String> {
    let address = |line: &str| line.split_whitespace().find(|word| word.contains("://")).map(str::to_owned);
    let is_source = |line: &&str| line.starts_with("URIs:") || line.starts_with("deb ");
    sources.lines().map(str::trim).filter(is_source).find_map(address)
}

/// Whether a file of apt's settings is about how it reaches a mirror.
fn reaches_a_mirror(file: &Path) -> bool {
    fs::read_to_string(file).is_ok_and(|text| text.contains("Acquire::") && !text.contains("Dir::"))
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("could not copy {}", from.display()))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mirror_is_found_in_both_kinds_of_sources() {
        let new = "Types: deb\n# URIs: http://old.example/debian\nURIs: http://deb.example/debian\nSuites: bookworm\n";
        assert_eq!(mirror_in(new).as_deref(), Some("http://deb.example/debian"));
        let old = "# deb http://none.example\ndeb [arch=amd64] http://deb.example/debian bookworm main\n";
        assert_eq!(mirror_in(old).as_deref(), Some("http://deb.example/debian"));
        assert_eq!(mirror_in("deb cdrom:[Debian]/ bookworm main\n"), None);
    }
}
