//! A musician loads the CLAP in a DAW: it introduces itself, sounds right, is automated, and comes back from a saved
//! project as it was.
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

use std::path::Path;

use wavecraft::Wavecraft;
use wavecraft_nice_plug::parameters::ParameterTable;
use wavecraft_tests::bundles;
use wavecraft_tests::clap_host::{ClapHost, ListedPreset, Passage, Told};
use wavecraft_tests::clap_state;
use wavecraft_tests::recording::{self, largest_difference, rms_db};
use wavecraft_tests::render::recording_with;

plugin_test_support::needs!(TestSound);

/// The same sound, as far as single precision goes.
const SAME: f32 = 1e-6;

fn host() -> ClapHost {
    ClapHost::load(&bundles::clap())
}

/// That of 8x oversampling, in frames.
const LARGEST_LATENCY: usize = 115;

/// The recording, with silence behind it for what comes late.
fn input(latency: usize) -> Vec<f32> {
    let mut samples = recording::samples();
    samples.resize(samples.len() + latency, 0.0);
    samples
}

/// Runs the recording through the plugin, from its first frame on; the result is aligned with the recording.
fn process(host: &mut ClapHost, block_frames: usize, changes: &[(usize, &str, f64)]) -> Vec<f32> {
    let output = play(host, block_frames, changes);
    // A change of the latency holds from the next activation on.
    if host.take_restart_requests() == 0 { output } else { play(host, block_frames, changes) }
}

fn play(host: &mut ClapHost, block_frames: usize, changes: &[(usize, &str, f64)]) -> Vec<f32> {
    let input = input(LARGEST_LATENCY);
    let [left, right] = host.process([&input, &input], block_frames, changes);
    assert!(largest_difference(&left, &right) < SAME);
    let latency = host.latency() as usize;
    left[latency..][..input.len() - LARGEST_LATENCY].to_vec()
}

#[test]
fn introduces_itself() {
    let mut host = host();
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(host.description(), ["dev.wavecraft.wavecraft", "Wavecraft", "Wavecraft", version]);
    let parameters = host.parameters();
    let listed: Vec<(&str, &str)> =
        parameters.iter().map(|parameter| (parameter.module.as_str(), parameter.name.as_str())).collect();
    let expected = [
        ("", "Bypass"),
        ("Input", "Input"),
        ("Filters", "Low cut"),
        ("Filters", "Low cut slope"),
        ("Filters", "High cut"),
        ("Filters", "High cut slope"),
        ("Drive", "Drive"),
        ("Drive", "Character"),
        ("Drive", "Oversampling"),
        ("Output", "Mix"),
        ("Output", "Output"),
        ("Drive", "Drive channels"),
        ("Drive", "Offline oversampling"),
        ("Output", "Auto gain"),
        ("Output", "Delta"),
    ];
    let not_automatable = ["Oversampling", "Offline oversampling", "Delta"];
    assert_eq!(listed, expected);
    for parameter in &parameters {
        assert_eq!(parameter.is_bypass, parameter.name == "Bypass", "{parameter:?}");
        let is_automatable = !not_automatable.contains(&parameter.name.as_str());
        assert_eq!(parameter.is_automatable, is_automatable, "{parameter:?}");
    }
}

#[test]
fn every_parameter_is_shown_as_on_the_page() {
    let mut host = host();
    let parameters = ParameterTable::of_plugin::<Wavecraft>();
    for (index, (seen, parameter)) in host.parameters().into_iter().zip(parameters.iter()).enumerate() {
        let last = parameter.steps.unwrap_or(1) as f64;
        assert_eq!(seen.name, parameter.name);
        assert_eq!((seen.max, seen.is_stepped), (last, parameter.steps.is_some()), "{seen:?}");
        assert!((seen.default - f64::from(parameter.default) * last).abs() < 1e-6, "{seen:?}");
        for step in 0..=8_u8 {
            let normalized = f32::from(step) / 8.0;
            let text = host.text(&seen.name, f64::from(normalized) * last);
            assert_eq!(Some(text), parameters.format(index, normalized), "{seen:?}");
        }
    }
}

