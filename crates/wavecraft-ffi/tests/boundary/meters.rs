//! The own meters and the signals of a plugin of another make, and what its library says of them.

use std::fs;

use wavecraft_ffi::{DescriptionError, FfiProcessor, PluginDescription, PluginLibrary};
use wavecraft_ipc::{MeterInfo, MeterKind, SignalInfo, SignalKind};

use crate::libraries::{build, path_definition};

#[test]
fn what_an_instance_measures_is_read_while_it_plays_and_after_its_end() {
    let built = build("live.c", &[]);
    let library = PluginLibrary::load(&built.path).expect("it loads");
    let mut playing = FfiProcessor::create(&library).expect("an instance");
    playing.prepare(48_000.0, 64, 2).expect("it is ready");
    let mut reader = playing.meter_reader().expect("it gives one");
    let mut values = [f32::NAN; 2];
    assert!(!reader.read(&mut values) && values[0].is_nan(), "nothing was measured yet");
    let audio = std::thread::spawn(move || {
        for _ in 0..1_000 {
            playing.process(&mut [&mut [0.5; 64], &mut [-1.0; 64]]).expect("it processes");
        }
    });
    while !reader.read(&mut values) {
        std::thread::yield_now();
    }
    assert_eq!(values, [0.25, 0.5]);
    audio.join().expect("it only processes");

    // The reader holds the library and what was measured, whoever else lets go of it.
    drop(library);
    values.fill(f32::NAN);
    if reader.read(&mut values) {
        assert_eq!(values, [0.25, 0.5]);
    }
    assert!(!reader.read(&mut values), "each value is read once");
}

#[test]
fn values_that_the_plugin_does_not_have_are_not_read() {
    let built = build("live.c", &[]);
    let mut processor = FfiProcessor::create(&PluginLibrary::load(&built.path).unwrap()).unwrap();
    processor.prepare(48_000.0, 64, 1).unwrap();
    processor.process(&mut [&mut [1.0; 8]]).unwrap();
    let mut reader = processor.meter_reader().unwrap();
    let mut three = [7.0; 3];
    assert!(!reader.read(&mut three) && !reader.read(&mut []));
    assert_eq!(three, [7.0; 3]);
    assert!(reader.read(&mut [0.0; 2]));
}

#[test]
fn a_plugin_may_have_no_meters() {
    let built = build("live.c", &["NO_METERS"]);
    let mut processor = FfiProcessor::create(&PluginLibrary::load(&built.path).unwrap()).unwrap();
    assert!(processor.meter_reader().is_none());
    let built = build("half.c", &[]);
    let library = PluginLibrary::load(&built.path).unwrap();
    assert!(FfiProcessor::create(&library).unwrap().meter_reader().is_none());
    assert!(PluginDescription::load(&library).unwrap().is_none(), "version 1 says nothing of itself");
}

#[test]
fn a_description_is_read_as_far_as_it_is_known() {
    let built = build("live.c", &[]);
    let description = PluginDescription::load(&PluginLibrary::load(&built.path).unwrap()).unwrap().unwrap();
    let expected = PluginDescription {
        name: "Live".to_owned(),
        vendor: "C".to_owned(),
        version: "1.0".to_owned(),
        meters: vec![MeterInfo::new("peak", "Peak", MeterKind::Level, 2)],
        signals: vec![SignalInfo::new("played", "Played", SignalKind::Waveform, 2)],
        ..PluginDescription::default()
    };
    assert_eq!(description, expected);
}

/// What becomes of a library with this description.
fn refused(description: &str) -> DescriptionError {
    let folder = tempfile::tempdir().expect("there is a temporary folder");
    let file = folder.path().join("description.json");
    fs::write(&file, description).expect("the folder is ours");
    let built = build("live.c", &[&path_definition("DESCRIPTION", &file)]);
    PluginDescription::load(&PluginLibrary::load(&built.path).expect("it loads")).expect_err("it is refused")
}

#[test]
fn a_description_that_cannot_be_used_is_refused_and_says_why() {
    let meter = r#"{"id":"gr","name":"Reduction","kind":"gainReduction","channels":1}"#;
    assert!(matches!(refused("{"), DescriptionError::Malformed { .. }));
    let twice = refused(&format!(r#"{{"meters":[{meter},{meter}]}}"#)).to_string();
    assert!(twice.contains("two meters with the id `gr`"), "{twice}");
    let many = meter.replace(r#""channels":1"#, r#""channels":5000"#);
    assert!(refused(&format!(r#"{{"meters":[{many}]}}"#)).to_string().contains("5000 channels in all"));
    let signal = r#"{"id":"in","name":"In","kind":"spectrum","channels":1}"#;
    let twice = refused(&format!(r#"{{"signals":[{signal},{signal}]}}"#)).to_string();
    assert!(twice.contains("two signals with the id `in`"), "{twice}");
    let many: Vec<String> = (0..65).map(|index| signal.replace("\"in\"", &format!("\"{index}\""))).collect();
    let many = refused(&format!(r#"{{"signals":[{}]}}"#, many.join(","))).to_string();
    assert!(many.contains("65 signals; 64 are the most"), "{many}");
    let unknown = refused(&format!(r#"{{"meters":[{}]}}"#, meter.replace("gainReduction", "loudness")));
    assert!(unknown.to_string().contains("loudness"), "{unknown}");
    let built = build("live.c", &["NO_WORDS"]);
    let refused = PluginDescription::load(&PluginLibrary::load(&built.path).unwrap()).unwrap_err();
    assert!(matches!(refused, DescriptionError::Refused { .. }));
}
