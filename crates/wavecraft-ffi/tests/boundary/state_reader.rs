//! The state of an instance is read while it plays.

use wavecraft_ffi::{FfiProcessor, PluginLibrary};

use crate::libraries::build;

#[test]
fn what_an_instance_keeps_is_read_while_it_plays_and_after_its_end() {
    let built = build("live.c", &["TRIM=0.5f"]);
    let library = PluginLibrary::load(&built.path).expect("it loads");
    let mut playing = FfiProcessor::create(&library).expect("an instance");
    playing.prepare(48_000.0, 64, 1).expect("it is ready");
    let mut reader = playing.state_reader().expect("it gives one");
    let (stop, stopped) = std::sync::mpsc::channel::<()>();
    let audio = std::thread::spawn(move || {
        while stopped.try_recv().is_err() {
            playing.process(&mut [&mut [0.5; 64]]).expect("it processes");
        }
    });
    for _ in 0..100 {
        assert_eq!(reader.read().as_deref(), Ok(&0.5_f32.to_ne_bytes()[..]));
    }
    stop.send(()).expect("it still runs");
    audio.join().expect("it only processes");

    // The reader holds the library, whoever else lets go of it.
    drop(library);
    let state = reader.read().expect("it is still open");
    let other = build("live.c", &["TRIM=0.25f"]);
    let library = PluginLibrary::load(&other.path).expect("it loads");
    let mut next = FfiProcessor::create(&library).expect("an instance");
    next.load_state(&state).expect("it is of the same form");
    assert_eq!(next.state_reader().expect("it gives one").read(), Ok(state));
}

#[test]
fn an_instance_that_keeps_nothing_gives_no_reader() {
    let built = build("live.c", &[]);
    let library = PluginLibrary::load(&built.path).expect("it loads");
    let mut processor = FfiProcessor::create(&library).expect("an instance");
    assert!(processor.state_reader().is_none());
}