#[test]
fn texts_are_those_that_people_read_and_type() {
    let mut host = host();
    for (name, typed, shown) in [
        ("Low cut", "1k", "1.00 kHz"),
        ("High cut", "1.2k", "1.20 kHz"),
        ("High cut", "20000", "20.0 kHz"),
        ("Input", "-3", "-3.0 dB"),
        ("Output", "-3 dB", "-3.0 dB"),
        ("Mix", "50%", "50 %"),
        ("Low cut slope", "off", "Off"),
        ("High cut slope", "24", "24 dB/oct"),
        ("Character", "tube", "Tube"),
        ("Oversampling", "8x", "8x"),
        ("Drive channels", "mid", "Mid"),
        ("Offline oversampling", "8", "8x"),
        ("Auto gain", "on", "On"),
        ("Bypass", "on", "On"),
    ] {
        let value = host.typed(name, typed).unwrap_or_else(|| panic!("{name} takes {typed:?}"));
        assert_eq!(host.text(name, value), shown, "{name} {typed:?}");
        assert!(
            host.typed(name, shown).is_some_and(|again| (again - value).abs() < 1e-3),
            "{name} {shown:?}"
        );
    }
    assert_eq!(host.typed("Input", "loud"), None);
    assert_eq!(host.typed("Input", "90"), None);
}

#[test]
fn a_neutral_instance_only_delays() {
    let output = process(&mut host(), 512, &[]);
    assert!(largest_difference(&output, &recording::samples()) < SAME);
}

#[test]
fn a_gain_is_as_many_decibels_as_it_says() {
    let mut host = host();
    let value = host.typed("Output", "-9.5").unwrap();
    let output = process(&mut host, 512, &[(0, "Output", value)]);
    let change = rms_db(&output[4_800..]) - rms_db(&recording::samples()[4_800..]);
    assert!((change - -9.5).abs() < 0.01, "{change} dB");
}

#[test]
fn sounds_exactly_like_render_in_blocks_of_any_size() {
    let settings = [
        ("input_gain", "6"),
        ("low_cut_freq", "150"),
        ("low_cut_slope", "24"),
        ("drive", "18"),
        ("character", "Tape"),
    ];
    let rendered = recording_with(&settings);
    for block_frames in [17, 64, 512, 4_096] {
        let mut host = host();
        let names = ["Input", "Low cut", "Low cut slope", "Drive", "Character"];
        let changes: Vec<(usize, &str, f64)> = names
            .into_iter()
            .zip(settings)
            .map(|(name, (_, text))| (0, name, host.typed(name, text).unwrap()))
            .collect();
        let output = process(&mut host, block_frames, &changes);
        let difference = largest_difference(&output, &rendered);
        assert!(difference < SAME, "blocks of {block_frames}: {difference}");
    }
}

#[test]
fn automation_takes_effect_at_its_frame() {
    let mut host = host();
    let ones = vec![0.5; 9_600];
    let value = host.typed("Output", "-24").unwrap();
    let [output, _] = host.process([&ones, &ones], 512, &[(5_003, "Output", value)]);
    let latency = host.latency() as usize;
    assert!(output[latency + 200..5_003].iter().all(|sample| (sample - 0.5).abs() < SAME));
    assert!(output[5_003] < 0.5 && output[5_004] < output[5_003], "it begins there");
    assert!((output[9_599] / 0.5 - 0.063_095_73).abs() < 1e-4, "and arrives");
}

#[test]
fn oversampling_changes_the_latency_and_the_host_is_asked_for_one_restart() {
    let mut host = host();
    let silence = vec![0.0; 4_800];
    host.process([&silence, &silence], 512, &[]);
    assert_eq!((host.latency(), host.take_restart_requests()), (113, 0), "nothing has changed yet");
    let before = host.latency_changes();
    let off = host.typed("Oversampling", "off").unwrap();
    host.process([&silence, &silence], 512, &[(1_000, "Oversampling", off)]);
    assert_eq!(host.take_restart_requests(), 1, "the host must restart the plugin to learn of it");
    host.process([&silence, &silence], 512, &[]);
    assert_eq!((host.latency(), host.take_restart_requests()), (0, 0));
    assert_eq!(host.latency_changes(), before + 1);
}

