//! Which parameters controllers have hold of: a controller tells when it is moved, and not when it is let go.

use std::time::{Duration, Instant};

/// A controller that has not moved for so long has been let go.
const REST: Duration = Duration::from_millis(500);

/// The parameters that are moved, each with the time of its last movement. Pure.
#[derive(Debug, Default)]
pub(super) struct Movements(Vec<(String, Instant)>);

impl Movements {
    /// A parameter is moved. Returns whether it was at rest.
    pub fn goes_on(&mut self, id: &str, now: Instant) -> bool {
        if let Some((_, last)) = self.0.iter_mut().find(|(moved, _)| moved == id) {
            *last = now;
            false
        } else {
            self.0.push((id.to_owned(), now));
            true
        }
    }

    /// It was not moved after all.
    pub fn forget(&mut self, id: &str) {
        self.0.retain(|(moved, _)| moved != id);
    }

    /// Those that have come to rest.
    pub fn take_rested(&mut self, now: Instant) -> Vec<String> {
        let is_moving = |last: Instant| now.saturating_duration_since(last) < REST;
        self.0.extract_if(.., |(_, last)| !is_moving(*last)).map(|(id, _)| id).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_movement_lasts_until_the_controller_has_rested() {
        let mut movements = Movements::default();
        let begun = Instant::now();
        let at = |halves: u32| begun + REST * halves / 2;
        assert!(movements.goes_on("drive", at(0)));
        assert!(!movements.goes_on("drive", at(1)) && movements.goes_on("mix", at(1)));
        assert!(movements.take_rested(at(2)).is_empty());
        assert!(!movements.goes_on("mix", at(2)));
        assert_eq!(movements.take_rested(at(3)), ["drive"]);
        assert_eq!(movements.take_rested(at(4)), ["mix"]);
        assert!(movements.goes_on("drive", at(5)));
        movements.forget("drive");
        assert!(movements.take_rested(at(9)).is_empty());
    }
}
