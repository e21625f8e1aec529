//! A bounce runs at the factor that is meant for it, and is as late as what was heard.

use nice_plug::prelude::ProcessMode;
use wavecraft::Wavecraft;
use wavecraft_nice_plug::driver::{Activation, HeadlessPlugin};
use wavecraft_tests::recording;
use wavecraft_tests::render::recording_with;

plugin_test_support::needs!(TestSound);

/// What comes out of an instance, and how late it says that it is.
fn play(process_mode: ProcessMode, settings: &[(&str, &str)]) -> (Vec<f32>, u32) {
    let mut plugin = HeadlessPlugin::<Wavecraft>::new();
    let parameters = plugin.parameters().clone();
    for (id, text) in settings {
        let value = parameters.index_of(id).and_then(|index| parameters.parse(index, text));
        plugin
            .set_parameter_by_id(id, value.expect("the parameter takes the text"))
            .expect("the strip has it");
    }
    plugin
        .activate(Activation { process_mode, ..Activation::new(48_000.0, 512, 1) })
        .expect("it runs on one channel");
    let mut output = recording::samples();
    for block in output.chunks_mut(512) {
        plugin.process(&mut [block]).expect("it plays");
    }
    (output, plugin.latency_samples())
}

const DRIVE: [(&str, &str); 2] = [("drive", "24"), ("character", "Hard")];

#[test]
fn the_host_hears_of_one_latency_and_gets_the_factor_of_either() {
    let with = |more: [(&'static str, &'static str); 2]| [DRIVE, more].concat();
    let (live, live_latency) =
        play(ProcessMode::Realtime, &with([("oversampling", "2x"), ("offline_oversampling", "8x")]));
    let (offline, offline_latency) =
        play(ProcessMode::Offline, &with([("oversampling", "2x"), ("offline_oversampling", "8x")]));
    assert_eq!((live_latency, offline_latency), (115, 115));

    let alone = |factor| play(ProcessMode::Realtime, &with([("oversampling", factor), ("mix", "100")]));
    let (at_8x, _) = alone("8x");
    let (at_2x, latency_at_2x) = alone("2x");
    assert!(offline == at_8x);
    let later = (115 - latency_at_2x) as usize;
    assert!(later > 0 && live[later..] == at_2x[..at_2x.len() - later]);
    assert!(live != offline);
}

#[test]
fn as_live_a_bounce_is_what_was_heard() {
    assert!(play(ProcessMode::Offline, &DRIVE) == play(ProcessMode::Realtime, &DRIVE));
}

#[test]
fn render_is_a_bounce() {
    let with = |more: [(&'static str, &'static str); 2]| recording_with(&[DRIVE, more].concat());
    let rendered = with([("oversampling", "off"), ("offline_oversampling", "8x")]);
    assert!(rendered == with([("oversampling", "8x"), ("mix", "100")]));
    assert!(rendered != with([("oversampling", "off"), ("mix", "100")]));
}
