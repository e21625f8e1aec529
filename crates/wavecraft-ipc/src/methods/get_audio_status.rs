use serde::{Deserialize, Serialize};

use super::{Call, Empty, Method};
use crate::audio_status::AudioStatus;
use crate::error::RpcError;
use crate::handler::Page;

/// How the audio is doing.
pub enum GetAudioStatus {}

/// The status, if there is one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct GetAudioStatusResult {
    /// Null where the audio is the DAW's business.
    pub status: Option<AudioStatus>,
}

impl Method for GetAudioStatus {
    const NAME: &'static str = "getAudioStatus";
    const TAKES: &'static str = "{}";
    type Params<'a> = Empty;
    type Result = GetAudioStatusResult;
}

impl Call for GetAudioStatus {
    fn call(page: &mut Page<'_>, _params: Empty) -> Result<GetAudioStatusResult, RpcError> {
        Ok(GetAudioStatusResult { status: page.host.audio_status() })
    }
}
