//! Which Node.js is on the machine.

use std::process::Command;

use crate::process;

/// The oldest that the page's tools run on: Vite's own limit.
const OLDEST: (u32, u32) = (20, 19);

/// Whether there is a Node.js that is new enough, and npm beside it.
pub fn is_recent_enough() -> bool {
    let version = process::output_of(Command::new("node").arg("--version"));
    version.as_deref().and_then(parse_version).is_some_and(|version| version >= OLDEST)
        && process::find_program("npm").is_some()
}

/// Major and minor of a version as Node.js prints it.
fn parse_version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.trim().strip_prefix('v')?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_node_prints_them() {
        assert_eq!(parse_version("v20.20.2\n"), Some((20, 20)));
        assert_eq!(parse_version("v22.0.0-nightly"), Some((22, 0)));
        assert_eq!(parse_version("20.19.0"), None);
        assert_eq!(parse_version(""), None);
    }

    #[test]
    fn older_versions_are_not_enough() {
        assert!(parse_version("v18.20.4").unwrap() < OLDEST);
        assert!(parse_version("v20.18.9").unwrap() < OLDEST);
        assert!(parse_version("v24.1.0").unwrap() >= OLDEST);
    }
}
