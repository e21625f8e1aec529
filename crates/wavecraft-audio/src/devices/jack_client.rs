//! A client of JACK in all the directions that are needed, which JACK calls once for each block: what is heard in it is
//! played in it.
//!
//! With a client for each direction, JACK would call the two one after the other and, on a machine that is late, one of them
//! alone; whatever joined them would add latency, and at times run dry.
//!
//! Guarantees of the callback: nothing is allocated, freed, locked or logged, as far as the processor keeps to that.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use jack::{
    AsyncClient, AudioIn, AudioOut, Client, ClientOptions, Control, Frames, MidiIn, MidiOut,
    NotificationHandler, Port, PortFlags, ProcessHandler, ProcessScope, RawMidi,
};
use tracing::{debug, info};

use super::jack_server::MIDI_PORTS;
use super::midi_ports::{NO_PORT_YET, is_named};
use crate::accompaniment::{Accompaniment, DeviceMidi};
use crate::callbacks::{DuplexCallback, InputCallback, OutputCallback};
use crate::counters::Counters;
use crate::played_midi::PlayedMidi;
use crate::processor::MAX_CHANNELS;

/// Frames that are brought from one order of samples to the other at once.
const PIECE_FRAMES: usize = 1_024;

/// How long the end of the stream waits until the notes have ended that are held: a server that hangs never calls again.
const END_LIMIT: Duration = Duration::from_millis(100);

/// A client that runs until it is dropped. That its server has gone shows by its no longer being called: libjack's own
/// word of it comes as to a signal handler.
pub(crate) struct JackStream {
    client: AsyncClient<Notifications, BlockHandler>,
    midi: Option<MidiPort>,
    played: Option<PlayedPort>,
}

/// The client's port for what the processor plays, as it is seen from elsewhere.
struct PlayedPort {
    name: String,
    /// A part of the names of the ports that are to hear it.
    wanted: Option<String>,
    /// The ports that were there at the last look. One that its user disconnects stays so.
    known: Vec<String>,
    /// Set when the notes that are held are to end, and by the callback once they have.
    ending: Arc<AtomicBool>,
    ended: Arc<AtomicBool>,
}

/// What the callback has of that port.
struct PlayedWriter {
    port: Port<MidiOut>,
    ending: Arc<AtomicBool>,
    ended: Arc<AtomicBool>,
}

/// The client's port for MIDI, as it is seen from elsewhere.
struct MidiPort {
    name: String,
    midi: DeviceMidi,
    /// The ports that were there at the last look. One that its user disconnects stays so.
    known: Vec<String>,
    /// How many of them were connected then.
    connected: usize,
}

/// What is run for each block.
pub(crate) enum JackCallback {
    /// With what is heard, and for what to play.
    Duplex(DuplexCallback),
    /// With what is heard.
    Input(InputCallback),
    /// For what to play.
    Output(OutputCallback),
}

/// What JACK calls for each block.
struct BlockHandler {
    /// None where nothing is heard.
    inputs: Option<[Port<AudioIn>; MAX_CHANNELS]>,
    /// None where nothing is played.
    outputs: Option<[Port<AudioOut>; MAX_CHANNELS]>,
    /// None where nobody plays notes.
    midi: Option<Port<MidiIn>>,
    /// None where the processor plays none.
    played: Option<PlayedWriter>,
    callback: JackCallback,
    /// Room for a piece of a block, interleaved.
    interleaved: Box<[f32]>,
    clock: BlockClock,
    counters: Arc<Counters>,
}

/// What JACK tells of itself.
struct Notifications {
    rate_hz: u32,
    counters: Arc<Counters>,
}

/// Notices blocks that JACK has left out: the sound has a gap there.
#[derive(Debug, Default)]
struct BlockClock {
    /// When the next block should begin, in frames.
    expected: Option<Frames>,
    /// Whether the block before began later than it should.
    was_late: bool,
}

