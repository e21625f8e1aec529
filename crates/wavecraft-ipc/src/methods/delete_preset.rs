use super::load_preset::PresetIdParams;
use crate::empty::Empty;
use crate::error::RpcError;
use crate::method::{Method, MethodContext};

/// Deletes one of the user's presets.
pub enum DeletePreset {}

impl Method for DeletePreset {
    const NAME: &'static str = "deletePreset";
    const TAKES: &'static str = "{id: string}";
    type Params<'a> = PresetIdParams<'a>;
    type Result = Empty;

    fn call(context: &mut MethodContext<'_>, params: PresetIdParams<'_>) -> Result<Empty, RpcError> {
        context.session()?.delete_preset(&params.id)?;
        Ok(Empty {})
    }
}
