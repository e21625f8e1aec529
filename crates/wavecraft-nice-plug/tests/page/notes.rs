//! Notes on their way from a page's messages to the audio thread.

use std::sync::Arc;

use nice_plug::midi::{Channel, Key, NoteEvent, VoiceID};
use wavecraft_ipc::{HostKind, PluginInfo};
use wavecraft_nice_plug::page::{Connection, LatestLevels, NotificationOutbox, PageNoteEvents, page_notes};

use super::Fixture;

/// A page of a plugin that takes notes, and the audio thread's end.
fn playable() -> (Connection, PageNoteEvents) {
    let fixture = Fixture::new();
    let table = Arc::clone(&fixture.daw.table);
    let (notes, events) = page_notes();
    let info = PluginInfo::new("Organ", "Nobody", "1.0.0", HostKind::Plugin);
    let host = fixture.host_of(info).with_notes(Arc::new(notes));
    let outbox = NotificationOutbox::new(table, fixture.dirty, None, LatestLevels::default());
    (Connection::new(Arc::new(host), outbox), events)
}

fn receive(connection: &mut Connection, method: &str, params: &str) -> String {
    let mut received = Vec::new();
    let message = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#);
    connection.receive(&message, |text| received.push(text));
    received.concat()
}

/// The events of the next block.
fn block(events: &mut PageNoteEvents) -> Vec<NoteEvent<()>> {
    events.begin_block();
    std::iter::from_fn(|| events.next_event()).collect()
}

fn key(event: &NoteEvent<()>) -> (bool, u8) {
    match event {
        NoteEvent::NoteOn { key: Key::Number(key), .. } => (true, *key),
        NoteEvent::NoteOff { key: Key::Number(key), .. } => (false, *key),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_message_is_an_event_of_the_next_block() {
    let (mut page, mut events) = playable();
    receive(&mut page, "noteOn", r#"{"note":60,"velocity":0.25,"channel":9}"#);
    let expected = NoteEvent::NoteOn {
        timing: 0,
        voice_id: VoiceID::Wildcard,
        channel: Channel::Number(9),
        key: Key::Number(60),
        velocity: 0.25,
    };
    assert_eq!(block(&mut events), [expected]);
    assert!(receive(&mut page, "getInfo", "{}").contains(r#""midi_input":true"#));
}

#[test]
fn an_editor_that_closes_lets_go_of_its_notes() {
    let (mut page, mut events) = playable();
    receive(&mut page, "noteOn", r#"{"note":60,"velocity":1}"#);
    receive(&mut page, "noteOn", r#"{"note":64,"velocity":1}"#);
    receive(&mut page, "noteOff", r#"{"note":60}"#);
    assert_eq!(block(&mut events).iter().map(key).collect::<Vec<_>>(), [(true, 60), (true, 64), (false, 60)]);
    drop(page);
    assert_eq!(block(&mut events).iter().map(key).collect::<Vec<_>>(), [(false, 64)]);
}

#[test]
fn a_page_that_is_loaded_anew_lets_go_of_its_notes() {
    let (mut page, mut events) = playable();
    receive(&mut page, "noteOn", r#"{"note":60,"velocity":1}"#);
    page.restart();
    assert_eq!(block(&mut events).iter().map(key).collect::<Vec<_>>(), [(true, 60), (false, 60)]);
}

#[test]
fn an_effect_takes_no_notes_of_its_page() {
    let mut fixture = Fixture::new();
    assert!(fixture.received("noteOn", r#"{"note":60,"velocity":1}"#)[0].contains("takes no notes"));
    assert!(fixture.received("getInfo", "{}")[0].contains(r#""midi_input":false"#));
}
