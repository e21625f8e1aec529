//! A library with all that a live plugin needs, built by another compiler than the server.

use wavecraft_ffi::{
    Capability, FfiProcessError, FfiProcessor, FfiStateError, PluginLibrary, ProcessorError,
};

use crate::libraries::{Built, build};

fn processor(built: &Built) -> FfiProcessor {
    let library = PluginLibrary::load(&built.path).expect("a library");
    assert_eq!(*library.capability(), Capability::Live);
    FfiProcessor::create(&library).expect("an instance")
}

#[test]
fn parameters_reach_the_sound_with_the_next_block() {
    let built = build("live.c", &[]);
    let mut processor = processor(&built);
    processor.prepare(48_000.0, 64, 2).unwrap();
    let (mut left, mut right) = ([1.0; 100], [-1.0; 100]);
    processor.process(&mut [&mut left, &mut right]).unwrap();
    assert_eq!((left, right), ([0.5; 100], [-0.5; 100]));
    assert_eq!(processor.latency_samples(), 64, "it saw no block longer than announced");
    processor.set_parameters(&[0.0, 0.25]).unwrap();
    processor.process(&mut [&mut left, &mut right]).unwrap();
    assert_eq!((left, right), ([0.25; 100], [0.25; 100]));
    processor.reset();
    assert_eq!(processor.latency_samples(), 0);
}

#[test]
fn values_that_do_not_fit_are_refused_and_nothing_changes() {
    let built = build("live.c", &[]);
    let mut processor = processor(&built);
    for values in [&[][..], &[0.0], &[0.0, 0.0, 0.0]] {
        assert_eq!(processor.set_parameters(values), Err(FfiProcessError::ParametersRefused));
    }
    assert_eq!(processor.save_state().unwrap()[..4], 0.5_f32.to_ne_bytes());
}

#[test]
fn texts_go_both_ways() {
    let built = build("live.c", &[]);
    let mut processor = processor(&built);
    assert_eq!(processor.format_parameter(1, 0.25).as_deref(), Some("25 %"));
    assert_eq!(processor.parse_parameter(1, "25 %"), Some(0.25));
    assert_eq!(processor.parse_parameter(1, "2500 %"), None, "no normalized value");
    assert_eq!(processor.parse_parameter(1, "loud"), None);
    assert_eq!((processor.format_parameter(2, 0.25), processor.parse_parameter(2, "25")), (None, None));
    assert_eq!(
        (processor.format_parameter(usize::MAX, 0.25), processor.parse_parameter(0, "")),
        (None, None)
    );
}

#[test]
fn a_state_is_saved_in_one_instance_and_loaded_in_another() {
    let built = build("live.c", &[]);
    let mut first = processor(&built);
    first.set_parameters(&[0.125, 0.75]).unwrap();
    let state = first.save_state().unwrap();
    assert_eq!(state.len(), 8);
    let mut second = processor(&built);
    assert_eq!(second.load_state(&state), Ok(()));
    assert_eq!(second.save_state(), Ok(state));
    let refused = second.load_state(b"short").unwrap_err();
    assert_eq!(refused, FfiStateError::Refused { reason: "eight bytes, not m\u{fffd}re".to_owned() });
}

#[test]
fn what_it_declines_to_run_with_leaves_it_unprepared() {
    let built = build("live.c", &[]);
    let mut processor = processor(&built);
    processor.prepare(48_000.0, 64, 1).unwrap();
    let refused = processor.prepare(384_000.0, 64, 1).unwrap_err();
    assert_eq!(refused, ProcessorError::Refused { reason: "no more than 192 kHz".to_owned() });
    let mut samples = [1.0; 8];
    assert_eq!(processor.process(&mut [&mut samples]), Err(FfiProcessError::NotPrepared));
    let refused = processor.prepare(48_000.0, 64, 3).unwrap_err();
    assert_eq!(refused.to_string(), "the plugin declines: it gives no reason");
    processor.prepare(48_000.0, 64, 1).unwrap();
    processor.process(&mut [&mut samples]).unwrap();
    assert_eq!(samples, [0.5; 8]);
}

#[test]
fn what_nothing_can_run_with_never_reaches_it() {
    let built = build("live.c", &[]);
    let mut processor = processor(&built);
    processor.prepare(48_000.0, 64, 1).unwrap();
    for rate_hz in [0.0, -1.0, f32::NAN, f32::INFINITY] {
        let refused = processor.prepare(rate_hz, 64, 1).unwrap_err();
        assert!(matches!(refused, ProcessorError::InvalidSampleRate(_)), "{rate_hz}");
    }
    assert_eq!(processor.prepare(48_000.0, 0, 1), Err(ProcessorError::InvalidBlockSize(0)));
    #[cfg(target_pointer_width = "64")]
    assert!(matches!(processor.prepare(48_000.0, 1 << 32, 1), Err(ProcessorError::InvalidBlockSize(_))));
    for channels in [0, 33, usize::MAX] {
        assert_eq!(
            processor.prepare(48_000.0, 64, channels),
            Err(ProcessorError::InvalidChannelCount(channels))
        );
    }
    let mut samples = [1.0; 8];
    assert_eq!(processor.process(&mut [&mut samples]), Ok(()), "it is still prepared as before");
}

#[test]
fn a_newer_and_larger_table_is_used_as_far_as_it_is_known() {
    let built = build("live.c", &["MORE=5", "VERSION=7"]);
    let mut processor = processor(&built);
    processor.prepare(48_000.0, 64, 1).unwrap();
    let mut samples = [1.0; 8];
    processor.process(&mut [&mut samples]).unwrap();
    assert_eq!(samples, [0.5; 8]);
}

#[test]
fn an_instance_that_panics_passes_its_input_and_says_so_once() {
    let built = build("live.c", &[]);
    let mut processor = processor(&built);
    processor.prepare(48_000.0, 64, 1).unwrap();
    let watch = processor.panic_watch();
    processor.set_parameters(&[1.0, 0.25]).unwrap();
    assert!(!watch.has_panicked());

    let mut samples = [0.75; 100];
    assert_eq!(processor.process(&mut [&mut samples]), Ok(()));
    assert_eq!(samples, [0.75; 100]);
    assert!(processor.has_panicked() && watch.has_panicked());
    assert_eq!(
        std::thread::spawn(move || watch.take()).join().unwrap().as_deref(),
        Some("gain went through the roof")
    );
    assert_eq!((processor.take_panic(), processor.panic_watch().take()), (None, None));
    assert_eq!(processor.panic_watch().message(), Some("gain went through the roof"));

    assert_eq!(processor.set_parameters(&[0.0, 0.0]), Err(FfiProcessError::Panicked));
    assert_eq!(processor.prepare(48_000.0, 64, 1), Err(ProcessorError::Panicked));
    assert_eq!(processor.save_state(), Err(FfiStateError::Panicked));
    assert_eq!(processor.load_state(&[0; 8]), Err(FfiStateError::Panicked));
    assert_eq!((processor.format_parameter(0, 0.5), processor.parse_parameter(0, "50 %")), (None, None));
}
