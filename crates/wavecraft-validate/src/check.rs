//! What a check is, and the list of them all.

use crate::Subject;
use crate::checks;
use crate::plugin::HostError;

/// Something that must hold for any plugin.
#[derive(Clone, Copy)]
pub struct Check {
    /// What it is called on the command line and in JSON.
    pub name: &'static str,
    /// What holds where it passes, in a sentence for the plugin's author.
    pub meaning: &'static str,
    pub(crate) function: fn(&Subject) -> CheckResult,
}

/// How a check ended.
pub type CheckResult = Result<Passed, NotPassed>;

/// The check holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// What is worth knowing all the same.
    pub remark: Option<String>,
}

/// The check does not hold, or could not be tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotPassed {
    /// What is wrong, in words that name where: the parameter, the value, the block, the frame.
    Failed(String),
    /// Why it could not be tried.
    Skipped(String),
}

impl Check {
    /// Runs it, on the calling thread as the plugin's main thread.
    ///
    /// # Errors
    ///
    /// [`NotPassed::Failed`] with what is wrong, [`NotPassed::Skipped`] with why it could not be tried.
    pub fn run(&self, subject: &Subject) -> CheckResult {
        (self.function)(subject)
    }

    /// The name as people read it.
    pub fn title(&self) -> String {
        self.name.replace('_', " ")
    }
}

impl Passed {
    pub(crate) fn with(remark: impl Into<String>) -> Self {
        Self { remark: Some(remark.into()) }
    }
}

pub(crate) fn failed<T>(words: impl Into<String>) -> Result<T, NotPassed> {
    Err(NotPassed::Failed(words.into()))
}

pub(crate) fn skipped<T>(reason: impl Into<String>) -> Result<T, NotPassed> {
    Err(NotPassed::Skipped(reason.into()))
}

impl From<HostError> for NotPassed {
    fn from(error: HostError) -> Self {
        Self::Failed(error.to_string())
    }
}

macro_rules! list {
    ([] $($check:ident,)*) => {
        /// All checks, in the order in which they are shown.
        pub const CHECKS: &[Check] = &[$(Check {
            name: stringify!($check),
            meaning: checks::$check::MEANING,
            function: checks::$check::run,
        }),*];
    };
}

crate::__for_each_check!(list);
