//! Putting the plugin where hosts look for it, for this user alone.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::bundle::{Bundle, Kind};
use crate::files;
use crate::project::Project;
use crate::report;
use crate::system::System;

/// Installs the plugins among the bundles, each in the place of the old one.
pub fn install(bundles: &[Bundle]) -> Result<()> {
    let system = System::current();
    for bundle in bundles {
        if let Some(folder) = plugin_folder(system, bundle.kind, |name| std::env::var_os(name))? {
            let installed = replace(&bundle.path, &folder)?;
            report::status("Installed", Project::shown(&installed));
        }
    }
    Ok(())
}

/// The user's own folder for a kind of plugin, in which every host looks. None for what is no plugin.
pub(crate) fn plugin_folder(
    system: System,
    kind: Kind,
    variable: impl Fn(&str) -> Option<OsString>,
) -> Result<Option<PathBuf>> {
    let (in_linux_home, elsewhere) = match kind {
        Kind::Clap => (".clap", "CLAP"),
        Kind::Vst3 => (".vst3", "VST3"),
        Kind::Standalone => return Ok(None),
    };
    let base = |name: &str| {
        variable(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
            .with_context(|| format!("could not tell where plugins go: the variable {name} is not set"))
    };
    Ok(Some(match system {
        System::Debian | System::OtherLinux => base("HOME")?.join(in_linux_home),
        System::MacOs => base("HOME")?.join("Library").join("Audio").join("Plug-Ins").join(elsewhere),
        System::Windows => base("LOCALAPPDATA")?.join("Programs").join("Common").join(elsewhere),
    }))
}

/// Puts a copy of a file or folder into a folder, in the place of what bears its name there.
///
/// The copy is finished under a name that no host takes for a plugin, and then renamed: a host that scans meanwhile sees
/// the old plugin or the new one, and one that has the old plugin loaded keeps it.
fn replace(source: &Path, folder: &Path) -> Result<PathBuf> {
    fs::create_dir_all(folder).with_context(|| format!("could not create {}", folder.display()))?;
    let name = source.file_name().with_context(|| format!("{} has no name", source.display()))?;
    let installed = folder.join(name);
    let incoming = beside(folder, name, "incoming");
    let outgoing = beside(folder, name, "outgoing");
    // An earlier attempt may have been cut short.
    files::remove(&incoming)?;
    files::remove(&outgoing)?;

    files::copy(source, &incoming)?;
    let in_the_way = || format!("could not replace {}; does a host have it loaded?", installed.display());
    // A file takes the place of a file in one step. A folder cannot: the old one has to step aside first.
    let steps_aside = fs::symlink_metadata(&installed).is_ok_and(|old| old.is_dir()) || incoming.is_dir();
    if steps_aside && fs::symlink_metadata(&installed).is_ok() {
        fs::rename(&installed, &outgoing).with_context(in_the_way)?;
    }
    if let Err(error) = fs::rename(&incoming, &installed) {
        if fs::symlink_metadata(&outgoing).is_ok() {
            fs::rename(&outgoing, &installed).with_context(in_the_way)?;
        }
        files::remove(&incoming)?;
        return Err(error).with_context(in_the_way);
    }
    files::remove(&outgoing)?;
    Ok(installed)
}

fn beside(folder: &Path, name: &std::ffi::OsStr, suffix: &str) -> PathBuf {
    let mut hidden = OsString::from(".");
    hidden.push(name);
    hidden.push(".");
    hidden.push(suffix);
    folder.join(hidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables(name: &str) -> Option<OsString> {
        match name {
            "HOME" => Some("/home/ada".into()),
            "LOCALAPPDATA" => Some("/users/ada/local".into()),
            _ => None,
        }
    }

    fn names_in(folder: &Path) -> Vec<OsString> {
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect()
    }

    #[test]
    fn each_system_has_its_folders() {
        let cases = [
            (System::Debian, Kind::Clap, "/home/ada/.clap"),
            (System::OtherLinux, Kind::Vst3, "/home/ada/.vst3"),
            (System::MacOs, Kind::Clap, "/home/ada/Library/Audio/Plug-Ins/CLAP"),
            (System::MacOs, Kind::Vst3, "/home/ada/Library/Audio/Plug-Ins/VST3"),
            (System::Windows, Kind::Clap, "/users/ada/local/Programs/Common/CLAP"),
            (System::Windows, Kind::Vst3, "/users/ada/local/Programs/Common/VST3"),
        ];
        for (system, kind, expected) in cases {
            let folder = plugin_folder(system, kind, variables).unwrap();
            assert_eq!(folder.as_deref(), Some(Path::new(expected)), "{kind:?} on {system:?}");
        }
    }

    #[test]
    fn the_standalone_is_no_plugin() {
        assert_eq!(plugin_folder(System::Debian, Kind::Standalone, variables).unwrap(), None);
    }

    #[test]
    fn without_a_home_the_message_names_the_variable() {
        for value in [None, Some(OsString::new())] {
            let error = plugin_folder(System::Debian, Kind::Clap, |_| value.clone()).unwrap_err();
            assert!(error.to_string().contains("HOME"), "{error}");
        }
    }

    #[test]
    fn a_folder_is_replaced_whole_and_leaves_nothing_beside_it() {
        let place = tempfile::tempdir().unwrap();
        let source = place.path().join("made/Wavecraft.vst3");
        fs::create_dir_all(source.join("Contents")).unwrap();
        fs::write(source.join("Contents/new"), "new").unwrap();
        let folder = place.path().join("installed");
        fs::create_dir_all(folder.join("Wavecraft.vst3/Contents")).unwrap();
        fs::write(folder.join("Wavecraft.vst3/Contents/stale"), "old").unwrap();
        fs::create_dir_all(folder.join(".Wavecraft.vst3.incoming")).unwrap();

        let installed = replace(&source, &folder).unwrap();

        assert_eq!(names_in(&installed.join("Contents")), ["new"]);
        assert_eq!(names_in(&folder), ["Wavecraft.vst3"]);
    }

    #[test]
    fn a_file_is_replaced_and_a_loaded_copy_stays_whole() {
        let place = tempfile::tempdir().unwrap();
        let source = place.path().join("Wavecraft.clap");
        fs::write(&source, "new").unwrap();
        let folder = place.path().join("installed");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("Wavecraft.clap"), "old").unwrap();
        let mut loaded = fs::File::open(folder.join("Wavecraft.clap")).unwrap();

        replace(&source, &folder).unwrap();

        assert_eq!(fs::read_to_string(folder.join("Wavecraft.clap")).unwrap(), "new");
        assert_eq!(names_in(&folder), ["Wavecraft.clap"]);
        let mut still_loaded = String::new();
        std::io::Read::read_to_string(&mut loaded, &mut still_loaded).unwrap();
        assert_eq!(still_loaded, "old");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_is_replaced_and_what_it_leads_to_is_kept() {
        let place = tempfile::tempdir().unwrap();
        let source = place.path().join("Wavecraft.vst3");
        fs::create_dir(&source).unwrap();
        let folder = place.path().join("installed");
        fs::create_dir(&folder).unwrap();
        let elsewhere = place.path().join("elsewhere");
        fs::create_dir(&elsewhere).unwrap();
        std::os::unix::fs::symlink(&elsewhere, folder.join("Wavecraft.vst3")).unwrap();

        let installed = replace(&source, &folder).unwrap();

        assert!(fs::symlink_metadata(installed).unwrap().is_dir());
        assert!(elsewhere.is_dir());
    }
}
