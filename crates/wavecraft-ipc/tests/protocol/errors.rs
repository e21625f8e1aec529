//! Every error code, with messages that name the thing.

use serde::Deserialize;
use wavecraft_ipc::{ErrorCode, IpcHandler, RpcError};

use crate::sample_plugin::{Conduct, RecordingHost, host, values};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Failure<'a> {
    jsonrpc: &'a str,
    id: serde_json::Value,
    error: RpcError,
}

/// Sends a message to a fresh sample plugin, and checks that it is refused with `code`, under `id`, with a message that
/// holds `words`, and that nothing has changed.
fn refused(message: &str, code: ErrorCode, id: impl Into<serde_json::Value>, words: &str) {
    let host = host();
    let before = values(&*host);
    let reply = IpcHandler::new(host.clone()).handle(message);
    let text = reply.text().expect(message);
    let failure: Failure<'_> = serde_json::from_str(text).expect(text);
    assert_eq!(
        (failure.jsonrpc, &failure.id, failure.error.code),
        ("2.0", &id.into(), code),
        "{message}: {text}"
    );
    assert!(failure.error.message.contains(words), "{message}: {text}");
    assert!(reply.changes().is_empty(), "{message}");
    assert_eq!(values(&*host), before, "{message}");
}

fn call(method: &str, params: &str) -> String {
    format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#)
}

#[test]
fn parse_error_when_it_is_not_json() {
    for message in [
        "",
        " ",
        "ping",
        "{",
        "[",
        r#"{"jsonrpc":"2.0","id":1,"method":"ping""#,
        r#"{"jsonrpc":"2.0","id":1,"method":"ping"}}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"ping",}"#,
        r#"{"jsonrpc":"2.0","id":01,"method":"ping"}"#,
        r#"{"jsonrpc":"2.0","id":1,"method":"ping","params":{"value":NaN}}"#,
        r"{'jsonrpc':'2.0','id':1,'method':'ping'}",
        "\u{feff}{}",
        "[1,]",
        "\"a\u{1}\"",
        "nul",
        r#"[{"jsonrpc":"2.0","id":1,"method":"ping"}"#,
    ] {
        refused(message, ErrorCode::ParseError, (), "not JSON");
    }
}

