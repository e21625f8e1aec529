//! What a host plays through a plugin, and what comes of it.

use clack_host::events::event_types::{
    MidiEvent, NoteOffEvent, NoteOnEvent, ParamValueEvent, TransportEvent, TransportFlags,
};
use clack_host::events::io::EventBuffer;
use clack_host::events::spaces::CoreEventSpace;
use clack_host::events::{EventFlags, EventHeader, Pckn};
use clack_host::prelude::*;
use clack_host::utils::{BeatTime, ClapId, SecondsTime};

use super::Handlers;

/// The sample rate at which this host plays, in Hz.
pub const RATE_HZ: f64 = 48_000.0;

/// What is played, at 48 kHz.
#[derive(Clone, Copy, Default)]
pub struct Passage<'a> {
    /// The two channels that an effect gets; an instrument has no input.
    pub input: Option<[&'a [f32]; 2]>,
    /// The two channels of the side chain, if the plugin has one.
    pub side_chain: Option<[&'a [f32]; 2]>,
    /// How long it is.
    pub frames: usize,
    /// How it is cut.
    pub block_frames: usize,
    /// MIDI messages, each at its frame. Notes are sent as CLAP's own events.
    pub midi: &'a [(usize, [u8; 3])],
    /// The tempo of a song that plays from its beginning, if the host tells one.
    pub tempo_bpm: Option<f64>,
}

/// What came out.
pub struct Performance {
    /// The two channels of the first output.
    pub output: [Vec<f32>; 2],
    /// The notes that the plugin sent, each at its frame.
    pub midi: Vec<(usize, [u8; 3])>,
    /// What the plugin told of its parameters, by their CLAP ids, in order.
    pub told: Vec<(u32, Told)>,
}

/// What a plugin tells of a parameter.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Told {
    /// The user takes hold.
    Begin,
    /// A value, in the host's unit.
    Value(f64),
    /// The user lets go.
    End,
}

/// Plays a passage, with parameter changes: the frame, the parameter and the value.
pub(super) fn run(
    processor: StoppedPluginAudioProcessor<Handlers>,
    passage: &Passage,
    changes: &[(usize, ClapId, f64)],
) -> (StoppedPluginAudioProcessor<Handlers>, Performance) {
    let mut processor = processor.start_processing().expect("the plugin starts");
    let mut input_ports = AudioPorts::with_capacity(4, 2);
    let mut output_ports = AudioPorts::with_capacity(2, 1);
    let mut performance = Performance { output: Default::default(), midi: Vec::new(), told: Vec::new() };
    let mut output_events = EventBuffer::new();
    for start in (0..passage.frames).step_by(passage.block_frames) {
        let end = (start + passage.block_frames).min(passage.frames);
        let events = events(passage, changes, start, end);
        let part = |channels: [&[f32]; 2]| channels.map(|channel| channel[start..end].to_vec());
        let mut from: Vec<[Vec<f32>; 2]> =
            [passage.input, passage.side_chain].into_iter().flatten().map(part).collect();
        let mut to = [vec![0.0_f32; end - start], vec![0.0_f32; end - start]];
        let input_audio = input_ports.with_input_buffers(from.iter_mut().map(|channels| AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_input_only(channels.iter_mut().map(InputChannel::variable)),
        }));
        let mut output_audio = output_ports.with_output_buffers([AudioPortBuffer {
            latency: 0,
            channels: AudioPortBufferType::f32_output_only(to.iter_mut().map(Vec::as_mut_slice)),
        }]);
        let transport = passage.tempo_bpm.map(|tempo_bpm| transport(tempo_bpm, start));
        output_events.clear();
        processor
            .process(
                &input_audio,
                &mut output_audio,
                &events.as_input(),
                &mut output_events.as_output(),
                None,
                transport.as_ref(),
            )
            .expect("the plugin processes");
        performance.midi.extend(output_events.iter().filter_map(|event| {
            let (time, message) = message(event)?;
            Some((start + time as usize, message))
        }));
        performance.told.extend(output_events.iter().filter_map(told));
        for (output, block) in performance.output.iter_mut().zip(to) {
            output.extend(block);
        }
    }
    (processor.stop_processing(), performance)
}

