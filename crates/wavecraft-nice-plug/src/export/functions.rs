//! The functions of the tables, for any plugin. Each calls its instance through the guard; what they promise is in the
//! contract.

#![allow(unsafe_code, reason = "the functions that C calls, with the pointers that it passes")]

use std::ffi::c_void;
use std::slice;

use nice_plug::prelude::Plugin;

use crate::driver::ProcessError;

use super::instance::{Accompaniment, Block};
use super::instance_guard::{self, InstanceError, with_instance};
use super::vtable::{
    ByteSink, DEV_PROCESSOR_V1_VERSION, DEV_PROCESSOR_V2_VERSION, DevProcessorVTable, DevProcessorVTableV2,
    ProcessBlock, STATUS_OK, STATUS_PANICKED, STATUS_REFUSED, SignalPosition,
};
use super::{description, meter_reader, signal_reader, state_reader};
use crate::measured::MeterSource;
use crate::panics;

/// The table of version 1.
pub(super) const fn table_v1<P: Plugin>() -> DevProcessorVTable {
    DevProcessorVTable {
        version: DEV_PROCESSOR_V1_VERSION,
        create: Some(create::<P>),
        process: Some(process::<P>),
        set_sample_rate: Some(set_sample_rate::<P>),
        reset: Some(reset::<P>),
        drop: Some(drop_instance::<P>),
    }
}

/// The table of version 2, which lives as long as the library.
pub(super) const fn table_v2<P: Plugin, M: MeterSource<P>>() -> &'static DevProcessorVTableV2 {
    &const {
        DevProcessorVTableV2 {
            size: DevProcessorVTableV2::SIZE,
            version: DEV_PROCESSOR_V2_VERSION,
            create: Some(create::<P>),
            process: Some(process::<P>),
            set_sample_rate: Some(set_sample_rate::<P>),
            reset: Some(reset::<P>),
            drop: Some(drop_instance::<P>),
            prepare: Some(prepare::<P>),
            set_parameters: Some(set_parameters::<P>),
            latency_samples: Some(latency_samples::<P>),
            format_parameter: Some(format_parameter::<P>),
            parse_parameter: Some(parse_parameter::<P>),
            save_state: Some(save_state::<P>),
            load_state: Some(load_state::<P>),
            has_panicked: Some(has_panicked::<P>),
            take_panic: Some(take_panic::<P>),
            open_state: Some(open_state::<P>),
            read_state: Some(read_state::<P>),
            close_state: Some(close_state),
            describe: Some(describe::<P, M>),
            open_meters: Some(open_meters::<P, M>),
            read_meters: Some(read_meters),
            close_meters: Some(close_meters),
            process_block: Some(process_block::<P>),
            open_signals: Some(open_signals::<P, M>),
            listen_to_signal: Some(listen_to_signal),
            read_signal: Some(read_signal),
            close_signals: Some(close_signals),
        }
    }
}

extern "C" fn create<P: Plugin>() -> *mut c_void {
    instance_guard::create::<P>()
}

unsafe extern "C" fn process<P: Plugin>(
    instance: *mut c_void,
    channels: *mut *mut f32,
    num_channels: u32,
    num_samples: u32,
) {
    let (channel_count, frame_count) = (num_channels as usize, num_samples as usize);
    // SAFETY: the contract covers the instance and the block. A block that is not processed passes as it
    // came.
    let _ = unsafe {
        with_instance::<P, _>(instance, |instance| {
            let accompaniment = Accompaniment::NONE;
            instance.process(Block { channels, channel_count, frame_count, accompaniment })
        })
    };
}

unsafe extern "C" fn set_sample_rate<P: Plugin>(instance: *mut c_void, sample_rate_hz: f32) {
    // SAFETY: the contract covers the instance. If the plugin declines, blocks pass as they come.
    let _ = unsafe { with_instance::<P, _>(instance, |instance| instance.set_sample_rate(sample_rate_hz)) };
}

unsafe extern "C" fn reset<P: Plugin>(instance: *mut c_void) {
    // SAFETY: the contract covers the instance.
    let _ = unsafe { with_instance::<P, _>(instance, |instance| instance.plugin.reset()) };
}

