//! A project that an earlier version has saved.
#![allow(unsafe_code, reason = "nice-plug's macro exports a symbol")]

use plugin_test_support::clap_host::ClapHost;
use wavecraft_plugin::nice_plug::prelude::Plugin;
use wavecraft_plugin::prelude::*;
use wavecraft_plugin::wavecraft_nice_plug::driver::HeadlessPlugin;
use wavecraft_plugin::wavecraft_nice_plug::export_clap;
use wavecraft_plugin::{Exported, Hosted};

/// As version 0.1.0 has saved it: a gain in decibels, and a switch between two cutoffs.
const RECORDED: &str =
    r#"{"version":"0.1.0","params":{"volume":{"f32":-6.0},"bright":{"bool":true}},"fields":{}}"#;

#[derive(Parameters)]
struct FilterParameters {
    #[parameter(decibels("Level", -24.0..=24.0, 0.0))]
    level: Decibels,
    #[parameter(id = "cutoff", frequency("Cutoff", 20.0..=20_000.0, 1_000.0))]
    cutoff_hz: Frequency,
    #[parameter(percent("Mix", 100.0))]
    mix: Percent,
}

#[derive(Default)]
struct Filter;

impl AudioPlugin for Filter {
    const INFO: Info = Info {
        name: "Filter",
        vendor: "Tests",
        version: "0.3.0",
        clap_id: "test.filter",
        vst3_id: *b"TestFilter000001",
        ..info!(Effect)
    };
    type Parameters = FilterParameters;

    const RENAMED_PARAMETERS: &'static [(&'static str, &'static str)] = &[("volume", "level")];

    fn migrate(from_version: &Version, values: &mut SavedValues<'_>) -> Result<(), StateError> {
        // Until 0.2 there was a switch in place of the cutoff.
        if *from_version < Version::new(0, 2, 0)
            && let Some(ParamValue::Bool(is_bright)) = values.remove("bright")
        {
            values.set("cutoff", if is_bright { "10 kHz" } else { "500 Hz" })?;
        }
        if values.get("forbidden").is_some() {
            values.set("cutoff", "1 MHz")?;
        }
        Ok(())
    }

    fn process(&mut self, _: &mut Block, _: &FilterParameters) {}
}

impl Exported for Filter {
    #[cfg(feature = "editor")]
    fn page_files() -> wavecraft_plugin::wavecraft_nice_plug::editor::AssetMap {
        wavecraft_plugin::wavecraft_nice_plug::editor::AssetMap::new()
    }
}

export_clap!(Hosted<Filter>);

fn texts(plugin: &HeadlessPlugin<Hosted<Filter>>) -> Vec<String> {
    let table = plugin.parameters();
    (1..table.len()).filter_map(|index| table.format(index, table.value(index)?)).collect()
}

#[test]
fn a_recorded_state_of_0_1_0_comes_back_under_new_ids() {
    let mut plugin = HeadlessPlugin::<Hosted<Filter>>::new();
    plugin.load_state(RECORDED.as_bytes()).expect("an older version's state is migrated");
    assert_eq!(texts(&plugin), ["-6.0 dB", "10.0 kHz", "100 %"]);
    let saved = String::from_utf8(plugin.save_state()).expect("a state is text");
    assert!(saved.contains(<Hosted<Filter> as Plugin>::VERSION) && !saved.contains("volume"), "{saved}");
    let mut again = HeadlessPlugin::<Hosted<Filter>>::new();
    again.load_state(saved.as_bytes()).expect("its own state");
    assert_eq!(texts(&again), texts(&plugin));
}

#[test]
fn a_recorded_state_of_0_1_0_comes_back_in_a_host_as_well() {
    let mut host = ClapHost::linked(&clap_entry, "test.filter");
    // nice-plug puts the length of the text in front.
    let state = [&(RECORDED.len() as u64).to_le_bytes(), RECORDED.as_bytes()].concat();
    assert!(host.load_state(&state));
    for (name, expected) in [("Level", "-6.0 dB"), ("Cutoff", "10.0 kHz"), ("Mix", "100 %")] {
        let value = host.value(name);
        assert_eq!(host.text(name, value), expected, "{name}");
    }
    let saved = host.save();
    assert!(!String::from_utf8_lossy(&saved).contains("volume"));
    let mut other = host.another();
    assert!(other.load_state(&saved));
    assert_eq!(other.save(), saved);
}

#[test]
fn a_state_that_cannot_be_migrated_changes_nothing_and_says_why() {
    let mut plugin = HeadlessPlugin::<Hosted<Filter>>::new();
    let state = RECORDED.replace("bright", "forbidden");
    let refused = plugin.load_state(state.as_bytes()).expect_err("there is no such cutoff");
    assert!(refused.to_string().contains("\"cutoff\" cannot be \"1 MHz\""), "{refused}");
    assert_eq!(texts(&plugin), ["0.0 dB", "1.00 kHz", "100 %"]);
}
