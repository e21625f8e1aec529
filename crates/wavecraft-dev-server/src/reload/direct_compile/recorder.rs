//! Learns from what cargo says while it builds how it calls the compiler for the plugin's own crate, and what else that
//! build depends on.

mod surroundings;

use std::collections::{BTreeSet, HashMap};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde_json::Value;

use super::command_line::{self, CommandLine, Reading};
use super::inputs::{InputPaths, InputProblem, Inputs};
use super::{CompilerCall, Recording};
use crate::reload::build::BuildCommand;
use crate::reload::dep_info::CompilerNotes;

/// Variables that the compiler's sources may read, and whose values no file tells that is looked at: whether there is a
/// README, and what cargo gives its children to share the processors.
const UNCERTAIN_VARIABLES: [&str; 4] = ["CARGO_PKG_README", "CARGO_MAKEFLAGS", "MAKEFLAGS", "MFLAGS"];

/// Listens to a run of cargo.
pub(in crate::reload) struct Recorder {
    start: SystemTime,
    units: Vec<Unit>,
    scripts: Vec<Script>,
}

/// Calls of programs among the lines that cargo writes beside its messages.
#[derive(Debug, Default)]
pub(in crate::reload) struct CallReader {
    calls: Vec<CommandLine>,
    is_unreadable: bool,
    /// A call of which the rest comes in other lines.
    beginning: Option<String>,
}

/// Why a build is not done again without cargo.
#[derive(Debug, thiserror::Error)]
pub(in crate::reload) enum NotRecorded {
    /// More was built than the plugin's own crate, or nothing.
    #[error("more was built than the plugin's own crate, or nothing")]
    OtherBuild,
    /// What cargo has called is not known for certain.
    #[error("the compiler's call cannot be read")]
    Unreadable,
    /// What was called is not the compiler itself, or is called otherwise than for a library.
    #[error("the compiler is called in a way of its own")]
    OtherCompiler,
    /// What the compiler leaves is elsewhere than expected.
    #[error("{0} is not there")]
    Missing(PathBuf),
    /// Where the compiler ran is not known.
    #[error("the folder that {0} was compiled in is not known")]
    UnknownFolder(PathBuf),
    /// The build script of this package depends on each file of it.
    #[error("the build script in {0} depends on its whole package")]
    WholePackage(PathBuf),
    /// A configuration of cargo has others.
    #[error("{0} includes other files")]
    Includes(PathBuf),
    /// The sources read a variable that may change.
    #[error("the sources read the variable {0}")]
    Variable(String),
    /// A file cannot be relied on.
    #[error(transparent)]
    Input(#[from] InputProblem),
}

/// Something that cargo has compiled, or had compiled before.
struct Unit {
    is_on_this_computer: bool,
    manifest: PathBuf,
    source: PathBuf,
    is_script: bool,
    files: Vec<PathBuf>,
    is_fresh: bool,
    package: String,
}

/// A build script that has run.
struct Script {
    package: String,
    out_folder: PathBuf,
}

impl Recorder {
    /// Begins to listen. Call it before cargo starts.
    pub fn start() -> Self {
        Self { start: SystemTime::now(), units: Vec::new(), scripts: Vec::new() }
    }

    /// Takes a message of cargo.
    pub fn note(&mut self, message: &Value) {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let package = text(&message["package_id"]);
        match message["reason"].as_str() {
            Some("compiler-artifact") => {
                let target = &message["target"];
                let kinds = target["kind"].as_array().into_iter().flatten().filter_map(Value::as_str);
                let files = message["filenames"].as_array().into_iter().flatten().filter_map(Value::as_str);
                self.units.push(Unit {
                    is_on_this_computer: is_on_this_computer(&package),
                    manifest: text(&message["manifest_path"]).into(),
                    source: text(&target["src_path"]).into(),
                    is_script: kinds.into_iter().any(|kind| kind == "custom-build"),
                    files: files.map(PathBuf::from).collect(),
                    is_fresh: message["fresh"] == true,
                    package,
                });
            }
            Some("build-script-executed") => {
                self.scripts.push(Script { package, out_folder: text(&message["out_dir"]).into() });
            }
            _ => {}
        }
    }

