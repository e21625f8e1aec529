//! What a page asks of the plugin's signals.

use std::sync::Arc;

use wavecraft_ipc::notifications::{SignalUpdated, notification};
use wavecraft_ipc::{
    HostKind, InMemoryParameterHost, IpcHandler, PluginInfo, SignalInfo, SignalKind, SignalRequest,
    SignalUpdate,
};

fn page() -> IpcHandler {
    let signals = [("before", SignalKind::Spectrum), ("after", SignalKind::Waveform)]
        .map(|(id, kind)| SignalInfo::new(id, id, kind, 1));
    let info = PluginInfo::new("Test", "Nobody", "1.0.0", HostKind::Plugin).with_signals(signals.to_vec());
    IpcHandler::new(Arc::new(
        InMemoryParameterHost::new(info, Vec::new()).expect("a host without parameters"),
    ))
}

fn call(page: &IpcHandler, method: &str, params: &str) -> String {
    let message = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#);
    page.handle(&message).text().expect("an answer").to_owned()
}

fn request(id: &str, resolution: u32) -> SignalRequest {
    SignalRequest { id: id.to_owned(), resolution }
}

#[test]
fn a_page_has_each_signal_once_at_the_resolution_that_it_asked_for_last() {
    let page = page();
    assert_eq!(page.take_changed_signal_requests(), None);
    assert!(call(&page, "subscribeSignal", r#"{"id":"before"}"#).contains(r#""result":{}"#));
    assert!(call(&page, "subscribeSignal", r#"{"id":"after","resolution":16}"#).contains("result"));
    let asked = [request("before", 256), request("after", 16)];
    assert_eq!(page.take_changed_signal_requests().unwrap(), asked);
    call(&page, "subscribeSignal", r#"{"id":"after","resolution":16}"#);
    assert_eq!(page.take_changed_signal_requests(), None, "the same again changes nothing");
    call(&page, "subscribeSignal", r#"{"id":"before","resolution":2048}"#);
    assert_eq!(
        page.take_changed_signal_requests().unwrap(),
        [request("after", 16), request("before", 2_048)]
    );
    for _ in 0..2 {
        assert!(call(&page, "unsubscribeSignal", r#"{"id":"after"}"#).contains(r#""result":{}"#));
    }
    assert_eq!(page.take_changed_signal_requests().unwrap(), [request("before", 2_048)]);
    assert_eq!(page.signal_requests(), [request("before", 2_048)]);
}

#[test]
fn what_is_refused_changes_nothing_and_says_why() {
    let page = page();
    let unknown = call(&page, "subscribeSignal", r#"{"id":"typo"}"#);
    assert!(
        unknown.contains("-32006") && unknown.contains("no signal has the id `typo`; getInfo"),
        "{unknown}"
    );
    for resolution in ["0", "15", "2049", "4294967295"] {
        let params = format!(r#"{{"id":"before","resolution":{resolution}}}"#);
        let refused = call(&page, "subscribeSignal", &params);
        assert!(refused.contains("-32602") && refused.contains("from 16 to 2048 columns"), "{refused}");
    }
    for params in [r#"{"id":"before","resolution":-1}"#, r#"{"id":"before","resolution":64.5}"#, "{}"] {
        let refused = call(&page, "subscribeSignal", params);
        assert!(refused.contains("-32602") && refused.contains("resolution?: integer"), "{refused}");
    }
    assert!(call(&page, "unsubscribeSignal", r#"{"id":"before","resolution":16}"#).contains("-32602"));
    assert_eq!(page.take_changed_signal_requests(), None);
}

#[test]
fn a_page_that_is_loaded_again_has_asked_for_nothing() {
    let page = page();
    call(&page, "subscribeSignal", r#"{"id":"before"}"#);
    page.set_signal_requests(Vec::new());
    assert_eq!(page.take_changed_signal_requests(), Some(Vec::new()));
}

#[test]
fn a_signal_s_numbers_are_json_whatever_they_are() {
    let values = [-120.0, -6.1, f32::NAN, f32::INFINITY];
    let update = SignalUpdate { id: "before".into(), timestamp_us: 7, values: values[..].into() };
    assert_eq!(
        notification::<SignalUpdated>(&update),
        r#"{"jsonrpc":"2.0","method":"signalUpdate","params":{"id":"before","timestamp_us":7,"values":[-120.0,-6.1,0.0,3.4028235e+38]}}"#
    );
}
