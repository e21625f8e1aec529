//! Every drag is one gesture, whatever the page does and whenever it goes.

use std::sync::Arc;

use wavecraft_ipc::methods::{BeginGesture, EndGesture, GestureParams, SetParameter, SetParameterParams};
use wavecraft_ipc::{IpcHandler, request};

use crate::sample_plugin::{Conduct, RecordingHost};

fn begin(page: &IpcHandler, id: &str) -> bool {
    succeeds(page, &request::<BeginGesture>(1, &GestureParams { id: id.into() }))
}

fn end(page: &IpcHandler, id: &str) -> bool {
    succeeds(page, &request::<EndGesture>(1, &GestureParams { id: id.into() }))
}

fn set(page: &IpcHandler, id: &str, value: f32) -> bool {
    succeeds(page, &request::<SetParameter>(1, &SetParameterParams { id: id.into(), value: value.into() }))
}

fn succeeds(page: &IpcHandler, message: &str) -> bool {
    page.handle(message).text() == Some(r#"{"jsonrpc":"2.0","id":1,"result":{}}"#)
}

fn recorded() -> (Arc<RecordingHost>, IpcHandler) {
    let host = RecordingHost::new(Conduct::Obey);
    let page = IpcHandler::new(host.clone());
    (host, page)
}

#[test]
fn a_drag_reaches_the_host_as_begin_values_end() {
    let (host, page) = recorded();
    assert!(begin(&page, "gain"));
    assert!(set(&page, "gain", 0.6));
    assert!(set(&page, "gain", 0.7));
    assert!(end(&page, "gain"));
    drop(page);
    assert_eq!(host.take_calls(), ["begin gain", "set gain 0.6", "set gain 0.7", "end gain"]);
}

#[test]
fn beginning_twice_and_ending_twice_is_one_gesture() {
    let (host, page) = recorded();
    assert!(end(&page, "gain"));
    assert!(begin(&page, "gain") && begin(&page, "gain"));
    assert!(end(&page, "gain") && end(&page, "gain"));
    assert_eq!(host.take_calls(), ["begin gain", "end gain"]);
}

#[test]
fn a_page_that_vanishes_lets_go() {
    let (host, page) = recorded();
    assert!(begin(&page, "gain") && begin(&page, "slope") && end(&page, "gain"));
    host.take_calls();
    drop(page);
    assert_eq!(host.take_calls(), ["end slope"]);
}

#[test]
fn a_page_that_is_loaded_again_lets_go_once() {
    let (host, page) = recorded();
    assert!(begin(&page, "gain"));
    page.release_all();
    page.release_all();
    assert_eq!(host.take_calls(), ["begin gain", "end gain"]);
    assert!(begin(&page, "gain"));
    drop(page);
    assert_eq!(host.take_calls(), ["begin gain", "end gain"]);
}

#[test]
fn pages_hold_their_gestures_apart() {
    let (host, one) = recorded();
    let other = IpcHandler::new(host.clone());
    assert!(begin(&one, "gain"));
    assert!(end(&other, "gain"));
    assert_eq!(host.take_calls(), ["begin gain"]);
    assert!(begin(&other, "gain"));
    drop(one);
    assert_eq!(host.take_calls(), ["begin gain", "end gain"]);
    drop(other);
    assert_eq!(host.take_calls(), ["end gain"]);
}

#[test]
fn a_gesture_that_could_not_begin_is_not_ended() {
    for conduct in [Conduct::Fail, Conduct::Panic] {
        let host = RecordingHost::new(conduct);
        let page = IpcHandler::new(host.clone());
        assert!(!begin(&page, "gain"));
        assert!(end(&page, "gain"));
        drop(page);
        assert_eq!(host.take_calls(), ["begin gain"]);
    }
}