    /// What was learnt from a build that has made this library.
    ///
    /// # Errors
    ///
    /// [`NotRecorded`]: whenever another build may not be the same.
    pub(super) fn record(
        self,
        calls: CallReader,
        command: &BuildCommand,
        library: &Path,
    ) -> Result<Recording, NotRecorded> {
        let call = calls.only()?;
        let is_library = |unit: &&Unit| unit.files.iter().any(|file| file == library);
        let mut built = self.units.iter().filter(|unit| !unit.is_fresh);
        let (Some(plugin), None) = (built.next().filter(is_library), built.next()) else {
            return Err(NotRecorded::OtherBuild);
        };
        let folder = compiler_folder(plugin, &call.arguments)?;
        let program = surroundings::compiler(&call.program).ok_or(NotRecorded::OtherCompiler)?;
        let outputs = Outputs::of(&call.arguments, &folder)?;
        let notes = CompilerNotes::read(&outputs.notes, &folder)
            .ok_or_else(|| NotRecorded::Missing(outputs.notes.clone()))?;
        check_variables(&notes, &call.variables)?;

        let mut paths = InputPaths::default();
        paths.files.insert(program);
        surroundings::add_settings(&plugin.manifest, command, &mut paths)?;
        for unit in self.units.iter().filter(|unit| !std::ptr::eq(*unit, plugin)) {
            unit.add_inputs(&mut paths)?;
        }
        let manifests: HashMap<&str, &Path> =
            self.units.iter().map(|unit| (unit.package.as_str(), unit.manifest.as_path())).collect();
        for script in &self.scripts {
            script.add_inputs(manifests.get(script.package.as_str()).copied(), &mut paths)?;
        }
        Ok(Recording {
            known_variables: known_variables(&notes, &call.variables),
            call: CompilerCall { command: call, folder },
            lock: outputs.lock,
            library: outputs.library,
            notes: outputs.notes,
            inputs: Inputs::taken(paths, self.start)?,
        })
    }
}

impl CallReader {
    /// Takes a line as cargo has written it, without its end, and returns whether it belongs to a call. `activity` is what
    /// cargo says in it of its work, if it does.
    pub fn takes(&mut self, line: &str, activity: Option<(&str, &str)>) -> bool {
        let text = match (self.beginning.take(), activity) {
            (Some(beginning), _) => format!("{beginning}\n{line}"),
            (None, Some(("Running", _))) => {
                let start = line.find('`').unwrap_or(line.len());
                line[start..].to_owned()
            }
            (None, _) => return false,
        };
        match command_line::read(&text) {
            Reading::Whole(call) => self.calls.push(call),
            Reading::Beginning => self.beginning = Some(text),
            Reading::Unreadable => self.is_unreadable = true,
        }
        true
    }

