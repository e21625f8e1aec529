//! What a plugin's library exports, in C's terms: the contract that both sides are compiled against.
//!
//! # What the library may assume
//!
//! - No two calls concern the same instance at the same time. They may come from different threads.
//! - An instance comes from `create` of the same table, and is not used after `drop`, which comes last and
//!   once.
//! - `process`, `process_block`, `set_parameters`, `reset`, `latency_samples` and `has_panicked` may be called on the audio
//!   thread, and after a panic, `take_panic`; everything else, never there.
//! - The functions without an instance may be called on any thread, and by several at once.
//! - A reader of the state, of the meters or of the signals counts as an instance of its own: no two calls concern the same one at the same
//!   time, and never on the audio thread, but they may come while the instance that it reads is in use, and after that was
//!   dropped.
//! - Every pointer is valid for the call that it is passed to, and no longer.
//! - The library stays loaded until the last instance is dropped, the last reader closed and the last text freed.
//!
//! # What the server may assume
//!
//! - Nothing unwinds out of the library. An instance in which something has panicked leaves every block as it
//!   came.
//! - What is marked real-time safe neither allocates nor blocks, except while it panics.
//! - No function keeps a pointer that it was given.
//! - The tables never change while the library is loaded.
//!
//! # Memory
//!
//! It is freed on the side that allocated it. The one text that the library hands out goes back to
//! [`FREE_STRING_SYMBOL`]; whatever else has no fixed size is written into a [`ByteSink`], which copies.
//!
//! # How it grows
//!
//! Version 1 has no size, so it never changes. The table of version 2 only ever grows at its end: its
//! `version` counts up with every function that is added, and a reader takes any version from 2 on whose
//! `size` reaches as far as version 2 does; what came later it uses as far as `version` and `size` both
//! reach. A change that breaks this gets a symbol of its own.
//!
//! Version 2 is open until the first release: until then functions are added to it, and both sides are built from the
//! same sources.
//!
//! Functions are `Option`s so that null, which C can write, is a value that can be checked. Booleans are
//! `i32`s, because a C library may return any number.

mod block;

use std::ffi::{CStr, c_char, c_void};

pub use self::block::{MAX_CHANNELS, MidiSink, ProcessBlock};
pub use wavecraft_events::{MidiEvent, TransportInfo};

/// Exports a [`GetParamsJson`].
pub const GET_PARAMS_JSON_SYMBOL: &CStr = c"wavecraft_get_params_json";
/// Exports a [`FreeString`].
pub const FREE_STRING_SYMBOL: &CStr = c"wavecraft_free_string";
/// Exports a [`DevCreateProcessor`].
pub const DEV_CREATE_PROCESSOR_SYMBOL: &CStr = c"wavecraft_dev_create_processor";
/// Exports a [`DevProcessorV2`].
pub const DEV_PROCESSOR_V2_SYMBOL: &CStr = c"wavecraft_dev_processor_v2";

/// What `version` says in a [`DevProcessorVTable`].
pub const DEV_PROCESSOR_V1_VERSION: u32 = 1;
/// The least that `version` says in a [`DevProcessorVTableV2`].
pub const DEV_PROCESSOR_V2_VERSION: u32 = 2;

/// The call did what it was asked.
pub const STATUS_OK: i32 = 0;
/// The call declined, and has changed nothing unless it says otherwise.
pub const STATUS_REFUSED: i32 = 1;
/// The instance has panicked, now or before.
pub const STATUS_PANICKED: i32 = 2;

/// Returns the parameters as text: a JSON array of `ParameterInfo`, in the order of every other call that
/// numbers them, UTF-8, ended by a NUL. The caller hands it to [`FreeString`]. Null if there is none.
pub type GetParamsJson = unsafe extern "C" fn() -> *mut c_char;

/// Frees a text that came from this library. Null is allowed.
pub type FreeString = unsafe extern "C" fn(text: *mut c_char);

/// Returns the table of version 1.
pub type DevCreateProcessor = unsafe extern "C" fn() -> DevProcessorVTable;

/// Returns the table of version 2, which belongs to the library and lives as long as it is loaded.
pub type DevProcessorV2 = unsafe extern "C" fn() -> *const DevProcessorVTableV2;

/// Makes an instance, its parameters at their defaults. Null if that fails.
pub type Create = unsafe extern "C" fn() -> *mut c_void;

