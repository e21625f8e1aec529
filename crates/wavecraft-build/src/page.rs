//! The list of a page's files, as Rust.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// An array of `(path below the folder, media type, contents)`, in the order of the paths.
pub(crate) fn list(folder: &Path) -> io::Result<String> {
    let mut paths = Vec::new();
    collect(folder, &mut paths)?;
    paths.sort();
    let mut list = String::from("[\n");
    for path in &paths {
        let name = path.strip_prefix(folder).expect("it lies within").to_string_lossy().replace('\\', "/");
        let file = path.to_string_lossy();
        // Writing to a string does not fail.
        let _ = writeln!(list, "({name:?}, {:?}, include_bytes!({file:?}).as_slice()),", media_type(path));
    }
    list.push(']');
    Ok(list)
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, paths)?;
        } else {
            paths.push(path);
        }
    }
    Ok(())
}

/// The media type of a file, by its name.
fn media_type(path: &Path) -> String {
    let guess = mime_guess::from_path(path).first_or_octet_stream();
    if guess.type_() == "text" { format!("{guess}; charset=utf-8") } else { guess.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_listed_in_order_with_their_media_types() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("assets")).unwrap();
        for name in ["index.html", "assets/font.woff2", "assets/app.js"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        let list = list(folder.path()).unwrap();
        let lines: Vec<&str> = list.lines().collect();
        assert_eq!(lines.len(), 5, "{list}");
        for (line, start) in lines[1..].iter().zip([
            r#"("assets/app.js", "text/javascript; charset=utf-8", include_bytes!("#,
            r#"("assets/font.woff2", "font/woff2", include_bytes!("#,
            r#"("index.html", "text/html; charset=utf-8", include_bytes!("#,
        ]) {
            assert!(line.starts_with(start), "{line}");
        }
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        assert!(list(Path::new("/no/such/page")).is_err());
    }
}
