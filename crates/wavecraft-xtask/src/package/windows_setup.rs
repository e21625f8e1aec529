//! The setup for Windows, made by NSIS, which runs on Linux as well: for one user or all, formats to choose, silent with `/S`.

use std::fmt::Write;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context, Result, bail};

use super::contents::Contents;
use super::signing;
use crate::bundle::{Kind, windows_resources};
use crate::files;
use crate::process;

/// The script, with `@words@` where the plugin's own go.
const SCRIPT: &str = include_str!("setup.nsi");

/// Where NSIS installs itself on Windows, where it is not on the path.
const ON_WINDOWS: &str = r"C:\Program Files (x86)\NSIS\makensis.exe";

/// A file of the setup.
struct Installed {
    /// Its path below the folder that the files are gathered in.
    staged: String,
    /// Its folder on the user's machine, in the script's words.
    folder: String,
    /// What it is called there.
    name: String,
}

/// Makes the setup in a folder, and returns where it is.
pub fn package(contents: &Contents, architecture: &str, folder: &Path) -> Result<PathBuf> {
    let makensis = find_makensis()?;
    let stage = folder.join(".setup");
    files::remove(&stage)?;
    let output = folder.join(format!("{}-setup.exe", contents.stem("windows", architecture)));
    let script = stage_all(contents, &stage, &output)?;
    let mut command = Command::new(makensis);
    command.current_dir(&stage).args(["-V2", "-INPUTCHARSET", "UTF8"]).arg(&script);
    // The header has a time as well.
    command.env("SOURCE_DATE_EPOCH", contents.time_s.to_string());
    process::run_quietly(&mut command, "make the setup")?;
    files::remove(&stage)?;
    signing::sign_for_windows(&output, &contents.project.plugin.name)?;
    Ok(output)
}

fn find_makensis() -> Result<PathBuf> {
    let on_windows = Path::new(ON_WINDOWS);
    if let Some(found) = process::find_program("makensis") {
        return Ok(found);
    }
    if on_windows.is_file() {
        return Ok(on_windows.to_owned());
    }
    bail!(
        "NSIS, which makes setups for Windows, is not there: run `apt-get install nsis` on Debian or Ubuntu, `winget install \
         NSIS.NSIS` on Windows"
    )
}

/// Gathers the files, signed if there is a certificate, and writes the script beside them.
fn stage_all(contents: &Contents, stage: &Path, output: &Path) -> Result<PathBuf> {
    let mut common = Vec::new();
    for document in &contents.documents {
        let staged = format!("common/{}", document.name);
        write_staged(stage, &staged, &document.text)?;
        common.push(Installed { staged, folder: "$INSTDIR".into(), name: document.name.clone() });
    }
    let mut formats = Vec::new();
    for bundle in &contents.bundles {
        formats.push((bundle.kind, stage_bundle(bundle.kind, &bundle.path, stage)?));
    }
    for installed in formats.iter().flat_map(|(_, files)| files) {
        signing::sign_for_windows(&stage.join(&installed.staged), &contents.project.plugin.name)?;
    }
    for installed in formats.iter().flat_map(|(_, files)| files).chain(&common) {
        set_time(&stage.join(&installed.staged), contents.time_s)?;
    }
    let text = script(contents, &common, &formats, size_kb(stage, &common, &formats)?, output);
    let path = stage.join("setup.nsi");
    fs::write(&path, text).with_context(|| format!("could not write {}", path.display()))?;
    Ok(path)
}

/// Copies a bundle, and says where each of its files goes.
fn stage_bundle(kind: Kind, bundle: &Path, stage: &Path) -> Result<Vec<Installed>> {
    let (staged, folder) = match kind {
        Kind::Clap => ("clap", "$ClapFolder"),
        Kind::Vst3 => ("vst3", "$Vst3Folder"),
        Kind::Standalone => ("standalone", "$INSTDIR"),
    };
    let name = bundle.file_name().context("a bundle has a name")?;
    let parent = stage.join(staged);
    fs::create_dir_all(&parent).with_context(|| format!("could not create {}", parent.display()))?;
    files::copy(bundle, &parent.join(name))?;
    let mut found = Vec::new();
    list(&parent, staged, folder, &mut found)?;
    found.sort_by(|one, other| one.staged.cmp(&other.staged));
    Ok(found)
}

fn list(folder: &Path, staged: &str, target: &str, found: &mut Vec<Installed>) -> Result<()> {
    let context = || format!("could not look into {}", folder.display());
    for entry in fs::read_dir(folder).with_context(context)? {
        let entry = entry.with_context(context)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let staged = format!("{staged}/{name}");
        if entry.path().is_dir() {
            list(&entry.path(), &staged, &format!(r"{target}\{}", escaped(&name)), found)?;
        } else {
            found.push(Installed { staged, folder: target.to_owned(), name });
        }
    }
    Ok(())
}

fn write_staged(stage: &Path, staged: &str, content: &[u8]) -> Result<()> {
    let path = stage.join(staged);
    let write = || {
        fs::create_dir_all(path.parent().unwrap_or(stage))?;
        fs::write(&path, content)
    };
    write().with_context(|| format!("could not write {}", path.display()))
}

fn set_time(path: &Path, time_s: u64) -> Result<()> {
    let set =
        || File::options().write(true).open(path)?.set_modified(UNIX_EPOCH + Duration::from_secs(time_s));
    set().with_context(|| format!("could not set the time of {}", path.display()))
}

fn size_kb(stage: &Path, common: &[Installed], formats: &[(Kind, Vec<Installed>)]) -> Result<u64> {
    let mut bytes = 0;
    for installed in formats.iter().flat_map(|(_, files)| files).chain(common) {
        let path = stage.join(&installed.staged);
        bytes += fs::metadata(&path).with_context(|| format!("could not measure {}", path.display()))?.len();
    }
    Ok(bytes.div_ceil(1024))
}

