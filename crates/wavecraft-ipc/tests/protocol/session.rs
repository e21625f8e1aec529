//! The methods that concern history, slots and presets.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use wavecraft_ipc::{
    CurrentPreset, ErrorCode, HistoryState, HostError, InMemoryParameterHost, IpcHandler, NormalizedValue,
    Note, NoteInput, ParameterHost, ParameterInfo, PluginInfo, PresetBank, PresetDescription, PresetInfo,
    PresetName, PresetText, SessionControl, SlotName, SlotsState,
};

use crate::sample_plugin::{host, page};

/// A session that writes down what it is asked to do.
pub struct RecordingSession {
    inner: Arc<InMemoryParameterHost>,
    calls: Mutex<Vec<String>>,
}

impl RecordingSession {
    /// A session of the parameters of `inner`.
    pub fn new(inner: Arc<InMemoryParameterHost>) -> Arc<Self> {
        Arc::new(Self { inner, calls: Mutex::default() })
    }

    fn call(&self, call: String) {
        self.calls.lock().expect("nothing panics while it is held").push(call);
    }
}

impl ParameterHost for RecordingSession {
    fn info(&self) -> PluginInfo {
        self.inner.info()
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

    fn session(&self) -> Option<&dyn SessionControl> {
        Some(self)
    }

    fn note_input(&self) -> Option<&dyn NoteInput> {
        Some(self)
    }
}

impl NoteInput for RecordingSession {
    fn note_on(&self, _note: Note, _velocity: NormalizedValue) -> Result<(), HostError> {
        Ok(())
    }

    fn note_off(&self, _note: Note, _velocity: NormalizedValue) -> Result<(), HostError> {
        Ok(())
    }
}

impl SessionControl for RecordingSession {
    fn undo(&self) -> Result<bool, HostError> {
        Ok(true)
    }

    fn redo(&self) -> Result<bool, HostError> {
        Ok(false)
    }

    fn history(&self) -> HistoryState {
        HistoryState { can_redo: true, redo_label: Some("Gain 6.0 dB".to_owned()), ..HistoryState::default() }
    }

    fn select_slot(&self, slot: SlotName) -> Result<(), HostError> {
        self.call(format!("select {slot:?}"));
        Ok(())
    }

    fn copy_slot(&self, from: SlotName, to: SlotName) -> Result<(), HostError> {
        self.call(format!("copy {from:?} {to:?}"));
        Ok(())
    }

    fn slots(&self) -> SlotsState {
        SlotsState { selected: SlotName::B }
    }

    fn presets(&self) -> Vec<PresetInfo> {
        vec![PresetInfo {
            id: "factory/warm".to_owned(),
            name: "Warm".to_owned(),
            bank: PresetBank::Factory,
            author: None,
            tags: Some(vec!["voice".to_owned()]),
            description: None,
            favourite: true,
            problem: None,
        }]
    }

    fn current_preset(&self) -> CurrentPreset {
        let preset =
            PresetName { id: "user/Mine".to_owned(), name: "Mine".to_owned(), bank: PresetBank::User };
        CurrentPreset { preset: Some(preset), modified: true }
    }

    fn load_preset(&self, id: &str) -> Result<Vec<String>, HostError> {
        if id == "user/broken" {
            Err(HostError::preset_refused("it is broken"))
        } else {
            Ok(vec![id.to_owned()])
        }
    }

    fn save_preset(&self, about: &PresetDescription, replace: bool) -> Result<String, HostError> {
        self.call(format!("save {about:?} {replace}"));
        if replace {
            Ok("user/Mine".to_owned())
        } else {
            Err(HostError::PresetExists { name: about.name.clone() })
        }
    }

    fn rename_preset(&self, id: &str, name: &str) -> Result<String, HostError> {
        Ok(format!("{id} {name}"))
    }

    fn delete_preset(&self, id: &str) -> Result<(), HostError> {
        Err(HostError::no_such_preset(id))
    }

    fn import_preset(&self, text: &str, replace: bool) -> Result<String, HostError> {
        Ok(format!("{text} {replace}"))
    }

