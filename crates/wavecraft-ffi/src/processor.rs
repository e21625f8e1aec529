//! One instance of the plugin behind the boundary.
//!
//! Guarantees of everything marked real-time safe: no allocation, no lock, no system call, as far as the
//! library keeps to that, and until it panics. Channel pointers are on the stack. A block that is not
//! processed is left as it came, and the reason is returned.
#![allow(unsafe_code, reason = "calls the library's functions")]

mod block;

use std::ffi::c_void;
use std::fmt;
use std::ptr::NonNull;
use std::sync::Arc;

use crate::error::{FfiProcessError, FfiStateError, ProcessorError};
use crate::functions::{LiveFunctions, ProcessorFunctions};
use crate::library::PluginLibrary;
use crate::meter_reader::FfiMeterReader;
use crate::panic_watch::PanicWatch;
use crate::signal_reader::FfiSignalReader;
use crate::sink;
use crate::state_reader::StateReader;
use crate::vtable::{MAX_CHANNELS, STATUS_OK, STATUS_PANICKED};

pub use self::block::BlockInput;

/// An instance of the plugin. It keeps its library loaded, and ends before it.
///
/// One thread at a time owns it; it may be handed from one to another (it is `Send`, not `Sync`). So what is
/// asked while sound runs, such as texts, is better asked of a second instance that never sounds.
///
/// After a panic in it the plugin leaves every block as it came. [`panic_watch`](Self::panic_watch) tells
/// other threads.
pub struct FfiProcessor {
    instance: NonNull<c_void>,
    functions: ProcessorFunctions,
    prepared: Option<Prepared>,
    panic_watch: PanicWatch,
    library: Arc<PluginLibrary>,
}

/// What the instance is ready for.
#[derive(Clone, Copy, Debug)]
struct Prepared {
    max_block_frames: usize,
    channels: usize,
    side_chain_channels: usize,
}

// SAFETY: the contract lets calls on an instance come from different threads, one at a time. Not being `Sync`,
// a `FfiProcessor` is used by one thread at a time, and nobody else knows the instance.
unsafe impl Send for FfiProcessor {}

impl FfiProcessor {
    /// Makes an instance, its parameters at their defaults, not prepared yet. Not for the audio thread.
    ///
    /// # Errors
    ///
    /// [`ProcessorError::NoProcessor`] or [`ProcessorError::NotCreated`].
    pub fn create(library: &Arc<PluginLibrary>) -> Result<Self, ProcessorError> {
        let path = || library.path().to_owned();
        let functions = *library.functions().ok_or_else(|| ProcessorError::NoProcessor {
            path: path(),
            capability: library.capability().clone(),
        })?;
        // SAFETY: the library is loaded, and the contract allows the call at any time on any thread.
        let instance = NonNull::new(unsafe { (functions.create)() })
            .ok_or_else(|| ProcessorError::NotCreated { path: path(), panic: library.take_stray_panic() })?;
        let panic_watch = PanicWatch::default();
        Ok(Self { instance, functions, prepared: None, panic_watch, library: Arc::clone(library) })
    }

    /// Makes the instance ready for this sample rate, in Hz, for blocks of up to `max_block_frames` frames
    /// (longer ones are split), and for 1 to [`MAX_CHANNELS`] channels, in and out, without a side chain. It may be called
    /// again, for instance when the device changes. Not for the audio thread.
    ///
    /// # Errors
    ///
    /// As for [`prepare_with_side_chain`](Self::prepare_with_side_chain).
    pub fn prepare(
        &mut self,
        sample_rate_hz: f32,
        max_block_frames: usize,
        channels: usize,
    ) -> Result<(), ProcessorError> {
        self.prepare_with_side_chain(sample_rate_hz, max_block_frames, channels, 0)
    }

    /// The same, with so many channels in the side chains, up to [`MAX_CHANNELS`]. A library of version 1 has no side chain,
    /// and ignores what comes in there.
    ///
    /// # Errors
    ///
    /// [`ProcessorError::InvalidSampleRate`], [`ProcessorError::InvalidBlockSize`],
    /// [`ProcessorError::InvalidChannelCount`] or [`ProcessorError::InvalidSideChainCount`] change nothing. After [`ProcessorError::Refused`] and
    /// [`ProcessorError::Panicked`] the instance is not prepared.
    pub fn prepare_with_side_chain(
        &mut self,
        sample_rate_hz: f32,
        max_block_frames: usize,
        channels: usize,
        side_chain_channels: usize,
    ) -> Result<(), ProcessorError> {
        if !(sample_rate_hz.is_finite() && sample_rate_hz > 0.0) {
            return Err(ProcessorError::InvalidSampleRate(sample_rate_hz));
        }
        let c_frames = u32::try_from(max_block_frames).ok().filter(|&frames| frames > 0);
        let c_frames = c_frames.ok_or(ProcessorError::InvalidBlockSize(max_block_frames))?;
        if !(1..=MAX_CHANNELS).contains(&channels) {
            return Err(ProcessorError::InvalidChannelCount(channels));
        }
        if side_chain_channels > MAX_CHANNELS {
            return Err(ProcessorError::InvalidSideChainCount(side_chain_channels));
        }
        let c_channels = (channels as u32, side_chain_channels as u32);
        self.prepared = None;
        let instance = self.instance.as_ptr();
        match self.functions.live {
            Some(live) => {
                // SAFETY: the instance lives, and the sink is valid during the call.
                let (status, reason) = sink::collect_text(|reason| unsafe {
                    (live.prepare)(instance, sample_rate_hz, c_frames, c_channels.0, c_channels.1, reason)
                });
                self.check(
                    status,
                    || ProcessorError::Panicked,
                    |reason| ProcessorError::Refused { reason },
                    reason,
                )?;
            }
            None => {
                // SAFETY: the instance lives.
                unsafe {
                    (self.functions.set_sample_rate)(instance, sample_rate_hz);
                    (self.functions.reset)(instance);
                }
            }
        }
        self.prepared = Some(Prepared { max_block_frames, channels, side_chain_channels });
        Ok(())
    }