unsafe extern "C" fn drop_instance<P: Plugin>(instance: *mut c_void) {
    // SAFETY: the contract covers the instance.
    unsafe { instance_guard::destroy::<P>(instance) };
}

unsafe extern "C" fn prepare<P: Plugin>(
    instance: *mut c_void,
    sample_rate_hz: f32,
    max_block_frames: u32,
    num_channels: u32,
    num_side_chain_channels: u32,
    reason: *const ByteSink,
) -> i32 {
    let (max_block_frames, channels) = (max_block_frames as usize, num_channels as usize);
    let side_chain_channels = num_side_chain_channels as usize;
    // SAFETY: the contract covers the instance and the sink.
    unsafe {
        let result = with_instance::<P, _>(instance, |instance| {
            instance
                .prepare(sample_rate_hz, max_block_frames, channels, side_chain_channels)
                .map_err(|error| error.to_string())
        });
        status_with_reason(result, reason)
    }
}

unsafe extern "C" fn set_parameters<P: Plugin>(
    instance: *mut c_void,
    normalized: *const f32,
    count: u32,
) -> i32 {
    // SAFETY: the contract covers the instance and the values.
    status(unsafe {
        with_instance::<P, _>(instance, |instance| {
            let normalized = borrow(normalized, count as usize)?;
            instance.plugin.set_parameters(normalized).ok()
        })
    })
}

unsafe extern "C" fn latency_samples<P: Plugin>(instance: *mut c_void) -> u32 {
    // SAFETY: the contract covers the instance.
    unsafe { with_instance::<P, _>(instance, |instance| instance.plugin.latency_samples()) }.unwrap_or(0)
}

unsafe extern "C" fn format_parameter<P: Plugin>(
    instance: *mut c_void,
    index: u32,
    normalized: f32,
    text: *const ByteSink,
) -> i32 {
    // SAFETY: the contract covers the instance and the sink.
    status(unsafe {
        with_instance::<P, _>(instance, |instance| {
            let formatted = instance.plugin.parameters().format(index as usize, normalized)?;
            write(text, formatted.as_bytes())
        })
    })
}

unsafe extern "C" fn parse_parameter<P: Plugin>(
    instance: *mut c_void,
    index: u32,
    text: *const u8,
    length: usize,
    normalized: *mut f32,
) -> i32 {
    // SAFETY: the contract covers the instance, the text and the value.
    status(unsafe {
        with_instance::<P, _>(instance, |instance| {
            let text = std::str::from_utf8(borrow(text, length)?).ok()?;
            let value = instance.plugin.parameters().parse(index as usize, text)?;
            *normalized.as_mut()? = value;
            Some(())
        })
    })
}

unsafe extern "C" fn save_state<P: Plugin>(instance: *mut c_void, state: *const ByteSink) -> i32 {
    // SAFETY: the contract covers the instance and the sink.
    status(unsafe { with_instance::<P, _>(instance, |instance| write(state, &instance.plugin.save_state())) })
}

unsafe extern "C" fn load_state<P: Plugin>(
    instance: *mut c_void,
    state: *const u8,
    length: usize,
    reason: *const ByteSink,
) -> i32 {
    // SAFETY: the contract covers the instance, the state and the sink.
    unsafe {
        let result = with_instance::<P, _>(instance, |instance| {
            let state = borrow(state, length).ok_or_else(|| "there is no state".to_owned())?;
            instance.plugin.load_state(state).map_err(|error| error.to_string())
        });
        status_with_reason(result, reason)
    }
}

unsafe extern "C" fn has_panicked<P: Plugin>(instance: *mut c_void) -> i32 {
    // SAFETY: the contract covers the instance.
    unsafe { instance_guard::has_panicked::<P>(instance) }.into()
}

unsafe extern "C" fn take_panic<P: Plugin>(instance: *mut c_void, message: *const ByteSink) -> i32 {
    // SAFETY: the contract covers the instance and the sink.
    unsafe {
        let Some(words) = instance_guard::take_panic::<P>(instance) else { return 0 };
        let _ = write(message, words.as_bytes());
    }
    1
}