fn script(
    contents: &Contents,
    common: &[Installed],
    formats: &[(Kind, Vec<Installed>)],
    size_kb: u64,
    output: &Path,
) -> String {
    let plugin = &contents.project.plugin;
    let version = &plugin.version;
    let mut sections = String::new();
    let mut choose = String::new();
    let mut uninstall = String::new();
    for (kind, files) in formats {
        let id = super::linux::format_name(*kind);
        let _ = write!(sections, "Section \"{}\" {id}\n{}", section_name(*kind), install_lines(files));
        uninstall += &uninstall_lines(files);
        if *kind == Kind::Standalone {
            let name = escaped(&plugin.name);
            for file in files {
                let link = format!(r"$SMPROGRAMS\{name}.lnk");
                let program = format!(r"{}\{}", file.folder, escaped(&file.name));
                let _ = writeln!(sections, "    CreateShortcut \"{link}\" \"{program}\"");
                let _ = writeln!(uninstall, "    Delete \"{link}\"");
            }
        }
        sections += "SectionEnd\n\n";
        let _ = write!(
            choose,
            "        StrCpy $2 \"{id}\"\n        Call IsChosen\n        ${{If}} $0 == 0\n            !insertmacro \
             UnselectSection ${{{id}}}\n        ${{EndIf}}\n"
        );
    }
    uninstall += &uninstall_lines(common);
    SCRIPT
        .replace("@version_numbers@", &format!("{}.{}.{}.0", version.major, version.minor, version.patch))
        .replace("@version@", &escaped(&version.to_string()))
        .replace("@output@", &escaped(&output.display().to_string()))
        .replace("@folder@", &escaped(&plugin.name))
        .replace("@publisher@", &escaped(contents.publisher()))
        .replace("@identifier@", &escaped(&plugin.identifier))
        .replace("@icon@", &icon_lines(windows_resources::icon(contents.project).as_deref()))
        .replace("@size_kb@", &size_kb.to_string())
        .replace("@install_common@", install_lines(common).trim_end())
        .replace("@sections@", &sections)
        .replace("@choose@", choose.trim_end())
        .replace("@uninstall@", uninstall.trim_end())
        .replace("@name@", &escaped(&plugin.name))
}

/// The icon of the setup and of what takes the plugin away again. NSIS has one of its own.
fn icon_lines(icon: Option<&Path>) -> String {
    let line = |icon: &Path| {
        let path = escaped(&icon.display().to_string());
        format!("!define MUI_ICON \"{path}\"\n!define MUI_UNICON \"{path}\"")
    };
    icon.map_or_else(String::new, line)
}

fn section_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Clap => "CLAP plugin",
        Kind::Vst3 => "VST3 plugin",
        Kind::Standalone => "Program of its own",
    }
}

fn install_lines(files: &[Installed]) -> String {
    files.iter().fold(String::new(), |mut lines, file| {
        let _ = writeln!(lines, "    SetOutPath \"{}\"", file.folder);
        let name = escaped(&file.name);
        let _ = writeln!(lines, "    File \"/oname={name}\" \"{}\"", escaped(&file.staged));
        lines
    })
}

/// Takes away the files, and the folders that are only theirs, the inner ones first. The folder that all plugins of a
/// format share goes last, in the script, if nothing is in it.
fn uninstall_lines(files: &[Installed]) -> String {
    let mut lines = String::new();
    let mut folders: Vec<&str> = Vec::new();
    for file in files {
        let _ = writeln!(lines, "    Delete \"{}\\{}\"", file.folder, escaped(&file.name));
        let mut folder = file.folder.as_str();
        while let Some((parent, _)) = folder.rsplit_once('\\') {
            folders.push(folder);
            folder = parent;
        }
    }
    folders.sort_by_key(|folder| std::cmp::Reverse(folder.len()));
    folders.dedup();
    for folder in folders {
        let _ = writeln!(lines, "    RMDir \"{folder}\"");
    }
    lines
}

/// A text between quotes in the script.
fn escaped(text: &str) -> String {
    text.replace('$', "$$").replace('"', "$\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_to_the_script_is_escaped() {
        assert_eq!(escaped(r#"The "$5" Gain"#), r#"The $\"$$5$\" Gain"#);
    }

    #[test]
    fn the_icon_is_that_of_both_programs_if_there_is_one() {
        let lines = icon_lines(Some(Path::new("/home/ada/$5/icon.ico")));
        assert_eq!(
            lines,
            "!define MUI_ICON \"/home/ada/$$5/icon.ico\"\n!define MUI_UNICON \"/home/ada/$$5/icon.ico\""
        );
        assert_eq!(icon_lines(None), "");
    }

    #[test]
    fn folders_of_a_bundle_go_after_what_is_in_them_and_the_shared_one_stays() {
        let files = [Installed {
            staged: "vst3/Gain.vst3/Contents/x86_64-win/Gain.vst3".into(),
            folder: r"$Vst3Folder\Gain.vst3\Contents\x86_64-win".into(),
            name: "Gain.vst3".into(),
        }];
        let expected = [
            r#"    Delete "$Vst3Folder\Gain.vst3\Contents\x86_64-win\Gain.vst3""#,
            r#"    RMDir "$Vst3Folder\Gain.vst3\Contents\x86_64-win""#,
            r#"    RMDir "$Vst3Folder\Gain.vst3\Contents""#,
            r#"    RMDir "$Vst3Folder\Gain.vst3""#,
        ];
        assert_eq!(uninstall_lines(&files).lines().collect::<Vec<_>>(), expected);
    }
}
