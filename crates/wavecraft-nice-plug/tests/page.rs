//! A page's messages on their way to the host, and what the host changes on its way to the page.

#![allow(unsafe_code, reason = "nice-plug's host interface takes raw pointers to parameters")]
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

#[path = "page/audio.rs"]
mod audio;
#[path = "page/notes.rs"]
mod notes;
#[path = "page/session.rs"]
mod session;
#[path = "page/signals.rs"]
mod signals;

use std::sync::{Arc, Mutex};

use nice_plug::context::gui::{GuiContext, GuiContextInner};
use nice_plug::prelude::*;
use wavecraft_ipc::{HostKind, IpcHandler, ParameterHost, PluginInfo};
use wavecraft_metering::meter::gain_reduction;
use wavecraft_metering::{Meter, MeterReader, MeterWriter, meters_with_own};
use wavecraft_nice_plug::page::{Connection, DirtyParameters, LatestLevels, NotificationOutbox, PluginHost};
use wavecraft_nice_plug::parameters::{ParameterTable, PendingValues};

#[derive(Params)]
struct TestParams {
    #[id = "gain"]
    gain_db: FloatParam,
    #[id = "steps"]
    steps: IntParam,
}

/// What the host is told, in order. It takes values at its next block, as DAWs do.
struct Daw {
    heard: Mutex<Vec<String>>,
    /// Told of each value that it has taken, as nice-plug's wrappers tell the editor.
    dirty: Arc<DirtyParameters>,
    table: Arc<ParameterTable>,
    /// What it has not taken yet.
    waiting: Mutex<Vec<(ParamPtr, f32)>>,
}

// SAFETY: the parameters live as long as the test, and hold atomics.
unsafe impl Send for Daw {}
// SAFETY: as above.
unsafe impl Sync for Daw {}

impl Daw {
    /// Takes what was set since the last time, as the audio thread does at its next block.
    fn process(&self) {
        for (param, normalized) in self.waiting.lock().unwrap().drain(..) {
            // SAFETY: the parameters outlive the test's host, and the test's host is what may set them.
            let name = unsafe {
                param._internal_set_normalized_value(normalized);
                param.name()
            };
            let index = self.table.iter().position(|parameter| parameter.name == name);
            self.dirty.mark(index.unwrap());
        }
    }

    fn hear(&self, what: &str, param: ParamPtr) {
        // SAFETY: the parameters outlive the test's host.
        let name = unsafe { param.name() };
        self.heard.lock().unwrap().push(format!("{what} {name}"));
    }
}

impl GuiContextInner for Daw {
    fn plugin_api(&self) -> PluginApi {
        PluginApi::Clap
    }

    unsafe fn raw_begin_set_parameter(&self, param: ParamPtr) {
        self.hear("begin", param);
    }

    unsafe fn raw_set_parameter_normalized(&self, param: ParamPtr, normalized: f32) {
        self.hear(&format!("{normalized}"), param);
        self.waiting.lock().unwrap().push((param, normalized));
    }

    unsafe fn raw_end_set_parameter(&self, param: ParamPtr) {
        self.hear("end", param);
    }

    fn get_state(&self) -> PluginState {
        unimplemented!("no page asks for it")
    }

    fn set_state(&self, _: PluginState) {
        unimplemented!("no page asks for it")
    }

    fn request_restart(&self) {}
}

/// A plugin's parameters, its host, and a page of it.
struct Fixture {
    params: Arc<TestParams>,
    daw: Arc<Daw>,
    host: Arc<PluginHost>,
    dirty: Arc<DirtyParameters>,
    pending: Arc<PendingValues>,
    connection: Connection,
    reduction: Meter,
    writer: MeterWriter,
    reader: MeterReader,
}

