//! What a library was built from. Cargo notes it in a file beside: the sources of all packages on this computer, wherever
//! they lie, and what they include or their build scripts ask to be watched. The compiler notes it for each crate.

use std::fs;
use std::path::{Path, PathBuf};

/// What cargo puts at the top of folders that it builds in.
const BUILD_FOLDER_MARK: &str = "CACHEDIR.TAG";

/// The files that a library was built from; none if cargo has noted nothing. What the build itself has made is left out, or
/// a build would ask for the next.
pub(super) fn sources(library: &Path) -> Vec<PathBuf> {
    let noted = fs::read_to_string(library.with_extension("d")).unwrap_or_default();
    not_built(prerequisites(&noted).into_iter().map(PathBuf::from).collect())
}

/// Those of the files that are there and were not made by a build.
pub(super) fn not_built(mut files: Vec<PathBuf>) -> Vec<PathBuf> {
    files.retain(|file| file.is_file() && !is_built(file));
    files
}

fn is_built(file: &Path) -> bool {
    file.ancestors().skip(1).any(|folder| folder.join(BUILD_FOLDER_MARK).is_file())
}

/// What the compiler notes of a crate that it has compiled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CompilerNotes {
    /// The crate's sources, and the files that they include.
    pub sources: Vec<PathBuf>,
    /// The variables that they read at compile time, with what they have found.
    pub variables: Vec<(String, Option<String>)>,
}

impl CompilerNotes {
    /// Reads them; `None` if they are not there, or not as expected. `folder` is that in which the compiler ran.
    pub fn read(notes: &Path, folder: &Path) -> Option<Self> {
        let noted = fs::read_to_string(notes).ok()?;
        let sources: Vec<PathBuf> = prerequisites(&noted).iter().map(|file| folder.join(file)).collect();
        let variables = noted.lines().filter_map(|line| line.strip_prefix("# env-dep:"));
        let variables = variables.map(|variable| match variable.split_once('=') {
            Some((name, value)) => Some((unescaped(name)?, Some(unescaped(value)?))),
            None => Some((unescaped(variable)?, None)),
        });
        let variables = variables.collect::<Option<_>>()?;
        (!sources.is_empty()).then_some(Self { sources, variables })
    }
}

/// The compiler writes a variable in one line, with backslashes before what would end it.
fn unescaped(text: &str) -> Option<String> {
    let mut characters = text.chars();
    let mut unescaped = String::new();
    while let Some(character) = characters.next() {
        unescaped.push(match character {
            '\\' => match characters.next()? {
                'n' => '\n',
                'r' => '\r',
                '\\' => '\\',
                _ => return None,
            },
            character => character,
        });
    }
    Some(unescaped)
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

    #[test]
    fn what_the_compiler_notes_is_read_with_the_variables_that_it_has_seen() {
        let folder = tempfile::tempdir().unwrap();
        let notes = folder.path().join("plugin.d");
        let noted = "/t/plugin.d: src/lib.rs /made/out.rs\n\n/t/libplugin.so: src/lib.rs /made/out.rs\n\nsrc/lib.rs:\n\n\
                     # env-dep:LINES=one\\ntwo\\\\ =three\n# env-dep:UNSET\n# env-dep:EMPTY=\n";
        fs::write(&notes, noted).unwrap();
        let read = CompilerNotes::read(&notes, Path::new("/plugin")).unwrap();
        assert_eq!(read.sources, ["/plugin/src/lib.rs", "/made/out.rs"].map(PathBuf::from));
        let variables = [("LINES", Some("one\ntwo\\ =three")), ("UNSET", None), ("EMPTY", Some(""))];
        assert_eq!(
            read.variables,
            variables.map(|(name, value)| (name.to_owned(), value.map(str::to_owned)))
        );
        for noted in ["", "/t/plugin.d: src/lib.rs\n# env-dep:A=\\x\n"] {
            fs::write(&notes, noted).unwrap();
            assert_eq!(CompilerNotes::read(&notes, Path::new("")), None, "{noted:?}");
        }
    }
}
