//! When to build: soon after a save, and never twice at a time.

use std::time::{Duration, Instant};

/// How long nothing must be saved before a build begins: editors write a file in several steps, and tools write several
/// files. What comes later still is not lost, but asks for one more build.
pub(super) const DEBOUNCE: Duration = Duration::from_millis(25);

/// Whoever saves all the time still gets a build after this.
const LONGEST_WAIT: Duration = Duration::from_secs(1);

/// Decides when a build begins. It looks at no clock: the time comes from the caller.
#[derive(Debug, Default)]
pub(super) struct Schedule {
    /// The first and the last change that no build has seen.
    changes: Option<(Instant, Instant)>,
    is_building: bool,
}

impl Schedule {
    /// A source has changed.
    pub fn note_change(&mut self, at: Instant) {
        let first = self.changes.map_or(at, |(first, _)| first);
        self.changes = Some((first, at));
    }

    /// How long until a build may begin; `None` while there is nothing to wait for but changes and the end of a build.
    pub fn wait(&self, now: Instant) -> Option<Duration> {
        let (first, last) = self.changes.filter(|_| !self.is_building)?;
        let due = (last + DEBOUNCE).min(first + LONGEST_WAIT);
        Some(due.saturating_duration_since(now))
    }

    /// Begins a build if it is time, and returns when the first of its changes was made.
    pub fn begin(&mut self, now: Instant) -> Option<Instant> {
        self.wait(now).filter(Duration::is_zero)?;
        self.is_building = true;
        self.changes.take().map(|(first, _)| first)
    }

    /// The build is over. What was saved meanwhile asks for one more.
    pub fn end(&mut self) {
        self.is_building = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: Duration = Duration::from_millis(1);

    #[test]
    fn without_a_change_there_is_no_build() {
        let mut schedule = Schedule::default();
        let now = Instant::now();
        assert_eq!((schedule.wait(now), schedule.begin(now)), (None, None));
    }

    #[test]
    fn saves_in_a_row_make_one_build() {
        let mut schedule = Schedule::default();
        let start = Instant::now();
        for step in 0..10 {
            let now = start + 20 * MS * step;
            schedule.note_change(now);
            assert_eq!((schedule.wait(now), schedule.begin(now)), (Some(DEBOUNCE), None));
        }
        let last = start + 180 * MS;
        let due = last + DEBOUNCE;
        assert_eq!(schedule.begin(last + DEBOUNCE * 9 / 10), None);
        assert_eq!(schedule.begin(due), Some(start), "it counts from the first save");
        assert_eq!(schedule.begin(due + LONGEST_WAIT), None);
    }

    #[test]
    fn saves_during_a_build_make_exactly_one_more() {
        let mut schedule = Schedule::default();
        let start = Instant::now();
        schedule.note_change(start);
        assert!(schedule.begin(start + DEBOUNCE).is_some());
        for step in 0..50 {
            schedule.note_change(start + 100 * MS * step);
        }
        let later = start + 10 * LONGEST_WAIT;
        assert_eq!((schedule.wait(later), schedule.begin(later)), (None, None), "one builds already");
        schedule.end();
        assert_eq!(schedule.wait(later), Some(Duration::ZERO));
        assert_eq!(schedule.begin(later), Some(start));
        schedule.end();
        assert_eq!((schedule.wait(later), schedule.begin(later)), (None, None));
    }

    #[test]
    fn saves_that_never_end_are_built_all_the_same() {
        let mut schedule = Schedule::default();
        let start = Instant::now();
        let mut builds = 0;
        for step in 0..100 {
            let now = start + 50 * MS * step;
            schedule.note_change(now);
            if schedule.begin(now).is_some() {
                builds += 1;
                schedule.end();
            }
        }
        assert!((3..=5).contains(&builds), "{builds}");
    }
}
