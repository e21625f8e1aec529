//! The system's MIDI ports that hear what the processor plays: ALSA's sequencer, `CoreMIDI`, Windows.
//!
//! A thread of its own sends each message at its time, to the millisecond: what the system does to send one is not for the
//! audio thread, which cannot wake another either. Ports that come are served from then on; at the end all notes end.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use midir::{MidiOutput, MidiOutputConnection};
use tracing::{debug, info};

use super::midi_ports::{LOOK_INTERVAL, UNAVAILABLE, is_named};
use super::midi_thread::MidiThread;
use crate::played_midi::MidiSender;

/// How often it is looked whether a message is due.
const SEND_INTERVAL: Duration = Duration::from_millis(1);

/// The ports, until it is dropped. Not for the audio thread.
pub(crate) struct MidiDestinations {
    description: Arc<Mutex<String>>,
    _thread: MidiThread,
}

impl MidiDestinations {
    /// Sends to all ports with `wanted` in their names, as they come and go.
    pub fn start(wanted: String, client_name: String, sender: MidiSender) -> io::Result<Self> {
        super::system::quieten();
        let description = Arc::default();
        let mut following = Following {
            wanted,
            client_name,
            connections: HashMap::new(),
            description: Arc::clone(&description),
        };
        // The first time at once, so that there is something to tell.
        following.look();
        let mut looked = Instant::now();
        let turn = move |(following, sender): &mut (Following, MidiSender)| {
            let now = Instant::now();
            sender.send_due(now, |message| following.send(message));
            if now - looked >= LOOK_INTERVAL {
                looked = now;
                following.look();
            }
        };
        let end = |(mut following, mut sender): (Following, MidiSender)| {
            sender.end(|message| following.send(message));
        };
        let thread = MidiThread::start("MIDI sender", SEND_INTERVAL, (following, sender), turn, end)?;
        Ok(Self { description, _thread: thread })
    }

    /// Who hears it now, for people.
    pub fn description(&self) -> String {
        self.description.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Ports that are followed.
struct Following {
    /// A part of their names.
    wanted: String,
    client_name: String,
    /// Those that hear it, with their names, by what identifies them.
    connections: HashMap<String, (String, MidiOutputConnection)>,
    description: Arc<Mutex<String>>,
}

impl Following {
    fn send(&mut self, message: &[u8]) {
        for (name, connection) in self.connections.values_mut() {
            if let Err(error) = connection.send(message) {
                debug!(%error, "the MIDI port \"{name}\" does not take a message");
            }
        }
    }

    /// Looks which ports there are: connects those that have come, and lets go of those that have gone.
    fn look(&mut self) {
        let description = match access(&self.client_name) {
            Some(finder) => {
                self.follow(&finder);
                let mut names: Vec<&str> = self.connections.values().map(|(name, _)| name.as_str()).collect();
                names.sort_unstable();
                match &names[..] {
                    [] => format!("no MIDI port \"{}\" yet; one that is connected hears them", self.wanted),
                    names => names.join(", "),
                }
            }
            None => format!("nowhere: {UNAVAILABLE}"),
        };
        *self.description.lock().unwrap_or_else(PoisonError::into_inner) = description;
    }

    fn follow(&mut self, finder: &MidiOutput) {
        let ports = finder.ports();
        let ids: Vec<String> = ports.iter().map(midir::MidiOutputPort::id).collect();
        self.connections.retain(|id, (name, _)| {
            let is_there = ids.contains(id);
            if !is_there {
                info!("the MIDI port \"{name}\" has gone");
            }
            is_there
        });
        for (port, id) in ports.iter().zip(ids) {
            let Ok(name) = finder.port_name(port) else { continue };
            if self.connections.contains_key(&id) || !is_named(&name, &self.wanted) {
                continue;
            }
            let Some(output) = access(&self.client_name) else { return };
            match output.connect(port, "played") {
                Ok(connection) => {
                    info!("the MIDI port \"{name}\" hears what is played");
                    self.connections.insert(id, (name, connection));
                }
                Err(error) => debug!(%error, "the MIDI port \"{name}\" does not hear what is played"),
            }
        }
    }
}

/// The system's ports, if it gives access to them.
fn access(client_name: &str) -> Option<MidiOutput> {
    MidiOutput::new(client_name).ok()
}

/// The names of all ports that take messages, for people; `None` where there is no access to any.
pub(crate) fn destination_names(client_name: &str) -> Option<Vec<String>> {
    super::system::quieten();
    let output = access(client_name)?;
    Some(output.ports().iter().filter_map(|port| output.port_name(port).ok()).collect())
}
