use serde::{Deserialize, Serialize};

use crate::empty::Empty;
use crate::error::RpcError;
use crate::method::{Method, MethodContext};
use crate::methods::RELEASE_VELOCITY;
use crate::note::{MidiChannel, Note, NoteNumber};
use crate::value::{NormalizedValue, UncheckedValue};

/// The softest velocity of MIDI: its 0 ends a note.
const SOFTEST_VELOCITY: f32 = 1.0 / 127.0;

/// A key goes down. A note that this page holds already is ended first. What a page holds when it goes is ended for it.
pub enum NoteOn {}

/// Which key, and how hard it is struck.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS), ts(optional_fields))]
#[serde(deny_unknown_fields)]
pub struct NoteOnParams {
    /// The key, 0 to 127.
    pub note: NoteNumber,
    /// How hard, in [0, 1]. What is below 1/127 counts as 1/127, the softest.
    #[cfg_attr(any(test, feature = "typescript"), ts(as = "NormalizedValue"))]
    pub velocity: UncheckedValue,
    /// The channel, 0 to 15; 0 when it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<MidiChannel>,
}

impl Method for NoteOn {
    const NAME: &'static str = "noteOn";
    const TAKES: &'static str = "{note: 0 to 127, velocity: 0 to 1, channel?: 0 to 15}";
    type Params<'a> = NoteOnParams;
    type Result = Empty;

    fn call(context: &mut MethodContext<'_>, params: NoteOnParams) -> Result<Empty, RpcError> {
        let velocity = NormalizedValue::clamped(params.velocity.check()?.get().max(SOFTEST_VELOCITY));
        let input = context.note_input()?;
        let note = Note { number: params.note, channel: params.channel.unwrap_or_default() };
        if let Some(ended) = context.notes.end(&note, || input.note_off(note, RELEASE_VELOCITY)) {
            ended?;
        }
        context.notes.begin(&note, || input.note_on(note, velocity))?;
        Ok(Empty {})
    }
}
