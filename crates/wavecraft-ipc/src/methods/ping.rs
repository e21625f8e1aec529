use serde::{Deserialize, Serialize};

use crate::empty::Empty;
use crate::error::RpcError;
use crate::method::{Method, MethodContext};

/// Tells a page that someone answers.
pub enum Ping {}

/// The answer to a ping.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
pub struct PingResult {
    /// Always true.
    pub pong: bool,
}

impl Method for Ping {
    const NAME: &'static str = "ping";
    const TAKES: &'static str = "{}";
    type Params<'a> = Empty;
    type Result = PingResult;

    fn call(_context: &mut MethodContext<'_>, _params: Empty) -> Result<PingResult, RpcError> {
        Ok(PingResult { pong: true })
    }
}
