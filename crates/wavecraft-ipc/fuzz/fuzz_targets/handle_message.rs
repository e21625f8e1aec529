//! Any bytes as a message: the handler must survive them, answer in JSON-RPC 2.0 or not at all, and change exactly the
//! parameters that it says it has changed.

#![no_main]

use std::sync::{Arc, LazyLock};

use libfuzzer_sys::fuzz_target;
use serde::Deserialize;
use serde_json::value::RawValue;
use wavecraft_ipc::{
    HostKind, InMemoryParameterHost, IpcHandler, NormalizedValue, ParameterHost, ParameterInfo, ParameterKind,
    PluginInfo, RpcError,
};

static HOST: LazyLock<Arc<InMemoryParameterHost>> = LazyLock::new(|| {
    let gain = ParameterInfo::new("gain", "Gain", ParameterKind::Float, NormalizedValue::ZERO);
    let mut slope = ParameterInfo::new("slope", "Slope", ParameterKind::Enum, NormalizedValue::ZERO);
    slope.steps = Some(2);
    slope.variants = Some(["Off", "12 dB/oct", "24 dB/oct"].map(str::to_owned).to_vec());
    let info = PluginInfo::new("Fuzz", "Wavecraft", "1.0.0", HostKind::DevServer);
    Arc::new(InMemoryParameterHost::new(info, vec![gain, slope]).expect("the ids differ"))
});

static PAGE: LazyLock<IpcHandler> = LazyLock::new(|| IpcHandler::new(HOST.clone()));

fuzz_target!(|message: &[u8]| {
    let before = HOST.all_parameters();
    let mut reply = wavecraft_ipc::Reply::default();
    PAGE.handle_bytes_into(message, &mut reply);

    for (before, after) in before.iter().zip(HOST.all_parameters()) {
        match reply.changes().iter().find(|change| change.id == after.id) {
            Some(change) => assert_eq!(change.value, after.value),
            None => assert_eq!(before.value, after.value),
        }
    }
    if let Some(text) = reply.text() {
        if text.starts_with('[') {
            let answers: Vec<Answer> = serde_json::from_str(text).expect("a batch of answers");
            assert!(!answers.is_empty());
            answers.iter().for_each(Answer::check);
        } else {
            let answer: Answer = serde_json::from_str(text).expect("an answer");
            answer.check();
            assert!(answer.error.is_none() || reply.changes().is_empty());
        }
    }
});

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

impl Answer<'_> {
    fn check(&self) {
        assert_eq!(self.jsonrpc, "2.0");
        assert!(self.result.is_some() != self.error.is_some());
        let id = self.id.get();
        // That it is JSON shows in its having been read.
        let is_text_or_number = id.starts_with(|start: char| "\"-".contains(start) || start.is_ascii_digit());
        assert!(id == "null" || is_text_or_number, "{id}");
    }
}