#[test]
fn a_second_pass_is_the_same_as_the_first() {
    let mut host = host();
    let changes: Vec<(usize, &str, f64)> =
        [("Output", "-12"), ("Low cut", "900"), ("Low cut slope", "48"), ("Drive", "18"), ("Mix", "70")]
            .into_iter()
            .map(|(name, text)| (0, name, host.typed(name, text).unwrap()))
            .collect();
    let first = process(&mut host, 512, &changes);
    assert!(largest_difference(&first, &process(&mut host, 512, &[])) < SAME);
}

#[test]
fn state_comes_back_in_another_instance() {
    let mut host = host();
    let changes: Vec<(usize, &str, f64)> = [
        ("Bypass", "off"),
        ("Input", "4.5"),
        ("Low cut", "123"),
        ("Low cut slope", "48"),
        ("High cut", "5k"),
        ("High cut slope", "12"),
        ("Drive", "20"),
        ("Character", "Tube"),
        ("Oversampling", "2x"),
        ("Mix", "70"),
        ("Output", "-2"),
        ("Drive channels", "Mid/side"),
        ("Offline oversampling", "8x"),
        ("Auto gain", "on"),
        ("Delta", "on"),
    ]
    .into_iter()
    .map(|(name, text)| (0, name, host.typed(name, text).unwrap()))
    .collect();
    let before = process(&mut host, 512, &changes);
    let saved = host.save();

    let mut other = host.another();
    assert!(other.load_state(&saved));
    for (_, name, value) in &changes {
        assert!((other.value(name) - value).abs() < 1e-6, "{name}");
    }
    assert_eq!(other.save(), saved);
    assert!(largest_difference(&process(&mut other, 512, &[]), &before) < SAME);
}

#[test]
fn a_broken_state_changes_nothing() {
    let mut host = host();
    let drive = host.typed("Drive", "9").unwrap();
    host.process([&[0.0; 64], &[0.0; 64]], 64, &[(0, "Drive", drive)]);
    let good = host.save();

    let mut other = host.another();
    let untouched = other.save();
    for length in 0..good.len() {
        assert!(!other.load_state(&good[..length]), "cut short after {length} bytes");
        assert_eq!(other.save(), untouched, "cut short after {length} bytes");
    }
    let mut random = 0x1234_5678_u32;
    for _ in 0..200 {
        let bytes: Vec<u8> = (0..300)
            .map(|_| {
                random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (random >> 24) as u8
            })
            .collect();
        assert!(!other.load_state(&bytes));
        assert_eq!(other.save(), untouched);
    }
    // What is well formed but not ours is refused by the plugin, behind the wrapper's back.
    let text = clap_state::text(&good);
    let version = format!("\"version\":\"{}\"", env!("CARGO_PKG_VERSION"));
    assert!(text.contains(&version));
    for (what, broken) in [
        ("a newer version", text.replace(&version, "\"version\":\"99.0.0\"")),
        ("an ancient version", text.replace(&version, "\"version\":\"0.0.1\"")),
        ("no version", text.replace(&version, "\"version\":\"\"")),
        ("a value out of range", text.replace("{\"f32\":9.0}", "{\"f32\":9000.0}")),
        ("a value of the wrong type", text.replace("{\"f32\":9.0}", "{\"bool\":true}")),
    ] {
        assert_ne!(broken, text, "{what}");
        other.load_state(&clap_state::of_text(&broken));
        assert_eq!(other.save(), untouched, "{what}");
    }
    assert!(other.load_state(&good));
    assert_eq!(other.save(), good);
}

/// The text of a preset that changes three parameters.
const WARM: &str = "name = 'Warm'\nauthor = 'Ann'\ntags = ['voice']\ndescription = 'Soft.'\nplugin = 'Wavecraft'\n\
                    [values]\ndrive = '12 dB'\ncharacter = 'Tape'\nmix = '70 %'\n";

