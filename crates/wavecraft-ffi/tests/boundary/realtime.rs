//! A device asks for its next block while the server is busy: what runs in its callback must not wait for
//! memory.

use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use wavecraft_ffi::{FfiProcessor, PluginLibrary};

use crate::libraries::build;

#[global_allocator]
static ALLOCATOR: AllocDisabler = AllocDisabler;

#[test]
fn blocks_and_parameters_need_no_memory() {
    for source in ["half.c", "live.c"] {
        let built = build(source, &[]);
        let mut processor = FfiProcessor::create(&PluginLibrary::load(&built.path).unwrap()).unwrap();
        let watch = processor.panic_watch();
        let (mut left, mut right) = ([1.0; 1_000], [1.0; 1_000]);
        assert_no_alloc(|| assert!(processor.process(&mut [&mut left, &mut right]).is_err()));
        processor.prepare(48_000.0, 128, 2).unwrap();
        for frames in [0, 1, 127, 128, 129, 1_000] {
            assert_no_alloc(|| {
                processor.set_parameters(&[0.5, 0.25]).unwrap();
                processor.process(&mut [&mut left[..frames], &mut right[..frames]]).unwrap();
                processor.reset();
                let _ = (processor.latency_samples(), processor.has_panicked(), watch.has_panicked());
            });
        }
        assert_no_alloc(|| {
            assert!(processor.process(&mut [&mut left]).is_err());
            assert!(processor.process(&mut [&mut left, &mut right[1..]]).is_err());
        });
        let _ = assert_no_alloc(|| processor.set_parameters(&[f32::NAN]));
    }
}
