//! What was built for Windows, looked at as files: what it imports, and what Windows shows of it.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use object::pe::{RT_GROUP_ICON, RT_ICON, RT_MANIFEST};
use object::read::pe::PeFile64;
use object::{LittleEndian as LE, Object as _, ObjectSection as _};
use wavecraft_tests::bundles::{windows_clap, windows_program, windows_setup, windows_vst3};

/// The libraries that every Windows 10 has.
const LIBRARIES: [&str; 26] = [
    "advapi32.dll",
    "api-ms-win-core-synch-l1-2-0.dll",
    "api-ms-win-core-winrt-error-l1-1-0.dll",
    "avrt.dll",
    "bcrypt.dll",
    "bcryptprimitives.dll",
    "combase.dll",
    "comctl32.dll",
    "dwmapi.dll",
    "gdi32.dll",
    "imm32.dll",
    "kernel32.dll",
    "mmdevapi.dll",
    "msvcrt.dll",
    "ntdll.dll",
    "ole32.dll",
    "oleaut32.dll",
    "propsys.dll",
    "rpcrt4.dll",
    "shell32.dll",
    "shlwapi.dll",
    "user32.dll",
    "userenv.dll",
    "uxtheme.dll",
    "winmm.dll",
    "ws2_32.dll",
];

/// What is imported, in lower case.
fn imports(file: &Path) -> BTreeSet<String> {
    let bytes = fs::read(file).unwrap();
    let pe = PeFile64::parse(&*bytes).unwrap();
    let table = pe.import_table().unwrap().unwrap();
    let mut descriptors = table.descriptors().unwrap();
    let mut names = BTreeSet::new();
    while let Some(descriptor) = descriptors.next().unwrap() {
        let name = table.name(descriptor.name.get(object::LittleEndian)).unwrap();
        names.insert(String::from_utf8_lossy(name).to_lowercase());
    }
    names
}

#[test]
fn nothing_is_imported_that_a_bare_windows_lacks() {
    for file in [windows_clap(), windows_vst3().join("Contents/x86_64-win/Wavecraft.vst3"), windows_program()]
    {
        let imports = imports(&file);
        assert!(imports.contains("kernel32.dll"), "{imports:?}");
        let lacking: Vec<&String> =
            imports.iter().filter(|name| !LIBRARIES.contains(&name.as_str())).collect();
        assert!(lacking.is_empty(), "{} imports {lacking:?}", file.display());
    }
}

#[test]
fn the_version_stands_among_the_properties_of_each_file() {
    let text = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let vst3 = windows_vst3().join("Contents/x86_64-win/Wavecraft.vst3");
    for file in [windows_clap(), vst3, windows_program(), windows_setup()] {
        let bytes = fs::read(&file).unwrap();
        let pe = PeFile64::parse(&*bytes).unwrap();
        let section = pe.section_by_name(".rsrc").expect("there are resources");
        let resources = section.data().unwrap();
        for expected in
            ["ProductName\0\0Wavecraft\0", concat!("FileVersion\0\0", env!("CARGO_PKG_VERSION"), "\0")]
        {
            let expected = text(expected);
            let is_there = resources.windows(expected.len()).any(|part| part == expected);
            assert!(is_there, "{}", file.display());
        }
    }
}

/// The resources of a kind.
fn resources(file: &Path, kind: u16) -> Vec<Vec<u8>> {
    let bytes = fs::read(file).unwrap();
    let pe = PeFile64::parse(&*bytes).unwrap();
    let sections = pe.section_table();
    let directory = pe.data_directories().resource_directory(&*bytes, &sections).unwrap().unwrap();
    let root = directory.root().unwrap();
    let of_kind = root.entries.iter().filter(|entry| entry.name_or_id().id() == Some(kind));
    let names = of_kind.flat_map(|entry| entry.data(directory).unwrap().table().unwrap().entries);
    let languages = names.flat_map(|entry| entry.data(directory).unwrap().table().unwrap().entries);
    let data = languages.map(|entry| entry.data(directory).unwrap().data().unwrap());
    data.map(|data| {
        let bytes = sections.pe_data_at(&*bytes, data.offset_to_data.get(LE)).unwrap();
        bytes[..data.size.get(LE) as usize].to_vec()
    })
    .collect()
}

/// The pictures in a file of icons.
fn pictures(icons: &[u8]) -> BTreeSet<Vec<u8>> {
    const HEADER_BYTES: usize = 6;
    let number = |at: usize| u32::from_le_bytes(icons[at..at + 4].try_into().unwrap()) as usize;
    let count = usize::from(u16::from_le_bytes([icons[4], icons[5]]));
    let entries = (0..count).map(|index| HEADER_BYTES + index * 16);
    entries.map(|at| icons[number(at + 12)..][..number(at + 8)].to_vec()).collect()
}

#[test]
fn the_program_and_the_setup_have_the_icon_in_all_its_sizes() {
    let icons = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../icon.ico")).unwrap();
    let expected = pictures(&icons);
    assert!(expected.len() > 1);
    for file in [windows_program(), windows_setup()] {
        let found: BTreeSet<Vec<u8>> = resources(&file, RT_ICON).into_iter().collect();
        assert!(found == expected, "{} has {} pictures", file.display(), found.len());
        assert_eq!(resources(&file, RT_GROUP_ICON).len(), 1, "{}", file.display());
    }
}

#[test]
fn the_program_takes_long_paths_from_windows() {
    let manifests = resources(&windows_program(), RT_MANIFEST);
    assert_eq!(manifests.len(), 1);
    let manifest = String::from_utf8(manifests[0].clone()).unwrap();
    let setting =
        "<longPathAware xmlns=\"http://schemas.microsoft.com/SMI/2016/WindowsSettings\">true</longPathAware>";
    assert!(manifest.contains(setting), "{manifest}");
}
