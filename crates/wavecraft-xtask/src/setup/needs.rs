//! The lists of what each purpose needs on each system.

use std::path::Path;
use std::process::Command;

use clap::ValueEnum;

use crate::process;
use crate::setup::{node, platform_toolchain, python};
use crate::system::System;

/// What something is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Need {
    /// Building the standalone program
    Standalone,
    /// Building the plugin with its window
    Editor,
    /// Building the page and serving it while it is worked on
    Page,
    /// Tests that load the plugin into hosts
    HostTests,
    /// Tests that play and record through a sound server
    TestSound,
    /// Tests of the page in a browser
    BrowserTests,
    /// Tests that open the plugin's window
    WindowTests,
    /// Type-checking for macOS and Windows
    PlatformChecks,
    /// Building for Windows on another system
    Windows,
    /// Tests that run what was built for Windows, under Wine
    WindowsTests,
    /// A Debian that has nothing, to run both commands of the README on
    BareMachine,
}

impl Need {
    /// Those of a plugin's project. The others are for the tests of Wavecraft's own repository.
    pub const OF_PROJECTS: &[Self] = &[Self::Standalone, Self::Editor, Self::Page, Self::WindowTests];

    /// Those that a plugin's project can have and gets only where it asks for them: they are a second Rust toolchain.
    pub const OF_PROJECTS_ON_REQUEST: &[Self] = &[Self::Windows];

    /// The targets that Rust must know for it, beside this system's own.
    pub fn targets(self) -> &'static [&'static str] {
        match self {
            Self::PlatformChecks => platform_toolchain::TARGETS,
            Self::Windows => &[platform_toolchain::WINDOWS],
            _ => &[],
        }
    }

    /// What `cargo xtask setup` calls it.
    pub fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    /// The purpose in words.
    pub fn description(self) -> &'static str {
        match self {
            Self::Standalone => "to build the standalone",
            Self::Editor => "to build the plugin's window",
            Self::Page => "to build the page",
            Self::HostTests => "to test in hosts",
            Self::TestSound => "to test with a sound server",
            Self::BrowserTests => "to test the page in a browser",
            Self::WindowTests => "to test the plugin's window",
            Self::PlatformChecks => "to check for macOS and Windows",
            Self::Windows => "to build for Windows",
            Self::WindowsTests => "to test for Windows under Wine",
            Self::BareMachine => "to test on a bare machine",
        }
    }
}

/// One thing that must be on the machine.
#[derive(Debug, PartialEq, Eq)]
pub struct Requirement {
    /// What it is, in words.
    pub name: &'static str,
    /// What shows that it is there.
    pub evidence: Evidence,
    /// How it gets there.
    pub remedy: Remedy,
}

/// What shows that a requirement is met.
#[derive(Debug, PartialEq, Eq)]
pub enum Evidence {
    /// A program that the shell would find.
    Program(&'static str),
    /// A library that pkg-config knows.
    Library(&'static str),
    /// A file at one of these places.
    File(&'static [&'static str]),
    /// A command that succeeds.
    Command(&'static [&'static str]),
    /// A Python that can create the tests' environment.
    Python,
    /// A Node.js that is new enough for the page's tools, with npm.
    Node,
}

/// How a requirement is met.
#[derive(Debug, PartialEq, Eq)]
pub enum Remedy {
    /// By a package of the system; other distributions have their own names for it.
    Packages {
        /// The packages' names in Debian and Ubuntu.
        debian: &'static [&'static str],
        /// What to look for elsewhere.
        elsewhere: &'static str,
    },
    /// By the user, who is told this.
    Instruction(&'static str),
}

