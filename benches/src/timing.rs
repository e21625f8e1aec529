//! How long something takes, beside something else.
//!
//! A shared machine is now fast and now slow, and for some milliseconds not there at all. So whatever is compared takes
//! turns, each for a fraction of a millisecond, and what counts is the median of all turns.

use std::time::{Duration, Instant};

use crate::row::Quantity;

/// How long the turns took.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    /// The turn that half of the others were faster than.
    pub median: Quantity,
    /// Between the quartiles, as a share of the median: 0.02 is a quiet machine, 0.3 a busy one. None where the median is 0.
    pub spread: Option<f64>,
}

impl Timing {
    /// From the times of single turns; there must be one.
    pub fn of(mut turns: Vec<Duration>) -> Self {
        turns.sort_unstable();
        let [low, median, high] = [1, 2, 3].map(|quarter| Quantity::time(turns[turns.len() * quarter / 4]));
        let spread = (median.value > 0.0).then(|| (high.value - low.value) / median.value);
        Self { median, spread }
    }

    /// The time of one part of a turn that consisted of `parts`.
    pub fn per(self, parts: usize) -> Self {
        Self { median: Quantity::new(self.median.value / parts as f64, self.median.unit), ..self }
    }

    /// The time of one frame of a turn that processed so many.
    pub fn per_frame(self, frames: usize) -> Self {
        Self { median: Quantity::new(self.per(frames).median.value, "ns/frame"), ..self }
    }
}

/// Lets the contenders take turns for as long as `budget` allows, and at least a few times.
pub fn compare<const COUNT: usize>(
    budget: Duration,
    mut contenders: [&mut dyn FnMut(); COUNT],
) -> [Timing; COUNT] {
    const FEWEST_TURNS: usize = 9;
    // Caches and branch predictors learn.
    for contender in &mut contenders {
        contender();
    }
    let mut turns: [Vec<Duration>; COUNT] = std::array::from_fn(|_| Vec::new());
    let begin = Instant::now();
    while turns[0].len() < FEWEST_TURNS || begin.elapsed() < budget {
        for (contender, turns) in contenders.iter_mut().zip(&mut turns) {
            let start = Instant::now();
            contender();
            turns.push(start.elapsed());
        }
    }
    turns.map(Timing::of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_turn_that_was_held_up_changes_nothing() {
        let mut turns = vec![Duration::from_micros(10); 20];
        turns.push(Duration::from_secs(1));
        let timing = Timing::of(turns).per(10);
        assert!(
            (timing.median.value - 1_000.0).abs() < 1e-6
                && timing.spread.is_some_and(|spread| spread.abs() < 1e-9),
            "{timing:?}"
        );
    }

    #[test]
    fn what_takes_no_time_has_no_spread() {
        assert_eq!(Timing::of(vec![Duration::ZERO; 3]).spread, None);
    }

    #[test]
    fn all_contenders_take_as_many_turns() {
        let (mut first, mut second) = (0, 0);
        compare(Duration::ZERO, [&mut || first += 1, &mut || second += 1]);
        assert!(first == second && first > 5, "{first} and {second}");
    }
}
