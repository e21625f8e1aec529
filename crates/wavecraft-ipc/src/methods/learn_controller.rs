use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::empty::Empty;
use crate::error::RpcError;
use crate::method::{Method, MethodContext};

/// The next MIDI controller that is moved moves this parameter from then on. Where `controllers` in getInfo is true.
pub enum LearnController {}

/// Which parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct ControllerParams<'a> {
    /// The parameter's id.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
}

impl Method for LearnController {
    const NAME: &'static str = "learnController";
    const TAKES: &'static str = "{id: string}";
    type Params<'a> = ControllerParams<'a>;
    type Result = Empty;

    fn call(context: &mut MethodContext<'_>, params: ControllerParams<'_>) -> Result<Empty, RpcError> {
        let controllers = context.controllers()?;
        context.host.get_parameter(&params.id)?;
        controllers.learn(&params.id)?;
        Ok(Empty {})
    }
}
