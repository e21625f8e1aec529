//! Who hears of a change, and in which order.

use wavecraft_ipc::{IpcHandler, ParameterHost};

use crate::sample_plugin::{host, value};

fn set(id: &str, value: f32) -> String {
    format!(r#"{{"jsonrpc":"2.0","method":"setParameter","params":{{"id":"{id}","value":{value}}}}}"#)
}

fn changed(id: &str, value: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","method":"parameterChanged","params":{{"id":"{id}","value":{value}}}}}"#)
}

#[test]
fn the_sender_hears_only_what_it_does_not_know() {
    let host = host();
    let page = IpcHandler::new(host.clone());

    let reply = page.handle(&set("gain", 0.1));
    let told = reply.changes()[0].notification(&*host).unwrap();
    assert_eq!((told.text, told.concerns_sender), (changed("gain", "0.1"), false));

    let reply = page.handle(&set("slope", 0.7));
    let told = reply.changes()[0].notification(&*host).unwrap();
    assert_eq!((told.text, told.concerns_sender), (changed("slope", "0.5"), true));
}

#[test]
fn a_batch_tells_each_outcome_once_in_order() {
    let host = host();
    let page = IpcHandler::new(host.clone());
    let batch =
        [set("gain", 0.1), set("slope", 1.0), set("gain", 2.0), set("gain", 0.3), set("nothing", 0.5)];
    let mut reply = page.handle(&format!("[{}]", batch.join(",")));
    let changes = reply.take_changes();
    let told: Vec<_> = changes.iter().map(|change| change.notification(&*host).unwrap().text).collect();
    assert_eq!(told, [changed("slope", "1.0"), changed("gain", "0.3")]);
    assert!(reply.changes().is_empty());
}

#[test]
fn a_notification_is_of_the_value_when_it_is_told() {
    let host = host();
    let (one, other) = (IpcHandler::new(host.clone()), IpcHandler::new(host.clone()));
    let first = one.handle(&set("gain", 0.1)).take_changes();
    let second = other.handle(&set("gain", 0.9)).take_changes();
    // Told in the wrong order, and still all end with 0.9.
    for (change, concerns_sender) in [(&second[0], false), (&first[0], true)] {
        let told = change.notification(&*host).unwrap();
        assert_eq!((told.text, told.concerns_sender), (changed("gain", "0.9"), concerns_sender));
    }
}

#[test]
fn there_is_no_notification_of_what_a_reload_took_away() {
    let host = host();
    let page = IpcHandler::new(host.clone());
    let changes = page.handle(&set("gain", 0.1)).take_changes();
    host.replace_parameters_and(Vec::new(), |_| {}).unwrap();
    assert_eq!(changes[0].notification(&*host), None);
}

#[test]
fn reading_changes_nothing() {
    let host = host();
    let page = IpcHandler::new(host.clone());
    for method in ["ping", "getInfo", "getAllParameters", "getMeterFrame", "getAudioStatus"] {
        let reply = page.handle(&format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}"}}"#));
        assert!(reply.changes().is_empty(), "{method}");
    }
    assert_eq!(host.get_parameter("gain"), Ok(value(0.5)));
}