fn events(passage: &Passage, changes: &[(usize, ClapId, f64)], start: usize, end: usize) -> EventBuffer {
    let mut events = EventBuffer::new();
    for (frame, id, value) in changes.iter().filter(|(frame, ..)| (start..end).contains(frame)) {
        let time = (frame - start) as u32;
        events.push(&ParamValueEvent::new(time, *id, Pckn::match_all(), *value));
    }
    for &(frame, message) in passage.midi.iter().filter(|(frame, _)| (start..end).contains(frame)) {
        let time = (frame - start) as u32;
        let [status, key, velocity] = message;
        let note = Pckn::new(0_u16, u16::from(status & 0x0f), u16::from(key), u32::from(key));
        let velocity = f64::from(velocity) / 127.0;
        match status & 0xf0 {
            0x90 => events.push(&NoteOnEvent::new(time, note, velocity)),
            0x80 => events.push(&NoteOffEvent::new(time, note, velocity)),
            _ => events.push(&MidiEvent::new(time, 0, message)),
        }
    }
    events.sort();
    events
}

/// What an event says of a parameter.
fn told(event: &clack_host::events::UnknownEvent) -> Option<(u32, Told)> {
    let (id, told) = match event.as_core_event()? {
        CoreEventSpace::ParamGestureBegin(event) => (event.param_id(), Told::Begin),
        CoreEventSpace::ParamValue(event) => (event.param_id(), Told::Value(event.value())),
        CoreEventSpace::ParamGestureEnd(event) => (event.param_id(), Told::End),
        _ => return None,
    };
    Some((id?.get(), told))
}

/// A note of the plugin's, as a MIDI message.
fn message(event: &clack_host::events::UnknownEvent) -> Option<(u32, [u8; 3])> {
    let of_note = |status: u8, pckn: Pckn, velocity: f64| {
        let channel = pckn.channel.into_specific().unwrap_or(0) as u8;
        let key = pckn.key.into_specific().unwrap_or(0) as u8;
        [status | channel, key, (velocity * 127.0).round() as u8]
    };
    let message = match event.as_core_event()? {
        CoreEventSpace::NoteOn(note) => of_note(0x90, note.pckn(), note.velocity()),
        CoreEventSpace::NoteOff(note) => of_note(0x80, note.pckn(), note.velocity()),
        CoreEventSpace::Midi(midi) => midi.data(),
        _ => return None,
    };
    Some((event.header().time(), message))
}

/// A song in 4/4 that plays, at this frame.
fn transport(tempo_bpm: f64, frame: usize) -> TransportEvent {
    let seconds = frame as f64 / RATE_HZ;
    let beats = seconds / 60.0 * tempo_bpm;
    let bar = (beats / 4.0).floor();
    TransportEvent {
        header: EventHeader::new_core(0, EventFlags::empty()),
        flags: TransportFlags::HAS_TEMPO
            | TransportFlags::HAS_BEATS_TIMELINE
            | TransportFlags::HAS_SECONDS_TIMELINE
            | TransportFlags::HAS_TIME_SIGNATURE
            | TransportFlags::IS_PLAYING,
        song_pos_beats: BeatTime::from_float(beats),
        song_pos_seconds: SecondsTime::from_float(seconds),
        tempo: tempo_bpm,
        tempo_inc: 0.0,
        loop_start_beats: BeatTime::from_int(0),
        loop_end_beats: BeatTime::from_int(0),
        loop_start_seconds: SecondsTime::from_int(0),
        loop_end_seconds: SecondsTime::from_int(0),
        bar_start: BeatTime::from_float(bar * 4.0),
        bar_number: bar as i32,
        time_signature_numerator: 4,
        time_signature_denominator: 4,
    }
}
