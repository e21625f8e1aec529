//! Values that the page has set and the host has not handed on to the plugin.
//!
//! A value set on the page goes to the host, and nice-plug gives it to the plugin when the host processes its next block. Hosts
//! that stand still keep it until then, and some drop it. What is saved meanwhile is to have it, and so is the plugin when the
//! host starts anew.
//!
//! Realtime safety: memory is allocated in [`PendingValues::new`] alone; the rest are atomic loads and stores.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// No value of a parameter has these bits.
const NONE: u32 = f32::NAN.to_bits();

/// For each parameter of an instance, in the order of its map, the normalized value that the page has set last and the one that
/// the plugin had then. As soon as the plugin has another one, the host has handed something on, and nothing is pending.
///
/// Any thread may use it.
#[derive(Debug)]
pub struct PendingValues {
    parameters: Vec<Pending>,
    /// Whether any may be pending, so that a block need not look at each.
    has_any: AtomicBool,
}

#[derive(Debug)]
struct Pending {
    set: AtomicU32,
    before: AtomicU32,
}

impl PendingValues {
    /// Nothing pending, for so many parameters.
    pub fn new(parameter_count: usize) -> Self {
        let none = || Pending { set: AtomicU32::new(NONE), before: AtomicU32::new(NONE) };
        let parameters = std::iter::repeat_with(none).take(parameter_count).collect();
        Self { parameters, has_any: AtomicBool::new(false) }
    }

    /// The page sets a parameter that has the value `before` in the plugin.
    pub fn set(&self, index: usize, normalized: f32, before: f32) {
        if let Some(pending) = self.parameters.get(index) {
            pending.set.store(NONE, Ordering::Release);
            pending.before.store(before.to_bits(), Ordering::Release);
            pending.set.store(normalized.to_bits(), Ordering::Release);
            self.has_any.store(true, Ordering::Release);
        }
    }

    /// Forgets what the plugin has taken by now, whose values `now` tells: a host that goes back to the value from before
    /// counts for more. For whoever processes, before each block.
    pub fn forget_taken(&self, now: impl Fn(usize) -> f32) {
        if !self.has_any.swap(false, Ordering::AcqRel) {
            return;
        }
        for (index, pending) in self.parameters.iter().enumerate() {
            let set = pending.set.load(Ordering::Acquire);
            if set == NONE {
                continue;
            }
            let now = now(index).to_bits();
            if now != set && now == pending.before.load(Ordering::Acquire) {
                self.has_any.store(true, Ordering::Release);
            } else {
                // Unless the page has set another one meanwhile, which is pending.
                let forgotten = pending.set.compare_exchange(set, NONE, Ordering::AcqRel, Ordering::Acquire);
                if forgotten.is_err() {
                    self.has_any.store(true, Ordering::Release);
                }
            }
        }
    }

    /// What is pending for a parameter that has the value `now` in the plugin.
    pub fn value(&self, index: usize, now: f32) -> Option<f32> {
        let pending = self.parameters.get(index)?;
        let set = pending.set.load(Ordering::Acquire);
        let is_pending =
            set != NONE && set != now.to_bits() && pending.before.load(Ordering::Acquire) == now.to_bits();
        is_pending.then(|| f32::from_bits(set))
    }

    /// Nothing is pending any more: a state was loaded.
    pub fn clear(&self) {
        for pending in &self.parameters {
            pending.set.store(NONE, Ordering::Release);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_pending_until_the_plugin_has_another_one_than_before() {
        let pending = PendingValues::new(2);
        assert_eq!(pending.value(0, 0.5), None);
        pending.set(0, 0.7, 0.5);
        assert_eq!((pending.value(0, 0.5), pending.value(1, 0.5)), (Some(0.7), None));
        assert_eq!(pending.value(0, 0.7), None, "the plugin has it");
        assert_eq!(pending.value(0, 0.2), None, "the host has automated it since");
    }

    #[test]
    fn what_was_taken_is_not_pending_when_the_host_goes_back_to_the_value_from_before() {
        let pending = PendingValues::new(1);
        pending.set(0, 1.0, 0.0);
        pending.forget_taken(|_| 0.0);
        assert_eq!(pending.value(0, 0.0), Some(1.0), "the plugin does not have it yet");
        pending.forget_taken(|_| 1.0);
        assert_eq!(pending.value(0, 0.0), None, "the host has set it back");
        pending.set(0, 1.0, 0.0);
        assert_eq!(pending.value(0, 0.0), Some(1.0));
    }

    #[test]
    fn a_loaded_state_ends_what_is_pending() {
        let pending = PendingValues::new(1);
        pending.set(0, 0.7, 0.5);
        pending.clear();
        assert_eq!(pending.value(0, 0.5), None);
    }

    #[test]
    fn parameters_that_do_not_exist_have_nothing_pending() {
        let pending = PendingValues::new(1);
        pending.set(3, 0.7, 0.5);
        assert_eq!(pending.value(3, 0.5), None);
    }
}
