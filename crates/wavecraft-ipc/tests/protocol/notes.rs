//! Every note that a page begins ends, whatever the page does and whenever it goes.

use std::sync::Arc;

use wavecraft_ipc::methods::{GetInfo, NoteOff, NoteOffParams, NoteOn, NoteOnParams};
use wavecraft_ipc::{Empty, ErrorCode, IpcHandler, NoteNumber, RpcError, request};

use crate::sample_plugin::{Conduct, RecordingHost, page};

const DONE: &str = r#"{"jsonrpc":"2.0","id":1,"result":{}}"#;

fn number(number: u8) -> NoteNumber {
    NoteNumber::new(number).expect("tests use notes that there are")
}

fn on(page: &IpcHandler, note: u8, velocity: f32) -> bool {
    let params = NoteOnParams { note: number(note), velocity: velocity.into(), channel: None };
    page.handle(&request::<NoteOn>(1, &params)).text() == Some(DONE)
}

fn off(page: &IpcHandler, note: u8) -> bool {
    let params = NoteOffParams { note: number(note), channel: None, velocity: None };
    page.handle(&request::<NoteOff>(1, &params)).text() == Some(DONE)
}

fn call(page: &IpcHandler, method: &str, params: &str) -> Result<(), RpcError> {
    let reply = page.handle(&format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#));
    let text = reply.text().expect("a request has an answer");
    let mut answer: serde_json::Value = serde_json::from_str(text).expect(text);
    match answer["error"].take() {
        serde_json::Value::Null => Ok(()),
        error => Err(serde_json::from_value(error).expect("an error of the protocol")),
    }
}

fn recorded() -> (Arc<RecordingHost>, IpcHandler) {
    let host = RecordingHost::new(Conduct::Obey);
    let page = IpcHandler::new(host.clone());
    (host, page)
}

#[test]
fn a_note_reaches_the_host_with_its_channel_and_velocities() {
    let (host, page) = recorded();
    call(&page, "noteOn", r#"{"note":60,"velocity":0.75,"channel":15}"#).unwrap();
    call(&page, "noteOff", r#"{"note":60,"channel":15,"velocity":0.25}"#).unwrap();
    assert!(on(&page, 127, 1.0) && off(&page, 127));
    drop(page);
    let release = 64.0_f32 / 127.0;
    assert_eq!(
        host.take_calls(),
        [
            "on 60 of 15 at 0.75".to_owned(),
            "off 60 of 15 at 0.25".to_owned(),
            "on 127 of 0 at 1".to_owned(),
            format!("off 127 of 0 at {release}"),
        ]
    );
}

#[test]
fn the_softest_note_is_no_end_of_one() {
    let (host, page) = recorded();
    assert!(on(&page, 60, 0.0));
    assert_eq!(host.take_calls(), [format!("on 60 of 0 at {}", 1.0_f32 / 127.0)]);
}

#[test]
fn a_note_that_is_held_is_ended_before_it_begins_anew() {
    let (host, page) = recorded();
    assert!(on(&page, 60, 0.5) && on(&page, 60, 1.0));
    let calls = host.take_calls();
    assert_eq!(calls.len(), 3);
    assert!(calls[1].starts_with("off 60") && calls[2] == "on 60 of 0 at 1", "{calls:?}");
    assert!(off(&page, 60) && off(&page, 60));
    assert_eq!(host.take_calls().len(), 1);
}

#[test]
fn the_same_key_on_two_channels_is_two_notes() {
    let (host, page) = recorded();
    call(&page, "noteOn", r#"{"note":60,"velocity":1,"channel":1}"#).unwrap();
    call(&page, "noteOff", r#"{"note":60,"channel":2}"#).unwrap();
    assert_eq!(host.take_calls(), ["on 60 of 1 at 1"]);
}

#[test]
fn a_page_that_vanishes_lets_go_of_its_notes_alone() {
    let (host, one) = recorded();
    let other = IpcHandler::new(host.clone());
    assert!(on(&one, 60, 1.0) && on(&one, 64, 1.0) && off(&one, 60) && on(&other, 67, 1.0));
    host.take_calls();
    assert!(off(&other, 64));
    drop(one);
    let calls = host.take_calls();
    assert!(calls.len() == 1 && calls[0].starts_with("off 64"), "{calls:?}");
    drop(other);
    assert!(host.take_calls()[0].starts_with("off 67"));
}

#[test]
fn a_page_that_is_loaded_again_lets_go_once() {
    let (host, page) = recorded();
    assert!(on(&page, 60, 1.0));
    page.release_all();
    page.release_all();
    assert_eq!(host.take_calls().len(), 2);
    assert!(off(&page, 60));
    drop(page);
    assert!(host.take_calls().is_empty());
}

#[test]
fn a_note_that_could_not_begin_is_not_ended() {
    for conduct in [Conduct::Fail, Conduct::Panic] {
        let host = RecordingHost::new(conduct);
        let page = IpcHandler::new(host.clone());
        let refused = call(&page, "noteOn", r#"{"note":60,"velocity":1}"#).unwrap_err();
        assert_eq!(refused.code, ErrorCode::InternalError);
        assert!(off(&page, 60));
        drop(page);
        assert_eq!(host.take_calls(), ["on 60 of 0 at 1"]);
    }
}

#[test]
fn what_is_out_of_range_is_refused_by_name_and_plays_nothing() {
    let (host, page) = recorded();
    let wrong = |method: &str, params: &str, code: ErrorCode, words: &str| {
        let error = call(&page, method, params).unwrap_err();
        assert_eq!(error.code, code, "{params}: {error}");
        assert!(error.message.contains(words), "{params}: {error}");
    };
    for note in ["128", "-1", "300", "1e300", "60.5"] {
        let words = if note.parse::<i64>().is_ok() { "no note" } else { "0 to 127" };
        wrong("noteOn", &format!(r#"{{"note":{note},"velocity":1}}"#), ErrorCode::InvalidParams, words);
        wrong("noteOff", &format!(r#"{{"note":{note}}}"#), ErrorCode::InvalidParams, words);
    }
    for channel in ["16", "-1"] {
        let on = format!(r#"{{"note":60,"velocity":1,"channel":{channel}}}"#);
        wrong("noteOn", &on, ErrorCode::InvalidParams, "no channel");
    }
    for velocity in ["1.00000001", "-0.1", "1e400"] {
        let on = format!(r#"{{"note":60,"velocity":{velocity}}}"#);
        wrong("noteOn", &on, ErrorCode::ValueOutOfRange, "[0, 1]");
        wrong("noteOff", &on, ErrorCode::ValueOutOfRange, "[0, 1]");
    }
    wrong("noteOn", r#"{"note":60}"#, ErrorCode::InvalidParams, "`velocity`");
    wrong("noteOn", r#"{"note":60,"velocity":"loud"}"#, ErrorCode::InvalidParams, "must be a number");
    wrong("noteOff", r#"{"note":60,"more":1}"#, ErrorCode::InvalidParams, "`more`");
    assert!(host.take_calls().is_empty());
}

#[test]
fn a_plugin_without_notes_says_so_and_refuses_them() {
    let (_, playable) = recorded();
    let page = page();
    let info = |page: &IpcHandler| page.handle(&request::<GetInfo>(1, &Empty {})).take_text().unwrap();
    assert!(info(&playable).contains(r#""midi_input":true"#));
    assert!(info(&page).contains(r#""midi_input":false"#));
    for (method, params) in [("noteOn", r#"{"note":60,"velocity":1}"#), ("noteOff", r#"{"note":60}"#)] {
        let error = call(&page, method, params).unwrap_err();
        assert_eq!(error.code, ErrorCode::MethodNotFound);
        assert!(error.message.contains("takes no notes"), "{error}");
    }
}
