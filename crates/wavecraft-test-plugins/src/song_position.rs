//! An instrument that plays where the song is.

use std::sync::Arc;

use nice_plug::prelude::*;

use crate::NoParams;

/// What [`SongPosition`] divides by, so that what it plays stays below full scale.
pub const SCALE: f32 = 1_000.0;

/// Left the position in quarter notes, right the tempo in beats a minute, both at the first frame of the call and divided by
/// [`SCALE`].
#[derive(Default)]
pub struct SongPosition(Arc<NoParams>);

impl Plugin for SongPosition {
    const NAME: &'static str = "Song Position";
    const VENDOR: &'static str = "Tests";
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = "1.0.0";
    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = &[AudioIOLayout {
        main_input_channels: None,
        main_output_channels: Some(new_nonzero_u32(2)),
        ..AudioIOLayout::const_default()
    }];
    const MIDI_INPUT: MidiConfig = MidiConfig::Basic;

    type Editor = ();
    type SysExMessage = ();
    type BackgroundTask = ();

    fn params(&self) -> Arc<dyn Params> {
        self.0.clone()
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        _: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        let transport = context.transport();
        let beats = transport.pos_beats.unwrap_or(f64::NAN) as f32;
        let tempo_bpm = transport.tempo.unwrap_or(f64::NAN) as f32;
        let [left, right] = buffer.as_slice() else { return ProcessStatus::Error("not stereo") };
        left.fill(beats / SCALE);
        right.fill(tempo_bpm / SCALE);
        ProcessStatus::KeepAlive
    }
}
