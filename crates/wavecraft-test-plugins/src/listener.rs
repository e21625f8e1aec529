//! A plugin that notes down what it is told, and sends every event back an octave higher.

use std::sync::Arc;

use nice_plug::midi::Key;
use nice_plug::prelude::*;

/// How much it can note down without allocating.
const ROOM: usize = 40_000;

/// One parameter, which nobody hears but which can be automated.
#[derive(Params)]
pub struct ListenerParams {
    #[id = "amount"]
    amount: FloatParam,
}

impl Default for ListenerParams {
    fn default() -> Self {
        let range = FloatRange::Linear { min: 0.0, max: 1.0 };
        Self { amount: FloatParam::new("Amount", 0.0, range) }
    }
}

/// What it was told of the song at the first frame of a call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Told {
    /// The song's position in samples.
    pub position_samples: i64,
    /// The same in quarter notes.
    pub position_beats: f64,
    /// Where the bar began.
    pub bar_start_beats: f64,
    /// The bar's number.
    pub bar_number: i32,
    /// The tempo, in beats per minute.
    pub tempo_bpm: f64,
    /// Whether the song plays.
    pub is_playing: bool,
}

/// Leaves the sound as it is. `MIDI` is what it asks for, and says it puts out: 0 nothing, 1 notes, 2 everything.
pub struct Listener<const MIDI: u8> {
    params: Arc<ListenerParams>,
    /// Every event, with the frame at which it takes effect, counted over all calls.
    pub events: Vec<(u64, NoteEvent<()>)>,
    /// What it was told at each call.
    pub told: Vec<Told>,
    /// How many events its host did not take back.
    pub not_taken: usize,
    /// Frames so far.
    frames: u64,
}

impl<const MIDI: u8> Default for Listener<MIDI> {
    fn default() -> Self {
        Self {
            params: Arc::default(),
            events: Vec::with_capacity(ROOM),
            told: Vec::with_capacity(ROOM),
            not_taken: 0,
            frames: 0,
        }
    }
}

const fn config(midi: u8) -> MidiConfig {
    match midi {
        0 => MidiConfig::None,
        1 => MidiConfig::Basic,
        _ => MidiConfig::MidiCCs,
    }
}

/// An octave higher, if it has a key.
fn transposed(mut event: NoteEvent<()>) -> NoteEvent<()> {
    if let NoteEvent::NoteOn { key: Key::Number(key), .. }
    | NoteEvent::NoteOff { key: Key::Number(key), .. }
    | NoteEvent::PolyPressure { key: Key::Number(key), .. } = &mut event
    {
        *key = (*key + 12).min(127);
    }
    event
}

impl<const MIDI: u8> Plugin for Listener<MIDI> {
    const NAME: &'static str = "Listener";
    const VENDOR: &'static str = "Tests";
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = "1.0.0";
    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = &[AudioIOLayout {
        main_input_channels: Some(new_nonzero_u32(1)),
        main_output_channels: Some(new_nonzero_u32(1)),
        ..AudioIOLayout::const_default()
    }];
    const MIDI_INPUT: MidiConfig = config(MIDI);
    const MIDI_OUTPUT: MidiConfig = config(MIDI);
    const SAMPLE_ACCURATE_AUTOMATION: bool = true;

    type Editor = ();
    type SysExMessage = ();
    type BackgroundTask = ();

    fn params(&self) -> Arc<dyn Params> {
        self.params.clone()
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        _: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        let transport = context.transport();
        let told = Told {
            position_samples: transport.pos_samples.unwrap_or(i64::MIN),
            position_beats: transport.pos_beats.unwrap_or(f64::NAN),
            bar_start_beats: transport.bar_start_pos_beats.unwrap_or(f64::NAN),
            bar_number: transport.bar_number.unwrap_or(i32::MIN),
            tempo_bpm: transport.tempo.unwrap_or(f64::NAN),
            is_playing: transport.playing,
        };
        if self.told.len() < ROOM {
            self.told.push(told);
        }
        while let Some(event) = context.next_event() {
            if self.events.len() < ROOM {
                self.events.push((self.frames + u64::from(event.timing()), event));
            }
            self.not_taken += usize::from(context.try_send_event(transposed(event)).is_err());
        }
        self.frames += buffer.samples() as u64;
        ProcessStatus::Normal
    }
}