impl JackStream {
    /// Lets JACK call `callback`, which was made for this rate, and connects the ports that are to be heard and those that
    /// are to play. The user may connect others.
    pub fn start(
        client_name: &str,
        rate_hz: u32,
        [heard, played]: [Vec<String>; 2],
        mut callback: JackCallback,
        counters: &Arc<Counters>,
    ) -> Result<Self, jack::Error> {
        let (client, _) = Client::new(client_name, ClientOptions::NO_START_SERVER)?;
        let inputs = match callback {
            JackCallback::Output(_) => None,
            _ => Some([
                client.register_port("input_1", AudioIn::default())?,
                client.register_port("input_2", AudioIn::default())?,
            ]),
        };
        let outputs = match callback {
            JackCallback::Input(_) => None,
            _ => Some([
                client.register_port("output_1", AudioOut::default())?,
                client.register_port("output_2", AudioOut::default())?,
            ]),
        };
        let device_midi = callback.accompaniment_mut().and_then(|accompaniment| accompaniment.device_midi());
        let midi =
            device_midi.as_ref().map(|_| client.register_port("midi_in", MidiIn::default())).transpose()?;
        let midi_name = midi.as_ref().and_then(|port| port.name().ok());
        let (writer, played_port) = played_port(&client, &mut callback)?.unzip();
        let into = names(inputs.as_ref());
        let out_of = names(outputs.as_ref());
        let counters = Arc::clone(counters);
        let notifications = Notifications { rate_hz, counters: Arc::clone(&counters) };
        let interleaved = vec![0.0; PIECE_FRAMES * MAX_CHANNELS].into();
        let clock = BlockClock::default();
        let handler =
            BlockHandler { inputs, outputs, midi, played: writer, callback, interleaved, clock, counters };
        let client = client.activate_async(notifications, handler)?;
        for (from, to) in heard.into_iter().zip(into).chain(out_of.into_iter().zip(played)) {
            if let Err(error) = client.as_client().connect_ports_by_name(&from, &to) {
                debug!(%error, "{from} is not connected to {to}");
            }
        }
        let midi = device_midi.zip(midi_name).map(|(midi, name)| MidiPort {
            name,
            midi,
            known: Vec::new(),
            connected: 0,
        });
        let mut stream = Self { client, midi, played: played_port };
        stream.follow_midi_ports();
        stream.follow_midi_destinations();
        Ok(stream)
    }

    /// Connects the MIDI ports that have come, and lets all notes end when one has gone: whose they were is not known. Returns
    /// what is heard, for people; `None` without a port of our own.
    pub fn follow_midi_ports(&mut self) -> Option<String> {
        let client = self.client.as_client();
        let MidiPort { name, midi, known, connected } = self.midi.as_mut()?;
        let there = foreign_midi_ports(client, PortFlags::IS_OUTPUT);
        for port in there.iter().filter(|port| !known.contains(port)) {
            if midi.wanted.as_deref().is_none_or(|wanted| is_named(port, wanted)) {
                match client.connect_ports_by_name(port, name) {
                    Ok(()) => info!("the MIDI port \"{port}\" is heard"),
                    Err(error) => debug!(%error, "the MIDI port \"{port}\" is not heard"),
                }
            }
        }
        let own = client.port_by_name(name)?;
        let heard: Vec<&str> = there
            .iter()
            .filter(|port| own.is_connected_to(port).unwrap_or(false))
            .map(String::as_str)
            .collect();
        if heard.len() < *connected {
            info!("a MIDI port has gone; all notes end");
            midi.notes_end.end_notes();
        }
        *connected = heard.len();
        let description = if heard.is_empty() { NO_PORT_YET.to_owned() } else { heard.join(", ") };
        *known = there;
        Some(description)
    }

    /// Connects the MIDI ports that have come and are to hear what the processor plays. Returns who hears it, for people; `None`
    /// without a port of our own.
    pub fn follow_midi_destinations(&mut self) -> Option<String> {
        let client = self.client.as_client();
        let PlayedPort { name, wanted, known, .. } = self.played.as_mut()?;
        let there = foreign_midi_ports(client, PortFlags::IS_INPUT);
        for port in there.iter().filter(|port| !known.contains(port)) {
            if wanted.as_deref().is_some_and(|wanted| is_named(port, wanted)) {
                match client.connect_ports_by_name(name, port) {
                    Ok(()) => info!("the MIDI port \"{port}\" hears what is played"),
                    Err(error) => debug!(%error, "the MIDI port \"{port}\" does not hear what is played"),
                }
            }
        }
        let own = client.port_by_name(name)?;
        let hearing = there.iter().filter(|port| own.is_connected_to(port).unwrap_or(false));
        let hearing: Vec<&str> = hearing.map(String::as_str).collect();
        let description =
            if hearing.is_empty() { format!("{name}, not connected") } else { hearing.join(", ") };
        *known = there;
        Some(description)
    }
}

