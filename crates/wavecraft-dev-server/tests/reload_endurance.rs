//! Many reloads in a row, in a process of their own: descriptors and memory are counted.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails where something is missing")]

#[path = "reload/rig.rs"]
#[allow(dead_code, reason = "other tests use the rest of it")]
mod rig;

use std::fs;

use plugin_test_support::endurance::short_or_full;

use wavecraft_dev_server::ReloadReport;

use rig::{Rig, copy_folders, parameters};

#[test]
fn reloads_leave_nothing_behind() {
    let reloads: usize = short_or_full(40, 200);
    let rig = Rig::start();
    let library = rig.build(&parameters(&[("gain", 0.5), ("offset", 0.0)]), &[]);
    let mut early = None;
    for reload in 0..reloads {
        rig.save(&library);
        assert!(matches!(rig.next_end(), ReloadReport::Reloaded(_)), "{reload}");
        if reload == 10 {
            early = Some((open_descriptors(), memory_kb()));
        }
    }
    let (descriptors, early_kb) = early.unwrap();
    println!("memory per reload: {} kB", (memory_kb() - early_kb) as f64 / (reloads - 11) as f64);
    assert!(open_descriptors() <= descriptors + 2, "{descriptors}, then {}", open_descriptors());
    assert!(memory_kb() < early_kb + 200 * reloads as i64, "{early_kb} kB, then {}", memory_kb());
    // The one that plays, and the lock.
    assert!(rig.copies() <= 2, "{}", rig.copies());
    let status = rig.audio_status.status();
    assert_eq!((status.underruns, status.overruns), (0, 0));
    let folder = rig.stop();
    assert!(copy_folders(folder.path()).is_empty());
}

/// How many descriptors this process has open.
fn open_descriptors() -> usize {
    fs::read_dir("/proc/self/fd").unwrap().count()
}

/// The memory that this process holds, in kB.
fn memory_kb() -> i64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
