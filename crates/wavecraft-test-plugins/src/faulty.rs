//! Plugins with one fault each, and one without, for the checks that must find them.

use std::marker::PhantomData;
use std::sync::Arc;

use nice_plug::plugin::ParamValue;
use nice_plug::prelude::*;

/// The delay of each, in frames, and the latency that those without fault report.
pub const DELAY_FRAMES: usize = 32;

/// Where [`Fault::EXPLODES_AT_LOW_RATES`] ends, in Hz.
pub const LOWEST_STABLE_RATE_HZ: f32 = 6_000.0;

/// What is wrong with a plugin. Everything is right by default.
pub trait Fault: Default + Send + 'static {
    /// What hosts know the plugin by.
    const ID: &'static str;
    /// Its name.
    const NAME: &'static str;
    /// It takes memory in `process`.
    const ALLOCATES: bool = false;
    /// It forgets a parameter when a state is loaded.
    const FORGETS_A_PARAMETER: bool = false;
    /// Of a state with values of wrong types it takes the others.
    const HALF_LOADS: bool = false;
    /// Its gain depends on how long the blocks are.
    const HEARS_BLOCKS: bool = false;
    /// What was NaN once stays so.
    const KEEPS_NAN: bool = false;
    /// The latency that it reports.
    const LATENCY_FRAMES: usize = DELAY_FRAMES;
    /// Whether the host can bypass it.
    const HAS_BYPASS: bool = true;
    /// Bypassed, it is a little quieter.
    const BYPASS_IS_QUIETER: bool = false;
    /// A reset leaves the sound of before.
    const REMEMBERS: bool = false;
    /// It never falls silent.
    const HUMS: bool = false;
    /// It shows values that it does not take.
    const SHOWS_WHAT_IT_DOES_NOT_TAKE: bool = false;
    /// At sample rates below [`LOWEST_STABLE_RATE_HZ`] its output feeds on itself.
    const EXPLODES_AT_LOW_RATES: bool = false;
    /// It dies while it processes.
    const CRASHES: bool = false;
}

