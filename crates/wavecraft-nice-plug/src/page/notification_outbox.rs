//! The notifications that a page gets without asking, made on the editor's timer.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use wavecraft_ipc::notifications::{
    AudioStatusChanged, MetersUpdated, ParameterChanged, ParameterChangedParams, ParametersChanged,
    write_notification,
};
use wavecraft_ipc::{Empty, MeterFrame, MeterInfo, MeterUpdate, NormalizedValue};
use wavecraft_metering::MeterReader;

use super::dirty_parameters::DirtyParameters;
use super::host_audio::{HostAudio, HostAudioFormat};
use super::meter_pace::MeterPace;
use crate::parameters::ParameterTable;

/// Levels older than this are no longer how loud it is: the host has stopped processing.
const STALE: Duration = Duration::from_millis(250);

/// The newest levels, for whoever asks. Cloning is cheap; clones share them.
#[derive(Clone, Debug, Default)]
pub struct LatestLevels(Arc<Mutex<Option<(MeterFrame, Instant)>>>);

impl LatestLevels {
    /// The newest, unless they are old.
    pub fn newest(&self) -> Option<MeterFrame> {
        let newest = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        newest.filter(|(_, at)| at.elapsed() < STALE).map(|(levels, _)| levels)
    }

    fn renew(&self, levels: MeterFrame) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((levels, Instant::now()));
    }
}

/// How the host runs the audio, and what the page was last told of it.
struct WatchedAudio {
    audio: Arc<HostAudio>,
    told: Option<HostAudioFormat>,
}

/// Notifies one page of what has changed: parameters merged, each at most once a tick, the levels, and how the host runs the
/// audio.
pub struct NotificationOutbox {
    table: Arc<ParameterTable>,
    dirty: Arc<DirtyParameters>,
    meters: Option<MeterReader>,
    /// The plugin's own meters, and what they have come to.
    own_meters: Vec<MeterInfo>,
    values: Vec<f32>,
    levels: LatestLevels,
    pace: MeterPace,
    audio: Option<WatchedAudio>,
    /// Used again and again, as there is something to tell thirty times a second.
    text: String,
}

impl NotificationOutbox {
    /// For a page that has just been opened: levels from before then are not sent to it.
    pub fn new(
        table: Arc<ParameterTable>,
        dirty: Arc<DirtyParameters>,
        meters: Option<MeterReader>,
        levels: LatestLevels,
    ) -> Self {
        if let Some(meters) = &meters {
            meters.discard();
        }
        let own_meters = meters.iter().flat_map(MeterReader::own_meters).map(Into::into).collect();
        let (values, pace, text) = (Vec::new(), MeterPace::default(), String::new());
        Self { table, dirty, meters, own_meters, values, levels, pace, audio: None, text }
    }

    /// The page is told when the host activates the plugin for another sample rate or block than at its opening.
    #[must_use]
    pub fn with_audio(self, audio: Arc<HostAudio>) -> Self {
        let told = audio.get();
        Self { audio: Some(WatchedAudio { audio, told }), ..self }
    }

    /// The page has not been told of the audio since it was last open.
    pub fn mark_audio(&mut self) {
        if let Some(watched) = &mut self.audio {
            watched.told = None;
        }
    }

    /// Hands `send` each notification that is due. Called by the editor's timer, about 60 times a second.
    pub fn flush(&mut self, mut send: impl FnMut(&str)) {
        let Self { table, dirty, meters, own_meters, values, levels, pace, audio, text } = self;
        if dirty.take_all() {
            write_notification::<ParametersChanged>(&Empty {}, text);
            send(text);
        }
        dirty.take(
            |index| table.value(index),
            |index, normalized| {
                let Some(parameter) = table.get(index) else { return };
                let value = NormalizedValue::clamped(normalized);
                let params = ParameterChangedParams { id: parameter.id.as_str().into(), value };
                write_notification::<ParameterChanged>(&params, text);
                send(text);
            },
        );
        if let Some(WatchedAudio { audio, told }) = audio {
            let format = audio.get();
            if *told != format
                && let Some(status) = audio.status()
            {
                *told = format;
                write_notification::<AudioStatusChanged>(&status, text);
                send(text);
            }
        }
        if !pace.tick() {
            return;
        }
        if let Some(frame) = meters.as_ref().and_then(|meters| meters.drain_with_values(values)) {
            let update = MeterUpdate::from(frame).with_values(own_meters, values);
            levels.renew(MeterFrame::from(&update));
            if pace.takes(&update) {
                write_notification::<MetersUpdated>(&update, text);
                send(text);
            }
        }
    }
}
