//! The development server loads the plugin's library through the C boundary: it hears what `render` writes.

use wavecraft_ffi::{Capability, FfiProcessor, PluginLibrary, PluginParamLoader};
use wavecraft_tests::bundles;
use wavecraft_tests::recording::{self, largest_difference};
use wavecraft_tests::render::recording_with;

plugin_test_support::needs!(TestSound);

#[test]
fn the_library_offers_everything_a_live_plugin_needs() {
    let library = PluginLibrary::load(&bundles::library()).unwrap();
    assert!(matches!(library.capability(), Capability::Live), "{}", library.capability());
    let parameters = PluginParamLoader::load(&library).unwrap();
    let ids: Vec<&str> = parameters.iter().map(|parameter| parameter.id.as_str()).collect();
    assert_eq!(ids.len(), 15);
    assert_eq!((ids[0], ids[1], ids[10], ids[14]), ("bypass", "input_gain", "output_gain", "delta"));
}

#[test]
fn parameters_reach_the_sound_and_it_is_that_of_render() {
    let library = PluginLibrary::load(&bundles::library()).unwrap();
    let mut processor = FfiProcessor::create(&library).unwrap();
    let parameters = PluginParamLoader::load(&library).unwrap();
    let settings = [("input_gain", "6 dB"), ("drive", "18"), ("character", "Hard"), ("low_cut_slope", "24")];
    let mut values: Vec<f32> = parameters.iter().map(|parameter| parameter.default.get()).collect();
    for (id, text) in settings {
        let index = parameters.iter().position(|parameter| parameter.id == id).unwrap();
        values[index] = processor.parse_parameter(index, text).unwrap();
        assert!(
            processor.format_parameter(index, values[index]).unwrap().contains(text.trim_end_matches(" dB"))
        );
    }
    processor.prepare(48_000.0, 512, 2).unwrap();
    // As the development server does it, right before the first block: which begins there, and not at the defaults.
    processor.set_parameters(&values).unwrap();
    let latency = processor.latency_samples() as usize;

    let mut left = recording::samples();
    left.resize(left.len() + latency, 0.0);
    let mut right = left.clone();
    for (left, right) in left.chunks_mut(512).zip(right.chunks_mut(512)) {
        processor.process(&mut [left, right]).unwrap();
    }
    assert!(largest_difference(&left, &right) < 1e-6);
    assert!(largest_difference(&left[latency..], &recording_with(&settings)) < 1e-6);
}
