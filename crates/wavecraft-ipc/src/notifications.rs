//! What pages are told without asking.
//!
//! A notification is an empty type that ties its name to what it tells, as a method is.
//!
//! ```
//! use wavecraft_ipc::Empty;
//! use wavecraft_ipc::notifications::{ParametersChanged, notification};
//!
//! assert_eq!(
//!     notification::<ParametersChanged>(&Empty {}),
//!     r#"{"jsonrpc":"2.0","method":"parametersChanged","params":{}}"#
//! );
//! ```

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::audio_status::AudioStatus;
use crate::build_status::BuildStatus;
use crate::controllers::ControllersState;
use crate::empty::Empty;
use crate::json;
use crate::meter::MeterUpdate;
use crate::session::{CurrentPreset, HistoryState, SlotsState};
use crate::signal::SignalUpdate;
use crate::value::NormalizedValue;

/// A notification to the page: its name, and what it tells.
pub trait Notification {
    /// The name on the wire.
    const NAME: &'static str;
    /// What it tells.
    type Params<'a>: Serialize + Deserialize<'a>;
}

/// A parameter has another value: by automation, or by another page.
pub enum ParameterChanged {}

/// Which parameter, and its value now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
pub struct ParameterChangedParams<'a> {
    /// The parameter's id.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// Its value, in [0, 1].
    pub value: NormalizedValue,
}

impl Notification for ParameterChanged {
    const NAME: &'static str = "parameterChanged";
    type Params<'a> = ParameterChangedParams<'a>;
}

/// Any parameter may have changed, in any respect, as after a reload or a preset: fetch them all again.
pub enum ParametersChanged {}

impl Notification for ParametersChanged {
    const NAME: &'static str = "parametersChanged";
    type Params<'a> = Empty;
}

/// New levels. Not sent while nothing is measured.
pub enum MetersUpdated {}

impl Notification for MetersUpdated {
    const NAME: &'static str = "meterUpdate";
    type Params<'a> = MeterUpdate;
}

/// What a signal is like now. Sent to the pages that have subscribed to it, and not while nothing is heard.
pub enum SignalUpdated {}

impl Notification for SignalUpdated {
    const NAME: &'static str = "signalUpdate";
    type Params<'a> = SignalUpdate<'a>;
}

/// The audio is doing better or worse.
pub enum AudioStatusChanged {}

impl Notification for AudioStatusChanged {
    const NAME: &'static str = "audioStatusChanged";
    type Params<'a> = AudioStatus;
}

/// A build has begun or ended, in development.
pub enum BuildStatusChanged {}

impl Notification for BuildStatusChanged {
    const NAME: &'static str = "buildStatusChanged";
    type Params<'a> = BuildStatus;
}

/// There is another step to undo or to redo.
pub enum HistoryChanged {}

impl Notification for HistoryChanged {
    const NAME: &'static str = "historyChanged";
    type Params<'a> = HistoryState;
}

/// The other slot is heard.
pub enum SlotChanged {}

impl Notification for SlotChanged {
    const NAME: &'static str = "slotChanged";
    type Params<'a> = SlotsState;
}

/// Another preset was loaded or saved, or the one that is there was modified.
pub enum PresetChanged {}

impl Notification for PresetChanged {
    const NAME: &'static str = "presetChanged";
    type Params<'a> = CurrentPreset;
}

/// There are other presets: list them again.
pub enum PresetsChanged {}

impl Notification for PresetsChanged {
    const NAME: &'static str = "presetsChanged";
    type Params<'a> = Empty;
}

/// Another MIDI controller moves a parameter, or a parameter waits for one or no longer does.
pub enum ControllersChanged {}

impl Notification for ControllersChanged {
    const NAME: &'static str = "controllersChanged";
    type Params<'a> = ControllersState;
}

/// Makes the list of notifications, and all that goes through it.
macro_rules! notifications {
    ($($notification:ident),* $(,)?) => {
        /// The name of every notification.
        pub const NOTIFICATION_NAMES: &[&str] = &[$(<$notification as Notification>::NAME),*];

        /// Shows every notification to `visitor`.
        #[cfg(any(test, feature = "typescript"))]
        pub(crate) fn visit(visitor: &mut impl NotificationVisitor) {
            $(visitor.notification::<$notification>();)*
        }
    };
}

notifications![
    ParameterChanged,
    ParametersChanged,
    MetersUpdated,
    SignalUpdated,
    AudioStatusChanged,
    BuildStatusChanged,
    HistoryChanged,
    SlotChanged,
    PresetChanged,
    PresetsChanged,
    ControllersChanged,
];

/// The notification, as text for the page. From any thread but the audio thread: it allocates.
pub fn notification<N: Notification>(params: &N::Params<'_>) -> String {
    let mut text = String::new();
    write_notification::<N>(params, &mut text);
    text
}

/// Writes the notification in place of what is in `text`, whose memory is used again; for those that come 60 times a
/// second.
pub fn write_notification<N: Notification>(params: &N::Params<'_>, text: &mut String) {
    text.clear();
    text.push_str("{\"jsonrpc\":\"2.0\",\"method\":\"");
    text.push_str(N::NAME);
    text.push_str("\",\"params\":");
    json::append(text, params);
    text.push('}');
}

/// What is done with the type of every notification.
#[cfg(any(test, feature = "typescript"))]
pub(crate) trait NotificationVisitor {
    /// Does it with one notification.
    fn notification<N: Notification>(&mut self)
    where
        N::Params<'static>: ts_rs::TS + 'static;
}
