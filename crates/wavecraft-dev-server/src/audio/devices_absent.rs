//! In place of the devices, where the program was built without the feature `audio`: there are none.

#![allow(clippy::unnecessary_wraps, clippy::unused_self, reason = "the same form as where there are devices")]

use std::sync::Arc;

use wavecraft_ipc::AudioDiagnosticCode;

use super::bodies::{DuplexBody, InputBody, OutputBody};
use super::counters::Counters;
use super::negotiation::Negotiated as CommonNegotiated;
use super::options::AudioOptions;
use super::problem::Problem;

pub(super) type Negotiated = CommonNegotiated;

/// No devices.
pub(super) struct Devices;

/// Never made.
pub(super) enum Endpoint {}

/// Never made.
pub(super) enum Stream {}

impl Devices {
    pub fn open(_options: &AudioOptions, _before: Option<Self>) -> Result<Self, Problem> {
        Ok(Self)
    }

    pub fn input(&self, _name: Option<&str>) -> Result<Endpoint, Problem> {
        Err(absent(AudioDiagnosticCode::NoInputDevice))
    }

    pub fn output(&self, _name: Option<&str>) -> Result<Endpoint, Problem> {
        Err(absent(AudioDiagnosticCode::NoOutputDevice).of_output())
    }
}

impl Endpoint {
    pub fn name(&self) -> &str {
        match *self {}
    }

    pub fn backend_name(&self) -> &'static str {
        match *self {}
    }

    pub fn is_patchable(&self) -> bool {
        match *self {}
    }

    pub fn hears(&self, _output: &Self) -> bool {
        match *self {}
    }

    pub fn is_duplex_with(&self, _output: &Self) -> bool {
        match *self {}
    }

    pub fn negotiate(
        &self,
        _rate_hz: Option<u32>,
        _block_frames: Option<u32>,
    ) -> Result<Negotiated, Problem> {
        match *self {}
    }

    pub fn listen(
        &self,
        _as_agreed: &Negotiated,
        _body: InputBody,
        _counters: &Arc<Counters>,
    ) -> Result<Stream, Problem> {
        match *self {}
    }

    pub fn run(
        &self,
        _as_agreed: &Negotiated,
        _body: DuplexBody,
        _counters: &Arc<Counters>,
    ) -> Result<Stream, Problem> {
        match *self {}
    }

    pub fn play(
        &self,
        _as_agreed: &Negotiated,
        _body: OutputBody,
        _counters: &Arc<Counters>,
    ) -> Result<Stream, Problem> {
        match *self {}
    }
}

fn absent(code: AudioDiagnosticCode) -> Problem {
    Problem::new(
        code,
        "this program was built without audio devices".to_owned(),
        Some("build it with --features audio"),
    )
}
