use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::empty::Empty;
use crate::error::{ErrorCode, HostError, RpcError};
use crate::method::{Method, MethodContext};
use crate::signal::{DEFAULT_SIGNAL_RESOLUTION, SIGNAL_RESOLUTIONS, SignalRequest};

/// Sends this page a signal's spectrum or waveform from now on, until it unsubscribes or goes. Of a signal that it has
/// subscribed to already, the new resolution counts.
pub enum SubscribeSignal {}

/// Which signal, and how finely.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS), ts(optional_fields))]
#[serde(deny_unknown_fields)]
pub struct SubscribeSignalParams<'a> {
    /// The signal's id, as getInfo has it.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// In how many columns, from 16 to 2,048; 256 unless told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<u32>,
}

impl Method for SubscribeSignal {
    const NAME: &'static str = "subscribeSignal";
    const TAKES: &'static str = "{id: string, resolution?: integer}";
    type Params<'a> = SubscribeSignalParams<'a>;
    type Result = Empty;

    fn call(context: &mut MethodContext<'_>, params: SubscribeSignalParams<'_>) -> Result<Empty, RpcError> {
        let resolution = params.resolution.unwrap_or(DEFAULT_SIGNAL_RESOLUTION);
        if !SIGNAL_RESOLUTIONS.contains(&resolution) {
            let (fewest, most) = (SIGNAL_RESOLUTIONS.start(), SIGNAL_RESOLUTIONS.end());
            let text = format!("a signal has from {fewest} to {most} columns, and not {resolution}");
            return Err(RpcError::new(ErrorCode::InvalidParams, text));
        }
        let id = params.id.into_owned();
        if !context.host.info().signals.iter().any(|signal| signal.id == id) {
            return Err(HostError::no_such_signal(id).into());
        }
        context.signals.open(SignalRequest { id, resolution });
        Ok(Empty {})
    }
}
