//! What a test program needs of the machine. It is checked once, before the first test: what is missing is said in one
//! message with the command that installs it, and not by every test that would have used it.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::{children, python, sound_servers};

/// By this, `cargo xtask test` tells the programs of a stage which needs the stage has set up: their names, with commas
/// between. Unset where someone runs cargo by hand.
pub const STAGE_NEEDS_VARIABLE: &str = "WAVECRAFT_STAGE_NEEDS";

/// The recording that serves as a signal: a voice of Debian's alsa-utils, mono at 48 kHz.
pub const RECORDING: &str = "/usr/share/sounds/alsa/Front_Center.wav";

/// Where systems have Chromium.
const CHROMIUM: [&str; 3] = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/// Chromium: that of `WAVECRAFT_CHROMIUM`, or the system's, if there is one.
pub fn chromium() -> Option<PathBuf> {
    let named = std::env::var_os("WAVECRAFT_CHROMIUM").map(PathBuf::from);
    named.or_else(|| CHROMIUM.iter().map(PathBuf::from).find(|place| place.is_file()))
}

/// Something that tests need, beyond what building them takes. `cargo xtask setup` knows each by the same name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// A Python that has the packages of tests/requirements.txt.
    HostTests,
    /// JACK, `PulseAudio` with its tools, and [`RECORDING`].
    TestSound,
    /// An X server without a screen.
    WindowTests,
    /// Chromium.
    BrowserTests,
    /// Wine, MinGW for what it lacks, and NSIS, which makes the setup.
    WindowsTests,
}

impl Need {
    /// All needs.
    pub const ALL: [Self; 5] =
        [Self::HostTests, Self::TestSound, Self::WindowTests, Self::BrowserTests, Self::WindowsTests];

    /// What `cargo xtask setup` calls it.
    pub fn name(self) -> &'static str {
        match self {
            Self::HostTests => "host-tests",
            Self::TestSound => "test-sound",
            Self::WindowTests => "window-tests",
            Self::BrowserTests => "browser-tests",
            Self::WindowsTests => "windows-tests",
        }
    }

    /// Those of its parts that this machine lacks, in words.
    fn missing(self) -> Vec<String> {
        let programs = |names: &[&str]| -> Vec<String> {
            let absent = names.iter().filter(|name| which::which_global(name).is_err());
            absent.map(|name| (*name).to_owned()).collect()
        };
        match self {
            Self::HostTests => {
                let python = python::interpreter();
                if python.is_file() { Vec::new() } else { vec![format!("a Python at {}", python.display())] }
            }
            Self::TestSound => {
                let mut missing =
                    programs(&["jackd", "jack_lsp", "pulseaudio", "pactl", "paplay", "parecord"]);
                if !Path::new(RECORDING).is_file() {
                    missing.push(format!("the recording {RECORDING}"));
                }
                missing
            }
            Self::WindowTests => programs(&["Xvfb"]),
            Self::BrowserTests => {
                if chromium().is_some() {
                    Vec::new()
                } else {
                    vec!["Chromium".to_owned()]
                }
            }
            Self::WindowsTests => programs(&["wine", "makensis", "x86_64-w64-mingw32-gcc"]),
        }
    }

    /// Uses it, in the cheapest way there is.
    fn try_out(self) {
        match self {
            Self::HostTests => {
                let mut command = children::command(python::interpreter());
                let output = command.args(["-c", "import pedalboard"]).output().expect("it was found");
                assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            }
            Self::TestSound => {
                drop(sound_servers::PulseAudio::start());
                drop(sound_servers::Jack::start(256));
            }
            #[cfg(target_os = "linux")]
            Self::WindowTests => drop(crate::display::display()),
            #[cfg(target_os = "linux")]
            Self::WindowsTests => drop(crate::wine::Wine::start()),
            #[cfg(not(target_os = "linux"))]
            Self::WindowTests | Self::WindowsTests => {}
            Self::BrowserTests => {
                let mut command = children::command(chromium().expect("it was found"));
                let output = command.arg("--version").output().expect("it was found");
                assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            }
        }
    }
}

