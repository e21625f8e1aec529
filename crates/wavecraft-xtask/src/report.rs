//! What is said on the terminal, in the shape of cargo's own messages.
//!
//! Everything here goes to standard error; standard output is for a command's result alone.

use std::fmt::Display;
use std::io::{IsTerminal, Write, stderr};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Columns that the verb of a message takes, as in cargo's own.
const VERB_COLUMNS: usize = 12;

const BOLD_GREEN: &str = "\x1b[1;32m";
const BOLD_YELLOW: &str = "\x1b[1;33m";
const BOLD_RED: &str = "\x1b[1;31m";
const RESET: &str = "\x1b[0m";

/// Says what is being done, or was done.
pub fn status(verb: &str, message: impl Display) {
    let verb = painted(&format!("{verb:>VERB_COLUMNS$}"), BOLD_GREEN);
    line(format_args!("{verb} {message}"));
}

/// Says what failed, where the command goes on nevertheless.
pub fn failure(verb: &str, message: impl Display) {
    let verb = painted(&format!("{verb:>VERB_COLUMNS$}"), BOLD_RED);
    line(format_args!("{verb} {message}"));
}

/// Says what is not as it should be but stops nothing.
pub fn warning(message: impl Display) {
    line(format_args!("{}: {message}", painted("warning", BOLD_YELLOW)));
}

/// Says why the command failed, each cause on its own line.
pub fn error(error: &anyhow::Error) {
    line(format_args!("{}: {error}", painted("error", BOLD_RED)));
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
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).unwrap_or(80_usize);
    let plain = without_colours(said);
    let text: String = plain.trim().chars().take(columns.saturating_sub(VERB_COLUMNS + 2)).collect();
    SHOWS_PROGRESS.store(true, Ordering::Relaxed);
    let _ = write!(stderr(), "\r\x1b[K{:VERB_COLUMNS$} {text}", "");
}

/// The text without the terminal's control sequences: one that is cut off would colour what follows.
fn without_colours(text: &str) -> String {
    let mut parts = text.split("\x1b[");
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.map(|part| part.trim_start_matches(|character: char| !character.is_ascii_alphabetic()));
    rest.fold(first, |plain, part| plain + part.get(1..).unwrap_or_default())
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

fn painted(text: &str, colour: &str) -> String {
    if is_coloured() { format!("{colour}{text}{RESET}") } else { text.to_owned() }
}

/// Colours are for people at a terminal who did not ask to be spared them.
fn is_coloured() -> bool {
    let is_spared = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    let is_dumb = std::env::var_os("TERM").is_some_and(|terminal| terminal == "dumb");
    stderr().is_terminal() && !is_spared && !is_dumb
}

/// A closed standard error is no reason to fail, which `eprintln!` would.
fn line(text: std::fmt::Arguments) {
    end_progress();
    let _ = writeln!(stderr(), "{text}");
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
    fn colours_are_taken_away_and_the_text_stays() {
        assert_eq!(without_colours("\x1b[1m\x1b[32m RUN \x1b[39m v4.1"), " RUN  v4.1");
        assert_eq!(without_colours("plain"), "plain");
    }

    #[test]
    fn further_lines_of_a_cause_are_indented() {
        assert_eq!(indented("one\ntwo\n"), "one\n    two");
    }
}
