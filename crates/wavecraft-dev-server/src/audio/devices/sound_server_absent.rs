//! In place of a sound server, where the system has none of its own kind: its devices are reached through cpal.

use std::sync::Arc;

use super::super::bodies::{InputBody, OutputBody};
use super::super::counters::Counters;
use super::super::problem::Problem;
use super::{Found, Negotiated};

/// Never made.
pub(super) enum SoundServer {}

/// Never made.
pub(in super::super) enum ServerEndpoint {}

/// Never made.
pub(in super::super) enum ServerStream {}

impl SoundServer {
    pub const NAME: &str = "none";

    pub fn connect() -> Option<Self> {
        None
    }

    pub fn answers(&self) -> bool {
        match *self {}
    }

    pub fn endpoint(&self, _name: Option<&str>, _is_input: bool) -> Option<ServerEndpoint> {
        match *self {}
    }

    pub fn list(&self, _is_input: bool) -> Vec<Found> {
        match *self {}
    }
}

impl ServerEndpoint {
    pub fn name(&self) -> &str {
        match *self {}
    }

    pub fn hears(&self, _output: &Self) -> bool {
        match *self {}
    }

    pub fn negotiate(&self, _rate_hz: Option<u32>, _block_frames: Option<u32>) -> Negotiated {
        match *self {}
    }

    pub fn listen(
        &self,
        _as_agreed: &Negotiated,
        _body: InputBody,
        _counters: &Arc<Counters>,
    ) -> Result<ServerStream, Problem> {
        match *self {}
    }

    pub fn play(
        &self,
        _as_agreed: &Negotiated,
        _body: OutputBody,
        _counters: &Arc<Counters>,
    ) -> Result<ServerStream, Problem> {
        match *self {}
    }
}
