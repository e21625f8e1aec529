//! A plugin while it is active: sound goes through it on a thread of its own.

use clack_extensions::note_ports::NoteDialect;
use clack_extensions::tail::{PluginTail, TailLength};
use clack_host::events::event_types::{MidiEvent, NoteOffEvent, NoteOnEvent, ParamValueEvent};
use clack_host::prelude::*;

use super::buffers::Buffers;
use super::handlers::{Handlers, IS_AUDIO_THREAD, Requests};
use super::{HostError, Layout, Plugin};
use crate::allocations::{self, Counts};

/// How often a plugin may ask for a restart before it has settled.
const RESTARTS: usize = 4;

/// The longest block, unless a check wants another.
pub const MAX_FRAMES: usize = 4_096;

/// The notes that are played: MIDI key, and the part of the sound at which it begins and ends.
const NOTES: [(u8, f64, f64); 2] = [(60, 0.0, 0.75), (67, 0.25, 0.5)];

/// How long the blocks are, over and over.
#[derive(Clone, Copy, Debug)]
pub struct Blocks(pub &'static [usize]);

/// A key that is pressed or let go.
#[derive(Clone, Copy, Debug)]
pub struct Note {
    /// When.
    pub frame: usize,
    /// The MIDI key.
    pub key: u8,
    /// Whether it is pressed.
    pub is_on: bool,
}

/// What goes through the plugin.
#[derive(Clone, Copy)]
pub struct Take<'a> {
    /// The channels of the first input.
    pub input: &'a [Vec<f32>],
    /// How long it is, with or without an input.
    pub frames: usize,
    /// How it is cut.
    pub blocks: Blocks,
    /// Whether the first output has the first input's memory.
    pub in_place: bool,
    /// Whether notes are played, where the plugin takes any.
    pub has_notes: bool,
    /// Further notes, in the order of time, where the plugin takes any.
    pub notes: &'a [Note],
    /// Parameters that change on the way: the frame, the parameter, the value.
    pub changes: &'a [(usize, ClapId, f64)],
}

impl<'a> Take<'a> {
    /// An input in blocks of 512, with notes.
    pub fn of(input: &'a [Vec<f32>], frames: usize) -> Self {
        Self {
            input,
            frames,
            blocks: Blocks(&[512]),
            in_place: false,
            has_notes: true,
            notes: &[],
            changes: &[],
        }
    }
}

/// What came of an activation.
pub struct Activated<T> {
    /// What the function returned.
    pub value: T,
    /// The latency that the plugin reported when it was activated.
    pub latency_frames: usize,
    /// Whether it asks to be activated anew.
    wants_restart: bool,
}

/// A block in which the plugin asked something of the allocator.
#[derive(Clone, Copy, Debug)]
pub struct Allocating {
    /// How long the block was.
    pub frames: usize,
    /// Where it began.
    pub start: usize,
    /// What was asked.
    pub counts: Counts,
}

/// An active plugin, on its audio thread.
pub struct Active<'a> {
    processor: StartedPluginAudioProcessor<Handlers>,
    layout: &'a Layout,
    buffers: Buffers,
    frame: u64,
    /// The first block that allocated.
    pub allocating: Option<Allocating>,
}

