//! The plugins that tests of Wavecraft's crates drive.

pub mod ducker;
pub mod faulty;
pub mod listener;
pub mod song_position;
pub mod tone;

use std::sync::Arc;
use std::sync::RwLock;
use std::sync::atomic::{AtomicU32, Ordering};

use nice_plug::prelude::*;

/// The most samples by which [`DelayedGain`] delays.
pub const MAX_DELAY_SAMPLES: i32 = 4_096;

const LINE_SAMPLES: usize = MAX_DELAY_SAMPLES as usize + 1;

/// A choice.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum Polarity {
    /// As it is.
    #[id = "normal"]
    Normal,
    /// Turned round.
    #[id = "inverted"]
    Inverted,
}

/// One parameter of each kind.
#[derive(Params)]
pub struct DelayedGainParams {
    /// The gain, in decibels.
    #[id = "gain"]
    pub gain_db: FloatParam,
    /// Silence.
    #[id = "mute"]
    pub mute: BoolParam,
    /// A choice that is heard.
    #[id = "polarity"]
    pub polarity: EnumParam<Polarity>,
    /// The delay, and the latency.
    #[id = "delay"]
    pub delay_samples: IntParam,
    /// A linear gain with a smoother.
    #[id = "trim"]
    pub smoothed_trim: FloatParam,
    /// A persistent field.
    #[persist = "note"]
    pub note: RwLock<String>,
}

impl Default for DelayedGainParams {
    fn default() -> Self {
        Self {
            gain_db: FloatParam::new("Gain", 0.0, FloatRange::Linear { min: -24.0, max: 24.0 })
                .with_unit(" dB")
                .with_value_to_string(formatters::v2s_f32_rounded(1)),
            mute: BoolParam::new("Mute", false),
            polarity: EnumParam::new("Polarity", Polarity::Normal),
            delay_samples: IntParam::new("Delay", 0, IntRange::Linear { min: 0, max: MAX_DELAY_SAMPLES }),
            smoothed_trim: FloatParam::new("Trim", 1.0, FloatRange::Linear { min: 0.0, max: 1.0 })
                .with_smoother(SmoothingStyle::Linear(10.0)),
            note: RwLock::new(String::new()),
        }
    }
}

/// Delays by what its parameter says, reports that as latency, then applies gain, mute, polarity and a smoothed trim.
/// `SAMPLE_ACCURATE` is what it tells its host about automation.
pub struct DelayedGain<const SAMPLE_ACCURATE: bool> {
    /// The parameters.
    pub params: Arc<DelayedGainParams>,
    lines: [Vec<f32>; 2],
    position: usize,
    /// The length of every block so far, and where it began; as many as fit without allocating.
    pub blocks: Vec<(i64, usize)>,
    /// The calls of its life cycle so far.
    pub life: Vec<&'static str>,
    /// What it was activated for.
    pub buffer_config: Option<BufferConfig>,
    /// Whether a denormal number has survived a multiplication.
    pub saw_denormals: bool,
}

impl<const SAMPLE_ACCURATE: bool> Default for DelayedGain<SAMPLE_ACCURATE> {
    fn default() -> Self {
        Self {
            params: Arc::default(),
            lines: std::array::from_fn(|_| vec![0.0; LINE_SAMPLES]),
            position: 0,
            blocks: Vec::with_capacity(10_000),
            life: Vec::with_capacity(100),
            buffer_config: None,
            saw_denormals: false,
        }
    }
}

impl<const SAMPLE_ACCURATE: bool> Plugin for DelayedGain<SAMPLE_ACCURATE> {
    const NAME: &'static str = "Delayed Gain";
    const VENDOR: &'static str = "Tests";
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = "1.2.0";
    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = &[
        AudioIOLayout {
            main_input_channels: Some(new_nonzero_u32(2)),
            main_output_channels: Some(new_nonzero_u32(2)),
            ..AudioIOLayout::const_default()
        },
        AudioIOLayout {
            main_input_channels: Some(new_nonzero_u32(1)),
            main_output_channels: Some(new_nonzero_u32(1)),
            ..AudioIOLayout::const_default()
        },
    ];
    const SAMPLE_ACCURATE_AUTOMATION: bool = SAMPLE_ACCURATE;

    type Editor = ();
    type SysExMessage = ();
    type BackgroundTask = ();

