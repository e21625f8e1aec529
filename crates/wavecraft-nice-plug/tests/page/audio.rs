//! For what the host runs the plugin's audio, as its page learns it.

use std::sync::Arc;

use wavecraft_ipc::{HostKind, PluginInfo};
use wavecraft_nice_plug::page::{Connection, HostAudio, HostAudioFormat, LatestLevels, NotificationOutbox};

use super::Fixture;

/// A page of a plugin that `audio` is written for.
fn page_of(audio: &Arc<HostAudio>, is_fresh_page: bool) -> Connection {
    let fixture = Fixture::new();
    let table = Arc::clone(&fixture.daw.table);
    let info = PluginInfo::new("Test", "Nobody", "1.0.0", HostKind::Plugin);
    let host = fixture.host_of(info).with_audio(Arc::clone(audio));
    let mut outbox = NotificationOutbox::new(table, fixture.dirty, None, LatestLevels::default())
        .with_audio(Arc::clone(audio));
    if !is_fresh_page {
        outbox.mark_audio();
    }
    Connection::new(Arc::new(host), outbox)
}

fn asked(page: &mut Connection) -> String {
    let mut received = Vec::new();
    let message = r#"{"jsonrpc":"2.0","id":1,"method":"getAudioStatus","params":{}}"#;
    page.receive(message, |text| received.push(text));
    received.concat()
}

fn told(page: &mut Connection) -> Vec<String> {
    let mut told = Vec::new();
    page.tick(|text| told.push(text.to_owned()));
    told
}

const FORMAT: HostAudioFormat = HostAudioFormat { sample_rate_hz: 44_100.0, max_block_frames: 512 };

#[test]
fn a_page_learns_the_rate_and_block_when_it_asks_and_each_time_the_host_changes_them() {
    let audio = Arc::default();
    let mut page = page_of(&audio, true);
    assert!(asked(&mut page).contains(r#""status":null"#));
    assert!(told(&mut page).is_empty());

    audio.set(FORMAT);
    let answer = asked(&mut page);
    assert!(answer.contains(r#""phase":"runningFullDuplex""#), "{answer}");
    assert!(answer.contains(r#""sample_rate":44100"#) && answer.contains(r#""buffer_size":512"#), "{answer}");
    assert!(told(&mut page)[0].contains(r#""method":"audioStatusChanged""#));
    assert!(told(&mut page).is_empty());

    audio.set(HostAudioFormat { sample_rate_hz: 96_000.0, ..FORMAT });
    let news = told(&mut page);
    assert_eq!(news.len(), 1);
    assert!(news[0].contains(r#""sample_rate":96000"#), "{news:?}");
    audio.set(HostAudioFormat { sample_rate_hz: 96_000.0, ..FORMAT });
    assert!(told(&mut page).is_empty());
}

#[test]
fn a_page_whose_window_was_closed_is_told_at_its_reopening() {
    let audio = Arc::default();
    HostAudio::set(&audio, FORMAT);
    assert!(told(&mut page_of(&audio, true)).is_empty(), "a fresh page asks");
    assert_eq!(told(&mut page_of(&audio, false)).len(), 1);
}
