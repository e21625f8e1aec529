use super::load_preset::PresetIdParams;
use crate::error::RpcError;
use crate::method::{Method, MethodContext};
use crate::session::PresetText;

/// A preset as a file, for the user to keep elsewhere.
pub enum ExportPreset {}

impl Method for ExportPreset {
    const NAME: &'static str = "exportPreset";
    const TAKES: &'static str = "{id: string}";
    type Params<'a> = PresetIdParams<'a>;
    type Result = PresetText;

    fn call(context: &mut MethodContext<'_>, params: PresetIdParams<'_>) -> Result<PresetText, RpcError> {
        Ok(context.session()?.export_preset(&params.id)?)
    }
}