/// A preset that a host has found in a file.
fn in_file(path: &Path) -> ListedPreset {
    ListedPreset { file: Some(path.to_owned()), ..ListedPreset::default() }
}

/// What the plugin tells of its parameters in a block of silence, by their names.
fn told(host: &mut ClapHost) -> Vec<(String, Told)> {
    let parameters = host.parameters();
    let passage =
        Passage { input: Some([&[0.0; 64]; 2]), frames: 64, block_frames: 64, ..Passage::default() };
    let told = host.play(&passage).told.into_iter();
    let name = |id| parameters.iter().find(|parameter| parameter.id == id).unwrap().name.clone();
    told.map(|(id, told)| (name(id), told)).collect()
}

#[test]
fn the_plugin_s_presets_are_in_the_host_s_list_and_each_can_be_loaded() {
    let mut host = host();
    let listing = host.listed_presets();
    let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../presets")).unwrap();
    let factory: Vec<ListedPreset> =
        listing.presets.into_iter().filter(|preset| preset.file.is_none()).collect();
    assert_eq!(factory.len(), files.count());
    for preset in &factory {
        assert_eq!(
            (&*preset.plugins, preset.is_factory),
            (&["dev.wavecraft.wavecraft".to_owned()][..], true)
        );
        assert_eq!(host.load_preset(preset), Ok(()));
    }
    let names: Vec<_> = factory.iter().map(|preset| preset.name.to_lowercase()).collect();
    assert!(names.is_sorted(), "{names:?}");
}

/// Where the user's presets are is said by the environment, so this runs in a process of its own.
#[test]
fn the_user_s_presets_are_in_the_host_s_list_with_all_that_they_say() {
    const ALONE: &str = "WAVECRAFT_TEST_ALONE";
    if std::env::var_os(ALONE).is_none() {
        let data = tempfile::tempdir().unwrap();
        let mut test = std::process::Command::new(std::env::current_exe().unwrap());
        test.args(["--exact", "the_user_s_presets_are_in_the_host_s_list_with_all_that_they_say"]);
        let output = test.env(ALONE, "1").env("XDG_DATA_HOME", data.path()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        return;
    }
    let data = std::path::PathBuf::from(std::env::var_os("XDG_DATA_HOME").unwrap());
    let folder = data.join("Wavecraft/Wavecraft/presets");
    let mut host = host();
    assert!(host.listed_presets().folders.is_empty(), "a folder that is not there is not told of");
    assert!(!folder.exists(), "nor is it made");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("Warm.toml");
    std::fs::write(&path, WARM).unwrap();
    std::fs::write(folder.join("broken.toml"), "name = ").unwrap();
    let listing = host.listed_presets();
    assert_eq!((listing.folders, listing.extensions), (vec![folder], vec!["toml".to_owned()]));
    assert_eq!(listing.errors.len(), 1, "{:?}", listing.errors);
    let warm = listing.presets.into_iter().find(|preset| preset.name == "Warm").unwrap();
    let expected = ListedPreset {
        name: "Warm".to_owned(),
        plugins: vec!["dev.wavecraft.wavecraft".to_owned()],
        creators: vec!["Ann".to_owned()],
        description: Some("Soft.".to_owned()),
        features: vec!["voice".to_owned()],
        ..in_file(&path)
    };
    assert_eq!(warm, expected);
    assert_eq!(host.load_preset(&warm), Ok(()));
    assert!(clap_state::text(&host.save()).contains("user/Warm"), "it is the one in the user's bank");
}

#[test]
fn a_loaded_preset_is_one_gesture_for_each_parameter_that_differs_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("warm.toml");
    std::fs::write(&path, WARM).unwrap();
    let mut host = host();
    let same = host.typed("Mix", "70").unwrap();
    let other = host.typed("Output", "-6").unwrap();
    process(&mut host, 512, &[(0, "Mix", same), (0, "Output", other)]);
    assert_eq!(host.take_dirty_marks(), 0);
    assert_eq!(host.load_preset(&in_file(&path)), Ok(()));
    assert_eq!(host.take_dirty_marks(), 1, "another name is to be saved");
    let expected: Vec<(String, Told)> = [("Character", "Tape"), ("Drive", "12"), ("Output", "0")]
        .into_iter()
        .flat_map(|(name, text)| {
            let value = host.typed(name, text).unwrap();
            assert!((host.value(name) - value).abs() < 1e-6, "{name}, before any block");
            [Told::Begin, Told::Value(value), Told::End].map(|told| (name.to_owned(), told))
        })
        .collect();
    let told_now = told(&mut host);
    assert_eq!(told_now.len(), expected.len(), "{told_now:?}");
    for ((name, told), (expected_name, expected)) in told_now.iter().zip(&expected) {
        let is_same = match (told, expected) {
            (Told::Value(value), Told::Value(expected)) => (value - expected).abs() < 1e-6,
            (told, expected) => told == expected,
        };
        assert!(is_same && name == expected_name, "{told_now:?}");
    }
    assert!(told(&mut host).is_empty());
}

