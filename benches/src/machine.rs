//! What the figures were measured on. Neither names of hosts or people nor paths are in it.

use std::fs;
use std::process::Command;

#[cfg(target_arch = "x86_64")]
use fearless_simd::Level;
use serde::Serialize;

/// The machine, as far as it matters for the figures.
#[derive(Debug, Serialize)]
pub struct Machine {
    /// The processor's model.
    pub processor: String,
    /// How many processors the system sees.
    pub processors: usize,
    /// The instruction set that the DSP chose at run time.
    pub instruction_set: String,
    /// The operating system.
    pub system: String,
    /// The compiler.
    pub rustc: String,
    /// How many programs wanted to run when the measuring began, on average over the last minute.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub load: Option<f64>,
}

impl Machine {
    /// Looks at this machine.
    pub fn describe() -> Self {
        let unknown = || "unknown".to_owned();
        Self {
            processor: processor().unwrap_or_else(unknown),
            processors: std::thread::available_parallelism().map_or(1, Into::into),
            instruction_set: instruction_set().to_owned(),
            system: system().unwrap_or_else(|| std::env::consts::OS.to_owned()),
            rustc: output_of(Command::new("rustc").arg("--version")).unwrap_or_else(unknown),
            load: fs::read_to_string("/proc/loadavg")
                .ok()
                .and_then(|load| load.split_whitespace().next().and_then(|minute| minute.parse().ok())),
        }
    }

    /// One line.
    pub fn text(&self) -> String {
        let Self { processor, processors, instruction_set, system, rustc, load } = self;
        let load = load.map(|load| format!(", load {load} at the start")).unwrap_or_default();
        format!("{processor}, {processors} processors, {instruction_set}; {system}; {rustc}{load}")
    }
}

fn processor() -> Option<String> {
    if cfg!(target_os = "macos") {
        return output_of(Command::new("sysctl").args(["-n", "machdep.cpu.brand_string"]));
    }
    if cfg!(windows) {
        return std::env::var("PROCESSOR_IDENTIFIER").ok();
    }
    let description = fs::read_to_string("/proc/cpuinfo").ok()?;
    value_of(&description, "model name", ':')
}

fn system() -> Option<String> {
    if cfg!(target_os = "macos") {
        let version = output_of(Command::new("sw_vers").arg("-productVersion"))?;
        return Some(format!("macOS {version}"));
    }
    if cfg!(windows) {
        return output_of(Command::new("cmd").args(["/C", "ver"]));
    }
    let name = value_of(&fs::read_to_string("/etc/os-release").ok()?, "PRETTY_NAME", '=')?;
    Some(name.trim_matches('"').to_owned())
}

fn output_of(command: &mut Command) -> Option<String> {
    let output = command.output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn instruction_set() -> &'static str {
    #[cfg(target_arch = "x86_64")]
    match Level::new() {
        Level::Avx512(_) => "AVX-512",
        Level::Avx2(_) => "AVX2",
        _ => "SSE",
    }
    #[cfg(not(target_arch = "x86_64"))]
    {
        std::env::consts::ARCH
    }
}

/// The value in the first line that begins with `key`.
fn value_of(text: &str, key: &str, separator: char) -> Option<String> {
    let line = text.lines().find(|line| line.trim_start().starts_with(key))?;
    Some(line.split_once(separator)?.1.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_by_their_key() {
        let text = "processor\t: 0\nmodel name\t: Fast One\nmodel name\t: Fast Two\n";
        assert_eq!(value_of(text, "model name", ':').as_deref(), Some("Fast One"));
        assert_eq!(value_of(text, "cache size", ':'), None);
    }
}
