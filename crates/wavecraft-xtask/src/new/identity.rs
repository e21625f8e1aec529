//! What follows from a plugin's name and vendor: ids, and what packages and types are called.

use std::hash::Hasher;
use std::path::Path;

use anyhow::{Result, bail};

use super::answers::Answers;
use super::file_name;

/// Words that cargo or Rust has other uses for.
const RESERVED: [&str; 12] = [
    "xtask",
    "test",
    "core",
    "std",
    "alloc",
    "proc-macro",
    "self",
    "super",
    "crate",
    "fn",
    "mod",
    "wavecraft-plugin",
];

/// What a plugin is called, for each who calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// What users read.
    pub name: String,
    /// Cargo's package: `my-tremolo`.
    pub package: String,
    /// The crate in Rust's sources: `my_tremolo`.
    pub crate_name: String,
    /// The plugin's type: `MyTremolo`.
    pub type_name: String,
    /// The id in CLAP hosts, which is also the bundles' identifier: `com.acme.my-tremolo`.
    pub clap_id: String,
    /// The id in VST3 hosts: 16 characters.
    pub vst3_id: String,
}

impl Identity {
    /// Derives it. The folder's name is the package's.
    pub fn new(folder: &Path, answers: &Answers) -> Result<Self> {
        let package = file_name(folder);
        check_package(&package)?;
        let (vendor, name) = (slug(&answers.vendor), slug(&answers.name));
        // A type cannot begin with a digit; the package's name does not.
        let named_after =
            if name.starts_with(|first: char| first.is_ascii_digit()) { &package } else { &name };
        let words = named_after.split(['-', '_']).filter(|word| !word.is_empty());
        let type_name: String = words.map(capitalized).collect();
        if vendor.is_empty() || name.is_empty() {
            bail!(
                "neither ids nor files can be named after {:?} by {:?}: use some Latin letters",
                answers.name,
                answers.vendor
            );
        }
        Ok(Self {
            name: answers.name.clone(),
            crate_name: package.replace('-', "_"),
            type_name,
            clap_id: format!("com.{vendor}.{name}"),
            vst3_id: vst3_id(&vendor, &name),
            package,
        })
    }
}

/// Refuses what is no name for a package, before cargo does in words of its own.
fn check_package(name: &str) -> Result<()> {
    let starts_well = name.starts_with(|first: char| first.is_ascii_lowercase());
    let is_plain = name.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'));
    if !starts_well || !is_plain {
        bail!(
            "the folder's name becomes the package's, and {name:?} is none: use small letters, digits and dashes, \
             beginning with a letter, such as my-tremolo"
        );
    }
    if RESERVED.contains(&name) {
        bail!(
            "a package called {name:?} would stand in the way of another; choose another name for the folder"
        );
    }
    Ok(())
}

/// 16 characters of which the first eight tell who and what, and the others make them unlike anybody else's.
fn vst3_id(vendor: &str, name: &str) -> String {
    let letters = |slug: &str| {
        let letters: String = slug.split('-').map(capitalized).collect();
        format!("{letters:0<4.4}")
    };
    // FNV-1a, whose results stay the same for ever: the id is part of every project of the plugin.
    let mut hash = Fnv(0xcbf2_9ce4_8422_2325);
    hash.write(vendor.as_bytes());
    hash.write(&[0]);
    hash.write(name.as_bytes());
    let folded = (hash.finish() ^ (hash.finish() >> 32)) as u32;
    format!("{}{}{folded:08x}", letters(vendor), letters(name))
}

/// The hash function FNV-1a with 64 bits (Fowler, Noll, Vo; RFC 9923, section 2).
struct Fnv(u64);

impl Hasher for Fnv {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

/// Small letters, digits and single dashes.
fn slug(text: &str) -> String {
    let small = text.to_lowercase();
    let words = small.split(|character: char| !character.is_ascii_alphanumeric());
    words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-")
}

/// A word with a capital at its beginning.
pub fn capitalized(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Licence};
    use super::*;

    fn identity(folder: &str, name: &str, vendor: &str) -> Result<Identity> {
        let (name, vendor) = (name.to_owned(), vendor.to_owned());
        let answers = Answers { name, vendor, kind: Kind::Effect, licence: Licence::Mit };
        Identity::new(Path::new(folder), &answers)
    }

    #[test]
    fn everything_follows_from_folder_name_and_vendor() {
        let identity = identity("/somewhere/my-tremolo", "My Tremolo", "Acme Audio, Inc.").unwrap();
        assert_eq!(identity.crate_name, "my_tremolo");
        assert_eq!(identity.type_name, "MyTremolo");
        assert_eq!(identity.clap_id, "com.acme-audio-inc.my-tremolo");
        assert_eq!(self::identity("/somewhere/newcomer", "Wobble", "Acme").unwrap().type_name, "Wobble");
        assert_eq!(self::identity("/somewhere/delay-3", "3 Delays", "Acme").unwrap().type_name, "Delay3");
        assert_eq!(identity.vst3_id.len(), 16);
        assert!(identity.vst3_id.starts_with("AcmeMyTr"), "{}", identity.vst3_id);
    }

    #[test]
    fn vst3_ids_stay_as_they_are_and_differ_by_vendor_and_by_name() {
        assert_eq!(vst3_id("acme", "gain"), "AcmeGaina89a6a99");
        assert_ne!(vst3_id("acme", "gain"), vst3_id("acme", "gainer"));
        assert_ne!(vst3_id("acme", "gain"), vst3_id("acmf", "gain"));
        assert_ne!(vst3_id("ab", "c"), vst3_id("a", "bc"));
        assert_eq!(vst3_id("x", "y").len(), 16);
    }

    #[test]
    fn what_is_no_packages_name_is_refused() {
        for folder in ["My Tremolo", "2tremolo", "trémolo", "-x"] {
            let error = identity(folder, "T", "V").unwrap_err().to_string();
            assert!(error.contains("such as my-tremolo"), "{error}");
        }
        assert!(identity("xtask", "T", "V").unwrap_err().to_string().contains("choose another name"));
        assert!(identity("t", "音", "V").unwrap_err().to_string().contains("Latin letters"));
    }
}