impl Drop for JackStream {
    /// Ends the notes first that the processor holds: whoever hears them is not told when the port goes.
    fn drop(&mut self) {
        let Some(played) = &self.played else { return };
        played.ending.store(true, Ordering::Release);
        let asked = Instant::now();
        while !played.ended.load(Ordering::Acquire) && asked.elapsed() < END_LIMIT {
            thread::sleep(Duration::from_millis(1));
        }
    }
}

/// A port for what the processor plays, if it plays anything: for the callback, and as it is seen from elsewhere.
fn played_port(
    client: &Client,
    callback: &mut JackCallback,
) -> Result<Option<(PlayedWriter, PlayedPort)>, jack::Error> {
    let Some(played) = callback.played_mut().filter(|played| played.is_of_use()) else { return Ok(None) };
    let port = client.register_port("midi_out", MidiOut::default())?;
    let (name, wanted, known) = (port.name()?, played.take_by_block(), Vec::new());
    let (ending, ended) = (Arc::<AtomicBool>::default(), Arc::<AtomicBool>::default());
    let writer = PlayedWriter { port, ending: Arc::clone(&ending), ended: Arc::clone(&ended) };
    Ok(Some((writer, PlayedPort { name, wanted, known, ending, ended })))
}

/// All MIDI ports of one direction but our own.
fn foreign_midi_ports(client: &Client, direction: PortFlags) -> Vec<String> {
    let own = format!("{}:", client.name());
    let ports = client.ports(None, Some(MIDI_PORTS), direction);
    ports.into_iter().filter(|port| !port.starts_with(&own)).collect()
}

impl PlayedWriter {
    /// Writes what was played in the block. It is to be called in each, since the port is empty only then.
    ///
    /// # Realtime safety
    ///
    /// Safe.
    fn write(&mut self, played: &mut PlayedMidi, scope: &ProcessScope) {
        let is_ending = self.ending.load(Ordering::Acquire);
        if is_ending {
            played.end_held();
        }
        let mut writer = self.port.writer(scope);
        let has_ended = self.ended.load(Ordering::Relaxed);
        let last_frame = scope.n_frames().saturating_sub(1);
        played.take(|event| {
            let message = RawMidi { time: event.frame.min(last_frame), bytes: event.message() };
            has_ended || writer.write(&message).is_ok()
        });
        self.ended.store(is_ending, Ordering::Release);
    }
}

impl JackCallback {
    /// What the processor plays, if there is one here.
    fn played_mut(&mut self) -> Option<&mut PlayedMidi> {
        match self {
            Self::Duplex(callback) => Some(callback.played_mut()),
            Self::Input(callback) => callback.played_mut(),
            Self::Output(callback) => callback.played_mut(),
        }
    }

    /// What comes with the blocks, if there is a processor for them.
    fn accompaniment_mut(&mut self) -> Option<&mut Accompaniment> {
        match self {
            Self::Duplex(callback) => Some(callback.accompaniment_mut()),
            Self::Input(callback) => callback.accompaniment_mut(),
            Self::Output(callback) => callback.accompaniment_mut(),
        }
    }
}

fn names<T>(ports: Option<&[Port<T>; MAX_CHANNELS]>) -> Vec<String> {
    ports.into_iter().flatten().map(|port| port.name().unwrap_or_default()).collect()
}

