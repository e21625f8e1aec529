//! Which libraries a program or library for Linux links, and what Debian calls the packages that have them.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use object::elf::{self, FileHeader64};
use object::read::elf::{Dyn, FileHeader};
use object::{Endianness, StringTable};

/// What an executable file of Linux begins with.
const MAGIC: &[u8] = &elf::ELFMAG;

/// The libraries known here, and the packages of Debian and Ubuntu that have them, under the names of each release.
const PACKAGES: &[(&str, &str)] = &[
    ("libasound.so.2", "libasound2 | libasound2t64"),
    ("libgcc_s.so.1", "libgcc-s1"),
    ("libgdk-3.so.0", "libgtk-3-0 | libgtk-3-0t64"),
    ("libgdk_pixbuf-2.0.so.0", "libgdk-pixbuf-2.0-0"),
    ("libgio-2.0.so.0", "libglib2.0-0 | libglib2.0-0t64"),
    ("libglib-2.0.so.0", "libglib2.0-0 | libglib2.0-0t64"),
    ("libgobject-2.0.so.0", "libglib2.0-0 | libglib2.0-0t64"),
    ("libgtk-3.so.0", "libgtk-3-0 | libgtk-3-0t64"),
    ("libcairo.so.2", "libcairo2"),
    ("libcairo-gobject.so.2", "libcairo-gobject2"),
    ("libjack.so.0", "libjack-jackd2-0 | libjack-0.125"),
    ("libjavascriptcoregtk-4.1.so.0", "libjavascriptcoregtk-4.1-0"),
    ("libpango-1.0.so.0", "libpango-1.0-0"),
    ("libsoup-3.0.so.0", "libsoup-3.0-0"),
    ("libstdc++.so.6", "libstdc++6"),
    ("libwebkit2gtk-4.1.so.0", "libwebkit2gtk-4.1-0"),
    ("libX11.so.6", "libx11-6"),
    ("libX11-xcb.so.1", "libx11-xcb1"),
    ("libxcb.so.1", "libxcb1"),
    ("libxkbcommon.so.0", "libxkbcommon0"),
    ("libz.so.1", "zlib1g"),
];

/// The libraries that the C library's package has.
const C_LIBRARY: &[&str] = &[
    "libc.so.6",
    "libm.so.6",
    "libdl.so.2",
    "libpthread.so.0",
    "librt.so.1",
    "libutil.so.1",
    "ld-linux-x86-64.so.2",
    "ld-linux-aarch64.so.1",
];

/// What versions of the C library's symbols are called before their number.
const C_LIBRARY_VERSION: &str = "GLIBC_";

/// What a file links, and what the programs link that it carries inside.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Linked {
    libraries: BTreeSet<String>,
    /// The oldest C library that has all, as major and minor number.
    c_library: (u32, u32),
}

impl Linked {
    /// Adds what a file needs.
    pub fn add(&mut self, file: &[u8]) -> Result<()> {
        self.add_image(file).context("it is no program and no library of Linux")?;
        for start in carried(file) {
            // What only looks like the beginning of one is none.
            let _ = self.add_image(&file[start..]);
        }
        Ok(())
    }

    fn add_image(&mut self, image: &[u8]) -> Result<()> {
        let header = FileHeader64::<Endianness>::parse(image)?;
        let endian = header.endian()?;
        let sections = header.sections(endian, image)?;
        let (entries, strings) = sections.dynamic(endian, image)?.context("it links nothing")?;
        let strings = sections.strings(endian, image, strings)?;
        for entry in entries.iter().filter(|entry| entry.tag(endian) == elf::DT_NEEDED) {
            self.libraries.insert(text(entry.string(endian, strings)?)?);
        }
        if let Some((mut needed, strings)) = sections.gnu_verneed(endian, image)? {
            let strings: StringTable<'_> = sections.strings(endian, image, strings)?;
            while let Some((_, mut versions)) = needed.next()? {
                while let Some(version) = versions.next()? {
                    let name = text(version.name(endian, strings)?)?;
                    self.c_library = self.c_library.max(c_library_version(&name).unwrap_or_default());
                }
            }
        }
        Ok(())
    }

    /// The packages of Debian and Ubuntu that have all of it.
    pub fn debian_packages(&self) -> Result<Vec<String>> {
        let mut packages = BTreeSet::new();
        for library in &self.libraries {
            if C_LIBRARY.contains(&library.as_str()) {
                let (major, minor) = self.c_library;
                packages.insert(format!("libc6 (>= {major}.{minor})"));
                continue;
            }
            let Some((_, package)) = PACKAGES.iter().find(|(name, _)| name == library) else {
                bail!(
                    "the plugin links {library}, and the command does not know which package of Debian has it: link it \
                     statically, or add it to `PACKAGES` in wavecraft-xtask's package/linked_libraries.rs"
                );
            };
            packages.insert((*package).to_owned());
        }
        Ok(packages.into_iter().collect())
    }
}

/// Where in a file another one begins that it carries.
fn carried(file: &[u8]) -> impl Iterator<Item = usize> {
    memchr::memmem::find_iter(file, MAGIC).filter(|start| *start > 0)
}

fn c_library_version(name: &str) -> Option<(u32, u32)> {
    let (major, minor) = name.strip_prefix(C_LIBRARY_VERSION)?.split_once('.')?;
    // Versions of old have a third number.
    let minor = minor.split('.').next()?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

fn text(name: &[u8]) -> Result<String> {
    Ok(std::str::from_utf8(name).context("a library's name is no text")?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_the_c_library_are_compared_as_numbers() {
        assert_eq!(c_library_version("GLIBC_2.34"), Some((2, 34)));
        assert_eq!(c_library_version("GLIBC_2.2.5"), Some((2, 2)));
        assert_eq!(c_library_version("GLIBC_PRIVATE"), None);
        assert_eq!(c_library_version("GCC_3.0"), None);
    }

    #[test]
    fn an_unknown_library_is_named() {
        let linked = Linked { libraries: BTreeSet::from(["libtea.so.1".to_owned()]), c_library: (2, 4) };
        let error = linked.debian_packages().unwrap_err().to_string();
        assert!(error.contains("links libtea.so.1"), "{error}");
    }

    #[test]
    fn a_text_is_no_program() {
        assert!(Linked::default().add(b"a text").is_err());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_program_links_the_c_library_and_a_program_that_is_carried_counts_as_well() {
        let this = std::fs::read(std::env::current_exe().unwrap()).unwrap();
        let mut linked = Linked::default();
        linked.add(&this).unwrap();
        let packages = linked.debian_packages().unwrap();
        assert!(packages.iter().any(|package| package.starts_with("libc6 (>= 2.")), "{packages:?}");

        // A library that itself links nothing, with this program behind it.
        let mut carrier = vec![0; 3];
        carrier.extend(&this);
        let starts: Vec<usize> = carried(&carrier).collect();
        assert_eq!(starts.first(), Some(&3));
        let mut of_carried = Linked::default();
        of_carried.add_image(&carrier[3..]).unwrap();
        assert_eq!(of_carried, linked);
    }
}
