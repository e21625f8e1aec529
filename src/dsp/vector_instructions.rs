//! Which vector instructions the chain is computed with: the best that the processor has.
//!
//! Sums keep their order, whatever the vectors' length, so that all of them sound the same, bit for bit; but where the processor
//! multiplies and adds in one instruction, such a pair is rounded once in place of twice.
//!
//! Realtime safety: one load, once [`Chain::new`](super::Chain::new) has asked for them.

use fearless_simd::Level;

/// For `dispatch`, which chooses among the versions that are compiled.
#[inline]
pub fn level() -> Level {
    #[cfg(test)]
    if let Some(level) = tests::LEVEL.get() {
        return level;
    }
    Level::new()
}

#[cfg(test)]
pub(super) mod tests {
    use std::cell::Cell;

    use fearless_simd::Level;

    thread_local! {
        /// In place of the best, on this thread.
        pub(super) static LEVEL: Cell<Option<Level>> = const { Cell::new(None) };
    }

    /// Runs `work` with those instructions alone that every processor of its kind has. For the tests of samples.
    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    pub fn with_the_least<T>(work: impl FnOnce() -> T) -> T {
        LEVEL.set(Some(Level::baseline()));
        let result = work();
        LEVEL.set(None);
        result
    }
}