/// Processes a block in place: `num_channels` pointers to `num_samples` samples each, no two overlapping.
///
/// An instance that was not made ready, by [`Prepare`] or [`SetSampleRate`], leaves the block as it came.
///
/// # Realtime safety
///
/// Real-time safe.
pub type Process =
    unsafe extern "C" fn(instance: *mut c_void, channels: *mut *mut f32, num_channels: u32, num_samples: u32);

/// Makes the instance ready for this sample rate, in Hz. It may allocate.
pub type SetSampleRate = unsafe extern "C" fn(instance: *mut c_void, sample_rate_hz: f32);

/// Forgets what was heard; parameters keep their values.
///
/// # Realtime safety
///
/// Real-time safe.
pub type Reset = unsafe extern "C" fn(instance: *mut c_void);

/// Ends the instance. Null is allowed.
pub type DropInstance = unsafe extern "C" fn(instance: *mut c_void);

/// Makes the instance ready for blocks of up to `max_block_frames` frames in `num_channels` channels, with
/// `num_side_chain_channels` channels in its side chains, as often as it is called. If it declines, `reason` gets its
/// words, and the instance is not ready for any block. Without a side chain, those of a plugin that has no layout
/// without are silent.
///
/// Returns [`STATUS_OK`], [`STATUS_REFUSED`] or [`STATUS_PANICKED`].
pub type Prepare = unsafe extern "C" fn(
    instance: *mut c_void,
    sample_rate_hz: f32,
    max_block_frames: u32,
    num_channels: u32,
    num_side_chain_channels: u32,
    reason: *const ByteSink,
) -> i32;

/// Sets all parameters: `count` normalized values in the order of the JSON. If the count differs or a value
/// is none, nothing changes.
///
/// Returns [`STATUS_OK`], [`STATUS_REFUSED`] or [`STATUS_PANICKED`].
///
/// # Realtime safety
///
/// Real-time safe; meant to be called before each block.
pub type SetParameters =
    unsafe extern "C" fn(instance: *mut c_void, normalized: *const f32, count: u32) -> i32;

/// Returns the latency, in samples, that the instance last reported.
///
/// # Realtime safety
///
/// Real-time safe.
pub type LatencySamples = unsafe extern "C" fn(instance: *mut c_void) -> u32;

/// Writes what the parameter at `index` shows, with its unit, at a normalized value into `text`, as UTF-8.
///
/// Returns [`STATUS_OK`], [`STATUS_REFUSED`] or [`STATUS_PANICKED`].
pub type FormatParameter =
    unsafe extern "C" fn(instance: *mut c_void, index: u32, normalized: f32, text: *const ByteSink) -> i32;

/// Reads `length` bytes of UTF-8 as a value of the parameter at `index`, and writes the normalized value to
/// `normalized`. Nothing is set, in the instance or at `normalized`, if the text means nothing.
///
/// Returns [`STATUS_OK`], [`STATUS_REFUSED`] or [`STATUS_PANICKED`].
pub type ParseParameter = unsafe extern "C" fn(
    instance: *mut c_void,
    index: u32,
    text: *const u8,
    length: usize,
    normalized: *mut f32,
) -> i32;

/// Writes the instance's state into `state`, in a form of its own.
///
/// Returns [`STATUS_OK`], [`STATUS_REFUSED`] or [`STATUS_PANICKED`].
pub type SaveState = unsafe extern "C" fn(instance: *mut c_void, state: *const ByteSink) -> i32;

/// Loads a state of `length` bytes whole, or changes nothing and gives `reason` its words. An instance that
/// is ready stays so.
///
/// Returns [`STATUS_OK`], [`STATUS_REFUSED`] or [`STATUS_PANICKED`].
pub type LoadState = unsafe extern "C" fn(
    instance: *mut c_void,
    state: *const u8,
    length: usize,
    reason: *const ByteSink,
) -> i32;

/// Returns 1 if something has panicked in the instance, and it passes its input through ever since; otherwise
/// 0.
///
/// # Realtime safety
///
/// Real-time safe; meant to be called after each block.
pub type HasPanicked = unsafe extern "C" fn(instance: *mut c_void) -> i32;