    fn params(&self) -> Arc<dyn Params> {
        self.params.clone()
    }

    fn activate(
        &mut self,
        _: &AudioIOLayout,
        buffer_config: &BufferConfig,
        context: &mut impl ActivateContext<Self>,
    ) -> bool {
        self.life.push("activate");
        self.buffer_config = Some(*buffer_config);
        context.set_latency_samples(self.params.delay_samples.value() as u32);
        true
    }

    fn reset(&mut self) {
        if self.life.len() < self.life.capacity() {
            self.life.push("reset");
        }
        self.lines.iter_mut().for_each(|line| line.fill(0.0));
    }

    fn deactivate(&mut self) {
        self.life.push("deactivate");
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        _: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        if self.blocks.len() < self.blocks.capacity() {
            self.blocks.push((context.transport().pos_samples.unwrap_or(-1), buffer.samples()));
        }
        self.saw_denormals |= std::hint::black_box(f32::MIN_POSITIVE) * std::hint::black_box(0.5) != 0.0;
        let delay = self.params.delay_samples.value() as usize;
        context.set_latency_samples(delay as u32);
        let mut gain = util::db_to_gain(self.params.gain_db.value());
        if self.params.mute.value() {
            gain = 0.0;
        }
        if self.params.polarity.value() == Polarity::Inverted {
            gain = -gain;
        }
        for mut frame in buffer.iter_samples() {
            let trim = self.params.smoothed_trim.smoothed.next();
            for (line, sample) in self.lines.iter_mut().zip(frame.iter_mut()) {
                let length = line.len();
                line[self.position] = *sample;
                *sample = line[(self.position + length - delay) % length] * gain * trim;
            }
            self.position = (self.position + 1) % LINE_SAMPLES;
        }
        ProcessStatus::Normal
    }
}

/// Has a side chain that it adds, an extra output, and tasks that it runs from everywhere.
#[derive(Default)]
pub struct Busy {
    params: Arc<NoParams>,
    /// What the tasks have added up.
    pub sum: Arc<AtomicU32>,
}

/// No parameters.
#[derive(Params, Default)]
pub struct NoParams {}

impl Plugin for Busy {
    const NAME: &'static str = "Busy";
    const VENDOR: &'static str = "Tests";
    const URL: &'static str = "";
    const EMAIL: &'static str = "";
    const VERSION: &'static str = "1.0.0";
    const AUDIO_IO_LAYOUTS: &'static [AudioIOLayout] = &[AudioIOLayout {
        main_input_channels: None,
        main_output_channels: Some(new_nonzero_u32(2)),
        aux_input_ports: &[new_nonzero_u32(1)],
        aux_output_ports: &[new_nonzero_u32(2), new_nonzero_u32(1)],
        ..AudioIOLayout::const_default()
    }];

    type Editor = ();
    type SysExMessage = ();
    type BackgroundTask = u32;

    fn task_executor(&mut self) -> TaskExecutor<Self> {
        let sum = Arc::clone(&self.sum);
        Box::new(move |amount| {
            sum.fetch_add(amount, Ordering::Relaxed);
        })
    }

    fn params(&self) -> Arc<dyn Params> {
        self.params.clone()
    }

    fn activate(
        &mut self,
        _: &AudioIOLayout,
        buffer_config: &BufferConfig,
        context: &mut impl ActivateContext<Self>,
    ) -> bool {
        context.execute(1);
        buffer_config.sample_rate < 500_000.0
    }

    fn process(
        &mut self,
        buffer: &mut Buffer,
        auxiliary: &mut AuxiliaryBuffers,
        context: &mut impl ProcessContext<Self>,
    ) -> ProcessStatus {
        context.execute_background(10);
        context.request_restart();
        if buffer.samples() == 13 {
            return ProcessStatus::Error("thirteen");
        }
        for channel in buffer.as_slice() {
            for (sample, side) in channel.iter_mut().zip(auxiliary.inputs[0].as_slice()[0].iter()) {
                *sample += 0.25 + side;
            }
        }
        for output in auxiliary.outputs.iter_mut() {
            output.as_slice().iter_mut().for_each(|channel| channel.fill(9.0));
        }
        auxiliary.inputs[0].as_slice()[0].fill(9.0);
        ProcessStatus::Tail(7)
    }
}