impl Fixture {
    fn new() -> Self {
        let params = Arc::new(TestParams {
            gain_db: FloatParam::new("Gain", 0.0, FloatRange::Linear { min: -24.0, max: 24.0 })
                .with_unit(" dB"),
            steps: IntParam::new("Steps", 0, IntRange::Linear { min: 0, max: 4 }),
        });
        let table = Arc::new(ParameterTable::new(params.clone()));
        let dirty = Arc::new(DirtyParameters::new(table.len()));
        let pending = Arc::new(PendingValues::new(table.len()));
        let daw = Arc::new(Daw {
            heard: Mutex::default(),
            dirty: Arc::clone(&dirty),
            table: Arc::clone(&table),
            waiting: Mutex::default(),
        });
        let reduction = gain_reduction("Reduction", -24.0);
        let (writer, reader) = meters_with_own(48_000.0, [("gr", reduction.clone())]);
        let own_meters = reader.own_meters().iter().map(Into::into).collect();
        let levels = LatestLevels::default();
        let host = Arc::new(PluginHost::new(
            PluginInfo::new("Test", "Nobody", "1.0.0", HostKind::Plugin).with_meters(own_meters),
            Arc::clone(&table),
            GuiContext::new(daw.clone()),
            Arc::new(|task| task()),
            Arc::clone(&dirty),
            Arc::clone(&pending),
            levels.clone(),
            Box::new(|width, height| (width, height) == (800, 500)),
        ));
        let outbox = NotificationOutbox::new(table, Arc::clone(&dirty), Some(reader.clone()), levels);
        let connection = Connection::new(host.clone(), outbox);
        Self { params, daw, host, dirty, pending, connection, reduction, writer, reader }
    }

    /// Another host of the same parameters, without meters and with a window that stays as it is.
    fn host_of(&self, info: PluginInfo) -> PluginHost {
        PluginHost::new(
            info,
            Arc::clone(&self.daw.table),
            GuiContext::new(self.daw.clone()),
            Arc::new(|task| task()),
            Arc::clone(&self.dirty),
            Arc::clone(&self.pending),
            LatestLevels::default(),
            Box::new(|_, _| false),
        )
    }

    fn page(&self) -> IpcHandler {
        IpcHandler::new(self.host.clone())
    }

    /// All that a message brings to the page.
    fn received(&mut self, method: &str, params: &str) -> Vec<String> {
        let mut received = Vec::new();
        let message = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#);
        self.connection.receive(&message, |text| received.push(text));
        received
    }

    /// What the host was told since the last time.
    fn heard(&self) -> Vec<String> {
        std::mem::take(&mut *self.daw.heard.lock().unwrap())
    }

    /// What one tick of the timer tells the page.
    fn told(&mut self) -> Vec<String> {
        let mut told = Vec::new();
        self.connection.tick(|text| told.push(text.to_owned()));
        told
    }

    /// A value by automation.
    fn automate(&self, normalized: f32) {
        // SAFETY: the fixture holds the parameters.
        unsafe { self.params.gain_db.as_ptr()._internal_set_normalized_value(normalized) };
        self.dirty.mark(0);
    }
}

fn call(page: &IpcHandler, method: &str, params: &str) -> String {
    let message = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#);
    page.handle(&message).take_text().unwrap()
}

