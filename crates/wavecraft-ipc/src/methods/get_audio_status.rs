use serde::{Deserialize, Serialize};

use crate::audio_status::AudioStatus;
use crate::empty::Empty;
use crate::error::RpcError;
use crate::method::{Method, MethodContext};

/// How the audio is doing.
pub enum GetAudioStatus {}

/// The status, if there is one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
pub struct GetAudioStatusResult {
    /// Null in a DAW that has not activated the plugin.
    pub status: Option<AudioStatus>,
}

impl Method for GetAudioStatus {
    const NAME: &'static str = "getAudioStatus";
    const TAKES: &'static str = "{}";
    type Params<'a> = Empty;
    type Result = GetAudioStatusResult;

    fn call(context: &mut MethodContext<'_>, _params: Empty) -> Result<GetAudioStatusResult, RpcError> {
        Ok(GetAudioStatusResult { status: context.host.audio_status() })
    }
}