    fn export_preset(&self, id: &str) -> Result<PresetText, HostError> {
        Ok(PresetText { file_name: "Mine.toml".to_owned(), text: id.to_owned() })
    }

    fn write_preset(&self, id: &str) -> Result<String, HostError> {
        Ok(format!("/home/ann/{id}.toml"))
    }

    fn set_favourite(&self, id: &str, is_favourite: bool) -> Result<(), HostError> {
        self.call(format!("favourite {id} {is_favourite}"));
        Ok(())
    }
}

fn answer(page: &IpcHandler, method: &str, params: &Value) -> Value {
    let request = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}).to_string();
    let reply = page.handle(&request);
    let answer: Value =
        serde_json::from_str(reply.text().expect("a request has an answer")).expect("it is JSON");
    answer.get("result").unwrap_or(&answer["error"]["code"]).clone()
}

#[test]
fn methods_hand_on_what_they_are_given_and_answer_what_they_get() {
    let session = RecordingSession::new(host());
    let page = IpcHandler::new(session.clone());
    let about = json!({"name": "Mine", "author": "Ann", "tags": ["voice"], "description": "Warm."});
    let mut replacing = about.clone();
    replacing["replace"] = json!(true);
    for (method, params, expected) in [
        ("undo", json!({}), json!({"applied": true})),
        ("redo", json!({}), json!({"applied": false})),
        ("getHistory", json!({}), json!({"can_undo": false, "can_redo": true, "redo_label": "Gain 6.0 dB"})),
        ("getSlots", json!({}), json!({"selected": "b"})),
        ("selectSlot", json!({"slot": "a"}), json!({})),
        ("selectSlot", json!({"slot": "c"}), json!(ErrorCode::InvalidParams)),
        ("copySlot", json!({"from": "a", "to": "b"}), json!({})),
        (
            "listPresets",
            json!({}),
            json!({"presets": [
                {"id": "factory/warm", "name": "Warm", "bank": "factory", "tags": ["voice"], "favourite": true},
            ]}),
        ),
        (
            "getPreset",
            json!({}),
            json!({"preset": {"id": "user/Mine", "name": "Mine", "bank": "user"}, "modified": true}),
        ),
        ("loadPreset", json!({"id": "factory/warm"}), json!({"ignored": ["factory/warm"]})),
        ("loadPreset", json!({"id": "user/broken"}), json!(ErrorCode::PresetRefused)),
        ("savePreset", about, json!(ErrorCode::PresetExists)),
        ("savePreset", replacing, json!({"id": "user/Mine"})),
        ("savePreset", json!({}), json!(ErrorCode::InvalidParams)),
        ("renamePreset", json!({"id": "user/Mine", "name": "Other"}), json!({"id": "user/Mine Other"})),
        ("deletePreset", json!({"id": "user/Mine"}), json!(ErrorCode::NoSuchPreset)),
        ("importPreset", json!({"text": "name"}), json!({"id": "name false"})),
        ("exportPreset", json!({"id": "user/Mine"}), json!({"file_name": "Mine.toml", "text": "user/Mine"})),
        ("writePreset", json!({"id": "user/Mine"}), json!({"path": "/home/ann/user/Mine.toml"})),
        ("setFavourite", json!({"id": "user/Mine", "favourite": true}), json!({})),
        ("setFavourite", json!({"id": "user/Mine"}), json!(ErrorCode::InvalidParams)),
    ] {
        assert_eq!(answer(&page, method, &params), expected, "{method} {params}");
    }
    let about = "PresetDescription { name: \"Mine\", author: Some(\"Ann\"), tags: [\"voice\"], description: Some(\"Warm.\") }";
    let calls = session.calls.lock().expect("nothing has panicked").clone();
    assert_eq!(
        calls,
        [
            "select A".to_owned(),
            "copy A B".to_owned(),
            format!("save {about} false"),
            format!("save {about} true"),
            "favourite user/Mine true".to_owned()
        ]
    );
}

#[test]
fn a_host_without_a_session_has_none_of_these_methods() {
    for method in ["undo", "getHistory", "getSlots", "listPresets", "getPreset"] {
        assert_eq!(answer(&page(), method, &json!({})), json!(ErrorCode::MethodNotFound), "{method}");
    }
}
