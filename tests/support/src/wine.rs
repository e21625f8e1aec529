//! A Windows that is none: Wine, with a system drive of its own.
//!
//! Drive Z: is this machine's root. A path that begins at the root names the same file on both sides, as long as the
//! current folder is on that drive, which it is for programs that are started here.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use crate::needs::{Need, assert_declared};

/// By this, the stage for Windows says where the system drive is kept from run to run: to make one takes half a minute.
pub const PREFIX_VARIABLE: &str = "WAVECRAFT_WINE_PREFIX";

/// A library of every Windows 10 that Debian's Wine lacks, as far as Rust's standard library calls it: random numbers.
const BCRYPT_PRIMITIVES: &str = "\
    int __stdcall SystemFunction036(void *, unsigned long);\n\
    __declspec(dllexport) int __stdcall ProcessPrng(unsigned char *data, unsigned long long size) {\n\
        while (size > 0) {\n\
            unsigned long part = size > 0x10000000 ? 0x10000000 : (unsigned long)size;\n\
            if (!SystemFunction036(data, part)) return 0;\n\
            data += part;\n\
            size -= part;\n\
        }\n\
        return 1;\n\
    }\n";

/// How long Wine's programs may take to end, in seconds.
const LONGEST_END_S: &str = "120";

/// A Wine that is ready.
pub struct Wine {
    prefix: PathBuf,
    /// Whether nobody else uses its system drive.
    is_own: bool,
}

impl Wine {
    /// Makes its system drive, unless another test has.
    pub fn start() -> Self {
        assert_declared(Need::WindowsTests);
        let prefix = std::env::var_os(PREFIX_VARIABLE)
            .map_or_else(|| std::env::temp_dir().join("wavecraft-test-wine"), PathBuf::from);
        fs::create_dir_all(&prefix).expect("the folder can be made");
        let wine = Self { prefix, is_own: false };
        let lock = File::create(wine.prefix.join("lock")).expect("the folder is ours");
        lock.lock().expect("other tests let go of it");
        let finished = wine.prefix.join("finished");
        if !finished.exists() {
            wine.make_drive();
            fs::write(finished, "").expect("the folder is ours");
        }
        wine
    }

    /// Makes a system drive in a folder that is empty or not there, for one test alone. Its programs end with it.
    pub fn start_in(folder: &Path) -> Self {
        assert_declared(Need::WindowsTests);
        fs::create_dir_all(folder).expect("the folder can be made");
        let wine = Self { prefix: folder.to_owned(), is_own: true };
        wine.make_drive();
        wine.wait_for_end();
        wine
    }

    /// Starts the desktop. Otherwise the first program does that asks for windows or devices: the desktop then keeps that
    /// program's output open for as long as it runs itself, and a program under Wine that reads the output waits for that.
    pub fn start_desktop(&self) -> Desktop {
        let quietly = |mut command: Command| {
            command.stdout(Stdio::null()).stderr(Stdio::null());
            command
        };
        let mut command = self.program("explorer");
        command.arg("/desktop");
        let desktop = Desktop(quietly(command).spawn().expect("Wine was found"));
        // It ends when there is a desktop to start on.
        let mut first = self.program("start");
        first.args(["/wait", "/b", "cmd", "/c", "exit"]);
        assert!(quietly(first).status().expect("Wine was found").success(), "there is no desktop");
        desktop
    }

    /// Waits until all of its programs have ended, those that others have started too, and the registry is written.
    pub fn wait_for_end(&self) {
        let mut command = self.command("timeout");
        let ended =
            command.args([LONGEST_END_S, "wineserver", "--wait"]).status().expect("coreutils are there");
        assert!(ended.success(), "Wine's programs do not end");
    }

    /// What a start of the system does: among others, it deletes the files that were to go with the next start.
    pub fn restart(&self) {
        self.run(self.command("wineboot").arg("--restart"));
        self.wait_for_end();
    }

    fn make_drive(&self) {
        let made = self.command("wineboot").arg("--init").output().expect("Wine was found");
        assert!(made.status.success(), "Wine makes no system drive:\n{}", text(&made.stderr));
        // Debian's Wine says that it is Windows 7, which setups refuse.
        self.run(self.program("winecfg").args(["-v", "win10"]));
        let library = self.system_drive().join("windows/system32/bcryptprimitives.dll");
        if library.exists() {
            return;
        }
        let source = self.prefix.join("bcryptprimitives.c");
        fs::write(&source, BCRYPT_PRIMITIVES).expect("the folder is ours");
        let mut compiler = Command::new("x86_64-w64-mingw32-gcc");
        compiler.args(["-shared", "-O1", "-o"]).arg(&library).arg(&source).arg("-ladvapi32");
        let compiled = compiler.output().expect("MinGW was found");
        assert!(compiled.status.success(), "{}", text(&compiled.stderr));
    }

    /// What Windows calls drive C:.
    pub fn system_drive(&self) -> PathBuf {
        self.prefix.join("drive_c")
    }

    /// A program for Windows.
    pub fn program(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = self.command("wine");
        command.arg(program);
        command
    }

    /// Runs a program for Windows to its end, which must be a good one. Returns what it printed.
    pub fn run(&self, command: &mut Command) -> String {
        let Output { status, stdout, stderr } = command.output().expect("Wine was found");
        assert!(status.success(), "{command:?} ended with {status}:\n{}\n{}", text(&stdout), text(&stderr));
        text(&stdout)
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("WINEPREFIX", &self.prefix);
        // Wine's own complaints off, and no question whether to install what runs .NET and HTML.
        command.env("WINEDEBUG", "-all").env("WINEDLLOVERRIDES", "mscoree=;mshtml=;winemenubuilder.exe=");
        command.current_dir("/").stdin(Stdio::null());
        command
    }
}

/// Wine's desktop, for as long as this is kept.
#[derive(Debug)]
pub struct Desktop(Child);

impl Drop for Desktop {
    fn drop(&mut self) {
        // It may have ended with the last program that needed it.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Wine {
    fn drop(&mut self) {
        if self.is_own {
            // There may be nothing to end.
            let _ = self.command("wineserver").arg("--kill").status();
        }
    }
}

/// What Windows calls a file of this machine.
pub fn windows_path(path: &Path) -> String {
    format!("Z:{}", path.display().to_string().replace('/', "\\"))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).replace("\r\n", "\n")
}
