//! The list of all devices, for people.

#[cfg(target_os = "linux")]
use super::SoundServer;
use super::midi_destinations::destination_names;
use super::midi_ports::port_names;
use super::{Found, JackServer, SystemDevices, direction};

/// A list of all devices and MIDI ports, by the ways to them, the preferred one first. Not for the audio thread; it takes a moment.
/// `client_name` is what the servers that are asked call this program meanwhile.
pub fn list_devices(client_name: &str) -> String {
    let mut text = String::new();
    let mut add = |backend: &str, list: &dyn Fn(bool) -> Vec<Found>| {
        for is_input in [true, false] {
            let found = list(is_input);
            let kind = direction(is_input);
            text += &[backend, " ", kind, if found.is_empty() { "s: none\n" } else { "s\n" }].concat();
            for Found { id, name } in found {
                text += &["  ", &id, "\n"].concat();
                if name != id {
                    text += &["      ", &name, "\n"].concat();
                }
            }
        }
    };
    if let Some(jack) = JackServer::running(client_name) {
        add(JackServer::NAME, &|is_input| jack.list(is_input));
    }
    #[cfg(target_os = "linux")]
    if let Some(server) = SoundServer::connect(client_name) {
        add(SoundServer::NAME, &|is_input| server.list(is_input));
    }
    if let Some(own) = SystemDevices::own() {
        add(own.name(), &|is_input| own.list(is_input));
    }
    if let Some(jack) = JackServer::running(client_name) {
        add_ports(&mut text, "JACK MIDI ports", &jack.list_midi(true));
        add_ports(&mut text, "JACK MIDI ports for --midi-output", &jack.list_midi(false));
    }
    match port_names(client_name) {
        Some(names) => add_ports(&mut text, "MIDI ports", &names),
        None => text += "MIDI ports: no access\n",
    }
    if let Some(names) = destination_names(client_name) {
        add_ports(&mut text, "MIDI ports for --midi-output", &names);
    }
    text
}

fn add_ports(text: &mut String, title: &str, names: &[String]) {
    *text += &[title, if names.is_empty() { ": none\n" } else { "\n" }].concat();
    for name in names {
        *text += &["  ", name, "\n"].concat();
    }
}