#[test]
fn a_preset_that_cannot_be_loaded_changes_nothing_and_the_host_hears_why() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.toml");
    std::fs::write(&path, WARM.replace("Wavecraft", "Another")).unwrap();
    let mut host = host();
    let before = host.save();
    let error = host.load_preset(&in_file(&path)).unwrap_err();
    assert!(error.ends_with("it is a preset of Another, not of Wavecraft"), "{error}");
    let gone = ListedPreset { load_key: Some("factory/gone".to_owned()), ..ListedPreset::default() };
    assert!(host.load_preset(&gone).unwrap_err().contains("factory/gone"));
    assert_eq!(host.save(), before);
    assert_eq!((told(&mut host), host.take_dirty_marks()), (vec![], 0));
}

#[test]
fn a_state_keeps_both_slots_and_the_preset_s_name() {
    let mut host = host();
    let mut state: serde_json::Value = serde_json::from_str(clap_state::text(&host.save())).unwrap();
    let preset = r#"{"id": "user/Warm", "name": "Warm", "bank": "user", "values": {"drive": 0.25}}"#;
    let session = format!(
        r#"{{"version": 1, "selected": "b", "a": {{"preset": {preset}, "values": {{"drive": 0.25, "mix": 0.7}}}}, "b": {{}}}}"#
    );
    state["fields"]["session"] = session.clone().into();
    assert!(host.load_state(&clap_state::of_text(&state.to_string())));
    assert_eq!(host.take_dirty_marks(), 0, "what was loaded is what is saved");
    let saved = host.save();
    let session_of = |saved: &[u8]| -> serde_json::Value {
        let state: serde_json::Value = serde_json::from_str(clap_state::text(saved)).unwrap();
        serde_json::from_str(state["fields"]["session"].as_str().unwrap()).unwrap()
    };
    let expected: serde_json::Value = serde_json::from_str(&session).unwrap();
    let kept = session_of(&saved);
    assert_eq!((&kept["selected"], &kept["a"]["preset"]["name"]), (&"b".into(), &"Warm".into()));
    for id in ["drive", "mix"] {
        let value = |session: &serde_json::Value| session["a"]["values"][id].as_f64().unwrap() as f32;
        assert_eq!(value(&kept).to_bits(), value(&expected).to_bits(), "{id}");
    }
    let mut other = host.another();
    assert!(other.load_state(&saved));
    assert_eq!(other.save(), saved);
}

#[test]
fn a_hundred_instances_at_once_are_no_problem() {
    let first = host();
    let mut instances: Vec<ClapHost> = (0..100).map(|_| first.another()).collect();
    let samples = &recording::samples()[..4_800];
    let [reference, _] = instances[0].process([samples, samples], 512, &[]);
    for instance in &mut instances {
        let [output, _] = instance.process([samples, samples], 512, &[]);
        assert!(largest_difference(&output, &reference) < SAME);
    }
}
