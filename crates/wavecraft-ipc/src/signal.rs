//! Spectra and waveforms of a plugin's signals, on their way to the pages that have asked for them.

use std::borrow::Cow;
use std::ops::RangeInclusive;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use crate::json;

/// Between how many columns a page may choose.
pub const SIGNAL_RESOLUTIONS: RangeInclusive<u32> = 16..=2_048;

/// How many columns a page gets that does not choose.
pub const DEFAULT_SIGNAL_RESOLUTION: u32 = 256;

/// A point of the plugin's sound that a page may ask for by `subscribeSignal`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS), ts(optional_fields))]
pub struct SignalInfo {
    /// Under which it is asked for. No two signals of a plugin have the same.
    pub id: String,
    /// What users read.
    pub name: String,
    /// What is made of it.
    pub kind: SignalKind,
    /// What is shown apart: 1 for all channels together, 2 for left and right.
    pub channels: u32,
    /// Where a spectrum's first column lies, in Hz.
    #[serde(default, skip_serializing_if = "json::is_absent")]
    pub min_hz: Option<f32>,
    /// Where a spectrum's last column lies, in Hz. Those between are at equal ratios.
    #[serde(default, skip_serializing_if = "json::is_absent")]
    pub max_hz: Option<f32>,
    /// How long a time a waveform's columns cover together, in milliseconds.
    #[serde(default, skip_serializing_if = "json::is_absent")]
    pub duration_ms: Option<f32>,
}

impl SignalInfo {
    /// A signal whose axis is not known.
    pub fn new(id: impl Into<String>, name: impl Into<String>, kind: SignalKind, channels: u32) -> Self {
        Self {
            id: id.into(),
            name: name.into(),
            kind,
            channels,
            min_hz: None,
            max_hz: None,
            duration_ms: None,
        }
    }
}

/// What is made of a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum SignalKind {
    /// How loud it is at each frequency, in dB: a number for each column. A sine of full scale has 0.
    Spectrum,
    /// How it swings, linear: the lowest and the highest sample of each column.
    Waveform,
}

/// What a signal is like now. Pages get it about 30 times a second, of the signals that they have asked for.
///
/// NaN, which JSON cannot hold, is written as 0 and infinity as the largest number.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
pub struct SignalUpdate<'a> {
    /// The signal's id.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// When it was looked at, in microseconds since a moment that stays the same while the plugin runs.
    pub timestamp_us: u64,
    /// A spectrum's columns, or a waveform's lowest and highest sample of each column in turn; one channel after the other.
    #[serde(serialize_with = "json::finite_list")]
    #[cfg_attr(any(test, feature = "typescript"), ts(as = "Vec<f32>"))]
    pub values: Cow<'a, [f32]>,
}

/// A signal that a page has asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignalRequest {
    /// The signal's id.
    pub id: String,
    /// In how many columns.
    pub resolution: u32,
}

/// The signals that one page has asked for, each once.
#[derive(Default)]
pub(crate) struct OpenRequests {
    /// Only threads that handle messages of this very page ever meet here.
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    requests: Vec<SignalRequest>,
    has_changed: bool,
}

impl OpenRequests {
    /// Asks for a signal, in place of what was asked of it before.
    pub fn open(&self, request: SignalRequest) {
        let mut state = self.state();
        if state.requests.contains(&request) {
            return;
        }
        state.requests.retain(|earlier| earlier.id != request.id);
        state.requests.push(request);
        state.has_changed = true;
    }

    /// Asks for a signal no more, if it was asked for.
    pub fn close(&self, id: &str) {
        let mut state = self.state();
        let before = state.requests.len();
        state.requests.retain(|request| request.id != id);
        state.has_changed |= state.requests.len() != before;
    }

    /// Takes these in place of all that are there.
    pub fn replace(&self, requests: Vec<SignalRequest>) {
        *self.state() = State { requests, has_changed: true };
    }

    /// What is asked for now.
    pub fn all(&self) -> Vec<SignalRequest> {
        self.state().requests.clone()
    }

    /// The same, if it has changed since the last call.
    pub fn take_changed(&self) -> Option<Vec<SignalRequest>> {
        let mut state = self.state();
        std::mem::take(&mut state.has_changed).then(|| state.requests.clone())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
