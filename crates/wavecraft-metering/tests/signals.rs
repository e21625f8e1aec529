//! The audio thread writes a signal without allocating, whoever listens.

use assert_no_alloc::{AllocDisabler, assert_no_alloc};
use wavecraft_metering::signal::{SignalSet, spectrum, waveform};

#[global_allocator]
static ALLOCATOR: AllocDisabler = AllocDisabler;

#[test]
fn writing_allocates_nothing_whoever_listens() {
    let (before, after) = (spectrum("Before"), waveform("After").stereo());
    let set = SignalSet::new([("before", before.clone()), ("after", after.clone())]);
    let (mut left, mut right) = ([0.5; 700], [-0.5; 700]);
    let mut write = || {
        assert_no_alloc(|| {
            set.set_sample_rate(44_100.0);
            for _ in 0..100 {
                before.write(&[&mut left, &mut right]);
                after.write(&[&mut left]);
            }
        });
    };
    // Nobody, then the first, then another one, and nobody again.
    write();
    let first = before.listen();
    write();
    let second = after.listen();
    write();
    assert!(first.read(&mut [0.0; 4_096], &mut [0.0; 4_096]).is_some());
    assert!(second.read(&mut [0.0; 4_096], &mut [0.0; 4_096]).is_some());
    drop((first, second));
    write();
}
