//! The meters' way from whichever audio runs now to the pages.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use wavecraft_metering::{LevelFrame, MeterReader};

/// Levels older than this are no longer how loud it is: the audio has stopped.
const STALE: Duration = Duration::from_millis(250);

/// Where the server finds the meters, while the audio comes and goes.
///
/// Cloning is cheap, and all clones are the same tap. Usable from any thread but the audio thread, whose side is the
/// [`MeterWriter`](wavecraft_metering::MeterWriter). Without audio there are no levels: none are ever invented.
#[derive(Clone, Debug, Default)]
pub struct MeterTap {
    /// A plain mutex: held to drain a ring of a few frames.
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    reader: Option<MeterReader>,
    latest: Option<(LevelFrame, Instant)>,
    /// The end of the time that earlier readers have covered. Time must not go back when the audio is opened again.
    earlier_us: u64,
}

impl MeterTap {
    /// Takes the levels from this reader from now on; `None` when the audio stops.
    pub fn connect(&self, reader: Option<MeterReader>) {
        let mut state = self.state();
        state.earlier_us = state.latest.map_or(state.earlier_us, |(frame, _)| frame.timestamp_us);
        state.reader = reader;
        if state.reader.is_none() {
            state.latest = None;
        }
    }

    /// The levels since the last call: the newest, with the highest peaks. `None` when there are none.
    pub fn drain(&self) -> Option<LevelFrame> {
        let mut state = self.state();
        let mut frame = state.reader.as_ref()?.drain()?;
        frame.timestamp_us += state.earlier_us;
        state.latest = Some((frame, Instant::now()));
        Some(frame)
    }

    /// The newest levels that were drained, unless the audio has stopped since.
    pub fn latest(&self) -> Option<LevelFrame> {
        self.state().latest.filter(|(_, drained)| drained.elapsed() < STALE).map(|(frame, _)| frame)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
#[allow(clippy::float_cmp, reason = "what was stored comes back exactly")]
mod tests {
    use wavecraft_metering::meters;

    use super::*;

    #[test]
    fn there_are_no_levels_without_audio() {
        let tap = MeterTap::default();
        assert_eq!((tap.drain(), tap.latest()), (None, None));
        let (mut writer, reader) = meters(48_000.0);
        tap.connect(Some(reader));
        assert_eq!((tap.drain(), tap.latest()), (None, None));
        writer.process_metered(&mut [&mut [0.5; 1_024]], |_| {});
        assert!(tap.drain().is_some_and(|frame| frame.output[0].peak == 0.5));
        assert!(tap.latest().is_some());
        tap.connect(None);
        assert_eq!((tap.drain(), tap.latest()), (None, None));
    }

    #[test]
    fn time_goes_on_when_the_audio_is_opened_again() {
        let tap = MeterTap::default();
        let mut last_us = 0;
        for _ in 0..3 {
            let (mut writer, reader) = meters(48_000.0);
            tap.connect(Some(reader));
            writer.process_metered(&mut [&mut [0.0; 1_024]], |_| {});
            let frame = tap.drain().unwrap();
            assert!(frame.timestamp_us > last_us);
            last_us = frame.timestamp_us;
        }
    }
}
