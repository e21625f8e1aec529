//! What musicians get of a project: the packages that its author makes, installed, loaded and taken away again.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use wavecraft_tests::clap_host::ClapHost;
use wavecraft_tests::plugin_project::{PluginProject, said, turn};

/// Makes the packages in a folder, and returns what is in each.
fn packages(project: &PluginProject, folder: &Path) -> BTreeMap<String, Vec<u8>> {
    project.xtask(&["package", "--debug", "--to", folder.to_str().unwrap()]);
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    entries.map(|path| (name(&path), fs::read(&path).unwrap())).collect()
}

/// All files below a folder, from there.
fn files(folder: &Path) -> Vec<String> {
    fn list(folder: &Path, below: &Path, found: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                list(&path, below, found);
            } else {
                found.push(path.strip_prefix(below).unwrap().display().to_string());
            }
        }
    }
    let mut found = Vec::new();
    list(folder, folder, &mut found);
    found.sort();
    found
}

fn output_of(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", said(&output));
    said(&output)
}

/// The script of an unpacked package, for a user.
fn install(package: &Path, home: &Path, arguments: &[&str]) -> String {
    output_of(
        Command::new(package.join("install.sh")).args(arguments).env("HOME", home).env_remove("DESTDIR"),
    )
}

#[test]
fn packages_are_the_same_each_time_install_what_a_host_loads_and_take_it_away_again() {
    let turn = turn();
    let project = turn.effect();
    let folder = tempfile::tempdir().unwrap();
    let stem = format!("my-tremolo-0.1.0-linux-{}", std::env::consts::ARCH);
    let [archive, deb] = [format!("{stem}.tar.gz"), format!("{stem}.deb")];

    let made = packages(project, &folder.path().join("first"));
    let names: Vec<&str> = made.keys().map(String::as_str).collect();
    assert_eq!(names, ["SHA256SUMS", deb.as_str(), archive.as_str()]);
    let again = packages(project, &folder.path().join("second"));
    for (name, content) in &made {
        assert!(*content == again[name], "{name} is different the second time");
    }
    let first = folder.path().join("first");
    output_of(Command::new("sha256sum").args(["--check", "SHA256SUMS"]).current_dir(&first));

    output_of(Command::new("tar").arg("-xzf").arg(first.join(&archive)).arg("-C").arg(folder.path()));
    let package = folder.path().join(&stem);
    assert_installs(&package);
    assert_notices(&package.join("THIRD-PARTY-NOTICES.txt"));
    assert_deb(&first.join(&deb));
}

fn assert_installs(package: &Path) {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let preset = home.join(".local/share/Acme/My Tremolo/presets/mine.toml");
    fs::create_dir_all(preset.parent().unwrap()).unwrap();
    fs::write(&preset, "name = \"Mine\"\n").unwrap();
    let mine = files(home);

    let said = install(package, home, &[]);
    let clap = home.join(".clap/My Tremolo.clap");
    assert!(said.contains(&format!("installed  {}", clap.display())), "{said}");
    let names: Vec<String> =
        ClapHost::load(&clap).parameters().into_iter().map(|parameter| parameter.name).collect();
    assert_eq!(names, ["Bypass", "Rate", "Depth", "Level"]);
    assert!(home.join(".vst3/My Tremolo.vst3/Contents").is_dir());
    let list = output_of(Command::new(home.join(".local/bin/my-tremolo")).arg("parameters"));
    assert!(list.contains("depth"), "{list}");

    // Over itself, as an update does.
    let installed = files(home);
    install(package, home, &["--user"]);
    assert_eq!(files(home), installed);
    let said = install(package, home, &["--uninstall", "--formats", "vst3"]);
    assert!(
        said.contains("removed") && !home.join(".vst3/My Tremolo.vst3").exists() && clap.is_file(),
        "{said}"
    );
    install(package, home, &["--uninstall"]);
    assert_eq!(files(home), mine);
    assert_eq!(fs::read_to_string(preset).unwrap(), "name = \"Mine\"\n");

    let refused = Command::new(package.join("install.sh"))
        .args(["--formats", "au"])
        .env("HOME", home)
        .output()
        .unwrap();
    assert!(
        !refused.status.success() && self::said(&refused).contains("no format au"),
        "{}",
        self::said(&refused)
    );

    // For all users, below another root.
    let root = tempfile::tempdir().unwrap();
    let mut system = Command::new(package.join("install.sh"));
    output_of(system.args(["--system", "--formats=clap,standalone"]).env("DESTDIR", root.path()));
    assert_eq!(files(root.path()), ["usr/bin/my-tremolo", "usr/lib/clap/My Tremolo.clap"]);
}

fn assert_notices(file: &Path) {
    let notices = fs::read_to_string(file).unwrap();
    for name in ["nice-plug ", "wavecraft-plugin ", "webkit2gtk ", "react-dom "] {
        assert!(notices.contains(&format!("\n{name}")), "{name} is not in the notices");
    }
}

fn assert_deb(deb: &Path) {
    let field = |name: &str| output_of(Command::new("dpkg-deb").arg("--field").arg(deb).arg(name));
    assert_eq!(field("Package"), "my-tremolo\n");
    let needed = field("Depends");
    for package in ["libc6 (>= 2.", "libasound2", "libwebkit2gtk-4.1-0", "libgtk-3-0"] {
        assert!(needed.contains(package), "{package} is not in {needed}");
    }
    let root = tempfile::tempdir().unwrap();
    output_of(Command::new("dpkg-deb").arg("--extract").arg(deb).arg(root.path()));
    let installed = files(root.path());
    let vst3: PathBuf =
        format!("usr/lib/vst3/My Tremolo.vst3/Contents/{}-linux", std::env::consts::ARCH).into();
    for path in
        ["usr/bin/my-tremolo", "usr/lib/clap/My Tremolo.clap", vst3.join("My Tremolo.so").to_str().unwrap()]
    {
        assert!(installed.iter().any(|installed| installed == path), "{path} is not in {installed:#?}");
    }
}