    /// Sets all parameters: one normalized value each, in the order of
    /// [`PluginParamLoader::load`](crate::PluginParamLoader::load). With a library of version 1 it does
    /// nothing: its parameters stay at their defaults.
    ///
    /// # Errors
    ///
    /// [`FfiProcessError::ParametersRefused`] or [`FfiProcessError::Panicked`]; nothing has changed then.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe; meant to be called before each block.
    pub fn set_parameters(&mut self, normalized: &[f32]) -> Result<(), FfiProcessError> {
        let Some(live) = self.functions.live else { return Ok(()) };
        let count = u32::try_from(normalized.len()).map_err(|_| FfiProcessError::ParametersRefused)?;
        // SAFETY: the instance lives, and there are `count` values at the pointer.
        match unsafe { (live.set_parameters)(self.instance.as_ptr(), normalized.as_ptr(), count) } {
            STATUS_OK => Ok(()),
            STATUS_PANICKED => {
                self.notice_panic();
                Err(FfiProcessError::Panicked)
            }
            _ => Err(FfiProcessError::ParametersRefused),
        }
    }

    /// Processes a block in place: one slice for each channel, all of the same length. A block that is longer
    /// than the largest is split.
    ///
    /// # Errors
    ///
    /// [`FfiProcessError::NotPrepared`], [`FfiProcessError::ChannelCount`], [`FfiProcessError::UnequalLengths`] or
    /// [`FfiProcessError::BlockRefused`]; the block is as it came then. A panic is no error here: the block just passes.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub fn process(&mut self, channels: &mut [&mut [f32]]) -> Result<(), FfiProcessError> {
        self.process_block(channels, &BlockInput::default(), |_| ())
    }

    /// Forgets what was heard, as at a jump in the song; parameters keep their values.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub fn reset(&mut self) {
        // SAFETY: the instance lives.
        unsafe { (self.functions.reset)(self.instance.as_ptr()) };
        self.notice_panic();
    }

    /// The latency, in samples, that the plugin last reported; 0 with a library of version 1.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub fn latency_samples(&self) -> u32 {
        let Some(live) = self.functions.live else { return 0 };
        // SAFETY: the instance lives.
        unsafe { (live.latency_samples)(self.instance.as_ptr()) }
    }

    /// What the parameter at `index` shows at a normalized value, with its unit. `None` if there is no such
    /// parameter, if the value is not finite, after a panic, and with a library of version 1. Not for the
    /// audio thread.
    pub fn format_parameter(&mut self, index: usize, normalized: f32) -> Option<String> {
        let (live, index) = (self.functions.live?, u32::try_from(index).ok()?);
        let instance = self.instance.as_ptr();
        // SAFETY: the instance lives, and the sink is valid during the call.
        let (status, text) =
            sink::collect_text(|text| unsafe { (live.format_parameter)(instance, index, normalized, text) });
        self.notice_panic();
        (status == STATUS_OK).then_some(text)
    }

    /// The normalized value that `text` means to the parameter at `index`, with or without its unit; it is
    /// not set. `None` if it means nothing, if there is no such parameter, after a panic, and with a library
    /// of version 1. Not for the audio thread.
    pub fn parse_parameter(&mut self, index: usize, text: &str) -> Option<f32> {
        let (live, index) = (self.functions.live?, u32::try_from(index).ok()?);
        let (instance, mut normalized) = (self.instance.as_ptr(), f32::NAN);
        // SAFETY: the instance lives, there are `len` bytes at the text's pointer, and the value is written
        // to a live variable.
        let status = unsafe {
            (live.parse_parameter)(instance, index, text.as_ptr(), text.len(), &raw mut normalized)
        };
        self.notice_panic();
        (status == STATUS_OK && (0.0..=1.0).contains(&normalized)).then_some(normalized)
    }

    /// The instance's state, in a form that only the plugin reads. Not for the audio thread.
    ///
    /// # Errors
    ///
    /// Any [`FfiStateError`].
    pub fn save_state(&mut self) -> Result<Vec<u8>, FfiStateError> {
        let live = self.functions.live.ok_or(FfiStateError::Unsupported)?;
        let instance = self.instance.as_ptr();
        // SAFETY: the instance lives, and the sink is valid during the call.
        let (status, state) = sink::collect(|state| unsafe { (live.save_state)(instance, state) });
        let refused = |reason| FfiStateError::Refused { reason };
        self.check(status, || FfiStateError::Panicked, refused, String::new())?;
        Ok(state)
    }

    /// Loads a state whole, or changes nothing. The values of the parameters come from the state then, until
    /// the next [`set_parameters`](Self::set_parameters). Not for the audio thread.
    ///
    /// # Errors
    ///
    /// Any [`FfiStateError`].
    pub fn load_state(&mut self, state: &[u8]) -> Result<(), FfiStateError> {
        let live = self.functions.live.ok_or(FfiStateError::Unsupported)?;
        let instance = self.instance.as_ptr();
        // SAFETY: the instance lives, there are `len` bytes at the state's pointer, and the sink is valid
        // during the call.
        let (status, reason) = sink::collect_text(|reason| unsafe {
            (live.load_state)(instance, state.as_ptr(), state.len(), reason)
        });
        self.check(status, || FfiStateError::Panicked, |reason| FfiStateError::Refused { reason }, reason)
    }

    /// What reads the state of this instance beyond its parameters while another thread owns it; `None` if the library is
    /// of version 1, or gives none. Not for the audio thread.
    pub fn state_reader(&mut self) -> Option<StateReader> {
        let functions = self.functions.live?.state;
        // SAFETY: the functions are those of the library, the instance lives, and this borrows it mutably.
        unsafe { StateReader::open(self.instance, functions, &self.library) }
    }

    /// What reads this instance's own meters while another thread owns it; `None` if it has none, or if the library is of
    /// version 1. Not for the audio thread.
    pub fn meter_reader(&mut self) -> Option<FfiMeterReader> {
        let functions = self.functions.live?.meters;
        // SAFETY: the functions are those of the library, the instance lives, and this borrows it mutably.
        unsafe { FfiMeterReader::open(self.instance, functions, &self.library) }
    }

    /// What reads this instance's signals while another thread owns it; `None` if it has none, or if the library is of
    /// version 1. Not for the audio thread.
    pub fn signal_reader(&mut self) -> Option<FfiSignalReader> {
        let functions = self.functions.live?.signals;
        // SAFETY: the functions are those of the library, the instance lives, and this borrows it mutably.
        unsafe { FfiSignalReader::open(self.instance, functions, &self.library) }
    }

    /// Whether the plugin has panicked in this instance.
    ///
    /// # Realtime safety
    ///
    /// Real-time safe.
    pub fn has_panicked(&self) -> bool {
        self.panic_watch.has_panicked()
    }

    /// What the panic in this instance said, and where: once. Not for the audio thread.
    pub fn take_panic(&mut self) -> Option<String> {
        self.panic_watch.take()
    }

    /// Tells other threads whether the plugin has panicked in this instance.
    pub fn panic_watch(&self) -> PanicWatch {
        self.panic_watch.clone()
    }

    /// The library that the instance comes from.
    pub fn library(&self) -> &Arc<PluginLibrary> {
        &self.library
    }

    /// Makes an error of a status that is one.
    fn check<E>(
        &self,
        status: i32,
        panicked: impl FnOnce() -> E,
        refused: impl FnOnce(String) -> E,
        reason: String,
    ) -> Result<(), E> {
        match status {
            STATUS_OK => Ok(()),
            STATUS_PANICKED => {
                self.notice_panic();
                Err(panicked())
            }
            _ if reason.is_empty() => Err(refused("it gives no reason".to_owned())),
            _ => Err(refused(reason)),
        }
    }

    /// Reports a panic, if it is new. Only then does it allocate: the panic did so before.
    fn notice_panic(&self) {
        if let Some(LiveFunctions { has_panicked, take_panic, .. }) = self.functions.live {
            let instance = self.instance.as_ptr();
            // SAFETY: the instance lives.
            if !self.panic_watch.has_panicked() && unsafe { has_panicked(instance) } != 0 {
                // SAFETY: the instance lives, and the sink is valid during the call.
                let (_, message) = sink::collect_text(|message| unsafe { take_panic(instance, message) });
                self.panic_watch.report(message);
            }
        }
    }
}

impl Drop for FfiProcessor {
    fn drop(&mut self) {
        // SAFETY: the instance lives until now, and nobody else knows it. The library is still loaded:
        // `library` is dropped after this.
        unsafe { (self.functions.drop)(self.instance.as_ptr()) };
    }
}

impl fmt::Debug for FfiProcessor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("FfiProcessor")
            .field("library", &self.library)
            .field("prepared", &self.prepared)
            .field("has_panicked", &self.has_panicked())
            .finish_non_exhaustive()
    }
}
