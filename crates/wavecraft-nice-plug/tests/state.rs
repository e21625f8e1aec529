//! States: what is saved comes back, and what is broken changes nothing.

#![allow(clippy::float_cmp, reason = "samples and values pass through unchanged, to the bit")]

use nice_plug::plugin::ParamValue;
use nice_plug::prelude::{Plugin, PluginState, ProcessMode};
use wavecraft_nice_plug::driver::{Activation, HeadlessPlugin};
use wavecraft_nice_plug::parameters::ParameterTable;
use wavecraft_nice_plug::state::{self, StateError, StateRules};
use wavecraft_test_plugins::DelayedGain;

type Gain = DelayedGain<true>;

/// An instance whose every parameter is off its default.
fn changed() -> HeadlessPlugin<Gain> {
    let mut plugin = HeadlessPlugin::<Gain>::new();
    plugin.set_parameters(&[0.75, 1.0, 1.0, 0.5, 0.25]).expect("normalized values");
    plugin.plugin_mut().params.note.write().expect("not poisoned").push_str("Grüße, \"quoted\"");
    plugin
}

/// Everything that a state could change.
fn contents(plugin: &mut HeadlessPlugin<Gain>) -> (Vec<Option<f32>>, String) {
    let values = (0..plugin.parameters().len()).map(|index| plugin.parameters().value(index)).collect();
    (values, plugin.plugin_mut().params.note.read().expect("not poisoned").clone())
}

/// Loads what must be refused, and checks that it changed nothing.
fn refusal(bytes: &[u8]) -> StateError {
    let mut plugin = changed();
    let before = contents(&mut plugin);
    let error = plugin.load_state(bytes).expect_err("a state to be refused");
    assert_eq!(contents(&mut plugin), before, "{error}");
    error
}

fn saved_with(edit: impl FnOnce(&mut PluginState)) -> Vec<u8> {
    let mut state: PluginState = serde_json::from_slice(&changed().save_state()).expect("our own state");
    edit(&mut state);
    serde_json::to_vec(&state).expect("a state")
}

#[test]
fn a_state_comes_back_whole() {
    let mut original = changed();
    let mut restored = HeadlessPlugin::<Gain>::new();
    restored.load_state(&original.save_state()).unwrap();
    assert_eq!(contents(&mut restored), contents(&mut original));
    assert_eq!(restored.save_state(), original.save_state(), "to the byte");
}

#[test]
fn the_format_is_that_of_nice_plug() {
    let text = String::from_utf8(changed().save_state()).unwrap();
    assert_eq!(
        text,
        concat!(
            r#"{"version":"1.2.0","params":{"delay":{"i32":2048},"gain":{"f32":12.0},"mute":{"bool":true},"#,
            r#""polarity":{"string":"inverted"},"trim":{"f32":0.25}},"fields":{"note":"\"Grüße, \\\"quoted\\\"\""}}"#
        )
    );
}

#[test]
fn a_state_cut_short_anywhere_is_refused() {
    let whole = changed().save_state();
    for length in 0..whole.len() {
        assert!(
            matches!(refusal(&whole[..length]), StateError::Malformed(_)),
            "{length} of {} bytes",
            whole.len()
        );
    }
}

#[test]
fn random_and_mutated_bytes_change_nothing_or_load_whole() {
    let whole = HeadlessPlugin::<Gain>::new().save_state();
    let mut seed = 0x2545_F491_4F6C_DD1D_u64;
    let mut random = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed as usize
    };
    let mut refused = 0;
    for _ in 0..5_000 {
        let noise: Vec<u8> = (0..random() % 64).map(|_| random() as u8).collect();
        refusal(&noise);
        let mut mutated = whole.clone();
        let position = random() % mutated.len();
        mutated[position] = random() as u8;
        let mut plugin = changed();
        let before = contents(&mut plugin);
        if plugin.load_state(&mutated).is_ok() {
            assert!(contents(&mut plugin).0.iter().flatten().all(|value| (0.0..=1.0).contains(value)));
        } else {
            assert_eq!(contents(&mut plugin), before);
            refused += 1;
        }
    }
    assert!(refused > 1_000, "most mutations break something: {refused}");
}

