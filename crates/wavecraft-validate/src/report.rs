//! What came of the checks, for people and for programs.

use std::fmt::{self, Write as _};

use serde::{Deserialize, Serialize};

use crate::check::{CheckResult, NotPassed, Passed};
use crate::subject::Identity;

/// How a check ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// It holds.
    Passed,
    /// It does not.
    Failed,
    /// It could not be tried.
    Skipped,
}

/// A check and how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The check, or the validator.
    pub name: String,
    /// What holds where it passes.
    pub meaning: String,
    /// How it ended.
    pub outcome: Outcome,
    /// What is wrong, why it was skipped, or what is worth knowing.
    pub words: String,
}

/// All checks of a plugin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// The plugin.
    pub plugin: Identity,
    /// The checks, in the order in which they are shown.
    pub rows: Vec<Row>,
}

impl Row {
    /// How a check ended.
    pub fn new(name: &str, meaning: &str, result: CheckResult) -> Self {
        let (outcome, words) = match result {
            Ok(Passed { remark }) => (Outcome::Passed, remark.unwrap_or_default()),
            Err(NotPassed::Failed(words)) => (Outcome::Failed, words),
            Err(NotPassed::Skipped(reason)) => (Outcome::Skipped, reason),
        };
        Self { name: name.to_owned(), meaning: meaning.to_owned(), outcome, words }
    }
}

impl Report {
    /// Whether nothing failed.
    pub fn is_clean(&self) -> bool {
        self.count(Outcome::Failed) == 0
    }

    fn count(&self, outcome: Outcome) -> usize {
        self.rows.iter().filter(|row| row.outcome == outcome).count()
    }
}

/// The columns of a line, and of its first two columns.
const COLUMNS: usize = 100;
const OUTCOME_COLUMNS: usize = 9;
const NAME_COLUMNS: usize = 20;

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let Identity { id, name, vendor, version } = &self.plugin;
        writeln!(formatter, "{name} {version} by {vendor} ({id})\n")?;
        for row in &self.rows {
            let outcome = match row.outcome {
                Outcome::Passed => "passed",
                Outcome::Failed => "FAILED",
                Outcome::Skipped => "skipped",
            };
            let name = row.name.replace('_', " ");
            let mut words = row.words.clone();
            if row.outcome == Outcome::Failed && !row.meaning.is_empty() {
                let _ = write!(words, "\nexpected: {}", row.meaning);
            }
            let indent = 2 + OUTCOME_COLUMNS + NAME_COLUMNS;
            let lines = wrapped(&words, COLUMNS - indent);
            let line = format!("  {outcome:<OUTCOME_COLUMNS$}{name:<NAME_COLUMNS$}{}", lines[0]);
            writeln!(formatter, "{}", line.trim_end())?;
            for line in &lines[1..] {
                writeln!(formatter, "{:indent$}{line}", "")?;
            }
        }
        write!(
            formatter,
            "\n{} passed, {} failed, {} skipped",
            self.count(Outcome::Passed),
            self.count(Outcome::Failed),
            self.count(Outcome::Skipped)
        )
    }
}

/// The text in lines of at most so many letters, where words allow it. At least one line.
fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > columns {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line += word;
        }
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_names_what_failed_and_what_was_expected() {
        let plugin = Identity {
            id: "com.example.gain".into(),
            name: "Gain".into(),
            vendor: "Example".into(),
            version: "1.0.0".into(),
        };
        let rows = vec![
            Row::new("identity", "it has a name", Ok(Passed::default())),
            Row::new(
                "block_sizes",
                "all sound the same",
                Err(NotPassed::Failed("blocks of 7 differ".into())),
            ),
            Row::new("editor", "it opens", Err(NotPassed::Skipped("it has no window".into()))),
        ];
        let report = Report { plugin, rows };
        assert!(!report.is_clean());
        let expected = "\
Gain 1.0.0 by Example (com.example.gain)

  passed   identity
  FAILED   block sizes         blocks of 7 differ
                               expected: all sound the same
  skipped  editor              it has no window

1 passed, 1 failed, 1 skipped";
        assert_eq!(report.to_string(), expected);
    }

    #[test]
    fn long_words_are_broken_between_words() {
        assert_eq!(wrapped("one two three", 8), ["one two", "three"]);
        assert_eq!(wrapped("", 8), [""]);
    }
}
