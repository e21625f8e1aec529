//! What is said on the terminal, in the shape of cargo's own messages.
//!
//! Everything here goes to standard error; standard output is for a command's result alone.

use std::fmt::Display;
use std::io::{IsTerminal, Write, stderr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anstream::adapter::strip_str;
use clap::builder::styling::{AnsiColor, Style};
use terminal_size::{Width, terminal_size_of};

/// Columns that the verb of a message takes, as in cargo's own.
const VERB_COLUMNS: usize = 12;

const BOLD_GREEN: Style = AnsiColor::Green.on_default().bold();
const BOLD_YELLOW: Style = AnsiColor::Yellow.on_default().bold();
const BOLD_RED: Style = AnsiColor::Red.on_default().bold();

/// Says what is being done, or was done.
pub fn status(verb: &str, message: impl Display) {
    line(format_args!("{BOLD_GREEN}{verb:>VERB_COLUMNS$}{BOLD_GREEN:#} {message}"));
}

/// Says what failed, where the command goes on nevertheless.
pub fn failure(verb: &str, message: impl Display) {
    line(format_args!("{BOLD_RED}{verb:>VERB_COLUMNS$}{BOLD_RED:#} {message}"));
}

/// Says what is not as it should be but stops nothing.
pub fn warning(message: impl Display) {
    line(format_args!("{BOLD_YELLOW}warning{BOLD_YELLOW:#}: {message}"));
}

/// Says why the command failed, each cause on its own line.
pub fn error(error: &anyhow::Error) {
    line(format_args!("{BOLD_RED}error{BOLD_RED:#}: {error}"));
    for cause in error.chain().skip(1) {
        line(format_args!("  because: {}", indented(&cause.to_string())));
    }
}

/// Says that a program's tests have passed.
pub fn program(name: &str, passed: usize, duration: Duration) {
    let unit = if passed == 1 { "test" } else { "tests" };
    line(format_args!(
        "{:VERB_COLUMNS$} {name:<48} {passed:>5} {unit:<5} {:>12}",
        "",
        self::duration(duration)
    ));
}

/// Repeats a line that a program of the same kind has said.
pub fn repeat(said: &str) {
    line(format_args!("    {said}"));
}

/// Repeats what a program said that failed.
pub fn said(lines: &[String]) {
    let first = lines.iter().position(|line| !line.is_empty()).unwrap_or(lines.len());
    let last = lines.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
    for said in lines.get(first..last).unwrap_or_default() {
        line(format_args!("    {said}"));
    }
}

/// Whether the terminal's current line shows what is going on, and is to be written over.
static SHOWS_PROGRESS: AtomicBool = AtomicBool::new(false);

/// Shows the newest of what a program says, on a terminal alone, in a line that the next one replaces.
pub fn progress(said: &str) {
    if said.trim().is_empty() || !stderr().is_terminal() {
        return;
    }
    let columns = terminal_size_of(stderr()).map_or(80, |(Width(columns), _)| usize::from(columns));
    // A colour that is cut off would colour what follows.
    let plain = strip_str(said).to_string();
    let text: String = plain.trim().chars().take(columns.saturating_sub(VERB_COLUMNS + 2)).collect();
    SHOWS_PROGRESS.store(true, Ordering::Relaxed);
    let _ = write!(stderr(), "\r\x1b[K{:VERB_COLUMNS$} {text}", "");
}

/// Takes the line away that shows what is going on.
pub fn end_progress() {
    if SHOWS_PROGRESS.swap(false, Ordering::Relaxed) {
        let _ = write!(stderr(), "\r\x1b[K");
    }
}

/// A duration as people read it: `0.4 s`, `12.3 s`, `2 min 5 s`.
pub fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs_f64();
    // 59.95 would be rounded to 60.0 below.
    if seconds < 59.95 {
        return format!("{seconds:.1} s");
    }
    let seconds = seconds.round() as u64;
    format!("{} min {} s", seconds / 60, seconds % 60)
}

/// A size as people read it, in powers of a thousand: `512 B`, `3.4 kB`, `5.1 MB`.
pub fn size(bytes: u64) -> String {
    let mut size = bytes as f64;
    for unit in ["B", "kB", "MB"] {
        // What would be rounded to 1000 is said in the next unit.
        if size < 999.95 {
            return if unit == "B" { format!("{bytes} B") } else { format!("{size:.1} {unit}") };
        }
        size /= 1_000.0;
    }
    format!("{size:.1} GB")
}

fn indented(text: &str) -> String {
    text.trim_end().replace('\n', "\n    ")
}

/// Says a line, without its colours where nobody would see them or wants them.
///
/// A closed standard error is no reason to fail, which `eprintln!` would.
fn line(text: std::fmt::Arguments) {
    end_progress();
    let _ = writeln!(anstream::stderr(), "{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_naturally() {
        assert_eq!(duration(Duration::from_millis(420)), "0.4 s");
        assert_eq!(duration(Duration::from_millis(59_940)), "59.9 s");
        assert_eq!(duration(Duration::from_millis(59_960)), "1 min 0 s");
        assert_eq!(duration(Duration::from_secs(125)), "2 min 5 s");
    }

    #[test]
    fn sizes_read_naturally() {
        assert_eq!(size(512), "512 B");
        assert_eq!(size(3_449), "3.4 kB");
        assert_eq!(size(999_960), "1.0 MB");
        assert_eq!(size(5_100_000), "5.1 MB");
        assert_eq!(size(2_000_000_000), "2.0 GB");
    }

    #[test]
    fn further_lines_of_a_cause_are_indented() {
        assert_eq!(indented("one\ntwo\n"), "one\n    two");
    }
}
