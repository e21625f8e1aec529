//! The folders of the machine that builds, kept out of what is built: names of users and folders are nobody's business, and
//! without them the same source gives the same bytes wherever it lies.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::bundle::Profile;
use crate::project::Project;
use crate::sources;

/// The variables by which users give the compiler arguments, and what is between these in each.
const VARIABLES: [(&str, &str); 2] = [("CARGO_ENCODED_RUSTFLAGS", "\x1f"), ("RUSTFLAGS", " ")];

/// Has an optimised build name folders of the project and of cargo by what they are. Other builds are for whoever makes them,
/// whose editor finds the files that a message names.
pub fn hide(command: &mut Command, project: &Project, profile: Profile) {
    if profile != Profile::Release {
        return;
    }
    let arguments: Vec<String> = folders(project).iter().map(argument).collect();
    // Cargo reads one of these places alone, the variables first.
    for (variable, separator) in VARIABLES {
        if let Some(given) = std::env::var_os(variable).filter(|given| !given.is_empty()) {
            let mut all: OsString = given;
            for argument in &arguments {
                all.push(separator);
                all.push(argument);
            }
            command.env(variable, all);
            return;
        }
    }
    command.arg("--config").arg(configuration(&arguments));
}

/// A folder, and what it is called in what is built.
type Folder = (PathBuf, &'static str);

/// Of those that lie in each other the inner ones come last, as the compiler wants it.
fn folders(project: &Project) -> Vec<Folder> {
    let cargo_home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cargo")));
    let mut folders: Vec<Folder> = vec![(project.root.clone(), "project")];
    folders.extend(cargo_home.map(|folder| (folder, "cargo")));
    let checkout = sources::checkout().filter(|folder| *folder != project.root);
    folders.extend(checkout.map(|folder| (folder, "wavecraft")));
    folders.sort_by_key(|(folder, _)| folder.components().count());
    folders
}

fn argument((folder, name): &Folder) -> String {
    format!("--remap-path-prefix={}={name}", Path::display(folder))
}

/// Cargo's setting for all targets, which it adds to those that a project makes for some.
fn configuration(arguments: &[String]) -> String {
    let list: Vec<String> = arguments.iter().map(|argument| format!("{argument:?}")).collect();
    format!("target.'cfg(all())'.rustflags=[{}]", list.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_setting_is_one_that_cargo_understands() {
        let setting =
            configuration(&[argument(&(r"C:\Users\Ada".into(), "cargo")), argument(&("/a b".into(), "x"))]);
        let table: toml::Table = toml::from_str(&setting).unwrap();
        let flags = table["target"]["cfg(all())"]["rustflags"].as_array().unwrap();
        let flags: Vec<&str> = flags.iter().filter_map(toml::Value::as_str).collect();
        assert_eq!(flags, [r"--remap-path-prefix=C:\Users\Ada=cargo", "--remap-path-prefix=/a b=x"]);
    }

    #[test]
    fn debug_builds_name_their_files() {
        let project = Project::load().unwrap();
        let arguments = |profile| {
            let mut command = Command::new("cargo");
            hide(&mut command, &project, profile);
            command.get_args().count() + command.get_envs().count()
        };
        assert_eq!(arguments(Profile::Debug), 0);
        assert!(arguments(Profile::Release) > 0);
    }
}