unsafe extern "C" fn open_state<P: Plugin>(instance: *mut c_void) -> *mut c_void {
    // SAFETY: the contract covers the instance.
    let opened = unsafe {
        with_instance::<P, _>(instance, |instance| state_reader::open(instance.plugin.parameters()))
    };
    opened.unwrap_or(std::ptr::null_mut())
}

unsafe extern "C" fn read_state<P: Plugin>(reader: *mut c_void, state: *const ByteSink) -> i32 {
    // SAFETY: the contract covers the reader and the sink.
    unsafe {
        let read = state_reader::read::<P>(reader);
        status(read.map(|bytes| if bytes.is_empty() { Some(()) } else { write(state, &bytes) }))
    }
}

unsafe extern "C" fn close_state(reader: *mut c_void) {
    // SAFETY: the contract covers the reader.
    unsafe { state_reader::close(reader) };
}

unsafe extern "C" fn describe<P: Plugin, M: MeterSource<P>>(sink: *const ByteSink) -> i32 {
    panics::remember_sites();
    let described = panics::catch(|| serde_json::to_vec(&description::description::<P, M>()).ok());
    let described = described.map_err(|message| {
        panics::keep_stray(message);
        InstanceError::Panicked
    });
    // SAFETY: the contract covers the sink.
    status(described.map(|json| json.and_then(|json| unsafe { write(sink, &json) })))
}

unsafe extern "C" fn open_meters<P: Plugin, M: MeterSource<P>>(instance: *mut c_void) -> *mut c_void {
    // SAFETY: the contract covers the instance.
    let opened = unsafe {
        with_instance::<P, _>(instance, |instance| {
            meter_reader::open(M::meter_reader(instance.plugin.plugin_mut()))
        })
    };
    opened.unwrap_or(std::ptr::null_mut())
}

unsafe extern "C" fn read_meters(reader: *mut c_void, values: *mut f32, count: u32) -> i32 {
    // SAFETY: the contract covers the reader, and the room for the values.
    status(unsafe {
        match borrow_mut(values, count as usize) {
            Some(values) => meter_reader::read(reader, values),
            None => Ok(None),
        }
    })
}

unsafe extern "C" fn close_meters(reader: *mut c_void) {
    // SAFETY: the contract covers the reader.
    unsafe { meter_reader::close(reader) };
}

unsafe extern "C" fn process_block<P: Plugin>(instance: *mut c_void, block: *const ProcessBlock) -> i32 {
    // SAFETY: the contract covers the instance and the block.
    status(unsafe {
        with_instance::<P, _>(instance, |instance| {
            let block = read_block(block)?;
            let expected = instance.plugin.activation()?.channels;
            if block.channel_count != expected {
                return None;
            }
            match instance.process(block) {
                // What the plugin itself could not process is as it came, which is all that there is to say.
                Ok(()) | Err(ProcessError::Plugin(_)) => Some(()),
                Err(_) => None,
            }
        })
    })
}

unsafe extern "C" fn open_signals<P: Plugin, M: MeterSource<P>>(instance: *mut c_void) -> *mut c_void {
    // SAFETY: the contract covers the instance.
    let opened = unsafe {
        with_instance::<P, _>(instance, |instance| {
            signal_reader::open(M::signals(instance.plugin.plugin_mut()))
        })
    };
    opened.unwrap_or(std::ptr::null_mut())
}

unsafe extern "C" fn listen_to_signal(reader: *mut c_void, index: u32, is_listening: i32) {
    // SAFETY: the contract covers the reader.
    unsafe { signal_reader::listen(reader, index, is_listening != 0) };
}

unsafe extern "C" fn read_signal(
    reader: *mut c_void,
    index: u32,
    left: *mut f32,
    right: *mut f32,
    count: u32,
    position: *mut SignalPosition,
) -> i32 {
    let count = count as usize;
    // SAFETY: the contract covers the reader, the room for the frames, and the position.
    status(unsafe {
        match (borrow_mut(left, count), borrow_mut(right, count), position.as_mut()) {
            (Some(left), Some(right), Some(position)) => {
                signal_reader::read(reader, index, left, right, position)
            }
            _ => Ok(None),
        }
    })
}

