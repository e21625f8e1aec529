//! What pages are told, to the letter.

use wavecraft_ipc::notifications::{
    AudioStatusChanged, BuildStatusChanged, ControllersChanged, HistoryChanged, MetersUpdated,
    NOTIFICATION_NAMES, ParameterChanged, ParameterChangedParams, ParametersChanged, PresetChanged,
    SlotChanged, notification, write_notification,
};
use wavecraft_ipc::{
    AudioPhase, AudioStatus, BuildState, BuildStatus, ControllersState, CurrentPreset, Empty, HistoryState,
    LearnedController, MeterUpdate, SlotName, SlotsState,
};

use crate::sample_plugin::{meters, value};

#[test]
fn the_notifications_are_those_of_the_protocol() {
    assert_eq!(
        NOTIFICATION_NAMES,
        [
            "parameterChanged",
            "parametersChanged",
            "meterUpdate",
            "signalUpdate",
            "audioStatusChanged",
            "buildStatusChanged",
            "historyChanged",
            "slotChanged",
            "presetChanged",
            "presetsChanged",
            "controllersChanged",
        ]
    );
}

#[test]
fn the_one_of_controllers() {
    let learned = LearnedController { id: "mix".to_owned(), channel: 16, controller: 7 };
    let state = ControllersState { learning: None, controllers: vec![learned] };
    let expected = r#"{"jsonrpc":"2.0","method":"controllersChanged","params":{"learning":null,"controllers":[{"id":"mix","channel":16,"controller":7}]}}"#;
    assert_eq!(notification::<ControllersChanged>(&state), expected);
}

#[test]
fn those_of_the_session() {
    let history =
        HistoryState { can_undo: true, undo_label: Some("Gain".to_owned()), ..HistoryState::default() };
    let expected = r#"{"jsonrpc":"2.0","method":"historyChanged","params":{"can_undo":true,"can_redo":false,"undo_label":"Gain"}}"#;
    assert_eq!(notification::<HistoryChanged>(&history), expected);
    let expected = r#"{"jsonrpc":"2.0","method":"slotChanged","params":{"selected":"b"}}"#;
    assert_eq!(notification::<SlotChanged>(&SlotsState { selected: SlotName::B }), expected);
    let expected = r#"{"jsonrpc":"2.0","method":"presetChanged","params":{"preset":null,"modified":false}}"#;
    assert_eq!(notification::<PresetChanged>(&CurrentPreset::default()), expected);
}

#[test]
fn parameter_changed() {
    let params = ParameterChangedParams { id: "a \"b\"".into(), value: value(0.1) };
    assert_eq!(
        notification::<ParameterChanged>(&params),
        r#"{"jsonrpc":"2.0","method":"parameterChanged","params":{"id":"a \"b\"","value":0.1}}"#
    );
}

#[test]
fn parameters_changed() {
    assert_eq!(
        notification::<ParametersChanged>(&Empty {}),
        r#"{"jsonrpc":"2.0","method":"parametersChanged","params":{}}"#
    );
}

#[test]
fn meter_update_in_place_of_the_last() {
    let mut text = "the last one".to_owned();
    let update = MeterUpdate {
        timestamp_us: 16_667,
        left_peak: 0.5,
        left_rms: 0.25,
        right_peak: 1.5,
        right_rms: 0.125,
        input_left_peak: 1.0,
        input_left_rms: 0.75,
        input_right_peak: f32::NAN,
        input_right_rms: 0.0,
        values: [("gr".to_owned(), vec![-6.5]), ("after".to_owned(), vec![0.5, f32::INFINITY])].into(),
    };
    write_notification::<MetersUpdated>(&update, &mut text);
    assert_eq!(
        text,
        concat!(
            r#"{"jsonrpc":"2.0","method":"meterUpdate","params":{"timestamp_us":16667,"#,
            r#""left_peak":0.5,"left_rms":0.25,"right_peak":1.5,"right_rms":0.125,"#,
            r#""input_left_peak":1.0,"input_left_rms":0.75,"input_right_peak":0.0,"input_right_rms":0.0,"#,
            r#""values":{"after":[0.5,3.4028235e+38],"gr":[-6.5]}}}"#
        )
    );
}

#[test]
fn the_values_of_a_frame_go_to_their_meters_in_order() {
    let update = MeterUpdate::default().with_values(&meters(), &[-3.0, 0.25, 0.75]);
    let expected = [("gr".to_owned(), vec![-3.0]), ("phase".to_owned(), vec![0.25, 0.75])];
    assert_eq!(update.values, expected.into());
}

#[test]
fn audio_status_changed() {
    let status = AudioStatus { underruns: 2, ..AudioStatus::new(AudioPhase::RunningFullDuplex, 5) };
    assert_eq!(
        notification::<AudioStatusChanged>(&status),
        concat!(
            r#"{"jsonrpc":"2.0","method":"audioStatusChanged","params":"#,
            r#"{"phase":"runningFullDuplex","underruns":2,"overruns":0,"updated_at_ms":5}}"#
        )
    );
}

#[test]
fn build_status_changed() {
    let building = BuildStatus { state: BuildState::Building, message: None, duration_ms: None };
    assert_eq!(
        notification::<BuildStatusChanged>(&building),
        r#"{"jsonrpc":"2.0","method":"buildStatusChanged","params":{"state":"building"}}"#
    );
    let failed = BuildStatus {
        state: BuildState::Failed,
        message: Some("expected `;`\nsrc/dsp.rs".to_owned()),
        duration_ms: Some(512),
    };
    assert_eq!(
        notification::<BuildStatusChanged>(&failed),
        concat!(
            r#"{"jsonrpc":"2.0","method":"buildStatusChanged","params":"#,
            r#"{"state":"failed","message":"expected `;`\nsrc/dsp.rs","duration_ms":512}}"#
        )
    );
}
