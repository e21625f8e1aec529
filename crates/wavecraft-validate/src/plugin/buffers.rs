//! The memory that a block of sound goes through, as CLAP's structures see it.
#![allow(unsafe_code, reason = "CLAP's buffers are pointers")]

use clack_host::prelude::{InputAudioBuffers, OutputAudioBuffers};
use clap_sys::audio_buffer::clap_audio_buffer;

use super::Layout;

/// The channels of all ports, one block long.
pub struct Buffers {
    /// All channels of the inputs, then of the outputs.
    channels: Vec<Vec<f32>>,
    input_channels: usize,
    /// A pointer to each channel. What CLAP's structures point to; filled anew for each block.
    pointers: Vec<*mut f32>,
    inputs: Vec<clap_audio_buffer>,
    outputs: Vec<clap_audio_buffer>,
}

// SAFETY: the pointers lead to memory that the same value owns, and are written anew before each use.
unsafe impl Send for Buffers {}

impl Buffers {
    pub fn new(layout: &Layout, max_frames: usize) -> Self {
        let total = |ports: &[u32]| ports.iter().sum::<u32>() as usize;
        let input_channels = total(&layout.inputs);
        let count = input_channels + total(&layout.outputs);
        let port = |&channel_count: &u32| clap_audio_buffer {
            data32: std::ptr::null_mut(),
            data64: std::ptr::null_mut(),
            channel_count,
            latency: 0,
            constant_mask: 0,
        };
        Self {
            channels: vec![vec![0.0; max_frames]; count],
            input_channels,
            pointers: vec![std::ptr::null_mut(); count],
            inputs: layout.inputs.iter().map(port).collect(),
            outputs: layout.outputs.iter().map(port).collect(),
        }
    }

    /// Puts a block into the first port's channels, and silence everywhere else.
    pub fn fill(&mut self, input: &[Vec<f32>], start: usize, frames: usize) {
        for (index, channel) in self.channels.iter_mut().enumerate() {
            match input.get(index).filter(|_| index < self.input_channels) {
                Some(from) => channel[..frames].copy_from_slice(&from[start..start + frames]),
                None => channel[..frames].fill(0.0),
            }
        }
    }

    /// The ports for a call of `process`. In place, the first output has the first input's memory.
    pub fn ports(
        &mut self,
        frames: usize,
        in_place: bool,
    ) -> (InputAudioBuffers<'_>, OutputAudioBuffers<'_>) {
        for (pointer, channel) in self.pointers.iter_mut().zip(&mut self.channels) {
            *pointer = channel.as_mut_ptr();
        }
        let (to_inputs, to_outputs) = self.pointers.split_at_mut(self.input_channels);
        if in_place && let Some(first) = self.outputs.first() {
            let shared = first.channel_count as usize;
            to_outputs[..shared].copy_from_slice(&to_inputs[..shared]);
        }
        point(&mut self.inputs, to_inputs);
        point(&mut self.outputs, to_outputs);
        // SAFETY: each port points to as many channels as it has, each at least `frames` long, all owned by `self`, which
        // is borrowed for as long as the result lives.
        unsafe {
            (
                InputAudioBuffers::from_raw_buffers(&self.inputs, frames as u32),
                OutputAudioBuffers::from_raw_buffers(&mut self.outputs, frames as u32),
            )
        }
    }

    /// Appends what the first output has.
    pub fn take(&self, output: &mut [Vec<f32>], frames: usize, in_place: bool) {
        let first = if in_place { 0 } else { self.input_channels };
        for (channel, output) in self.channels[first..].iter().zip(output) {
            output.extend_from_slice(&channel[..frames]);
        }
    }
}

fn point(ports: &mut [clap_audio_buffer], mut pointers: &mut [*mut f32]) {
    for port in ports {
        let (own, rest) = pointers.split_at_mut(port.channel_count as usize);
        port.data32 = own.as_mut_ptr();
        pointers = rest;
    }
}