#[test]
fn invalid_request_when_it_is_json_but_no_request() {
    for message in ["1", "null", "true", r#""ping""#, "-1e400"] {
        refused(message, ErrorCode::InvalidRequest, (), "object");
    }
    refused("{}", ErrorCode::InvalidRequest, (), "jsonrpc");
    refused(r#"{"id":7,"method":"ping"}"#, ErrorCode::InvalidRequest, 7, "jsonrpc");
    refused(r#"{"jsonrpc":"1.0","id":7,"method":"ping"}"#, ErrorCode::InvalidRequest, 7, "jsonrpc");
    refused(r#"{"jsonrpc":2.0,"id":"x","method":"ping"}"#, ErrorCode::InvalidRequest, "x", "jsonrpc");
    refused(r#"{"jsonrpc":"2.0","id":7}"#, ErrorCode::InvalidRequest, 7, "method");
    refused(r#"{"jsonrpc":"2.0","id":7,"method":1,"params":"bar"}"#, ErrorCode::InvalidRequest, 7, "method");
    refused(r#"{"jsonrpc":"2.0","id":7,"method":"\ud800"}"#, ErrorCode::InvalidRequest, 7, "method");
    refused(r#"{"jsonrpc":"2.0","method":1}"#, ErrorCode::InvalidRequest, (), "method");
    refused(r#"{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}"#, ErrorCode::InvalidRequest, (), "id");
}

#[test]
fn invalid_request_when_the_id_is_none() {
    for id in ["true", "false", "{}", "[1]"] {
        let message = format!(r#"{{"jsonrpc":"2.0","id":{id},"method":"ping"}}"#);
        refused(&message, ErrorCode::InvalidRequest, (), "`id`");
    }
}

#[test]
fn method_not_found_names_it_and_the_others() {
    refused(&call("dance", "{}"), ErrorCode::MethodNotFound, 1, "`dance`");
    refused(&call("dance", "{}"), ErrorCode::MethodNotFound, 1, "setParameter");
    refused(&call("Ping", "{}"), ErrorCode::MethodNotFound, 1, "`Ping`");
    refused(&call("", "[]"), ErrorCode::MethodNotFound, 1, "``");
}

#[test]
fn invalid_params_name_the_method_and_the_member() {
    let wrong = |method, params, words| refused(&call(method, params), ErrorCode::InvalidParams, 1, words);
    wrong("getParameter", "{}", "`id`");
    wrong("getParameter", r#"{"id":1}"#, "getParameter");
    wrong("getParameter", r#"{"id":null}"#, "{id: string}");
    wrong("getParameter", r#"{"id":"\ud800"}"#, "getParameter");
    wrong("getParameter", r#"{"id":"gain","id":"gain"}"#, "`id`");
    wrong("getParameter", r#"{"id":"gain","more":1}"#, "`more`");
    wrong("setParameter", r#"{"id":"gain"}"#, "`value`");
    wrong("setParameter", r#"{"value":0.1}"#, "`id`");
    wrong("setParameter", r#"{"id":"gain","value":"0.1"}"#, "must be a number");
    wrong("setParameter", r#"{"id":"gain","value":null}"#, "must be a number");
    wrong("setParameter", r#"{"id":"gain","value":true}"#, "must be a number");
    wrong("setParameter", r#"{"id":"gain","value":[0.1]}"#, "must be a number");
    wrong("setParameter", r#"{"id":"gain","value":0.1,"values":0.2}"#, "`values`");
    wrong("beginGesture", "{}", "beginGesture");
    wrong("endGesture", r#"{"id":[]}"#, "endGesture");
    wrong("formatParameter", r#"{"id":"gain"}"#, "`value`");
    wrong("parseParameter", r#"{"id":"gain"}"#, "`text`");
    wrong("parseParameter", r#"{"id":"gain","text":6}"#, "parseParameter");
    wrong("parseParameter", r#"{"id":"gain","text":"6","clamp":1}"#, "parseParameter");
    wrong("requestResize", r#"{"width":640}"#, "`height`");
    wrong("requestResize", r#"{"width":640.5,"height":400}"#, "integer");
    wrong("requestResize", r#"{"width":-640,"height":400}"#, "requestResize");
    wrong("requestResize", r#"{"width":4294967296,"height":400}"#, "requestResize");
    wrong("requestResize", r#"{"width":640,"height":0}"#, "640 x 0");
    for method in ["ping", "getInfo", "getAllParameters", "getMeterFrame", "getAudioStatus"] {
        wrong(method, r#"{"id":"gain"}"#, method);
    }
}

#[test]
fn invalid_params_unless_they_go_by_name() {
    for params in ["[]", r#"["gain"]"#, r#"["gain",0.1]"#, "null", "1", r#""gain""#] {
        for method in ["ping", "getParameter", "setParameter"] {
            refused(&call(method, params), ErrorCode::InvalidParams, 1, "object");
        }
    }
}

#[test]
fn invalid_params_when_a_text_is_no_value() {
    refused(&call("parseParameter", r#"{"id":"gain","text":"loud"}"#), ErrorCode::InvalidParams, 1, "`loud`");
    refused(
        &call("parseParameter", r#"{"id":"slope","text":"36 dB"}"#),
        ErrorCode::InvalidParams,
        1,
        "`slope`",
    );
}

#[test]
fn no_such_parameter_is_named() {
    for (method, params) in [
        ("getParameter", r#"{"id":"gian"}"#),
        ("setParameter", r#"{"id":"gian","value":0.5}"#),
        ("beginGesture", r#"{"id":"gian"}"#),
        ("endGesture", r#"{"id":"gian"}"#),
        ("formatParameter", r#"{"id":"gian","value":0.5}"#),
        ("parseParameter", r#"{"id":"gian","text":"1"}"#),
    ] {
        refused(&call(method, params), ErrorCode::NoSuchParameter, 1, "`gian`");
    }
    refused(&call("getParameter", r#"{"id":""}"#), ErrorCode::NoSuchParameter, 1, "``");
}

#[test]
fn values_out_of_range_are_named() {
    for value in ["1.0000001", "1.00000001", "-0.0001", "-1e-60", "2", "-1", "1e39", "1e400", "-1e400"] {
        for method in ["setParameter", "formatParameter"] {
            let message = call(method, &format!(r#"{{"id":"gain","value":{value}}}"#));
            refused(&message, ErrorCode::ValueOutOfRange, 1, "[0, 1]");
        }
    }
    refused(&call("setParameter", r#"{"id":"gain","value":1.5}"#), ErrorCode::ValueOutOfRange, 1, "1.5");
}

#[test]
fn messages_do_not_grow_with_what_was_sent() {
    let long = "\u{e9}".repeat(100_000);
    for message in [
        call(&long, "{}"),
        call("getParameter", &format!(r#"{{"id":"{long}"}}"#)),
        call("getParameter", &format!(r#"{{"id":"gain","{long}":1}}"#)),
        call("parseParameter", &format!(r#"{{"id":"gain","text":"{long}"}}"#)),
        call("setParameter", &format!(r#"{{"id":"gain","value":"{long}"}}"#)),
    ] {
        let reply = IpcHandler::new(host()).handle(&message);
        assert!(reply.text().unwrap().len() < 800, "{:?}", reply.text());
    }
}

#[test]
fn internal_error_when_the_host_fails_or_panics() {
    for (conduct, words) in [(Conduct::Fail, "the bridge is closed"), (Conduct::Panic, "index out of bounds")]
    {
        for (method, params) in [
            ("setParameter", r#"{"id":"gain","value":0.25}"#),
            ("formatParameter", r#"{"id":"gain","value":0.25}"#),
            ("parseParameter", r#"{"id":"gain","text":"1"}"#),
            ("beginGesture", r#"{"id":"gain"}"#),
        ] {
            let host = RecordingHost::new(conduct);
            let page = IpcHandler::new(host.clone());
            let single = call(method, params);
            let reply = page.handle(&single);
            let failure: Failure<'_> = serde_json::from_str(reply.text().unwrap()).unwrap();
            assert_eq!((failure.id, failure.error.code), (1.into(), ErrorCode::InternalError));
            assert!(failure.error.message.contains(words), "{}", failure.error.message);
            assert!(reply.changes().is_empty());

            // The others in its batch get their answers all the same.
            let ping = r#"{"jsonrpc":"2.0","id":2,"method":"ping"}"#;
            let reply = page.handle(&format!("[{ping},{single},{ping}]"));
            let answers: Vec<serde_json::Value> = serde_json::from_str(reply.text().unwrap()).unwrap();
            let ids: Vec<_> = answers.iter().map(|answer| answer["id"].as_i64().unwrap()).collect();
            assert_eq!(ids, [2, 1, 2]);
        }
    }
}