/// What a purpose needs on a system.
pub fn requirements(need: Need, system: System) -> &'static [Requirement] {
    match (need, system) {
        (Need::Standalone, system) if system.is_linux() => STANDALONE_ON_LINUX,
        (Need::TestSound, system) if system.is_linux() => TEST_SOUND_ON_LINUX,
        (Need::Editor, system) if system.is_linux() => EDITOR_ON_LINUX,
        (Need::Page, System::Debian | System::OtherLinux) => PAGE_ON_LINUX,
        (Need::Page, System::MacOs) => PAGE_ON_MACOS,
        (Need::Page, System::Windows) => PAGE_ON_WINDOWS,
        (Need::BrowserTests, system) if system.is_linux() => BROWSER_TESTS_ON_LINUX,
        (Need::WindowTests, system) if system.is_linux() => WINDOW_TESTS_ON_LINUX,
        (Need::PlatformChecks, system) if system.is_linux() => PLATFORM_CHECKS_ON_LINUX,
        (Need::Windows, system) if system.is_linux() => WINDOWS_ON_LINUX,
        (Need::WindowsTests, system) if system.is_linux() => WINDOWS_TESTS_ON_LINUX,
        (Need::BareMachine, System::Debian) => BARE_MACHINE_ON_DEBIAN,
        (Need::HostTests, System::MacOs) => HOST_TESTS_ON_MACOS,
        (Need::HostTests, System::Windows) => HOST_TESTS_ON_WINDOWS,
        (Need::HostTests, _) => HOST_TESTS_ON_LINUX,
        (Need::Standalone, System::MacOs) => STANDALONE_ON_MACOS,
        // On Windows, whatever linked this program links the standalone too. No test uses a sound server of macOS or
        // Windows, and their Rust toolchains need no C compiler to check for another system.
        _ => &[],
    }
}

/// Those of the requirements that are not met, each once.
pub fn missing(
    lists: &[&'static [Requirement]],
    is_present: impl Fn(&Evidence) -> bool,
) -> Vec<&'static Requirement> {
    let mut missing: Vec<&'static Requirement> = Vec::new();
    for requirement in lists.iter().flat_map(|list| list.iter()) {
        if !missing.contains(&requirement) && !is_present(&requirement.evidence) {
            missing.push(requirement);
        }
    }
    missing
}

/// Looks for the evidence on this machine.
pub fn is_present(evidence: &Evidence) -> bool {
    match evidence {
        Evidence::Program(name) => process::find_program(name).is_some(),
        Evidence::Library(name) => {
            process::output_of(Command::new("pkg-config").args(["--exists", name])).is_some()
        }
        Evidence::File(places) => places.iter().any(|place| Path::new(place).exists()),
        Evidence::Command(words) => {
            let (program, arguments) = words.split_first().expect("a command names its program");
            process::output_of(Command::new(program).args(arguments)).is_some()
        }
        Evidence::Python => python::find_interpreter().is_some(),
        Evidence::Node => node::is_recent_enough(),
    }
}

const PKG_CONFIG: Requirement = Requirement {
    name: "pkg-config",
    evidence: Evidence::Program("pkg-config"),
    remedy: Remedy::Packages { debian: &["pkg-config"], elsewhere: "pkgconf" },
};

const STANDALONE_ON_LINUX: &[Requirement] = &[
    PKG_CONFIG,
    Requirement {
        name: "ALSA's development files",
        evidence: Evidence::Library("alsa"),
        remedy: Remedy::Packages { debian: &["libasound2-dev"], elsewhere: "alsa-lib, alsa-lib-devel" },
    },
    Requirement {
        name: "JACK's development files",
        evidence: Evidence::Library("jack"),
        remedy: Remedy::Packages {
            debian: &["libjack-jackd2-dev"],
            elsewhere: "jack2, pipewire-jack, jack-audio-connection-kit-devel",
        },
    },
];

const STANDALONE_ON_MACOS: &[Requirement] = &[Requirement {
    name: "Xcode's command line tools",
    evidence: Evidence::Command(&["xcode-select", "-p"]),
    remedy: Remedy::Instruction("run `xcode-select --install`"),
}];

const HOST_TESTS_ON_LINUX: &[Requirement] = &[Requirement {
    name: "Python 3.10 or later, with venv and pip",
    evidence: Evidence::Python,
    remedy: Remedy::Packages {
        debian: &["python3", "python3-venv"],
        elsewhere: "python, python3, python3-pip",
    },
}];

const HOST_TESTS_ON_MACOS: &[Requirement] = &[Requirement {
    name: "Python 3.10 or later, with venv and pip",
    evidence: Evidence::Python,
    remedy: Remedy::Instruction("run `brew install python`, or use the installer of python.org"),
}];

