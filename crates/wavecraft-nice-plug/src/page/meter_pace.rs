//! How often the page in a window is told of levels. Each telling costs a message to another process and a picture there,
//! and the page's meters move by themselves in between.

use wavecraft_ipc::MeterUpdate;

/// Of so many ticks of the editor's timer, one tells levels: 30 a second.
const TICKS_PER_UPDATE: u32 = 2;
/// While it is silent, so many of those times are passed over: 4 a second are left, which say that it is still measured.
const SILENT_UPDATES_PER_TOLD: u32 = 7;
/// What lies below is silence: no meter reaches so far down. Linear.
const SILENCE: f32 = 1e-6;

/// Decides which levels are told.
#[derive(Debug, Default)]
pub struct MeterPace {
    ticks: u32,
    /// How many updates have not been told since the last one.
    untold: u32,
    told: Option<MeterUpdate>,
}

impl MeterPace {
    /// The timer ticks. Whether levels are looked at now; what is measured until the next time counts there.
    pub fn tick(&mut self) -> bool {
        let is_due = self.ticks == 0;
        self.ticks = (self.ticks + 1) % TICKS_PER_UPDATE;
        is_due
    }

    /// Whether the page is told: of anything that it can show, and now and then of silence that goes on.
    pub fn takes(&mut self, update: &MeterUpdate) -> bool {
        let goes_on = self.told.as_ref().is_some_and(|told| is_silent(told) && told.values == update.values);
        if goes_on && is_silent(update) && self.untold < SILENT_UPDATES_PER_TOLD {
            self.untold += 1;
            return false;
        }
        self.untold = 0;
        self.told = Some(update.clone());
        true
    }
}

fn is_silent(update: &MeterUpdate) -> bool {
    let peaks = [update.left_peak, update.right_peak, update.input_left_peak, update.input_right_peak];
    let means = [update.left_rms, update.right_rms, update.input_left_rms, update.input_right_rms];
    peaks.into_iter().chain(means).all(|level| level < SILENCE)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn silence() -> MeterUpdate {
        MeterUpdate::default()
    }

    fn loud() -> MeterUpdate {
        MeterUpdate { input_right_peak: 0.5, ..MeterUpdate::default() }
    }

    #[test]
    fn levels_are_told_at_half_of_the_ticks() {
        let mut pace = MeterPace::default();
        let told = (0..60).filter(|_| pace.tick() && pace.takes(&loud())).count();
        assert_eq!(told, 30);
    }

    #[test]
    fn silence_is_told_at_once_and_then_four_times_a_second() {
        let mut pace = MeterPace::default();
        assert!(pace.takes(&loud()));
        assert!(pace.takes(&silence()));
        let told = (0..30).filter(|_| pace.takes(&silence())).count();
        assert!((3..=4).contains(&told), "{told} in a second");
    }

    #[test]
    fn sound_after_silence_is_told_at_once() {
        let mut pace = MeterPace::default();
        assert!(pace.takes(&silence()));
        assert!(!pace.takes(&silence()));
        assert!(pace.takes(&loud()));
    }

    #[test]
    fn a_meter_of_the_plugin_s_own_that_moves_in_silence_is_told_each_time() {
        let mut pace = MeterPace::default();
        let moved = |value| {
            let mut update = silence();
            update.values.insert("reduction".to_owned(), vec![value]);
            update
        };
        assert!(pace.takes(&moved(0.0)));
        assert!(pace.takes(&moved(-1.0)));
        assert!(!pace.takes(&moved(-1.0)));
    }
}