    /// The call, if there was exactly one.
    fn only(mut self) -> Result<CommandLine, NotRecorded> {
        match (self.calls.pop(), self.calls.is_empty()) {
            _ if self.is_unreadable || self.beginning.is_some() => Err(NotRecorded::Unreadable),
            (Some(call), true) => Ok(call),
            _ => Err(NotRecorded::OtherBuild),
        }
    }
}

impl Unit {
    /// What was made of it, and for a package on this computer also what it was made from.
    fn add_inputs(&self, paths: &mut InputPaths) -> Result<(), NotRecorded> {
        paths.trees.extend(self.files.iter().cloned());
        if !self.is_on_this_computer {
            return Ok(());
        }
        surroundings::add_manifests(&self.manifest, paths);
        let noted = self.files.iter().find_map(|file| notes_beside(file, self.is_script));
        let notes = noted.ok_or_else(|| NotRecorded::Missing(self.source.with_extension("d")))?;
        // The paths are relative to the folder of the workspace, or of the package.
        let read = CompilerNotes::read(&notes, Path::new("")).ok_or(NotRecorded::Missing(notes))?;
        let root = read.sources.iter().find(|source| self.source.ends_with(source));
        let root = root.ok_or_else(|| NotRecorded::UnknownFolder(self.source.clone()))?;
        let folder = without_end(&self.source, root);
        paths.trees.extend(read.sources.iter().map(|source| folder.join(source)));
        Ok(())
    }
}

impl Script {
    /// What it asks to be watched, and what it has made.
    fn add_inputs(&self, manifest: Option<&Path>, paths: &mut InputPaths) -> Result<(), NotRecorded> {
        let output = self.out_folder.with_file_name("output");
        let said = fs::read_to_string(&output).map_err(|_| NotRecorded::Missing(output.clone()))?;
        paths.files.insert(output);
        let folder = manifest.and_then(Path::parent);
        let folder = folder.ok_or_else(|| NotRecorded::UnknownFolder(self.out_folder.clone()))?;
        let instructions = said
            .lines()
            .map(str::trim)
            .filter_map(|line| line.strip_prefix("cargo::").or_else(|| line.strip_prefix("cargo:")))
            .filter_map(|instruction| instruction.split_once('='));
        let watched = instructions.clone().filter(|(name, _)| *name == "rerun-if-changed");
        paths.trees.extend(watched.map(|(_, path)| folder.join(path)));
        if is_on_this_computer(&self.package) {
            let mut names = instructions.map(|(name, _)| name);
            if !names.any(|name| ["rerun-if-changed", "rerun-if-env-changed"].contains(&name)) {
                return Err(NotRecorded::WholePackage(folder.to_owned()));
            }
            paths.trees.insert(self.out_folder.clone());
        }
        Ok(())
    }
}

/// Where the compiler puts what it makes.
struct Outputs {
    library: PathBuf,
    notes: PathBuf,
    lock: PathBuf,
}

impl Outputs {
    /// Reads them out of the compiler's arguments.
    fn of(arguments: &[String], folder: &Path) -> Result<Self, NotRecorded> {
        let value = |name: &str| {
            let mut values = arguments.windows(2).filter(|pair| pair[0] == name).map(|pair| pair[1].as_str());
            values.next().filter(|_| values.next().is_none())
        };
        let codegen = |name: &str| {
            let pairs = arguments.windows(2).filter(|pair| pair[0] == "-C");
            pairs
                .filter_map(|pair| pair[1].strip_prefix(name)?.strip_prefix('='))
                .next_back()
                .unwrap_or_default()
        };
        let is_plain = arguments.first().is_some_and(|first| first == "--crate-name")
            && value("--crate-type") == Some("cdylib")
            && arguments.iter().any(|argument| argument == "--emit=dep-info,link")
            && !arguments.iter().any(|argument| argument == "-o" || argument.starts_with('@'));
        let (Some(name), Some(out_folder), true) = (value("--crate-name"), value("--out-dir"), is_plain)
        else {
            return Err(NotRecorded::OtherCompiler);
        };
        let out_folder = folder.join(out_folder);
        let stem = format!("{name}{}", codegen("extra-filename"));
        let file_name = format!("{}{stem}{}", std::env::consts::DLL_PREFIX, std::env::consts::DLL_SUFFIX);
        let outputs = Self {
            library: out_folder.join(file_name),
            notes: out_folder.join(format!("{stem}.d")),
            // Without a lock nobody keeps another run of cargo from writing while the compiler reads.
            lock: out_folder.with_file_name(".cargo-lock"),
        };
        for file in [&outputs.library, &outputs.notes, &outputs.lock] {
            if !file.is_file() {
                return Err(NotRecorded::Missing(file.clone()));
            }
        }
        Ok(outputs)
    }
}

/// Whether a package's sources may be edited. Others are known by their version, and cargo does not look at their files.
fn is_on_this_computer(package: &str) -> bool {
    package.starts_with("path+")
}

/// What the compiler has noted when it made a file of a dependency.
fn notes_beside(file: &Path, is_script: bool) -> Option<PathBuf> {
    if is_script {
        // The program has been given another name, beside its own.
        let mut entries = fs::read_dir(file.parent()?).ok()?.flatten().map(|entry| entry.path());
        return entries.find(|path| path.extension().is_some_and(|extension| extension == "d"));
    }
    let stem = file.file_stem()?.to_str()?;
    let prefixes = ["lib", std::env::consts::DLL_PREFIX];
    let stems = prefixes.iter().filter_map(|prefix| stem.strip_prefix(prefix)).chain([stem]);
    stems.map(|stem| file.with_file_name(format!("{stem}.d"))).find(|notes| notes.is_file())
}

/// Where the compiler ran: the path of the crate's root is relative to it, or else it is the package's folder.
fn compiler_folder(plugin: &Unit, arguments: &[String]) -> Result<PathBuf, NotRecorded> {
    let unknown = || NotRecorded::UnknownFolder(plugin.source.clone());
    let mut roots = arguments.iter().map(Path::new).filter(|path| plugin.source.ends_with(path));
    let (Some(root), None) = (roots.next(), roots.next()) else { return Err(unknown()) };
    if root.is_absolute() {
        return plugin.manifest.parent().map(Path::to_owned).ok_or_else(unknown);
    }
    Ok(without_end(&plugin.source, root))
}

/// The folder that `end` is relative to, where `path` ends with it.
fn without_end(path: &Path, end: &Path) -> PathBuf {
    path.ancestors().nth(end.components().count()).unwrap_or(Path::new("")).to_owned()
}

/// Whether the compiler has seen the same variables as if this server had started it.
fn check_variables(notes: &CompilerNotes, given: &[(String, String)]) -> Result<(), NotRecorded> {
    for (name, seen) in &notes.variables {
        let own = match given.iter().find(|(given_name, _)| given_name == name) {
            Some((_, value)) => Some(OsString::from(value)),
            None => std::env::var_os(name),
        };
        if own != seen.as_ref().map(OsString::from) || UNCERTAIN_VARIABLES.contains(&name.as_str()) {
            return Err(NotRecorded::Variable(name.clone()));
        }
    }
    Ok(())
}

/// The variables whose values are those that cargo would give.
fn known_variables(notes: &CompilerNotes, given: &[(String, String)]) -> BTreeSet<String> {
    let seen = notes.variables.iter().map(|(name, _)| name);
    let names = given.iter().map(|(name, _)| name).chain(seen);
    names.filter(|name| !UNCERTAIN_VARIABLES.contains(&name.as_str())).cloned().collect()
}