impl Plugin {
    /// Activates the plugin with blocks of up to 4,096 frames, calls a function on an audio thread, deactivates it.
    pub fn activated<T: Send>(
        &mut self,
        rate_hz: f64,
        function: impl FnOnce(&mut Active) -> Result<T, HostError> + Send,
    ) -> Result<Activated<T>, HostError> {
        let configuration = PluginAudioConfiguration {
            sample_rate: rate_hz,
            min_frames_count: 1,
            max_frames_count: MAX_FRAMES as u32,
        };
        let refused = HostError::Activate { rate_hz, max_frames: MAX_FRAMES };
        self.instance.access_shared_handler(Requests::take_restart);
        let stopped = self.instance.activate(|_, _| (), configuration).map_err(|_| refused)?;
        let latency_frames = self.latency_frames() as usize;
        let layout = &self.layout;
        let (stopped, value) = std::thread::scope(|scope| {
            let audio = scope.spawn(move || on_audio_thread(stopped, layout, rate_hz, function));
            audio.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        // What the plugin asked for while it was active belongs before its deactivation.
        self.answer_callback();
        self.instance.deactivate(stopped);
        let wants_restart = self.instance.access_shared_handler(Requests::take_restart);
        Ok(Activated { value: value?, latency_frames, wants_restart })
    }

    /// Lets new values of parameters take effect, with as many activations as the plugin asks for.
    pub fn settle(&mut self, rate_hz: f64) -> Result<(), HostError> {
        let silence = vec![vec![0.0; 64]; self.layout.input_channels()];
        for _ in 0..RESTARTS {
            let take = Take { has_notes: false, ..Take::of(&silence, 64) };
            if !self.activated(rate_hz, |active| active.play(take))?.wants_restart {
                return Ok(());
            }
        }
        Err(HostError::NeverSettles)
    }

    /// Activates the plugin, plays something, and returns the output with the latency reported.
    pub fn play(&mut self, rate_hz: f64, take: Take) -> Result<(Vec<Vec<f32>>, usize), HostError> {
        let activated = self.activated(rate_hz, |active| active.play(take))?;
        Ok((activated.value, activated.latency_frames))
    }
}

fn on_audio_thread<T>(
    stopped: StoppedPluginAudioProcessor<Handlers>,
    layout: &Layout,
    rate_hz: f64,
    function: impl FnOnce(&mut Active) -> Result<T, HostError>,
) -> (StoppedPluginAudioProcessor<Handlers>, Result<T, HostError>) {
    // The thread ends with the activation.
    IS_AUDIO_THREAD.set(true);
    let processor = match stopped.start_processing() {
        Ok(processor) => processor,
        Err(error) => return (error.into_stopped_processor(), Err(HostError::Start { rate_hz })),
    };
    let buffers = Buffers::new(layout, MAX_FRAMES);
    let mut active = Active { processor, layout, buffers, frame: 0, allocating: None };
    let value = function(&mut active);
    (active.processor.stop_processing(), value)
}

impl Active<'_> {
    /// Runs sound through the plugin, and returns the first output's channels.
    pub fn play(&mut self, take: Take) -> Result<Vec<Vec<f32>>, HostError> {
        let mut output = vec![Vec::with_capacity(take.frames); self.layout.output_channels()];
        let in_place = take.in_place && self.layout.is_in_place;
        let mut start = 0;
        for &block in take.blocks.0.iter().cycle() {
            if start == take.frames {
                break;
            }
            let frames = block.min(take.frames - start);
            let events = self.events(&take, start, frames);
            self.buffers.fill(take.input, start, frames);
            let (inputs, mut outputs) = self.buffers.ports(frames, in_place);
            let (input_events, mut output_events) = (events.as_input(), OutputEvents::void());
            let frame = Some(self.frame);
            let (status, counts) = allocations::watch(|| {
                self.processor.process(&inputs, &mut outputs, &input_events, &mut output_events, frame, None)
            });
            status.map_err(|_| HostError::Process { frames, start })?;
            if !counts.are_zero() && self.allocating.is_none() {
                self.allocating = Some(Allocating { frames, start, counts });
            }
            self.buffers.take(&mut output, frames, in_place);
            start += frames;
            self.frame += frames as u64;
        }
        Ok(output)
    }

    /// Forgets all sound.
    pub fn reset(&mut self) {
        self.processor.reset();
    }

    /// How long the plugin says that it sounds on.
    pub fn tail(&mut self) -> TailLength {
        let plugin = self.processor.plugin_handle();
        plugin.shared().get_extension::<PluginTail>().map_or(TailLength::default(), |tail| tail.get(&plugin))
    }

    fn events(&self, take: &Take, start: usize, frames: usize) -> EventBuffer {
        let mut events = EventBuffer::new();
        let time_of =
            |frame: usize| frame.checked_sub(start).filter(|time| *time < frames).map(|time| time as u32);
        for (frame, id, value) in take.changes {
            if let Some(time) = time_of(*frame) {
                events.push(&ParamValueEvent::new(time, *id, Pckn::match_all(), *value));
            }
        }
        if let Some(dialect) = self.layout.notes {
            let usual = NOTES.iter().filter(|_| take.has_notes).flat_map(|&(key, begin, end)| {
                let frame_at = |part: f64| (part * take.frames as f64) as usize;
                [(begin, true), (end, false)].map(|(part, is_on)| Note { frame: frame_at(part), key, is_on })
            });
            for Note { frame, key, is_on } in usual.chain(take.notes.iter().copied()) {
                let Some(time) = time_of(frame) else { continue };
                let note = Pckn::new(0_u16, 0_u16, u16::from(key), u32::from(key));
                match (dialect, is_on) {
                    (NoteDialect::Clap, true) => events.push(&NoteOnEvent::new(time, note, 0.8)),
                    (NoteDialect::Clap, false) => events.push(&NoteOffEvent::new(time, note, 0.0)),
                    (_, true) => events.push(&MidiEvent::new(time, 0, [0x90, key, 100])),
                    (_, false) => events.push(&MidiEvent::new(time, 0, [0x80, key, 0])),
                }
            }
        }
        events.sort();
        events
    }
}