#[test]
fn values_that_do_not_fit_are_refused_by_name() {
    for (id, value) in [
        ("gain", ParamValue::I32(3)),
        ("gain", ParamValue::F32(24.1)),
        ("gain", ParamValue::F32(-1.0e30)),
        ("mute", ParamValue::F32(1.0)),
        ("delay", ParamValue::F32(3.0)),
        ("delay", ParamValue::I32(-1)),
        ("delay", ParamValue::I32(i32::MAX)),
        ("polarity", ParamValue::String("sideways".to_owned())),
        ("polarity", ParamValue::I32(2)),
        ("polarity", ParamValue::Bool(true)),
    ] {
        let error = refusal(&saved_with(|state| drop(state.params.insert(id.to_owned(), value.clone()))));
        assert!(
            matches!(&error, StateError::InvalidValue { id: named, .. } if named == id),
            "{value:?}: {error}"
        );
    }
    let overflowing = String::from_utf8(changed().save_state()).unwrap().replace("12.0", "1e300");
    assert!(matches!(
        refusal(overflowing.as_bytes()),
        StateError::InvalidValue { .. } | StateError::Malformed(_)
    ));
    let broken_field = saved_with(|state| drop(state.fields.insert("note".to_owned(), "\"open".to_owned())));
    assert_eq!(refusal(&broken_field), StateError::InvalidField("note".to_owned()));
}

#[test]
fn what_is_unknown_is_ignored_and_what_is_missing_stays() {
    let state = saved_with(|state| {
        state.params.remove("gain");
        state.params.insert("warmth".to_owned(), ParamValue::F32(1.0e9));
    });
    let mut plugin = HeadlessPlugin::<Gain>::new();
    plugin.set_parameter_by_id("gain", 0.125).unwrap();
    plugin.load_state(&state).unwrap();
    assert_eq!(plugin.parameters().value(0), Some(0.125));
    assert_eq!(plugin.parameters().value(1), Some(1.0));
}

#[test]
fn variants_load_by_index_too() {
    let by_index = saved_with(|state| drop(state.params.insert("polarity".to_owned(), ParamValue::I32(0))));
    let mut plugin = changed();
    plugin.load_state(&by_index).unwrap();
    assert_eq!(plugin.parameters().value(2), Some(0.0));
}

#[test]
fn loading_leaves_an_active_plugin_active_and_settles_its_smoothers() {
    let mut plugin = HeadlessPlugin::<Gain>::new();
    plugin
        .activate(Activation {
            sample_rate_hz: 44_100.0,
            max_block_frames: 32,
            channels: 1,
            side_chain_channels: 0,
            process_mode: ProcessMode::Realtime,
        })
        .unwrap();
    plugin.load_state(&changed().save_state()).unwrap();
    assert_eq!(plugin.plugin_mut().life, ["activate", "reset"], "as in CLAP and VST3 hosts");
    plugin.set_parameters(&[0.5, 0.0, 0.0, 0.0, 0.25]).unwrap();
    let mut samples = [1.0; 32];
    plugin.process(&mut [&mut samples]).unwrap();
    assert_eq!(samples, [0.25; 32], "the smoother stands where the state put it");
}

#[test]
fn a_guard_empties_what_it_refuses() {
    let parameters = &ParameterTable::of_plugin::<Gain>();
    let rules = StateRules { oldest_readable: "1.0.0", current: Gain::VERSION, parameters };
    let edited =
        |edit: fn(&mut PluginState)| -> PluginState { serde_json::from_slice(&saved_with(edit)).unwrap() };
    let mut fine = edited(|state| state.version = "1.0.0".to_owned());
    assert!(state::guard(&mut fine, &rules) && fine.params.len() == 5 && fine.fields.len() == 1);
    for edit in [
        (|state| state.version.clear()) as fn(&mut PluginState),
        |state| state.version = "1.3.0".to_owned(),
        |state| state.version = "0.9.9".to_owned(),
        |state| drop(state.params.insert("gain".to_owned(), ParamValue::Bool(true))),
    ] {
        let mut refused = edited(edit);
        assert!(
            !state::guard(&mut refused, &rules) && refused.params.is_empty() && refused.fields.is_empty()
        );
    }
}
