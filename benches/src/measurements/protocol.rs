//! A knob's message from text to answer, beside what `serde_json` alone takes for the same texts: under 1 µs.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use serde::{Deserialize, Serialize};
use wavecraft_ipc::{HostKind, InMemoryParameterHost, IpcHandler, PluginInfo, Reply};

use crate::parameters;
use crate::row::Row;
use crate::timing::compare;

const SET: &str = r#"{"jsonrpc":"2.0","id":1234,"method":"setParameter","params":{"id":"output_gain","value":0.7071067690849304}}"#;

/// Messages in a turn.
const MESSAGES: usize = 200;

#[derive(Deserialize)]
struct Request<'a> {
    jsonrpc: &'a str,
    id: u64,
    method: &'a str,
    #[serde(borrow)]
    params: Params<'a>,
}

#[derive(Deserialize)]
struct Params<'a> {
    id: &'a str,
    value: f32,
}

#[derive(Serialize)]
struct Answer<'a> {
    jsonrpc: &'a str,
    id: u64,
    result: Empty,
}

#[derive(Serialize)]
struct Empty {}

const LONGEST_NS: f64 = 1e3;

/// The time of one message, on this plugin's own parameters.
pub fn measure() -> Result<Vec<Row>> {
    let info = PluginInfo::new("Wavecraft", "Wavecraft", "1.0.0", HostKind::DevServer);
    let handler = IpcHandler::new(Arc::new(InMemoryParameterHost::new(info, parameters::infos())?));
    let mut reply = Reply::default();
    let [handled, bare] = compare(
        Duration::from_secs(1),
        [
            &mut || {
                for _ in 0..MESSAGES {
                    handler.handle_into(black_box(SET), &mut reply);
                    assert!(reply.text().is_some_and(|text| text.ends_with("\"result\":{}}")));
                }
            },
            &mut || {
                for _ in 0..MESSAGES {
                    let request: Request<'_> = serde_json::from_str(black_box(SET)).expect("it is a request");
                    black_box((request.method, request.params.id, request.params.value));
                    let answer = Answer { jsonrpc: request.jsonrpc, id: request.id, result: Empty {} };
                    black_box(serde_json::to_string(&answer).expect("a struct can be written"));
                }
            },
        ],
    );
    let row = Row::timed("setParameter, text in, text out", handled.per(MESSAGES));
    let row = row.in_times_of("bare serde_json round trip", bare.per(MESSAGES).median);
    Ok(vec![row.with_below(LONGEST_NS)])
}
