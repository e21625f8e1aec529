//! Which parameters are being held.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many hold each parameter: the host is told of the first that begins and of the last that ends.
#[derive(Debug)]
pub(super) struct Gestures {
    /// Held during the host's call, so that begin and end reach the host in the order in which they came.
    holders: Mutex<Vec<u32>>,
}

/// What the host is told.
pub(super) trait GestureHost {
    /// The user takes hold.
    fn begin(&self, index: usize);
    /// The user lets go.
    fn end(&self, index: usize);
}

impl Gestures {
    pub(super) fn new(parameter_count: usize) -> Self {
        Self { holders: Mutex::new(vec![0; parameter_count]) }
    }

    pub(super) fn begin(&self, index: usize, host: &impl GestureHost) {
        let mut holders = self.holders();
        if holders[index] == 0 {
            host.begin(index);
        }
        holders[index] += 1;
    }

    pub(super) fn end(&self, index: usize, host: &impl GestureHost) {
        let mut holders = self.holders();
        holders[index] = holders[index].saturating_sub(1);
        if holders[index] == 0 {
            host.end(index);
        }
    }

    /// Changes a value within a gesture: the one under way, or one that is made for it.
    pub(super) fn change(&self, index: usize, host: &impl GestureHost, set: impl FnOnce()) {
        let holders = self.holders();
        let is_held = holders[index] > 0;
        if !is_held {
            host.begin(index);
        }
        set();
        if !is_held {
            host.end(index);
        }
    }

    fn holders(&self) -> MutexGuard<'_, Vec<u32>> {
        self.holders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Heard(Mutex<Vec<&'static str>>);

    impl Heard {
        fn take(&self) -> Vec<&'static str> {
            std::mem::take(&mut self.0.lock().unwrap())
        }
    }

    impl GestureHost for Heard {
        fn begin(&self, _: usize) {
            self.0.lock().unwrap().push("begin");
        }

        fn end(&self, _: usize) {
            self.0.lock().unwrap().push("end");
        }
    }

    #[test]
    fn a_change_within_a_gesture_makes_none_of_its_own() {
        let (gestures, heard) = (Gestures::new(1), Heard::default());
        gestures.begin(0, &heard);
        gestures.change(0, &heard, || ());
        gestures.change(0, &heard, || ());
        gestures.end(0, &heard);
        assert_eq!(heard.take(), ["begin", "end"]);
    }

    #[test]
    fn a_change_by_itself_is_a_whole_gesture() {
        let (gestures, heard) = (Gestures::new(1), Heard::default());
        gestures.change(0, &heard, || assert_eq!(heard.0.lock().unwrap().len(), 1));
        assert_eq!(heard.take(), ["begin", "end"]);
    }

    #[test]
    fn gestures_that_overlap_are_one_to_the_host() {
        let (gestures, heard) = (Gestures::new(1), Heard::default());
        gestures.begin(0, &heard);
        gestures.begin(0, &heard);
        gestures.end(0, &heard);
        assert_eq!(heard.take(), ["begin"]);
        gestures.end(0, &heard);
        assert_eq!(heard.take(), ["end"]);
    }
}
