//! What the library brings into the host's process.

use std::path::Path;

use object::Endianness;
use object::elf;
use object::read::elf::{Dyn as _, ElfFile64, FileHeader as _};

use crate::Subject;
use crate::check::{CheckResult, Passed, failed, skipped};

pub const MEANING: &str = "on Linux, the library links the C library and its kin alone, and stays loaded for threads that outlive its instances";

/// What every process has.
const HARMLESS: [&str; 9] = [
    "ld-linux",
    "libc.so",
    "libdl.so",
    "libgcc_s.so",
    "libm.so",
    "libpthread.so",
    "librt.so",
    "libstdc++.so",
    "libc.musl",
];

pub fn run(subject: &Subject) -> CheckResult {
    let Some(bundle) = &subject.bundle else {
        return skipped(
            "the plugin is linked into the tests; `cargo xtask validate` looks at the bundle's library",
        );
    };
    if !cfg!(target_os = "linux") {
        return skipped("it is looked at on Linux alone");
    }
    let dynamic = match Dynamic::read(bundle) {
        Ok(dynamic) => dynamic,
        Err(error) => {
            return failed(format!("{} cannot be read as an ELF library: {error}", bundle.display()));
        }
    };
    let is_harmless = |name: &&String| HARMLESS.iter().any(|known| name.starts_with(known));
    if let Some(name) = dynamic.needed.iter().find(|name| !is_harmless(name)) {
        return failed(format!(
            "the library links {name}: a host that lacks it cannot load the plugin, and one that has another version may crash"
        ));
    }
    if !dynamic.stays_loaded {
        return failed(
            "the library is not marked to stay loaded (DF_1_NODELETE): threads that outlive its instances run code that is \
             gone, and the host crashes; a build script that calls `wavecraft_build::plugin()` marks it",
        );
    }
    Ok(Passed::with(dynamic.needed.join(", ")))
}

/// What a library's dynamic section says.
#[derive(Default)]
struct Dynamic {
    needed: Vec<String>,
    stays_loaded: bool,
}

impl Dynamic {
    fn read(library: &Path) -> Result<Self, String> {
        let data = std::fs::read(library).map_err(|error| error.to_string())?;
        let file = ElfFile64::<Endianness>::parse(&*data).map_err(|error| error.to_string())?;
        let (endian, header) = (file.endian(), file.elf_header());
        let read = || -> object::read::Result<Self> {
            let sections = header.sections(endian, &*data)?;
            let mut found = Self::default();
            let Some((entries, link)) = sections.dynamic(endian, &*data)? else { return Ok(found) };
            let strings = sections.strings(endian, &*data, link)?;
            for entry in entries {
                match entry.tag(endian) {
                    elf::DT_NEEDED => {
                        let name = entry.string(endian, strings)?;
                        found.needed.push(String::from_utf8_lossy(name).into_owned());
                    }
                    elf::DT_FLAGS_1 => {
                        found.stays_loaded |= entry.val(endian) & elf::DF_1_NODELETE.0 != 0;
                    }
                    _ => {}
                }
            }
            Ok(found)
        };
        read().map_err(|error| error.to_string())
    }
}
