//! Archives that are the same to the last bit for the same contents: entries in order, one time, one owner, fixed modes.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use flate2::{Compression, GzBuilder};
use tar::{EntryType, Header};

/// Who may do what with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// All may read it.
    Data,
    /// All may run it as well.
    Program,
}

impl Mode {
    fn bits(self) -> u32 {
        match self {
            Self::Data => 0o644,
            Self::Program => 0o755,
        }
    }
}

/// Files by their paths, which have slashes on every system and none in front.
#[derive(Default)]
pub struct Tree {
    files: BTreeMap<String, (Mode, Vec<u8>)>,
}

impl Tree {
    /// Adds a file.
    pub fn add(&mut self, path: impl Into<String>, mode: Mode, content: impl Into<Vec<u8>>) {
        self.files.insert(path.into(), (mode, content.into()));
    }

    /// Adds a file from the disk, or a folder with all that is in it. All its files get the same mode.
    pub fn add_from_disk(&mut self, path: &str, mode: Mode, source: &Path) -> Result<()> {
        let context = || format!("could not read {}", source.display());
        if !source.is_dir() {
            self.add(path, mode, fs::read(source).with_context(context)?);
            return Ok(());
        }
        for entry in fs::read_dir(source).with_context(context)? {
            let entry = entry.with_context(context)?;
            let name = entry.file_name();
            let name = name.to_str().with_context(|| format!("{} is no text", name.display()))?;
            self.add_from_disk(&format!("{path}/{name}"), mode, &entry.path())?;
        }
        Ok(())
    }

    /// Takes in the files of another.
    pub fn extend(&mut self, other: Self) {
        self.files.extend(other.files);
    }

    /// The files in order.
    pub fn files(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.files.iter().map(|(path, (_, content))| (path.as_str(), content.as_slice()))
    }

    /// An archive of all, compressed; each path gets `prefix` in front.
    pub fn tar_gz(&self, prefix: &str, time_s: u64) -> Result<Vec<u8>> {
        let mut archive = tar::Builder::new(Vec::new());
        for folder in self.folders() {
            let mut header = header(EntryType::Directory, 0o755, time_s);
            header.set_size(0);
            archive.append_data(&mut header, format!("{prefix}{folder}/"), std::io::empty())?;
        }
        for (path, (mode, content)) in &self.files {
            let mut header = header(EntryType::Regular, mode.bits(), time_s);
            header.set_size(content.len() as u64);
            archive.append_data(&mut header, format!("{prefix}{path}"), content.as_slice())?;
        }
        gzip(&archive.into_inner()?)
    }

    /// All folders that the files are in, each after the one that it is in.
    fn folders(&self) -> BTreeSet<&str> {
        let ends = |path: &str| path.match_indices('/').map(|(end, _)| end).collect::<Vec<_>>();
        self.files.keys().flat_map(|path| ends(path).into_iter().map(|end| &path[..end])).collect()
    }
}

fn header(kind: EntryType, mode: u32, time_s: u64) -> Header {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_mode(mode);
    header.set_mtime(time_s);
    header.set_uid(0);
    header.set_gid(0);
    header
}

/// Compresses, with neither a name nor a time in the header.
pub fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn tree(names: &[&str]) -> Tree {
        let mut tree = Tree::default();
        for name in names {
            tree.add(*name, Mode::Data, *name);
        }
        tree
    }

    #[test]
    fn an_archive_does_not_depend_on_the_order_in_which_files_came() {
        let one = tree(&["b/c", "a", "b/a/d"]).tar_gz("x/", 1).unwrap();
        assert_eq!(one, tree(&["b/a/d", "b/c", "a"]).tar_gz("x/", 1).unwrap());
        assert_ne!(one, tree(&["b/a/d", "b/c", "a"]).tar_gz("x/", 2).unwrap());
    }

    #[test]
    fn an_archive_has_each_folder_before_what_is_in_it_and_root_owns_all() {
        let mut tree = tree(&["b/a/d"]);
        tree.add("b.x", Mode::Program, "run");
        let archive = tree.tar_gz("x/", 77).unwrap();
        let mut archive = tar::Archive::new(flate2::read::GzDecoder::new(archive.as_slice()));
        let mut seen = Vec::new();
        for entry in archive.entries().unwrap() {
            let mut entry = entry.unwrap();
            let header = entry.header();
            assert_eq!((header.uid().unwrap(), header.gid().unwrap(), header.mtime().unwrap()), (0, 0, 77));
            let mode = header.mode().unwrap();
            let mut text = String::new();
            let path = entry.path().unwrap().display().to_string();
            entry.read_to_string(&mut text).unwrap();
            seen.push((path, mode, text));
        }
        let seen: Vec<_> =
            seen.iter().map(|(path, mode, text)| (path.as_str(), *mode, text.as_str())).collect();
        let expected = [
            ("x/b/", 0o755, ""),
            ("x/b/a/", 0o755, ""),
            ("x/b.x", 0o755, "run"),
            ("x/b/a/d", 0o644, "b/a/d"),
        ];
        assert_eq!(seen, expected);
    }

    #[test]
    fn a_folder_on_the_disk_is_packed_whole() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("Gain.vst3/Contents")).unwrap();
        fs::write(folder.path().join("Gain.vst3/Contents/Gain.so"), "library").unwrap();
        let mut tree = Tree::default();
        tree.add_from_disk("Gain.vst3", Mode::Data, &folder.path().join("Gain.vst3")).unwrap();
        let files: Vec<_> = tree.files().collect();
        assert_eq!(files, [("Gain.vst3/Contents/Gain.so", &b"library"[..])]);
    }
}
