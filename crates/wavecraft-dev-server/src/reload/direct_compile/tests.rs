#![cfg(unix)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;
use std::time::{Duration, SystemTime};

use super::*;
use crate::reload::build::{BuildNews, RunningBuild};

const PATIENCE: Duration = Duration::from_mins(2);

/// Long enough for files to count as older than what begins after it.
const PAUSE: Duration = Duration::from_millis(150);

/// The plugin's root. Each part of it leaves a mark in the library.
const ROOT: &str = r#"
#[path = "gain.rs"]
mod gain;
include!(concat!(env!("OUT_DIR"), "/made.rs"));

#[unsafe(no_mangle)]
pub static MARKS: [&str; 7] = [
    "<<root=one>>",
    gain::MARK,
    filters::MARK,
    MADE,
    concat!("<<words=", env!("WORDS"), ">>"),
    match option_env!("SETTING") { Some(value) if value.len() == 3 => "<<setting=3>>", _ => "<<setting=other>>" },
    if cfg!(feature = "wide") { "<<feature=wide>>" } else { "<<feature=none>>" },
];
"#;

const SCRIPT: &str = r#"
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=words");
    println!("cargo::rerun-if-env-changed=TINY_WORDS");
    let words = std::env::var("TINY_WORDS").or_else(|_| std::fs::read_to_string("words/first.txt")).unwrap();
    println!("cargo::rustc-env=WORDS={words}");
    let made = std::path::Path::new(&std::env::var("OUT_DIR").unwrap()).join("made.rs");
    std::fs::write(made, "const MADE: &str = \"<<made=one>>\";").unwrap();
}
"#;

const MANIFEST: &str = r#"
[package]
name = "tiny-plugin"
version = "0.1.0"
edition = "2024"
description = """
A plugin
   Compiling `nothing`, isn't it"""
[lib]
path = "src/lib.rs"
[features]
wide = []
[dependencies]
filters = { path = "../filters" }
"#;

const WORKSPACE: &str = r#"
[workspace]
resolver = "3"
members = ["plugin", "filters"]
[profile.dev]
debug = false
"#;

const FILTERS: &str = r#"pub const MARK: &str = "<<filters=one>>";"#;

/// A plugin in a workspace with a package that it depends on, and the server's part in building it.
struct Project {
    folder: tempfile::TempDir,
    direct: Arc<Mutex<DirectCompile>>,
}

/// What has come of a build.
#[derive(Debug)]
struct Built {
    outcome: BuildOutcome,
    said: Vec<String>,
    is_direct: bool,
}

impl Project {
    /// A project whose library was built by cargo, which was recorded.
    fn recorded() -> Self {
        let project = Self::new();
        project.build_with_cargo();
        project.record();
        project
    }

    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let direct = Arc::new(Mutex::new(DirectCompile::new(folder.path().join("target/copies"))));
        let project = Self { folder, direct };
        project.write("Cargo.toml", WORKSPACE);
        project.write("plugin/Cargo.toml", MANIFEST);
        project.write("plugin/build.rs", SCRIPT);
        project.write("plugin/words/first.txt", "hello");
        project.write("plugin/src/lib.rs", ROOT);
        project.write("plugin/src/gain.rs", &gain("one"));
        project.write("filters/src/lib.rs", FILTERS);
        let filters = "[package]\nname = \"filters\"\nversion = \"0.1.0\"\nedition = \"2024\"\n";
        project.write("filters/Cargo.toml", filters);
        project.write(".cargo/config.toml", "[env]\nSETTING = \"one\"\n");
        // Cargo looks for its configuration around the folder that it runs in. The compiler is that beside cargo, whatever wraps
        // or chooses it on this computer.
        let cargo = Path::new(env!("CARGO"));
        let script = format!(
            "#!/bin/sh\nunset RUSTC_WRAPPER RUSTC_WORKSPACE_WRAPPER\nRUSTC='{}'\n[ -x \"$RUSTC\" ] && export RUSTC\n\
             cd '{}' && exec '{}' \"$@\"\n",
            cargo.with_file_name("rustc").display(),
            project.path("").display(),
            cargo.display()
        );
        project.write("bin/cargo", &script);
        let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
        fs::set_permissions(project.path("bin/cargo"), executable).unwrap();
        project
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn command(&self, target: &str) -> BuildCommand {
        let target = self.path(target).display().to_string();
        let manifest = self.path("plugin/Cargo.toml").display().to_string();
        let arguments = ["rustc", "--package", "tiny-plugin", "--lib", "--crate-type", "cdylib", "--offline"];
        let options = ["--message-format", "json", "--target-dir", &target, "--manifest-path", &manifest];
        let arguments = arguments.into_iter().chain(options).map(Into::into).collect();
        BuildCommand { program: self.path("bin/cargo").into(), arguments }
    }

