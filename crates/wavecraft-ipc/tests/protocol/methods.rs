//! What each method does.

use serde_json::{Value, json};
use wavecraft_ipc::{
    AudioDiagnostic, AudioDiagnosticCode, AudioPhase, AudioStatus, Empty, IpcHandler, METHOD_NAMES,
    MeterFrame, MeterUpdate, Method, ParameterHost, ParameterInfo, methods, request,
};

use crate::sample_plugin::{Conduct, RecordingHost, host, info, page, parameters, value};

/// Calls a method, and returns its result as JSON and as the type that it is of.
fn result<M: Method>(page: &IpcHandler, params: &M::Params<'_>) -> (Value, M::Result) {
    let reply = page.handle(&request::<M>(1, params));
    let text = reply.text().expect("a request has an answer");
    let answer: Value = serde_json::from_str(text).expect(text);
    let result = answer["result"].clone();
    let typed = serde_json::from_value(result.clone()).expect(text);
    (result, typed)
}

#[test]
fn the_methods_are_those_of_the_protocol() {
    assert_eq!(
        METHOD_NAMES,
        [
            "ping",
            "getInfo",
            "getParameter",
            "setParameter",
            "beginGesture",
            "endGesture",
            "getAllParameters",
            "formatParameter",
            "parseParameter",
            "getMeterFrame",
            "getAudioStatus",
            "subscribeSignal",
            "unsubscribeSignal",
            "requestResize",
            "openHostMenu",
            "noteOn",
            "noteOff",
            "undo",
            "redo",
            "getHistory",
            "getSlots",
            "selectSlot",
            "copySlot",
            "listPresets",
            "getPreset",
            "loadPreset",
            "savePreset",
            "renamePreset",
            "deletePreset",
            "importPreset",
            "exportPreset",
            "writePreset",
            "setFavourite",
            "learnController",
            "stopLearning",
            "forgetController",
            "getControllers",
        ]
    );
}

#[test]
fn ping() {
    assert_eq!(result::<methods::Ping>(&page(), &Empty {}).0, json!({"pong": true}));
}

#[test]
fn get_info() {
    let (json, typed) = result::<methods::GetInfo>(&page(), &Empty {});
    let expected = json!({
        "name": "Sample", "vendor": "Wavecraft", "version": "1.2.3", "protocol": 1, "host": "devServer",
        "meters": [
            {"id": "gr", "name": "Reduction", "kind": "gainReduction", "channels": 1, "unit": "dB", "min": -24.0, "max": 0.0},
            {"id": "phase", "name": "Phase", "kind": "value", "channels": 2}
        ],
        "signals": [{"id": "before", "name": "Before", "kind": "spectrum", "channels": 1, "min_hz": 20.0}],
        "midi_input": false,
        "host_menu": false,
        "controllers": false
    });
    assert_eq!(json, expected);
    assert_eq!(typed, info());
}

#[test]
fn get_parameter() {
    let params = methods::GetParameterParams { id: "gain".into() };
    assert_eq!(result::<methods::GetParameter>(&page(), &params).0, json!({"id": "gain", "value": 0.5}));
    let quoted = methods::GetParameterParams { id: "a \"b\" \\ \u{e9}".into() };
    let (_, typed) = result::<methods::GetParameter>(&page(), &quoted);
    assert_eq!((typed.id.as_str(), typed.value), ("a \"b\" \\ \u{e9}", value(0.25)));
}

#[test]
fn set_parameter() {
    let host = host();
    let page = IpcHandler::new(host.clone());
    let set = |id: &'static str, to: f32| {
        let params = methods::SetParameterParams { id: id.into(), value: to.into() };
        assert_eq!(result::<methods::SetParameter>(&page, &params).0, json!({}));
        host.get_parameter(id).expect(id).get()
    };
    for to in [0.0, 1.0, 0.1, 0.333_333_34, f32::MIN_POSITIVE, f32::from_bits(1)] {
        assert_eq!(set("gain", to).to_bits(), to.to_bits());
    }
    assert_eq!(set("gain", -0.0).to_bits(), 0, "the sign of zero is dropped");
    assert_eq!(set("a \"b\" \\ \u{e9}", 0.75).to_bits(), 0.75_f32.to_bits());
    assert_eq!(set("bypass", 0.7).to_bits(), 1.0_f32.to_bits(), "a switch is on or off");
    assert_eq!(set("voices", 0.13).to_bits(), 0.125_f32.to_bits());
}

