//! A host's buffers, made to fit the plugin's audio ports.
//!
//! Realtime safety: memory is allocated in [`AudioPorts::new`], and nowhere else.

use std::ptr;
use std::slice;

use clap_sys::audio_buffer::clap_audio_buffer;
use clap_sys::process::clap_process;

/// No channels at all.
const NO_CHANNELS: clap_audio_buffer = clap_audio_buffer {
    data32: ptr::null_mut(),
    data64: ptr::null_mut(),
    channel_count: 0,
    latency: 0,
    constant_mask: 0,
};

/// How many channels each port of a plugin has, with room for buffers that had to be changed.
#[derive(Debug, Default)]
pub(super) struct AudioPorts {
    input_channels: Vec<u32>,
    output_channels: Vec<u32>,
    inputs: Vec<clap_audio_buffer>,
    outputs: Vec<clap_audio_buffer>,
    /// What stands for the channels of the main input.
    main_input: Vec<*mut f32>,
}

impl AudioPorts {
    /// For a plugin with so many channels in each port, the main ports first.
    pub(super) fn new(input_channels: Vec<u32>, output_channels: Vec<u32>) -> Self {
        let inputs = vec![NO_CHANNELS; input_channels.len()];
        let outputs = vec![NO_CHANNELS; output_channels.len()];
        let main_input =
            vec![ptr::null_mut(); input_channels.first().map_or(0, |channels| *channels as usize)];
        Self { input_channels, output_channels, inputs, outputs, main_input }
    }

    /// The channels of the main output, if there is one.
    pub(super) fn main_output_channels(&self) -> Option<u32> {
        self.output_channels.first().copied()
    }

    /// The channels of all inputs behind the main one.
    pub(super) fn side_chain_channels(&self) -> u32 {
        self.input_channels.iter().skip(1).sum()
    }

    /// The same block with buffers as the plugin expects them: the host's own where they fit, silence where an input is
    /// missing, and without the channels that the plugin does not have, whose outputs are silenced. `None` where an output is
    /// missing: the others are silenced then.
    ///
    /// # Safety
    ///
    /// Every pointer of the block must be null or valid for what CLAP says of it, throughout the use of the result.
    pub(super) unsafe fn fit(&mut self, process: &clap_process) -> Option<clap_process> {
        // SAFETY: the caller answers for the pointers.
        let (inputs, outputs) = unsafe {
            (
                buffers(process.audio_inputs, process.audio_inputs_count),
                buffers(process.audio_outputs, process.audio_outputs_count),
            )
        };
        // SAFETY: as above.
        let fits = unsafe { fit(inputs, &self.input_channels) && fit(outputs, &self.output_channels) };
        if fits {
            return Some(*process);
        }
        let frames = process.frames_count as usize;
        // SAFETY: as above, for this function and what it calls.
        unsafe {
            let are_usable = self.output_channels.iter().enumerate().all(|(port, &channels)| {
                outputs.get(port).is_some_and(|buffer| has_channels(buffer, channels))
            });
            if !are_usable {
                for buffer in outputs {
                    silence(buffer, 0, frames);
                }
                return None;
            }
            self.fit_outputs(outputs, frames);
            self.fit_inputs(inputs, frames);
        }
        Some(clap_process {
            audio_inputs: self.inputs.as_ptr(),
            audio_inputs_count: self.inputs.len() as u32,
            audio_outputs: self.outputs.as_mut_ptr(),
            audio_outputs_count: self.outputs.len() as u32,
            ..*process
        })
    }

    /// # Safety
    ///
    /// As for [`fit`](Self::fit); each port has its channels.
    unsafe fn fit_outputs(&mut self, outputs: &[clap_audio_buffer], frames: usize) {
        for (port, buffer) in outputs.iter().enumerate() {
            let channels = self.output_channels.get(port).copied().unwrap_or(0);
            // SAFETY: the caller answers for the pointers.
            unsafe { silence(buffer, channels, frames) };
            if let Some(fitted) = self.outputs.get_mut(port) {
                *fitted = clap_audio_buffer { channel_count: channels, ..*buffer };
            }
        }
    }

