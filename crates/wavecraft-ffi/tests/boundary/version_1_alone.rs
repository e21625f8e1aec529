//! A plugin's author writes C, or has not rebuilt since the first version: the library knows version 1 and
//! nothing else.

use wavecraft_ffi::{Capability, FfiProcessError, FfiProcessor, FfiStateError, PluginLibrary, TableProblem};

use crate::libraries::{build, path_definition};

#[test]
fn it_runs_with_its_parameters_at_their_defaults_and_says_why() {
    let built = build("half.c", &[]);
    let library = PluginLibrary::load(&built.path).unwrap();
    assert_eq!(*library.capability(), Capability::DefaultsOnly { version_2: TableProblem::Missing });
    assert!(library.capability().can_process() && !library.capability().is_live());
    assert_eq!(
        library.capability().to_string(),
        "parameters stay at their defaults, because the library offers version 1 of the processor table only \
         (version 2 is missing); build it with this version's export_dev_processor!"
    );

    let mut processor = FfiProcessor::create(&library).unwrap();
    processor.prepare(44_100.0, 64, 2).unwrap();
    let (mut left, mut right) = ([1.0; 64], [-1.0; 64]);
    assert_eq!(processor.process(&mut [&mut left, &mut right]), Ok(()));
    assert_eq!((left[63], right[63]), (0.51, -0.49), "prepared with the rate, then reset");
    processor.reset();
    processor.process(&mut [&mut left, &mut right]).unwrap();
    assert!((left[0] - 0.275).abs() < 1.0e-6);
}

#[test]
fn blocks_longer_than_announced_are_split_and_the_pointers_are_fresh_each_time() {
    let built = build("half.c", &[]);
    let mut processor = FfiProcessor::create(&PluginLibrary::load(&built.path).unwrap()).unwrap();
    processor.prepare(48_000.0, 7, 32).unwrap();
    let mut samples: Vec<Vec<f32>> = (0_u8..32).map(|channel| vec![f32::from(channel); 100]).collect();
    let mut channels: Vec<&mut [f32]> = samples.iter_mut().map(Vec::as_mut_slice).collect();
    processor.process(&mut channels).unwrap();
    for (expected, channel) in (0_u8..).zip(&samples) {
        assert!(channel.iter().all(|&sample| sample == f32::from(expected) * 0.5 + 0.01));
    }
}

#[test]
fn what_version_1_lacks_is_absent_and_harmless() {
    let built = build("half.c", &[]);
    let mut processor = FfiProcessor::create(&PluginLibrary::load(&built.path).unwrap()).unwrap();
    assert_eq!(processor.set_parameters(&[0.0, f32::NAN]), Ok(()), "they stay at their defaults");
    assert_eq!(processor.latency_samples(), 0);
    assert_eq!((processor.format_parameter(0, 0.5), processor.parse_parameter(0, "1")), (None, None));
    assert_eq!(processor.save_state(), Err(FfiStateError::Unsupported));
    assert_eq!(processor.load_state(&[]), Err(FfiStateError::Unsupported));
    assert_eq!((processor.has_panicked(), processor.take_panic()), (false, None));
}

#[test]
fn blocks_that_it_is_not_ready_for_are_refused_and_left_alone() {
    let built = build("half.c", &[]);
    let mut processor = FfiProcessor::create(&PluginLibrary::load(&built.path).unwrap()).unwrap();
    let (mut left, mut right) = ([1.0; 8], [1.0; 4]);
    assert_eq!(processor.process(&mut [&mut left]), Err(FfiProcessError::NotPrepared));
    processor.prepare(48_000.0, 64, 2).unwrap();
    assert_eq!(
        processor.process(&mut [&mut left]),
        Err(FfiProcessError::ChannelCount { expected: 2, found: 1 })
    );
    assert_eq!(processor.process(&mut [&mut left, &mut right]), Err(FfiProcessError::UnequalLengths));
    assert_eq!((left, right), ([1.0; 8], [1.0; 4]));
    assert_eq!(processor.process(&mut [&mut [], &mut []]), Ok(()), "an empty block is a block");
}

#[test]
fn a_table_larger_than_ours_is_read_and_what_follows_it_harms_nothing() {
    // Someone else's version 1 has functions of its own at the end, and is returned by value all the same.
    for more in ["MORE=8", "MORE=96", "MORE=900"] {
        let built = build("half.c", &[more]);
        let library = PluginLibrary::load(&built.path).unwrap();
        let mut processor = FfiProcessor::create(&library).unwrap();
        processor.prepare(48_000.0, 64, 1).unwrap();
        let mut samples = [1.0; 64];
        processor.process(&mut [&mut samples]).unwrap();
        assert_eq!(samples, [0.51; 64]);
    }
}

#[test]
fn its_functions_are_called_in_order_and_nothing_else_is() {
    let log = tempfile::NamedTempFile::new().unwrap();
    let built = build("half.c", &[&path_definition("LOG", log.path())]);
    let mut processor = FfiProcessor::create(&PluginLibrary::load(&built.path).unwrap()).unwrap();
    processor.prepare(44_100.0, 64, 1).unwrap();
    assert!(processor.prepare(0.0, 64, 1).is_err());
    drop(processor);
    assert_eq!(std::fs::read_to_string(log.path()).unwrap(), "create\n44100 Hz\ndrop\n");
}