const HOST_TESTS_ON_WINDOWS: &[Requirement] = &[Requirement {
    name: "Python 3.10 or later, with venv and pip",
    evidence: Evidence::Python,
    remedy: Remedy::Instruction("run `winget install Python.Python.3.13`, then open a new terminal"),
}];

const TEST_SOUND_ON_LINUX: &[Requirement] = &[
    Requirement {
        name: "the recorded channel names of alsa-utils, as a signal",
        evidence: Evidence::File(&["/usr/share/sounds/alsa/Front_Center.wav"]),
        remedy: Remedy::Packages { debian: &["alsa-utils"], elsewhere: "alsa-utils" },
    },
    Requirement {
        name: "the JACK server",
        evidence: Evidence::Program("jackd"),
        remedy: Remedy::Packages { debian: &["jackd2"], elsewhere: "jack2, jack-audio-connection-kit" },
    },
    Requirement {
        name: "PulseAudio",
        evidence: Evidence::Program("pulseaudio"),
        remedy: Remedy::Packages { debian: &["pulseaudio"], elsewhere: "pulseaudio" },
    },
    Requirement {
        name: "PulseAudio's command line tools",
        evidence: Evidence::Program("parecord"),
        remedy: Remedy::Packages { debian: &["pulseaudio-utils"], elsewhere: "libpulse, pulseaudio-utils" },
    },
    Requirement {
        name: "ALSA's plugin for PulseAudio",
        evidence: Evidence::File(&[
            "/usr/lib/x86_64-linux-gnu/alsa-lib/libasound_module_pcm_pulse.so",
            "/usr/lib/aarch64-linux-gnu/alsa-lib/libasound_module_pcm_pulse.so",
            "/usr/lib64/alsa-lib/libasound_module_pcm_pulse.so",
            "/usr/lib/alsa-lib/libasound_module_pcm_pulse.so",
        ]),
        remedy: Remedy::Packages {
            debian: &["libasound2-plugins"],
            elsewhere: "alsa-plugins, alsa-plugins-pulseaudio",
        },
    },
];

const EDITOR_ON_LINUX: &[Requirement] = &[
    PKG_CONFIG,
    Requirement {
        name: "WebKitGTK's development files",
        evidence: Evidence::Library("webkit2gtk-4.1"),
        remedy: Remedy::Packages {
            debian: &["libwebkit2gtk-4.1-dev"],
            elsewhere: "webkit2gtk-4.1, webkit2gtk4.1-devel",
        },
    },
    Requirement {
        name: "X11's keyboard library, which the standalone's window loads",
        evidence: Evidence::File(&[
            "/usr/lib/x86_64-linux-gnu/libxkbcommon-x11.so.0",
            "/usr/lib/aarch64-linux-gnu/libxkbcommon-x11.so.0",
            "/usr/lib64/libxkbcommon-x11.so.0",
            "/usr/lib/libxkbcommon-x11.so.0",
        ]),
        remedy: Remedy::Packages { debian: &["libxkbcommon-x11-0"], elsewhere: "libxkbcommon-x11" },
    },
];

const PAGE_ON_LINUX: &[Requirement] = &[Requirement {
    name: "Node.js 20.19 or later, with npm (nodejs.org has it where the system's is older)",
    evidence: Evidence::Node,
    remedy: Remedy::Packages { debian: &["nodejs", "npm"], elsewhere: "nodejs, npm" },
}];

const PAGE_ON_MACOS: &[Requirement] = &[Requirement {
    name: "Node.js 20.19 or later, with npm",
    evidence: Evidence::Node,
    remedy: Remedy::Instruction("run `brew install node`, or use the installer of nodejs.org"),
}];

const PAGE_ON_WINDOWS: &[Requirement] = &[Requirement {
    name: "Node.js 20.19 or later, with npm",
    evidence: Evidence::Node,
    remedy: Remedy::Instruction("run `winget install OpenJS.NodeJS.LTS`, then open a new terminal"),
}];

