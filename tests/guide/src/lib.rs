//! The Rust of docs/guide: the build script makes a module of each page that has some. The tests in it run with this package's.
#![allow(missing_docs, dead_code, reason = "the guide's examples are as plugin authors write them")]
#![allow(clippy::pedantic, unused_imports, reason = "the same")]

include!(concat!(env!("OUT_DIR"), "/pages.rs"));

#[cfg(test)]
mod tests {
    #[test]
    fn the_guide_shows_the_file_of_recorded_parameters_as_it_is() {
        let page = include_str!("../../../docs/guide/state-and-versions.md");
        assert!(page.contains(include_str!("../tests/parameter-ids.txt")));
    }

    /// The examples of the page about meters in a language: their lines.
    fn examples_of_meters(language: &str) -> Vec<Vec<&'static str>> {
        let page = include_str!("../../../docs/guide/meters.md");
        let fence = format!("```{language}\n");
        let examples = page.split(&fence).skip(1);
        examples.map(|example| example.split("```").next().unwrap_or_default().lines().collect()).collect()
    }

    #[test]
    fn a_gain_with_a_meter_and_its_page_are_short() {
        let holds = |text: &'static str| {
            move |example: &&Vec<&'static str>| example.iter().any(|line| line.contains(text))
        };
        let (rust, tsx) = (examples_of_meters("rust"), examples_of_meters("tsx"));
        let plugin = rust.iter().find(holds("impl AudioPlugin for Gain")).expect("the plugin is shown");
        let page = tsx.iter().find(holds("mountPage(")).expect("its page is shown");
        // With the two lines that every plugin has: its imports and `export!`.
        assert!(plugin.len() + 2 < 40 && page.len() < 25, "{} and {} lines", plugin.len(), page.len());
    }

    impl wavecraft_plugin::Exported for crate::meters::Gain {
        wavecraft_plugin::__page_files!();
    }

    #[test]
    fn the_meter_of_the_gain_shows_what_comes_out_of_it() {
        use wavecraft_plugin::Hosted;
        use wavecraft_plugin::nice_plug::prelude::ProcessMode;
        use wavecraft_plugin::wavecraft_nice_plug::driver::{Activation, HeadlessPlugin};

        let mut plugin = HeadlessPlugin::<Hosted<crate::meters::Gain>>::new();
        let activation = Activation {
            sample_rate_hz: 48_000.0,
            max_block_frames: 512,
            channels: 2,
            side_chain_channels: 0,
            process_mode: ProcessMode::Realtime,
        };
        plugin.set_parameter_by_id("gain", 48.0 / 72.0).expect("it has a gain, of -12 dB here");
        plugin.activate(activation).expect("it is ready");
        plugin.process(&mut [&mut [0.5; 4_800], &mut [-0.25; 4_800]]).expect("it processes");
        let mut values = Vec::new();
        plugin
            .plugin_mut()
            .meters()
            .drain_with_values(&mut values)
            .expect("a tenth of a second was processed");
        let gain = 10.0_f32.powf(-12.0 / 20.0);
        assert!(
            (values[0] - 0.5 * gain).abs() < 1e-3 && (values[1] - 0.25 * gain).abs() < 1e-3,
            "{values:?}"
        );
    }

    impl wavecraft_plugin::Exported for crate::notes::Lead {
        wavecraft_plugin::__page_files!();
    }

    #[test]
    fn the_instrument_of_the_guide_sounds_while_its_key_is_held() {
        use wavecraft_plugin::Hosted;
        use wavecraft_plugin::wavecraft_nice_plug::driver::{
            Activation, BlockInput, HeadlessPlugin, MidiEvent,
        };

        let mut plugin = HeadlessPlugin::<Hosted<crate::notes::Lead>>::new();
        plugin.activate(Activation::new(48_000.0, 512, 2)).expect("it is stereo");
        let mut peak = |midi: &[MidiEvent]| {
            let (mut left, mut right) = ([0.0; 4_800], [0.0; 4_800]);
            let input = BlockInput { midi, ..BlockInput::default() };
            plugin.process_block(&mut [&mut left, &mut right], &input).expect("a block");
            left.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()))
        };
        let full = 10.0_f32.powf(-12.0 / 20.0);
        assert!((peak(&[MidiEvent::note_on(0, 0, 69, 127)]) - full).abs() < 1e-3);
        assert!(peak(&[MidiEvent::note_off(0, 0, 60, 0)]) > 0.1, "another key");
        assert!(peak(&[MidiEvent::note_off(0, 0, 69, 0)]) <= 0.0);
    }

    #[test]
    fn the_guide_explains_every_check_and_no_other() {
        let page = include_str!("../../../docs/guide/testing.md");
        let rows = page.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next());
        let checks = wavecraft_validate::CHECKS.iter().map(|check| check.name);
        assert_eq!(rows.collect::<Vec<_>>(), checks.collect::<Vec<_>>());
    }
}
