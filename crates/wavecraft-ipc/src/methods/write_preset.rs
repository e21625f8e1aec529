use serde::{Deserialize, Serialize};

use super::load_preset::PresetIdParams;
use crate::error::RpcError;
use crate::method::{Method, MethodContext};

/// Writes a preset as a file where the user finds it, for pages whose window cannot download.
pub enum WritePreset {}

/// The file that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
pub struct WritePresetResult {
    /// Where it is, for the user to read.
    pub path: String,
}

impl Method for WritePreset {
    const NAME: &'static str = "writePreset";
    const TAKES: &'static str = "{id: string}";
    type Params<'a> = PresetIdParams<'a>;
    type Result = WritePresetResult;

    fn call(
        context: &mut MethodContext<'_>,
        params: PresetIdParams<'_>,
    ) -> Result<WritePresetResult, RpcError> {
        Ok(WritePresetResult { path: context.session()?.write_preset(&params.id)? })
    }
}
