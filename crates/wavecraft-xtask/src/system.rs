//! Which operating system this is, as far as the commands differ by it.

use std::path::Path;

use crate::process;

/// An operating system, or a family of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// Debian, Ubuntu and others that install with apt.
    Debian,
    /// Any other Linux; what is missing can only be named.
    OtherLinux,
    /// macOS.
    MacOs,
    /// Windows.
    Windows,
}

impl System {
    /// The system that this program runs on.
    pub fn current() -> Self {
        if cfg!(target_os = "macos") {
            Self::MacOs
        } else if cfg!(windows) {
            Self::Windows
        } else if Path::new("/etc/debian_version").exists() && process::find_program("apt-get").is_some() {
            Self::Debian
        } else {
            Self::OtherLinux
        }
    }

    /// Whether it is a Linux of any kind.
    pub fn is_linux(self) -> bool {
        matches!(self, Self::Debian | Self::OtherLinux)
    }
}
