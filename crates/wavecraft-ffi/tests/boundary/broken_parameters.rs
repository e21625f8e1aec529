//! The library describes its parameters by hand, and by mistake.

use wavecraft_ffi::{ParamLoadError, PluginLibrary, PluginParamLoader};
use wavecraft_ipc::ParameterInfo;

use crate::libraries::{build, path_definition};

const GAIN: &str = r#"{"id":"gain","name":"Gain","type":"float","value":0.5,"default":0.5,"text":"0 dB"}"#;

fn load(json: &[u8], definitions: &[&str]) -> Result<Vec<ParameterInfo>, ParamLoadError> {
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), json).expect("it is written");
    let json = path_definition("JSON", file.path());
    let built = build("parameters.c", &[&[json.as_str()], definitions].concat());
    let library = PluginLibrary::load(&built.path).expect("a library");
    let parameters = PluginParamLoader::load(&library);
    if let Ok(first) = &parameters {
        let second = PluginParamLoader::load(&library).expect("the first text was freed");
        assert_eq!(*first, second);
    }
    parameters
}

fn malformed(json: &str) -> String {
    let error = load(json.as_bytes(), &[]).expect_err(json);
    assert!(matches!(error, ParamLoadError::Malformed { .. }), "{json}: {error:?}");
    error.to_string()
}

#[test]
fn descriptions_are_read_in_their_order() {
    let mix = GAIN.replace("gain", "mix");
    let parameters = load(format!("[{mix},{GAIN}]").as_bytes(), &[]).unwrap();
    assert_eq!(parameters.iter().map(|parameter| parameter.id.as_str()).collect::<Vec<_>>(), ["mix", "gain"]);
    assert_eq!(parameters[1].text, "0 dB");
    assert_eq!(load(b"[]", &[]).unwrap(), []);
}

#[test]
fn what_is_not_json_says_where() {
    assert!(malformed("gain, mix").contains("line 1 column 1"));
    malformed("");
    malformed(&format!("[{GAIN}"));
}

#[test]
fn json_that_describes_no_parameter_says_what_is_missing() {
    assert!(malformed(r#"[{"id":"gain"}]"#).contains("missing field"));
    assert!(malformed(&GAIN.replace("0.5", "1.5")).contains("invalid type: map"), "an array is needed");
    assert!(malformed(&format!("[{}]", GAIN.replace("0.5", "1.5"))).contains("1.5"));
    assert!(malformed(&format!("[{}]", GAIN.replace("float", "knob"))).contains("knob"));
}

#[test]
fn an_id_that_occurs_twice_is_named() {
    let error = load(format!("[{GAIN},{GAIN}]").as_bytes(), &[]).unwrap_err();
    assert!(matches!(&error, ParamLoadError::DuplicateId { id, .. } if id == "gain"), "{error:?}");
}

#[test]
fn a_text_in_another_encoding_is_an_error() {
    let error = load(b"[\"\xE4\"]", &[]).unwrap_err();
    assert!(matches!(error, ParamLoadError::NotUtf8 { valid_up_to: 2, .. }), "{error:?}");
}

#[test]
fn no_text_at_all_is_an_error() {
    let built = build("parameters.c", &[]);
    let error = PluginParamLoader::load(&PluginLibrary::load(&built.path).unwrap()).unwrap_err();
    assert!(matches!(error, ParamLoadError::Null { panic: None, .. }), "{error:?}");
}

#[test]
fn a_function_that_is_missing_is_named() {
    let built = build("half.c", &[]);
    let error = PluginParamLoader::load(&PluginLibrary::load(&built.path).unwrap()).unwrap_err();
    assert!(error.to_string().contains("does not export `wavecraft_get_params_json`"), "{error}");
    let error = load(b"[]", &["NO_FREE"]).unwrap_err();
    assert!(error.to_string().contains("does not export `wavecraft_free_string`"), "{error}");
}