/// Writes what the panic of this instance said, and where, into `message`, and returns 1; on every later
/// call, and without a panic, writes nothing and returns 0. For a null instance, the same of the last panic
/// outside of any instance: in `create`, for one.
pub type TakePanic = unsafe extern "C" fn(instance: *mut c_void, message: *const ByteSink) -> i32;

/// Returns a reader of what the instance keeps beyond its parameters, which may be read while the instance
/// is in use elsewhere, and after its end. Null if there is none. The caller hands it to [`CloseState`].
pub type OpenState = unsafe extern "C" fn(instance: *mut c_void) -> *mut c_void;

/// Writes what the instance keeps now beyond its parameters into `state`, in the form that [`LoadState`] takes and
/// that leaves the parameters alone; nothing if it keeps nothing.
///
/// Returns [`STATUS_OK`], [`STATUS_REFUSED`] or [`STATUS_PANICKED`].
pub type ReadState = unsafe extern "C" fn(reader: *mut c_void, state: *const ByteSink) -> i32;

/// Ends a reader. Null is allowed.
pub type CloseState = unsafe extern "C" fn(reader: *mut c_void);

/// Writes what there is to know of the plugin beside its parameters into `description`: the JSON of a
/// [`PluginDescription`](crate::description::PluginDescription), UTF-8. Any thread but the audio thread.
///
/// Returns [`STATUS_OK`], [`STATUS_REFUSED`] or [`STATUS_PANICKED`].
pub type Describe = unsafe extern "C" fn(description: *const ByteSink) -> i32;

/// Returns a reader of the instance's own meters, which may be read while the instance is in use elsewhere, and after its
/// end. Null if it has none. The caller hands it to [`CloseMeters`].
pub type OpenMeters = unsafe extern "C" fn(instance: *mut c_void) -> *mut c_void;

/// Writes what was measured since the last call to `values`: `count` numbers, one for each channel of each meter in the
/// order of the description. Of several frames a level is the largest, a gain reduction the deepest, a value the last.
///
/// Returns [`STATUS_OK`], or [`STATUS_REFUSED`] if nothing was measured or there is another number of values; then it has
/// written nothing.
pub type ReadMeters = unsafe extern "C" fn(reader: *mut c_void, values: *mut f32, count: u32) -> i32;

/// Ends a reader of meters. Null is allowed.
pub type CloseMeters = unsafe extern "C" fn(reader: *mut c_void);

/// Returns a reader of the instance's signals, which may be read while the instance is in use elsewhere, and after its end. It
/// listens to none yet. Null if the plugin has none. The caller hands it to [`CloseSignals`].
pub type OpenSignals = unsafe extern "C" fn(instance: *mut c_void) -> *mut c_void;

/// Begins (1) or ends (0) to listen to the signal at `index` in the order of the description. Only while somebody listens does
/// the instance keep what it writes to a signal. An index that there is not changes nothing.
pub type ListenToSignal = unsafe extern "C" fn(reader: *mut c_void, index: u32, is_listening: i32);

/// Writes the newest `count` frames of a signal that is listened to into `left` and `right`, of one channel into both; and into
/// `position`, where it stands, even if there are not so many frames yet. Its sample rate is 0 if that is not known.
///
/// Returns [`STATUS_OK`], or [`STATUS_REFUSED`] if there are no frames; `left` and `right` hold nothing sensible then.
pub type ReadSignal = unsafe extern "C" fn(
    reader: *mut c_void,
    index: u32,
    left: *mut f32,
    right: *mut f32,
    count: u32,
    position: *mut SignalPosition,
) -> i32;

/// Ends a reader of signals, and all its listening. Null is allowed.
pub type CloseSignals = unsafe extern "C" fn(reader: *mut c_void);

/// Where a signal stands.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[repr(C)]
pub struct SignalPosition {
    /// How many frames were written while somebody listened.
    pub end_frame: u64,
    /// Frames a second.
    pub sample_rate_hz: f32,
}

/// Processes a block in place, with its side chain, MIDI events and transport. If something about the block cannot be, the
/// instance is not ready for such blocks, or an event is no channel message, nothing of it is processed. Where the plugin
/// itself fails, the block is as it came, or such a part of it.
///
/// Returns [`STATUS_OK`], [`STATUS_REFUSED`] or [`STATUS_PANICKED`].
///
/// # Realtime safety
///
/// Real-time safe.
pub type ProcessBlockFunction =
    unsafe extern "C" fn(instance: *mut c_void, block: *const ProcessBlock) -> i32;

