//! The methods by which pages teach MIDI controllers.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use wavecraft_ipc::{
    ControllerControl, ControllersState, ErrorCode, HostError, InMemoryParameterHost, IpcHandler,
    LearnedController, NormalizedValue, ParameterHost, ParameterInfo, PluginInfo,
};

use crate::sample_plugin::{host, page};

/// A host whose controllers write down what they are asked to do.
struct Taught {
    inner: Arc<InMemoryParameterHost>,
    calls: Mutex<Vec<String>>,
}

impl Taught {
    fn call(&self, call: impl Into<String>) {
        self.calls.lock().expect("nothing panics while it is held").push(call.into());
    }
}

impl ParameterHost for Taught {
    fn info(&self) -> PluginInfo {
        self.inner.info().with_controllers(true)
    }

    fn all_parameters(&self) -> Vec<ParameterInfo> {
        self.inner.all_parameters()
    }

    fn get_parameter(&self, id: &str) -> Result<NormalizedValue, HostError> {
        self.inner.get_parameter(id)
    }

    fn set_parameter(&self, id: &str, value: NormalizedValue) -> Result<NormalizedValue, HostError> {
        self.inner.set_parameter(id, value)
    }

    fn format_parameter(&self, id: &str, value: NormalizedValue) -> Result<String, HostError> {
        self.inner.format_parameter(id, value)
    }

    fn parse_parameter(&self, id: &str, text: &str) -> Result<NormalizedValue, HostError> {
        self.inner.parse_parameter(id, text)
    }

    fn controllers(&self) -> Option<&dyn ControllerControl> {
        Some(self)
    }
}

impl ControllerControl for Taught {
    fn learn(&self, id: &str) -> Result<(), HostError> {
        self.call(format!("learn {id}"));
        Ok(())
    }

    fn stop_learning(&self) {
        self.call("stop");
    }

    fn forget(&self, id: &str) -> Result<(), HostError> {
        self.call(format!("forget {id}"));
        if id == "voices" { Err(HostError::failed("the disk is full")) } else { Ok(()) }
    }

    fn controllers(&self) -> ControllersState {
        let learned = LearnedController { id: "gain".to_owned(), channel: 1, controller: 74 };
        ControllersState { learning: Some("slope".to_owned()), controllers: vec![learned] }
    }
}

/// The result, or the code of the error.
fn call(page: &IpcHandler, method: &str, params: &Value) -> Result<Value, Value> {
    let request = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
    let text = page.handle(&request.to_string()).take_text().expect("a request has an answer");
    let mut answer: Value = serde_json::from_str(&text).expect("it is JSON");
    match answer["error"]["code"].take() {
        Value::Null => Ok(answer["result"].take()),
        code => Err(code),
    }
}

#[test]
fn pages_teach_where_a_host_lets_them() {
    let host = Arc::new(Taught { inner: host(), calls: Mutex::default() });
    let page = IpcHandler::new(host.clone());
    assert_eq!(call(&page, "getInfo", &json!({})).expect("it is answered")["controllers"], true);
    assert_eq!(call(&page, "learnController", &json!({"id": "gain"})), Ok(json!({})));
    let absent = json!(ErrorCode::NoSuchParameter);
    assert_eq!(call(&page, "learnController", &json!({"id": "flanger"})), Err(absent));
    assert_eq!(call(&page, "learnController", &json!({})), Err(json!(ErrorCode::InvalidParams)));
    assert_eq!(call(&page, "stopLearning", &json!({})), Ok(json!({})));
    // What is learned outlives its parameter.
    assert_eq!(call(&page, "forgetController", &json!({"id": "flanger"})), Ok(json!({})));
    let failed = json!(ErrorCode::InternalError);
    assert_eq!(call(&page, "forgetController", &json!({"id": "voices"})), Err(failed));
    let state = json!({"learning": "slope", "controllers": [{"id": "gain", "channel": 1, "controller": 74}]});
    assert_eq!(call(&page, "getControllers", &json!({})), Ok(state));
    let calls = host.calls.lock().expect("nothing panics while it is held");
    assert_eq!(*calls, ["learn gain", "stop", "forget flanger", "forget voices"]);
}

#[test]
fn in_a_daw_there_is_nothing_to_teach() {
    let page = page();
    assert_eq!(call(&page, "getInfo", &json!({})).expect("it is answered")["controllers"], false);
    for method in ["stopLearning", "getControllers"] {
        assert_eq!(call(&page, method, &json!({})), Err(json!(ErrorCode::MethodNotFound)));
    }
}
