//! Notices when a device no longer calls.

use std::time::{Duration, Instant};

use crate::counters::StreamCounters;

/// How often the supervisor looks at what runs.
pub(crate) const WATCH_INTERVAL: Duration = Duration::from_millis(100);

/// Notices when a device no longer calls.
pub(crate) struct StreamWatch {
    callbacks: u64,
    looked: Instant,
    silent_for: Duration,
}

impl StreamWatch {
    /// From now on.
    pub fn new(now: Instant) -> Self {
        Self { callbacks: 0, looked: now, silent_for: Duration::ZERO }
    }

    /// Whether the device has not called for this long, or has said that it is gone.
    pub fn is_lost(&mut self, counters: &StreamCounters, silence_limit: Duration, now: Instant) -> bool {
        // Where nobody looked for a while, the whole process may have been stopped, and the device with it.
        self.silent_for += now.saturating_duration_since(self.looked).min(WATCH_INTERVAL * 2);
        self.looked = now;
        let callbacks = counters.callbacks();
        if callbacks != self.callbacks {
            (self.callbacks, self.silent_for) = (callbacks, Duration::ZERO);
        }
        counters.is_lost() || self.silent_for > silence_limit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(1);

    #[test]
    fn a_device_that_no_longer_calls_is_lost_after_the_limit() {
        let (counters, mut now) = (StreamCounters::default(), Instant::now());
        let mut watch = StreamWatch::new(now);
        for _ in 0..100 {
            counters.add_callback(64);
            now += WATCH_INTERVAL;
            assert!(!watch.is_lost(&counters, LIMIT, now));
        }
        let silent_looks = (1..100).find(|_| {
            now += WATCH_INTERVAL;
            watch.is_lost(&counters, LIMIT, now)
        });
        assert_eq!(silent_looks, Some(11));
    }

    #[test]
    fn a_process_that_was_stopped_for_long_does_not_take_its_devices_for_lost() {
        let (counters, now) = (StreamCounters::default(), Instant::now());
        let mut watch = StreamWatch::new(now);
        counters.add_callback(64);
        assert!(!watch.is_lost(&counters, LIMIT, now));
        let later = now + 100 * LIMIT;
        assert!(!watch.is_lost(&counters, LIMIT, later));
        counters.add_callback(64);
        assert!(!watch.is_lost(&counters, LIMIT, later + WATCH_INTERVAL));
    }

    #[test]
    fn a_device_that_says_that_it_is_gone_is_lost_at_once() {
        let (counters, now) = (StreamCounters::default(), Instant::now());
        counters.mark_lost();
        assert!(StreamWatch::new(now).is_lost(&counters, LIMIT, now));
    }
}