/// Declares what a test program needs: `plugin_test_support::needs!(WindowTests, TestSound);`, once in its main file.
///
/// Before the first test, the program ends with a message if something is missing. It also gets a test that uses each need
/// in the cheapest way: `cargo xtask test --bare` runs that one alone in every program.
#[macro_export]
macro_rules! needs {
    ($($need:ident),+ $(,)?) => {
        $crate::ctor::declarative::ctor! {
            /// Before `main`: the test harness has no place for what all tests of a program need.
            #[ctor(unsafe)]
            fn check_needs() {
                $crate::needs::check(&[$($crate::Need::$need),+]);
            }
        }

        #[test]
        fn the_machine_has_what_this_program_needs() {
            $crate::needs::try_out();
        }
    };
}

static DECLARED: OnceLock<&'static [Need]> = OnceLock::new();

/// Ends the process with a message unless all of this is there, and named by the stage that runs it. Called before `main`,
/// by [`needs!`].
pub fn check(needs: &'static [Need]) {
    let _ = DECLARED.set(needs);
    // A list of tests needs nothing.
    if std::env::args().any(|argument| argument == "--list") {
        return;
    }
    let stage = std::env::var(STAGE_NEEDS_VARIABLE).ok();
    if let Some(complaint) = complaint(needs, stage.as_deref(), Need::missing) {
        eprintln!("error: {complaint}");
        std::process::exit(1);
    }
}

/// What is wrong, if anything is: what the stage has not named, else what is missing on the machine.
fn complaint(needs: &[Need], stage: Option<&str>, missing: impl Fn(Need) -> Vec<String>) -> Option<String> {
    let names = |needs: &[Need]| needs.iter().map(|need| need.name()).collect::<Vec<_>>().join(" ");
    if let Some(stage) = stage {
        let unnamed: Vec<Need> =
            needs.iter().copied().filter(|need| stage.split(',').all(|name| name != need.name())).collect();
        if !unnamed.is_empty() {
            return Some(format!(
                "this test program needs {}, which its stage of `cargo xtask test` does not name: add it to the stage",
                names(&unnamed)
            ));
        }
    }
    let unmet: Vec<Need> = needs.iter().copied().filter(|need| !missing(*need).is_empty()).collect();
    if unmet.is_empty() {
        return None;
    }
    let parts: Vec<String> = unmet.iter().flat_map(|need| missing(*need)).collect();
    Some(format!(
        "no test was run, because this machine lacks {}\n\n    cargo xtask setup {}\n\ninstalls it.",
        parts.join(", "),
        names(&unmet)
    ))
}

/// Fails unless the program has named this need. Called by whatever makes use of it.
pub fn assert_declared(need: Need) {
    // A benchmark declares nothing: it is no part of a stage, and whatever runs it has set up what it needs.
    let is_benchmark = DECLARED.get().is_none() && std::env::var_os(STAGE_NEEDS_VARIABLE).is_none();
    let is_declared = DECLARED.get().is_some_and(|declared| declared.contains(&need));
    assert!(
        is_declared || is_benchmark,
        "this test program uses {need:?} and does not say so: add it to its `needs!`"
    );
}

/// Uses each of the program's needs. Called by the test that [`needs!`] makes.
pub fn try_out() {
    for need in DECLARED.get().copied().unwrap_or_default() {
        need.try_out();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_wrong_where_everything_is_there_and_named() {
        assert_eq!(complaint(&Need::ALL, None, |_| Vec::new()), None);
        assert_eq!(complaint(&[Need::TestSound], Some("page,test-sound"), |_| Vec::new()), None);
    }

    #[test]
    fn what_is_missing_is_said_with_the_command_that_installs_it() {
        let lacks_xvfb = |need| if need == Need::WindowTests { vec!["Xvfb".to_owned()] } else { Vec::new() };
        let complaint = complaint(&Need::ALL, None, lacks_xvfb).expect("something is missing");
        assert!(complaint.contains("this machine lacks Xvfb\n"), "{complaint}");
        assert!(complaint.contains("cargo xtask setup window-tests\n"), "{complaint}");
    }

    #[test]
    fn what_the_stage_has_not_named_cannot_be_used_even_where_it_is_there() {
        let complaint = complaint(&Need::ALL, Some("host-tests,window"), |_| Vec::new());
        let complaint = complaint.expect("some are not named");
        assert!(
            complaint.contains("needs test-sound window-tests browser-tests windows-tests, which its stage"),
            "{complaint}"
        );
    }
}
