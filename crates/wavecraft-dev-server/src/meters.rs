//! The levels and the plugin's own meters, on their way from whichever audio runs now to the pages.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use wavecraft_ffi::FfiMeterReader;
use wavecraft_ipc::{MeterFrame, MeterInfo, MeterUpdate};
use wavecraft_metering::MeterReader;
use wavecraft_metering::meter::{MeterKind, merge_values};

/// Levels older than this are no longer how loud it is: the audio has stopped.
const STALE: Duration = Duration::from_millis(250);

/// Where the server finds the meters, while the audio comes and goes.
///
/// The levels before and after the plugin are measured around it, so that there are some of any library; its own meters come
/// out of its library. Cloning is cheap, and all clones are the same tap. Usable from any thread but the audio thread, whose
/// side is the [`MeterWriter`](wavecraft_metering::MeterWriter). Without audio there are no levels: none are ever invented.
#[derive(Clone, Debug, Default)]
pub struct MeterTap {
    /// A plain mutex: held to drain a ring of a few frames.
    state: Arc<Mutex<State>>,
}

#[derive(Debug, Default)]
struct State {
    reader: Option<MeterReader>,
    own: OwnMeters,
    latest: Option<(MeterFrame, Instant)>,
    /// The end of the time that earlier readers have covered. Time must not go back when the audio is opened again.
    earlier_us: u64,
}

impl MeterTap {
    /// Takes the levels from this reader from now on; `None` when the audio stops.
    pub fn connect(&self, reader: Option<MeterReader>) {
        let mut state = self.state();
        state.earlier_us = state.latest.map_or(state.earlier_us, |(frame, _)| frame.timestamp);
        state.reader = reader;
        if state.reader.is_none() {
            state.latest = None;
        }
    }

    /// Takes the plugin's own meters from there from now on.
    pub fn connect_own(&self, own: OwnMeters) {
        self.state().own = own;
    }

    /// The plugin's own meters.
    pub fn own_meters(&self) -> Vec<MeterInfo> {
        self.state().own.infos().to_vec()
    }

    /// The levels since the last call: the newest, with the highest peaks, and the plugin's own meters with their extremes.
    /// `None` when there are none.
    pub fn drain(&self) -> Option<MeterUpdate> {
        let mut state = self.state();
        state.own.poll();
        let mut frame = state.reader.as_ref()?.drain()?;
        frame.timestamp_us += state.earlier_us;
        let update = state.own.take_into(MeterUpdate::from(frame));
        state.latest = Some((MeterFrame::from(&update), Instant::now()));
        Some(update)
    }

    /// The newest levels that were drained, unless the audio has stopped since.
    pub fn latest(&self) -> Option<MeterFrame> {
        self.state().latest.filter(|(_, drained)| drained.elapsed() < STALE).map(|(frame, _)| frame)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The own meters of one build of the plugin: what they are, and what reads those of the processor that plays.
///
/// Cloning is cheap, and all clones are of the same meters. Usable from any thread but the audio thread.
#[derive(Clone, Debug, Default)]
pub struct OwnMeters {
    infos: Arc<[MeterInfo]>,
    kinds: Arc<[MeterKind]>,
    /// A plain mutex: held to read a few numbers.
    values: Arc<Mutex<OwnValues>>,
}

#[derive(Debug, Default)]
struct OwnValues {
    reader: Option<FfiMeterReader>,
    /// What was measured and not sent, since the levels that it goes with had not come.
    waiting: Option<Vec<f32>>,
    /// Used again for each frame.
    newest: Vec<f32>,
}

impl OwnMeters {
    /// These meters, which nobody reads yet.
    pub fn new(infos: Vec<MeterInfo>) -> Self {
        let kinds = infos
            .iter()
            .flat_map(|meter| std::iter::repeat_n(MeterKind::from(meter.kind), meter.channels as usize));
        Self { kinds: kinds.collect(), infos: infos.into(), values: Arc::default() }
    }

    /// What they are.
    pub fn infos(&self) -> &[MeterInfo] {
        &self.infos
    }

    /// Reads those of another processor from now on.
    pub fn connect(&self, reader: Option<FfiMeterReader>) {
        let newest = vec![0.0; self.kinds.len()];
        *self.values() = OwnValues { reader, waiting: None, newest };
    }

    /// Adds what was measured since the last call to what waits.
    fn poll(&self) {
        let OwnValues { reader, waiting, newest } = &mut *self.values();
        if reader.as_mut().is_some_and(|reader| reader.read(newest)) {
            match waiting {
                Some(waiting) => merge_values(&self.kinds, waiting, newest),
                None => *waiting = Some(newest.clone()),
            }
        }
    }

    /// Gives an update what waits for it.
    fn take_into(&self, update: MeterUpdate) -> MeterUpdate {
        match self.values().waiting.take() {
            Some(values) => update.with_values(&self.infos, &values),
            None => update,
        }
    }

    fn values(&self) -> MutexGuard<'_, OwnValues> {
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
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
        assert!(tap.drain().is_some_and(|frame| frame.left_peak == 0.5));
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
