use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::empty::Empty;
use crate::error::RpcError;
use crate::method::{Method, MethodContext};

/// Makes a preset one of the user's favourites, or none of them any more.
pub enum SetFavourite {}

/// Which preset, and whether it is a favourite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct SetFavouriteParams<'a> {
    /// The preset's id, as listPresets has it.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// Whether it is one from now on.
    pub favourite: bool,
}

impl Method for SetFavourite {
    const NAME: &'static str = "setFavourite";
    const TAKES: &'static str = "{id: string, favourite: boolean}";
    type Params<'a> = SetFavouriteParams<'a>;
    type Result = Empty;

    fn call(context: &mut MethodContext<'_>, params: SetFavouriteParams<'_>) -> Result<Empty, RpcError> {
        context.session()?.set_favourite(&params.id, params.favourite)?;
        Ok(Empty {})
    }
}