    /// Runs cargo beside the server, and returns what is in the library then.
    fn build_with_cargo_in(&self, target: &str) -> BTreeSet<String> {
        let command = self.command(target);
        let output = Command::new(command.program).args(command.arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        marks(&self.path(target).join("debug").join(library_name()))
    }

    fn build_with_cargo(&self) -> BTreeSet<String> {
        self.build_with_cargo_in("target")
    }

    /// Builds as the server does.
    fn build(&self) -> Built {
        self.build_by(&self.direct)
    }

    fn build_by(&self, direct: &Arc<Mutex<DirectCompile>>) -> Built {
        thread::sleep(PAUSE);
        let (send, news) = mpsc::channel();
        let ended = send.clone();
        let _build = RunningBuild::start(
            self.command("target"),
            Arc::clone(direct),
            move |news| send.send(Ok(news)).unwrap(),
            move |outcome| ended.send(Err(outcome)).unwrap(),
        );
        let mut said = Vec::new();
        let outcome = loop {
            match news.recv_timeout(PATIENCE).unwrap() {
                Ok(BuildNews::CompilerOutput(words)) => said.push(words),
                Ok(_) => {}
                Err(outcome) => break outcome,
            }
        };
        // Both have looked at the crate, and only cargo lets what it has made stand in its folder.
        let is_direct = !self.path("target/debug/deps").join(library_name()).exists();
        Built { outcome, said, is_direct }
    }

    /// Builds as the server does, and compares with what cargo makes of the same sources elsewhere. Returns whether it was done
    /// without cargo.
    #[track_caller]
    fn builds_right(&self) -> bool {
        let built = self.build();
        let BuildOutcome::Built { library, .. } = &built.outcome else { panic!("{built:?}") };
        assert_eq!(marks(library), self.build_with_cargo_in("reference"));
        built.is_direct
    }

    /// Lets cargo build a change of the sources, unless it was recorded already, and the next one be built without.
    #[track_caller]
    fn record(&self) {
        for word in ["recorded", "direct"] {
            self.write("plugin/src/gain.rs", &gain(word));
            assert!(self.builds_right() || word == "recorded");
        }
    }
}

fn gain(word: &str) -> String {
    format!("pub const MARK: &str = \"<<gain={word}>>\";")
}

fn library_name() -> String {
    format!("{}tiny_plugin{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX)
}

/// What stands in a library between double angle brackets.
fn marks(library: &Path) -> BTreeSet<String> {
    let bytes = fs::read(library).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    let parts = text.split("<<").skip(1).filter_map(|part| part.split_once(">>"));
    parts.map(|(mark, _)| mark.to_owned()).filter(|mark| mark.len() < 60).collect()
}

fn rename_over(from: &Path, to: &Path) {
    fs::rename(from, to).unwrap();
}

#[test]
fn changes_of_the_crate_s_own_sources_are_built_without_cargo() {
    let project = Project::recorded();
    project.write("plugin/src/lib.rs", &ROOT.replace("root=one", "root=two"));
    assert!(project.builds_right());
    // A module comes, and changes, and so does a file that it includes.
    let included = r#"pub const MARK: &str = concat!("<<", include_str!("table.txt"), ">>"); pub mod deep { pub const MARK: &str = "<<deep>>"; }"#;
    project.write("plugin/src/table.txt", "table=one");
    project.write("plugin/src/gain.rs", included);
    assert!(project.builds_right());
    project.write("plugin/src/table.txt", "table=two");
    assert!(project.builds_right());
    project.write("plugin/src/gain.rs", &included.replace("pub mod deep {", "pub mod deep; pub mod near {"));
    project.write("plugin/src/deep.rs", "pub const MARK: &str = \"<<deep=one>>\";");
    assert!(project.builds_right());
    let BuildOutcome::Built { sources, .. } = project.build().outcome else { panic!("it was built") };
    for name in ["src/lib.rs", "src/gain.rs", "src/deep.rs", "src/table.txt"] {
        assert!(sources.contains(&project.path("plugin").join(name)), "{name} is missing in {sources:?}");
    }
    assert!(!sources.iter().any(|source| source.ends_with("made.rs")), "{sources:?}");
    // They go again.
    for gone in ["plugin/src/deep.rs", "plugin/src/table.txt"] {
        fs::remove_file(project.path(gone)).unwrap();
    }
    project.write("plugin/src/gain.rs", &gain("four"));
    assert!(project.builds_right());
}

#[test]
fn whatever_else_changes_is_left_to_cargo() {
    let project = Project::recorded();
    let changes: [(&str, &dyn Fn()); 15] = [
        ("a source of a dependency", &|| project.write("filters/src/lib.rs", &FILTERS.replace("one", "two"))),
        ("a dependency's manifest", &|| {
            let profile = "[package]\nname = \"filters\"\nversion = \"0.1.1\"\nedition = \"2024\"\n";
            project.write("filters/Cargo.toml", profile);
        }),
        ("a build script that a dependency did not have", &|| {
            project
                .write("filters/build.rs", "fn main() { println!(\"cargo::rerun-if-changed=build.rs\"); }");
        }),
        ("features", &|| {
            project.write(
                "plugin/Cargo.toml",
                &MANIFEST.replace("wide = []", "wide = []\ndefault = [\"wide\"]"),
            );
        }),
        ("the workspace's manifest", &|| {
            project.write("Cargo.toml", &format!("{WORKSPACE}opt-level = 1\n"));
        }),
        ("the build script", &|| project.write("plugin/build.rs", &SCRIPT.replace("made=one", "made=two"))),
        ("a file that the build script watches", &|| project.write("plugin/words/first.txt", "again")),
        ("a file in a folder that the build script watches", &|| {
            project.write("plugin/words/second.txt", "");
        }),
        ("what the build script has made", &|| {
            let scripts = fs::read_dir(project.path("target/debug/build")).unwrap().flatten();
            let made = scripts.map(|script| script.path().join("out/made.rs")).find(|made| made.is_file());
            fs::remove_file(made.unwrap()).unwrap();
            // Cargo does not notice it by itself.
            project.write("plugin/words/first.txt", "hello");
        }),
        ("a variable of cargo's configuration", &|| {
            project.write(".cargo/config.toml", "[env]\nSETTING = \"three\"\n");
        }),
        ("a configuration that was not there", &|| project.write("plugin/.cargo/config.toml", "")),
        ("the choice of a compiler", &|| project.write("rust-toolchain.toml", "[toolchain]\n")),
        ("locked versions", &|| {
            let lock = fs::read_to_string(project.path("Cargo.lock")).unwrap();
            project.write("Cargo.lock", &format!("{lock}\n"));
        }),
        ("what was made of a dependency", &|| {
            let made = fs::read_dir(project.path("target/debug/deps")).unwrap().flatten();
            for file in made.filter(|file| file.file_name().to_string_lossy().starts_with("libfilters")) {
                fs::remove_file(file.path()).unwrap();
            }
        }),
        ("a source that has an old time and another content", &|| {
            let (source, other) = (project.path("filters/src/lib.rs"), project.path("filters/other"));
            let modified = fs::metadata(&source).unwrap().modified().unwrap();
            project.write("filters/other", &FILTERS.replace("one", "two"));
            fs::File::options().write(true).open(&other).unwrap().set_modified(modified).unwrap();
            rename_over(&other, &source);
        }),
    ];
    for (name, change) in changes {
        change();
        assert!(!project.builds_right(), "{name}");
        project.record();
    }
}

#[test]
fn a_variable_that_the_sources_read_for_the_first_time_is_left_to_cargo_once() {
    let project = Project::recorded();
    project.write("plugin/src/gain.rs", r#"pub const MARK: &str = match option_env!("CARGO_PKG_HOMEPAGE_2") { Some(_) => "<<homepage>>", None => "<<none>>" };"#);
    assert!(!project.builds_right());
    assert!(project.builds_right());
}

#[test]
fn other_runs_of_cargo_in_between_change_nothing() {
    let project = Project::recorded();
    let run = |arguments: &[&str]| {
        let mut cargo = Command::new(project.path("bin/cargo"));
        let target = project.path("target").display().to_string();
        cargo.args(arguments).args(["--offline", "--target-dir", &target]);
        let output = cargo.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    };
    let library = ["rustc", "--package", "tiny-plugin", "--lib", "--crate-type", "cdylib"];
    let runs = [
        (vec!["check"], true),
        (vec!["build", "--release"], true),
        (library.to_vec(), true),
        ([&library[..], &["--features", "wide"]].concat(), true),
        // It gives the file of the dependency one more name.
        (vec!["build"], false),
    ];
    for (number, (arguments, is_direct)) in runs.into_iter().enumerate() {
        run(&arguments);
        project.write("plugin/src/gain.rs", &gain(&format!("after {number}")));
        assert_eq!(project.builds_right(), is_direct, "{arguments:?}");
    }
    project.record();
    project.write("plugin/src/gain.rs", &gain("by cargo"));
    assert!(project.build_with_cargo().contains("gain=by cargo"));
    project.write("plugin/src/gain.rs", &gain("again"));
    assert!(project.builds_right());
    project.record();
    // With a variable of its own, which the build script reads.
    let command = project.command("target");
    let output =
        Command::new(command.program).args(command.arguments).env("TINY_WORDS", "other").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    project.write("plugin/src/gain.rs", &gain("once more"));
    assert!(!project.builds_right());
    project.record();
    // Whatever was built is forgotten.
    fs::remove_dir_all(project.path("target/debug")).unwrap();
    assert!(!project.builds_right());
    project.record();
}

#[test]
fn cargo_never_takes_what_was_built_without_it_for_its_own() {
    let project = Project::recorded();
    let source = project.path("plugin/src/gain.rs");
    assert!(project.build_with_cargo().contains("gain=direct"));
    assert!(project.path("target/debug/deps").join(library_name()).exists());
    // As a tool that keeps times puts an old file back.
    fs::copy(&source, project.path("kept")).unwrap();
    let modified = fs::metadata(&source).unwrap().modified().unwrap();
    fs::File::options().write(true).open(project.path("kept")).unwrap().set_modified(modified).unwrap();
    project.write("plugin/src/gain.rs", &gain("passing"));
    assert!(project.builds_right());
    rename_over(&project.path("kept"), &source);
    assert!(project.build_with_cargo().contains("gain=direct"));

    // A module that comes without cargo and then changes alone.
    project.write("plugin/src/gain.rs", "mod deep; pub use deep::MARK;");
    project.write("plugin/src/gain/deep.rs", "pub const MARK: &str = \"<<deep=one>>\";");
    project.write("plugin/src/deep.rs", "pub const MARK: &str = \"<<deep=one>>\";");
    assert!(project.builds_right());
    project.write("plugin/src/deep.rs", "pub const MARK: &str = \"<<deep=two>>\";");
    assert!(project.build_with_cargo().contains("deep=two"));
}

#[test]
fn errors_and_warnings_are_those_that_cargo_tells() {
    let project = Project::recorded();
    let by_cargo = || {
        let direct = DirectCompile::new(project.path("target/copies"));
        project.build_by(&Arc::new(Mutex::new(direct)))
    };
    let sources = [
        "pub const MARK: &str = 1; fn unused() {}",
        "pub const MARK: &str = \"\"; fn unused() {}",
        "pub fn {",
    ];
    for source in sources {
        project.write("plugin/src/gain.rs", source);
        let built = project.build();
        let is_built = matches!(built.outcome, BuildOutcome::Built { .. });
        assert_eq!(is_built, source.contains("\"\""), "{built:?}");
        let again = by_cargo();
        assert!(built.is_direct && !again.said.is_empty(), "{built:?}");
        assert_eq!(built.said, again.said);
        if !is_built {
            assert_eq!(built.outcome, again.outcome);
        }
        // Mended, it is built without cargo at once.
        project.write("plugin/src/gain.rs", &gain("mended"));
        assert!(project.builds_right());
    }
}

#[test]
fn a_build_script_that_fails_is_told_once() {
    let project = Project::recorded();
    project.write("plugin/build.rs", "fn main() { panic!(\"no words\"); }");
    let BuildOutcome::Failed(reason) = project.build().outcome else { panic!("it was built") };
    assert!(reason.starts_with("error: failed to run custom build command"), "{reason}");
    assert_eq!(reason.matches("no words").count(), 1, "{reason}");
    project.write("plugin/build.rs", SCRIPT);
    assert!(!project.builds_right());
    project.record();
}

#[test]
fn a_build_that_has_to_wait_for_another_run_of_cargo_is_left_to_cargo() {
    let project = Project::recorded();
    project.write("plugin/src/gain.rs", &gain("two"));
    let lock = File::options().write(true).open(project.path("target/debug/.cargo-lock")).unwrap();
    lock.lock().unwrap();
    let direct = project.direct.lock().unwrap();
    let attempt = direct.build(&project.command("target"), &BuildProcess::default(), |_| ());
    assert!(matches!(attempt, Err(CargoIsNeeded::Locked)), "{attempt:?}");
    drop((lock, direct));
    assert!(project.builds_right());
}

#[test]
fn packages_whose_build_script_depends_on_all_of_them_are_left_to_cargo() {
    let project = Project::new();
    project.write("filters/build.rs", "fn main() {}");
    project.build_with_cargo();
    for word in ["two", "three"] {
        project.write("plugin/src/gain.rs", &gain(word));
        assert!(!project.builds_right());
    }
}

#[test]
fn a_direct_build_that_is_ended_ends_with_all_that_it_has_started() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("lock"), "").unwrap();
    let started = path("started");
    let script = format!("touch '{}'; sleep 600 & wait", started.display());
    let command = CommandLine {
        variables: Vec::new(),
        program: "sh".to_owned(),
        arguments: vec!["-c".to_owned(), script],
    };
    let recording = Recording {
        call: CompilerCall { command, folder: folder.path().to_owned() },
        lock: path("lock"),
        library: path("library"),
        notes: path("notes"),
        known_variables: BTreeSet::new(),
        inputs: Inputs::taken(inputs::InputPaths::default(), SystemTime::now()).unwrap(),
    };
    let direct = DirectCompile { folder: path("copies"), recording: Some(recording) };
    let (ended, end) = mpsc::channel();
    let command = BuildCommand { program: "/nowhere/cargo".into(), arguments: Vec::new() };
    let build = RunningBuild::start(
        command,
        Arc::new(Mutex::new(direct)),
        |_| (),
        move |outcome| {
            ended.send(outcome).unwrap();
        },
    );
    while !started.exists() {
        thread::sleep(Duration::from_millis(10));
    }
    drop(build);
    // What it has written to ends only when `sleep`, which has inherited it, does, and cargo is not started any more.
    let outcome = end.recv_timeout(Duration::from_secs(10)).unwrap();
    assert!(matches!(&outcome, BuildOutcome::NotStarted(reason) if reason.contains("ended")), "{outcome:?}");
}
