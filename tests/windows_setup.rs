//! The setup for Windows, under Wine, on a system drive that nobody else has used: where it puts what, that this plays, and
//! that nothing of it is left once it is taken away.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use wavecraft_tests::plugin_host::{SAME, host_here, host_on_windows, play};
use wavecraft_tests::recording::{largest_difference, rms_db};
use wavecraft_tests::wine::{Wine, windows_path};
use wavecraft_tests::{bundles, display};

plugin_test_support::needs!(TestSound, WindowTests, WindowsTests);

/// What lies in the plugin's own folder.
const PROGRAM_FILES: [&str; 5] =
    ["LICENSE-APACHE", "LICENSE-MIT", "THIRD-PARTY-NOTICES.txt", "Wavecraft.exe", "uninstall.exe"];

/// Where Windows lists what can be taken away.
const UNINSTALL: &str = r"Software\Microsoft\Windows\CurrentVersion\Uninstall";

const PRESET: &str = "name = \"Ä voice\"\n\n[parameters]\ndrive = 12\n";

/// Whom the setup is for.
struct Mode {
    argument: &'static str,
    /// Below drive C:, where the folders for CLAP and VST3 are, the plugin's own, and the start menu's.
    common: String,
    program: String,
    menu: String,
    registry: &'static str,
}

/// The one who runs it.
fn for_this_user(user: &str) -> Mode {
    let programs = format!("users/{user}/AppData/Local/Programs");
    Mode {
        argument: "/CurrentUser",
        common: format!("{programs}/Common"),
        program: format!("{programs}/Wavecraft"),
        menu: format!("users/{user}/AppData/Roaming/Microsoft/Windows/Start Menu/Programs"),
        registry: "HKCU",
    }
}

fn for_all_users() -> Mode {
    Mode {
        argument: "/AllUsers",
        common: "Program Files/Common Files".into(),
        program: "Program Files/Wavecraft".into(),
        menu: "ProgramData/Microsoft/Windows/Start Menu/Programs".into(),
        registry: "HKLM",
    }
}

/// All files and folders of the system drive. Links are not followed: some lead to this machine's own folders.
/// Left out are the folders that NSIS makes for its uninstallers among the temporary files. The next start of Windows deletes
/// them with what is in them; Wine's leaves them, empty.
fn files(wine: &Wine) -> BTreeSet<String> {
    fn list(folder: &Path, root: &Path, found: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            let is_of_nsis =
                folder.ends_with("Temp") && entry.file_name().to_string_lossy().starts_with("~nsu");
            if !is_of_nsis {
                found.insert(entry.path().strip_prefix(root).unwrap().display().to_string());
            }
            if entry.file_type().unwrap().is_dir() {
                list(&entry.path(), root, found);
            }
        }
    }
    let mut found = BTreeSet::new();
    list(&wine.system_drive(), &wine.system_drive(), &mut found);
    found
}

/// The keys and values below a key of the registry. The key itself, which may come to be there, has none.
fn registry(wine: &Wine, key: &str) -> Vec<String> {
    let mut command = wine.program("reg");
    // It ends with an error, and says so among its output, where there is no such key.
    let output = command.args(["query", key, "/s"]).output().unwrap();
    let text = if output.status.success() { String::from_utf8_lossy(&output.stdout) } else { "".into() };
    let is_below = |line: &&str| !line.is_empty() && !line.ends_with(r"\CurrentVersion\Uninstall");
    text.lines().map(str::trim_end).filter(is_below).map(str::to_owned).collect()
}

fn uninstall_keys(wine: &Wine) -> Vec<String> {
    ["HKCU", "HKLM"].iter().flat_map(|root| registry(wine, &format!(r"{root}\{UNINSTALL}"))).collect()
}

/// The value of a name among the lines of the registry.
fn value<'a>(lines: &'a [String], name: &str) -> &'a str {
    let find = |line: &'a String| line.trim_start().strip_prefix(name)?.trim_start().strip_prefix("REG_SZ");
    lines.iter().find_map(find).unwrap_or_else(|| panic!("no {name} in {lines:#?}")).trim()
}