#[test]
fn get_all_parameters() {
    let host = host();
    let page = IpcHandler::new(host.clone());
    host.set_parameter("slope", value(0.6)).unwrap();
    let (json, typed) = result::<methods::GetAllParameters>(&page, &Empty {});
    assert_eq!(
        json["parameters"][0],
        json!({
            "id": "gain", "name": "Gain", "type": "float", "value": 0.5, "default": 0.5,
            "unit": "dB", "min": -24.0, "max": 24.0, "text": "0.0 dB"
        })
    );
    assert_eq!(
        json["parameters"][3],
        json!({
            "id": "slope", "name": "Slope", "type": "enum", "value": 0.5, "default": 0.0, "group": "Filter",
            "steps": 2, "variants": ["Off", "12 dB/oct", "24 dB/oct"], "text": "12 dB/oct"
        })
    );
    let ids =
        |parameters: &[ParameterInfo]| parameters.iter().map(|each| each.id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&typed.parameters), ids(&parameters()));
    assert_eq!(typed.parameters[1].text, "1");
    assert_eq!(typed.parameters[2].text, "Off");
}

#[test]
fn ranges_that_json_cannot_hold_are_left_out() {
    let mut parameter = parameters().remove(0);
    (parameter.min, parameter.max) = (Some(f32::NEG_INFINITY), Some(6.0));
    let json = serde_json::to_value(&parameter).unwrap();
    assert_eq!((json.get("min"), json.get("max")), (None, Some(&json!(6.0))));
}

#[test]
fn parameters_that_are_not_normalized_cannot_be_read() {
    let mut json = serde_json::to_value(parameters().remove(0)).unwrap();
    assert!(serde_json::from_value::<ParameterInfo>(json.clone()).is_ok());
    for wrong in [json!(1.5), json!(-0.5), json!(1e300), json!(null), json!("0.5")] {
        json["default"] = wrong;
        assert!(serde_json::from_value::<ParameterInfo>(json.clone()).is_err(), "{json}");
    }
}

#[test]
fn format_and_parse_parameter() {
    let page = page();
    let format = |id: &str, value: f32| {
        let params = methods::FormatParameterParams { id: id.into(), value: value.into() };
        result::<methods::FormatParameter>(&page, &params).1.text
    };
    let parse = |id: &str, text: &str| {
        let params = methods::ParseParameterParams { id: id.into(), text: text.into(), clamp: false };
        result::<methods::ParseParameter>(&page, &params).1.value
    };
    assert_eq!(format("gain", 0.75), "12.00 dB");
    assert_eq!(parse("gain", "12 dB"), value(0.75));
    assert_eq!(format("slope", 0.9), "24 dB/oct");
    assert_eq!(parse("slope", "12 DB/OCT"), value(0.5));
    assert_eq!(format("voices", 1.0), "9");
    assert_eq!(parse("voices", "2"), value(0.125));
    assert_eq!(parse("bypass", "on"), value(1.0));
    // Neither of them sets anything.
    assert_eq!(result::<methods::GetAllParameters>(&page, &Empty {}).1.parameters[0].value, value(0.5));
}

#[test]
fn parse_parameter_takes_the_nearest_end_when_it_is_told_to() {
    let parse = |text: &str, clamp: bool| {
        let params = methods::ParseParameterParams { id: "gain".into(), text: text.into(), clamp };
        page().handle(&request::<methods::ParseParameter>(1, &params))
    };
    for (text, end) in [("30", 1.0), ("-30 dB", 0.0), ("-inf", 0.0)] {
        let params = methods::ParseParameterParams { id: "gain".into(), text: text.into(), clamp: true };
        assert_eq!(result::<methods::ParseParameter>(&page(), &params).1.value, value(end), "{text}");
        let refusal = parse(text, false);
        let refusal = refusal.text().unwrap();
        assert!(refusal.contains("-32602") && refusal.contains("beyond the range"), "{refusal}");
    }
    let refusal = parse("loud", true);
    assert!(refusal.text().unwrap().contains("is not a value"), "{:?}", refusal.text());
}

