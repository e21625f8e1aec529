//! An instrument, a sine for each note: without fault, and with one.

use std::sync::Arc;

use nice_plug::prelude::*;

/// The parameters of [`Tone`].
#[derive(Params)]
pub struct ToneParams {
    #[id = "level"]
    level: FloatParam,
}

/// Without fault.
pub type Tone = AnyTone<0>;

/// Plays nothing.
pub type DeafTone = AnyTone<1>;

/// Takes no more than [`HASTY_EVENTS`] events in a call, and loses the others.
pub type HastyTone = AnyTone<2>;

/// How many events [`HastyTone`] takes.
pub const HASTY_EVENTS: usize = 1_000;

/// A sine for each note that is held, at most one for each of the 128 keys.
pub struct AnyTone<const FAULT: u8> {
    params: Arc<ToneParams>,
    /// The phase of each key that is held, in turns.
    phases: [Option<f32>; 128],
    sample_rate_hz: f32,
}

impl<const FAULT: u8> Default for AnyTone<FAULT> {
    fn default() -> Self {
        let level = FloatParam::new("Level", 0.5, FloatRange::Linear { min: 0.0, max: 1.0 });
        Self { params: Arc::new(ToneParams { level }), phases: [None; 128], sample_rate_hz: 48_000.0 }
    }
}

impl<const FAULT: u8> Plugin for AnyTone<FAULT> {
    const NAME: &'static str = "Tone";
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
        self.params.clone()
    }

    fn activate(
        &mut self,
        _: &AudioIOLayout,
        config: &BufferConfig,
        _: &mut impl ActivateContext<Self>,
    ) -> bool {
        self.sample_rate_hz = config.sample_rate;
        true
    }

    fn reset(&mut self) {
        self.phases = [None; 128];
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        _: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        let level = self.params.level.value();
        let mut taken = 0;
        let mut next_event = || match FAULT {
            1 => None,
            2 if taken == HASTY_EVENTS => None,
            _ => {
                taken += 1;
                context.next_event()
            }
        };
        let mut event = next_event();
        for (index, mut frame) in buffer.iter_samples().enumerate() {
            while let Some(due) = event.take_if(|event| event.timing() as usize <= index) {
                match due {
                    NoteEvent::NoteOn { key, .. } => {
                        self.phases[usize::from(key.number_or_middle_c())] = Some(0.0);
                    }
                    NoteEvent::NoteOff { key, .. } => {
                        self.phases[usize::from(key.number_or_middle_c())] = None;
                    }
                    _ => {}
                }
                event = next_event();
            }
            let mut sum = 0.0;
            for (key, phase) in (0_u8..).zip(&mut self.phases) {
                let Some(phase) = phase else { continue };
                sum += (*phase * std::f32::consts::TAU).sin() * 0.1;
                *phase = (*phase + util::midi_key_to_freq(key) / self.sample_rate_hz).fract();
            }
            frame.iter_mut().for_each(|sample| *sample = sum * level);
        }
        ProcessStatus::KeepAlive
    }
}

impl<const FAULT: u8> ClapPlugin for AnyTone<FAULT> {
    const CLAP_ID: &'static str = match FAULT {
        0 => "dev.wavecraft.tests.tone",
        1 => "dev.wavecraft.tests.deaf-tone",
        _ => "dev.wavecraft.tests.hasty-tone",
    };
    const CLAP_DESCRIPTION: Option<&'static str> = None;
    const CLAP_MANUAL_URL: Option<&'static str> = None;
    const CLAP_SUPPORT_URL: Option<&'static str> = None;
    const CLAP_FEATURES: &'static [ClapFeature] = &[ClapFeature::Instrument, ClapFeature::Stereo];
}