/// A file of drive C:, as Windows calls it.
fn on_drive_c(path: &str) -> String {
    format!(r"C:\{}", path.replace('/', r"\"))
}

/// What an installation adds to the system drive, its folders included as far as they are not there before.
fn expected(mode: &Mode, before: &BTreeSet<String>) -> BTreeSet<String> {
    let Mode { common, program, menu, .. } = mode;
    let mut files = vec![
        format!("{common}/CLAP/Wavecraft.clap"),
        format!("{common}/VST3/Wavecraft.vst3/Contents/x86_64-win/Wavecraft.vst3"),
        format!("{menu}/Wavecraft.lnk"),
    ];
    files.extend(PROGRAM_FILES.iter().map(|name| format!("{program}/{name}")));
    let with_folders = files.iter().flat_map(|file| Path::new(file).ancestors());
    let names = with_folders.map(|path| path.display().to_string());
    names.filter(|name| !name.is_empty() && !before.contains(name)).collect()
}

fn difference(one: &BTreeSet<String>, other: &BTreeSet<String>) -> BTreeSet<String> {
    one.difference(other).cloned().collect()
}

#[test]
fn the_setup_puts_everything_where_it_belongs_and_leaves_nothing_but_presets() {
    drop(display::display());
    let folder = tempfile::Builder::new().prefix("Größe 音 ").tempdir().unwrap();
    let wine = Wine::start_in(&folder.path().join("a drive of Jürgen's"));
    let users = fs::read_dir(wine.system_drive().join("users")).unwrap();
    let mut names = users.map(|user| user.unwrap().file_name().into_string().unwrap());
    let user = names.find(|name| name != "Public").unwrap();
    let presets =
        wine.system_drive().join(format!("users/{user}/AppData/Roaming/Wavecraft/Wavecraft/presets"));
    fs::create_dir_all(&presets).unwrap();
    let preset = presets.join("Ä voice.toml");
    fs::write(&preset, PRESET).unwrap();

    for mode in [for_this_user(&user), for_all_users()] {
        comes_and_goes(&wine, &mode);
        assert_eq!(fs::read_to_string(&preset).unwrap(), PRESET);
    }
}

fn comes_and_goes(wine: &Wine, mode: &Mode) {
    let (files_before, keys_before) = (files(wine), uninstall_keys(wine));
    wine.run(wine.program(windows_path(&bundles::windows_setup())).args(["/S", mode.argument]));
    wine.wait_for_end();

    let added = difference(&files(wine), &files_before);
    assert_eq!(added, expected(mode, &files_before), "{}", mode.argument);
    assert_starts_the_program(wine, mode);
    for (format, bundle, here) in [
        ("clap", format!("{}/CLAP/Wavecraft.clap", mode.common), bundles::clap()),
        ("vst3", format!("{}/VST3/Wavecraft.vst3", mode.common), bundles::vst3()),
    ] {
        let heard_here = play(host_here(), format, &here, None).output;
        assert!(rms_db(&heard_here) > -60.0, "something is heard");
        let heard = play(host_on_windows(wine), format, Path::new(&on_drive_c(&bundle)), None).output;
        assert!(largest_difference(&heard, &heard_here) < SAME, "{format} {}", mode.argument);
    }

    let listed = registry(wine, &format!(r"{}\{UNINSTALL}\dev.wavecraft.wavecraft", mode.registry));
    assert_eq!(value(&listed, "DisplayName"), "Wavecraft");
    assert_eq!(value(&listed, "DisplayVersion"), env!("CARGO_PKG_VERSION"));
    assert_eq!(value(&listed, "InstallLocation"), on_drive_c(&mode.program));
    // As the system's own list of programs calls it. It goes on as a copy of itself, which the next start deletes.
    let (program, arguments) =
        value(&listed, "QuietUninstallString").strip_prefix('"').unwrap().split_once("\" ").unwrap();
    wine.run(wine.program(program).args(arguments.split(' ')));
    wine.wait_for_end();
    wine.restart();

    let after = files(wine);
    assert_eq!(difference(&after, &files_before), BTreeSet::new(), "left behind, {}", mode.argument);
    assert_eq!(difference(&files_before, &after), BTreeSet::new(), "taken from others, {}", mode.argument);
    assert_eq!(uninstall_keys(wine), keys_before, "{}", mode.argument);
}

/// The start menu's entry leads to the program, and the program starts.
fn assert_starts_the_program(wine: &Wine, mode: &Mode) {
    let program = on_drive_c(&format!("{}/Wavecraft.exe", mode.program));
    let link = fs::read(wine.system_drive().join(&mode.menu).join("Wavecraft.lnk")).unwrap();
    let target: Vec<u8> = program.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let is_named = |name: &[u8]| link.windows(name.len()).any(|part| part == name);
    assert!(is_named(&target) || is_named(program.as_bytes()), "the link does not lead to {program}");
    let said = wine.run(wine.program(&program).arg("--version"));
    assert!(said.contains(env!("CARGO_PKG_VERSION")), "{said}");
}
