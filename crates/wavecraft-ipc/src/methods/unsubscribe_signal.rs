use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::empty::Empty;
use crate::error::RpcError;
use crate::method::{Method, MethodContext};

/// Sends this page a signal no more. One that it has not subscribed to stays so.
pub enum UnsubscribeSignal {}

/// Which signal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct UnsubscribeSignalParams<'a> {
    /// The signal's id.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
}

impl Method for UnsubscribeSignal {
    const NAME: &'static str = "unsubscribeSignal";
    const TAKES: &'static str = "{id: string}";
    type Params<'a> = UnsubscribeSignalParams<'a>;
    type Result = Empty;

    fn call(context: &mut MethodContext<'_>, params: UnsubscribeSignalParams<'_>) -> Result<Empty, RpcError> {
        // No error for one that is gone since a reload: the page wants none of it, and gets none.
        context.signals.close(&params.id);
        Ok(Empty {})
    }
}