/// What a library exports: one function for each symbol, as far as it has them.
#[derive(Clone, Copy, Debug, Default)]
pub struct PluginSymbols {
    /// What [`GET_PARAMS_JSON_SYMBOL`] names.
    pub get_params_json: Option<GetParamsJson>,
    /// What [`FREE_STRING_SYMBOL`] names.
    pub free_string: Option<FreeString>,
    /// What [`DEV_CREATE_PROCESSOR_SYMBOL`] names.
    pub dev_create_processor: Option<DevCreateProcessor>,
    /// What [`DEV_PROCESSOR_V2_SYMBOL`] names.
    pub dev_processor_v2: Option<DevProcessorV2>,
}

impl PluginSymbols {
    /// Whether there is nothing for the server in the library. Any thread.
    pub fn is_empty(&self) -> bool {
        self.get_params_json.is_none()
            && self.free_string.is_none()
            && self.dev_create_processor.is_none()
            && self.dev_processor_v2.is_none()
    }
}

/// Receives bytes that the library has and the server wants to keep.
///
/// It is valid during the call that it is passed to. `write` may be called any number of times, each adding
/// to what came before; it copies what it is given.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct ByteSink {
    /// Takes `count` bytes at `bytes`. It is passed the sink's `context`, and never unwinds.
    pub write: Option<unsafe extern "C" fn(context: *mut c_void, bytes: *const u8, count: usize)>,
    /// The server's own; nothing that the library may touch.
    pub context: *mut c_void,
}

/// Version 1: a processor that runs with its parameters at their defaults. Unchanged for ever.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct DevProcessorVTable {
    /// [`DEV_PROCESSOR_V1_VERSION`]. In a table that says anything else, nothing else may be read.
    pub version: u32,
    /// See [`Create`].
    pub create: Option<Create>,
    /// See [`Process`].
    pub process: Option<Process>,
    /// See [`SetSampleRate`].
    pub set_sample_rate: Option<SetSampleRate>,
    /// See [`Reset`].
    pub reset: Option<Reset>,
    /// See [`DropInstance`].
    pub drop: Option<DropInstance>,
}

/// Version 2: a live plugin, whose parameters can be set while it runs.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct DevProcessorVTableV2 {
    /// How many bytes the table has, this field included.
    pub size: u32,
    /// [`DEV_PROCESSOR_V2_VERSION`] or, with more functions at the end, a greater number.
    pub version: u32,
    /// See [`Create`].
    pub create: Option<Create>,
    /// See [`Process`].
    pub process: Option<Process>,
    /// See [`SetSampleRate`].
    pub set_sample_rate: Option<SetSampleRate>,
    /// See [`Reset`].
    pub reset: Option<Reset>,
    /// See [`DropInstance`].
    pub drop: Option<DropInstance>,
    /// See [`Prepare`].
    pub prepare: Option<Prepare>,
    /// See [`SetParameters`].
    pub set_parameters: Option<SetParameters>,
    /// See [`LatencySamples`].
    pub latency_samples: Option<LatencySamples>,
    /// See [`FormatParameter`].
    pub format_parameter: Option<FormatParameter>,
    /// See [`ParseParameter`].
    pub parse_parameter: Option<ParseParameter>,
    /// See [`SaveState`].
    pub save_state: Option<SaveState>,
    /// See [`LoadState`].
    pub load_state: Option<LoadState>,
    /// See [`HasPanicked`].
    pub has_panicked: Option<HasPanicked>,
    /// See [`TakePanic`].
    pub take_panic: Option<TakePanic>,
    /// See [`OpenState`].
    pub open_state: Option<OpenState>,
    /// See [`ReadState`].
    pub read_state: Option<ReadState>,
    /// See [`CloseState`].
    pub close_state: Option<CloseState>,
    /// See [`Describe`].
    pub describe: Option<Describe>,
    /// See [`OpenMeters`].
    pub open_meters: Option<OpenMeters>,
    /// See [`ReadMeters`].
    pub read_meters: Option<ReadMeters>,
    /// See [`CloseMeters`].
    pub close_meters: Option<CloseMeters>,
    /// See [`ProcessBlockFunction`].
    pub process_block: Option<ProcessBlockFunction>,
    /// See [`OpenSignals`].
    pub open_signals: Option<OpenSignals>,
    /// See [`ListenToSignal`].
    pub listen_to_signal: Option<ListenToSignal>,
    /// See [`ReadSignal`].
    pub read_signal: Option<ReadSignal>,
    /// See [`CloseSignals`].
    pub close_signals: Option<CloseSignals>,
}

