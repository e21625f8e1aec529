//! Thousands of broken messages, the same ones on every run.

use serde::Deserialize;
use serde_json::value::RawValue;
use wavecraft_ipc::{IpcHandler, METHOD_NAMES, Reply, RpcError};

use crate::sample_plugin::{host, parameters, values};
use crate::session::RecordingSession;

const ROUNDS: usize = 30_000;

/// Pieces that have broken other parsers.
const PIECES: &[&str] = &[
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "\"",
    "\\",
    "\\u0000",
    "\\ud800",
    "\\udc00\\ud800",
    "\u{feff}",
    "\u{0}",
    "\u{1f39a}",
    "null",
    "true",
    "NaN",
    "Infinity",
    "-",
    "-0",
    "0.1.2",
    "1e400",
    "1.0",
    "1e0",
    "-1e-400",
    "1e+",
    "00",
    "99999999999999999999999",
    "0.99999999999999999999",
    "{}",
    "[]",
    "[[[[[[[[",
    "\"id\":",
    "\"id\":1,",
    "\"jsonrpc\":\"2.0\",",
    "\"value\":2",
    "\"params\":null",
];

#[test]
fn broken_messages_do_no_harm() {
    let corpus = corpus();
    let mut random = Random(0x5eed);
    let host = host();
    // With a session, so that there is none of the methods that it refuses whatever comes.
    let page = IpcHandler::new(RecordingSession::new(host.clone()));
    let mut reply = Reply::default();
    let (mut refused, mut answered, mut changed) = (0, 0, 0);

    for round in 0..ROUNDS {
        let mut message = random.pick(&corpus).clone();
        for _ in 0..random.below(4) {
            mutate(&mut message, &corpus, &mut random);
        }
        let shown = || format!("round {round}: {}", String::from_utf8_lossy(&message));
        let before = values(&*host);
        page.handle_bytes_into(&message, &mut reply);
        let after = values(&*host);

        for (position, parameter) in parameters().iter().enumerate() {
            match reply.changes().iter().find(|change| change.id == parameter.id) {
                Some(change) => assert_eq!(change.value, after[position], "{}", shown()),
                None => assert_eq!(before[position], after[position], "{}", shown()),
            }
        }
        let Some(text) = reply.text() else { continue };
        let failures = failures(text).unwrap_or_else(|| panic!("{}\nanswered with: {text}", shown()));
        if failures == [true] && !text.starts_with('[') {
            assert!(reply.changes().is_empty(), "{}", shown());
        }
        refused += usize::from(failures.contains(&true));
        answered += usize::from(failures.contains(&false));
        changed += usize::from(!reply.changes().is_empty());
    }

    // Neither side may be starved, or this would show nothing.
    assert!(refused > ROUNDS / 4, "{refused}");
    assert!(answered > ROUNDS / 12, "{answered}");
    assert!(changed > ROUNDS / 50, "{changed}");
}

/// For each answer in `text`, whether it is an error; `None` if `text` is not an answer or a batch of them.
fn failures(text: &str) -> Option<Vec<bool>> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Answer<'a> {
        jsonrpc: &'a str,
        #[serde(borrow)]
        id: &'a RawValue,
        #[serde(borrow)]
        result: Option<&'a RawValue>,
        error: Option<RpcError>,
    }

    let answers: Vec<Answer<'_>> = if text.starts_with('[') {
        serde_json::from_str(text).ok().filter(|answers: &Vec<_>| !answers.is_empty())?
    } else {
        vec![serde_json::from_str(text).ok()?]
    };
    let failure = |answer: &Answer<'_>| {
        let id = answer.id.get();
        // It is JSON, or the answer could not have been read.
        let id_is_right =
            id == "null" || id.starts_with(|start: char| "\"-".contains(start) || start.is_ascii_digit());
        match (answer.jsonrpc, &answer.result, &answer.error) {
            ("2.0", Some(_), None) if id_is_right => Some(false),
            ("2.0", None, Some(error)) if id_is_right && !error.message.is_empty() => Some(true),
            _ => None,
        }
    };
    answers.iter().map(failure).collect()
}

/// Messages of every kind, all of them right.
fn corpus() -> Vec<Vec<u8>> {
    let params = [
        "{}",
        r#"{"id":"gain"}"#,
        r#"{"id":"gain","value":0.25}"#,
        r#"{"value":1,"id":"slope"}"#,
        r#"{"id":"bypass","value":1e-3}"#,
        r#"{"id":"a \"b\" \\ \u00e9","value":0.125}"#,
        r#"{"id":"gain","text":"-6 dB"}"#,
        r#"{"width":800,"height":500}"#,
        r#"{"slot":"b"}"#,
        r#"{"note":60,"velocity":0.5,"channel":3}"#,
        r#"{"name":"Mine","tags":["voice"],"replace":true}"#,
    ];
    let mut messages = Vec::new();
    for method in METHOD_NAMES {
        for params in params {
            for id in ["\"id\":17,", "\"id\":-1.50e+2,", "\"id\":\"a-b\",", "\"id\":null,", ""] {
                messages.push(format!(r#"{{"jsonrpc":"2.0",{id}"method":"{method}","params":{params}}}"#));
            }
        }
    }
    // Half of the values are written again and again, so that changes are as frequent as anything else.
    for step in 0..600 {
        let value = f64::from(step) / 599.0;
        messages.push(format!(
            r#"{{"jsonrpc":"2.0","id":{step},"method":"setParameter","params":{{"id":"gain","value":{value}}}}}"#
        ));
    }
    for note in 0..128 {
        messages.push(format!(
            r#"{{"jsonrpc":"2.0","id":{note},"method":"noteOn","params":{{"note":{note},"velocity":0.5}}}}"#
        ));
    }
    for resolution in 100..228 {
        messages.push(format!(
            r#"{{"jsonrpc":"2.0","id":{resolution},"method":"subscribeSignal","params":{{"id":"before","resolution":{resolution}}}}}"#
        ));
    }
    let batches: Vec<_> = messages.chunks(5).map(|some| format!("[{}]", some.join(" , "))).collect();
    messages.extend(batches);
    messages.into_iter().map(String::into_bytes).collect()
}

fn mutate(message: &mut Vec<u8>, corpus: &[Vec<u8>], random: &mut Random) {
    let (start, end) = random.range(message.len());
    match random.below(9) {
        0 if start < message.len() => message[start] ^= 1 << random.below(8),
        1 => message.truncate(start),
        2 => drop(message.drain(start..end)),
        3 => {
            let copy = message[start..end].to_vec();
            message.splice(end..end, copy);
        }
        4 => {
            let other = random.pick(corpus);
            let (from, to) = random.range(other.len());
            message.splice(start..end, other[from..to].iter().copied());
        }
        5 => {
            let depth = random.below(5_000);
            message.splice(start..start, [b"[{\""[random.below(3)]].repeat(depth));
        }
        6 => {
            let digits = random.below(50);
            message.splice(start..start, b"9".repeat(digits));
        }
        _ => {
            let piece = random.pick(PIECES);
            message.splice(start..(start + random.below(2)).min(message.len()), piece.bytes());
        }
    }
}

/// The splitmix64 sequence: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// Below `limit`, or 0.
    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    /// Two places in something of this length, in order.
    fn range(&mut self, length: usize) -> (usize, usize) {
        let (one, other) = (self.below(length + 1), self.below(length + 1));
        (one.min(other), one.max(other))
    }

    fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}