macro_rules! faults {
    ($($(#[$documentation:meta])* $name:ident($id:literal) { $($constant:ident: $type:ty = $value:expr;)* })*) => {
        $(
            $(#[$documentation])*
            #[derive(Default)]
            pub struct $name;

            impl Fault for $name {
                const ID: &'static str = concat!("dev.wavecraft.tests.", $id);
                const NAME: &'static str = stringify!($name);
                $(const $constant: $type = $value;)*
            }
        )*
    };
}

faults! {
    /// Without fault.
    Sound("sound") {}
    /// See [`Fault::ALLOCATES`].
    Allocating("allocating") { ALLOCATES: bool = true; }
    /// See [`Fault::FORGETS_A_PARAMETER`].
    Forgetful("forgetful") { FORGETS_A_PARAMETER: bool = true; }
    /// See [`Fault::HALF_LOADS`].
    HalfLoading("half-loading") { HALF_LOADS: bool = true; }
    /// See [`Fault::HEARS_BLOCKS`].
    BlockHearing("block-hearing") { HEARS_BLOCKS: bool = true; }
    /// See [`Fault::KEEPS_NAN`].
    NanKeeping("nan-keeping") { KEEPS_NAN: bool = true; }
    /// See [`Fault::LATENCY_FRAMES`].
    WronglyLate("wrongly-late") { LATENCY_FRAMES: usize = 20; }
    /// Without bypass, but right about its latency.
    WithoutBypass("without-bypass") { HAS_BYPASS: bool = false; }
    /// Without bypass, and wrong about its latency.
    WronglyLateWithoutBypass("wrongly-late-without-bypass") {
        HAS_BYPASS: bool = false;
        LATENCY_FRAMES: usize = 20;
    }
    /// See [`Fault::BYPASS_IS_QUIETER`].
    QuieterBypassed("quieter-bypassed") { BYPASS_IS_QUIETER: bool = true; }
    /// See [`Fault::REMEMBERS`].
    Remembering("remembering") { REMEMBERS: bool = true; }
    /// See [`Fault::HUMS`].
    Humming("humming") { HUMS: bool = true; }
    /// See [`Fault::SHOWS_WHAT_IT_DOES_NOT_TAKE`].
    Unreadable("unreadable") { SHOWS_WHAT_IT_DOES_NOT_TAKE: bool = true; }
    /// See [`Fault::EXPLODES_AT_LOW_RATES`].
    Exploding("exploding") { EXPLODES_AT_LOW_RATES: bool = true; }
    /// See [`Fault::CRASHES`].
    Crashing("crashing") { CRASHES: bool = true; }
}

/// The parameters of [`Faulty`].
#[derive(Params)]
pub struct FaultyParams {
    #[id = "gain"]
    gain_db: FloatParam,
    #[id = "invert"]
    invert: BoolParam,
    #[id = "bypass"]
    bypass: BoolParam,
}

impl FaultyParams {
    fn new<F: Fault>() -> Self {
        let range = FloatRange::Linear { min: -12.0, max: 12.0 };
        let mut gain_db = FloatParam::new("Gain", 0.0, range)
            .with_unit(" dB")
            .with_value_to_string(formatters::v2s_f32_rounded(1));
        if F::SHOWS_WHAT_IT_DOES_NOT_TAKE {
            gain_db = gain_db.with_value_to_string(Arc::new(|value| format!("about {value:.0}")));
        }
        let bypass = BoolParam::new("Bypass", false);
        Self {
            gain_db,
            invert: BoolParam::new("Invert", false),
            bypass: if F::HAS_BYPASS { bypass.make_bypass() } else { bypass },
        }
    }
}

/// Delays by [`DELAY_FRAMES`], then applies a gain.
pub struct Faulty<F: Fault> {
    params: Arc<FaultyParams>,
    lines: [[f32; DELAY_FRAMES]; 2],
    position: usize,
    /// What a fault keeps for ever.
    kept: f32,
    blocks: Vec<Vec<usize>>,
    sample_rate_hz: f32,
    fault: PhantomData<F>,
}

impl<F: Fault> Default for Faulty<F> {
    fn default() -> Self {
        Self {
            params: Arc::new(FaultyParams::new::<F>()),
            lines: [[0.0; DELAY_FRAMES]; 2],
            position: 0,
            kept: 0.0,
            blocks: Vec::new(),
            sample_rate_hz: 48_000.0,
            fault: PhantomData,
        }
    }
}

impl<F: Fault> Plugin for Faulty<F> {
    const NAME: &'static str = F::NAME;
    const VENDOR: &'static str = "Tests";
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = "1.0.0";
    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = &[AudioIOLayout {
        main_input_channels: Some(new_nonzero_u32(2)),
        main_output_channels: Some(new_nonzero_u32(2)),
        ..AudioIOLayout::const_default()
    }];

    type Editor = ();
    type SysExMessage = ();
    type BackgroundTask = ();

    fn params(&self) -> Arc<dyn Params> {
        self.params.clone()
    }

    fn filter_state(state: &mut PluginState) {
        if F::FORGETS_A_PARAMETER {
            state.params.remove("gain");
        }
        let is_right = |(id, value): (&String, &ParamValue)| {
            matches!(
                (id.as_str(), value),
                ("gain", ParamValue::F32(_)) | ("invert" | "bypass", ParamValue::Bool(_))
            )
        };
        if !F::HALF_LOADS && !state.params.iter().all(is_right) {
            state.params.clear();
        }
    }

    fn activate(
        &mut self,
        _: &AudioIOLayout,
        buffer_config: &BufferConfig,
        context: &mut impl ActivateContext<Self>,
    ) -> bool {
        self.sample_rate_hz = buffer_config.sample_rate;
        context.set_latency_samples(F::LATENCY_FRAMES as u32);
        true
    }

    fn reset(&mut self) {
        if !F::REMEMBERS {
            self.lines = [[0.0; DELAY_FRAMES]; 2];
        }
        if F::EXPLODES_AT_LOW_RATES {
            self.kept = 0.0;
        }
        self.position = 0;
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        _: &mut AuxiliaryBuffers,
        _: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        if F::ALLOCATES {
            self.blocks = vec![vec![buffer.samples()]];
        }
        if F::CRASHES {
            std::process::abort();
        }
        let is_bypassed = self.params.bypass.value();
        let mut gain = if is_bypassed { 1.0 } else { util::db_to_gain(self.params.gain_db.value()) };
        if self.params.invert.value() && !is_bypassed {
            gain = -gain;
        }
        if F::HEARS_BLOCKS && buffer.samples() == 7 {
            gain *= 0.99;
        }
        if F::BYPASS_IS_QUIETER && is_bypassed {
            gain = 0.999;
        }
        for mut frame in buffer.iter_samples() {
            for (line, sample) in self.lines.iter_mut().zip(frame.iter_mut()) {
                if F::EXPLODES_AT_LOW_RATES && self.sample_rate_hz < LOWEST_STABLE_RATE_HZ {
                    self.kept = (1.1 * self.kept + *sample).clamp(-1e9, 1e9);
                }
                if F::KEEPS_NAN {
                    self.kept += *sample * 0.0;
                } else if !sample.is_finite() {
                    *sample = 0.0;
                }
                let late = std::mem::replace(&mut line[self.position], *sample);
                *sample = late * gain + self.kept;
                if F::HUMS {
                    *sample += 0.01;
                }
            }
            self.position = (self.position + 1) % DELAY_FRAMES;
        }
        ProcessStatus::Tail(DELAY_FRAMES as u32)
    }
}

impl<F: Fault> ClapPlugin for Faulty<F> {
    const CLAP_ID: &'static str = F::ID;
    const CLAP_DESCRIPTION: Option<&'static str> = None;
    const CLAP_MANUAL_URL: Option<&'static str> = None;
    const CLAP_SUPPORT_URL: Option<&'static str> = None;
    const CLAP_FEATURES: &'static [ClapFeature] = &[ClapFeature::AudioEffect, ClapFeature::Stereo];
}