unsafe extern "C" fn close_signals(reader: *mut c_void) {
    // SAFETY: the contract covers the reader.
    unsafe { signal_reader::close(reader) };
}

/// What C lends as a block; `None` if it cannot be one.
///
/// # Safety
///
/// `block` must be null or a block as the contract describes it, for as long as the result is used.
unsafe fn read_block<'a>(block: *const ProcessBlock) -> Option<Block<'a>> {
    if block.is_null() || !block.is_aligned() {
        return None;
    }
    // SAFETY: not null and aligned, so by the contract there is a block, of which every version begins with its size; the
    // rest is read only if it says that it has it, and the contract covers what it points to.
    unsafe {
        if (*block).size < ProcessBlock::SIZE {
            return None;
        }
        let block = &*block;
        if !block.midi_out.is_aligned() || !block.transport.is_aligned() {
            return None;
        }
        Some(Block {
            channels: block.channels,
            channel_count: block.num_channels as usize,
            frame_count: block.num_samples as usize,
            accompaniment: Accompaniment {
                side_chain: block.side_chain,
                side_chain_count: block.num_side_chain_channels as usize,
                midi: borrow(block.midi_in, block.num_midi_in as usize)?,
                midi_origin: block.midi_origin,
                transport: block.transport.as_ref(),
                midi_out: block.midi_out.as_ref(),
            },
        })
    }
}

/// The status that tells C whether there is a result.
fn status(result: Result<Option<()>, InstanceError>) -> i32 {
    match result {
        Ok(Some(())) => STATUS_OK,
        Ok(None) | Err(InstanceError::Null) => STATUS_REFUSED,
        Err(InstanceError::Panicked) => STATUS_PANICKED,
    }
}

/// The status that tells C how it went; the reason why it did not goes into `sink`.
///
/// # Safety
///
/// As for [`write`].
unsafe fn status_with_reason(
    result: Result<Result<(), String>, InstanceError>,
    sink: *const ByteSink,
) -> i32 {
    let reason = match &result {
        Ok(Err(reason)) => reason,
        Err(InstanceError::Null) => "there is no instance",
        Ok(Ok(())) | Err(InstanceError::Panicked) => "",
    };
    if !reason.is_empty() {
        // SAFETY: passed on to the caller. A reason that nobody wants to hear is no error.
        let _ = unsafe { write(sink, reason.as_bytes()) };
    }
    status(result.map(Result::ok))
}

/// What C lends: `count` values, none of them behind a pointer that is null or misaligned. `None` if it
/// cannot be that.
///
/// # Safety
///
/// There must be `count` values at `values`, unless it is null, that nobody changes while they are borrowed.
unsafe fn borrow<'a, T>(values: *const T, count: usize) -> Option<&'a [T]> {
    if count == 0 {
        return Some(&[]);
    }
    // SAFETY: not null and aligned; the caller answers for the rest.
    (!values.is_null() && values.is_aligned()).then(|| unsafe { slice::from_raw_parts(values, count) })
}

/// Like [`borrow`], for values that are written.
///
/// # Safety
///
/// There must be room for `count` values at `values`, unless it is null, that nobody else uses while they are borrowed.
unsafe fn borrow_mut<'a, T>(values: *mut T, count: usize) -> Option<&'a mut [T]> {
    if count == 0 {
        return Some(&mut []);
    }
    // SAFETY: not null and aligned; the caller answers for the rest.
    (!values.is_null() && values.is_aligned()).then(|| unsafe { slice::from_raw_parts_mut(values, count) })
}

/// Gives C's sink some bytes. `None` if there is no sink.
///
/// # Safety
///
/// `sink` must be null or point to a sink as the contract describes it.
unsafe fn write(sink: *const ByteSink, bytes: &[u8]) -> Option<()> {
    // SAFETY: passed on to the caller.
    unsafe {
        let sink = sink.as_ref()?;
        (sink.write?)(sink.context, bytes.as_ptr(), bytes.len());
    }
    Some(())
}
