//! The same with a session: what a page undoes, compares and recalls.

use std::sync::Arc;

use wavecraft_nice_plug::declare::{Parameter, decibels, frequency, number, percent, time};
use wavecraft_nice_plug::page::{Connection, LatestLevels, NotificationOutbox, SessionOutbox};
use wavecraft_session::{FactoryBank, PluginIdentity, PresetLibrary, Session, SessionHost};

use super::{Fixture, call};

const FACTORY: FactoryBank =
    FactoryBank::Embedded(&[("loud", "name = \"Loud\"\n[values]\ngain = \"12 dB\"\nsteps = 4\n")]);

impl Fixture {
    /// A page that has a session, and has been told what is true at the beginning.
    fn with_session() -> (Self, Arc<Session>) {
        let mut fixture = Self::new();
        let plugin = PluginIdentity { vendor: "Nobody".to_owned(), name: "Test".to_owned() };
        let library = PresetLibrary::with_user_folder(plugin, FACTORY, "/no/such/folder".into());
        let session = Arc::new(Session::new(library));
        let host = Arc::new(SessionHost::new(fixture.host.clone(), Arc::clone(&session)));
        let told = SessionOutbox::new(Arc::clone(&host), Arc::clone(&fixture.dirty));
        let table = Arc::clone(&fixture.daw.table);
        let outbox =
            NotificationOutbox::new(table, Arc::clone(&fixture.dirty), None, LatestLevels::default());
        fixture.connection = Connection::new(host, outbox).with_session(told);
        fixture.told();
        fixture.received("getAllParameters", "{}");
        (fixture, session)
    }

    fn gain(&mut self) -> String {
        self.received("getParameter", r#"{"id":"gain"}"#).remove(0)
    }
}

#[test]
fn undo_is_a_gesture_to_the_host_and_the_page_fetches_everything_once() {
    let (mut fixture, _session) = Fixture::with_session();
    fixture.received("beginGesture", r#"{"id":"gain"}"#);
    fixture.received("setParameter", r#"{"id":"gain","value":0.75}"#);
    fixture.received("endGesture", r#"{"id":"gain"}"#);
    fixture.daw.process();
    let history = r#"{"can_undo":true,"can_redo":false,"undo_label":"Gain 12 dB"}"#;
    assert_eq!(
        fixture.told(),
        [format!(r#"{{"jsonrpc":"2.0","method":"historyChanged","params":{history}}}"#)]
    );
    fixture.heard();
    assert!(fixture.received("undo", "{}")[0].contains(r#""applied":true"#));
    assert_eq!(fixture.heard(), ["begin Gain", "0.5 Gain", "end Gain"]);
    // Also before the host has taken it.
    assert!(fixture.gain().contains(r#""value":0.5"#));
    let told = fixture.told();
    assert!(told[0].contains(r#""can_redo":true"#), "{told:?}");
    assert_eq!(told[1..], [r#"{"jsonrpc":"2.0","method":"parametersChanged","params":{}}"#]);
    fixture.received("getAllParameters", "{}");
    fixture.daw.process();
    assert!(fixture.told().is_empty());
}

#[test]
fn automation_is_no_step() {
    let (mut fixture, _session) = Fixture::with_session();
    fixture.automate(0.9);
    assert_eq!(fixture.told().len(), 1);
    assert!(fixture.received("undo", "{}")[0].contains(r#""applied":false"#));
    assert!(fixture.heard().is_empty());
}

#[test]
fn a_preset_is_one_change_to_the_page_and_a_gesture_for_each_parameter_to_the_host() {
    let (mut fixture, _session) = Fixture::with_session();
    assert!(fixture.received("loadPreset", r#"{"id":"factory/loud"}"#)[0].contains(r#""ignored":[]"#));
    let expected = ["begin Gain", "0.75 Gain", "end Gain", "begin Steps", "1 Steps", "end Steps"];
    assert_eq!(fixture.heard(), expected);
    fixture.daw.process();
    let told = fixture.told();
    let count = |method: &str| told.iter().filter(|text| text.contains(&format!("\"{method}\""))).count();
    assert_eq!((count("parametersChanged"), count("parameterChanged")), (1, 0), "{told:?}");
    assert_eq!((count("historyChanged"), count("presetChanged")), (1, 1), "{told:?}");
}

#[test]
fn what_the_session_asks_for_itself_does_not_count_as_told_to_the_page() {
    let (mut fixture, _session) = Fixture::with_session();
    fixture.automate(0.9);
    // It looks at all parameters for the label of the step.
    fixture.received("setParameter", r#"{"id":"steps","value":1}"#);
    let told = fixture.told();
    assert!(
        told.iter().any(|text| text.contains("parameterChanged") && text.contains("0.8999999")),
        "{told:?}"
    );
}

#[test]
fn both_slots_are_saved_and_a_loaded_state_is_told() {
    let (mut fixture, session) = Fixture::with_session();
    fixture.received("selectSlot", r#"{"slot":"b"}"#);
    fixture.received("setParameter", r#"{"id":"gain","value":0.25}"#);
    fixture.daw.process();
    fixture.told();
    let saved = session.saved();
    let (mut other, restored) = Fixture::with_session();
    restored.restore(saved);
    let told = other.told();
    assert!(told.iter().any(|text| text.contains(r#""slotChanged","params":{"selected":"b"}"#)), "{told:?}");
    other.received("selectSlot", r#"{"slot":"a"}"#);
    other.daw.process();
    assert!(other.gain().contains(r#""value":0.5"#));
}

#[test]
fn a_page_without_a_session_has_no_history() {
    let fixture = Fixture::new();
    assert!(call(&fixture.page(), "undo", "{}").contains("-32601"));
}

/// Otherwise undo and redo would move a value a little each time.
#[test]
fn a_value_that_was_taken_is_taken_again_as_it_is() {
    let decibels = decibels("Gain", -24.0..=24.0, 0.0);
    let frequency = frequency("Cutoff", 20.0..=20_000.0, 1_000.0);
    let percent = percent("Mix", 50.0);
    let time = time("Attack", 0.1..=1_000.0, 10.0);
    let number = number("Pitch", -12.0..=12.0, 0.0, "semitones");
    for pointer in [decibels.as_ptr(), frequency.as_ptr(), percent.as_ptr(), time.as_ptr(), number.as_ptr()] {
        // SAFETY: the parameters are alive until the end of the test.
        let taken =
            |normalized: f32| unsafe { pointer.preview_normalized(pointer.preview_plain(normalized)) };
        for step in 0..=100_000_u32 {
            let once = taken(step as f32 / 100_000.0);
            assert_eq!(taken(once).to_bits(), once.to_bits(), "{step}");
        }
    }
}