#[test]
fn get_meter_frame() {
    let host = host();
    let page = IpcHandler::new(host.clone());
    assert_eq!(result::<methods::GetMeterFrame>(&page, &Empty {}).0, json!({"frame": null}));
    let update = MeterUpdate {
        timestamp_us: 1_234_567,
        left_peak: 0.5,
        left_rms: 0.25,
        right_peak: f32::NAN,
        right_rms: f32::INFINITY,
        input_left_peak: 1.0,
        ..MeterUpdate::default()
    };
    host.set_meter_frame(Some(MeterFrame::from(&update)));
    let (json, _) = result::<methods::GetMeterFrame>(&page, &Empty {});
    let expected = json!({"frame": {"peak_l": 0.5, "peak_r": 0.0, "rms_l": 0.25, "rms_r": f32::MAX, "timestamp": 1_234_567}});
    assert_eq!(json["frame"]["peak_r"], expected["frame"]["peak_r"]);
    assert_eq!(json["frame"]["timestamp"], expected["frame"]["timestamp"]);
    assert!(json["frame"]["rms_r"].as_f64().unwrap() > 3.4e38);
    host.set_meter_frame(None);
    assert_eq!(result::<methods::GetMeterFrame>(&page, &Empty {}).0, json!({"frame": null}));
}

#[test]
fn get_audio_status() {
    let host = host();
    let page = IpcHandler::new(host.clone());
    assert_eq!(result::<methods::GetAudioStatus>(&page, &Empty {}).0, json!({"status": null}));
    let status = AudioStatus {
        diagnostic: Some(AudioDiagnostic {
            code: AudioDiagnosticCode::NoOutputDevice,
            message: "no output device".to_owned(),
            hint: None,
        }),
        sample_rate: Some(48_000.0),
        buffer_size: Some(128),
        overruns: 3,
        ..AudioStatus::new(AudioPhase::RunningInputOnly, 1_700_000_000_000)
    };
    host.set_audio_status(Some(status.clone()));
    let (json, typed) = result::<methods::GetAudioStatus>(&page, &Empty {});
    assert_eq!(
        json["status"],
        json!({
            "phase": "runningInputOnly",
            "diagnostic": {"code": "noOutputDevice", "message": "no output device"},
            "sample_rate": 48_000.0,
            "buffer_size": 128,
            "underruns": 0,
            "overruns": 3,
            "updated_at_ms": 1_700_000_000_000_u64
        })
    );
    assert_eq!(typed.status, Some(status));
}

#[test]
fn request_resize() {
    let size = methods::RequestResizeParams { width: 800, height: 500 };
    assert_eq!(result::<methods::RequestResize>(&page(), &size).0, json!({"accepted": false}));
    let host = RecordingHost::new(Conduct::Obey);
    let page = IpcHandler::new(host.clone());
    assert_eq!(result::<methods::RequestResize>(&page, &size).0, json!({"accepted": true}));
    assert_eq!(host.take_calls(), ["resize 800 500"]);
}

#[test]
fn open_host_menu() {
    let place = methods::OpenHostMenuParams { id: "gain".into(), x: 120.5, y: 80.0 };
    assert_eq!(result::<methods::OpenHostMenu>(&page(), &place).0, json!({"opened": false}));
    let host = RecordingHost::new(Conduct::Obey);
    let page = IpcHandler::new(host.clone());
    assert_eq!(result::<methods::OpenHostMenu>(&page, &place).0, json!({"opened": true}));
    assert_eq!(host.take_calls(), ["menu of gain at 120.5 80"]);
}
