use serde::{Deserialize, Serialize};

use crate::empty::Empty;
use crate::error::RpcError;
use crate::method::{Method, MethodContext};
use crate::note::{MidiChannel, Note, NoteNumber};
use crate::value::{NormalizedValue, UncheckedValue};

/// The velocity of a release that nobody has measured, as MIDI has it: 64 of 127.
pub(crate) const RELEASE_VELOCITY: NormalizedValue = NormalizedValue::clamped(64.0 / 127.0);

/// A key goes up. Ending a note that this page does not hold does nothing.
pub enum NoteOff {}

/// Which key, and how fast it is let go.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(any(test, feature = "typescript"), derive(ts_rs::TS), ts(optional_fields))]
#[serde(deny_unknown_fields)]
pub struct NoteOffParams {
    /// The key, 0 to 127.
    pub note: NoteNumber,
    /// The channel on which it went down, 0 to 15; 0 when it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<MidiChannel>,
    /// How fast, in [0, 1]; 64/127 when it is left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(any(test, feature = "typescript"), ts(as = "Option<NormalizedValue>"))]
    pub velocity: Option<UncheckedValue>,
}

impl Method for NoteOff {
    const NAME: &'static str = "noteOff";
    const TAKES: &'static str = "{note: 0 to 127, channel?: 0 to 15, velocity?: 0 to 1}";
    type Params<'a> = NoteOffParams;
    type Result = Empty;

    fn call(context: &mut MethodContext<'_>, params: NoteOffParams) -> Result<Empty, RpcError> {
        let velocity = params.velocity.map_or(Ok(RELEASE_VELOCITY), UncheckedValue::check)?;
        let note = Note { number: params.note, channel: params.channel.unwrap_or_default() };
        let input = context.note_input();
        let ended = context.notes.end(&note, || match &input {
            Ok(input) => input.note_off(note, velocity).map_err(RpcError::from),
            // Another build of the plugin, which takes no notes, plays none.
            Err(_) => Ok(()),
        });
        match ended {
            Some(ended) => ended?,
            None => drop(input?),
        }
        Ok(Empty {})
    }
}