    /// # Safety
    ///
    /// As for [`fit`](Self::fit), after [`fit_outputs`](Self::fit_outputs).
    unsafe fn fit_inputs(&mut self, inputs: &[clap_audio_buffer], frames: usize) {
        for (port, fitted) in self.inputs.iter_mut().enumerate() {
            let channels = self.input_channels[port];
            let buffer = inputs.get(port).copied().unwrap_or(NO_CHANNELS);
            // SAFETY: the caller answers for the pointers.
            *fitted = if unsafe { has_channels(&buffer, channels) } {
                clap_audio_buffer { channel_count: channels, ..buffer }
            } else {
                // nice-plug takes a side chain without channels for silence.
                NO_CHANNELS
            };
        }
        let (Some(fitted), Some(output)) = (self.inputs.first_mut(), self.outputs.first()) else { return };
        if fitted.channel_count > 0 {
            return;
        }
        // The main input is copied into the main output, so a channel that is missing there is silenced here.
        let buffer = inputs.first().copied().unwrap_or(NO_CHANNELS);
        for (index, channel) in self.main_input.iter_mut().enumerate() {
            // SAFETY: the caller answers for the pointers; the output has its channels.
            unsafe {
                let given = channel_pointer(&buffer, index as u32);
                *channel = given;
                if given.is_null() && index < output.channel_count as usize {
                    *channel = channel_pointer(output, index as u32);
                    slice::from_raw_parts_mut(*channel, frames).fill(0.0);
                }
            }
        }
        if self.main_input.iter().all(|channel| !channel.is_null()) {
            fitted.channel_count = self.main_input.len() as u32;
            fitted.data32 = self.main_input.as_mut_ptr();
        }
    }
}

/// # Safety
///
/// The pointer is null, or there are so many buffers behind it.
unsafe fn buffers<'a>(pointer: *const clap_audio_buffer, count: u32) -> &'a [clap_audio_buffer] {
    if pointer.is_null() {
        &[]
    } else {
        // SAFETY: the caller answers for it.
        unsafe { slice::from_raw_parts(pointer, count as usize) }
    }
}

/// Whether there is a buffer for each port, with exactly its channels.
///
/// # Safety
///
/// As for [`has_channels`].
unsafe fn fit(buffers: &[clap_audio_buffer], channels: &[u32]) -> bool {
    buffers.len() >= channels.len()
        && buffers.iter().zip(channels).all(|(buffer, &channels)| {
            // SAFETY: the caller answers for it.
            buffer.channel_count == channels && unsafe { has_channels(buffer, channels) }
        })
}

/// Whether a buffer has at least the first `channels` channels.
///
/// # Safety
///
/// `data32` is null, or an array of as many pointers as there are channels.
unsafe fn has_channels(buffer: &clap_audio_buffer, channels: u32) -> bool {
    // SAFETY: the caller answers for it.
    (0..channels).all(|channel| unsafe { !channel_pointer(buffer, channel).is_null() })
}

/// A channel's samples, or null.
///
/// # Safety
///
/// As for [`has_channels`].
unsafe fn channel_pointer(buffer: &clap_audio_buffer, channel: u32) -> *mut f32 {
    if buffer.data32.is_null() || channel >= buffer.channel_count {
        ptr::null_mut()
    } else {
        // SAFETY: the caller answers for it; the channel is one of them.
        unsafe { *buffer.data32.add(channel as usize) }
    }
}

/// Silences a buffer's channels from `first` on.
///
/// # Safety
///
/// As for [`has_channels`]; each channel is null or has so many frames.
unsafe fn silence(buffer: &clap_audio_buffer, first: u32, frames: usize) {
    for channel in first..buffer.channel_count {
        // SAFETY: the caller answers for it.
        unsafe {
            let samples = channel_pointer(buffer, channel);
            if !samples.is_null() {
                slice::from_raw_parts_mut(samples, frames).fill(0.0);
            }
        }
    }
}
