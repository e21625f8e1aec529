//! The system's MIDI ports: ALSA's sequencer, `CoreMIDI`, Windows. Those that come are heard, and those that go let go of what
//! they held.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use midir::{Ignore, MidiInput, MidiInputConnection};
use tracing::{debug, info};

use wavecraft_events::MidiEvent;

use super::midi_thread::MidiThread;
use crate::midi_ring::{MidiConnection, MidiInputs};

/// How often it is looked which ports there are.
pub(super) const LOOK_INTERVAL: Duration = Duration::from_secs(1);

/// Why there are no ports at all.
pub(super) const UNAVAILABLE: &str = if cfg!(target_os = "linux") {
    "this computer has no MIDI sequencer (/dev/snd/seq)"
} else {
    "the system gives no access to MIDI"
};

/// Hears ports until it is dropped. Not for the audio thread.
pub(crate) struct MidiPorts {
    heard: Arc<Mutex<Heard>>,
    _thread: MidiThread,
}

/// What is heard, for people.
#[derive(Clone, Debug, Default)]
struct Heard {
    names: Vec<String>,
    is_unavailable: bool,
}

/// The ports that are heard, by what identifies them.
type Connections = HashMap<String, (String, MidiInputConnection<MidiConnection>)>;

impl MidiPorts {
    /// Hears all ports, or those with `name` in theirs, as they come and go.
    pub fn start(name: Option<String>, client_name: String, inputs: MidiInputs) -> io::Result<Self> {
        let mut following = Following {
            wanted: name,
            client_name,
            inputs,
            connections: Connections::new(),
            heard: Arc::default(),
            was_unavailable: false,
        };
        super::system::quieten();
        // The first time at once, so that there is something to tell.
        following.look();
        let heard = Arc::clone(&following.heard);
        let end = |following: Following| {
            following.connections.into_values().for_each(|(_, connection)| drop(connection.close()));
        };
        let thread = MidiThread::start("MIDI ports", LOOK_INTERVAL, following, Following::look, end)?;
        Ok(Self { heard, _thread: thread })
    }

    /// What is heard now, for people.
    pub fn description(&self) -> String {
        let heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        match &heard.names[..] {
            _ if heard.is_unavailable => format!("none: {UNAVAILABLE}"),
            [] => NO_PORT_YET.to_owned(),
            names => names.join(", "),
        }
    }
}

/// What is told while no port is there.
pub(crate) const NO_PORT_YET: &str = "no MIDI port yet; one that is connected is heard";

/// The system's ports, if it gives access to them.
fn access(client_name: &str) -> Option<MidiInput> {
    MidiInput::new(client_name).ok()
}

/// The names of all ports there are, for people; `None` where there is no access to any.
pub(crate) fn port_names(client_name: &str) -> Option<Vec<String>> {
    super::system::quieten();
    let input = access(client_name)?;
    Some(input.ports().iter().filter_map(|port| input.port_name(port).ok()).collect())
}

/// Ports that are followed.
struct Following {
    /// A part of their names; without it all.
    wanted: Option<String>,
    client_name: String,
    inputs: MidiInputs,
    connections: Connections,
    heard: Arc<Mutex<Heard>>,
    was_unavailable: bool,
}

impl Following {
    /// Looks which ports there are.
    fn look(&mut self) {
        let is_unavailable = !self.follow();
        if is_unavailable && !self.was_unavailable {
            info!("no MIDI port is heard: {UNAVAILABLE}");
        }
        self.was_unavailable = is_unavailable;
        let mut names: Vec<String> = self.connections.values().map(|(name, _)| name.clone()).collect();
        names.sort();
        *self.heard.lock().unwrap_or_else(PoisonError::into_inner) = Heard { names, is_unavailable };
    }

    /// Connects the ports that have come, and lets go of those that have gone. Returns false where there is no access to any.
    fn follow(&mut self) -> bool {
        let Some(finder) = access(&self.client_name) else { return false };
        let ports = finder.ports();
        let ids: Vec<String> = ports.iter().map(midir::MidiInputPort::id).collect();
        let gone: Vec<String> = self.connections.keys().filter(|id| !ids.contains(id)).cloned().collect();
        for (name, connection) in gone.iter().filter_map(|id| self.connections.remove(id)) {
            info!("the MIDI port \"{name}\" has gone");
            // What it held ends with its connection.
            drop(connection.close());
        }
        for (port, id) in ports.iter().zip(ids) {
            let Ok(name) = finder.port_name(port) else { continue };
            let is_wanted = self.wanted.as_deref().is_none_or(|wanted| is_named(&name, wanted));
            if !self.connections.contains_key(&id) && is_wanted {
                self.connect(port, id, name);
            }
        }
        true
    }

    fn connect(&mut self, port: &midir::MidiInputPort, id: String, name: String) {
        let Some(mut input) = access(&self.client_name) else { return };
        input.ignore(Ignore::All);
        let play = |_, message: &[u8], connection: &mut MidiConnection| {
            // What is no channel message concerns no plugin.
            if let Ok(event) = MidiEvent::new(0, message) {
                connection.play(event);
            }
        };
        match input.connect(port, "notes", play, self.inputs.connect()) {
            Ok(connection) => {
                info!("the MIDI port \"{name}\" is heard");
                self.connections.insert(id, (name, connection));
            }
            Err(error) => debug!(%error, "the MIDI port \"{name}\" is not heard"),
        }
    }
}

/// Whether a port is meant by a part of its name.
pub(crate) fn is_named(name: &str, wanted: &str) -> bool {
    name.to_lowercase().contains(&wanted.to_lowercase())
}