#[test]
fn what_the_page_sets_is_pending_until_the_host_hands_it_on() {
    let mut fixture = Fixture::new();
    fixture.received("setParameter", r#"{"id":"gain","value":0.75}"#);
    let now = |fixture: &Fixture| fixture.params.gain_db.unmodulated_normalized_value();
    assert_eq!(fixture.pending.value(0, now(&fixture)), Some(0.75));
    fixture.daw.process();
    assert_eq!(fixture.pending.value(0, now(&fixture)), None);
}

#[test]
fn the_host_shows_its_menu_for_a_parameter_where_the_page_wants_it() {
    let host = Arc::clone(&Fixture::new().host);
    let place = r#"{"id":"steps","x":120.5,"y":80}"#;
    assert!(call(&IpcHandler::new(host.clone()), "getInfo", "{}").contains(r#""host_menu":false"#));
    assert!(call(&IpcHandler::new(host.clone()), "openHostMenu", place).contains(r#""opened":false"#));

    let host = Arc::into_inner(host).expect("the pages are gone");
    let asked = Arc::new(Mutex::new(Vec::new()));
    let opener = Arc::clone(&asked);
    let host = host.with_host_menu(Box::new(move |index, place| opener.lock().unwrap().push((index, place))));
    let page = IpcHandler::new(Arc::new(host));
    assert!(call(&page, "getInfo", "{}").contains(r#""host_menu":true"#));
    assert!(call(&page, "openHostMenu", place).contains(r#""opened":true"#));
    assert!(call(&page, "openHostMenu", r#"{"id":"none","x":0,"y":0}"#).contains("none"));
    assert_eq!(*asked.lock().unwrap(), [(1, (120.5, 80.0))]);
}

#[test]
fn a_drag_is_one_gesture_to_the_host() {
    let fixture = Fixture::new();
    let page = fixture.page();
    call(&page, "beginGesture", r#"{"id":"gain"}"#);
    call(&page, "setParameter", r#"{"id":"gain","value":0.75}"#);
    call(&page, "setParameter", r#"{"id":"gain","value":1}"#);
    call(&page, "endGesture", r#"{"id":"gain"}"#);
    assert_eq!(fixture.heard(), ["begin Gain", "0.75 Gain", "1 Gain", "end Gain"]);
    fixture.daw.process();
    assert!((fixture.params.gain_db.value() - 24.0).abs() < 1e-6);
}

#[test]
fn a_value_outside_a_gesture_gets_one() {
    let fixture = Fixture::new();
    call(&fixture.page(), "setParameter", r#"{"id":"gain","value":0.25}"#);
    assert_eq!(fixture.heard(), ["begin Gain", "0.25 Gain", "end Gain"]);
}

#[test]
fn a_page_that_vanishes_lets_go() {
    let fixture = Fixture::new();
    let page = fixture.page();
    call(&page, "beginGesture", r#"{"id":"gain"}"#);
    drop(page);
    assert_eq!(fixture.heard(), ["begin Gain", "end Gain"]);
}

#[test]
fn a_refused_value_never_reaches_the_host() {
    let fixture = Fixture::new();
    let page = fixture.page();
    assert!(call(&page, "setParameter", r#"{"id":"gain","value":1.5}"#).contains("-32001"));
    assert!(call(&page, "setParameter", r#"{"id":"volume","value":0.5}"#).contains("-32000"));
    assert!(fixture.heard().is_empty());
}

#[test]
fn the_page_is_not_told_what_it_has_set_itself() {
    let mut fixture = Fixture::new();
    assert_eq!(fixture.received("setParameter", r#"{"id":"gain","value":0.75}"#).len(), 1);
    // Until the host has taken it, and after.
    assert!(fixture.told().is_empty());
    fixture.daw.process();
    assert!(fixture.told().is_empty());
}

#[test]
fn a_step_that_is_not_quite_what_was_set_is_told() {
    let mut fixture = Fixture::new();
    let received = fixture.received("setParameter", r#"{"id":"steps","value":0.3}"#);
    assert!(received[0].contains("result"), "{received:?}");
    assert!(received[1].contains(r#""params":{"id":"steps","value":0.25}"#), "{received:?}");
    fixture.daw.process();
    assert!(fixture.told().is_empty());
}

#[test]
fn a_page_that_asks_before_the_host_has_taken_a_value_learns_of_it_afterwards() {
    let mut fixture = Fixture::new();
    fixture.received("setParameter", r#"{"id":"gain","value":0.75}"#);
    assert!(fixture.received("getAllParameters", "{}")[0].contains(r#""value":0.5"#));
    fixture.daw.process();
    assert!(fixture.told()[0].contains(r#""value":0.75"#));
}

#[test]
fn automation_reaches_the_page_merged() {
    let mut fixture = Fixture::new();
    for step in 0..100_u8 {
        fixture.automate(f32::from(step) / 100.0);
    }
    assert_eq!(
        fixture.told(),
        [r#"{"jsonrpc":"2.0","method":"parameterChanged","params":{"id":"gain","value":0.99}}"#]
    );
    assert!(fixture.told().is_empty());
}

#[test]
fn a_preset_has_the_page_fetch_everything() {
    let mut fixture = Fixture::new();
    fixture.automate(0.9);
    fixture.dirty.mark_all();
    let told = fixture.told();
    assert_eq!(told[0], r#"{"jsonrpc":"2.0","method":"parametersChanged","params":{}}"#);
    assert!(call(&fixture.page(), "getAllParameters", "{}").contains(r#""id":"gain","name":"Gain""#));
}

#[test]
fn levels_are_told_and_kept_for_those_who_ask() {
    let mut fixture = Fixture::new();
    assert!(call(&fixture.page(), "getMeterFrame", "{}").contains(r#""frame":null"#));
    fixture.writer.process_metered(&mut [&mut [0.5; 1_024], &mut [0.25; 1_024]], |_| {});
    let told = fixture.told();
    assert!(told[0].contains(r#""left_peak":0.5"#) && told[0].contains(r#""right_rms":0.25"#), "{told:?}");
    assert!(call(&fixture.page(), "getMeterFrame", "{}").contains(r#""peak_l":0.5"#));
    assert!(fixture.told().is_empty());
}

#[test]
fn meters_of_the_plugins_own_are_described_and_told_with_the_levels() {
    let mut fixture = Fixture::new();
    let info = call(&fixture.page(), "getInfo", "{}");
    assert!(
        info.contains(r#""meters":[{"id":"gr","name":"Reduction","kind":"gainReduction","channels":1,"#),
        "{info}"
    );
    for gain_db in [-3.0, -9.5, -1.0] {
        fixture.reduction.write(gain_db);
        fixture.writer.process_metered(&mut [&mut [0.5; 1_024]], |_| {});
    }
    let told = fixture.told();
    assert_eq!(told.len(), 1);
    assert!(told[0].ends_with(r#""values":{"gr":[-9.5]}}}"#), "{told:?}");
}

#[test]
fn levels_from_before_the_page_was_opened_are_not_sent() {
    let mut fixture = Fixture::new();
    fixture.writer.process_metered(&mut [&mut [0.5; 4_096]], |_| {});
    let (table, reader) = (Arc::clone(&fixture.daw.table), fixture.reader.clone());
    let outbox =
        NotificationOutbox::new(table, Arc::clone(&fixture.dirty), Some(reader), LatestLevels::default());
    fixture.connection = Connection::new(fixture.host.clone(), outbox);
    assert!(fixture.told().is_empty());
}

#[test]
fn the_window_s_size_is_asked_for() {
    let fixture = Fixture::new();
    let page = fixture.page();
    assert!(call(&page, "requestResize", r#"{"width":800,"height":500}"#).contains("true"));
    assert!(call(&page, "requestResize", r#"{"width":8,"height":5}"#).contains("false"));
}

#[test]
fn texts_are_the_plugin_s() {
    let fixture = Fixture::new();
    let value = fixture.host.parse_parameter("gain", "12 dB").unwrap();
    assert_eq!(fixture.host.format_parameter("gain", value).unwrap(), "12 dB");
    assert!(fixture.host.parse_parameter("gain", "loud").is_err());
}

#[test]
fn what_a_control_cannot_reach_goes_to_the_end_of_its_range() {
    let fixture = Fixture::new();
    let page = fixture.page();
    let parse = |text: &str, clamp: &str| {
        call(&page, "parseParameter", &format!(r#"{{"id":"gain","text":"{text}"{clamp}}}"#))
    };
    for (text, end) in [("300", "1.0"), ("-300 dB", "0.0"), ("-inf", "0.0")] {
        assert!(parse(text, r#","clamp":true"#).contains(&format!(r#""value":{end}"#)), "{text}");
        assert!(parse(text, "").contains("beyond the range"), "{text}");
    }
    assert!(parse("loud", r#","clamp":true"#).contains("is not a value"));
}
