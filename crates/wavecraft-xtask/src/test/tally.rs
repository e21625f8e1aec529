//! How many tests passed, failed and were skipped.

use std::fmt::{Display, Formatter};
use std::ops::AddAssign;

/// Numbers of tests, and whether anything failed that is no test.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tests that passed.
    pub passed: usize,
    /// Tests that failed.
    pub failed: usize,
    /// Tests that were not run.
    pub skipped: usize,
    /// Programs that did not come as far as telling of their tests.
    pub broken: usize,
}

impl Tally {
    /// Whether nothing failed.
    pub fn has_passed(self) -> bool {
        self.failed == 0 && self.broken == 0
    }

    /// Of something that is no test: it went well or not.
    pub fn of_check(has_passed: bool) -> Self {
        Self { broken: usize::from(!has_passed), ..Self::default() }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
        self.broken += other.broken;
    }
}

impl Display for Tally {
    fn fmt(&self, formatter: &mut Formatter) -> std::fmt::Result {
        let Self { passed, failed, skipped, broken } = self;
        // A program that could not run its tests counts as one that failed.
        write!(formatter, "tests: {passed} passed, {} failed, {skipped} skipped", failed + broken)
    }
}