const BROWSER_TESTS_ON_LINUX: &[Requirement] = &[Requirement {
    name: "Chromium",
    evidence: Evidence::File(&["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]),
    remedy: Remedy::Packages { debian: &["chromium"], elsewhere: "chromium" },
}];

const WINDOW_TESTS_ON_LINUX: &[Requirement] = &[Requirement {
    name: "Xvfb, an X server without a screen",
    evidence: Evidence::Program("Xvfb"),
    remedy: Remedy::Packages { debian: &["xvfb"], elsewhere: "xorg-server-xvfb, xorg-x11-server-Xvfb" },
}];

const MINGW: Requirement = Requirement {
    name: "MinGW-w64, to compile C and link for Windows",
    evidence: Evidence::Program("x86_64-w64-mingw32-gcc"),
    remedy: Remedy::Packages { debian: &["gcc-mingw-w64-x86-64"], elsewhere: "mingw-w64-gcc, mingw64-gcc" },
};

// The compilers of C are for the build scripts of dependencies that have some.
const PLATFORM_CHECKS_ON_LINUX: &[Requirement] = &[
    Requirement {
        name: "clang, to compile C for macOS",
        evidence: Evidence::Program("clang"),
        remedy: Remedy::Packages { debian: &["clang"], elsewhere: "clang" },
    },
    MINGW,
];

const WINDOWS_ON_LINUX: &[Requirement] = &[MINGW];

const WINDOWS_TESTS_ON_LINUX: &[Requirement] = &[
    Requirement {
        name: "Wine, to run programs for Windows",
        evidence: Evidence::Program("wine"),
        remedy: Remedy::Packages { debian: &["wine", "wine64"], elsewhere: "wine" },
    },
    Requirement {
        name: "NSIS, to make setups for Windows",
        evidence: Evidence::Program("makensis"),
        remedy: Remedy::Packages { debian: &["nsis"], elsewhere: "nsis, mingw32-nsis" },
    },
    MINGW,
];

const BARE_MACHINE_ON_DEBIAN: &[Requirement] = &[
    Requirement {
        name: "debootstrap, to make a Debian in a folder",
        evidence: Evidence::File(&["/usr/sbin/debootstrap"]),
        remedy: Remedy::Packages { debian: &["debootstrap"], elsewhere: "debootstrap" },
    },
    Requirement {
        name: "git, to clone the project into it",
        evidence: Evidence::Program("git"),
        remedy: Remedy::Packages { debian: &["git"], elsewhere: "git" },
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    const SYSTEMS: [System; 4] = [System::Debian, System::OtherLinux, System::MacOs, System::Windows];

    fn names(missing: &[&Requirement]) -> Vec<&'static str> {
        missing.iter().map(|requirement| requirement.name).collect()
    }

    #[test]
    fn only_what_has_no_evidence_is_missing() {
        let is_present = |evidence: &Evidence| *evidence != Evidence::Library("jack");
        let missing = missing(&[STANDALONE_ON_LINUX, TEST_SOUND_ON_LINUX], is_present);
        assert_eq!(names(&missing), ["JACK's development files"]);
    }

    #[test]
    fn nothing_is_missing_when_everything_is_there() {
        assert!(missing(&[STANDALONE_ON_LINUX, TEST_SOUND_ON_LINUX], |_| true).is_empty());
    }

    #[test]
    fn a_requirement_of_two_purposes_is_named_once() {
        let missing = missing(&[HOST_TESTS_ON_LINUX, HOST_TESTS_ON_LINUX], |_| false);
        assert_eq!(missing.len(), 1);
    }

    #[test]
    fn packages_are_for_linux_and_instructions_for_the_others() {
        for system in SYSTEMS {
            for need in Need::value_variants() {
                for requirement in requirements(*need, system) {
                    let is_package = matches!(requirement.remedy, Remedy::Packages { .. });
                    assert_eq!(is_package, system.is_linux(), "{} on {system:?}", requirement.name);
                }
            }
        }
    }

    #[test]
    fn evidence_is_found_where_it_is() {
        assert!(is_present(&Evidence::File(&[
            "/no/such/file",
            concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")
        ])));
        assert!(!is_present(&Evidence::File(&["/no/such/file"])));
        assert!(!is_present(&Evidence::Program("no-program-bears-this-name")));
        assert!(!is_present(&Evidence::Command(&["no-program-bears-this-name"])));
    }
}
