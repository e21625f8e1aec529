//! The signals of a plugin of another make.

use wavecraft_ffi::{FfiProcessor, PluginLibrary};

use crate::libraries::build;

#[test]
fn what_an_instance_plays_is_read_only_while_somebody_listens() {
    let built = build("live.c", &[]);
    let library = PluginLibrary::load(&built.path).expect("it loads");
    let mut playing = FfiProcessor::create(&library).expect("an instance");
    playing.prepare(96_000.0, 64, 2).expect("it is ready");
    let mut reader = playing.signal_reader().expect("it gives one");
    let (mut left, mut right) = ([f32::NAN; 64], [f32::NAN; 64]);
    let mut play = |frames: usize| {
        playing.process(&mut [&mut vec![0.5; frames], &mut vec![-1.0; frames]]).expect("it processes");
    };
    play(64);
    assert_eq!(reader.read(0, &mut left, &mut right), None, "it does not listen yet");

    reader.set_listening(0, true);
    play(32);
    let (position, has_frames) = reader.read(0, &mut left, &mut right).expect("it tells where it is");
    assert_eq!((position.end_frame, has_frames), (32, false));
    assert!((position.sample_rate_hz - 96_000.0).abs() < 1e-3);
    play(64);
    let (position, has_frames) = reader.read(0, &mut left, &mut right).expect("it tells where it is");
    assert_eq!((position.end_frame, has_frames), (96, true));
    assert_eq!((left, right), ([0.25; 64], [-0.5; 64]));

    reader.set_listening(0, false);
    play(64);
    reader.set_listening(0, true);
    assert_eq!(reader.read(0, &mut [], &mut []).expect("it tells").0.end_frame, 96, "nothing was kept");

    // A signal that there is not.
    reader.set_listening(1, true);
    assert_eq!(reader.read(1, &mut left, &mut right), None);

    // The reader holds the library and what was played, whoever else lets go of it.
    drop((playing, library));
    assert!(reader.read(0, &mut left, &mut right).is_some_and(|(_, has_frames)| has_frames));
}

#[test]
fn a_plugin_may_have_no_signals() {
    for (source, definitions) in [("live.c", &["NO_SIGNALS"][..]), ("half.c", &[])] {
        let built = build(source, definitions);
        let library = PluginLibrary::load(&built.path).expect("it loads");
        assert!(FfiProcessor::create(&library).expect("an instance").signal_reader().is_none());
    }
}