impl DevProcessorVTableV2 {
    /// What `size` says in a table of version 2, in bytes.
    pub const SIZE: u32 = size_of::<Self>() as u32;
}

#[cfg(test)]
mod tests {
    use std::mem::offset_of;

    use super::*;

    const POINTER: usize = size_of::<*const ()>();

    #[test]
    fn version_1_is_a_number_and_five_functions() {
        let offsets = [
            offset_of!(DevProcessorVTable, version),
            offset_of!(DevProcessorVTable, create),
            offset_of!(DevProcessorVTable, process),
            offset_of!(DevProcessorVTable, set_sample_rate),
            offset_of!(DevProcessorVTable, reset),
            offset_of!(DevProcessorVTable, drop),
        ];
        assert_eq!(offsets, std::array::from_fn(|field| field * POINTER));
        assert_eq!(size_of::<DevProcessorVTable>(), 6 * POINTER);
        assert_eq!(align_of::<DevProcessorVTable>(), POINTER);
    }

    #[test]
    fn version_2_is_two_numbers_and_twenty_six_functions() {
        assert_eq!(offset_of!(DevProcessorVTableV2, size), 0);
        assert_eq!(offset_of!(DevProcessorVTableV2, version), 4);
        let offsets = [
            offset_of!(DevProcessorVTableV2, create),
            offset_of!(DevProcessorVTableV2, process),
            offset_of!(DevProcessorVTableV2, set_sample_rate),
            offset_of!(DevProcessorVTableV2, reset),
            offset_of!(DevProcessorVTableV2, drop),
            offset_of!(DevProcessorVTableV2, prepare),
            offset_of!(DevProcessorVTableV2, set_parameters),
            offset_of!(DevProcessorVTableV2, latency_samples),
            offset_of!(DevProcessorVTableV2, format_parameter),
            offset_of!(DevProcessorVTableV2, parse_parameter),
            offset_of!(DevProcessorVTableV2, save_state),
            offset_of!(DevProcessorVTableV2, load_state),
            offset_of!(DevProcessorVTableV2, has_panicked),
            offset_of!(DevProcessorVTableV2, take_panic),
            offset_of!(DevProcessorVTableV2, open_state),
            offset_of!(DevProcessorVTableV2, read_state),
            offset_of!(DevProcessorVTableV2, close_state),
            offset_of!(DevProcessorVTableV2, describe),
            offset_of!(DevProcessorVTableV2, open_meters),
            offset_of!(DevProcessorVTableV2, read_meters),
            offset_of!(DevProcessorVTableV2, close_meters),
            offset_of!(DevProcessorVTableV2, process_block),
            offset_of!(DevProcessorVTableV2, open_signals),
            offset_of!(DevProcessorVTableV2, listen_to_signal),
            offset_of!(DevProcessorVTableV2, read_signal),
            offset_of!(DevProcessorVTableV2, close_signals),
        ];
        assert_eq!(offsets, std::array::from_fn(|function| 8 + function * POINTER));
        assert_eq!(size_of::<DevProcessorVTableV2>(), 8 + 26 * POINTER);
        assert_eq!(align_of::<DevProcessorVTableV2>(), POINTER);
    }

    #[test]
    fn a_sink_is_a_function_and_its_context() {
        assert_eq!((offset_of!(ByteSink, write), offset_of!(ByteSink, context)), (0, POINTER));
        assert_eq!(size_of::<ByteSink>(), 2 * POINTER);
    }

    #[test]
    fn a_position_is_two_numbers() {
        assert_eq!(
            (offset_of!(SignalPosition, end_frame), offset_of!(SignalPosition, sample_rate_hz)),
            (0, 8)
        );
        assert_eq!(size_of::<SignalPosition>(), 16);
    }

    #[test]
    fn functions_are_pointers_that_may_be_null() {
        assert_eq!((size_of::<Option<Create>>(), size_of::<Option<TakePanic>>()), (POINTER, POINTER));
    }
}