impl ProcessHandler for BlockHandler {
    fn process(&mut self, _: &Client, scope: &ProcessScope) -> Control {
        if self.clock.misses_before(scope.last_frame_time(), scope.n_frames()) {
            self.counters.add_underrun();
        }
        if let Some(midi) = &self.midi
            && let Some(accompaniment) = self.callback.accompaniment_mut()
        {
            for message in midi.iter(scope) {
                accompaniment.add_device_event(message.time, message.bytes);
            }
        }
        let heard = self.inputs.as_ref().map(|ports| ports.each_ref().map(|port| port.as_slice(scope)));
        let played = self.outputs.as_mut().map(|ports| ports.each_mut().map(|port| port.as_mut_slice(scope)));
        match (&mut self.callback, heard, played) {
            (JackCallback::Duplex(callback), Some(heard), Some(played)) => callback.run(heard, played),
            (JackCallback::Input(callback), Some(heard), _) => take(callback, heard, &mut self.interleaved),
            (JackCallback::Output(callback), _, Some(played)) => {
                fill(callback, played, &mut self.interleaved);
            }
            _ => {}
        }
        if let Some(writer) = &mut self.played
            && let Some(played) = self.callback.played_mut()
        {
            writer.write(played, scope);
        }
        Control::Continue
    }
}

/// Hands what is heard to a callback that takes it interleaved.
fn take(callback: &mut InputCallback, [left, right]: [&[f32]; MAX_CHANNELS], interleaved: &mut [f32]) {
    for (left, right) in left.chunks(PIECE_FRAMES).zip(right.chunks(PIECE_FRAMES)) {
        let piece = &mut interleaved[..left.len() * MAX_CHANNELS];
        for ((frame, left), right) in piece.chunks_exact_mut(MAX_CHANNELS).zip(left).zip(right) {
            (frame[0], frame[1]) = (*left, *right);
        }
        callback.take(piece);
    }
}

/// Asks a callback that gives it interleaved for what to play.
fn fill(callback: &mut OutputCallback, [left, right]: [&mut [f32]; MAX_CHANNELS], interleaved: &mut [f32]) {
    for (left, right) in left.chunks_mut(PIECE_FRAMES).zip(right.chunks_mut(PIECE_FRAMES)) {
        let piece = &mut interleaved[..left.len() * MAX_CHANNELS];
        callback.fill(piece);
        for ((frame, left), right) in piece.chunks_exact(MAX_CHANNELS).zip(left).zip(right) {
            (*left, *right) = (frame[0], frame[1]);
        }
    }
}

impl NotificationHandler for Notifications {
    fn sample_rate(&mut self, _: &Client, rate_hz: Frames) -> Control {
        if rate_hz != self.rate_hz {
            self.counters.input().mark_lost();
        }
        Control::Continue
    }
}

impl BlockClock {
    /// Whether blocks are missing before this one, which begins at a time of JACK's clock and has so many frames.
    ///
    /// A block that is called late may be told the time of the next one, which is then told the same. So a gap counts only
    /// once the block after it is late as well.
    fn misses_before(&mut self, time: Frames, frames: Frames) -> bool {
        let expected = self.expected.unwrap_or(time);
        // The clock goes round: only differences tell which is later.
        let is_late = (time.wrapping_sub(expected) as i32) > 0;
        let misses = is_late && self.was_late;
        self.was_late = is_late && !misses;
        self.expected = Some(if misses { time } else { expected }.wrapping_add(frames));
        misses
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BLOCK_FRAMES: Frames = 128;

    /// How many gaps there are among blocks that are told these times, in blocks.
    fn gaps(begin: Frames, blocks: &[u32]) -> usize {
        let mut clock = BlockClock::default();
        let times = blocks.iter().map(|block| begin.wrapping_add(block * BLOCK_FRAMES));
        times.filter(|time| clock.misses_before(*time, BLOCK_FRAMES)).count()
    }

    #[test]
    fn blocks_in_a_row_have_no_gap_even_where_the_clock_goes_round() {
        assert_eq!(gaps(0, &[0, 1, 2, 3, 4, 5]), 0);
        assert_eq!(gaps(Frames::MAX - 200, &[0, 1, 2, 3, 4, 5]), 0);
    }

    #[test]
    fn a_late_block_that_is_told_the_time_of_the_next_is_no_gap() {
        assert_eq!(gaps(0, &[0, 2, 2, 3, 5, 5, 6, 7]), 0);
    }

    #[test]
    fn blocks_that_are_left_out_are_one_gap_each_time() {
        assert_eq!(gaps(0, &[0, 1, 3, 4, 5, 6]), 1);
        assert_eq!(gaps(0, &[0, 1, 9, 10, 11, 12, 13, 15, 16, 17]), 2);
        assert_eq!(gaps(Frames::MAX - 200, &[0, 1, 3, 4, 5, 6]), 1);
    }
}
