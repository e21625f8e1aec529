//! What a library was built from, as cargo notes it in a file beside: the sources of all packages on this computer, wherever
//! they lie, and what they include or their build scripts ask to be watched.

use std::fs;
use std::path::{Path, PathBuf};

/// What cargo puts at the top of folders that it builds in.
const BUILD_FOLDER_MARK: &str = "CACHEDIR.TAG";

/// The files that a library was built from; none if cargo has noted nothing. What the build itself has made is left out, or
/// a build would ask for the next.
pub(super) fn sources(library: &Path) -> Vec<PathBuf> {
    let noted = fs::read_to_string(library.with_extension("d")).unwrap_or_default();
    let files = prerequisites(&noted).into_iter().map(PathBuf::from);
    files.filter(|file| file.is_file() && !is_built(file)).collect()
}

fn is_built(file: &Path) -> bool {
    file.ancestors().skip(1).any(|folder| folder.join(BUILD_FOLDER_MARK).is_file())
}

/// What stands after the colon of the first rule, as make reads it: blanks in names have a backslash before them.
fn prerequisites(noted: &str) -> Vec<String> {
    let rule = noted.lines().next().unwrap_or_default();
    // The colon of a drive has no blank after it.
    let Some((_, files)) = rule.split_once(": ") else { return Vec::new() };
    let mut names = vec![String::new()];
    let mut characters = files.chars().peekable();
    while let Some(character) = characters.next() {
        let name = names.last_mut().expect("there is always one");
        match character {
            '\\' if characters.peek() == Some(&' ') => name.extend(characters.next()),
            ' ' => names.push(String::new()),
            character => name.push(character),
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_as_cargo_writes_them() {
        let noted = "/my\\ plugin/target/live/libp.so: /my\\ plugin/src/lib.rs /other/table.txt\n\n/other/table.txt:\n";
        assert_eq!(prerequisites(noted), ["/my plugin/src/lib.rs", "/other/table.txt"]);
        let on_windows = r"C:\p\target\live\p.dll: C:\p\src\lib.rs D:\my\ tables\a.txt";
        assert_eq!(prerequisites(on_windows), [r"C:\p\src\lib.rs", r"D:\my tables\a.txt"]);
        assert!(prerequisites("").is_empty() && prerequisites("libp.so:").is_empty());
    }

    #[test]
    fn what_a_library_was_built_from_is_read_beside_it_but_for_what_was_built() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["src/lib.rs", "target/live/build/out/made.rs", "target/CACHEDIR.TAG"] {
            fs::create_dir_all(path(name).parent().unwrap()).unwrap();
            fs::write(path(name), "").unwrap();
        }
        let noted = ["src/lib.rs", "src", "src/gone.rs", "target/live/build/out/made.rs"]
            .map(|name| path(name).display().to_string().replace(' ', "\\ "));
        fs::write(path("target/live/libp.d"), format!("libp.so: {}\n", noted.join(" "))).unwrap();
        assert_eq!(sources(&path("target/live/libp.so")), [path("src/lib.rs")]);
        assert!(sources(&path("target/live/other.so")).is_empty());
    }
}
