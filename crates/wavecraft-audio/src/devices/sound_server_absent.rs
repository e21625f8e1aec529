//! In place of a sound server, where the system has none of its own kind: its devices are reached through cpal.

use std::sync::Arc;

use super::{Found, StreamSettings};
use crate::callbacks::{InputCallback, OutputCallback};
use crate::counters::Counters;
use crate::problem::OpenFailure;

/// Never made.
pub(crate) enum SoundServer {}

/// Never made.
pub(crate) enum ServerEndpoint {}

/// Never made.
pub(crate) enum ServerStream {}

impl SoundServer {
    pub const NAME: &str = "none";

    pub fn connect(_client_name: &str) -> Option<Self> {
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

    pub fn is_monitor_of(&self, _output: &Self) -> bool {
        match *self {}
    }

    pub fn negotiate(&self, _rate_hz: Option<u32>, _block_frames: Option<u32>) -> StreamSettings {
        match *self {}
    }

    pub fn start_input(
        &self,
        _as_agreed: &StreamSettings,
        _callback: InputCallback,
        _counters: &Arc<Counters>,
    ) -> Result<ServerStream, OpenFailure> {
        match *self {}
    }

    pub fn start_output(
        &self,
        _as_agreed: &StreamSettings,
        _callback: OutputCallback,
        _counters: &Arc<Counters>,
    ) -> Result<ServerStream, OpenFailure> {
        match *self {}
    }
}
