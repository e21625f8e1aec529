//! What the chain consists of: processors, and lists of them.
//!
//! A list is a tuple of processors, such as `(InputGain, LowCut, Drive)`. The compiler knows their types, so going through
//! it costs no more than calling each of them by name.
//!
//! Realtime safety: see [`Processor`].

use super::ChainSettings;
use super::chunk::Chunk;

/// How long a control takes to each new value.
const SMOOTHING_MS: f64 = 20.0;
/// How long the old and the new sound of a switch overlap.
const CROSSFADE_MS: f64 = 20.0;

/// How many frames a control takes to each new value.
pub fn smoothing_frames(sample_rate_hz: f64) -> u32 {
    frames(SMOOTHING_MS, sample_rate_hz)
}

/// How many frames the old and the new sound of a switch overlap.
pub fn crossfade_frames(sample_rate_hz: f64) -> u32 {
    frames(CROSSFADE_MS, sample_rate_hz)
}

fn frames(duration_ms: f64, sample_rate_hz: f64) -> u32 {
    (duration_ms / 1_000.0 * sample_rate_hz).round() as u32
}

/// How late a processor's output was in the chunk processed last.
#[derive(Clone, Copy, Debug)]
pub enum Latency<'a> {
    /// By the same number of frames all through the chunk.
    Constant {
        /// The delay.
        frames: usize,
    },
    /// From one latency to another, by a crossfade of both outputs.
    Crossfade {
        /// The delay of the old output.
        from_frames: usize,
        /// The delay of the new output.
        to_frames: usize,
        /// How much of the new output each frame has, in [0, 1].
        amounts: &'a [f32],
    },
}

/// One step of the signal on its way through the chain.
///
/// Life cycle: [`new`](Self::new) once, then for each chunk [`set`](Self::set), [`process`](Self::process) and, if the
/// dry signal is needed, [`latency`](Self::latency). [`reset`](Self::reset) comes between chunks.
///
/// # Realtime safety
///
/// Only [`new`](Self::new) may allocate. The audio thread calls all the others.
pub trait Processor {
    /// The most frames by which the output may be late, whatever the settings.
    const MAX_LATENCY_FRAMES: usize = 0;

    /// A processor for a sample rate, with a silent past. It is reset before its first chunk.
    fn new(sample_rate_hz: f64) -> Self;

    /// Forgets the past signal and takes the settings at once.
    fn reset(&mut self, settings: &ChainSettings);

    /// Starts for the settings: values are smoothed, switches crossfade. Called before each chunk, mostly with settings
    /// that are the same as before. What cannot be taken now, because a switch still crossfades, is taken by a later call.
    fn set(&mut self, settings: &ChainSettings);

    /// Processes the chunk in place.
    fn process(&mut self, chunk: &mut Chunk);

    /// How late the output is with these settings once all switches are over, in frames, at most
    /// [`MAX_LATENCY_FRAMES`](Self::MAX_LATENCY_FRAMES).
    fn latency_frames(_settings: &ChainSettings) -> usize {
        0
    }

    /// How late the output was in the chunk processed last.
    fn latency(&self) -> Latency<'_> {
        Latency::Constant { frames: 0 }
    }

    /// How many frames go on after the input has ended, until they are 120 dB down. Includes the latency.
    fn tail_frames(&self) -> u32 {
        0
    }

    /// How many frames it takes until a switch can be taken that has to wait now; `None` if nothing has to wait. No chunk
    /// goes on beyond.
    fn frames_until_switch(&self) -> Option<usize> {
        None
    }
}

/// Processors in a row. Each function does for all of them, in their order, what its namesake does for one.
pub trait ProcessorList {
    /// The sum of all.
    const MAX_LATENCY_FRAMES: usize;

    /// See [`Processor::new`].
    fn new(sample_rate_hz: f64) -> Self;

    /// See [`Processor::reset`].
    fn reset(&mut self, settings: &ChainSettings);

    /// See [`Processor::set`].
    fn set(&mut self, settings: &ChainSettings);

    /// See [`Processor::process`].
    fn process(&mut self, chunk: &mut Chunk);

    /// See [`Processor::latency_frames`]: the sum of all.
    fn latency_frames(settings: &ChainSettings) -> usize;

    /// The [`Processor::MAX_LATENCY_FRAMES`] of each processor that may be late. Allocates.
    fn max_latencies_frames() -> Vec<usize>;

    /// Calls `visit` with the [`Processor::latency`] of each processor that may be late.
    fn for_each_latency(&self, visit: impl FnMut(Latency<'_>));

    /// See [`Processor::tail_frames`]: the sum of all.
    fn tail_frames(&self) -> u32;

    /// See [`Processor::frames_until_switch`]: the least of all.
    fn frames_until_switch(&self) -> Option<usize>;
}

macro_rules! implement_list_for_tuple {
    ($($name:ident $index:tt),+) => {
        impl<$($name: Processor),+> ProcessorList for ($($name,)+) {
            const MAX_LATENCY_FRAMES: usize = 0 $(+ $name::MAX_LATENCY_FRAMES)+;

            fn new(sample_rate_hz: f64) -> Self {
                ($($name::new(sample_rate_hz),)+)
            }

            fn reset(&mut self, settings: &ChainSettings) {
                $(self.$index.reset(settings);)+
            }

            fn set(&mut self, settings: &ChainSettings) {
                $(self.$index.set(settings);)+
            }

            fn process(&mut self, chunk: &mut Chunk) {
                $(self.$index.process(chunk);)+
            }

            fn latency_frames(settings: &ChainSettings) -> usize {
                0 $(+ $name::latency_frames(settings))+
            }

            fn max_latencies_frames() -> Vec<usize> {
                [$($name::MAX_LATENCY_FRAMES),+].into_iter().filter(|frames| *frames > 0).collect()
            }

            fn for_each_latency(&self, mut visit: impl FnMut(Latency<'_>)) {
                $(if $name::MAX_LATENCY_FRAMES > 0 {
                    visit(self.$index.latency());
                })+
            }

            fn tail_frames(&self) -> u32 {
                0 $(+ self.$index.tail_frames())+
            }

            fn frames_until_switch(&self) -> Option<usize> {
                [$(self.$index.frames_until_switch()),+].into_iter().flatten().min()
            }
        }
    };
}

implement_list_for_tuple!(A 0);
implement_list_for_tuple!(A 0, B 1);
implement_list_for_tuple!(A 0, B 1, C 2);
implement_list_for_tuple!(A 0, B 1, C 2, D 3);
implement_list_for_tuple!(A 0, B 1, C 2, D 3, E 4);
implement_list_for_tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
implement_list_for_tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
implement_list_for_tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
