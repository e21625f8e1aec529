//! The latency on its way from an instance to its host.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// By how many frames an instance is late, and what its host has been told of it or asked to come and learn.
///
/// Every function may be called on any thread and is real-time safe.
#[derive(Debug, Default)]
pub struct LatencyReport {
    activated_samples: AtomicU32,
    announced_samples: AtomicU32,
    is_shared: AtomicBool,
}

impl LatencyReport {
    /// The instance has been activated, and is late by this.
    pub fn set_activated(&self, samples: u32) {
        self.activated_samples.store(samples, Ordering::Release);
        self.announced_samples.store(samples, Ordering::Release);
    }

    /// What the instance said when it was activated last.
    pub fn activated(&self) -> u32 {
        self.activated_samples.load(Ordering::Acquire)
    }

    /// Whether the host has yet to hear of this latency. Who gets a yes sees to it; nobody else gets one.
    pub fn announce(&self, samples: u32) -> bool {
        self.announced_samples.swap(samples, Ordering::AcqRel) != samples
    }

    /// Somebody takes what [`activated`](Self::activated) says to the host.
    pub fn set_shared(&self) {
        self.is_shared.store(true, Ordering::Release);
    }

    /// Whether somebody does.
    pub fn is_shared(&self) -> bool {
        self.is_shared.load(Ordering::Acquire)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_is_announced_once() {
        let report = LatencyReport::default();
        report.set_activated(113);
        assert!(!report.announce(113));
        assert!(report.announce(0));
        assert!(!report.announce(0));
        report.set_activated(0);
        assert_eq!((report.announce(0), report.activated()), (false, 0));
    }
}
